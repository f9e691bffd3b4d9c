"""What people's verdicts say of the matcher's rules: per rule, over time, and the labels behind every number."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.charts.series import Chart, Series
from smartunion.core.clock import local_date, midnight
from smartunion.systems.organising.comparison.teaching import tally
from smartunion.systems.organising.models import LinkLabel, MatchLink
from smartunion.systems.organising.models.comparing import LinkLabelQuerySet
from smartunion.systems.organising.queries.rules_in_words import rule_in_words
from smartunion.systems.organising.verdict_rules import Bar, Because, Standing, Tally, standings

MONTHS = 12
LINES = 5


@dataclass(frozen=True)
class RuleLine:
    """One rule's standing in words, with the address of the labels behind each number. checked: right of those drawn."""

    words: str
    kind: str
    standing: Standing
    because: str
    right_url: str
    wrong_url: str
    all_url: str
    precision_pct: float | None
    low_pct: float
    checked: str
    checked_url: str


@dataclass(frozen=True)
class Precision:
    """The page: standing by rule, and the course over the last twelve months."""

    lines: list[RuleLine]
    chart: Chart
    judged: int


def labels(actor: Actor, on: date | None = None) -> QuerySet[LinkLabel]:
    """Every label in reach, for the list; of a past day, those that counted when it ended."""
    rows = LinkLabel.objects.visible_to(actor).select_related("union", "employer")
    return rows if on is None else rows.last_words(until=midnight(on + timedelta(days=1)))


def precision(actor: Actor, bar: Bar, *, at: datetime) -> Precision:
    """Precision by rule over time, as far as the actor sees; a query for each month of the course and two more."""
    said = LinkLabel.objects.visible_to(actor)
    found = standings(tally(said.last_words()), bar)
    drawn = {(one.rule, one.passed): one for one in tally(said.last_words().filter(sampled=True))}
    judged = sum(one.right + one.wrong for one in found)
    return Precision(
        [_line(one, drawn.get((one.rule, one.passed))) for one in found], _chart(said, found, at), judged
    )


def _line(one: Standing, drawn: Tally | None) -> RuleLine:
    behind = partial(list_url, rule=one.rule, points="enough" if one.passed else "fewer", counts="1")
    return RuleLine(
        words=rule_in_words(one.rule),
        kind=_("Enough points to link unasked") if one.passed else _("Fewer points, asked first"),
        standing=one, because=str(Because(one.because).label), right_url=behind(verdict="right"),
        wrong_url=behind(verdict="wrong"), all_url=behind(),
        precision_pct=None if one.precision is None else round(100 * one.precision, 1), low_pct=round(100 * one.low, 1),
        checked=f"{drawn.right}/{drawn.right + drawn.wrong}" if drawn else "", checked_url=behind(sampled="1"),
    )  # fmt: skip


def _chart(said: LinkLabelQuerySet, found: list[Standing], at: datetime) -> Chart:
    """Course of the rules with most verdicts: what counted at the end of each month."""
    rules = list(dict.fromkeys(one.rule for one in found))[:LINES]
    days = month_ends(local_date(at))
    held = [_by_rule(tally(said.last_words(until=midnight(day + timedelta(days=1))))) for day in days]
    return Chart(
        key="rule-precision", title=_("How often each rule was right"), kind="line",
        categories=[f"{day:%Y-%m}" for day in days],
        series=[Series(name=rule_in_words(rule), values=[month.get(rule) for month in held]) for rule in rules],
        unit="%", as_of=at, source=_("People's verdicts until the end of each month"),
        links=[list_url(on=day.isoformat()) for day in days[:-1]] + [list_url(counts="1")],
    )  # fmt: skip


def _by_rule(tallies: list[Tally]) -> dict[str, float]:
    """Percentage of right verdicts by rule, whatever the points."""
    sums: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for one in tallies:
        sums[one.rule] += one.right + one.wrong
        right[one.rule] += one.right
    return {rule: round(100 * right[rule] / number, 1) for rule, number in sums.items()}


def month_ends(today: date) -> list[date]:
    """The last day of each of the last twelve months, the present one ending today."""
    days = [today]
    while len(days) < MONTHS:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]


def list_url(**given: str) -> str:
    """The list of labels, narrowed."""
    return f"{reverse('coverage:labels')}?{urlencode(given)}"


def history_of(link: MatchLink) -> list[LinkLabel]:
    """What people said about a link, newest first."""
    return list(link.labels.order_by("-pk")[:50])
