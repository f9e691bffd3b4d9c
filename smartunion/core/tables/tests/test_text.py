from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartunion.core.tables.delimiters import Separation, sniff_separator
from smartunion.core.tables.encodings import Encoding
from smartunion.core.tables.tests.builders import LI, WANG, ZHAO, texts_of, write_text
from smartunion.core.tables.text import TextSheet
from smartunion.core.tables.workbook import open_workbook

UTF8 = Encoding("utf-8")


@pytest.mark.parametrize("separator", ["\t", ",", ";", "|", "\x01", "^", "，"])
def test_every_separator_is_told(tmp_path: Path, separator: str) -> None:
    rows = [["姓名", "身份证号", "备注"], [*LI, ""], [*WANG, "调入"]]
    path = write_text(tmp_path / "a.txt", "\n".join(separator.join(row) for row in rows))

    assert sniff_separator(path, UTF8) == Separation(separator, 3)


def test_titles_and_notes_do_not_hide_the_separator(tmp_path: Path) -> None:
    text = f"某某市登记表\n填报单位：甲公司,,填报日期：今天\n姓名,身份证号,手机,备注\n{LI[0]},{LI[1]},13800138000,\n注：如实填写。\n"

    assert sniff_separator(write_text(tmp_path / "a.csv", text), UTF8).separator == ","


def test_running_text_and_subtitles_have_no_separator(tmp_path: Path) -> None:
    prose = "这是一段话，没有表格。\nIt has commas, here, and there,\nbut not the same number.\nOr none at all.\nOne, again.\n"
    subtitle = "1\n00:00:06,500 --> 00:00:09,000\nAbout two months ago\n\n" * 6

    assert sniff_separator(write_text(tmp_path / "a.txt", prose), UTF8).separator == ""
    assert sniff_separator(write_text(tmp_path / "b.srt", subtitle), UTF8).separator == ""


def test_cells_with_quotes_separators_and_line_ends_are_read(tmp_path: Path) -> None:
    path = write_text(
        tmp_path / "a.csv", '姓名,住址,备注\n"李敏","第一行\n第二行,带逗号","说""好"""\n王刚,,\n'
    )

    assert texts_of(path) == {
        1: ["姓名", "住址", "备注"],
        2: ["李敏", "第一行\n第二行,带逗号", '说"好"'],
        3: ["王刚", "", ""],
    }


def test_an_unclosed_quote_spoils_its_own_line_only(tmp_path: Path) -> None:
    text = f'姓名,身份证号,备注\n{LI[0]},{LI[1]},"未闭合\n{WANG[0]},{WANG[1]},正常\n{ZHAO[0]},{ZHAO[1]},"引,号"\n'
    with open_workbook(write_text(tmp_path / "a.csv", text)) as book:
        sheet = book.sheets[0]
        assert isinstance(sheet, TextSheet)
        rows = [row.texts for row in sheet.rows()]

        assert rows[1:] == [[*LI, "未闭合"], [*WANG, "正常"], [*ZHAO, "引,号"]]
        assert sheet.broken_quotes == [2]


def test_an_unclosed_quote_before_thousands_of_rows_is_found(tmp_path: Path) -> None:
    text = '姓名,备注\n李敏,"未闭合\n' + "王刚,x\n" * 3000
    rows = texts_of(write_text(tmp_path / "a.csv", text))

    assert len(rows) == 3002
    assert (rows[2], rows[3], rows[3002]) == (["李敏", "未闭合"], ["王刚", "x"], ["王刚", "x"])


def test_a_separator_line_and_protected_numbers_are_understood(tmp_path: Path) -> None:
    rows = texts_of(write_text(tmp_path / "a.csv", f'sep=;\n姓名;身份证号\n李敏;="{LI[1]}"\n'))

    assert rows == {1: ["姓名", "身份证号"], 2: ["李敏", LI[1]]}


def test_foreign_bytes_are_reported_with_their_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        "姓名,单位\n".encode() + "王刚,盐城市大丰区人民路机械公司\n".encode() * 10 + b"\xff\xfe,x\n"
    )
    with open_workbook(path) as book:
        sheet = book.sheets[0]
        assert isinstance(sheet, TextSheet)
        list(sheet.rows())

        assert sheet.undecodable == [12]


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_no_text_stops_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = write_text(
        tmp_path_factory.mktemp("t") / "a.csv",
        "a,b,c\n1,2,3\n" + text.replace("\0", "") + "\n4,5,6\n",
        "utf-8",
    )
    sheet = TextSheet("a", path=path, encoding=UTF8, separator=",", width=3)

    numbers = [row.number for row in sheet.rows()]

    assert numbers == list(range(1, len(numbers) + 1))
