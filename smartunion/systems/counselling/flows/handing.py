"""Handing a consultation on: to another counsellor, to a hospital, or up the network when nobody answers in time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.policies import service as policies
from smartunion.systems.counselling.flows.consulting import held, move, tell_counsellor, tell_owner
from smartunion.systems.counselling.models import Consultation, Counsellor, HandOver
from smartunion.systems.counselling.rules import Rank, State, ranks_above


@transaction.atomic
def hand_on(
    *, actor: Actor, consultation_id: int, to_id: int | None, summary: str, was_agreed: bool, at: datetime
) -> HandOver:
    """Hand a consultation on; to_id None: to a hospital, which ends it here.

    Without the person's consent only where a life may be in danger. Raises NotVisible, InvalidInput, StaleState.
    Source: Mental Health Law art. 23: counsellors keep privacy, and advise a medical institution where illness is likely.
    """
    row = held(actor, consultation_id)
    if not was_agreed and not row.is_urgent:
        raise InvalidInput(
            _("Without consent a consultation is handed on only where a life may be in danger."), field="was_agreed",
            remedy=_("Ask the person first, and tick that she agrees."),
        )  # fmt: skip
    if len(summary.strip()) < 2:
        raise InvalidInput(_("Say what whoever takes over has to know."), field="summary")
    to = _other(actor, row, to_id) if to_id is not None else None
    made = HandOver.objects.create(
        consultation=row, from_counsellor=row.counsellor, to_counsellor=to, summary=summary.strip()[:2000],
        was_agreed=was_agreed, at=at,
    )  # fmt: skip
    if to is None:
        move(row, State.OUTSIDE, at)
    else:
        _give(row, to, at)
    tell_owner(row, f"handed:{made.pk}", at)
    return made


def _other(actor: Actor, row: Consultation, to_id: int) -> Counsellor:
    to = get_visible(Counsellor.objects.visible_to(actor).filter(is_taking=True), to_id)
    if to.pk == row.counsellor_id or str(to.user_id) == str(row.owner):
        raise InvalidInput(_("Choose somebody else."), field="to")
    return to


def _give(row: Consultation, to: Counsellor, at: datetime) -> None:
    moved = Consultation.objects.filter(pk=row.pk, state=State.OPEN, counsellor=row.counsellor_id).update(
        counsellor=to
    )
    if moved != 1:
        raise StaleState
    audit.record(system(), "counselling.handed_on", row, at=at)
    row.counsellor = to
    tell_counsellor(row, f"asked:{row.pk}:{to.pk}", at)


def escalate(*, at: datetime) -> int:
    """Give urgent consultations nobody has answered in time to the level above; returns how many. Safe to repeat."""
    waiting = Consultation.objects.filter(is_urgent=True, state=State.OPEN, answered_at=None)
    return sum(_escalate(row, at) for row in waiting.select_related("counsellor").order_by("asked_at")[:200])


@transaction.atomic
def _escalate(row: Consultation, at: datetime) -> bool:
    minutes = policies.value("counselling.urgent_minutes", path=row.counsellor.path, on=local_date(at))
    since = row.handovers.order_by("-pk").values_list("at", flat=True).first() or row.asked_at
    if since + timedelta(minutes=minutes) > at:
        return False
    to = _above(row)
    if to is None:
        return False
    HandOver.objects.create(
        consultation=row,
        from_counsellor=row.counsellor,
        to_counsellor=to,
        was_agreed=False,
        by_program=True,
        at=at,
    )
    _give(row, to, at)
    return True


def _above(row: Consultation) -> Counsellor | None:
    """Somebody of the next level up whose union stands above, who takes people."""
    taking = Counsellor.objects.filter(is_taking=True).exclude(pk=row.counsellor_id)
    had = set(row.handovers.values_list("to_counsellor_id", flat=True))
    for rank in ranks_above(Rank(row.counsellor.rank)):
        for one in taking.filter(rank=rank).order_by("pk")[:50]:
            above = row.counsellor.path.startswith(one.path) and one.pk not in had
            if above and str(one.user_id) != str(row.owner):
                return one
    return None
