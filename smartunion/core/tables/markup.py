"""HTML tables, which many web systems hand out under the name .xls."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from smartunion.core.tables.cells import CellType, Merge, Row, Sheet, tidy_cell
from smartunion.core.tables.encodings import Encoding
from smartunion.core.tables.limits import Limits
from smartunion.core.tables.refusals import DamagedFile, FileTooBig

_LONGEST_SPAN: Final = 65_536


@dataclass(slots=True)
class ListedSheet(Sheet):
    """A sheet whose rows are in memory."""

    listed: list[Row] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """The rows in order."""
        return iter(self.listed)


def check_markup_size(path: Path, limits: Limits) -> None:
    """Raise FileTooBig for markup beyond what is read whole."""
    if path.stat().st_size > limits.markup_bytes:
        raise FileTooBig(
            _("This is a web page or XML table of more than %(limit)s MB. Save it as XLSX and try again.")
            % {"limit": limits.markup_bytes // 1024**2}
        )


def open_html(path: Path, encoding: Encoding, limits: Limits) -> list[Sheet]:
    """One sheet for each table that holds rows of its own; a table inside a cell is a sheet of its own too."""
    check_markup_size(path, limits)
    reader = _TableReader(limits)
    with path.open(encoding=encoding.codec, errors="replace") as file:
        while chunk := file.read(1 << 16):
            reader.feed(chunk)
    reader.close()
    tables = [table for table in reader.finished() if table.rows]
    return [
        ListedSheet(
            _("Table %(number)s") % {"number": number},
            merges=sorted(table.merges, key=_top_left),
            listed=table.rows,
        )
        for number, table in enumerate(tables, start=1)
    ]


def _top_left(merge: Merge) -> tuple[int, int]:
    return merge.top, merge.left


class _Table:
    """A table being read: its rows, and the cells of earlier rows that reach down into the next."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.merges: list[Merge] = []
        self.number = 0
        self.cells: dict[int, str] | None = None
        self.taken: dict[int, int] = {}  # column → last row a cell above covers
        self.column = 0
        self.text: list[str] | None = None
        self.span = (1, 1)

    def open_row(self) -> None:
        self.close_row()
        self.number += 1
        self.cells, self.column = {}, 0

    def open_cell(self, across: int, down: int) -> None:
        self.close_cell()
        if self.cells is None:
            self.open_row()
        while self.taken.get(self.column, 0) >= self.number:
            self.column += 1
        self.text, self.span = [], (across, down)

    def close_cell(self) -> None:
        if self.text is None or self.cells is None:
            return
        across, down = self.span
        # A line end inside the page source is no more than a blank; only <br> (kept as \v) breaks a line.
        words = " ".join("".join(self.text).replace("\xa0", " ").split(" "))
        lines = (" ".join(line.split()) for line in words.split("\v"))
        self.cells[self.column] = tidy_cell("\n".join(lines))
        if across > 1 or down > 1:
            last_row, last_column = self.number + down - 1, self.column + across - 1
            self.merges.append(Merge(self.number, self.column, last_row, last_column))
            for column in range(self.column, last_column + 1):
                self.taken[column] = last_row
        self.column += across
        self.text = None

    def close_row(self) -> None:
        self.close_cell()
        if self.cells is None:
            return
        width = max((column for column, text in self.cells.items() if text), default=-1) + 1
        if width:
            texts = [self.cells.get(column, "") for column in range(width)]
            self.rows.append(
                Row(self.number, texts, [CellType.TEXT if text else CellType.BLANK for text in texts])
            )
        self.cells = None


class _TableReader(HTMLParser):
    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self._limits = limits
        self._open: list[_Table] = []
        self._done: list[_Table] = []
        self._skipping = ""

    def finished(self) -> list[_Table]:
        """All tables, unclosed ones included."""
        while self._open:
            self._close_table()
        return self._done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script", "title"):
            self._skipping = tag
        elif tag == "table":
            self._open.append(_Table())
            if len(self._open) > 50:
                raise DamagedFile
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].open_row()
        elif tag in ("td", "th"):
            given = dict(attrs)
            across, down = _span(given.get("colspan")), _span(given.get("rowspan"))
            if self._open[-1].column + across > self._limits.columns:
                raise DamagedFile
            self._open[-1].open_cell(across, down)
        elif tag in ("br", "p", "div") and self._open[-1].text:
            self._open[-1].text.append("\v")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipping:
            self._skipping = ""
        elif tag == "table" and self._open:
            self._close_table()
        elif self._open and tag == "tr":
            self._open[-1].close_row()
        elif self._open and tag in ("td", "th"):
            self._open[-1].close_cell()

    def handle_data(self, data: str) -> None:
        if self._open and not self._skipping and self._open[-1].text is not None:
            self._open[-1].text.append(data)

    def _close_table(self) -> None:
        table = self._open.pop()
        table.close_row()
        self._done.append(table)


def _span(value: str | None) -> int:
    return (
        min(max(int(value), 1), _LONGEST_SPAN)
        if value and value.strip().isdecimal() and len(value) < 8
        else 1
    )
