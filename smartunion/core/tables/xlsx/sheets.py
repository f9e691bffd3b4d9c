"""The rows of one XLSX sheet, from a stream of XML events."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from smartunion.core.tables.cells import CellType, Merge, Row, Sheet, column_index, number_text, tidy_cell
from smartunion.core.tables.limits import DEFAULT, Limits
from smartunion.core.tables.refusals import DamagedFile
from smartunion.core.tables.xlsx.formats import PLAIN, NumberFormat, Shown, iso_text, serial_text
from smartunion.core.tables.xlsx.package import Attributes, Package, SharedTexts, local, new_parser, unescape

_DATA_END: Final = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_MERGE: Final = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_TAIL_BYTES: Final = 16 * 1024**2
_DIGITS: Final = "0123456789"


@dataclass(slots=True)
class XlsxSheet(Sheet):
    """One sheet; every call of rows() unpacks it anew."""

    package: Package = field(kw_only=True)
    part: str = field(kw_only=True)
    shared: Sequence[str] | SharedTexts = field(kw_only=True)
    formats: list[NumberFormat] = field(kw_only=True)
    limits: Limits = field(default=DEFAULT, kw_only=True)

    def rows(self) -> Iterator[Row]:
        """Rows that hold anything, in order."""
        parser = new_parser()
        done: list[Row] = []
        _Reader(self, done.append).attach(parser)
        try:
            for chunk in self.package.chunks(self.part):
                parser.Parse(chunk, False)
                if done:
                    yield from done
                    done.clear()
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, IndexError) as error:
            raise DamagedFile from error
        yield from done


class _Reader:
    """Turns XML events into rows. One instance serves one walk through one sheet."""

    def __init__(self, sheet: XlsxSheet, emit: Callable[[Row], object]) -> None:
        self._shared, self._formats = sheet.shared, sheet.formats
        self._is_1904, self._columns = sheet.package.is_1904, sheet.limits.columns
        self._emit = emit
        self._letters: dict[str, int] = {}
        self._row = Row(0, [], [])
        self._formulas: list[int] = []
        self._unsaved: list[int] = []
        self._attributes: Attributes = {}
        self._column = -1
        self._parts: list[str] = []
        self._reading = self._guide = self._formula = self._has_value = False

    def attach(self, parser: expat.XMLParserType) -> None:
        """Listen to a parser."""
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: Attributes) -> None:
        if ":" in name:
            name = local(name)
        if name == "c":
            self._open_cell(attributes)
        elif name in ("v", "t"):
            self._reading = not self._guide
            self._has_value = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            number = attributes.get("r")
            follows = self._row.number + 1
            self._row = Row(
                int(number) if number else follows, [], [], hidden=attributes.get("hidden") in ("1", "true")
            )
            self._formulas, self._unsaved, self._column = [], [], -1
        elif name == "rPh":
            self._guide = True

    def _end(self, name: str) -> None:
        if ":" in name:
            name = local(name)
        if name in ("v", "t"):
            self._reading = False
        elif name == "c":
            self._close_cell()
        elif name == "rPh":
            self._guide = False
        elif name == "row":
            row = self._row
            if row.texts or self._formulas:
                row.formulas, row.unsaved = tuple(self._formulas), tuple(self._unsaved)
                self._emit(row)

    def _characters(self, text: str) -> None:
        if self._reading:
            self._parts.append(text)

    def _open_cell(self, attributes: Attributes) -> None:
        self._attributes = attributes
        reference = attributes.get("r")
        if reference:
            letters = reference.rstrip(_DIGITS)
            column = self._letters.get(letters)
            if column is None:
                column = self._letters[letters] = column_index(letters.upper())
            self._column = column
        else:
            self._column += 1
        if not 0 <= self._column < self._columns:
            raise DamagedFile
        self._parts.clear()
        self._formula = self._has_value = False

    def _close_cell(self) -> None:
        column = self._column
        if self._formula:
            self._formulas.append(column)
            if not self._has_value:
                self._unsaved.append(column)
        raw = "".join(self._parts) if self._parts else ""
        if not raw:
            return
        text, kind = self._value(raw)
        if not text:
            return
        texts, types = self._row.texts, self._row.types
        gap = column - len(texts)
        if gap > 0:
            texts.extend([""] * gap)
            types.extend([CellType.BLANK] * gap)
        if gap >= 0:
            texts.append(text)
            types.append(kind)
        else:  # cells out of order: some programs write them so
            texts[column], types[column] = text, kind

    def _value(self, raw: str) -> tuple[str, CellType]:
        kind = self._attributes.get("t", "n")
        if kind == "s":
            return self._shared[int(raw)], CellType.TEXT
        if kind == "n":
            return self._number(raw.strip())
        if kind in ("str", "inlineStr"):
            return tidy_cell(unescape(raw)), CellType.TEXT
        if kind == "b":
            return ("TRUE" if raw.strip() in ("1", "true") else "FALSE"), CellType.BOOLEAN
        if kind == "e":
            return raw, CellType.ERROR
        return (iso_text(raw), CellType.DATE) if kind == "d" else (tidy_cell(raw), CellType.TEXT)

    def _number(self, raw: str) -> tuple[str, CellType]:
        style = self._attributes.get("s")
        shape = self._formats[int(style)] if style and int(style) < len(self._formats) else PLAIN
        if shape is not PLAIN and shape.shown in (Shown.DATE, Shown.TIME):
            shown = serial_text(float(raw), is_1904=self._is_1904)
            if shown is not None:
                return shown
        text = raw if len(raw) <= 15 and raw.isdigit() else number_text(raw)
        if shape.shown is Shown.ZEROS and text.isdigit():
            return text.zfill(shape.width), CellType.NUMBER
        return text, CellType.NUMBER


def read_merges(package: Package, part: str) -> list[Merge]:
    """The merged ranges of a sheet, which its XML lists after all rows; sorted by first row."""
    tail = bytearray()
    before = b""
    found = False
    for chunk in package.chunks(part):
        if found:
            tail += chunk
        elif match := _DATA_END.search(before + chunk):
            found = True
            tail += (before + chunk)[match.end() :]
        before = chunk[-64:]
        if len(tail) > _TAIL_BYTES:
            break
    merges = [
        Merge(int(top), column_index(left.decode()), int(bottom), column_index(right.decode()))
        for left, top, right, bottom in _MERGE.findall(bytes(tail))
    ]
    return sorted(merges, key=lambda merge: (merge.top, merge.left))
