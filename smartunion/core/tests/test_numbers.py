"""Whole numbers that forms and addresses carry."""

import pytest

from smartunion.core.ids import row_id, row_ids
from smartunion.core.numbers import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), (" 7", None), ("-7", None),
     ("+7", None), ("7.0", None), ("1_000", None), ("²", None), ("３", None), ("٣", None), ("7\x00", None)],
)  # fmt: skip
def test_only_plain_digits_are_a_number(text: str, number: int | None) -> None:
    assert whole_number(text) == number


def test_more_digits_than_asked_for_are_no_number() -> None:
    assert (whole_number("9999", digits=4), whole_number("10000", digits=4)) == (9999, None)


def test_a_key_that_is_none_is_that_of_no_row() -> None:
    assert row_ids(["3", "²", "", "12"]) == [3, 12]
    assert (row_id("²"), row_id("5")) == (0, 5)
