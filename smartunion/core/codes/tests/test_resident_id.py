from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.codes import resident_id
from smartunion.core.codes.checks import CodeKind, Reason

TODAY = date(2026, 11, 21)

born = st.dates(date(1900, 1, 1), TODAY)
county = st.sampled_from(["320911", "110101", "329999", "711234", "810000", "820000", "830000"])
serial = st.integers(0, 999)


def number(place: str, day: date, order: int) -> str:
    start = f"{place}{day:%Y%m%d}{order:03d}"
    return start + resident_id.check_character(start)


@pytest.mark.parametrize(
    ("text", "code", "kind", "reasons", "birth", "sex"),
    [
        ("11010519491231002X", "11010519491231002X", CodeKind.RESIDENT_ID, (), date(1949, 12, 31), "female"),
        ("11010519491231002x", "11010519491231002X", CodeKind.RESIDENT_ID, (), date(1949, 12, 31), "female"),
        (
            "１１０１０５ 19491231 002Ｘ",
            "11010519491231002X",
            CodeKind.RESIDENT_ID,
            (),
            date(1949, 12, 31),
            "female",
        ),
        (
            "\u202a11010519491231002X\u202c",
            "11010519491231002X",
            CodeKind.RESIDENT_ID,
            (),
            date(1949, 12, 31),
            "female",
        ),
        (
            "110105194912310021",
            "110105194912310021",
            CodeKind.RESIDENT_ID,
            (Reason.CHECK_DIGIT,),
            date(1949, 12, 31),
            "female",
        ),
        (
            "810000199408230021",
            "810000199408230021",
            CodeKind.RESIDENCE_PERMIT,
            (),
            date(1994, 8, 23),
            "female",
        ),
        (
            "110105491231002",
            "110105491231002",
            CodeKind.RESIDENT_ID_15,
            (Reason.LEGACY,),
            date(1949, 12, 31),
            "female",
        ),
        ("1101054912310", "1101054912310", CodeKind.RESIDENT_ID, (Reason.LENGTH,), None, None),
        ("1.10105194912E+17", "1.10105194912E+17", CodeKind.RESIDENT_ID, (Reason.CHARACTERS,), None, None),
        ("", "", CodeKind.RESIDENT_ID, (Reason.EMPTY,), None, None),
    ],
)
def test_check_reads_the_number_and_tells_every_reason(
    text: str, code: str, kind: CodeKind, reasons: tuple[Reason, ...], birth: date | None, sex: str | None
) -> None:
    found = resident_id.check(text, today=TODAY)

    assert (found.given, found.code, found.kind, found.reasons) == (text, code, kind, reasons)
    assert (found.birth_date, found.sex) == (birth, sex)


def test_impossible_birth_dates_and_provinces_are_refused() -> None:
    bad_day = "110105199002300" + "12"
    assert resident_id.check(bad_day + resident_id.check_character(bad_day), today=TODAY).reasons == (
        Reason.BIRTH_DATE,
    )

    future = number("110105", date(2026, 11, 22), 12)
    assert resident_id.check(future, today=TODAY).reasons == (Reason.BIRTH_IN_FUTURE,)

    nowhere = number("990105", date(1990, 1, 1), 12)
    assert resident_id.check(nowhere, today=TODAY).kind is CodeKind.FOREIGNER_PERMIT

    nowhere = number("190105", date(1990, 1, 1), 12)
    assert resident_id.check(nowhere, today=TODAY).reasons == (Reason.PROVINCE,)


@given(county, born, serial)
def test_any_county_is_accepted_and_birth_date_and_sex_come_back(place: str, day: date, order: int) -> None:
    found = resident_id.check(number(place, day, order), today=TODAY)

    assert found.ok
    assert found.birth_date == day
    assert found.sex == ("male" if order % 2 else "female")


@given(born, serial, st.integers(0, 16), st.integers(0, 9))
def test_one_wrong_digit_is_always_found(day: date, order: int, place: int, digit: int) -> None:
    right = number("320911", day, order)
    wrong = right[:place] + str(digit) + right[place + 1 :]

    assert resident_id.check(wrong, today=TODAY).ok is (wrong == right)


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), serial)
def test_an_old_number_is_upgraded_to_the_number_of_the_same_person(day: date, order: int) -> None:
    new = number("320911", day, order)
    old = new[:6] + new[8:17]

    assert resident_id.check(old, today=TODAY).reasons == (Reason.LEGACY,)
    assert resident_id.upgraded(old) == new


@given(st.text(max_size=30))
def test_no_text_makes_the_check_fail(text: str) -> None:
    assert resident_id.check(text, today=TODAY).given == text
