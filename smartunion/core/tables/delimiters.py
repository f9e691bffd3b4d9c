"""Which character separates the cells of a text table."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smartunion.core.tables.encodings import Encoding
from smartunion.core.tables.lines import Decoder, raw_lines
from smartunion.core.tables.refusals import DamagedFile

#: In the order in which ties are broken. \x01 is what data platforms write, ， what people type.
SEPARATORS: Final = ("\t", ",", ";", "|", "\x01", "^", "，")
_SAMPLE_CHARACTERS: Final = 1 << 17
_SAMPLE_ROWS: Final = 300


@dataclass(frozen=True, slots=True)
class Separation:
    """separator: '' when every line is one cell. width: how many cells most rows have."""

    separator: str
    width: int


def sniff_separator(path: Path, encoding: Encoding) -> Separation:
    """The separator that cuts the first rows into the same number of cells most consistently."""
    sample = _sample(path, encoding)
    first, _, rest = sample.partition("\n")
    said = first.strip('\r\n" ')
    if said.lower().startswith("sep=") and len(said) == 5:
        return Separation(said[4], _score(rest, said[4])[1])
    scores = {separator: _score(sample, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: scores[separator][0])
    score, width = scores[best]
    return Separation(best, width) if score > 0 else Separation("", 1)


def _sample(path: Path, encoding: Encoding) -> str:
    """The first lines of the file; of a file that is one long line, its beginning."""
    decoder, length = Decoder(encoding), 0
    lines: list[str] = []
    try:
        for raw in raw_lines(path, encoding, longest=_SAMPLE_CHARACTERS):
            line = decoder.text(raw)
            length += len(line)
            if length > _SAMPLE_CHARACTERS and lines:
                break
            lines.append(line)
    except DamagedFile:
        pass
    return "".join(lines)


def _score(sample: str, separator: str) -> tuple[float, int]:
    """(score, usual number of cells). Zero when rows do not agree; grows with agreement and a little with cells."""
    widths = [width for width in _widths(sample, separator) if width]
    several = [width for width in widths if width > 1]
    if not several:
        return 0.0, 1
    times = Counter(several)
    usual = max(
        times, key=lambda width: times[width] * width
    )  # the table, not the few cells of titles and notes
    # People leave the last cells off and add some. Titles, footnotes and signature lines hold few separators, but they
    # stand above and below the table; running text and subtitles have such lines all through.
    near = [
        place for place, width in enumerate(widths) if width > 1 and abs(width - usual) <= max(1, usual // 3)
    ]
    inside = len(near) / (near[-1] - near[0] + 1)
    exact, share = widths.count(usual) / len(widths), len(near) / len(widths)
    if (
        inside < (0.6 if usual > 2 else 0.8)
        or share < (0.25 if usual > 2 else 0.6)
        or (len(near) < 2 < len(widths))
    ):
        return 0.0, usual
    return exact + 0.5 * inside + min(usual, 40) / 100, _unquoted_width(sample, separator) or usual


def _unquoted_width(sample: str, separator: str) -> int:
    """Cells of the first line with several, when it holds no quotation mark that could have gone wrong; else 0."""
    for line in sample.splitlines():
        if separator in line and not line.startswith("#"):
            cells = line.count(separator) + 1
            return cells if '"' not in line and cells > 2 and line.count(separator * 2) == 0 else 0
    return 0


def _widths(sample: str, separator: str) -> list[int]:
    widths: list[int] = []
    lines = (line for line in io.StringIO(sample, newline="") if not line.lstrip().startswith("#"))
    try:
        for cells in csv.reader(lines, delimiter=separator):
            widths.append(len(cells) if any(cell.strip() for cell in cells) else 0)
            if len(widths) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return widths
