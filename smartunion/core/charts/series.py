"""Series of numbers with what a reader must know about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.timezone import localtime

Label = str | Promise
Number = int | float | Decimal | None
#: bar: columns; hbar: ranking, first on top; line, area: courses; donut: shares of one series; funnel: narrowing steps.
Kind = Literal["bar", "hbar", "line", "area", "donut", "funnel"]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One row of numbers. values: one for each category, None where there is none."""

    name: Label
    values: Sequence[Number]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart.

    key: id of the element, unique on the page; categories: what the values belong to (days, towns, steps);
    links: address behind each category, "" where there is none; unit: of every value; source: where the numbers
    come from, in words; as_of: the instant they hold for; stacked: series add up; goal: a line to reach.
    """

    key: str
    title: Label
    kind: Kind
    categories: Sequence[Label]
    series: Sequence[Series]
    unit: Label = ""
    source: Label = ""
    as_of: datetime | None = None
    links: Sequence[str] = ()
    stacked: bool = False
    goal: Number = None
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lengths = {len(one.values) for one in self.series} | ({len(self.links)} if self.links else set())
        if lengths - {len(self.categories)}:
            raise ValueError(f"chart {self.key}: every series needs one value for each category")

    @property
    def is_empty(self) -> bool:
        """Nothing to draw: no category, or no value above or below zero; on a map a zero is something."""
        if self.extra.get("kind") == "map":
            return all(value is None for one in self.series for value in one.values)
        return not any(value for one in self.series for value in one.values)

    @property
    def rows(self) -> list[tuple[Label, str, list[Number]]]:
        """The table: category, its address, the values."""
        links = self.links or [""] * len(self.categories)
        columns = [one.values for one in self.series]
        return [
            (category, links[index], [values[index] for values in columns])
            for index, category in enumerate(self.categories)
        ]

    @property
    def data(self) -> dict[str, Any]:
        """What the script draws; plain JSON values."""
        return {
            "kind": self.kind,
            "title": str(self.title),
            "unit": str(self.unit),
            "categories": [str(category) for category in self.categories],
            "links": list(self.links),
            "series": [
                {"name": str(one.name), "values": [plain(value) for value in one.values]}
                for one in self.series
            ],
            "stacked": self.stacked,
            "goal": plain(self.goal),
            "as_of": localtime(self.as_of).isoformat(timespec="seconds") if self.as_of else "",
            **self.extra,
        }


def plain(value: Number) -> int | float | None:
    """A number JSON knows; decimals lose nothing that a screen could show."""
    return float(value) if isinstance(value, Decimal) else value
