"""What the intake decides of a hazard: who puts it right, that it is none, whose it is, that it was told of before."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput
from smartunion.core.paths import is_under
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.matters.flows.hazards.base import (
    On,
    day_name,
    held,
    keep_event,
    move,
    put_reporter,
    right_until,
    said_in,
    stale,
    tell_officer,
    tell_reporters,
)
from smartunion.systems.matters.models import Hazard, HazardReporter, SafetyOfficer
from smartunion.systems.matters.rules.hazards import WAITING, HazardLevel, HazardState


@dataclass(frozen=True, kw_only=True)
class Order:
    """How the intake decides. officer_id: account of the safety officer; demand: what is to be done."""

    level: str
    officer_id: int
    demand: str = ""
    is_open_photo: bool = False


@transaction.atomic
def assign(*, on: On, data: Order) -> Hazard:
    """Give it to a safety officer to be put right within the policy's days; whoever told of it is told.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming level or officer.
    """
    hazard = held(on)
    if data.level not in HazardLevel.values:
        raise InvalidInput(_("Choose how grave it is."), field="level")
    officer = SafetyOfficer.objects.serving().filter(user_id=data.officer_id).order_by("pk").first()
    if officer is None or not _belongs(hazard, officer):
        raise InvalidInput(
            _("This is no safety officer of the union or of one above or below it."), field="officer",
            remedy=_("Choose one from the list, or appoint one first."),
        )  # fmt: skip
    until = right_until(hazard.path, data.level, on.at)
    move(
        hazard, HazardState.ASSIGNED, on, level=data.level, officer_id=officer.user_id,
        officer_name=officer.name, demand=squeeze(data.demand)[:500], is_open_photo=data.is_open_photo, due_at=until,
        escalated_at=None,
    )  # fmt: skip
    keep_event(hazard, "assigned", on.actor, on.at, hazard.demand)
    audit.record(
        on.actor,
        "matters.hazard_assigned",
        hazard,
        at=on.at,
        data={"officer": officer.user_id, "level": data.level},
    )
    day = day_name(until)
    tell_officer(hazard, _("Please have it put right by %(day)s and show it in a picture. %(demand)s")
                  % {"day": day, "demand": hazard.demand}, on.at)  # fmt: skip
    tell_reporters(
        hazard,
        _("%(union)s is having it put right, by %(day)s.") % {"union": hazard.union.name, "day": day},
        on.at,
    )
    return hazard


@transaction.atomic
def refuse(*, on: On, reason: str) -> Hazard:
    """Not a hazard: say why. Raises NotVisible, NotAllowed, StaleState; InvalidInput naming reason."""
    hazard = held(on)
    said = said_in(reason, "reason", _("Say why: whoever told of it reads this."))
    move(hazard, HazardState.REFUSED, on, answer=said, closed_at=on.at, due_at=None)
    keep_event(hazard, "refused", on.actor, on.at, said)
    audit.record(on.actor, "matters.hazard_refused", hazard, at=on.at)
    tell_reporters(hazard, said, on.at)
    return hazard


@transaction.atomic
def ask_more(*, on: On, question: str) -> Hazard:
    """Ask those who told of it for what is missing, before it is given to anybody; nobody learns who they are.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming question.
    """
    hazard = held(on)
    said = said_in(question, "question", _("Say what is missing: whoever told of it reads this."))
    rows = Hazard.objects.filter(pk=hazard.pk, version=on.version, state=HazardState.REPORTED)
    if rows.update(version=on.version + 1, updated_at=on.at) != 1:
        raise stale(hazard)
    hazard.refresh_from_db()
    keep_event(hazard, "asked", on.actor, on.at, said)
    audit.record(on.actor, "matters.hazard_asked", hazard, at=on.at)
    tell_reporters(
        hazard, _("Please tell us more: %(said)s Nobody learns who answers.") % {"said": said}, on.at
    )
    return hazard


@transaction.atomic
def pass_on(*, on: On, union_id: int) -> Hazard:
    """Hand a hazard that has not been given to anybody yet to the union it belongs to.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming union.
    """
    hazard = held(on)
    union = TradeUnion.objects.filter(pk=union_id).exclude(state="closed").first()
    if union is None or union.pk == hazard.union_id:
        raise InvalidInput(_("Choose another union."), field="union")
    rows = Hazard.objects.filter(pk=hazard.pk, version=on.version, state=HazardState.REPORTED)
    if rows.update(union=union, path=union.path, version=on.version + 1, updated_at=on.at) != 1:
        raise stale(hazard)
    before = hazard.union.name
    hazard.refresh_from_db()
    keep_event(hazard, "passed_on", on.actor, on.at, f"{before} → {union.name}")
    audit.record(on.actor, "matters.hazard_passed_on", hazard, at=on.at, data={"union": union.pk})
    return hazard


@transaction.atomic
def join_to(*, on: On, other: str) -> Hazard:
    """The same hazard was told of before: put this one to that one, with everybody who told of it.

    other: its reference. Raises NotVisible, NotAllowed, StaleState; InvalidInput naming other.
    """
    hazard = held(on)
    first = (
        Hazard.objects.visible_to(on.actor).filter(reference=other.strip().upper(), state__in=WAITING).first()
    )
    if first is None or first.pk == hazard.pk:
        raise InvalidInput(
            _("There is no open hazard with this reference in your reach."), field="other",
            remedy=_("Write the reference as it stands in the list."),
        )  # fmt: skip
    move(hazard, HazardState.JOINED, on, joined_to=first, closed_at=on.at, due_at=None)
    moved = 0
    for row in HazardReporter.objects.filter(hazard=hazard):
        moved += put_reporter(first, row.who, is_named=row.is_named, at=on.at)
    Hazard.objects.filter(pk=first.pk).update(reports=F("reports") + moved, updated_at=on.at)
    keep_event(hazard, "joined", on.actor, on.at, first.reference)
    keep_event(first, "also_seen", on.actor, on.at, hazard.reference)
    audit.record(on.actor, "matters.hazard_joined", hazard, at=on.at, data={"to": first.pk})
    tell_reporters(hazard, _("It is being seen to as %(reference)s.") % {"reference": first.reference}, on.at)
    return hazard


def _belongs(hazard: Hazard, officer: SafetyOfficer) -> bool:
    return is_under(hazard.path, officer.path) or is_under(officer.path, hazard.path)
