"""The worked tables of docs/rules/memberships.md and certificates.md hold."""

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from smartunion.core.calendar.deadlines import Term, due_at
from smartunion.core.clock import SHANGHAI
from smartunion.ground.registry.rules import ENDINGS, REASONS, ChangeType, MembershipState, standing

PAGES = Path(__file__).parents[4] / "docs" / "rules"


def table(name: str, page: str = "memberships") -> list[list[str]]:
    """Rows of a marked table, without its head."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    body = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", text, re.DOTALL)
    assert body is not None
    lines = body[1].strip().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_endings_are_those_of_the_page() -> None:
    told: dict[str, set[str]] = {}
    for state, change, _then in table("endings"):
        told.setdefault(state, set()).add(change)

    kept = {
        state.value: {change.value for change in changes} for state, changes in ENDINGS.items() if changes
    }
    assert kept == told
    assert not ENDINGS[MembershipState.ENDED]


def test_reasons_are_those_of_the_page() -> None:
    told = {
        change: {"" if reason == "(none)" else reason for reason in reasons.split(", ")}
        for change, reasons in table("reasons")
    }

    ends = {ChangeType(change) for change in told}
    assert ends == set().union(*ENDINGS.values())
    assert {change.value: {reason.value for reason in REASONS[change]} for change in ends} == told


@pytest.mark.django_db
def test_silence_ends_as_the_page_says() -> None:
    for accepted, days, last in table("silence"):
        start = datetime.combine(date.fromisoformat(accepted.split()[-1]), time(10), SHANGHAI)
        end = due_at(start, Term(int(days), working=True))
        assert end == datetime.combine(
            date.fromisoformat(last.split()[-1]) + timedelta(days=1), time(), SHANGHAI
        )
        assert f"{(end - timedelta(days=1)):%A}" == last.split()[0]


@pytest.mark.parametrize("row", table("standings", "certificates"), ids="-".join)
def test_certificates_stand_as_the_page_says(row: list[str]) -> None:
    state, until, change, stands = row
    days = [date.fromisoformat(day) if day else None for day in (until, change)]

    assert standing(state, days[0], days[1], date(2026, 11, 21)) == stands
