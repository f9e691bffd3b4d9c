"""Questions at visits: asked from a day on, ended, and answered with the visit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from smartunion.core import audit, clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.paths import ancestors
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.models import Area, JoiningDrive, Visit, VisitAnswer, VisitQuestion
from smartunion.systems.organising.question_rules import (
    MOST,
    MOST_CHOICES,
    QuestionKind,
    counts_as_done,
    read_answer,
)
from smartunion.systems.organising.rules import VisitResult


@dataclass(frozen=True)
class Asked:
    """A question to be asked. Of an area, of all areas of a federation and below, or at visits made for a drive.

    choices: for one of several.
    """

    label: str
    kind: QuestionKind
    area_id: int | None = None
    union_id: int | None = None
    drive_id: int | None = None
    choices: tuple[str, ...] = ()
    is_needed: bool = False


@dataclass(frozen=True)
class _Place:
    """Who asks. area, drive: empty where all areas of the federation are asked at each visit."""

    union: TradeUnion
    area: Area | None = None
    drive: JoiningDrive | None = None


def may_ask(actor: Actor, path: str, *, area: Area | None, drive: JoiningDrive | None) -> bool:
    """Whoever hands out areas there; an organiser for an area of her own; whoever leads a drive, at visits made for it."""
    if drive is not None:
        return actor.can("drives.manage", path=path)
    own = area is not None and area.pk in actor.area_ids and actor.can("organising.visit")
    return own or actor.can("organising.assign", path=path)


@transaction.atomic
def ask(*, actor: Actor, question: Asked, starts_on: date, at: datetime) -> VisitQuestion:
    """Ask something from a day on: at each visit, or at those made for a drive.

    Raises NotVisible, NotAllowed, InvalidInput (no words, too few or too many choices, a day gone by, a handful already, a
    drive for which no visits are made).
    """
    place = _whose(actor, question)
    union = place.union
    if not may_ask(actor, union.path, area=place.area, drive=place.drive):
        raise NotAllowed
    if place.drive is not None:
        _check_visited(place.drive, starts_on)
    choices = _checked(question)
    if starts_on < clock.local_date(at):
        raise InvalidInput(_("A question is asked from today on or later."), field="starts_on")
    standing = VisitQuestion.objects.filter(union=union, area=place.area, drive=place.drive, valid_to=None)
    if standing.count() >= MOST:
        raise InvalidInput(
            _("%(most)s questions are asked here already; more nobody answers at the door.") % {"most": MOST},
            remedy=_("End one of them first."), field="label",
        )  # fmt: skip
    made = VisitQuestion.objects.create(
        union=union, area=place.area, drive=place.drive, path=union.path, kind=question.kind, choices=choices,
        label=question.label.strip(), is_needed=question.is_needed, valid_from=starts_on, user_id=actor.user_id, created_at=at,
    )  # fmt: skip
    audit.record(actor, "organising.question_asked", made, at=at)
    return made


def _whose(actor: Actor, question: Asked) -> _Place:
    if question.drive_id is not None:
        drive = get_visible(JoiningDrive.objects.visible_to(actor).select_related("union"), question.drive_id)
        return _Place(drive.union, drive=drive)
    if question.area_id is not None:
        seen = Area.objects.filter(actor.within("organising.view")) | Area.objects.filter(
            pk__in=actor.area_ids
        )
        area = get_visible(seen.filter(closed_on=None), question.area_id)
        return _Place(area.union, area)
    unions = TradeUnion.objects.filter(actor.within("organising.view"), territory__isnull=False)
    return _Place(get_visible(unions, question.union_id))


def is_visited(drive: JoiningDrive) -> bool:
    """Whether organisers make visits for it: a campaign, not a standing code, of a federation with a territory."""
    return drive.ends_on is not None and drive.union.territory_id is not None


def _check_visited(drive: JoiningDrive, starts_on: date) -> None:
    """Visits are made for campaigns of a federation with a territory, while they run. Raises InvalidInput."""
    if not is_visited(drive):
        raise InvalidInput(
            _("Organisers make visits for a drive of a federation that has a last day; this code is none."),
            remedy=_("Ask it in an area, or issue a code for a drive."), field="where",
        )  # fmt: skip
    if drive.closed_at is not None or (drive.ends_on or starts_on) < starts_on:
        raise InvalidInput(_("The drive is over by then."), field="starts_on")


def _checked(question: Asked) -> list[str]:
    """The choices, each once. Raises InvalidInput."""
    if not 2 <= len(question.label.strip()) <= 120:
        raise InvalidInput(_("Say in 2 to 120 letters what is asked."), field="label")
    choices = list(dict.fromkeys(one.strip()[:40] for one in question.choices if one.strip()))
    if question.kind != QuestionKind.CHOICE:
        return []
    if not 2 <= len(choices) <= MOST_CHOICES:
        raise InvalidInput(
            _("Give two to %(most)s answers to choose from, one a line.") % {"most": MOST_CHOICES},
            field="choices",
        )
    return choices


@transaction.atomic
def end(*, actor: Actor, question_id: int, at: datetime) -> VisitQuestion:
    """Ask it no longer from today on; what was answered stays. Raises NotVisible, NotAllowed, StaleState (ended already)."""
    found = get_visible(VisitQuestion.objects.visible_to(actor).select_related("area", "drive"), question_id)
    if not may_ask(actor, found.path, area=found.area, drive=found.drive):
        raise NotAllowed
    today = max(clock.local_date(at), found.valid_from)
    if VisitQuestion.objects.filter(pk=found.pk, valid_to=None).update(valid_to=today) != 1:
        raise StaleState
    audit.record(actor, "organising.question_ended", found, at=at)
    found.refresh_from_db()
    return found


def read(path: str, answers: Mapping[int, str], *, drive_id: int | None) -> list[tuple[VisitQuestion, str]]:
    """Answers as they are kept, empty ones left out. Raises InvalidInput for one that cannot be read, or is not asked there.

    A question that ended meanwhile, or of an area the firm has left, is answered all the same: the phone may have been
    without signal for days, and nothing that was said is lost.
    """
    given = {key: text for key, text in answers.items() if text.strip()}
    if not given:
        return []
    there = VisitQuestion.objects.filter(Q(drive=None) | Q(drive_id=drive_id or -1), path__in=ancestors(path))
    questions = there.in_bulk(list(given))
    kept = []
    for key, text in given.items():
        question = questions.get(key)
        if question is None:
            raise InvalidInput(
                _("One of the questions answered is not asked here."),
                remedy=_("Load the list again."),
                field="answers",
            )
        try:
            kept.append((question, read_answer(QuestionKind(question.kind), question.choices, text)))
        except ValueError:
            raise InvalidInput(
                _("“%(question)s” cannot be answered like this: %(answer)s") % {"question": question.label, "answer": text[:40]},
                field="answers",
            ) from None  # fmt: skip
    return kept


def is_done(visit: Visit, kept: Sequence[tuple[VisitQuestion, str]]) -> bool:
    """Whether a visit counts as done by what is asked there on its day, of the drive it was made for too."""
    on = clock.local_date(visit.noted_at)
    asked = VisitQuestion.objects.asked_at(visit.path, visit.area_id, visit.drive_id).asked_on(on)
    needed = list(asked.filter(is_needed=True).values_list("pk", flat=True))
    return counts_as_done(VisitResult(visit.result), needed, [one.pk for one, _text in kept])


def keep(visit: Visit, kept: Sequence[tuple[VisitQuestion, str]]) -> None:
    """Put these answers in the place of the visit's former ones."""
    visit.answers.all().delete()
    VisitAnswer.objects.bulk_create(VisitAnswer(visit=visit, question=one, text=text) for one, text in kept)
