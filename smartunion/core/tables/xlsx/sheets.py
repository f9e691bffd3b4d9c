"""The rows of one XLSX sheet, from a stream of XML events."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from smartunion.core.tables.cells import CellType, Merge, Row, Sheet, column_index, number_text, tidy_cell
from smartunion.core.tables.formats import PLAIN, NumberFormat, Shown, iso_text, shown_number
from smartunion.core.tables.limits import DEFAULT, Limits
from smartunion.core.tables.refusals import DamagedFile
from smartunion.core.tables.xlsx.package import Attributes, Package, SharedTexts, local, new_parser, unescape

_DATA_END: Final = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_MERGE: Final = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_TAIL_BYTES: Final = 16 * 1024**2
_DIGITS: Final = "0123456789"
_TRUE: Final = ("1", "true")


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
        _listen(parser, self, done.append)
        try:
            for chunk in self.package.chunks(self.part):
                parser.Parse(chunk, False)
                if done:
                    yield from done
                    done.clear()
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, IndexError, LookupError) as error:
            raise DamagedFile from error
        yield from done


def _listen(parser: expat.XMLParserType, sheet: XlsxSheet, emit: Callable[[Row], object]) -> None:
    """Turn the XML events of one walk through a sheet into rows.

    Closures over local names instead of methods: these functions run three times for every cell of a sheet.
    """
    value = _value_reader(sheet)
    limit = sheet.limits.columns
    letters_seen: dict[str, int] = {}
    parts: list[str] = []
    formulas: list[int] = []
    unsaved: list[int] = []
    row = Row(0, [], [])
    kind, style = "n", ""
    column = -1
    reading = guide = formula = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal row, kind, style, column, reading, guide, formula
        if name == "c":
            reference = attributes.get("r")
            if reference:
                letters = reference.rstrip(_DIGITS)
                found = letters_seen.get(letters)
                if found is None:
                    found = letters_seen[letters] = column_index(letters.upper())
                column = found
            else:
                column += 1
            if not 0 <= column < limit:
                raise DamagedFile
            kind, style = attributes.get("t", "n"), attributes.get("s", "")
            parts.clear()
            formula = False
        elif name == "v" or name == "t":
            reading = not guide
        elif name == "f":
            formula = True
        elif name == "row":
            number = attributes.get("r")
            row = Row(
                int(number) if number else row.number + 1, [], [], hidden=attributes.get("hidden") in _TRUE
            )
            formulas.clear()
            unsaved.clear()
            column = -1
        elif name == "rPh":
            guide = True
        elif ":" in name:
            start(local(name), attributes)

    def end(name: str) -> None:
        nonlocal reading, guide
        if name == "c":
            if formula:
                formulas.append(column)
                if not parts and kind != "str":  # a formula may well give an empty text
                    unsaved.append(column)
            if parts:
                text, sort = value("".join(parts), kind, style)
                if text:
                    place(text, sort)
        elif name == "v" or name == "t":
            reading = False
        elif name == "row":
            if row.texts or formulas:
                row.formulas, row.unsaved = tuple(formulas), tuple(unsaved)
                emit(row)
        elif name == "rPh":
            guide = False
        elif ":" in name:
            end(local(name))

    def place(text: str, sort: CellType) -> None:
        texts, types = row.texts, row.types
        gap = column - len(texts)
        if gap > 0:
            texts.extend([""] * gap)
            types.extend([CellType.BLANK] * gap)
        if gap >= 0:
            texts.append(text)
            types.append(sort)
        else:  # cells out of order: some programs write them so
            texts[column], types[column] = text, sort

    def characters(text: str) -> None:
        if reading:
            parts.append(text)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters


def _value_reader(sheet: XlsxSheet) -> Callable[[str, str, str], tuple[str, CellType]]:
    """The function that turns (raw text, type, style) of a cell into its text and type."""
    shared, formats, is_1904 = sheet.shared, sheet.formats, sheet.package.is_1904
    plain = {""} | {str(number) for number, shape in enumerate(formats) if shape.shown is Shown.PLAIN}

    def value(raw: str, kind: str, style: str) -> tuple[str, CellType]:
        if kind == "s":
            return shared[int(raw)], CellType.TEXT
        if kind == "n":
            if style in plain and len(raw) <= 15 and raw.isdigit():
                return raw, CellType.NUMBER
            return styled(raw.strip(), style)
        if kind == "str" or kind == "inlineStr":
            return tidy_cell(unescape(raw)), CellType.TEXT
        if kind == "b":
            return ("TRUE" if raw.strip() in _TRUE else "FALSE"), CellType.BOOLEAN
        if kind == "e":
            return raw, CellType.ERROR
        return (iso_text(raw), CellType.DATE) if kind == "d" else (tidy_cell(raw), CellType.TEXT)

    def styled(raw: str, style: str) -> tuple[str, CellType]:
        shape = formats[int(style)] if style and int(style) < len(formats) else PLAIN
        return shown_number(float(raw), number_text(raw), shape, is_1904=is_1904)

    return value


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
