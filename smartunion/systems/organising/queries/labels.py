"""What people's verdicts say of the matcher's rules: per rule, over time, and the labels behind every number."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.charts.series import Chart, Series
from smartunion.systems.organising.comparison.teaching import NOT_A_RULE
from smartunion.systems.organising.models import LinkLabel, MatchLink
from smartunion.systems.organising.queries.rules_in_words import rule_in_words
from smartunion.systems.organising.verdict_rules import Bar, Because, LabelVerdict, Standing, Tally, standings

MONTHS = 12
LINES = 5


@dataclass(frozen=True)
class RuleLine:
    """One rule's standing in words, with the address of the labels behind each number."""

    words: str
    kind: str
    standing: Standing
    because: str
    right_url: str
    wrong_url: str
    precision_pct: float | None
    low_pct: float
    checked: str


@dataclass(frozen=True)
class Precision:
    """The page: standing by rule, and the course over the last twelve months."""

    lines: list[RuleLine]
    chart: Chart
    judged: int


def labels(actor: Actor) -> QuerySet[LinkLabel]:
    """Every label in reach, for the list."""
    return LinkLabel.objects.visible_to(actor).select_related("union", "employer")


def precision(actor: Actor, bar: Bar, *, at: datetime) -> Precision:
    """Precision by rule over time, as far as the actor sees; one query."""
    rows = (
        LinkLabel.objects.visible_to(actor)
        .filter(union__isnull=False)
        .exclude(rule__in=NOT_A_RULE)
        .order_by("pk")
    )
    seen = list(rows.values_list("union_id", "employer_id", "verdict", "rule", "passed", "sampled", "at"))
    last = {(row[0], row[1]): row for row in seen}
    counted = [row for row in last.values() if row[2] != LabelVerdict.WITHDRAWN]
    found = standings(_tallies(counted), bar)
    return Precision([_line(one, counted) for one in found], _chart(seen, found, at), len(counted))


def _tallies(rows: list[Any]) -> list[Tally]:
    counts: dict[tuple[str, bool], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        counts[row[3], row[4]][0 if row[2] == LabelVerdict.RIGHT else 1] += 1
    return [Tally(rule, passed, right, wrong) for (rule, passed), (right, wrong) in counts.items()]


def _line(one: Standing, rows: list[Any]) -> RuleLine:
    drawn = [row for row in rows if row[3] == one.rule and row[4] == one.passed and row[5]]
    right = sum(row[2] == LabelVerdict.RIGHT for row in drawn)
    return RuleLine(
        words=rule_in_words(one.rule),
        kind=_("Enough points to link unasked") if one.passed else _("Fewer points, asked first"),
        standing=one, because=str(Because(one.because).label), right_url=list_url(one.rule, "right"),
        wrong_url=list_url(one.rule, "wrong"),
        precision_pct=None if one.precision is None else round(100 * one.precision, 1), low_pct=round(100 * one.low, 1),
        checked=f"{right}/{len(drawn)}" if drawn else "",
    )  # fmt: skip


def _chart(rows: list[Any], found: list[Standing], at: datetime) -> Chart:
    """Course of the rules with most verdicts: what had been said until the end of each month."""
    ends = _month_ends(at)
    rules = list(dict.fromkeys(one.rule for one in found))[:LINES]
    series = [
        Series(name=rule_in_words(rule), values=[_until(rows, rule, end) for _name, end in ends])
        for rule in rules
    ]
    return Chart(
        key="rule-precision", title=_("How often each rule was right"), kind="line",
        categories=[name for name, _end in ends], series=series, unit="%", as_of=at,
        source=_("People's verdicts until the end of each month"),
        links=[f"{reverse('coverage:labels')}?{urlencode({'at_to': f'{end:%Y-%m-%d}'})}" for _name, end in ends],
    )  # fmt: skip


def _until(rows: list[Any], rule: str, end: datetime) -> float | None:
    last = {(row[0], row[1]): row for row in rows if row[6] <= end}
    said = [row[2] for row in last.values() if row[3] == rule and row[2] != LabelVerdict.WITHDRAWN]
    return round(100 * said.count(LabelVerdict.RIGHT) / len(said), 1) if said else None


def _month_ends(at: datetime) -> list[tuple[str, datetime]]:
    """The last twelve months as (2026-10, its last instant), the present one ending now."""
    now = localtime(at)
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ends = [(f"{now:%Y-%m}", now)]
    for _number in range(MONTHS - 1):
        last = first - first.resolution
        ends.append((f"{last:%Y-%m}", last))
        first = last.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return ends[::-1]


def list_url(rule: str, verdict: str = "") -> str:
    """The labels of one rule."""
    given = {"rule": rule} | ({"verdict": verdict} if verdict else {})
    return f"{reverse('coverage:labels')}?{urlencode(given)}"


def history_of(link: MatchLink) -> list[LinkLabel]:
    """What people said about a link, newest first."""
    return list(link.labels.order_by("-pk")[:50])
