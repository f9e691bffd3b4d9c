import tracemalloc
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from smartunion.core.tables.reading import read_table
from smartunion.core.tables.tests.builders import CONTEXT, KINDS, id_number
from smartunion.core.tables.workbook import open_workbook

IDS = [id_number(order) for order in range(1, 900)]


def peak_bytes(work: Callable[[], int]) -> tuple[int, int]:
    """(what the work returns, the most memory it held at once)."""
    tracemalloc.start()
    try:
        result = work()
        return result, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def count(path: Path, *, parsed: bool) -> int:
    """How many records a file holds."""
    with open_workbook(path) as book:
        table = read_table(book.sheets[0], KINDS)
        return sum(1 for _ in (table.records(CONTEXT) if parsed else table.raw_records()))


def test_a_hundred_thousand_rows_of_gb18030_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="gb18030") as out:
        out.write("花名册\n姓名,身份证号,手机,单位名称\n")
        for row in range(100_000):
            out.write(f"李敏,{IDS[row % len(IDS)]},138{row:08d},盐城市第{row}机械有限公司\n")
        out.write("合计,100000,,\n")

    assert count(path, parsed=False) == 100_000


def test_memory_stays_flat_however_long_the_file(tmp_path: Path) -> None:
    """Eight thousand rows held at once would take some ten megabytes."""
    rows = 8_000
    text, workbook = tmp_path / "a.csv", tmp_path / "a.xlsx"
    with (
        text.open("w", encoding="gb18030") as out,
        xlsxwriter.Workbook(str(workbook), {"constant_memory": True}) as book,
    ):
        sheet = book.add_worksheet()
        for row in range(-1, rows):
            cells = (
                [f"李敏{row}", IDS[row % len(IDS)], f"138{row:08d}"]
                if row >= 0
                else ["姓名", "身份证号", "手机"]
            )
            out.write(",".join(cells) + "\n")
            sheet.write_row(row + 1, 0, cells)

    for path in (text, workbook):
        found, peak = peak_bytes(lambda path=path: count(path, parsed=False))  # type: ignore[misc]

        assert found == rows
        assert peak < 3 * 1024**2
