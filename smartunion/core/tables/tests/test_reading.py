from pathlib import Path

from smartunion.core.tables.problems import Severity
from smartunion.core.tables.tests.builders import (
    LI,
    TODAY,
    WANG,
    ZHAO,
    credit_code,
    problems_of,
    read,
    write_text,
    write_xlsx,
)


def test_records_carry_row_texts_values_and_problems(tmp_path: Path) -> None:
    wrong = WANG[1][:-1] + ("1" if WANG[1][-1] != "1" else "2")
    text = f"姓名,身份证号,出生日期,备注\n{LI[0]},{LI[1]},1990-03-07,好\n{WANG[0]},{wrong},2023-02-30,\n"
    _, records, _ = read(write_text(tmp_path / "a.csv", text, "gb18030"))

    good, bad = records
    assert (good.row, good.texts) == (2, [*LI, "1990-03-07", "好"])
    assert (good.values["name"], good.values["id"], good.values["note"]) == (*LI, "好")
    assert (good.problems, good.is_refused) == ([], False)
    assert [(p.row, p.cell, p.column, p.field, p.code, p.severity) for p in bad.problems] == [
        (3, "B3", "身份证号", "id", "bad_check_digit", Severity.RECORD),
        (3, "C3", "出生日期", "born", "impossible_date", Severity.REFUSED),
    ]
    assert bad.is_refused
    assert bad.values == {"name": WANG[0]}
    assert all(p.message and p.remedy and wrong not in p.message + p.remedy for p in bad.problems)


def test_a_missing_name_refuses_the_record_and_a_missing_phone_does_not(tmp_path: Path) -> None:
    text = f"姓名,身份证号,手机\n,{LI[1]},13800138000\n{WANG[0]},{WANG[1]},\n"
    _, records, _ = read(write_text(tmp_path / "a.csv", text))

    assert problems_of(records) == [("A2", "missing")]
    assert [record.is_refused for record in records] == [True, False]


def test_a_bad_phone_leaves_the_record_usable_without_it(tmp_path: Path) -> None:
    _, (record,), _ = read(write_text(tmp_path / "a.csv", f"姓名,身份证号,手机\n{LI[0]},{LI[1]},1380013\n"))

    assert problems_of([record]) == [("C2", "bad_phone")]
    assert not record.is_refused
    assert "phone" not in record.values


def test_damaged_numbers_are_found_in_every_column(tmp_path: Path) -> None:
    grid = [
        ["姓名", "身份证号", "银行卡号", "会员证号"],
        [LI[0], 320911199003070025, 6222021234567890123, "000123"],
        [WANG[0], WANG[1], "6.22202E+18", 124],
        [ZHAO[0], ZHAO[1], "6222021234567890123", "000125"],
    ]
    _, records, _ = read(write_xlsx(tmp_path / "a.xlsx", grid))

    assert problems_of(records) == [
        ("B2", "damaged_number"),
        ("C2", "damaged_number"),
        ("C3", "scientific_notation"),
        ("D3", "lost_leading_zeros"),
    ]


def test_impossible_dates_and_wrong_codes_are_found_in_columns_that_are_not_used(tmp_path: Path) -> None:
    good, wrong = credit_code(1), credit_code(2)[:-1] + "无"
    text = f"姓名,年龄,办证日期,甲\n某,1,2023-02-30,{good}\n某,2,2023-02-28,{credit_code(3)[:-1]}0\n某,3,,{credit_code(4)}\n"
    table, records, _ = read(write_text(tmp_path / "a.csv", text.replace("无", wrong[-1])))

    assert table.kind is None
    assert problems_of(records) == [("C2", "impossible_date"), ("D3", "bad_check_digit")]


def test_formulas_without_saved_result_refuse_what_they_identify(tmp_path: Path) -> None:
    grid = [["姓名", "身份证号", "手机"], [*LI, "13800138000"], [WANG[0], "=B2", "=C2"]]
    _, records, left_out = read(write_xlsx(tmp_path / "a.xlsx", grid))

    assert problems_of(records) == [("B3", "formula_unsaved"), ("C3", "formula_unsaved")]
    assert [record.is_refused for record in records] == [False, True]
    assert left_out.formulas == [[1, 3, 3], [2, 3, 3]]


def test_cells_under_no_label_are_noted(tmp_path: Path) -> None:
    rows = "\n".join(f"{LI[0]},{LI[1]}" for _ in range(450))
    _, records, left_out = read(
        write_text(tmp_path / "a.csv", f"姓名,身份证号\n{rows}\n{WANG[0]},{WANG[1]},走失\n")
    )

    assert len(records) == 451
    assert left_out.stray == [(452, 2)]


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    from smartunion.core.tables.parsers import Context
    from smartunion.core.tables.reading import read_table
    from smartunion.core.tables.tests.builders import KINDS
    from smartunion.core.tables.workbook import open_workbook

    path = write_xlsx(tmp_path / "a.xlsx", [["姓名", "身份证号"], [*LI], [*WANG]])
    with open_workbook(path) as book:
        table = read_table(book.sheets[0], KINDS)
        first, second = (list(table.records(Context(TODAY))) for _ in range(2))

    assert first == second
    assert len(first) == 2
