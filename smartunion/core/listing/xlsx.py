"""A spreadsheet written in one pass: zipped XML goes out row by row, nothing waits for the end.

Text is stored as text, so nothing is run as a formula and no ID number loses its last digits; dates are real dates;
beyond a sheet's 1,048,576 rows the list goes on in the next sheet.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

from smartunion.core.listing.columns import Cell
from smartunion.core.listing.files import as_number

SHEET_ROWS = 1_048_576
_FLUSH_ROWS = 500
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  spreadsheets know no zones
_BAD = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)  # styles: 0 plain, 1 head, 2 date, 3 instant, 4 text


def xlsx_bytes(
    heads: list[str],
    records: Iterable[list[Cell]],
    *,
    title: str,
    widths: list[int],
    sheet_rows: int = SHEET_ROWS,
) -> Iterator[bytes]:
    """The file in pieces. heads: first row of each sheet; widths: characters per column."""
    parts = _Zip()
    rows = iter(records)
    sheets = 0
    pending: list[Cell] | None = next(rows, None)
    while sheets == 0 or pending is not None:
        sheets += 1
        yield parts.open(f"xl/worksheets/sheet{sheets}.xml")
        yield parts.write(_sheet_start(heads, widths), flush=True)
        used = 1
        while pending is not None and used < sheet_rows:
            used += 1
            piece = parts.write(_row(used, pending), flush=used % _FLUSH_ROWS == 0)
            if piece:
                yield piece
            pending = next(rows, None)
        yield parts.write("</sheetData></worksheet>") + parts.close()
    yield from parts.whole("xl/styles.xml", _STYLES)
    yield from parts.whole("xl/workbook.xml", _workbook(title, sheets))
    yield from parts.whole("xl/_rels/workbook.xml.rels", _workbook_rels(sheets))
    yield from parts.whole("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
    yield from parts.whole("[Content_Types].xml", _types(sheets))
    yield parts.end()


def _sheet_start(heads: list[str], widths: list[int]) -> str:
    column = '<col min="{0}" max="{0}" width="{1}" customWidth="1"/>'
    columns = "".join(column.format(number, width) for number, width in enumerate(widths, 1))
    cells = "".join(_text(head, 1) for head in heads)
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols>{columns}</cols><sheetData><row r="1">{cells}</row>'
    )


def _row(number: int, record: list[Cell]) -> str:
    return f'<row r="{number}">{"".join(map(_cell, record))}</row>'


def _cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<c/>"
    given = as_number(cell)
    if given is not None:
        return f"<c><v>{given}</v></c>"
    if isinstance(cell, datetime):
        return f'<c s="3"><v>{_serial(cell)}</v></c>' if cell.year >= 1900 else _text(str(cell), 4)
    if isinstance(cell, date):
        noon = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001  as above
        return f'<c s="2"><v>{_serial(noon):.0f}</v></c>' if cell.year >= 1900 else _text(str(cell), 4)
    return _text(str(cell), 4)


def _serial(moment: datetime) -> float:
    apart = moment - _EPOCH
    return apart.days + apart.seconds / 86400


def _text(text: str, style: int) -> str:
    clean = escape(text.translate(_BAD)[:32767])
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'


def _workbook(title: str, sheets: int) -> str:
    name = "".join("_" if sign in "[]:*?/\\\"<>|'" else sign for sign in title.translate(_BAD))[:24] or "list"
    names = [name if number == 1 else f"{name} {number}" for number in range(1, sheets + 1)]
    listed = "".join(
        f'<sheet name={quoteattr(one)} sheetId="{n}" r:id="rId{n}"/>' for n, one in enumerate(names, 1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>'


def _workbook_rels(sheets: int) -> str:
    targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, sheets + 1)]
    return _relations([*targets, ("styles", "styles.xml")])


def _relations(targets: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/{kind}" Target="{path}"/>'
        for n, (kind, path) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _types(sheets: int) -> str:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in range(1, sheets + 1)]
    listed = "".join(
        f'<Override PartName="{path}" ContentType="{_TYPE}.{kind}+xml"/>' for path, kind in parts
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


class _Zip:
    """A zip archive written forward only: sizes follow each part (flag 3), as the format allows."""

    _FLAGS = 0x0808  # sizes in a descriptor behind the data; names in UTF-8

    def __init__(self) -> None:
        self.offset = 0
        self.directory: list[bytes] = []

    def open(self, name: str) -> bytes:
        """Begin a part."""
        self.name, self.started = name.encode(), self.offset
        self.crc = self.plain = self.packed = 0
        self.packer = zlib.compressobj(4, zlib.DEFLATED, -15)
        head = struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", 20, self._FLAGS, 8, 0, 0x21, 0, 0, 0, len(self.name), 0
        )
        return self._out(head + self.name)

    def write(self, text: str, *, flush: bool = False) -> bytes:
        """Add to the part; `flush` makes everything so far leave now."""
        data = text.encode("utf-8", "replace")
        self.crc = zlib.crc32(data, self.crc)
        self.plain += len(data)
        packed = self.packer.compress(data)
        if flush:
            packed += self.packer.flush(zlib.Z_SYNC_FLUSH)
        self.packed += len(packed)
        return self._out(packed)

    def close(self) -> bytes:
        """End the part."""
        rest = self.packer.flush()
        self.packed += len(rest)
        sizes = struct.pack("<3I", self.crc, self.packed, self.plain)
        self.directory.append(
            struct.pack("<4s6H", b"PK\x01\x02", 20, 20, self._FLAGS, 8, 0, 0x21) + sizes
            + struct.pack("<5H2I", len(self.name), 0, 0, 0, 0, 0, self.started) + self.name
        )  # fmt: skip
        return self._out(rest + b"PK\x07\x08" + sizes)

    def whole(self, name: str, text: str) -> Iterator[bytes]:
        """A short part at once."""
        yield self.open(name)
        yield self.write(text)
        yield self.close()

    def end(self) -> bytes:
        """The directory."""
        listed = b"".join(self.directory)
        count = len(self.directory)
        return listed + struct.pack(
            "<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(listed), self.offset, 0
        )

    def _out(self, data: bytes) -> bytes:
        self.offset += len(data)
        return data
