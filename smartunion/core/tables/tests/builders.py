"""Awkward files for tests, and a small vocabulary of people, so that the tests of this room know no other."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import xlwt

from smartunion.core.codes import resident_id, uscc
from smartunion.core.tables import detectors, parsers
from smartunion.core.tables.parsers import Context
from smartunion.core.tables.reading import LeftOut, Record, Table, read_table
from smartunion.core.tables.vocabulary import FieldSpec, Kind, Vocabulary
from smartunion.core.tables.workbook import open_workbook

TODAY = date(2026, 11, 21)
CONTEXT = Context(TODAY)

PEOPLE = Kind(
    "people",
    "People",
    (
        FieldSpec("name", "Name", ("姓名", "名字"), parsers.person_name, True, detect=detectors.is_person_name, by_content="unlabelled"),
        FieldSpec("id", "ID", ("身份证号", "证件号码", "公民身份号码"), parsers.resident_id, identifier=True, detect=detectors.is_resident_id, by_content="always"),
        FieldSpec("phone", "Phone", ("手机", "联系电话"), parsers.phone, detect=detectors.is_phone, by_content="always"),
        FieldSpec("born", "Born", ("出生日期",), parsers.past_day, detect=detectors.is_date),
        FieldSpec("unit", "Unit", ("单位名称",), parsers.text(20)),
        FieldSpec("code", "Code", ("社会信用代码",), parsers.uscc, identifier=True, detect=detectors.is_uscc),
        FieldSpec("note", "Note", ("备注",), parsers.text(100)),
    ),
    signatures=(frozenset({"name", "id"}), frozenset({"name", "phone"})),
    subjects=("职工", "本人"),
)  # fmt: skip
KINDS = Vocabulary()
KINDS.register(PEOPLE)

Grid = Sequence[Sequence[object]]


def id_number(order: int, born: str = "19900307") -> str:
    """A valid ID number; odd orders are men."""
    start = f"320911{born}{order:03d}"
    return start + resident_id.check_character(start)


def credit_code(order: int) -> str:
    """A valid USCC."""
    start = f"91320911MA{order:07d}"
    return start + uscc.check_character(start)


LI, WANG, ZHAO = ("李敏", id_number(2)), ("王刚", id_number(3)), ("赵云", id_number(5))


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A text file."""
    path.write_bytes(text.encode(encoding))
    return path


def write_xlsx(
    path: Path, grid: Grid, *, merges: Iterable[str] = (), formats: Mapping[str, str] | None = None
) -> Path:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in grid:
        sheet.append(list(row))
    for cells in merges:
        sheet.merge_cells(cells)
    for cell, code in (formats or {}).items():
        sheet[cell].number_format = code
    book.save(path)
    return path


def write_xls(
    path: Path, grid: Grid, *, merges: Iterable[tuple[int, int, int, int]] = (), is_1904: bool = False
) -> Path:
    """An XLS workbook with one sheet; a text beginning with = is a formula, a tuple is (value, number format)."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = is_1904
    sheet = book.add_sheet("Sheet1")
    for r, row in enumerate(grid):
        for c, value in enumerate(row):
            if isinstance(value, str) and value.startswith("="):
                sheet.write(r, c, xlwt.Formula(value[1:]))
            elif isinstance(value, tuple):
                sheet.write(r, c, value[0], xlwt.easyxf(num_format_str=value[1]))
            elif isinstance(value, date | datetime):
                sheet.write(r, c, value, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
            elif value is not None:
                sheet.write(r, c, value)
    for merge in merges:
        sheet.merge(*merge)
    book.save(str(path))
    return path


def write_parts(path: Path, sheet_xml: str, *, extra: Mapping[str, str] | None = None) -> Path:
    """A workbook from the XML of its sheet, for what writing libraries do not write."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships><Relationship Id="r1" Type="{office}/officeDocument" Target="/xl/book.xml"/></Relationships>',
        "xl/book.xml": f'<x:workbook xmlns:x="{main}" xmlns:r="{office}"><x:sheets><x:sheet name="表" sheetId="1" r:id="r1"/></x:sheets></x:workbook>',
        "xl/_rels/book.xml.rels": f'<Relationships><Relationship Id="r1" Type="{office}/worksheet" Target="a/one.xml"/></Relationships>',
        "xl/a/one.xml": sheet_xml,
    } | dict(extra or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def texts_of(path: Path, sheet: int = 0) -> dict[int, list[str]]:
    """Row number → texts of one sheet."""
    with open_workbook(path) as book:
        return {row.number: row.texts for row in book.sheets[sheet].rows()}


def read(path: Path, **options: object) -> tuple[Table, list[Record], LeftOut]:
    """The table, all records and what was left out of the first sheet."""
    with open_workbook(path) as book:
        table = read_table(book.sheets[0], KINDS, **options)  # type: ignore[arg-type]
        left_out = LeftOut()
        return table, list(table.records(Context(TODAY, book.is_1904), left_out)), left_out


def problems_of(records: Iterable[Record]) -> list[tuple[str, str]]:
    """(cell, code) of all problems."""
    return [(problem.cell, problem.code) for record in records for problem in record.problems]
