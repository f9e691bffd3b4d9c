"""Lines of a text file, each read in the encoding it is written in.

Files put together from several programs hold a header in UTF-8 above rows in GB18030, or the reverse, and a byte-order
mark wherever one part begins. A line says by itself which of the two it is: Chinese in GB18030 is no valid UTF-8, and
Chinese in UTF-8 reads as such. A line that is neither, because its cells come from several programs, is read by the cell.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from smartunion.core.tables.encodings import Encoding, is_chinese, is_common
from smartunion.core.tables.refusals import DamagedFile

_CHUNK: Final = 1 << 18
#: Separators no second byte of a Chinese character can be.
_CELLS: Final = (b",", b"\t", b";")
#: Encodings of lines, as bits: a row of several lines or cells may be in both.
NONE, UTF8, LEGACY, BOTH = 0, 1, 2, 3
#: Where Chinese in UTF-8 ends; in GB18030 two characters in a hundred look so. Cheap, and most lines have none.
_UTF8_END: Final = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf]{2}(?![\x80-\xff])")
#: A cell of UTF-8 in a line that is not UTF-8 throughout: such lines may still be valid, and wrong, in GB18030.
_UTF8_CELL: Final = re.compile(
    rb"(?<![\x80-\xff])[\xe4-\xe9][\x80-\xbf]{2}(?:[\xe3-\xe9\xef][\x80-\xbf]{2})*(?![\x80-\xff])"
)
_WIDE: Final = ("utf-16", "utf-32")


class Decoder:
    """Decodes lines. seen: the encodings met since somebody cleared it; plain ASCII belongs to each. zeros: likewise, whether
    zero bytes were met, which no text holds: what a copy that was cut short leaves."""

    def __init__(self, encoding: Encoding) -> None:
        self._main, self._codec = encoding.name, encoding.codec
        self._legacy = encoding.mixed_with if encoding.name == "utf-8" else encoding
        self.seen, self.zeros = NONE, False

    def meet_alone(self, line: bytes | str) -> None:
        """Only this line was met; the others taken after it will be read again."""
        self.seen = NONE
        self.text(line)

    def names(self, seen: int) -> list[str]:
        """The names of encodings met."""
        legacy = self._legacy.name if self._legacy else ""
        return [name for bit, name in ((UTF8, "utf-8"), (LEGACY, legacy)) if seen & bit]

    def text(self, line: bytes | str) -> str:
        """The text of one line, without a byte-order mark at its beginning."""
        text = line if isinstance(line, str) else self._decoded(line)
        if "\0" in text:
            self.zeros = True
        return text.lstrip("\ufeff") if text[:1] == "\ufeff" else text

    def _decoded(self, line: bytes) -> str:
        if line.isascii():
            return line.decode("ascii")
        if self._legacy is None:
            return line.decode("utf-8", errors="replace")
        ends = _UTF8_END.search(line)
        text = self._utf8(line) if ends or self._main == "utf-8" else None
        if text is None and not (ends and _UTF8_CELL.search(line)):
            text = self._in_legacy(line)
        if text is not None:
            return text
        separator = max(_CELLS, key=line.count)
        return separator.decode("ascii").join(self._cell(cell) for cell in line.split(separator))

    def _in_legacy(self, line: bytes) -> str | None:
        """The line in GB18030 or Big5; None when it is not."""
        assert self._legacy is not None
        if self._main == "utf-8" and not is_common(line, self._legacy.name):
            return None
        try:
            text = line.decode(self._legacy.codec)
        except UnicodeDecodeError:
            return None
        self.seen |= LEGACY
        return text

    def _utf8(self, line: bytes) -> str | None:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if self._main != "utf-8" and not is_chinese(text):
            return None
        self.seen |= UTF8
        return text

    def _cell(self, cell: bytes) -> str:
        if cell.isascii():
            return cell.decode("ascii")
        text = self._utf8(cell)
        if text is not None:
            return text
        text = self._in_legacy(cell)
        return cell.decode(self._codec, errors="replace") if text is None else text


def raw_lines(path: Path, encoding: Encoding, *, longest: int) -> Iterator[bytes] | Iterator[str]:
    """Lines with their ends; texts of UTF-16 and UTF-32, whose line ends are no bytes, else bytes for a Decoder.

    Raises DamagedFile for a line of more than `longest` characters.
    """
    if encoding.name.startswith(_WIDE):
        return _wide_lines(path, encoding, longest)
    return _byte_lines(path, longest * 4)


def _byte_lines(path: Path, longest: int) -> Iterator[bytes]:
    rest = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            lines = (rest + chunk).splitlines(keepends=True)
            rest = lines.pop()  # its end, or the second half of its end, may be still to come
            if len(rest) > longest:
                raise DamagedFile
            yield from lines
    if rest:
        yield rest


def _wide_lines(path: Path, encoding: Encoding, longest: int) -> Iterator[str]:
    with path.open(encoding=encoding.codec, errors="replace", newline="") as file:
        while line := file.readline(longest + 1):
            if len(line) > longest:
                raise DamagedFile
            yield line
