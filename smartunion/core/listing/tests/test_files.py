"""Files: exact content, nothing runs as a formula, no number loses digits, nothing waits for the end."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from smartunion.core.listing.columns import Cell
from smartunion.core.listing.files import csv_bytes
from smartunion.core.listing.xlsx import xlsx_bytes

RECORDS: list[list[Cell]] = [
    ["王小明", "330203199001011234", 12, date(2026, 3, 1), datetime(2026, 3, 1, 9, 30), Decimal("1.50")],
    ["=cmd|'/c calc'!A1", "00123", -5, None, None, None],
    ['a,"b"\n次行', "+86", 10**16, None, None, None],
]
HEADS = ["姓名", "号码", "件数", "日期", "时间", "金额"]


def test_csv_content_is_exact() -> None:
    assert b"".join(csv_bytes(HEADS, RECORDS)).decode("utf-8-sig") == (
        "姓名,号码,件数,日期,时间,金额\r\n"
        "王小明,330203199001011234\t,12,2026-03-01,2026-03-01 09:30:00,1.50\r\n"
        "'=cmd|'/c calc'!A1,00123\t,-5,,,\r\n"
        '"a,""b""\n次行",\'+86,10000000000000000,,,\r\n'
    )
    assert b"".join(csv_bytes(HEADS, [])).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", " =1", "  @x", "＝1+1", "　＋1", "－1", "＠sum"]
)
def test_text_that_would_run_is_disarmed_in_csv(text: str) -> None:
    line = b"".join(csv_bytes(["x"], [[text]])).decode("utf-8-sig").split("\r\n", 1)[1]

    assert line.lstrip('"').startswith("'")


@pytest.mark.parametrize(
    ("text", "written"),
    [("91330203E0123", "91330203E0123\t"), ("12e5", "12e5\t"), ("E12", "E12"), ("3-1-201", "3-1-201")],
)
def test_codes_with_an_e_among_their_digits_stay_codes(text: str, written: str) -> None:
    assert b"".join(csv_bytes(["x"], [[text]])).decode("utf-8-sig") == f"x\r\n{written}\r\n"


def xlsx(records: list[list[Cell]], sheet_rows: int = 1_048_576) -> bytes:
    return b"".join(xlsx_bytes(HEADS, records, title="清单: 一/二", widths=[12] * 6, sheet_rows=sheet_rows))


@pytest.mark.filterwarnings("ignore")
def test_xlsx_content_is_exact() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(RECORDS))).active

    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert sheet.title == "清单_ 一_二"
    assert found == [
        HEADS,
        ["王小明", "330203199001011234", 12, datetime(2026, 3, 1), datetime(2026, 3, 1, 9, 30), 1.5],
        ["=cmd|'/c calc'!A1", "00123", -5, None, None, None],
        ['a,"b"\n次行', "+86", str(10**16), None, None, None],
    ]
    assert sheet["A3"].data_type == "s"  # text, not a formula
    assert sheet["B2"].number_format == "@"
    assert sheet.freeze_panes == "A2"


def test_other_readers_open_it_and_the_archive_is_whole() -> None:
    data = xlsx(RECORDS)

    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1][:4] == ["王小明", "330203199001011234", 12.0, date(2026, 3, 1)]
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


def test_a_full_sheet_goes_on_in_the_next() -> None:
    records: list[list[Cell]] = [[f"第{number}行", None, number, None, None, None] for number in range(5)]

    book = openpyxl.load_workbook(io.BytesIO(xlsx(records, sheet_rows=3)))

    assert book.sheetnames == ["清单_ 一_二", "清单_ 一_二 2", "清单_ 一_二 3"]
    assert [[row[0].value for row in sheet.iter_rows(min_row=2)] for sheet in book] == [
        ["第0行", "第1行"], ["第2行", "第3行"], ["第4行"],
    ]  # fmt: skip


def test_an_empty_list_is_a_sheet_with_heads() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx([]))).active

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [HEADS]


@given(
    st.lists(
        st.text(max_size=30) | st.integers() | st.none() | st.floats(allow_nan=False, allow_infinity=False),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_text_makes_a_readable_sheet(record: list[Cell]) -> None:
    data = b"".join(xlsx_bytes(["x"] * len(record), [record], title="t", widths=[9] * len(record)))

    assert len(list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows())) == 2


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_first_bytes_leave_before_the_rows_are_read(kind: str) -> None:
    taken: list[int] = []

    def rows() -> Iterator[list[Cell]]:
        for number in range(3000):
            taken.append(number)
            yield [f"会员{number}", None, number, None, None, None]

    made = csv_bytes(HEADS, rows()) if kind == "csv" else xlsx_bytes(HEADS, rows(), title="t", widths=[9] * 6)
    first = next(made) + next(made)

    assert len(first) > 30
    assert len(taken) <= 201
    assert sum(map(len, made)) > 10_000
    assert len(taken) == 3000


def test_memory_stays_flat() -> None:
    rows = ([f"会员{number}", "330203199001011234", number, None, None, None] for number in range(20_000))
    tracemalloc.start()

    for _piece in xlsx_bytes(HEADS, rows, title="t", widths=[9] * 6):
        pass

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000
