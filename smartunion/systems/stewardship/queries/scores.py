"""Scores of a union and everything below it, and what would change them most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Min, Sum

from smartunion.core.actor import within
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
    faults = (
        FaultCount.objects.filter(within([path], "path"))
        .values_list("rule")
        .annotate(n=Sum("number"))
        .order_by()
    )
    counts = dict(faults)
    found = gains(total, counts)
    broken = {gain.rule.key for gain in found}
    return Score(
        total, sums["records"] or 0, rows.filter(due__gt=0).count(), found,
        [rule for rule in RULES if rule.key not in broken], sums["as_of"],
    )  # fmt: skip


#: A list of no more is counted while somebody waits: she would see that a number of some minutes ago is not that of its rows.
FEW = 1_000


def many_faults(path: str, rule: str) -> int | None:
    """How many records at a path and below break a rule, as last counted; None where so few do that they are counted anew."""
    number = FaultCount.objects.filter(within([path], "path"), rule=rule).aggregate(n=Sum("number"))["n"] or 0
    return number if number > FEW else None


def children_of(union: TradeUnion) -> list[Child]:
    """Unions right below with the score of their subtrees, the lowest first; two statements. Those without records last."""
    children = list(TradeUnion.objects.filter(parent=union).exclude(state="closed").order_by("path"))
    by_path = {child.path: child for child in children}
    sums: dict[str, list[int]] = {path: [0, 0] for path in by_path}
    depth = union.path.count("/") + 1
    rows = UnionQuality.objects.filter(within([union.path], "path")).values_list("path", "due", "kept")
    for path, due, kept in rows.iterator(chunk_size=5000):
        held = sums.get("/".join(path.split("/")[:depth]) + "/")
        if held is not None:
            held[0] += due
            held[1] += kept
    found = [Child(by_path[path], Points(due, kept)) for path, (due, kept) in sums.items()]
    return sorted(found, key=_lowest_first)


def _lowest_first(child: Child) -> tuple[bool, Decimal, str]:
    return (child.score is None, child.score or Decimal(0), child.union.path)


def weakest(children: Sequence[Child], *, most: int = 12) -> list[Child]:
    """The lowest scores, for a chart that stays readable."""
    return [child for child in children if child.score is not None][:most]
