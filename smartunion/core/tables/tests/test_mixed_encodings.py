"""Files put together from several programs: every row in its own encoding, and which is which is said."""

from pathlib import Path

import pytest

from smartunion.core.tables.encodings import sniff_encoding
from smartunion.core.tables.report import inspect_file
from smartunion.core.tables.tests.builders import KINDS, LI, TODAY, WANG, ZHAO, texts_of
from smartunion.core.tables.text import Run, TextSheet
from smartunion.core.tables.workbook import open_workbook

HEAD = ["姓名", "身份证号", "单位名称"]
PEOPLE = [[*LI[:2], "宁海机械厂"], [*WANG[:2], "宁海电厂"], [*ZHAO[:2], "宁海纺织厂"]]


def written(path: Path, *parts: tuple[str, list[list[str]]]) -> Path:
    """A file of rows, each part in an encoding of its own."""
    path.write_bytes(
        b"".join(("\r\n".join(",".join(row) for row in rows) + "\r\n").encode(codec) for codec, rows in parts)
    )
    return path


def mixed(path: Path) -> list[Run]:
    with open_workbook(path) as book:
        sheet = book.sheets[0]
        assert isinstance(sheet, TextSheet)
        list(sheet.rows())
        return sheet.mixed


@pytest.mark.parametrize("head", ["utf-8", "utf-8-sig", "gb18030", "big5"])
@pytest.mark.parametrize("body", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_row_is_read_in_its_own_encoding(tmp_path: Path, head: str, body: str) -> None:
    if head == "big5" and body == "gb18030":
        pytest.skip("two codes that only differ by what is usual")
    title = ["姓名", "身份證號", "單位名稱"] if head == "big5" else HEAD
    rows = PEOPLE * 200

    path = written(tmp_path / "a.csv", (head, [title]), (body, rows))

    assert list(texts_of(path).values()) == [title, *rows]
    name = {"utf-8-sig": "utf-8"}
    one, other = name.get(head, head), name.get(body, body)
    assert mixed(path) == ([] if one == other else [Run(1, 1, [one]), Run(2, 601, [other])])


def test_rows_that_take_turns_are_told_run_by_run(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.csv", ("utf-8", [HEAD, PEOPLE[0]]), ("gb18030", [PEOPLE[1]]), ("ascii", [["", "123", ""]]),
        ("utf-8-sig", [PEOPLE[2]]),
    )  # fmt: skip

    (sheet,) = inspect_file(path, KINDS, today=TODAY).sheets
    said = {warned.code: warned for warned in sheet.warnings}

    assert sheet.last["姓名"] == ZHAO[0]
    assert (said["mixed_encodings"].cell, said["mixed_encodings"].message) == (
        "A1",
        "文件里混有几种编码，每一行都按它自己的编码读取（行号及编码：1–2 UTF-8、3–4 GB18030、5 UTF-8）。"
        "请看看姓名是否正确；另存为 XLSX 或 UTF-8 后就只有一种编码。",
    )


def test_a_row_put_together_of_two_encodings_is_read_by_the_cell(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", ("gb18030", [HEAD, *PEOPLE]))
    row = b"\xe6\x9d\x8e\xe6\x95\x8f,1," + "宁海机械厂".encode("gb18030") + b"\r\n"
    path.write_bytes(path.read_bytes() + row)

    assert texts_of(path)[5] == ["李敏", "1", "宁海机械厂"]
    assert mixed(path) == [Run(1, 4, ["gb18030"]), Run(5, 5, ["utf-8", "gb18030"])]


def test_a_cut_character_spoils_its_own_cell_only(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", ("utf-8", [HEAD, *PEOPLE * 20]))
    path.write_bytes(path.read_bytes() + b"\xe6\x9d\x8e\xe6\x95,1," + "宁海机械厂".encode() + b"\n")
    with open_workbook(path) as book:
        sheet = book.sheets[0]
        assert isinstance(sheet, TextSheet)
        rows = list(sheet.rows())

    assert rows[-1].texts == ["李\ufffd", "1", "宁海机械厂"]
    assert (sheet.undecodable, sheet.mixed) == ([62], [])


def test_a_mark_before_a_quoted_cell_in_the_middle_does_no_harm(tmp_path: Path) -> None:
    part = '"姓名","身份证号","单位名称"\r\n"李敏","1","甲,乙"\r\n'.encode("utf-8-sig")
    path = tmp_path / "a.csv"
    path.write_bytes(part + part)

    assert texts_of(path) == {
        1: HEAD, 2: ["李敏", "1", "甲,乙"], 3: HEAD, 4: ["李敏", "1", "甲,乙"],
    }  # fmt: skip


def test_lines_that_are_given_back_keep_their_encoding(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.csv",
        ("utf-8", [HEAD, ["李敏", "1", '"未闭合']]),
        ("gb18030", PEOPLE),
        ("utf-8", PEOPLE),
    )

    assert [row[0] for row in texts_of(path).values()][1:] == ["李敏", *(name for name, *_ in PEOPLE * 2)]
    assert mixed(path) == [Run(1, 2, ["utf-8"]), Run(3, 5, ["gb18030"]), Run(6, 8, ["utf-8"])]


@pytest.mark.parametrize("ends", ["\r", "\r\r\n", "\n"])
def test_every_end_of_line_is_one_in_every_encoding(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(ends.join(",".join(row) for row in [HEAD, *PEOPLE]).encode("gb18030"))

    rows = [row for row in texts_of(path).values() if any(row)]

    assert rows == [HEAD, *PEOPLE]


def test_words_that_happen_to_be_valid_in_both_stay_chinese(tmp_path: Path) -> None:
    """The bytes of 联通 in GB18030 are valid UTF-8 of other letters."""
    path = written(tmp_path / "a.csv", ("gb18030", [["联通", "1"], ["移动", "2"], *[["盐城", "3"]] * 3]))

    assert sniff_encoding(path).name == "gb18030"
    assert texts_of(path)[1] == ["联通", "1"]
    assert mixed(path) == []


def test_a_mark_does_not_move_the_calendar(tmp_path: Path) -> None:
    """A bare 45356 is 2024-03-05, whether or not the file begins with a byte-order mark."""
    path = tmp_path / "a.csv"
    path.write_bytes(f"姓名,身份证号,出生日期\n{LI[0]},{LI[1]},33000\n".encode("utf-8-sig"))

    with open_workbook(path) as book:
        assert book.is_1904 is False


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("records", [3, 600])
def test_a_copy_cut_short_is_read_as_far_as_it_goes_and_said(
    tmp_path: Path, encoding: str, records: int
) -> None:
    path = written(tmp_path / "a.csv", (encoding, [HEAD, *PEOPLE * (records // 3)]))
    path.write_bytes(path.read_bytes() + b"\0" * 700)

    (sheet,) = inspect_file(path, KINDS, today=TODAY).sheets

    assert (sheet.records, sheet.last["姓名"]) == (records, ZHAO[0])
    assert [(w.cell, w.code) for w in sheet.warnings if w.code == "zero_bytes"] == [
        (f"A{records + 2}", "zero_bytes")
    ]
