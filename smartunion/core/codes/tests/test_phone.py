import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.codes import phone
from smartunion.core.codes.checks import CodeKind, Reason


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("13800138000", CodeKind.MOBILE, "13800138000"),
        ("+86 138 0013 8000", CodeKind.MOBILE, "13800138000"),
        ("0086-138-0013-8000", CodeKind.MOBILE, "13800138000"),
        ("8613800138000", CodeKind.MOBILE, "13800138000"),
        ("１３８００１３８０００", CodeKind.MOBILE, "13800138000"),
        ("（+86）138 0013 8000", CodeKind.MOBILE, "13800138000"),
        ("19912345678", CodeKind.MOBILE, "19912345678"),
        ("0515-88886666", CodeKind.LANDLINE, "051588886666"),
        ("(010)65591188", CodeKind.LANDLINE, "01065591188"),
        ("+86 10 6559 1188", CodeKind.LANDLINE, "01065591188"),
        ("0515－8888666转801", CodeKind.LANDLINE, "05158888666-801"),
        ("0515-88886666-8012", CodeKind.LANDLINE, "051588886666-8012"),
        ("88886666", CodeKind.LANDLINE, "88886666"),
        ("400-820-8820", CodeKind.SERVICE_NUMBER, "4008208820"),
    ],
)
def test_numbers_are_read_however_they_are_written(text: str, kind: CodeKind, code: str) -> None:
    found = phone.check(text)

    assert (found.given, found.kind, found.code, found.reasons) == (text, kind, code, ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1380013800", Reason.LENGTH),
        ("138001380001", Reason.LENGTH),
        ("12800138000", Reason.PREFIX),
        ("1.38001E+10", Reason.CHARACTERS),
        ("同上", Reason.CHARACTERS),
        ("13800138000/13900139000", Reason.LENGTH),
        ("", Reason.EMPTY),
    ],
)
def test_what_is_no_number_says_why(text: str, reason: Reason) -> None:
    assert phone.check(text).reasons == (reason,)


def test_a_landline_is_no_mobile() -> None:
    assert phone.check_mobile("0515-88886666").reasons == (Reason.PREFIX,)
    assert phone.check_mobile("138 0013 8000").ok


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "86", "0086 ", "＋８６－"])
)
def test_a_mobile_compares_equal_with_any_country_prefix(number: str, prefix: str) -> None:
    assert phone.check(prefix + number).code == number


@given(st.text(max_size=30))
def test_no_text_makes_the_check_fail(text: str) -> None:
    assert phone.check(text).given == text
