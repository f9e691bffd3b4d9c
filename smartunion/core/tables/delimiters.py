"""Which character separates the cells of a text table."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Final

from smartunion.core.tables.encodings import Encoding

#: In the order in which ties are broken. \x01 is what data platforms write, ， what people type.
SEPARATORS: Final = ("\t", ",", ";", "|", "\x01", "^", "，")
_SAMPLE_CHARACTERS: Final = 1 << 17
_SAMPLE_ROWS: Final = 300


def sniff_separator(path: Path, encoding: Encoding) -> str:
    """The separator that cuts the first rows into the same number of cells most consistently; '' for none."""
    with path.open(encoding=encoding.codec, errors="replace", newline="") as file:
        sample = file.read(_SAMPLE_CHARACTERS).lstrip("\ufeff")
    first, _, _ = sample.partition("\n")
    if first.strip('\r\n "').lower().startswith("sep=") and len(first.strip('\r\n" ')) == 5:
        return first.strip('\r\n" ')[4]
    if len(sample) == _SAMPLE_CHARACTERS:
        sample = sample[: sample.rfind("\n") + 1] or sample  # the cut line would spoil the count
    scores = {separator: _score(sample, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: scores[separator])
    return best if scores[best] > 0 else ""


def _score(sample: str, separator: str) -> float:
    """Zero when rows do not agree; otherwise grows with agreement and a little with the number of cells."""
    widths = [width for width in _widths(sample, separator) if width]
    several = [width for width in widths if width > 1]
    if not several:
        return 0.0
    usual = Counter(several).most_common(1)[0][0]  # of equally frequent widths the first, mostly the header's
    exact = several.count(usual) / len(widths)
    # People leave the last cells off and add some; titles, footnotes and signature lines hold few or no separators.
    near = sum(1 for width in several if abs(width - usual) <= max(1, usual // 3)) / len(widths)
    if near < (0.4 if usual > 2 and len(widths) >= 5 else 0.6) or exact < 0.25:
        return 0.0
    return exact + 0.5 * near + min(usual, 40) / 100


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
