import csv
import json
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartunion.core.tables import cli
from smartunion.core.tables.refusals import TableRefused
from smartunion.core.tables.report import inspect_file
from smartunion.core.tables.tests.builders import KINDS, LI, TODAY, WANG, write_text, write_xlsx


def test_the_report_has_the_form_of_the_contract(tmp_path: Path) -> None:
    text = f"名册\n姓名,身份证号,年龄\n{LI[0]},{LI[1]},36\n{WANG[0]},3.20911E+17,40\n合计,2,\n"
    report = inspect_file(write_text(tmp_path / "甲.csv", text, "gb18030"), KINDS, today=TODAY).as_json()

    assert report == {
        "sheets": [
            {
                "name": "甲",
                "kind": "people",
                "header_rows": [2],
                "columns": [
                    {"label": "姓名", "field": "name", "confidence": 1.0},
                    {"label": "身份证号", "field": "id", "confidence": 1.0},
                    {"label": "年龄", "field": None, "confidence": 0.0},
                ],
                "records": 2,
                "first": {"姓名": LI[0], "身份证号": LI[1], "年龄": "36"},
                "last": {"姓名": WANG[0], "身份证号": "3.20911E+17", "年龄": "40"},
                "warnings": [
                    {"cell": "A5", "code": "total_row", "message": "第 5 行是合计，没有算作记录。"},
                    {
                        "cell": "B4",
                        "code": "scientific_notation",
                        "message": "号码变成了科学计数法，部分数字已经丢失，因此不采用。"
                        "请把这一列设为文本格式，对照证件重新填写号码，再次提交文件。",
                    },
                ],
            }
        ],
        "encoding": "gb18030",
        "separator": ",",
    }
    json.dumps(report)


def test_a_clean_file_has_no_warnings(tmp_path: Path) -> None:
    report = inspect_file(
        write_xlsx(tmp_path / "a.xlsx", [["姓名", "身份证号"], [*LI], [*WANG]]), KINDS, today=TODAY
    )

    assert report.sheets[0].warnings == []
    assert (report.encoding, report.separator) == (None, None)


def test_repeated_and_missing_labels_have_keys_of_their_own(tmp_path: Path) -> None:
    grid = [["姓名", "身份证号", "备注", "备注"], [*LI, "甲", "乙", "丙"], [*WANG, "甲", "乙", "丙"]]
    (sheet,) = inspect_file(write_xlsx(tmp_path / "a.xlsx", grid), KINDS, today=TODAY).sheets

    assert sheet.first == {"姓名": LI[0], "身份证号": LI[1], "备注": "甲", "备注 (2)": "乙", "E": "丙"}
    assert [(w.cell, w.code) for w in sheet.warnings] == [
        ("D1", "duplicate_label"),
        ("E1", "unlabelled_column"),
    ]


def test_runs_of_formulas_hidden_sheets_and_rows_are_told_once(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "身份证号", "备注"])
    for row in range(2, 6):
        sheet.append([*LI, f"=A{row}" if row != 4 else "x"])
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("藏").sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")

    first, second = inspect_file(tmp_path / "a.xlsx", KINDS, today=TODAY).sheets

    seen = [(w.cell, w.code) for w in first.warnings if w.code != "formula_unsaved"]
    assert seen == [("A3", "hidden_rows"), ("C2", "formula"), ("C5", "formula")]
    assert [(w.cell, w.code) for w in second.warnings] == [("A1", "hidden_sheet")]


def test_many_remarks_of_one_kind_are_counted(tmp_path: Path) -> None:
    rows = "\n".join(f"李敏,{LI[1][:-1]}{'1' if LI[1][-1] != '1' else '2'}" for _ in range(30))
    path = write_text(tmp_path / "a.csv", f"姓名,身份证号\n{rows}\n")
    (sheet,) = inspect_file(path, KINDS, today=TODAY, most_warnings=10).sheets

    assert (sheet.records, sheet.refused, len(sheet.warnings)) == (30, 30, 11)
    assert (sheet.warnings[-1].code, sheet.warnings[-1].message) == (
        "more",
        "另有 20 个单元格有同样的提示（bad_check_digit）。",
    )


def run(*arguments: str) -> int:
    """Run the command."""
    parser = ArgumentParser()
    cli.add_arguments(parser)
    return cli.handle(parser.parse_args(arguments))


def test_the_command_prints_text_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_text(tmp_path / "甲.csv", f"名字,丙\n{LI[0]},x\n")

    assert run(str(path)) == 0
    shown = capsys.readouterr().out
    assert "工作表“甲”" in shown
    assert "首条记录: 名字=李敏" in shown
    assert run(str(path), "--json") == 0
    assert json.loads(capsys.readouterr().out)["sheets"][0]["records"] == 1


def test_the_command_says_why_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")

    assert run(str(tmp_path / "a.xlsx")) == 2
    assert capsys.readouterr().err == "文件是空的。请重新保存表格，再选择新文件。\n"
    assert run(str(tmp_path / "没有.xlsx"), "--json") == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "file_not_readable"
    assert run(str(tmp_path)) == 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=12), st.sampled_from([",", "\t", ";"]))
def test_no_grid_of_texts_stops_the_report(
    tmp_path_factory: pytest.TempPathFactory, grid: list[list[str]], separator: str
) -> None:
    path = tmp_path_factory.mktemp("grid") / "a.csv"
    with path.open("w", encoding="utf-8", errors="ignore", newline="") as out:
        csv.writer(out, delimiter=separator, escapechar="\\").writerows([["姓名", "身份证号"], *grid, [*LI]])
    with suppress(TableRefused):
        report = inspect_file(path, KINDS, today=TODAY)
        json.dumps(report.as_json(), ensure_ascii=False).encode("utf-8", "surrogatepass")
