"""XLS workbooks (Excel 97–2003) through python-calamine, with the formulas it does not tell."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from smartunion.core.tables import biff, ole
from smartunion.core.tables.cells import CellType, Merge, Row, Sheet, number_text, tidy_cell
from smartunion.core.tables.limits import Limits
from smartunion.core.tables.refusals import DamagedFile, EncryptedFile, FileTooBig

Value = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(slots=True)
class XlsSheet(Sheet):
    """One sheet; its cells are in memory (at most 65,536 rows of 256 columns)."""

    source: CalamineSheet = field(kw_only=True)
    facts: biff.SheetFacts = field(kw_only=True)

    def rows(self) -> Iterator[Row]:
        """Rows that hold anything, in order."""
        if self.source.start is None:
            return
        first_row, first_column = self.source.start
        lead_texts, lead_types = [""] * first_column, [CellType.BLANK] * first_column
        for number, values in enumerate(self.source.to_python(skip_empty_area=True), start=first_row + 1):
            cells = [cell_text(value) for value in values]
            formulas = tuple(self.facts.formulas.get(number, ()))
            if not formulas and not any(text for text, _kind in cells):
                continue
            texts = lead_texts + [text for text, _kind in cells]
            types = lead_types + [kind for _text, kind in cells]
            while texts and not texts[-1]:
                texts.pop()
                types.pop()
            yield Row(number, texts, types, formulas, (), number in self.facts.hidden_rows)


def cell_text(value: Value) -> tuple[str, CellType]:
    """A value of the library as text and type."""
    if isinstance(value, str):
        text = tidy_cell(value)
        return text, CellType.TEXT if text else CellType.BLANK
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), CellType.BOOLEAN
    if isinstance(value, int | float):
        return number_text(repr(value)), CellType.NUMBER
    if isinstance(value, datetime):
        shown = value.replace(microsecond=0).isoformat(sep=" ").removesuffix(" 00:00:00")
        return shown, CellType.DATE
    if isinstance(value, date):
        return value.isoformat(), CellType.DATE
    if isinstance(value, time):
        return value.replace(microsecond=0).isoformat(), CellType.TIME
    return ("", CellType.BLANK) if value is None else (str(value), CellType.TIME)


def open_xls(path: Path, limits: Limits) -> list[Sheet]:
    """The sheets of an XLS workbook. Raises EncryptedFile, DamagedFile, FileTooBig."""
    facts = biff.read_facts(ole.CompoundFile(path).stream("Workbook"))
    if facts.is_encrypted:
        raise EncryptedFile
    # The library holds the whole rectangle around the filled cells: two cells far apart would fill the memory.
    if any(sheet.cells > limits.legacy_cells for sheet in facts.sheets.values()):
        raise FileTooBig(
            _(
                "The filled cells of a sheet lie so far apart that it cannot be read. Save it as XLSX and try again."
            )
        )
    try:
        return _sheets(path, facts)
    except CalamineError as error:
        raise DamagedFile from error
    except BaseException as error:
        # The library is written in Rust; a bug in it surfaces as an exception outside the usual family.
        if type(error).__name__ == "PanicException":
            raise DamagedFile from error
        raise


def _sheets(path: Path, facts: biff.BookFacts) -> list[Sheet]:
    book = CalamineWorkbook.from_path(path)
    sheets: list[Sheet] = []
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        source = book.get_sheet_by_name(meta.name)
        merges = [Merge(a[0] + 1, a[1], b[0] + 1, b[1]) for a, b in source.merged_cell_ranges or []]
        merges.sort(key=lambda merge: (merge.top, merge.left))
        sheets.append(
            XlsSheet(
                meta.name,
                meta.visible != SheetVisibleEnum.Visible,
                merges,
                source=source,
                facts=facts.sheets.get(meta.name) or biff.SheetFacts(),
            )
        )
    return sheets
