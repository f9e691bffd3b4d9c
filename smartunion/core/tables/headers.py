"""Finding the header of a table: titles above it, one to three rows, merged groups, side-by-side repetition."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from smartunion.core.codes.folding import fold_width, without_blanks, words
from smartunion.core.tables.cells import CellType, Merge, Row
from smartunion.core.tables.detectors import is_date, is_mobile, is_resident_id, is_uscc
from smartunion.core.tables.labels import bare_label, fold_label

KnowsLabel = Callable[[str], bool]

#: Labels that mean the running number of a row.
ORDINALS: Final = frozenset(words("序号 序 行号 编号序 no num index 项次 顺序号 顺序 #"))
_WINDOW: Final = 60
_LEAST_SCORE: Final = 1.6
_NUMBERISH: Final = re.compile(r"[-+]?[\d,]*\.?\d+%?$|\d{1,2}:\d\d")
_COLON_END: Final = re.compile(r"[:：]\s*$")
_FORM_LINE: Final = re.compile(r"^[^:：]{1,14}[:：]")
_DATA_KINDS: Final = frozenset(
    {CellType.NUMBER, CellType.DATE, CellType.TIME, CellType.BOOLEAN, CellType.ERROR}
)
_GROUP_TAIL: Final = re.compile(r"(?:组织)?(?:基本)?(?:信息|情况|资料|数据)$")


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """One column of a table. column: from 0; label: as written, '' without one; group: of a header with two rows."""

    column: int
    label: str
    group: str = ""

    @property
    def is_ordinal(self) -> bool:
        """Whether the column only counts the rows."""
        return fold_label(self.label) in ORDINALS or bare_label(self.label) in ORDINALS


@dataclass(slots=True)
class Header:
    """The header of a sheet: rows (numbers from 1; empty when there is none), its columns, and the texts above it."""

    rows: tuple[int, ...]
    columns: list[HeaderColumn] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    @property
    def last_row(self) -> int:
        """The number of the last header row; 0 when there is no header."""
        return self.rows[-1] if self.rows else 0


def is_comment(row: Row) -> bool:
    """Whether the row is a comment line of a text file: # …"""
    return bool(row.texts) and row.texts[0].startswith("#") and fold_label(row.texts[0]) not in ORDINALS


def find_header(head: Sequence[Row], merges: Sequence[Merge], knows_label: KnowsLabel) -> Header:
    """The header among the first rows of a sheet.

    head: its first rows in order, a few hundred at most. knows_label: whether a label is in the vocabulary.
    """
    rows = [row for row in head if row.filled() and not is_comment(row)]
    grid = _Grid(rows, merges)
    best = _best_row(grid, knows_label)
    if best is None:
        return Header((), _unlabelled(rows))
    chosen = _grow(grid, best)
    titles = [text for row in rows[: chosen[0]] for text in row.texts if text]
    numbers = tuple(rows[index].number for index in chosen)
    return Header(numbers, _columns(grid, chosen), titles)


def given_header(head: Sequence[Row], merges: Sequence[Merge], numbers: Sequence[int]) -> Header:
    """The header when a person has said in which rows it stands."""
    rows = [row for row in head if row.filled()]
    chosen = [index for index, row in enumerate(rows) if row.number in set(numbers)]
    if not chosen:
        return Header((), _unlabelled(rows))
    titles = [text for row in rows[: chosen[0]] for text in row.texts if text]
    return Header(
        tuple(rows[index].number for index in chosen), _columns(_Grid(rows, merges), chosen), titles
    )


class _Grid:
    """The first rows with the merged ranges that touch them."""

    def __init__(self, rows: list[Row], merges: Sequence[Merge]) -> None:
        self.rows = rows
        last = rows[-1].number if rows else 0
        self.by_row: dict[int, list[Merge]] = {}
        for merge in merges:
            if merge.top > last:
                break
            self.by_row.setdefault(merge.top, []).append(merge)
        self.width = max((len(row.filled()) for row in rows[:_WINDOW]), default=0)

    def across(self, row: Row) -> list[Merge]:
        """Merged ranges of a row that cover several columns and hold a text."""
        return [m for m in self.by_row.get(row.number, ()) if m.right > m.left and row.text(m.left)]

    def down(self, row: Row, column: int) -> int:
        """The last row number of the merged range a cell begins, or the row's own."""
        for merge in self.by_row.get(row.number, ()):
            if merge.left <= column <= merge.right:
                return merge.bottom
        return row.number


def _unlabelled(rows: Sequence[Row]) -> list[HeaderColumn]:
    used = sorted({column for row in rows for column in row.filled()})
    return [HeaderColumn(column, "") for column in used]


def _best_row(grid: _Grid, knows_label: KnowsLabel) -> int | None:
    best, best_score = None, _LEAST_SCORE
    for order, row in enumerate(grid.rows[:_WINDOW]):
        score = _score(grid, order, row, knows_label) - 0.05 * order
        if score > best_score:
            best, best_score = order, score
    return best


def _score(grid: _Grid, order: int, row: Row, knows_label: KnowsLabel) -> float:
    """How much a row looks like a header; 0 or less when it cannot be one.

    Labels of the vocabulary count most; then cells all filled, all short texts, all different, and columns below that
    hold another sort of thing. Lines such as `制表单位：` belong to a form around the table.
    """
    cells = [(column, row.texts[column], row.types[column]) for column in row.filled()]
    count = len(cells)
    labels = [text for _, text, _ in cells]
    known = sum(1 for text in labels if knows_label(text) or fold_label(text) in ORDINALS)
    if known == 1 and count > 3:
        known = 0  # one word that happens to be a label
    texts = sum(1 for _, text, kind in cells if not _looks_like_data(text, kind))
    forms = sum(1 for text in labels if _COLON_END.search(text) or _FORM_LINE.match(text))
    if not known and any(_is_identifier(text) for text in labels):
        return 0.0  # the first record of a table without header
    if texts < 0.5 * count or forms * 2 > count:
        return 0.0
    if count == 1 and not known and not _heads_figures(grid, order, cells[0][0]):
        return 0.0
    if count == 1 and grid.width > 1 and not _single_label(grid, order):
        return 0.0
    unique = len({fold_label(text) for text in labels}) / count
    contrast = _contrast(grid, order, cells)
    coverage = _coverage(grid, order, row)
    return (
        2 * known / count
        + 0.4 * min(known, 5)
        + 1.5 * coverage
        + texts / count
        + unique / 2
        + contrast
        - forms
        - 2 * _likeness(grid, order, cells)
    )


def _heads_figures(grid: _Grid, order: int, column: int) -> bool:
    """Whether a lone first text stands over nothing but figures and dates."""
    below = [(row.text(column), row.type(column)) for row in grid.rows[1:21]]
    return order == 0 and len(below) > 1 and all(_is_figure(*value) for value in below)


def _likeness(grid: _Grid, order: int, cells: Sequence[tuple[int, str, CellType]]) -> float:
    """Share of cells that are data among data: a record, not a header."""
    around = grid.rows[max(0, order - 3) : order] + grid.rows[order + 1 : order + 6]
    alike = 0
    for column, text, kind in cells:
        if _looks_like_data(text, kind):
            values = [(row.texts[column], row.types[column]) for row in around if row.text(column)]
            alike += bool(values) and all(_looks_like_data(*value) for value in values)
    return alike / len(cells)


def _coverage(grid: _Grid, order: int, row: Row) -> float:
    """Share of the columns used by most rows below that the row labels, and a little of the widest row."""
    below = grid.rows[order + 1 : order + 21]
    used = [column for r in below for column in r.filled()]
    usual = {column for column in used if used.count(column) * 2 >= len(below)}
    cells = set(row.filled())
    share = len(cells & usual) / len(usual) if usual else 1.0
    return 0.8 * share + 0.2 * min(1.0, len(cells) / max(grid.width, 1))


def _single_label(grid: _Grid, order: int) -> bool:
    """Whether a row with one label heads a table of one column: nothing below is wider."""
    return all(len(row.filled()) <= 1 for row in grid.rows[order:])


def _looks_like_data(text: str, kind: CellType) -> bool:
    return _is_figure(text, kind) or len(bare_label(text)) > 30


def _is_figure(text: str, kind: CellType) -> bool:
    if kind in _DATA_KINDS:
        return True
    plain = fold_width(text).strip()
    return bool(_NUMBERISH.match(plain)) or is_mobile(plain) or is_resident_id(plain) or is_date(plain)


def _is_identifier(text: str) -> bool:
    return is_mobile(text) or is_resident_id(text) or is_uscc(text)


def _contrast(grid: _Grid, order: int, cells: Sequence[tuple[int, str, CellType]]) -> float:
    """Share of cells that are words over columns of mostly data."""
    below = grid.rows[order + 1 : order + 21]
    differing = 0
    for column, text, kind in cells:
        values = [(row.texts[column], row.types[column]) for row in below if row.text(column)]
        over_data = values and sum(_looks_like_data(*value) for value in values) * 2 > len(values)
        differing += bool(over_data) and not _looks_like_data(text, kind)
    return differing / len(cells)


def _grow(grid: _Grid, best: int) -> list[int]:
    """The header rows around the best one: groups above it, sub-labels below it; at most three rows."""
    chosen = [best]
    while len(chosen) < 3 and chosen[0] > 0 and _is_group_row(grid, chosen[0] - 1, chosen[0]):
        chosen.insert(0, chosen[0] - 1)
    while (
        len(chosen) < 3 and chosen[-1] + 1 < len(grid.rows) and _is_sub_row(grid, chosen[-1], chosen[-1] + 1)
    ):
        chosen.append(chosen[-1] + 1)
    return chosen


def _adjoin(upper: Row, lower: Row) -> bool:
    return lower.number == upper.number + 1


def _is_group_row(grid: _Grid, above: int, below: int) -> bool:
    """Whether the row above groups the columns of the row below: 工会组织信息 over 名称, 代码, 地址."""
    upper, lower = grid.rows[above], grid.rows[below]
    cells = upper.filled()
    if (
        not _adjoin(upper, lower)
        or not cells
        or any(_looks_like_data(upper.texts[c], upper.types[c]) for c in cells)
    ):
        return False
    if any(_FORM_LINE.match(upper.texts[c]) for c in cells):
        return False
    used = set(lower.filled())
    reaching = any(grid.down(upper, c) >= lower.number for c in cells)
    groups = [m for m in grid.across(upper) if sum(c in used for c in range(m.left, m.right + 1)) >= 2]
    if groups and (reaching or len(cells) > 1):
        # One merged text over the whole table is a title, unless columns beside it reach down into the next row.
        return reaching or any(m.right - m.left + 1 < len(used) for m in groups)
    if reaching:
        return True
    # Without merged ranges (text files): the upper row fills gaps of the lower, and starts runs over its labels.
    return (
        len(cells) > 1
        and any(c not in used for c in cells)
        and any(c in used for c in cells)
        and len(cells) < len(used)
    )


def _is_sub_row(grid: _Grid, above: int, below: int) -> bool:
    """Whether the row below holds the labels under groups of the row above, and nothing else."""
    upper, lower = grid.rows[above], grid.rows[below]
    cells = lower.filled()
    if not _adjoin(upper, lower) or not cells:
        return False
    if any(_looks_like_data(lower.texts[c], lower.types[c]) for c in cells):
        return False
    groups = grid.across(upper)
    if groups:
        under = {c for m in groups if m.bottom == upper.number for c in range(m.left, m.right + 1)}
        rest = [c for c in cells if c not in under]
        return bool(under & set(cells)) and not rest
    upper_cells = set(upper.filled())
    if len(cells) >= len(upper_cells) or not any(c not in upper_cells for c in cells):
        return False
    # Each label must lie in a gap, or begin the run of a gap: [联系方式, ""] over [手机, 固话].
    gaps = [c for c in range(max(upper_cells) + 2) if c not in upper_cells]
    starts = {c - 1 for c in gaps}
    return all(c in gaps or c in starts for c in cells) and all(
        c in cells for c in gaps if c <= max(upper_cells)
    )


def _columns(grid: _Grid, chosen: Sequence[int]) -> list[HeaderColumn]:
    """The columns the header labels, and unlabelled ones that hold something below it."""
    *uppers, bottom = (grid.rows[index] for index in chosen)
    groups = [_spans(grid, row, bottom) for row in uppers]
    below = grid.rows[chosen[-1] + 1 :]
    labelled = set(bottom.filled()).union(*(spans.keys() for spans in groups))
    # Signature lines and notes below the table fill columns that are none; full rows tell which columns there are.
    full = [
        set(row.filled()) for row in below if 2 * len(labelled.intersection(row.filled())) >= len(labelled)
    ]
    used = set().union(*full)
    found: list[HeaderColumn] = []
    for column in sorted(labelled | used):
        above = [spans[column] for spans in groups if spans.get(column)]
        label = bottom.text(column)
        if not label and above:
            label = above.pop()
        if not label and column not in used:
            continue
        found.append(HeaderColumn(column, label, "/".join(dict.fromkeys(above))))
    return _told_apart(found)


def _spans(grid: _Grid, row: Row, bottom: Row) -> dict[int, str]:
    """For each column the text of a group row that covers it."""
    spans: dict[int, str] = {}
    merged = {m.left: m.right for m in grid.across(row)}
    covered = {c for m in grid.across(row) for c in range(m.left, m.right + 1)}
    cells = row.filled()
    for place, column in enumerate(cells):
        if column in merged:
            last = merged[column]
        elif merged or grid.down(row, column) > row.number:
            last = column
        else:  # no merged ranges at all: a text reaches to the next one
            last = (cells[place + 1] if place + 1 < len(cells) else len(bottom.texts)) - 1
        for inside in range(column, last + 1):
            if inside == column or column in merged or (inside not in covered and bottom.text(inside)):
                spans.setdefault(inside, row.texts[column])
    return spans


def _told_apart(columns: list[HeaderColumn]) -> list[HeaderColumn]:
    """Labels that stand under several groups are joined with their group: 单位信息/名称, 工会信息/名称."""
    count: dict[str, int] = {}
    for column in columns:
        count[column.label] = count.get(column.label, 0) + 1
    return [
        HeaderColumn(c.column, f"{c.group}/{c.label}", c.group)
        if c.group and c.label and count[c.label] > 1
        else c
        for c in columns
    ]


def group_word(group: str) -> str:
    """What a group says about its columns, without 信息 and the like: 工会组织信息 → 工会."""
    return _GROUP_TAIL.sub("", bare_label(group.rpartition("/")[2]))


def blocks_of(columns: Sequence[HeaderColumn]) -> list[list[HeaderColumn]]:
    """The tables that stand side by side under one header row; one block when there is only one.

    Labels that repeat as a whole (代码 名称 金额 代码 名称 金额), or whose first labels repeat after an empty column.
    """
    labelled = [column for column in columns if column.label]
    words = [fold_label(without_blanks(column.label.rpartition("/")[2])) for column in labelled]
    for size in range(2, len(words) // 2 + 1):
        if (
            len(words) % size == 0
            and words == words[:size] * (len(words) // size)
            and len(set(words[:size])) > 1
        ):
            return [list(labelled[start : start + size]) for start in range(0, len(labelled), size)]
    runs: list[list[HeaderColumn]] = []
    for column in labelled:
        if runs and column.column == runs[-1][-1].column + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    firsts = {fold_label(run[0].label) for run in runs}
    if len(runs) > 1 and len(firsts) == 1 and all(len(run) > 1 for run in runs):
        return runs
    return [list(columns)]
