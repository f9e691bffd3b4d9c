"""Spans, sums and differences of reports of funds, to the fen."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.dues.report_messages import round_of
from smartunion.systems.dues.report_rules import (
    Change,
    Entry,
    FundsHalf,
    FundsSide,
    Money,
    Span,
    changes,
    kinds_in,
)
from smartunion.systems.dues.tests.funds_world import money

YUAN = st.decimals(min_value=0, max_value=10**11, places=2)


def test_what_adds_up_and_what_does_not() -> None:
    assert (money().income, money().spending, money().expected) == (
        Decimal("1000.00"),
        Decimal("799.70"),
        Decimal("1200.30"),
    )
    assert money().difference == 0
    assert money(closing="1200.00").difference == Decimal("-0.30")
    assert money().budget(FundsSide.INCOME) == Decimal("380.00")
    assert Money(Decimal(0), Decimal(0), ()).budget(FundsSide.SPENDING) is None


@given(YUAN, st.lists(YUAN, max_size=8), st.lists(YUAN, max_size=8))
def test_a_closing_balance_that_was_worked_out_never_differs(
    opening: Decimal, into: list[Decimal], out: list[Decimal]
) -> None:
    lines = [Entry(FundsSide.INCOME, str(n), None, one) for n, one in enumerate(into)]
    lines += [Entry(FundsSide.SPENDING, str(n), None, one) for n, one in enumerate(out)]
    first = Money(opening, Decimal(0), tuple(lines))

    assert Money(opening, first.expected, tuple(lines)).difference == 0


def test_spans_follow_one_another() -> None:
    second = Span(2025, FundsHalf.SECOND)

    assert (Span(2025).begins, Span(2025).last) == (date(2025, 1, 1), date(2025, 12, 31))
    assert (second.begins, Span(2025, FundsHalf.FIRST).last) == (date(2025, 7, 1), date(2025, 6, 30))
    assert second.before == (Span(2025, FundsHalf.FIRST),)
    assert Span(2026).before == (Span(2025), second)
    assert Span(2025).due_on(90) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("会费、其他", ["会费", "其他"]), (" 会费 ,会费，其他、", ["会费", "其他"]), ("", []), ("、、", [])],
)
def test_kinds_are_read_from_a_policy(text: str, kinds: list[str]) -> None:
    assert kinds_in(text) == kinds


def test_a_correction_names_each_figure_that_changed() -> None:
    found = changes(money(), money(closing="1190.30", spent="809.70"))

    assert [(one.before, one.after) for one in found] == [
        (Decimal("1200.30"), Decimal("1190.30")),
        (Decimal("799.70"), Decimal("809.70")),
    ]
    assert changes(money(), money()) == []
    gone = Money(Decimal(0), Decimal(0), (Entry(FundsSide.INCOME, "罚款", None, Decimal(5)),))
    assert Change("罚款", Decimal(5), None) in changes(gone, Money(Decimal(0), Decimal(0), ()))


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2026, 3, 10), None), (date(2026, 3, 11), 0), (date(2026, 3, 31), 0), (date(2026, 4, 1), 1),
        (date(2026, 4, 29), 1), (date(2026, 4, 30), 2), (date(2026, 5, 30), 3),
    ],
)  # fmt: skip
def test_reminders_come_ahead_after_the_day_and_again(today: date, found: int | None) -> None:
    assert round_of(date(2026, 3, 31), today, 20, 30) == found
