"""The records of a Workbook stream and the texts inside them."""

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from smartunion.core.tables.cells import tidy_cell
from smartunion.core.tables.refusals import DamagedFile

BOF: Final = 0x0809
EOF: Final = 0x000A
CONTINUE: Final = 0x003C

#: Code pages of texts before BIFF8, where they are not what Python calls them.
_CODE_PAGES: Final = {
    936: "gb18030",
    950: "big5hkscs",
    1200: "utf-16-le",
    10008: "gb18030",
    10000: "mac_roman",
}


def walk(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """(kind, place of the data, length) of the records of one substream up to its end, embedded charts left out.

    Raises DamagedFile where a record reaches beyond the stream.
    """
    place, depth, size = start, 0, len(stream)
    while place + 4 <= size:
        kind, length = struct.unpack_from("<HH", stream, place)
        place += 4
        if place + length > size:
            raise DamagedFile
        if kind == BOF:
            depth += 1
        if depth <= 1:
            yield kind, place, length
        if kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        place += length


def code_page(number: int) -> str:
    """The codec of a code page; Windows Latin where it is unknown."""
    name = _CODE_PAGES.get(number, f"cp{number}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def unicode_text(stream: bytes, place: int, end: int, *, short: bool = False) -> str:
    """A text of BIFF8: its length (two bytes, one when short), a flag byte, then one or two bytes a character."""
    head = 2 if short else 3
    if place + head > end:
        raise DamagedFile
    count = stream[place] if short else struct.unpack_from("<H", stream, place)[0]
    flags = stream[place + head - 1]
    start = place + head + (2 if flags & 8 else 0) + (4 if flags & 4 else 0)
    if flags & 1:
        return stream[start : min(start + 2 * count, end)].decode("utf-16-le", "replace")
    return stream[start : min(start + count, end)].decode("latin-1")


def byte_text(stream: bytes, place: int, end: int, codec: str, *, short: bool = False) -> str:
    """A text of BIFF5: its length (two bytes, one when short), then bytes in the code page of the workbook."""
    head = 1 if short else 2
    if place + head > end:
        raise DamagedFile
    count = stream[place] if short else struct.unpack_from("<H", stream, place)[0]
    return stream[place + head : min(place + head + count, end)].decode(codec, "replace")


class SharedTextReader:
    """Reads the shared texts, which run on over CONTINUE records that may cut them anywhere."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces
        self._piece = 0
        self._place = 0

    def read_all(self) -> list[str]:
        """All texts, tidied. A table that ends early gives the texts up to there."""
        texts: list[str] = []
        try:
            _total, unique = struct.unpack("<II", self._take(8))
            for _ in range(unique):
                texts.append(tidy_cell(self._text()))
        except (EOFError, struct.error):
            pass
        return texts

    def _text(self) -> str:
        count, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & 8 else 0
        extra = struct.unpack("<I", self._take(4))[0] if flags & 4 else 0
        text = self._characters(count, wide=bool(flags & 1))
        self._skip(4 * runs + extra)
        return text

    def _characters(self, count: int, *, wide: bool) -> str:
        parts: list[str] = []
        while count:
            piece = self._pieces[self._piece]
            size = 2 if wide else 1
            fits = min(count, (len(piece) - self._place) // size)
            raw = piece[self._place : self._place + fits * size]
            parts.append(raw.decode("utf-16-le", "replace") if wide else raw.decode("latin-1"))
            self._place += fits * size
            count -= fits
            if count:
                # Characters that go on in the next record begin there with a new flag byte.
                self._next_piece()
                wide = bool(self._take(1)[0] & 1)
        return "".join(parts)

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            if self._piece >= len(self._pieces):
                raise EOFError
            piece = self._pieces[self._piece]
            part = piece[self._place : self._place + count - len(taken)]
            taken += part
            self._place += len(part)
            if len(taken) < count:
                self._next_piece()
        return taken

    def _skip(self, count: int) -> None:
        while count:
            if self._piece >= len(self._pieces):
                raise EOFError
            left = len(self._pieces[self._piece]) - self._place
            step = min(count, left)
            self._place += step
            count -= step
            if count:
                self._next_piece()

    def _next_piece(self) -> None:
        self._piece += 1
        self._place = 0
        if self._piece >= len(self._pieces):
            raise EOFError
