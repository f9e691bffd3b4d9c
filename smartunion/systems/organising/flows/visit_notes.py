"""After a visit: another wording of the note, an answer to a conflict, a promise kept or withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.systems.organising.flows import field_news, questions
from smartunion.systems.organising.models import FindingEvent, Visit, VisitPromise
from smartunion.systems.organising.rules import (
    ConflictAnswer,
    PromiseOutcome,
    clock_fix,
    plausible_instant,
)


@transaction.atomic
def edit_note(
    *, actor: Actor, client_id: UUID, note: str, contact_name: str, staff_seen: int | None, edited_at: datetime,
    sent_at: datetime | None = None, answers: Mapping[int, str] | None = None, at: datetime,
) -> Visit:  # fmt: skip
    """Another wording of one's own visit; the latest by the phone's clock wins, earlier ones are kept beside it.

    Sending an older or the same edit again changes nothing. The result stays: another result is another visit.
    answers: all that is answered now, None where they stay as they are. Raises NotVisible for somebody else's visit,
    InvalidInput (an answer that cannot be read), StaleState.
    """
    visit = get_visible(
        Visit.objects.filter(user_id=actor.user_id or -1, client_id=client_id), _key(client_id)
    )
    edited = plausible_instant(edited_at, clock_fix(sent_at, at), at)
    if edited <= (visit.edited_at or visit.noted_at):
        return visit
    before: dict[str, Any] = {
        "note": visit.note, "contact_name": visit.contact_name, "staff_seen": visit.staff_seen,
        "until": localtime(edited).isoformat(timespec="seconds"),
    }  # fmt: skip
    done, kept = visit.is_done, None
    if answers is not None:
        before["answers"] = dict(visit.answers.values_list("question__label", "text"))
        kept = questions.read(visit.path, answers, drive_id=visit.drive_id)
        done = questions.is_done(visit, kept)
    same = Visit.objects.filter(pk=visit.pk, edited_at=visit.edited_at)
    if same.update(
        is_done=done, note=note.strip()[:1000], contact_name=contact_name.strip()[:60], staff_seen=staff_seen, edited_at=edited,
        edits=[*visit.edits, before][-20:],
    ) != 1:  # fmt: skip
        raise StaleState
    if kept is not None:
        questions.keep(visit, kept)
    audit.record(actor, "organising.visit_edited", visit, at=at)
    visit.refresh_from_db()
    return visit


def _key(client_id: UUID) -> int:
    return Visit.objects.filter(client_id=client_id).values_list("pk", flat=True).first() or 0


@transaction.atomic
def answer_conflict(
    *, actor: Actor, visit_id: int, answer: ConflictAnswer, note: str = "", at: datetime
) -> Visit:
    """What the organiser says when her visit met a finding that had moved on; contesting asks the desk to look again.

    Raises NotVisible, InvalidInput (there was no conflict), StaleState (answered already).
    """
    visit = get_visible(Visit.objects.filter(user_id=actor.user_id or -1), visit_id)
    if not visit.conflict:
        raise InvalidInput(
            _("This visit met no other decision, so there is nothing to answer."), field="answer"
        )
    if Visit.objects.filter(pk=visit.pk, answer="").update(answer=answer, answered_at=at) != 1:
        raise StaleState
    audit.record(actor, "organising.conflict_answered", visit, at=at, data={"answer": answer.value})
    if answer == ConflictAnswer.CONTESTED and visit.finding is not None:
        FindingEvent.objects.create(
            finding=visit.finding, event="contested", from_state=visit.finding.state, to_state=visit.finding.state,
            at=at, user_id=actor.user_id, actor_name=actor.name, note=(note.strip() or visit.note)[:500],
        )  # fmt: skip
        field_news.tell_contested(visit, actor=actor, at=at)
    visit.refresh_from_db()
    return visit


@transaction.atomic
def close_promise(
    *, actor: Actor, promise_id: int, outcome: PromiseOutcome, note: str = "", at: datetime
) -> VisitPromise:
    """A promise is kept, or withdrawn with a reason, by whoever holds the area now, its maker, or the desk.

    Raises NotVisible, NotAllowed, InvalidInput (no reason), StaleState (somebody closed it first).
    """
    promise = get_visible(VisitPromise.objects.visible_to(actor), promise_id)
    actor.check_can("organising.visit")
    if outcome == PromiseOutcome.WITHDRAWN and len(note.strip()) < 2:
        raise InvalidInput(_("Please say why the promise is withdrawn."), field="note")
    closed = VisitPromise.objects.filter(pk=promise.pk, outcome="").update(
        outcome=outcome, closing_note=note.strip()[:200], closed_at=at, closed_by=actor.user_id
    )
    if closed != 1:
        raise StaleState
    audit.record(actor, "organising.promise_closed", promise, at=at, data={"outcome": outcome.value})
    promise.refresh_from_db()
    return promise
