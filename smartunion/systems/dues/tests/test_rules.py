"""How an employer stands with its contributions."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.dues.rules import DuesStanding, Item, Limits, Period, item_of, sum_up

LIMITS = Limits(Decimal("0.02"), look_back=24, silent=6)
NEWEST = date(2026, 9, 1)


def quarter(
    first: date, paid: str, *, due: str | None = None, wages: str | None = None, item: Item = Item.FUND
) -> Period:
    end = date(first.year, first.month + 2, 1)
    return Period(
        item, first, end, Decimal(wages) if wages else None, Decimal(due) if due else None, Decimal(paid)
    )


def test_what_was_to_be_paid_is_as_the_extract_says_else_two_per_cent_of_the_wages() -> None:
    said = quarter(date(2026, 7, 1), "500", due="600", wages="1")
    by_wages = quarter(date(2026, 4, 1), "100", wages="30000.25")

    found = sum_up([said, by_wages], NEWEST, LIMITS)

    assert found is not None
    assert (found.due, found.paid, found.owed) == (Decimal("1200.01"), Decimal(600), Decimal("600.01"))
    assert (found.standing, found.until, found.item) == (DuesStanding.BEHIND, date(2026, 9, 1), Item.FUND)


def test_too_much_in_one_period_makes_up_for_another() -> None:
    found = sum_up(
        [quarter(date(2026, 4, 1), "900", due="600"), quarter(date(2026, 7, 1), "300", due="600")],
        NEWEST,
        LIMITS,
    )

    assert found is not None
    assert (found.owed, found.standing) == (0, DuesStanding.PAID)


def test_six_months_without_a_row_are_silence_and_two_years_are_forgotten() -> None:
    spring, old = quarter(date(2026, 1, 1), "100"), quarter(date(2024, 7, 1), "1", due="1000")

    found = sum_up([spring, old], NEWEST, LIMITS)
    assert found is not None
    assert (found.standing, found.until, found.owed) == (DuesStanding.SILENT, date(2026, 3, 1), 0)

    nearer = sum_up([spring], date(2026, 8, 1), LIMITS)
    assert nearer is not None
    assert nearer.standing == DuesStanding.PAID
    assert sum_up([old], NEWEST, LIMITS) is None


def test_the_item_is_told_by_the_words_of_the_tax_office() -> None:
    assert [item_of(word) for word in ("工会经费", "建会筹备金", "工会筹备金", "")] == [
        Item.FUND, Item.PREPARATORY, Item.PREPARATORY, Item.FUND,
    ]  # fmt: skip


AMOUNT = st.decimals(0, 10**6, places=2)
PERIODS = st.lists(
    st.builds(
        lambda year, month, due, paid: quarter(date(year, month, 1), str(paid), due=str(due) if due else None),
        st.integers(2023, 2026), st.sampled_from([1, 4, 7]), st.none() | AMOUNT, AMOUNT,
    ),
    max_size=8,
)  # fmt: skip


@given(PERIODS)
def test_nobody_owes_more_than_is_missing_and_order_says_nothing(periods: list[Period]) -> None:
    found = sum_up(periods, NEWEST, LIMITS)

    assert found == sum_up(periods[::-1], NEWEST, LIMITS)
    if found is not None:
        assert found.owed == max(found.due - found.paid, Decimal(0))
        assert (found.standing == DuesStanding.BEHIND) == bool(
            found.owed
        ) or found.standing == DuesStanding.SILENT
