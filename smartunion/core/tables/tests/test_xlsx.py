from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from smartunion.core.tables.cells import CellType, Merge
from smartunion.core.tables.formats import NumberFormat, Shown, number_format, serial_text
from smartunion.core.tables.limits import Limits
from smartunion.core.tables.refusals import DamagedFile, FileTooBig
from smartunion.core.tables.tests.builders import texts_of, write_parts, write_xlsx
from smartunion.core.tables.workbook import open_workbook


def test_cells_come_out_as_people_see_them(tmp_path: Path) -> None:
    grid = [
        ["编号", "日期", "时间", "比例", "是否", "说明"],
        [123, datetime(2020, 3, 5), datetime(2020, 3, 5, 8, 30), 0.1, True, " a\xa0"],
    ]
    path = write_xlsx(tmp_path / "a.xlsx", grid, formats={"A2": "000000", "B2": 'yyyy"年"m"月"d"日"'})

    with open_workbook(path) as book:
        row = list(book.sheets[0].rows())[1]

    assert row.texts == ["000123", "2020-03-05", "2020-03-05 08:30:00", "0.1", "TRUE", "a"]
    assert [kind.value for kind in row.types] == ["n", "d", "d", "n", "b", "t"]


def test_long_numbers_keep_the_digits_the_file_has(tmp_path: Path) -> None:
    xml = (
        '<worksheet><sheetData><row r="2"><c r="B2"><v>320911199003070025</v></c><c r="C2"><v>3.2091119900307E+17</v></c>'
        "</row></sheetData></worksheet>"
    )

    assert texts_of(write_parts(tmp_path / "a.xlsx", xml)) == {
        2: ["", "320911199003070025", "320911199003070000"]
    }


def test_unusual_but_valid_xml_is_read(tmp_path: Path) -> None:
    """Prefixed names, no cell references, inline and rich texts, phonetic guides, escapes, cells out of order."""
    xml = (
        '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:r><x:t>李</x:t></x:r><x:r><x:t>敏</x:t></x:r>'
        '<x:rPh><x:t>limin</x:t></x:rPh></x:is></x:c><x:c t="str"><x:v>a_x000D_b</x:v></x:c></x:row>'
        '<x:row r="5"><x:c r="B5"><x:v>2</x:v></x:c><x:c r="A5"><x:v>1</x:v></x:c><x:c r="C5" t="e"><x:v>#N/A</x:v></x:c>'
        '<x:c r="D5" t="d"><x:v>2020-03-05T00:00:00</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )

    assert texts_of(write_parts(tmp_path / "a.xlsx", xml)) == {
        1: ["李敏", "a\rb"],
        5: ["1", "2", "#N/A", "2020-03-05"],
    }


def test_formulas_merges_and_hidden_rows_are_noticed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["甲", "乙"])
    sheet.append([1, "=A2"])
    sheet.merge_cells("A4:B5")
    sheet["A4"] = "合并"
    sheet.row_dimensions[2].hidden = True
    book.create_sheet("藏").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")

    with open_workbook(tmp_path / "a.xlsx") as opened:
        first, second = opened.sheets
        rows = {row.number: row for row in first.rows()}

    assert (rows[2].formulas, rows[2].unsaved, rows[2].hidden) == ((1,), (1,), True)
    assert first.merges == [Merge(4, 0, 5, 1)]
    assert [first.hidden, second.hidden] == [False, True]


def test_both_calendars_are_read(tmp_path: Path) -> None:
    for epoch, wanted in (
        (openpyxl.utils.datetime.WINDOWS_EPOCH, False),
        (openpyxl.utils.datetime.MAC_EPOCH, True),
    ):
        book = openpyxl.Workbook()
        book.epoch = epoch
        assert book.active is not None
        book.active.append([datetime(2020, 3, 5)])
        book.save(tmp_path / "a.xlsx")

        with open_workbook(tmp_path / "a.xlsx") as opened:
            assert opened.is_1904 is wanted
            assert [row.texts for row in opened.sheets[0].rows()] == [["2020-03-05"]]


@pytest.mark.parametrize(
    ("serial", "is_1904", "shown"),
    [
        (1, False, ("1900-01-01", CellType.DATE)),
        (59, False, ("1900-02-28", CellType.DATE)),
        (60, False, None),
        (61, False, ("1900-03-01", CellType.DATE)),
        (43895, False, ("2020-03-05", CellType.DATE)),
        (42433, True, ("2020-03-05", CellType.DATE)),
        (0.5, False, ("12:00:00", CellType.TIME)),
        (43895.999999, False, ("2020-03-06", CellType.DATE)),
        (3e17, False, None),
        (-1, False, None),
    ],
)
def test_serial_numbers_follow_the_calendar(
    serial: float, is_1904: bool, shown: tuple[str, CellType] | None
) -> None:
    assert serial_text(serial, is_1904=is_1904) == shown


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("General", Shown.PLAIN),
        ("GENERAL", Shown.PLAIN),
        ("G/通用格式", Shown.PLAIN),
        ('G/通用格式"元"', Shown.PLAIN),
        ("[DBNum1][$-804]General", Shown.PLAIN),
        ("[DBNum1][$-804]yyyy", Shown.DATE),
        ("[Red]0.00;[Blue]-0.00", Shown.PLAIN),
        ("[mm]:ss", Shown.TIME),
        ("0.00", Shown.PLAIN),
        ("#,##0", Shown.PLAIN),
        ("@", Shown.PLAIN),
        ("000000", Shown.ZEROS),
        ("yyyy/m/d", Shown.DATE),
        ('yyyy"年"m"月"d"日";@', Shown.DATE),
        ("[$-804]yyyy\\-mm\\-dd", Shown.DATE),
        ("m/d", Shown.DATE),
        ("h:mm:ss.000", Shown.TIME),
        ("[h]:mm", Shown.TIME),
        ('0"天"', Shown.PLAIN),
        ('"编号"000', Shown.ZEROS),
    ],
)
def test_format_codes_tell_dates_from_numbers(code: str, wanted: Shown) -> None:
    found = number_format(code)

    assert found.shown is wanted
    assert found == NumberFormat(wanted, 6 if code == "000000" else 3 if wanted is Shown.ZEROS else 0)


def test_cells_far_apart_cost_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "姓名"
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "a.xlsx")

    with open_workbook(tmp_path / "a.xlsx") as opened:
        assert [(row.number, row.filled()) for row in opened.sheets[0].rows()] == [
            (1, [0]),
            (1048576, [16383]),
        ]


def test_bombs_are_refused(tmp_path: Path) -> None:
    path = write_parts(
        tmp_path / "a.xlsx", "<worksheet><sheetData>" + " " * 5_000_000 + "</sheetData></worksheet>"
    )

    with pytest.raises(FileTooBig):
        open_workbook(path, Limits(unpacked_bytes=1_000_000))


def test_document_types_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>'
    with open_workbook(write_parts(tmp_path / "a.xlsx", bomb)) as opened, pytest.raises(DamagedFile):
        list(opened.sheets[0].rows())


def test_missing_parts_and_broken_xml_are_refused(tmp_path: Path) -> None:
    broken = write_parts(tmp_path / "a.xlsx", "<worksheet><sheetData><row>")
    with open_workbook(broken) as opened, pytest.raises(DamagedFile):
        list(opened.sheets[0].rows())

    unshared = write_parts(
        tmp_path / "b.xlsx", '<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>'
    )
    with open_workbook(unshared) as opened, pytest.raises(DamagedFile):
        list(opened.sheets[0].rows())


def test_shared_texts_are_found_by_number(tmp_path: Path) -> None:
    grid = [[f"文字{n % 7}", f"独有{n}"] for n in range(50)]
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(grid):
            sheet.write_row(number, 0, row)

    assert list(texts_of(tmp_path / "a.xlsx").values()) == grid
