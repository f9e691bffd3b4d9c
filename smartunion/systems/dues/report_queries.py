"""Reads of reports of funds: vocabularies of a place, who reviews, who has not reported, sums of a reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from smartunion.core.actor import Actor
from smartunion.core.charts import Chart, Series
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Officer, TradeUnion
from smartunion.ground.registry.rules import COUNTED_KINDS, Organ, UnionState
from smartunion.systems.dues.models import REPORT, VIEW, VIEW_OWN, FundsAnswer, FundsLine, FundsReport
from smartunion.systems.dues.report_rules import (
    CENT,
    NOTHING,
    Change,
    FundsHalf,
    FundsReportState,
    FundsReview,
    FundsSide,
    Money,
    Span,
    changes,
    kind_words,
    kinds_in,
)

#: Years offered to look back on, and earlier reports named on a page.
YEARS = 10


def last_year(today: date) -> int:
    """The year that was to be reported last."""
    return today.year - 1


def kinds_of(path: str, span: Span) -> dict[FundsSide, list[str]]:
    """The kinds a report offers: those in force in its place on its last day."""
    held = policies.values(["dues.income_kinds", "dues.spending_kinds"], path=path, on=span.last)
    return {
        FundsSide.INCOME: kinds_in(str(held["dues.income_kinds"].value)),
        FundsSide.SPENDING: kinds_in(str(held["dues.spending_kinds"].value)),
    }


def reviewers_of(union_id: int, on: date) -> list[Officer]:
    """The funds-review committee in office, its chair first."""
    rows = Officer.objects.filter(term__union=union_id, organ=Organ.AUDIT).serving_on(on)
    return sorted(rows, key=lambda one: (one.post != "chair", one.pk))


def prior_of(row: FundsReport) -> FundsReport | None:
    """The published report that ends on the day before this one begins; the whole year before its second half."""
    wanted = Q(pk__in=[])
    for span in row.span.before:
        wanted |= Q(year=span.year, half=span.half)
    found = FundsReport.objects.filter(wanted, union=row.union_id, state=FundsReportState.PUBLISHED)
    return found.order_by("half").first()


def closing_before(union_id: int, span: Span) -> Decimal | None:
    """The balance a new report opens with; None where nothing was published for the time before."""
    found = prior_of(FundsReport(union_id=union_id, year=span.year, half=span.half))
    return found.closing_yuan if found is not None else None


def missing_in(year: int) -> "QuerySet[TradeUnion]":
    """Grassroots unions at work that have not published the report of a year (or of its second half). Unscoped."""
    told = FundsReport.objects.filter(
        union=OuterRef("pk"), year=year, half__in=[FundsHalf.YEAR, FundsHalf.SECOND], state=FundsReportState.PUBLISHED
    )  # fmt: skip
    return _owing(year).filter(~Exists(told))


def _owing(year: int) -> "QuerySet[TradeUnion]":
    founded = Q(founded_on=None) | Q(founded_on__lte=date(year, 12, 31))
    return TradeUnion.objects.filter(founded, state=UnionState.ACTIVE, kind__in=sorted(COUNTED_KINDS))


def missing_for(actor: Actor, year: int) -> "QuerySet[TradeUnion]":
    """The same within an actor's reach."""
    return missing_in(year).filter(actor.within(VIEW) | actor.within(VIEW_OWN))


@dataclass(frozen=True)
class ReportNumbers:
    """What the head of the list says of a year; each opens its records. told: reports published; income, spending: of these,
    halves of a year left out where the whole year was reported too.
    """

    year: int
    told: int
    missing: int
    income: Decimal
    spending: Decimal
    unreviewed: int


def numbers(actor: Actor, year: int) -> ReportNumbers:
    """Published reports of a year in reach with their sums, and the grassroots unions that published none."""
    rows = FundsReport.objects.visible_to(actor).filter(year=year, state=FundsReportState.PUBLISHED)
    counted = rows.exclude(_in_whole(year, "union"))
    found = rows.aggregate(told=Count("pk"), unreviewed=Count("pk", filter=Q(review=FundsReview.NONE)))
    sums = counted.aggregate(income=Sum("income_yuan"), spending=Sum("spending_yuan"))
    return ReportNumbers(
        year, found["told"], missing_for(actor, year).count(), _cents(sums["income"]), _cents(sums["spending"]),
        found["unreviewed"],
    )  # fmt: skip


def _cents(total: Decimal | None) -> Decimal:
    """A sum with two decimals: SQLite adds floating points."""
    return (total or NOTHING).quantize(CENT)


def _in_whole(year: int, union: str, half: str = "half") -> Q:
    """Halves of a year that the same union reported as a whole too."""
    whole = FundsReport.objects.filter(
        union=OuterRef(union), year=year, half=FundsHalf.YEAR, state=FundsReportState.PUBLISHED
    )
    return Q(Exists(whole), **{f"{half}__gt": 0})


def sums_by_kind(actor: Actor, year: int, side: FundsSide) -> list[tuple[str, Decimal]]:
    """(kind, yuan) of all published reports of a year in reach, most first."""
    reach = actor.within(VIEW, "report__path") | actor.within(VIEW_OWN, "report__path")
    rows = FundsLine.objects.filter(
        reach, report__year=year, report__state=FundsReportState.PUBLISHED, side=side
    )
    rows = rows.exclude(_in_whole(year, "report__union", "report__half"))
    found = rows.order_by().values_list("kind").annotate(total=Sum("actual_yuan"))
    return sorted(
        ((kind, _cents(total)) for kind, total in found if total), key=lambda one: (-one[1], one[0])
    )


def chart_of(key: str, title: str, sums: Sequence[tuple[str, Decimal]], links: Sequence[str] = ()) -> Chart:
    """Where the money goes, most first."""
    return Chart(
        key=key, title=title, kind="hbar", unit="元", categories=[kind_words(kind) for kind, _yuan in sums],
        series=[Series(name=title, values=[yuan for _kind, yuan in sums])], links=links,
    )  # fmt: skip


def spending_of(money: Money) -> list[tuple[str, Decimal]]:
    """(kind, yuan) of what one report spent, most first."""
    rows = [(one.kind, one.actual) for one in money.of(FundsSide.SPENDING) if one.actual]
    return sorted(rows, key=lambda one: -one[1])


def writes_for(actor: Actor) -> "QuerySet[TradeUnion]":
    """Unions at work for which an actor may write reports."""
    return TradeUnion.objects.filter(actor.within(REPORT), state=UnionState.ACTIVE)


@dataclass(frozen=True)
class Told:
    """A report as members and offices read it. older: what this version corrected, with what changed; others: earlier and
    other periods of the union, newest first; answers: newest first.
    """

    report: FundsReport
    money: Money
    changed: list[Change]
    others: list[FundsReport]
    versions: list[FundsReport]
    answers: list[FundsAnswer]
    chart: Chart


def told(row: FundsReport, title: str) -> Told:
    """Everything beside one report; a fixed number of queries."""
    same = FundsReport.objects.filter(union=row.union_id, year=row.year, half=row.half).exclude(pk=row.pk)
    versions = list(same.filter(state__in=["published", "replaced"]).order_by("-version"))
    before = next((one for one in versions if one.version < row.version), None)
    others = FundsReport.objects.filter(union=row.union_id, state=FundsReportState.PUBLISHED).exclude(
        year=row.year, half=row.half
    )
    money = row.money
    return Told(
        report=row, money=money, changed=changes(before.money, money) if before is not None else [],
        others=list(others.order_by("-year", "-half")[:YEARS]), versions=versions,
        answers=list(FundsAnswer.objects.filter(union=row.union_id, year=row.year, half=row.half).order_by("-pk")[:100]),
        chart=chart_of(f"spent-{row.pk}", title, spending_of(money)),
    )  # fmt: skip
