from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.tables.cells import address, column_index, column_letters, number_text, tidy_cell


@given(st.integers(0, 20_000))
def test_column_letters_and_numbers_are_one_to_one(column: int) -> None:
    assert column_index(column_letters(column)) == column


def test_addresses_are_those_of_spreadsheet_programs() -> None:
    assert [address(1, 0), address(7, 25), address(7, 26), address(1048576, 16383)] == [
        "A1",
        "Z7",
        "AA7",
        "XFD1048576",
    ]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("320911199003070025", "320911199003070025"),
        ("3.2091119900307E+17", "320911199003070000"),
        ("0.28570000000000001", "0.2857"),
        ("12.50", "12.5"),
        ("1E-3", "0.001"),
        ("-5", "-5"),
        ("5.0", "5"),
        ("1e999999999", "1e999999999"),
        ("abc", "abc"),
        ("NaN", "NaN"),
    ],
)
def test_numbers_are_written_out_without_changing_a_digit(raw: str, text: str) -> None:
    assert number_text(raw) == text


@given(st.integers(0, 10**25))
def test_whole_numbers_keep_every_digit(value: int) -> None:
    assert number_text(str(value)) == str(value)


@given(st.decimals(-(10**9), 10**9, places=4))
def test_fractions_people_type_come_back_as_typed(value: Decimal) -> None:
    assert Decimal(number_text(repr(float(value)))) == value


def test_tidying_takes_off_blanks_and_what_nobody_sees() -> None:
    assert tidy_cell("\xa0 李\u200b敏\u3000\t") == "李敏"
    assert tidy_cell("第一行\n第二行") == "第一行\n第二行"
