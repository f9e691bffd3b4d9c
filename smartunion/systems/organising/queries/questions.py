"""Questions at visits: which are asked where and for which drive, and what was answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, DecimalField, Max, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.paths import ancestors, is_under
from smartunion.systems.organising.models import (
    Area,
    AreaUnion,
    JoiningDrive,
    Visit,
    VisitAnswer,
    VisitQuestion,
)
from smartunion.systems.organising.question_rules import QuestionKind, said


def questions_for(actor: Actor, *, on: date | None = None) -> QuerySet[Any]:
    """Questions in reach with how often each was answered; of a day, those in force then. Untyped, as it is annotated."""
    rows = (
        VisitQuestion.objects.visible_to(actor)
        if on is None
        else VisitQuestion.objects.visible_to(actor).asked_on(on)
    )
    answers = VisitAnswer.objects.filter(question=OuterRef("pk")).order_by().values("question")
    number = Subquery(answers.annotate(n=Count("pk")).values("n"))
    return rows.select_related("union", "area", "drive").annotate(answered=Coalesce(number, Value(0)))


def asked(path: str, area_id: int | None, on: date, *, drive_id: int | None = None) -> list[VisitQuestion]:
    """What is asked at a visit there on a day, the widest federation's first, a drive's last; one query."""
    if not path:
        return []
    rows = VisitQuestion.objects.asked_at(path, area_id, drive_id).asked_on(on)
    return sorted(rows, key=_widest_first)


def _widest_first(question: VisitQuestion) -> tuple[bool, str, int, int]:
    return question.drive_id is not None, question.path, question.area_id or 0, question.pk


def area_of_union(union_id: int) -> int | None:
    """The area a union stands in; one query."""
    rows = AreaUnion.objects.filter(union_id=union_id, valid_to=None)
    return rows.values_list("area_id", flat=True).first()


def drives_there(path: str, on: date) -> list[JoiningDrive]:
    """The drives a visit there may be made for on a day; one query."""
    rows = JoiningDrive.objects.visited_on(on).filter(path__in=ancestors(path))
    return list(rows.order_by("ends_on", "pk")) if path else []


def asked_by_area(area_ids: Collection[int], on: date) -> dict[str, list[dict[str, Any]]]:
    """For the phone: what each of the areas asks, by its number; two queries."""
    areas = dict(Area.objects.filter(pk__in=area_ids).values_list("pk", "path"))
    above = {one for path in areas.values() for one in ancestors(path)}
    rows = sorted(VisitQuestion.objects.filter(path__in=above, drive=None).asked_on(on), key=_widest_first)
    return {
        str(area_id): [
            _on_phone(one) for one in rows if path.startswith(one.path) and one.area_id in {None, area_id}
        ]
        for area_id, path in areas.items()
    }


def asked_by_drive(area_ids: Collection[int], on: date) -> list[dict[str, Any]]:
    """For the phone: the drives visits in these areas may be made for, each with its areas and what it asks; three queries."""
    areas = dict(Area.objects.filter(pk__in=area_ids).values_list("pk", "path"))
    above = {one for path in areas.values() for one in ancestors(path)}
    drives = JoiningDrive.objects.visited_on(on).filter(path__in=above).order_by("ends_on", "pk")
    asked: dict[int | None, list[dict[str, Any]]] = {}
    for one in VisitQuestion.objects.filter(drive__in=drives).asked_on(on).order_by("pk"):
        asked.setdefault(one.drive_id, []).append(_on_phone(one))
    return [
        {
            "id": drive.pk, "title": drive.title, "questions": asked.get(drive.pk, []),
            "areas": [area for area, path in areas.items() if is_under(path, drive.path)],
        }
        for drive in drives
    ]  # fmt: skip


def _on_phone(one: VisitQuestion) -> dict[str, Any]:
    return {
        "id": one.pk,
        "label": one.label,
        "kind": one.kind,
        "choices": one.choices,
        "is_needed": one.is_needed,
    }


@dataclass(frozen=True)
class Outcome:
    """What was answered. by_answer: (kept answer, words, visits) for yes or no and for choices, choices nobody took too;
    least, mean, most: of numbers, None otherwise.
    """

    visits: int
    by_answer: list[tuple[str, str, int]]
    least: Decimal | None = None
    mean: Decimal | None = None
    most: Decimal | None = None

    def in_words(self, kind: str) -> str:
        """All of it in one line: the answers with their numbers, of numbers the mean, of words how many there are."""
        if self.by_answer:
            return "、".join(
                _("%(words)s %(n)s") % {"words": words, "n": n} for _key, words, n in self.by_answer
            )
        if self.mean is not None:
            return _("%(mean)s on average, from %(least)s to %(most)s (%(n)s visits)") % {
                "mean": _plain(self.mean), "least": _plain(self.least), "most": _plain(self.most), "n": self.visits,
            }  # fmt: skip
        return _("answered at %(n)s visits") % {"n": self.visits}


def _plain(number: Decimal | None) -> str:
    return f"{round(number or Decimal(), 1).normalize():f}"


def outcome(actor: Actor, question: VisitQuestion) -> Outcome:
    """Over the visits in reach; one query."""
    rows = VisitAnswer.objects.filter(question=question, visit__in=Visit.objects.visible_to(actor))
    return outcomes(rows, [question])[question.pk]


def outcomes(rows: QuerySet[VisitAnswer], questions: Sequence[VisitQuestion]) -> dict[int, Outcome]:
    """What was answered to each of the questions among these answers; one query for each kind of counting, three at most."""
    of_kind = {
        kind: [one.pk for one in questions if one.kind in kinds]
        for kind, kinds in (
            ("number", {QuestionKind.NUMBER}), ("text", {QuestionKind.TEXT}), ("closed", set(_CLOSED)),
        )
    }  # fmt: skip
    numbers = _by_question(
        rows, of_kind["number"], n=Count("pk"), least=Min(_NUMBER), mean=Avg(_NUMBER), most=Max(_NUMBER)
    )
    found = {key: Outcome(n, [], *values) for key, n, *values in numbers}
    found |= {key: Outcome(n, []) for key, n in _by_question(rows, of_kind["text"], n=Count("pk"))}
    counts: dict[int, dict[str, int]] = {key: {} for key in of_kind["closed"]}
    for key, text, n in _by_question(rows, of_kind["closed"], "text", n=Count("pk")):
        counts[key][text] = n
    for one in questions:
        if one.pk in counts:
            offered = ["yes", "no"] if one.kind == QuestionKind.YES_NO else one.choices
            by_answer = [(text, said(one.kind, text), counts[one.pk].get(text, 0)) for text in offered]
            found[one.pk] = Outcome(sum(counts[one.pk].values()), by_answer)
    return {one.pk: found.get(one.pk, Outcome(0, [])) for one in questions}


_CLOSED = (QuestionKind.YES_NO, QuestionKind.CHOICE)
_NUMBER = Cast("text", DecimalField(max_digits=24, decimal_places=4))


def _by_question(rows: QuerySet[VisitAnswer], keys: Sequence[int], *also: str, **sums: Any) -> Sequence[Any]:
    if not keys:
        return ()
    return list(rows.filter(question__in=keys).order_by().values_list("question_id", *also).annotate(**sums))
