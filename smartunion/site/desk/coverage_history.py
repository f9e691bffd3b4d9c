"""When which union began or ceased to cover an employer, and by what decision or rule, for its record of changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.clock import local_date
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Employer, EmployerLink, Restructuring
from smartunion.ground.registry.wording import Told
from smartunion.systems.organising.models import MatchLink
from smartunion.systems.organising.queries.rules_in_words import rule_in_words

_BEGAN, _ENDED, _CLOSED = (
    "registry.employer_linked", "registry.employer_unlinked", "registry.union_closed"
)  # fmt: skip


@dataclass(frozen=True)
class _Known:
    """What may explain the coverages of one employer."""

    actor: Actor
    employer: Employer
    links: Sequence[EmployerLink]
    events: Sequence[AuditEvent]
    matches: dict[int, MatchLink]
    restructurings: Sequence[Restructuring]

    def event(self, name: str, union_id: int, on: date) -> AuditEvent | None:
        """The last event of this name about the union on that day."""
        fitting = (one for one in self.events if one.event == name and one.data.get("on") == on.isoformat())
        return next((one for one in fitting if one.subject_id == union_id), None)


def with_coverage(
    actor: Actor, employer: Employer, links: Sequence[EmployerLink], told: Iterable[Told]
) -> list[Told]:
    """The employer's events and its coverages in one row, latest first. links: all of the employer, with their unions."""
    unions = [link.union_id for link in links]
    events = AuditEvent.objects.filter(
        Q(event__in=[_BEGAN, _ENDED], data__employer=employer.pk) | Q(event=_CLOSED),
        subject_type="registry.tradeunion", subject_id__in=unions,
    ).order_by("-pk")  # fmt: skip
    restructurings = Restructuring.objects.filter(state=rules.RestructuringState.DONE).filter(
        Q(source_id__in=unions) | Q(employer=employer) | Q(into=employer)
    )
    matches = MatchLink.objects.filter(employer=employer, union_id__in=unions)
    known = _Known(
        actor, employer, links, list(events), {match.union_id: match for match in matches},
        list(restructurings.order_by("-pk")),
    )  # fmt: skip
    began = [_began(known, link) for link in links]
    ended = [_ended(known, link, link.valid_to) for link in links if link.valid_to is not None]
    return sorted([*ended, *began, *told], key=_day, reverse=True)


def _day(one: Told) -> date:
    return local_date(one.at) if isinstance(one.at, datetime) else one.at


def _what(link: EmployerLink) -> str:
    return f"{link.union.name} · {link.get_kind_display()}"


def _began(known: _Known, link: EmployerLink) -> Told:
    entered = known.event(_BEGAN, link.union_id, link.valid_from)
    why, href = _source(known, link)
    who = entered.actor_name if entered else ""
    return Told(_("Coverage began"), _what(link), who, link.valid_from, why, href)


def _source(known: _Known, link: EmployerLink) -> tuple[str, str]:
    """What let the coverage begin, and the address of that."""
    origin, _colon, number = link.source.partition(":")
    if origin == "match":
        match = known.matches.get(link.union_id)
        if match is None:
            return _("comparison of the departments' data"), ""
        seen = known.actor.can("organising.view", path=match.path)
        words = _("comparison of the departments' data: %(rule)s") % {"rule": rule_in_words(match.rule)}
        return words, reverse("coverage:link", args=[match.pk]) if seen else ""
    if origin in rules.RestructuringKind.values:
        return str(rules.RestructuringKind(origin).label), reverse("desk:restructuring", args=[int(number)])
    kinds = {
        "import": _("a list that was brought in"), "case": _("founded by a case"), "desk": _("entered at the desk")
    }  # fmt: skip
    return kinds.get(origin, ""), ""


def _ended(known: _Known, link: EmployerLink, on: date) -> Told:
    title = _("Coverage ended")
    for name in (_ENDED, _CLOSED):
        event = known.event(name, link.union_id, on)
        if event is not None:
            why = event.reason if name == _ENDED else _("the union closed: %(why)s") % {"why": event.reason}
            return Told(title, _what(link), event.actor_name, on, why)
    for one in known.restructurings:
        if one.on == on and (
            one.source_id == link.union_id or known.employer.pk in (one.employer_id, one.into_id)
        ):
            why = f"{one.get_kind_display()}：{one.reason}"
            return Told(
                title, _what(link), one.decided_by, on, why, reverse("desk:restructuring", args=[one.pk])
            )
    return Told(title, _what(link), "", on, _ended_by_itself(known, link, on))


def _ended_by_itself(known: _Known, link: EmployerLink, on: date) -> str:
    """The rule by which a coverage ended that nobody ended."""
    own = (
        other for other in known.links
        if other.kind == rules.LinkKind.OWN and other.valid_from == on and other.pk != link.pk
    )  # fmt: skip
    instead = next(own, None)
    if instead is not None:
        return _("its own union covers it from that day: %(union)s") % {"union": instead.union.name}
    if known.employer.state == rules.EmployerState.CLOSED:
        return _("the employer went out of business")
    if link.source.startswith("match:"):
        return _("a later comparison no longer found it")
    return ""
