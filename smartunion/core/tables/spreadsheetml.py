"""XML Spreadsheet 2003, a text form of workbooks, mostly named .xls."""

from pathlib import Path
from typing import Final
from xml.parsers import expat

from smartunion.core.tables.cells import CellType, Merge, Row, Sheet, number_text, tidy_cell
from smartunion.core.tables.formats import iso_text
from smartunion.core.tables.limits import Limits
from smartunion.core.tables.markup import ListedSheet, check_markup_size
from smartunion.core.tables.refusals import DamagedFile
from smartunion.core.tables.xlsx.package import Attributes, local, new_parser

_TYPES: Final = {
    "Number": CellType.NUMBER,
    "DateTime": CellType.DATE,
    "Boolean": CellType.BOOLEAN,
    "Error": CellType.ERROR,
}
_EMPTY_DAY: Final = "1899-12-31 "


def open_xml(path: Path, limits: Limits) -> list[Sheet]:
    """The sheets of an XML Spreadsheet 2003 workbook."""
    check_markup_size(path, limits)
    reader = _Reader(limits)
    parser = new_parser()
    parser.StartElementHandler = lambda name, attributes: reader.start(local(name), attributes)
    parser.EndElementHandler = lambda name: reader.end(local(name))
    parser.CharacterDataHandler = reader.characters
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DamagedFile from error
    return list(reader.sheets)


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self.sheets: list[ListedSheet] = []
        self._limits = limits
        self._row = Row(0, [], [])
        self._formulas: list[int] = []
        self._number = 0
        self._column = self._next_column = 0
        self._kind = ""
        self._parts: list[str] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        given = {local(key): value for key, value in attributes.items()}
        if name == "Worksheet":
            self.sheets.append(ListedSheet(given.get("Name", "")))
            self._number = 0
        elif name == "Row" and self.sheets:
            self._number = int(given.get("Index", self._number + 1))
            self._row, self._formulas, self._next_column = Row(self._number, [], []), [], 0
        elif name == "Cell" and self.sheets:
            self._open_cell(given)
        elif name == "Data":
            self._kind, self._parts = given.get("Type", "String"), []

    def end(self, name: str) -> None:
        if name == "Data" and self._parts is not None and self.sheets:
            self._add("".join(self._parts))
            self._parts = None
        elif name == "Row" and self.sheets and (self._row.texts or self._formulas):
            self._row.formulas = tuple(self._formulas)
            self.sheets[-1].listed.append(self._row)
        elif name == "WorksheetOptions" and self.sheets:
            self.sheets[-1].merges.sort(key=lambda merge: (merge.top, merge.left))

    def characters(self, text: str) -> None:
        if self._parts is not None:
            self._parts.append(text)

    def _open_cell(self, given: Attributes) -> None:
        self._column = int(given.get("Index", self._next_column + 1)) - 1
        across, down = int(given.get("MergeAcross", 0)), int(given.get("MergeDown", 0))
        self._next_column = self._column + across + 1
        if not 0 <= self._column < self._limits.columns:
            raise DamagedFile
        if across or down:
            last_row, last_column = self._number + down, self._column + across
            self.sheets[-1].merges.append(Merge(self._number, self._column, last_row, last_column))
        if "Formula" in given:
            self._formulas.append(self._column)

    def _add(self, raw: str) -> None:
        kind = _TYPES.get(self._kind, CellType.TEXT)
        text = tidy_cell(raw)
        if kind is CellType.NUMBER:
            text = number_text(text)
        elif kind is CellType.DATE:
            text = iso_text(text)
            if text.startswith(_EMPTY_DAY):
                text, kind = text.removeprefix(_EMPTY_DAY), CellType.TIME
        elif kind is CellType.BOOLEAN:
            text = "TRUE" if text == "1" else "FALSE"
        if not text:
            return
        gap = self._column - len(self._row.texts)
        if gap < 0:
            raise DamagedFile
        self._row.texts += [*([""] * gap), text]
        self._row.types += [*([CellType.BLANK] * gap), kind]
