"""Teaching the guide: everyday words, example questions, short answers with a source; each dated and taken back openly."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.systems.guide import knowledge
from smartunion.systems.guide.models import Asked, Lesson
from smartunion.systems.guide.retrieval.entries import Kind
from smartunion.systems.guide.retrieval.text import mask
from smartunion.systems.guide.rules import LONGEST_NOTE, LessonKind

#: What everyday words and examples may lead to.
TARGETS = (Kind.SERVICE, Kind.RULE, Kind.PERSON)


@dataclass(frozen=True)
class Teaching:
    """A lesson to be. asked_id: the question that gave rise to it, which is settled by it."""

    kind: LessonKind
    text: str
    target_kind: str = ""
    target_id: str = ""
    question: str = ""
    source: str = ""
    asked_id: int | None = None


@transaction.atomic
def teach(*, teaching: Teaching, actor: Actor, at: datetime) -> Lesson:
    """Add a lesson; it counts from the next question on.

    Raises NotAllowed, NotVisible, InvalidInput: no text, no such target, a short answer without question or source.
    """
    actor.check_can("guide.teach")
    text = mask(squeeze(teaching.text))
    if not text:
        raise InvalidInput(_("Please write the words or the answer."), field="text")
    if len(text) > LONGEST_NOTE:
        raise InvalidInput(
            _("Please keep it under 400 characters: it is read on a small card."), field="text"
        )
    asked = get_visible(Asked.objects.visible_to(actor), teaching.asked_id) if teaching.asked_id else None
    lesson = Lesson(
        kind=teaching.kind, text=text, made_at=at, user_id=actor.user_id, made_by=actor.name[:80],
        source=squeeze(teaching.source)[:200],
        path=next(iter(actor.paths("guide.teach")), ""),
    )  # fmt: skip
    if teaching.kind is LessonKind.NOTE:
        lesson.question = mask(squeeze(teaching.question))[:200]
        _check_note(lesson)
    else:
        lesson.target_kind, lesson.target_id = _target(teaching)
    lesson.save(force_insert=True)
    audit.record(
        actor, "guide.lesson_added", lesson, at=at, data={"kind": lesson.kind, "target": lesson.target_id}
    )
    if asked is not None:
        Asked.objects.filter(pk=asked.pk, settled_at=None).update(settled_at=at)
    return lesson


@transaction.atomic
def withdraw(*, lesson_id: int, actor: Actor, at: datetime) -> Lesson:
    """Take a lesson back; it stays on record. Raises NotVisible, NotAllowed (taught elsewhere), StaleState."""
    lesson = get_visible(Lesson.objects.visible_to(actor), lesson_id)
    actor.check_can("guide.teach", path=lesson.path)
    changed = (
        Lesson.objects.standing().filter(pk=lesson.pk).update(withdrawn_at=at, withdrawn_by=actor.name[:80])
    )
    if changed != 1:
        raise StaleState
    audit.record(actor, "guide.lesson_withdrawn", lesson, at=at)
    lesson.refresh_from_db()
    return lesson


@transaction.atomic
def settle(*, asked_id: int, actor: Actor, at: datetime) -> None:
    """Say that nothing is to be learned from a question. Raises NotVisible, StaleState."""
    asked = get_visible(Asked.objects.visible_to(actor), asked_id)
    if Asked.objects.filter(pk=asked.pk, settled_at=None).update(settled_at=at) != 1:
        raise StaleState


def _check_note(lesson: Lesson) -> None:
    if not lesson.question:
        raise InvalidInput(_("Please write the question this answers."), field="question")
    if not lesson.source:
        raise InvalidInput(
            _("Please name the source, so that everybody can check the answer."), field="source"
        )


def _target(teaching: Teaching) -> tuple[str, str]:
    known = knowledge.guide().known(teaching.target_kind, teaching.target_id)
    if teaching.target_kind not in TARGETS or not known:
        raise InvalidInput(_("Please choose what these words lead to."), field="target")
    return teaching.target_kind, teaching.target_id
