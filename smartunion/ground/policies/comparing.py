"""Two days or two places side by side: what held here and there, and what differs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from smartunion.core.listing.columns import Cell
from smartunion.ground.policies import queries
from smartunion.ground.policies.parameters import Label
from smartunion.ground.policies.queries import Line


@dataclass(frozen=True)
class Pair:
    """One parameter on both sides; differs: the values, not merely who says so."""

    left: Line
    right: Line

    @property
    def differs(self) -> bool:
        """Whether what holds is another value."""
        return bool(self.left.held.value != self.right.held.value)


@dataclass(frozen=True)
class PairGroup:
    """Pairs under one heading."""

    label: Label
    pairs: list[Pair]


@dataclass(frozen=True)
class Comparison:
    """groups: what is shown; differing, total: parameters with another value, and all."""

    groups: list[PairGroup]
    differing: int
    total: int


def compare(left: tuple[str, date], right: tuple[str, date], *, whole: bool) -> Comparison:
    """Every parameter (whole) or those with another value, for two (path, day); headings in the order registered."""
    sides = zip(queries.overview(*left), queries.overview(*right), strict=True)
    groups = [
        PairGroup(a.label, [Pair(x, y) for x, y in zip(a.lines, b.lines, strict=True)]) for a, b in sides
    ]
    pairs = [pair for group in groups for pair in group.pairs]
    shown = [PairGroup(g.label, [pair for pair in g.pairs if whole or pair.differs]) for g in groups]
    return Comparison([g for g in shown if g.pairs], sum(pair.differs for pair in pairs), len(pairs))


def table_of(found: Comparison, left: str, right: str) -> tuple[list[str], Iterator[list[Cell]]]:
    """Heads and rows for a file: heading, parameter, key, then value, since and source of both sides."""
    more = [_("In force since"), _("Basis")]
    heads = [_("Group"), _("Rule"), _("Key"), left, *more, right, *more, _("Differs")]
    rows: Iterator[list[Cell]] = (
        [
            str(group.label), str(pair.left.parameter.label), pair.left.parameter.key, *_side(pair.left),
            *_side(pair.right), _("Yes") if pair.differs else _("No"),
        ]
        for group in found.groups for pair in group.pairs
    )  # fmt: skip
    return heads, rows


def _side(line: Line) -> list[Cell]:
    return [line.text, line.held.valid_from, line.held.source]
