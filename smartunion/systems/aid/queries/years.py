"""Household years between answers, sealed text and the pure rules."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from smartunion.systems.aid.models import HouseholdYear
from smartunion.systems.aid.rules.hardship import Assessment, Household, Line, Standards, assess


@dataclass(frozen=True)
class Year:
    """A household of one year as it was assessed. members: rows of the form; cause: in the family's words."""

    household: Household
    standards: Standards
    members: Sequence[Mapping[str, object]] = field(default_factory=tuple)
    cause: str = ""

    @property
    def assessment(self) -> Assessment:
        """The calculation, again, with the numbers and standards kept."""
        return assess(self.household, self.standards)

    def dump(self) -> str:
        """As stored, under seal."""
        return json.dumps(
            {"household": _plain(asdict(self.household)), "standards": _plain(asdict(self.standards)),
             "members": [dict(row) for row in self.members], "cause": self.cause},
            ensure_ascii=False, default=str,
        )  # fmt: skip


def year_of(row: HouseholdYear) -> Year:
    """A stored year."""
    held: dict[str, Any] = json.loads(row.data)  # our own JSON, written by dump
    return Year(_household(held["household"]), _standards(held["standards"]), held["members"], held["cause"])


def household_of(answers: Mapping[str, object]) -> Household:
    """The household of a checked form: incomes are summed over its members, who live together. Raises nothing."""
    members = _rows(answers, "members")
    rigid = _rows(answers, "expenses")
    excluded = answers.get("exclusions")
    return Household(
        people=max(1, len(members)),
        income_yuan=sum((_yuan(row.get("income")) for row in members), Decimal(0)),
        rigid_yuan=sum((_yuan(row.get("amount")) for row in rigid), Decimal(0)),
        loss_yuan=_yuan(answers.get("loss")),
        is_struck=bool(answers.get("struck")),
        is_migrant=bool(answers.get("migrant")),
        labour_months=int(str(answers.get("labour_months") or 0)),
        lives_in_city=bool(answers.get("lives_in_city", True)),
        exclusions=frozenset(str(one) for one in excluded) if isinstance(excluded, list) else frozenset(),
    )


def dump_lines(lines: Sequence[Line]) -> str:
    """Lines of a calculation as stored, under seal."""
    return json.dumps([asdict(line) for line in lines], ensure_ascii=False)


def load_lines(stored: str) -> list[Line]:
    """Lines of a stored calculation."""
    return [Line(**line) for line in json.loads(stored)] if stored else []


def _rows(answers: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    rows = answers.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _yuan(value: object) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    # Any: JSON values by name
    return {key: sorted(one) if isinstance(one, frozenset) else one for key, one in values.items()}


def _household(held: dict[str, Any]) -> Household:
    yuan = {key: Decimal(held[key]) for key in ("income_yuan", "rigid_yuan", "loss_yuan")}
    return Household(**(held | yuan | {"exclusions": frozenset(held["exclusions"])}))


def _standards(held: dict[str, Any]) -> Standards:
    yuan = {key: Decimal(held[key]) for key in ("minimum_yuan", "relative_factor", "accident_ratio")}
    return Standards(**(held | yuan | {"exclusions": frozenset(held["exclusions"])}))
