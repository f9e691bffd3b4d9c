"""The worked tables of docs/rules/visits.md hold."""

import re
from datetime import date

import pytest

from smartunion.systems.organising.duty import duty_state
from smartunion.systems.organising.rules import FindingFacts, FindingState, VisitResult, visit_effect
from smartunion.systems.organising.tests.test_rules_pages import rows

YES = {"yes": True, "no": False}


@pytest.mark.parametrize("row", rows("visits.md", "effects"))
def test_effects(row: list[str]) -> None:
    state, result, changed, later, after, conflict = row
    facts = FindingFacts(FindingState(state), version=2)

    found = visit_effect(
        facts, VisitResult(result), base_version=1 if YES[changed] else 2, noted_on=date(2026, 7, 5), again_days=30,
        absent_days=3, has_newer_visit=YES[later],
    )  # fmt: skip

    assert (found.to_state or "–", found.conflict) == (after, conflict)


@pytest.mark.parametrize("row", rows("visits.md", "duties"))
def test_duties(row: list[str]) -> None:
    visits, before, owed_before, wanted, over, state = row

    found = duty_state(
        visits=int(visits),
        before=int(before),
        owed_before=YES[owed_before],
        wanted=int(wanted),
        is_over=YES[over],
    )

    assert found == state


def test_every_table_has_rows_for_each_state() -> None:
    assert {row[0] for row in rows("visits.md", "effects")} == {state.value for state in FindingState}
    assert all(re.fullmatch(r"\d", row[0]) for row in rows("visits.md", "duties"))
