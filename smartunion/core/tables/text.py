"""CSV, TSV and other separated text, row by row in constant memory."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from smartunion.core.tables.cells import CellType, Row, Sheet, tidy_cell
from smartunion.core.tables.encodings import Encoding
from smartunion.core.tables.limits import DEFAULT, Limits
from smartunion.core.tables.lines import BOTH, NONE, Decoder, raw_lines
from smartunion.core.tables.refusals import DamagedFile

#: A quoted cell that runs on over more lines than this is an opening quote that nobody closed.
_QUOTED_LINES: Final = 200
_QUOTED_CHARACTERS: Final = 100_000
#: Runs of rows told apart by their encoding; what follows counts with the last.
MOST_RUNS: Final = 1000


class Run(NamedTuple):
    """Rows, ends included, and the names of the encodings they are written in."""

    first: int
    last: int
    encodings: list[str]


@dataclass(slots=True)
class TextSheet(Sheet):
    """The one sheet of a text file.

    width: how many cells most rows have. broken_quotes, undecodable: numbers of rows, filled while rows() runs, where
    an opening quote was never closed and the line was taken as it stands, and where bytes did not belong to the
    encoding; at most 1,000 each. zeroed: likewise rows with zero bytes among the text. mixed: of a file in several
    encodings, runs of rows in one of them, or of rows in both; plain ASCII breaks no run. Empty where all rows are in one.
    """

    path: Path = field(default_factory=Path)
    encoding: Encoding = field(default_factory=lambda: Encoding("utf-8"))
    separator: str = ","
    width: int = 1
    limits: Limits = DEFAULT
    broken_quotes: list[int] = field(default_factory=list)
    undecodable: list[int] = field(default_factory=list)
    zeroed: list[int] = field(default_factory=list)
    mixed: list[Run] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Rows in order, blank lines included so that numbers fit what a spreadsheet program shows."""
        self.broken_quotes.clear()
        self.undecodable.clear()
        self.zeroed.clear()
        self.mixed.clear()
        decoder, seen = Decoder(self.encoding), NONE
        runs: list[tuple[int, int]] = []
        number = 0
        try:
            for number, cells in enumerate(self._cells(decoder), start=1):
                if decoder.seen and decoder.seen != seen and len(runs) < MOST_RUNS:
                    seen = decoder.seen
                    runs.append((number, seen))
                decoder.seen = NONE
                if decoder.zeros:
                    decoder.zeros = False
                    self.zeroed[len(self.zeroed) :] = [number][: 1000 - len(self.zeroed)]
                yield self._row(number, cells)
        finally:
            self.mixed = _runs(runs, number, decoder) if len(runs) > 1 or seen == BOTH else []

    def _row(self, number: int, cells: list[str]) -> Row:
        if len(cells) > self.limits.columns:
            raise DamagedFile
        texts = [tidy_cell(_unwrapped(cell)) for cell in cells]
        if any("\ufffd" in text for text in texts) and len(self.undecodable) < 1000:
            self.undecodable.append(number)
        return Row(number, texts, [CellType.TEXT if text else CellType.BLANK for text in texts])

    def _cells(self, decoder: Decoder) -> Iterator[list[str]]:
        longest = self.limits.cell_characters
        lines = _Lines(raw_lines(self.path, self.encoding, longest=longest), decoder, longest)
        lines.skip_separator_line()
        if self.separator:
            yield from self._quoted(lines)
            return
        for line in lines:
            lines.clear()
            yield [line.rstrip("\r\n")]

    def _quoted(self, lines: "_Lines") -> Iterator[list[str]]:
        number = 0
        reader = csv.reader(lines, delimiter=self.separator)
        while True:
            lines.clear()
            number += 1
            try:
                cells = next(reader)
                broken = len(lines.taken) > 1 and self._is_broken(cells, lines)
            except StopIteration:
                return
            except (csv.Error, _OpenQuote):
                broken = True
            if broken:
                cells, reader = self._plain(lines), csv.reader(lines, delimiter=self.separator)
                self._note_quote(number)
            yield cells

    def _is_broken(self, cells: list[str], lines: "_Lines") -> bool:
        """Whether a row of several lines is no cell with line ends in it but an opening quote nobody closed."""
        if lines.ended and "".join(lines.taken).count('"') % 2:
            return True
        if self.width < 3 or len(cells) == self.width:
            return False
        return any(line.count(self.separator) >= self.width - 1 for line in lines.taken[1:])

    def _note_quote(self, number: int) -> None:
        if len(self.broken_quotes) < 1000:
            self.broken_quotes.append(number)

    def _plain(self, lines: "_Lines") -> list[str]:
        first = lines.give_back_all_but_first()
        return [cell.strip().strip('"') for cell in first.rstrip("\r\n").split(self.separator)]


def _runs(begun: list[tuple[int, int]], end: int, decoder: Decoder) -> list[Run]:
    ends = [*(first - 1 for first, _seen in begun[1:]), end]
    return [Run(first, last, decoder.names(seen)) for (first, seen), last in zip(begun, ends, strict=True)]


def _unwrapped(cell: str) -> str:
    """The text inside ="…", which programs write so that a spreadsheet program keeps a number as text."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell


class _OpenQuote(Exception):
    """More lines inside one quoted cell than any cell holds."""


class _Lines:
    """Lines of a file, remembering those taken for the present row so that they can be read again."""

    def __init__(self, source: Iterator[bytes] | Iterator[str], decoder: Decoder, longest: int) -> None:
        self._source: Iterator[bytes | str] = source
        self._decoder, self._text = decoder, decoder.text
        self._longest = longest
        self._returned: list[bytes | str] = []
        self._raw: list[bytes | str] = []
        self._run_on = 0
        self.taken: list[str] = []
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._returned:
            raw = self._returned.pop()
        else:
            try:
                raw = next(self._source)
            except StopIteration:
                self.ended = True
                raise
        line = self._text(raw)
        if len(line) > self._longest:
            raise DamagedFile
        self.taken.append(line)
        self._raw.append(raw)
        if len(self.taken) > 1:
            self._run_on += len(line)
            if len(self.taken) > _QUOTED_LINES or self._run_on > _QUOTED_CHARACTERS:
                raise _OpenQuote
        else:
            self._run_on = 0
        return line

    def clear(self) -> None:
        """Another row begins."""
        self.taken.clear()
        self._raw.clear()

    def skip_separator_line(self) -> None:
        """Read past a first line `sep=;`, which only tells spreadsheet programs the separator."""
        first = next(self, None)
        if first is None:
            return
        if not (first.strip('\r\n "').lower().startswith("sep=") and len(first.strip()) <= 8):
            self._returned.append(self._raw[0])
        self.clear()

    def give_back_all_but_first(self) -> str:
        """The first line taken for this row; the others will be read again."""
        first, (raw, *rest) = self.taken[0], self._raw
        self._returned.extend(reversed(rest))
        self._decoder.meet_alone(raw)
        self.clear()
        self.ended = False
        return first
