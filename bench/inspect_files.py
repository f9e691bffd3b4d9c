# ruff: noqa: E402  Django must be set up before the vocabularies are there
"""How long reading and understanding big tables takes, and how much memory, beside bare readers of the same files.

`python bench/inspect_files.py [rows]` (100,000 without an argument) writes a member list of 20 columns as CSV in
GB18030, XLSX and XLS (65,000 rows at most), then measures each step in a process of its own.
"""

import csv
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
sys.path.insert(0, os.getcwd())

import django

django.setup()

import xlsxwriter
import xlwt

from smartunion.core.clock import today
from smartunion.core.codes import resident_id
from smartunion.core.codes.folding import words
from smartunion.core.tables.parsers import Context
from smartunion.core.tables.reading import read_table
from smartunion.core.tables.report import inspect_file
from smartunion.core.tables.vocabulary import vocabulary
from smartunion.core.tables.workbook import open_workbook

LABELS = words(
    "序号 姓名 性别 出生日期 民族 就业状况 有效证件类别 证件号码 学历 技术等级 移动电话 户籍类型 户籍所在地 "
    "会籍变化类型 会籍变化日期 会籍变化原因 政治面貌 工作单位 籍贯 是否农民工会员"
)
XLS_ROWS = 65_000


def row(number: int) -> list[str]:
    """One member, valid and invented."""
    start = f"320911{1960 + number % 45}{1 + number % 12:02d}{1 + number % 28:02d}{number % 999:03d}"
    identity = start + resident_id.check_character(start)
    sex = "男" if int(identity[16]) % 2 else "女"
    born = f"{identity[6:10]}/{identity[10:12]}/{identity[12:14]}"
    name = "王李张刘陈杨"[number % 6] + "伟芳娜秀英敏静丽强磊"[number % 10] + "军洋勇艳杰"[number % 5]
    return [
        *(
            str(number),
            name,
            sex,
            born,
            "汉族",
            "在岗",
            "居民身份证",
            identity,
            "本科",
            "无",
            f"138{number:08d}",
        ),
        *(
            "农业户口",
            "江苏省盐城市大丰区",
            "入会",
            "2020/01/01",
            "",
            "群众",
            f"盐城第{number % 3000}机械有限公司",
            "江苏",
            "否",
        ),
    ]


def write_files(folder: Path, rows: int) -> dict[str, Path]:
    """The list in three forms."""
    files = {form: folder / f"members.{form}" for form in ("csv", "xlsx", "xls")}
    with files["csv"].open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(LABELS)
        writer.writerows(row(number) for number in range(rows))
    with xlsxwriter.Workbook(str(files["xlsx"]), {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        for place, cells in enumerate([LABELS, *(row(number) for number in range(rows))]):
            sheet.write_row(place, 0, cells)
    old = xlwt.Workbook(encoding="utf-8")
    old_sheet = old.add_sheet("会员")
    for place, cells in enumerate([LABELS, *(row(number) for number in range(min(rows, XLS_ROWS)))]):
        for column, cell in enumerate(cells):
            old_sheet.write(place, column, cell)
    old.save(str(files["xls"]))
    return files


def bare(path: Path) -> int:
    """Rows counted by the plainest reader there is for the form."""
    if path.suffix == ".csv":
        with path.open(encoding="gb18030", newline="") as file:
            return sum(1 for _ in csv.reader(file)) - 1
    from python_calamine import CalamineWorkbook

    return sum(1 for _ in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows()) - 1


def rows_only(path: Path) -> int:
    """Rows through our reader, nothing understood."""
    with open_workbook(path) as book:
        return sum(1 for _ in book.sheets[0].rows()) - 1


def records(path: Path) -> int:
    """Every record parsed and checked."""
    with open_workbook(path) as book:
        table = read_table(book.sheets[0], vocabulary)
        return sum(1 for _ in table.records(Context(today(), book.is_1904)))


def report(path: Path) -> int:
    """The whole report."""
    return inspect_file(path, vocabulary, today=today()).sheets[0].records


def _measured(step: Callable[[Path], int], path: Path, answer: Any) -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak of the start-up
    start, before = time.process_time(), _peak_kib()
    count = step(path)
    answer.put((count, time.process_time() - start, (_peak_kib() - before) / 1024))


def _peak_kib() -> int:
    """The largest resident size so far; Linux only."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def measure(step: Callable[[Path], int], path: Path) -> tuple[int, float, float]:
    """(rows, processor seconds, memory grown by MiB) of one step in a fresh process."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    worker = context.Process(target=_measured, args=(step, path, answer))
    worker.start()
    found: tuple[int, float, float] = answer.get()
    worker.join()
    return found


def main(rows: int) -> None:
    """Write the files, measure, print a table."""
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder), rows)
        for form, path in files.items():
            print(f"{form}: {path.stat().st_size / 1024**2:.0f} MiB, {len(LABELS)} columns")
            plain = 0.0
            for step in (bare, rows_only, records, report):
                count, seconds, grown = measure(step, path)
                plain = plain or seconds
                print(
                    f"  {step.__name__:10} {count:8,} rows  {seconds:6.2f} s  {count / seconds:9,.0f} rows/s"
                    f"  {seconds / plain:5.1f} × bare  +{grown:.0f} MiB"
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
