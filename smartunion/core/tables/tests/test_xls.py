import struct
from datetime import date
from pathlib import Path

import pytest

from smartunion.core.tables.cells import Merge
from smartunion.core.tables.refusals import DamagedFile, EncryptedFile
from smartunion.core.tables.tests.builders import LI, texts_of, write_xls
from smartunion.core.tables.workbook import open_workbook
from smartunion.core.tables.xls.records import SharedTextReader, walk


@pytest.mark.parametrize("is_1904", [False, True])
def test_cells_come_out_as_people_see_them(tmp_path: Path, is_1904: bool) -> None:
    grid = [
        ["编号", "日期", "数", "是否", "公式"],
        [(123, "000000"), date(2020, 3, 5), 12.5, True, "=1+1"],
        [320911199003070025, None, -5, False, None],
        [1e20, (0.5, "h:mm"), 0.1 + 0.2, None, "x" * 300],
    ]
    path = write_xls(tmp_path / "a.xls", grid, merges=[(5, 6, 0, 2)], is_1904=is_1904)

    with open_workbook(path) as book:
        sheet = book.sheets[0]
        rows = {row.number: row for row in sheet.rows()}

    assert book.is_1904 is is_1904
    assert rows[2].texts[:4] == ["000123", "2020-03-05", "12.5", "TRUE"]
    assert rows[2].formulas == (4,)
    assert rows[3].texts == ["320911199003070000", "", "-5", "FALSE"]
    assert rows[4].texts == ["100000000000000000000", "12:00:00", "0.3", "", "x" * 300]
    assert sheet.merges == [Merge(6, 0, 7, 2)]


def test_thousands_of_texts_run_on_over_many_records(tmp_path: Path) -> None:
    grid = [[f"盐城市某某有限公司{n}" + "长" * (n % 300), f"ascii {n}" + "x" * (n % 13)] for n in range(4000)]

    assert list(texts_of(write_xls(tmp_path / "a.xls", grid)).values()) == grid


def test_texts_cut_in_the_middle_go_on_with_another_width() -> None:
    whole = struct.pack("<II", 2, 2) + struct.pack("<HB", 4, 1) + "李敏".encode("utf-16-le")
    rest = b"\x00ab" + struct.pack("<HB", 2, 0) + b"ok"

    assert SharedTextReader([whole, rest]).read_all() == ["李敏ab", "ok"]


def test_a_record_beyond_the_stream_is_damage() -> None:
    with pytest.raises(DamagedFile):
        list(walk(struct.pack("<HH", 0x0809, 500) + b"x", 0))


def test_a_password_is_told(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", [["姓名"], [LI[0]]])
    data = bytearray(path.read_bytes())
    first = data.find(struct.pack("<HH", 0x0809, 16))
    following = first + 20
    data[following : following + 2] = struct.pack("<H", 0x002F)
    path.write_bytes(bytes(data))

    with pytest.raises(EncryptedFile):
        open_workbook(path)


def test_rows_written_in_any_order_are_sorted(tmp_path: Path) -> None:
    """Some programs write rows as they come; two rows of a workbook are exchanged here record by record."""
    path = write_xls(tmp_path / "a.xls", [[1.5], [2.5], [3.5]])
    data = path.read_bytes()
    cells = [data.find(struct.pack("<HHHH", 0x027E, 10, row, 0)) for row in range(3)]
    size = 14
    first, last = data[cells[0] : cells[0] + size], data[cells[2] : cells[2] + size]
    path.write_bytes(
        data[: cells[0]] + last + data[cells[0] + size : cells[2]] + first + data[cells[2] + size :]
    )

    assert texts_of(path) == {1: ["1.5"], 2: ["2.5"], 3: ["3.5"]}
