"""Hand-overs: the old organiser gives, the new one takes; each confirms what both see."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.casework import service as casework
from smartunion.systems.organising.flows import field_news
from smartunion.systems.organising.models import FindingEvent, HandOver
from smartunion.systems.organising.rules import HandOverState

#: Services an organiser begins for her area; their unsent forms may be handed on.
DRAFTS = ("found_union", "matter")


@transaction.atomic
def give(
    *, actor: Actor, handover_id: int, note: str = "", draft_ids: Sequence[int] = (), at: datetime
) -> HandOver:
    """The old organiser has read the page, leaves a note and hands her unsent forms on.

    Where she cannot (she has left), whoever hands areas out does it for her. Raises NotVisible, NotAllowed (the other
    side), StaleState (given already).
    """
    made = get_visible(HandOver.objects.visible_to(actor).select_related("area", "to_user"), handover_id)
    if made.from_user_id != actor.user_id:
        actor.check_can("organising.assign", path=made.path)
    moved = HandOver.objects.filter(pk=made.pk, state=HandOverState.PREPARED).update(
        state=HandOverState.GIVEN, note=note.strip()[:2000], given_at=at
    )
    if moved != 1:
        raise StaleState
    if made.from_user_id == actor.user_id:
        for case_id in draft_ids:
            casework.hand_draft(case_id=case_id, to_user_id=made.to_user_id, actor=actor, at=at)
    audit.record(actor, "organising.area_given", made.area, at=at, data={"drafts": sorted(draft_ids)})
    field_news.tell_given(made, actor=actor, at=at)
    made.refresh_from_db()
    return made


@transaction.atomic
def take(*, actor: Actor, handover_id: int, answer: str = "", at: datetime) -> HandOver:
    """The new organiser has read the page and takes the area over.

    Raises NotVisible, NotAllowed (the other side), InvalidInput (not given yet), StaleState.
    """
    made = get_visible(HandOver.objects.visible_to(actor).select_related("area"), handover_id)
    if made.to_user_id != actor.user_id:
        raise NotAllowed(_("Only the new organiser can take the area over."))
    if made.state == HandOverState.PREPARED and made.from_user_id is not None:
        raise InvalidInput(
            _("The other side has not confirmed yet."),
            remedy=_("Ask her, or the federation, to confirm; the area is yours from the day of the hand-over anyway."),
        )  # fmt: skip
    open_ones = HandOver.objects.exclude(state__in=[HandOverState.TAKEN, HandOverState.REPLACED])
    moved = open_ones.filter(pk=made.pk, state=made.state).update(
        state=HandOverState.TAKEN, answer=answer.strip()[:2000], taken_at=at
    )
    if moved != 1:
        raise StaleState
    audit.record(actor, "organising.area_taken", made.area, at=at)
    field_news.tell_taken(made, actor=actor, at=at)
    made.refresh_from_db()
    return made


@transaction.atomic
def leave_note(*, actor: Actor, handover_id: int, finding_id: int, note: str, at: datetime) -> FindingEvent:
    """A word on one finding for the successor; it stands in the finding's history. Raises NotVisible, InvalidInput."""
    made = get_visible(HandOver.objects.visible_to(actor).select_related("area"), handover_id)
    if len(note.strip()) < 2:
        raise InvalidInput(_("Please write a note."), field="note")
    finding = get_visible(made.area.findings.all(), finding_id)
    event = FindingEvent.objects.create(
        finding=finding, event="handover_note", from_state=finding.state, to_state=finding.state, at=at,
        user_id=actor.user_id, actor_name=actor.name, note=note.strip()[:500],
    )  # fmt: skip
    audit.record(actor, "organising.handover_note", finding, at=at)
    return event
