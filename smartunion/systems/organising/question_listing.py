"""The list of questions asked at visits."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, Text
from smartunion.core.listing.listing import Listing
from smartunion.systems.organising.drive_listing import state_of as drive_state
from smartunion.systems.organising.models import VisitQuestion
from smartunion.systems.organising.question_rules import QuestionKind
from smartunion.systems.organising.unit_filter import InArea, OfDrive


def state_of(question: VisitQuestion, today: date) -> str:
    """Whether it is asked: "asked", "later" or "ended"; a drive that is over asks nothing any more."""
    if question.valid_to is not None and question.valid_to <= today:
        return "ended"
    if question.drive is not None and drive_state(question.drive) == "off":
        return "ended"
    return "asked" if question.valid_from <= today else "later"


_STATES = {
    "asked": pgettext_lazy("question", "Asked"),
    "later": _("From a later day"),
    "ended": pgettext_lazy("question", "Ended"),
}


def _standing(values: list[str]) -> Q:
    today = clock.today()
    over = Q(drive__isnull=False) & (Q(drive__closed_at__isnull=False) | Q(drive__ends_on__lt=today))
    ended = Q(valid_to__lte=today) | over
    return {
        "ended": ended, "later": ~ended & Q(valid_from__gt=today), "asked": ~ended & Q(valid_from__lte=today),
    }[values[0]]  # fmt: skip


def _where(question: VisitQuestion) -> str:
    return question.area.name if question.area else question.union.name


def _answers(question: Any) -> str:
    return f"{reverse('coverage:visits')}?said={question.pk}"


QUESTIONS = Listing(
    key="organising.questions",
    title=_("Questions at visits"),
    unit=_("questions"),
    columns=(
        Column(key="label", label=pgettext_lazy("question", "Question"), priority=1, width=40),
        Column(key="state", label=_("State"), kind="state", priority="side", value=lambda one: state_of(one, clock.today()),
               label_of=lambda one: _STATES[state_of(one, clock.today())],
               tone_of=lambda state: "done" if state == "asked" else "waiting"),
        Column(key="kind", label=pgettext_lazy("question", "Answer"), kind="words", priority=2),
        Column(key="where", label=_("Asked in"), value=_where, priority=2),
        Column(key="drive", label=_("Drive"), value=lambda one: one.drive.title if one.drive else "", priority=2),
        Column(key="needed", label=_("Needed"), value=lambda one: gettext("Yes") if one.is_needed else "", priority=3),
        Column(key="valid_from", label=_("From"), kind="date", sort="valid_from", priority=3),
        Column(key="valid_to", label=pgettext_lazy("question", "Until"), kind="date", sort="valid_to", priority=3),
        Column(key="answered", label=pgettext_lazy("question", "Answered"), kind="number", href=_answers, priority=2),
    ),
    order=("-valid_from",),
    search=Text(key="q", label=pgettext_lazy("question", "Question"), fields=("label",)),
    filters=(
        Choice(key="state", label=_("State"), options=list(_STATES.items()), where=_standing),
        InArea(key="area", label=_("Area"), field="area_id"),
        OfDrive(key="drive", label=_("Drive"), field="drive_id", secondary=True),
        Choice(key="kind", label=pgettext_lazy("question", "Answer"), options=QuestionKind.choices, secondary=True),
    ),
    row_url=lambda one: reverse("coverage:question", args=[one.pk]),
    empty_title=_("No question yet"),
    empty_text=_("Visits are noted with result, people seen and a note; a question is asked beside them."),
    empty_icon="patch-question",
)  # fmt: skip
