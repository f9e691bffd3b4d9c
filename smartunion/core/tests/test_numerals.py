"""Numbers as Chinese writes them."""

import pytest

from smartunion.core.codes.numerals import numeral


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (38, "三十八"),
        (100, "一百"),
        (101, "一百零一"),
        (119, "一百一十九"),
    ],
)
def test_numbers_are_written_as_places_and_laws_write_them(number: int, written: str) -> None:
    assert numeral(number) == written
