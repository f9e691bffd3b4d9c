import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from smartunion.core.codes import uscc
from smartunion.core.codes.checks import CodeKind, Reason

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"

first_17 = st.tuples(
    st.sampled_from("123456789ANY"),
    st.sampled_from(uscc.ALPHABET),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(uscc.ALPHABET, min_size=9, max_size=9),
).map("".join)


@pytest.mark.parametrize(
    ("given_code", "code", "reasons"),
    [
        ("91350100M000100Y43", "91350100M000100Y43", ()),
        (" 91350100m000100y43 ", "91350100M000100Y43", ()),
        ("９１３５０１００Ｍ０００１００Ｙ４３", "91350100M000100Y43", ()),
        ("91350100 M000100Y 43\u200b", "91350100M000100Y43", ()),
        ("'91350100M000100Y43", "91350100M000100Y43", ()),
        ("91350100M000100Y44", "91350100M000100Y44", (Reason.CHECK_DIGIT,)),
        ("91350100M000100Y4", "91350100M000100Y4", (Reason.LENGTH,)),
        ("9135O100M000100Y43", "9135O100M000100Y43", (Reason.CONFUSED_LETTER,)),
        ("9135O100M000100Y4", "9135O100M000100Y4", (Reason.LENGTH, Reason.CONFUSED_LETTER)),
        ("91350100M000100Y4无", "91350100M000100Y4无", (Reason.CHARACTERS,)),
        ("913501A0M000100Y43", "913501A0M000100Y43", (Reason.CHARACTERS,)),
        ("000000000000000000", "000000000000000000", (Reason.DEPARTMENT,)),
        ("", "", (Reason.EMPTY,)),
        (" \u3000", "", (Reason.EMPTY,)),
        ("٩١٣٥٠١٠٠M000100Y43", "٩١٣٥٠١٠٠M000100Y43", (Reason.CHARACTERS,)),
    ],
)
def test_check_tells_every_reason_and_keeps_what_was_given(
    given_code: str, code: str, reasons: tuple[Reason, ...]
) -> None:
    found = uscc.check(given_code)

    assert (found.given, found.code, found.reasons) == (given_code, code, reasons)
    assert len(found.messages) == len(reasons)


@given(first_17)
def test_check_character_agrees_with_stdnum(start: str) -> None:
    code = start + uscc.check_character(start)

    assert code[17] == stdnum_uscc.calc_check_digit(start)
    assert uscc.check(code).ok


@given(first_17, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_one_wrong_character_is_always_found(start: str, place: int, wrong: str) -> None:
    code = start + uscc.check_character(start)
    broken = code[:place] + wrong + code[place + 1 :]

    assert uscc.check(broken).ok is (broken == code)


@given(st.text(max_size=40))
def test_no_text_makes_any_check_fail(text: str) -> None:
    for check in (
        uscc.check,
        uscc.check_organisation_code,
        uscc.check_registration_number,
        uscc.check_employer_code,
    ):
        found = check(text)
        assert found.given == text
        assert all(found.messages)


@pytest.mark.parametrize(
    ("text", "kind", "reasons"),
    [
        ("M000100Y-4", CodeKind.ORGANISATION_CODE, ()),
        ("16942006x", CodeKind.ORGANISATION_CODE, ()),
        ("169420060", CodeKind.ORGANISATION_CODE, (Reason.CHECK_DIGIT,)),
        ("370681018013864", CodeKind.REGISTRATION_NUMBER, ()),
        ("370681018013865", CodeKind.REGISTRATION_NUMBER, (Reason.CHECK_DIGIT,)),
        ("37068116942006X", CodeKind.TAXPAYER_NUMBER, ()),
        ("370681740239295", CodeKind.TAXPAYER_NUMBER, ()),
        ("9137068116942006X7", CodeKind.USCC, ()),
        ("9137", CodeKind.USCC, (Reason.LENGTH,)),
    ],
)
def test_employer_codes_are_told_apart_by_shape(
    text: str, kind: CodeKind, reasons: tuple[Reason, ...]
) -> None:
    found = uscc.check_employer_code(text)

    assert (found.kind, found.reasons) == (kind, reasons)


def test_organisation_code_is_read_out_of_longer_codes() -> None:
    assert uscc.organisation_code_of("9137068116942006X7") == "16942006X"
    assert uscc.organisation_code_of("37068116942006X") == "16942006X"
    assert uscc.organisation_code_of("370681018013864") == ""
    assert uscc.organisation_code_of("16942006X") == ""


def test_every_real_code_in_the_company_sample_passes() -> None:
    path = DATA / "companies" / "registered_profiles_shandong.csv.gz"
    if not path.exists():
        pytest.skip("the development data is not here")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))

    assert [row["uscc"] for row in rows if row["uscc"] and not uscc.check(row["uscc"]).ok] == []
    assert [
        row["orgcode"]
        for row in rows
        if row["orgcode"] and not uscc.check_organisation_code(row["orgcode"]).ok
    ] == []
