"""Legal persons: which federation registers a union, which certificate holds, what is to be done."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from smartunion.core.actor import Actor
from smartunion.core.paths import ancestors
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Certificate, TradeUnion
from smartunion.ground.registry.rules.certificates import ENDING, REGISTERING, Standing

_REGISTERS = Q(kind=rules.UnionKind.FEDERATION, level__in=REGISTERING, state=rules.UnionState.ACTIVE)


def registrar_of(union: TradeUnion) -> TradeUnion | None:
    """The federation that registers a union: the nearest above it at county level or higher; None where there is none.

    Source: 总工办发〔2020〕20号: federations at county level and above register grassroots unions.
    """
    above = [path for path in ancestors(union.path) if path != union.path]
    return TradeUnion.objects.filter(_REGISTERS, path__in=above).order_by("-depth").first()


def registrars() -> Callable[[str], int | None]:
    """`registrar_of` for many unions: a function of a union's path, from one read."""
    by_path = dict(TradeUnion.objects.filter(_REGISTERS).values_list("path", "pk"))
    return lambda path: next(
        (by_path[above] for above in reversed(ancestors(path)[:-1]) if above in by_path), None
    )


def legal_certificate_of(union: TradeUnion) -> Certificate | None:
    """The legal-person certificate that holds, ended by its date or not."""
    return Certificate.objects.legal().filter(union=union).first()


def standing_is(wanted: list[str], today: date) -> Q:
    """Certificates that stand in one of the ways (rules.Standing) on a day."""
    ways = _ways(Q(state=rules.CertificateState.VALID), Q(change_due_on__isnull=False), today) | {
        Standing.REPLACED: Q(state=rules.CertificateState.REPLACED),
        Standing.CANCELLED: Q(state=rules.CertificateState.CANCELLED),
    }
    return _any_of(ways, wanted)


def stood_as(wanted: list[str], day: date) -> Q:
    """Certificates of `dated.certificates_held` that stood in one of the ways that day."""
    return _any_of(_ways(Q(), Q(change_since__isnull=False, change_since__lte=day), day), wanted)


def _ways(valid: Q, has_changed: Q, day: date) -> dict[Standing, Q]:
    """Conditions of the ways in which a certificate that holds may stand on a day."""
    late = has_changed & Q(change_due_on__lt=day)
    due = has_changed & Q(change_due_on__gte=day)
    lost = Q(state=rules.CertificateState.CANCELLED, valid_to=F("ended_on"))  # Certificate.is_end_lost
    running = Q(valid_to=None) | Q(valid_to__gt=day)
    later = lost | Q(valid_to=None) | Q(valid_to__gt=day + ENDING)
    return {
        Standing.CHANGE_LATE: valid & late,
        Standing.ENDED: valid & ~late & Q(valid_to__lte=day),
        Standing.CHANGE_DUE: valid & running & due,
        Standing.ENDING: valid & running & ~has_changed & Q(valid_to__lte=day + ENDING) & ~lost,
        Standing.VALID: valid & running & ~has_changed & later,
    }


def _any_of(ways: Mapping[Standing, Q], wanted: list[str]) -> Q:
    found = Q(pk__in=[])
    for one in wanted:
        found |= ways.get(Standing(one), Q(pk__in=[]))
    return found


def certificates_to_see_to(actor: Actor, today: date) -> "QuerySet[Any, Any]":
    """Legal-person certificates in reach with a change to register, or that have ended or end soon; the first due first."""
    waiting = standing_is([Standing.CHANGE_LATE, Standing.ENDED, Standing.CHANGE_DUE, Standing.ENDING], today)
    rows = Certificate.objects.legal().filter(actor.within("registry.view", "union__path"), waiting)
    return (
        rows.filter(union__state=rules.UnionState.ACTIVE).select_related("union").order_by("valid_to", "pk")
    )


def legal_person_is(chosen: list[str]) -> Q:
    """Unions by legal person: "yes" has a certificate that holds, "no" could have one, "code_only", "part"."""
    holds = Exists(Certificate.objects.legal().filter(union=OuterRef("pk")))
    forms = {
        form: [kind for kind in rules.UnionKind if rules.legal_form(kind) == form] for form in rules.LegalForm
    }
    ways = {
        "yes": Q(holds),
        "no": Q(kind__in=forms[rules.LegalForm.OWN]) & ~Q(holds),
        "code_only": Q(kind__in=forms[rules.LegalForm.CODE_ONLY]),
        "part": Q(kind__in=forms[rules.LegalForm.NONE]),
    }  # fmt: skip
    found = Q(pk__in=[])
    for one in chosen:
        found |= ways[one]
    return found
