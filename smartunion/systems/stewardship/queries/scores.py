"""Scores of a union and everything below it, and what would change them most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Min, Sum

from smartunion.core.actor import within
from smartunion.core.paths import step_below
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.stewardship.models import FaultCount, UnionQuality
from smartunion.systems.stewardship.rules.quality import RULES, Gain, Points, Rule, gains


@dataclass(frozen=True)
class Score:
    """The score of a subtree. gains: what would change it most; clean: rules nothing breaks; as_of: oldest count."""

    points: Points
    records: int
    unions: int
    gains: list[Gain]
    clean: list[Rule]
    as_of: datetime | None

    @property
    def faults(self) -> int:
        """Rules broken, over all records."""
        return sum(gain.number for gain in self.gains)


@dataclass(frozen=True)
class Child:
    """The score of a union below, with its subtree."""

    union: TradeUnion
    points: Points

    @property
    def score(self) -> Decimal | None:
        """0–100, None without records."""
        return self.points.score


def score_of(path: str) -> Score:
    """The score at a path and below; two statements."""
    rows = UnionQuality.objects.filter(within([path], "path"))
    sums = rows.aggregate(due=Sum("due"), kept=Sum("kept"), records=Sum("records"), as_of=Min("counted_at"))
    total = Points(sums["due"] or 0, sums["kept"] or 0)
    found = gains(total, _faults(path))
    broken = {gain.rule.key for gain in found}
    return Score(
        total, sums["records"] or 0, rows.filter(due__gt=0).count(), found,
        [rule for rule in RULES if rule.weight and rule.key not in broken], sums["as_of"],
    )  # fmt: skip


def _faults(path: str, **which: str) -> dict[str, int]:
    """Rule → records at a path and below that break it, as last counted; one statement."""
    rows = FaultCount.objects.filter(within([path], "path"), **which).order_by()
    return dict(rows.values_list("rule").annotate(n=Sum("number")))


#: A list of no more is counted while somebody waits: she would see that a number of some minutes ago is not that of its rows.
FEW = 1_000


def many_faults(path: str, rule: str) -> int | None:
    """How many records at a path and below break a rule, as last counted; None where so few do that they are counted anew."""
    number = _faults(path, rule=rule).get(rule, 0)
    return number if number > FEW else None


def children_of(union: TradeUnion) -> list[Child]:
    """Unions right below with the score of their subtrees, the lowest first; two statements. Those without records last."""
    children = TradeUnion.objects.filter(parent=union).exclude(state="closed").order_by("path")
    rows = UnionQuality.objects.filter(within([union.path], "path")).order_by()
    by_child = rows.values_list(step_below(union.path, "path")).annotate(due=Sum("due"), kept=Sum("kept"))
    sums = {path: Points(due, kept) for path, due, kept in by_child}
    found = [Child(child, sums.get(child.path, Points(0, 0))) for child in children]
    return sorted(found, key=_lowest_first)


def _lowest_first(child: Child) -> tuple[bool, Decimal, str]:
    return (child.score is None, child.score or Decimal(0), child.union.path)


def weakest(children: Sequence[Child], *, most: int = 12) -> list[Child]:
    """The lowest scores, for a chart that stays readable."""
    return [child for child in children if child.score is not None][:most]
