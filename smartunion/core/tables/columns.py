"""The columns of a table once mapped: which field each holds, and what to watch for in those that hold none."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from smartunion.core.codes.folding import fold_width
from smartunion.core.tables import detectors, parsers
from smartunion.core.tables.cells import CellType
from smartunion.core.tables.labels import bare_label
from smartunion.core.tables.mapping import Match
from smartunion.core.tables.parsers import Context, Parser
from smartunion.core.tables.problems import Issue
from smartunion.core.tables.vocabulary import FieldSpec

_DATE_LABEL: Final = re.compile(r"(?:日期|时间|年月日|年月|日)$")
_CODE_LABEL: Final = re.compile(r"(?:编号|代码|编码|证号|账号|工号|卡号|号码|学号|号|code|no|id)$")

#: (text, type) of the cells of a column.
Cells = Sequence[tuple[str, CellType]]


@dataclass(slots=True)
class Column:
    """One column of a block. field: None when it is not used.

    zero_width: of identifiers written with leading zeros, how many digits they have; 0 when they have none.
    watch: parser whose findings are reported though the column is not used.
    """

    index: int
    label: str
    group: str
    field: FieldSpec | None
    confidence: float
    zero_width: int = 0
    watch: Parser | None = None

    @property
    def key(self) -> str:
        """The key of its field, or ''."""
        return self.field.key if self.field else ""


def make_column(match: Match, cells: Cells, *, is_known: bool) -> Column:
    """A mapped column. cells: a sample of it; is_known: the kind of the sheet was recognised."""
    column, spec = match.column, match.spec
    made = Column(column.column, column.label, column.group, spec, match.confidence)
    if _writes_zeros(made, cells):
        made.zero_width = _usual_width(cells)
    if spec is None or not is_known:
        made.watch = _watch(column.label, [text for text, _ in cells])
    return made


def _writes_zeros(column: Column, cells: Cells) -> bool:
    """Whether the column holds identifiers of one length some of which begin with zeros."""
    if (
        column.field is not None
        and not _CODE_LABEL.search(bare_label(column.label))
        and not column.field.identifier
    ):
        return False
    if column.field is None and not _CODE_LABEL.search(bare_label(column.label)):
        return False
    width = _usual_width(cells)
    return width >= 4 and any(
        text.startswith("0") and len(text) == width and text.isdigit() for text, _ in cells
    )


def _usual_width(cells: Cells) -> int:
    widths = Counter(len(text) for text, _ in cells if text.isdigit())
    if not widths:
        return 0
    width, times = widths.most_common(1)[0]
    return width if times * 2 >= sum(widths.values()) else 0


def _watch(label: str, texts: Sequence[str]) -> Parser | None:
    """What to look for in a column that is not used: damaged identifiers, wrong check digits, impossible dates."""
    bare = bare_label(label)
    if texts:
        for detect, parser in (
            (detectors.is_uscc, parsers.uscc),
            (detectors.is_resident_id, parsers.resident_id),
        ):
            if sum(map(detect, texts)) * 10 >= len(texts) * 6:
                return parser
        if sum(map(detectors.is_date, texts)) * 10 >= len(texts) * 6 or _DATE_LABEL.search(bare):
            return _impossible_dates
    return _damage_only


def _impossible_dates(text: str, kind: CellType, context: Context) -> parsers.Parsed:
    issues = parsers.day(text, kind, context).issues
    return parsers.Parsed(None, tuple(issue for issue in issues if issue.code == "impossible_date"))


_SCIENTIFIC: Final = re.compile(r"[1-9](?:\.\d+)?E\+?(?:1\d|[2-9]\d)$", re.IGNORECASE)


def _damage_only(text: str, kind: CellType, _context: Context) -> parsers.Parsed:
    """Digits lost by a spreadsheet program, which no column of any meaning can survive."""
    if kind is CellType.NUMBER and len(text.partition(".")[0].lstrip("-")) > 15:
        return parsers.Parsed(None, (Issue("damaged_number"),))
    if kind is CellType.TEXT and "+" in text and _SCIENTIFIC.match(fold_width(text)):
        return parsers.Parsed(None, (Issue("scientific_notation"),))
    return parsers.NOTHING
