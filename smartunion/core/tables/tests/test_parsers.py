from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.tables import parsers
from smartunion.core.tables.cells import CellType
from smartunion.core.tables.parsers import Parsed, Parser
from smartunion.core.tables.problems import MESSAGES, Issue, Severity, sentences
from smartunion.core.tables.tests.builders import CONTEXT, credit_code, id_number

TEXT, NUMBER, DATE, ERROR = CellType.TEXT, CellType.NUMBER, CellType.DATE, CellType.ERROR
GOOD = id_number(2)
WRONG = GOOD[:-1] + ("1" if GOOD[-1] != "1" else "2")

EVERY = {
    "text": parsers.text(10),
    "name": parsers.person_name,
    "code": parsers.code,
    "resident_id": parsers.resident_id,
    "uscc": parsers.uscc,
    "employer_code": parsers.employer_code,
    "registration_number": parsers.registration_number,
    "mobile": parsers.mobile,
    "phone": parsers.phone,
    "day": parsers.day,
    "past_day": parsers.past_day,
    "month": parsers.month,
    "year": parsers.year,
    "integer": parsers.integer(0, 500),
    "choice": parsers.choice({"在岗": "on", "待（下）岗": "off", "无": "none"}, synonyms={"在职": "在岗"}),
    "yes_no": parsers.yes_no,
}


def parse(name: str, text: str, kind: CellType = TEXT) -> tuple[object, list[str]]:
    """(value, issue codes)."""
    found = EVERY[name](text, kind, CONTEXT)
    return found.value, [issue.code for issue in found.issues]


@pytest.mark.parametrize(
    ("name", "text", "kind", "value", "issues"),
    [
        ("resident_id", GOOD, TEXT, GOOD, []),
        ("resident_id", f"'{GOOD}", TEXT, GOOD, []),
        ("resident_id", GOOD.replace("0", "０"), TEXT, GOOD.replace("0", "０"), []),
        ("resident_id", WRONG, TEXT, None, ["bad_check_digit"]),
        ("resident_id", "320911199003070000", NUMBER, None, ["damaged_number"]),
        ("resident_id", "320911199003070000", TEXT, None, ["maybe_damaged_number"]),
        ("resident_id", "3.20911E+17", TEXT, None, ["scientific_notation"]),
        ("resident_id", "1990-03-07", DATE, None, ["turned_into_date"]),
        ("resident_id", "#N/A", ERROR, None, ["error_value"]),
        ("resident_id", "32091119900307", TEXT, None, ["wrong_length"]),
        ("resident_id", "110105491231002", TEXT, "110105491231002", ["legacy_id"]),
        ("resident_id", "无", TEXT, None, []),
        ("uscc", credit_code(1), TEXT, credit_code(1), []),
        ("uscc", credit_code(1).lower(), TEXT, credit_code(1).lower(), []),
        ("uscc", credit_code(1).replace("0", "O"), TEXT, None, ["confused_letter"]),
        ("employer_code", "370681018013864", TEXT, "370681018013864", []),
        ("employer_code", "16942006X", TEXT, "16942006X", []),
        ("employer_code", "370681018013865", TEXT, None, ["bad_check_digit"]),
        ("registration_number", "370681018013864", NUMBER, "370681018013864", []),
        ("registration_number", credit_code(1), TEXT, credit_code(1), []),
        ("code", "00123", TEXT, "00123", []),
        ("code", "1.23457E+11", TEXT, None, ["scientific_notation"]),
        ("code", "1234567890123456", NUMBER, None, ["damaged_number"]),
        ("mobile", "+86 138 0013 8000", TEXT, "13800138000", []),
        ("mobile", "13800138000", NUMBER, "13800138000", []),
        ("mobile", "1.38E+10", TEXT, None, ["scientific_notation"]),
        ("mobile", "0515-88886666", TEXT, None, ["bad_phone"]),
        ("phone", "0515-88886666", TEXT, "051588886666", []),
        ("phone", "51588886666", NUMBER, None, ["lost_leading_zeros"]),
        ("phone", "不详", TEXT, None, []),
        ("name", "李　敏", TEXT, "李敏", []),
        ("name", "阿依古丽·买买提", TEXT, "阿依古丽·买买提", []),
        ("name", "John  Smith", TEXT, "John Smith", []),
        ("name", "李1", TEXT, "李1", ["odd_name"]),
        ("text", "  甲\n乙  丙", TEXT, "甲 乙 丙", []),
        ("text", "一二三四五六七八九十一", TEXT, None, ["too_long"]),
        ("text", "a\ufffdb", TEXT, None, ["unreadable_characters"]),
        ("integer", "1,2５人", TEXT, 125, []),
        ("integer", "25.0", TEXT, 25, []),
        ("integer", "约30", TEXT, None, ["unreadable_number"]),
        ("integer", "501", TEXT, None, ["unlikely_number"]),
        ("integer", "-3", TEXT, None, ["unlikely_number"]),
        ("integer", "——", TEXT, None, []),
        ("integer", "/", TEXT, None, []),
        ("month", "202403", TEXT, 202403, []),
        ("month", "2024-03-15", TEXT, 202403, []),
        ("month", "202413", TEXT, None, ["unreadable_month"]),
        ("month", "2024", TEXT, None, ["unreadable_month"]),
        ("year", "2024", NUMBER, 2024, []),
        ("year", "2024-03-15", DATE, 2024, []),
        ("year", "abc", TEXT, None, ["unreadable_number"]),
        ("past_day", "2027-01-01", TEXT, None, ["unlikely_date"]),
        ("past_day", "2026-11-21", TEXT, date(2026, 11, 21), []),
        ("choice", "在岗", TEXT, "on", []),
        ("choice", "待(下)岗", TEXT, "off", []),
        ("choice", "01 在职", TEXT, "on", []),
        ("choice", "1-在岗", TEXT, "on", []),
        ("choice", "无", TEXT, "none", []),
        ("choice", "1", TEXT, None, ["unknown_value"]),
        ("choice", "—", TEXT, None, []),
        ("choice", "-", TEXT, None, []),
        ("yes_no", "是", TEXT, True, []),
        ("yes_no", "N", TEXT, False, []),
        ("yes_no", "TRUE", CellType.BOOLEAN, True, []),
        ("yes_no", "也许", TEXT, None, ["unknown_value"]),
    ],
)
def test_cells_are_read_or_refused_with_a_reason(
    name: str, text: str, kind: CellType, value: object, issues: list[str]
) -> None:
    assert parse(name, text, kind) == (value, issues)


@pytest.mark.parametrize("parser", EVERY.values(), ids=EVERY)
@given(text=st.text(max_size=40), kind=st.sampled_from(list(CellType)))
def test_no_cell_stops_a_parser_and_every_issue_has_its_sentences(
    parser: Parser, text: str, kind: CellType
) -> None:
    found = parser(text, kind, CONTEXT)

    assert isinstance(found, Parsed)
    for issue in found.issues:
        assert issue.code in MESSAGES
        assert all(sentences(issue))
        if issue.severity is Severity.REFUSED:
            assert found.value is None


@given(st.text(max_size=30))
def test_identifiers_come_out_exactly_as_written_or_not_at_all(text: str) -> None:
    for name in ("code", "resident_id", "uscc", "employer_code", "registration_number"):
        value, _ = parse(name, text)
        assert value is None or value == text.lstrip("'’‘`")


def test_no_sentence_repeats_a_number() -> None:
    for text in (WRONG, "3.20911E+17", "32091119900307"):
        for issue in parsers.resident_id(text, TEXT, CONTEXT).issues:
            assert text not in " ".join(sentences(issue))


def test_a_parser_may_bring_its_own_sentences() -> None:
    assert sentences(Issue("own", own=("甲 %(n)s。", "乙。"), details={"n": 3})) == ("甲 3。", "乙。")
