"""Whom the partners of a joint founding mean, and which of them the union will not cover, with the reason and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.engines.casework.casedata import Values
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Employer
from smartunion.ground.registry.rules import EmployerState

#: As many employers of one name as a refusal names.
_ALIKE = 8


class Why(StrEnum):
    """Why an employer named as a partner is not covered."""

    SEVERAL = "several"
    UNKNOWN = "unknown"
    OWN_UNION = "own_union"
    CLOSED = "closed"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Partner:
    """One name as written: the employer meant, or why none is covered; choices: what to write instead of a shared name.

    is_seen: the office that decides may open it.
    """

    name: str
    employer: Employer | None = None
    why: Why | None = None
    union: str = ""
    choices: Sequence[str] = ()
    is_seen: bool = False

    @property
    def reason(self) -> str:
        """Why it is not covered, in words; "" when it is."""
        return {
            None: "",
            Why.SEVERAL: _("several employers bear this name"),
            Why.UNKNOWN: _("not in the register of employers"),
            Why.OWN_UNION: _("has a union of its own, %(union)s") % {"union": self.union},
            Why.CLOSED: _("is registered as closed"),
            Why.ELSEWHERE: _("belongs to another federation’s place"),
        }[self.why]

    @property
    def remedy(self) -> str:
        """What whoever wrote it does about it; "" when that is for the office."""
        return {
            Why.SEVERAL: _("Write one of these instead: %(choices)s") % {"choices": "；".join(self.choices)},
            Why.OWN_UNION: _("Take it off the list; its people join there."),
            Why.CLOSED: _(
                "Take it off the list, or write the code of the firm that goes on with its business."
            ),
        }.get(self.why or Why.UNKNOWN, "")


def partners_of(form: Values, employer: Employer | None, office: Actor | None = None) -> list[Partner]:
    """Every name of the form in its order, names written twice once and whoever founds not at all; read anew.

    office: whoever decides; a firm out of her reach is not hers to cover.
    """
    written = form.get("partners")
    names = [
        str(row.get("name", "")).strip() for row in (written if isinstance(written, list) else [])
        if isinstance(row, dict)
    ]  # fmt: skip
    meant = registry.employers_meant_by(
        Employer.objects.all(), list(dict.fromkeys(filter(None, names))), limit=_ALIKE
    )
    others = {
        name: [one for one in rows if employer is None or one.pk != employer.pk]
        for name, rows in meant.items()
    }
    known = _Known.of([one for rows in others.values() for one in rows])
    found: dict[object, Partner] = {}
    for name, rows in others.items():
        if meant[name] and not rows:
            continue
        partner = _partner(name, rows, known)
        found.setdefault(partner.employer.pk if partner.employer is not None else name, partner)
    return _within(list(found.values()), office) if office is not None else list(found.values())


@dataclass(frozen=True)
class _Known:
    """What tells the employers named apart, and which have a union of their own, by key; three queries for all."""

    choices: dict[int, str]
    unions: dict[int, str]

    @classmethod
    def of(cls, rows: Sequence[Employer]) -> "_Known":
        alike = registry.told_apart(rows, Employer.objects.all(), is_public=True)
        own = registry.employers.own_coverage().filter(employer__in=[one.pk for one in rows])
        return cls(
            {one.pk: str(choice) for one, choice in zip(rows, alike, strict=True)},
            dict(own.order_by("-pk").values_list("employer_id", "union__name")),
        )


def _within(partners: list[Partner], office: Actor) -> list[Partner]:
    meant = [one.employer.pk for one in partners if one.employer is not None]
    seen = set(Employer.objects.visible_to(office).filter(pk__in=meant).values_list("pk", flat=True))
    return [_seen_by_office(one, one.employer is not None and one.employer.pk in seen) for one in partners]


def _seen_by_office(one: Partner, is_seen: bool) -> Partner:
    is_elsewhere = one.why is None and not is_seen
    return replace(one, is_seen=is_seen, why=Why.ELSEWHERE if is_elsewhere else one.why)


def _partner(name: str, meant: list[Employer], known: _Known) -> Partner:
    if not meant:
        return Partner(name, why=Why.UNKNOWN)
    if len(meant) > 1:
        return Partner(name, why=Why.SEVERAL, choices=[known.choices[one.pk] for one in meant])
    (one,) = meant
    if one.state == EmployerState.CLOSED:
        return Partner(name, one, Why.CLOSED)
    if one.pk in known.unions:
        return Partner(name, one, Why.OWN_UNION, known.unions[one.pk])
    return Partner(name, one)


def written_for(rows: Sequence[Employer]) -> list[str]:
    """What to write for each employer so that nobody else is meant."""
    return [one.text for one in registry.told_apart(rows, Employer.objects.all(), is_public=True)]
