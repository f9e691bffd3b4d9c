"""Card codes: right for two minutes, worthless afterwards, impossible to make without the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.organising.cards import CodeRefused, grouped, read_number, read_token, show

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = 1_780_000_000
IDS = st.integers(1, 2**62 - 1)


@given(IDS, st.integers(0, 4 * 30))
def test_a_shown_code_is_read_back_for_two_minutes(membership_id: int, age: int) -> None:
    code = show(membership_id, now_s=NOW - NOW % 30, key=KEY)

    assert read_token(code.token, now_s=NOW - NOW % 30 + age, key=KEY) == membership_id
    assert read_number(code.number, now_s=NOW - NOW % 30 + age, key=KEY) == membership_id


@given(IDS)
def test_old_future_and_foreign_codes_are_refused(membership_id: int) -> None:
    code = show(membership_id, now_s=NOW, key=KEY)

    for now_s in (NOW + 180, NOW - 60):
        with pytest.raises(CodeRefused) as refusal:
            read_token(code.token, now_s=now_s, key=KEY)
        assert refusal.value.is_old
    with pytest.raises(CodeRefused):
        read_token(code.token, now_s=NOW, key=OTHER)
    with pytest.raises(CodeRefused):
        read_number(code.number, now_s=NOW + 180, key=KEY)


@given(st.text(max_size=60))
def test_junk_is_refused_without_crashing(text: str) -> None:
    for read in (read_token, read_number):
        with pytest.raises(CodeRefused):
            read(text, now_s=NOW, key=KEY)


def test_another_members_number_does_not_fit() -> None:
    mine, hers = show(1234, now_s=NOW, key=KEY), show(1235, now_s=NOW, key=KEY)

    forged = "1235" + mine.number.replace(" ", "")[-6:]
    with pytest.raises(CodeRefused):
        read_number(forged, now_s=NOW, key=KEY)
    assert mine.token != hers.token


def test_numbers_are_grouped_for_reading_aloud() -> None:
    assert grouped("1234567890") == "12 3456 7890"
    assert show(7, now_s=NOW, key=KEY).seconds_left == 30 - NOW % 30
