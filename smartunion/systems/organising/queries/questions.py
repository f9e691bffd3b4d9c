"""Questions at visits: which are asked where, and what was answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, DecimalField, Max, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from smartunion.core.actor import Actor
from smartunion.core.paths import ancestors
from smartunion.systems.organising.models import Area, AreaUnion, Visit, VisitAnswer, VisitQuestion
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
    return rows.select_related("union", "area").annotate(answered=Coalesce(number, Value(0)))


def asked(path: str, area_id: int | None, on: date) -> list[VisitQuestion]:
    """What is asked at a visit there on a day, the widest federation's first; one query."""
    rows = (
        VisitQuestion.objects.asked_at(path, area_id).asked_on(on) if path else VisitQuestion.objects.none()
    )
    return sorted(rows, key=_widest_first)


def _widest_first(question: VisitQuestion) -> tuple[str, int, int]:
    return question.path, question.area_id or 0, question.pk


def asked_of_union(path: str, union_id: int, on: date) -> list[VisitQuestion]:
    """What is asked at a visit to a union; two queries."""
    spell = (
        AreaUnion.objects.filter(union_id=union_id, valid_to=None).values_list("area_id", flat=True).first()
    )
    return asked(path, spell, on)


def asked_by_area(area_ids: Collection[int], on: date) -> dict[str, list[dict[str, Any]]]:
    """For the phone: what each of the areas asks, by its number; two queries."""
    areas = dict(Area.objects.filter(pk__in=area_ids).values_list("pk", "path"))
    above = {one for path in areas.values() for one in ancestors(path)}
    rows = sorted(VisitQuestion.objects.filter(path__in=above).asked_on(on), key=_widest_first)
    return {
        str(area_id): [
            {"id": one.pk, "label": one.label, "kind": one.kind, "choices": one.choices, "is_needed": one.is_needed}
            for one in rows if path.startswith(one.path) and one.area_id in {None, area_id}
        ]
        for area_id, path in areas.items()
    }  # fmt: skip


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


def outcome(actor: Actor, question: VisitQuestion) -> Outcome:
    """Over the visits in reach; one query."""
    rows = VisitAnswer.objects.filter(question=question, visit__in=Visit.objects.visible_to(actor)).order_by()
    if question.kind == QuestionKind.NUMBER:
        number = Cast("text", DecimalField(max_digits=24, decimal_places=4))
        found = rows.aggregate(n=Count("pk"), least=Min(number), mean=Avg(number), most=Max(number))
        return Outcome(found["n"], [], found["least"], found["mean"], found["most"])
    if question.kind == QuestionKind.TEXT:
        return Outcome(rows.count(), [])
    counts = dict(rows.values_list("text").annotate(n=Count("pk")))
    offered = ["yes", "no"] if question.kind == QuestionKind.YES_NO else list(question.choices)
    return Outcome(
        sum(counts.values()), [(one, said(question.kind, one), counts.get(one, 0)) for one in offered]
    )
