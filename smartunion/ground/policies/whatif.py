"""What if a rule had been another: rooms register how to count it on real records, this room runs and keeps it.

A room says in its apps.py, in `ready`: `whatif.register(WhatIf("room.key", label, run, …))`, see the README.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from smartunion.ground.policies.parameters import Label, Parameter

Number = int | Decimal
#: Told between batches, outside transactions: records looked at so far, of how many. Raises Cancelled when the owner stops.
Progress = Callable[[int, int], None]
SAMPLE = 20


@dataclass(frozen=True)
class Line:
    """One sum before and after. unit: "yuan" (two decimals), "people", "cases" and the like, in words."""

    label: Label
    before: Number
    after: Number
    unit: Label = ""


@dataclass(frozen=True)
class Sample:
    """One record that would have ended otherwise, without names: what it is ("2026年3月，城关镇"), then and now."""

    what: Label
    before: Label
    after: Label


@dataclass(frozen=True)
class WhatIfResult:
    """counted: records looked at; changed: of these, how many would have ended otherwise; sample: at most 20 of them."""

    counted: int
    changed: int
    lines: tuple[Line, ...]
    sample: tuple[Sample, ...] = ()


class Run(Protocol):
    """Counts on real records, streamed in batches; called with keywords, outside any transaction, maybe twice."""

    def __call__(
        self, *, path: str, since: date, until: date, overrides: Mapping[str, Any], progress: Progress
    ) -> WhatIfResult:
        """path: the subtree; [since, until): the days; overrides: key → typed value of what was changed only."""
        ...


@dataclass(frozen=True)
class WhatIf:
    """One question that can be asked.

    parameters: keys of registered parameters that may be set otherwise; terms: others that no day or place holds
    (a Parameter that is not registered: kind, bounds, default); permission: who may ask, at the place asked about.
    """

    key: str
    label: Label
    run: Run
    parameters: tuple[str, ...] = ()
    terms: tuple[Parameter, ...] = ()
    permission: str = "policies.edit"
    help: Label = ""


WHATIFS: dict[str, WhatIf] = {}


def register(*questions: WhatIf) -> None:
    """Add questions; raises ValueError when a key is taken or nothing could be set otherwise."""
    for one in questions:
        if one.key in WHATIFS:
            raise ValueError(f"what-if {one.key} is registered twice")
        if not one.parameters and not one.terms:
            raise ValueError(f"what-if {one.key} has nothing to set otherwise")
        WHATIFS[one.key] = one
