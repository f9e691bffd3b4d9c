"""The globals of an XLS workbook: its sheets, shared texts, number formats, calendar."""

import struct
from dataclasses import dataclass, field
from typing import Final

from smartunion.core.tables.formats import BUILT_IN, PLAIN, NumberFormat, number_format
from smartunion.core.tables.refusals import DamagedFile, EncryptedFile, UnsupportedTable, old_format
from smartunion.core.tables.xls.records import (
    BOF,
    CONTINUE,
    SharedTextReader,
    byte_text,
    code_page,
    unicode_text,
    walk,
)

_CODEPAGE: Final = 0x0042
_DATEMODE: Final = 0x0022
_FILEPASS: Final = 0x002F
_FORMAT: Final = 0x041E
_XF: Final = 0x00E0
_BOUNDSHEET: Final = 0x0085
_SST: Final = 0x00FC
_BIFF8, _BIFF5 = 0x0600, 0x0500


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """A worksheet's name, whether it is hidden, and where its records begin."""

    name: str
    hidden: bool
    place: int


@dataclass(slots=True)
class Book:
    """What the cells of all sheets need. formats: by style number. is_biff8: how texts are stored."""

    stream: bytes
    is_biff8: bool = True
    is_1904: bool = False
    codec: str = "cp1252"
    sheets: list[SheetPlace] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    formats: list[NumberFormat] = field(default_factory=list)

    def text(self, place: int, end: int, *, short: bool = False) -> str:
        """A text inside a record."""
        if self.is_biff8:
            return unicode_text(self.stream, place, end, short=short)
        return byte_text(self.stream, place, end, self.codec, short=short)


def read_book(stream: bytes) -> Book:
    """Read the globals. Raises EncryptedFile, UnsupportedTable, DamagedFile."""
    book = Book(stream)
    custom: dict[int, NumberFormat] = {}
    styles: list[int] = []
    pieces: list[bytes] = []
    previous = 0
    try:
        for kind, place, length in walk(stream, 0):
            end = place + length
            if kind == BOF and previous == 0:
                _check_version(book, struct.unpack_from("<H", stream, place)[0])
            elif kind == _FILEPASS:
                raise EncryptedFile
            elif kind == _CODEPAGE:
                book.codec = code_page(struct.unpack_from("<H", stream, place)[0])
            elif kind == _DATEMODE:
                book.is_1904 = struct.unpack_from("<H", stream, place)[0] == 1
            elif kind == _FORMAT:
                number = struct.unpack_from("<H", stream, place)[0]
                custom[number] = number_format(book.text(place + 2, end, short=not book.is_biff8))
            elif kind == _XF:
                styles.append(struct.unpack_from("<H", stream, place + 2)[0])
            elif kind == _BOUNDSHEET:
                _add_sheet(book, place, end)
            elif kind == _SST or (kind == CONTINUE and previous == _SST):
                pieces.append(stream[place:end])
                kind = _SST  # so that the next CONTINUE belongs to it too
            previous = kind
    except (struct.error, IndexError) as error:
        raise DamagedFile from error
    book.shared = SharedTextReader(pieces).read_all()
    book.formats = [custom.get(number) or BUILT_IN.get(number, PLAIN) for number in styles]
    return book


def _check_version(book: Book, version: int) -> None:
    if version not in (_BIFF8, _BIFF5):
        raise UnsupportedTable(old_format())
    book.is_biff8 = version == _BIFF8


def _add_sheet(book: Book, place: int, end: int) -> None:
    offset, state, kind = struct.unpack_from("<IBB", book.stream, place)
    if kind == 0:  # a worksheet, not a chart or macro sheet
        book.sheets.append(SheetPlace(book.text(place + 6, end, short=True), bool(state & 3), offset))
