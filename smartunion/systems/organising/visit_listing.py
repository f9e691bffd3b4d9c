"""The list of visits: what was found where, by whom, when."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.ids import row_id
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, Data, DateRange, Flag, Given, Text
from smartunion.core.listing.listing import CHEAP_COUNT_LIMIT, Listing
from smartunion.core.reading import any_of
from smartunion.core.spellings import in_any_spelling
from smartunion.ground.registry.queries.lookup import employer_begins
from smartunion.ground.registry.rules import fold_name
from smartunion.systems.organising.listings import in_town, organiser_options, union_begins
from smartunion.systems.organising.models import Visit, VisitAnswer, VisitQuestion
from smartunion.systems.organising.question_rules import QuestionKind, said
from smartunion.systems.organising.rules import VisitResult
from smartunion.systems.organising.unit_filter import InArea, OfDrive, Unit


def _find(rows: Any, text: str) -> Any:
    """Visits to firms and unions by code, initials, the beginning of the name, or else a part of it."""
    unions = Visit.objects.filter(in_any_spelling(text, union_begins))
    found = any_of(rows, Visit.objects.filter(employer_begins(text)), unions)
    return found if found.exists() else rows.filter(in_any_spelling(text, _holds))


def _holds(text: str) -> Q:
    key = fold_name(text)
    return Q(employer__name_key__contains=key) | Q(union__name_key__contains=key)


def _found_somebody(values: list[str]) -> Q:
    nobody = Q(result=VisitResult.NOBODY)
    return nobody if values == ["no"] else ~nobody


#: Questions whose answers are offered to choose from; one that a page names is reached by its number all the same.
_OFFERED = 100


def _answers(visit: Visit) -> str:
    said = gettext("%(said)s: %(note)s")
    return " · ".join(said % {"said": one.question.label, "note": one.said} for one in visit.answers.all())


def _said_options(rows: Iterable[VisitQuestion]) -> list[tuple[str, str]]:
    """Each question, answered at all or in one way: "12" or "12.yes"."""
    found = []
    for one in rows:
        offered = ["yes", "no"] if one.kind == QuestionKind.YES_NO else one.choices
        found += [(f"{one.pk}", one.label)]
        found += [(f"{one.pk}.{text}", f"{one.label} {said(one.kind, text)}") for text in offered]
    return found


class Said(Choice):
    """Of which question in which way; one that a page names is found though it is not offered."""

    def read(self, data: Data, actor: Actor) -> Given:
        """Parse the address."""
        options = _said_options(
            VisitQuestion.objects.visible_to(actor).order_by("-valid_from", "-pk")[:_OFFERED]
        )
        named = data.get(self.key, [""])[-1].partition(".")[0]
        if (key := row_id(named)) and not any(value == named for value, _label in options):
            options += _said_options(VisitQuestion.objects.visible_to(actor).filter(pk=key))
        return super(Said, replace(self, options=options)).read(data, actor)


def _said(values: list[str]) -> Q:
    number, dot, text = values[0].partition(".")
    rows = VisitAnswer.objects.filter(question=int(number), **({"text": text} if dot else {}))
    return Q(pk__in=rows.values("visit"))


def _when(visit: Visit) -> datetime:
    return localtime(visit.noted_at)


def _to(visit: Visit) -> str:
    if visit.finding_id is not None:
        return reverse("coverage:finding", args=[visit.finding_id])
    return reverse("desk:union", args=[visit.union_id]) if visit.union_id else ""


def _tone(result: str) -> str:
    return "waiting" if result in {VisitResult.NOBODY, VisitResult.REFUSES} else "done"


VISITS = Listing(
    key="organising.visits",
    count_limit=CHEAP_COUNT_LIMIT,
    title=_("Visits"),
    unit=_("visits"),
    columns=(
        Column(key="subject", label=_("Employer or union"), value="subject_name", priority=1, width=36),
        Column(key="result", label=_("What was found"), kind="state", priority="side", tone_of=_tone),
        Column(key="noted_at", label=_("Visited on"), kind="date", value=_when, sort="noted_at", priority=2),
        Column(key="organiser", label=_("By whom"), priority=2),
        Column(key="area", label=_("Area"), value="area.name", priority=2),
        Column(key="drive", label=_("Drive"), value="drive.title", priority=3, shown=False),
        Column(key="note", label=_("Note"), priority=2, width=30),
        Column(key="staff_seen", label=_("People seen"), kind="number", priority=3, shown=False),
        Column(key="answers", label=pgettext_lazy("question", "Answers"), value=_answers, priority=2, width=30),
        Column(
            key="done", label=_("Counts as done"), value=lambda visit: gettext("Yes") if visit.is_done else "", priority=3,
            shown=False,
        ),
        Column(key="contact_name", label=_("Spoke to"), priority=3, shown=False),
    ),
    order=("-noted_at",),
    search=Text(key="q", label=_("Name, initials or code"), find=_find),
    filters=(
        Choice(key="met", label=_("Somebody there"), options=(("yes", _("Yes")), ("no", _("Nobody there"))), where=_found_somebody),
        Choice(key="result", label=_("What was found"), options=VisitResult.choices, multiple=True),
        InArea(key="area", label=_("Area"), field="area_id"),
        DateRange(key="on", label=_("Visited on"), field="noted_at", instant=True),
        Choice(key="organiser", label=_("By whom"), options=organiser_options, field="user_id", secondary=True),
        Unit(permission="organising.view", key="town", label=_("Town"), where=in_town, secondary=True),
        OfDrive(key="drive", label=_("Drive"), field="drive_id", secondary=True),
        Said(key="said", label=_("Answer to a question"), where=_said, secondary=True),
        Flag(key="done", label=_("Counts as done"), where=Q(is_done=True), secondary=True),
        Flag(key="no_area", label=_("In no area yet"), where=Q(area=None), secondary=True),
        Flag(key="conflict", label=_("Met another decision"), where=~Q(conflict=""), secondary=True),
        Flag(key="offline", label=_("Noted without signal"), where=Q(was_offline=True), secondary=True),
    ),
    row_url=_to,
    empty_title=_("No visit yet"),
    empty_text=_("What organisers note on their phones stands here."),
    empty_icon="geo-alt",
)  # fmt: skip
