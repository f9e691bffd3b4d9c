"""Rows that are no records: blank, totals, footnotes, comments, repeated headers, examples, numbering."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from smartunion.core.codes.folding import fold_width, without_blanks, words
from smartunion.core.tables.cells import Merge, Row
from smartunion.core.tables.headers import ORDINALS, HeaderColumn, is_comment
from smartunion.core.tables.labels import fold_label


class RowKind(StrEnum):
    """What a row below the header is. UNSURE: one text alone; a record unless the table ends with it."""

    RECORD = "record"
    UNSURE = "unsure"
    BLANK = "blank_row"
    TOTAL = "total_row"
    FOOTNOTE = "footnote"
    COMMENT = "comment_row"
    REPEATED_HEADER = "repeated_header"
    EXAMPLE = "example_row"
    NUMBERING = "numbering_row"
    HINT = "hint_row"
    SECTION = "section_row"
    SECOND_TABLE = "second_table"


_TOTAL: Final = re.compile(
    r"(?:(?:本页|本表|本单位|全部|以上|总|小|累|合|共|人数|金额)*(?:合计|总计|小计|累计|共计|总数|总人数|合计数|总合计)"
    r"|合计人数|subtotal|total|grandtotal|sum)(?:[:(].*|人数|金额|数)?$|^共(?:计)?\d+(?:人|户|家|条|个|名|项|笔)",
    re.IGNORECASE,
)
_TOTAL_CHARACTERS: Final = re.compile(r"[计总共tTsSｔＴ]")
_NOTE: Final = re.compile(
    r"(?:\*|※)?(?:备?注(?:意事项)?|附注|说明|填表说明|填写说明|填报说明|填表须知|注意|数据来源|资料来源|来源|制表|审核|复核|"
    r"填报|填表|经办|负责人|单位负责人|联系人|联系电话|联系方式|打印|导出|统计|截至|截止|本表|以上|note|notes|source|remark)"
    r"(?:[人者]|单位|日期|时间|机构|于|数据|信息)?\d*[:.、,，一(\s]"
    r"|^(?:注|说明|备注|填表说明|制表人|审核人|填表人|附注)$|^(?:数据来源|资料来源|填表说明|备注|注)[:：]?",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(r"^[\u4e00-\u9fff()/、]{2,14}[:：]")
_SENTENCE: Final = re.compile(r"[。；！]|[:：]\s*$|^\d+[、.．]\s*\S{8,}")
_EXAMPLE: Final = re.compile(
    r"^[(（【\[]?(?:示例|样例|例如|例子|填写示例|范例|举例|样表|例)(?:[)）】\]:：]|数据|行|\d*$)"
)
_HINTS: Final = frozenset(
    words(
        "必填 选填 非必填 必填项 选填项 可空 不可空 文本 文本格式 数字 数值 日期 整数 字符 字符串 下拉选择 下拉"
    )
    + words("自动生成 text number date")
)
_LONG: Final = 40
_PHRASE: Final = 15


class RowSorter:
    """Sorts the rows of one block of a table, in order, by what they are.

    wide_rows: rows in which one merged cell covers half of the table or more. worded: columns known to hold names,
    codes or dates, in which one and the same figure cannot be meant. vital: columns without which there is no record.
    words: the labels of the vocabulary, folded.
    """

    def __init__(
        self,
        columns: Sequence[HeaderColumn],
        wide_rows: set[int],
        worded: frozenset[int] = frozenset(),
        vital: frozenset[int] = frozenset(),
        words: frozenset[str] = frozenset(),
    ) -> None:
        self._columns = columns
        self._wide_rows = wide_rows
        self._worded, self._vital, self._words = worded, vital, words
        self._previous = 0
        self._seen = 0
        self._inside = [c.column for c in columns]
        self._ordinals = {c.column for c in columns if c.is_ordinal}
        self._labels = {c.column: fold_label(c.label.rpartition("/")[2]) for c in columns if c.label}
        self._starts = {c.column: c.label.rpartition("/")[2][:1].lower() for c in columns if c.label}

    def sort(self, row: Row) -> RowKind:
        """What the row is. Call it for every row below the header, in order."""
        texts, end = row.texts, len(row.texts)
        filled = [column for column in self._inside if column < end and texts[column]]
        after_gap = 0 < self._previous < row.number - 1
        if filled:
            self._previous = row.number
        if is_comment(row):
            return RowKind.COMMENT
        if not filled or (self._ordinals and self._ordinals.issuperset(filled)):
            return self._unfilled(row, filled)
        first = row.texts[filled[0]]
        if self._is_total(row, filled):
            return RowKind.TOTAL
        if self._repeats_header(row, filled):
            return RowKind.REPEATED_HEADER
        if self._begins_table(row, filled):
            return RowKind.SECOND_TABLE
        if self._is_note(row, filled, first):
            return RowKind.FOOTNOTE
        if self._vital and len(filled) == 1 and len(self._columns) > 2 and filled[0] not in self._vital:
            return RowKind.SECTION
        if self._seen < 3:
            special = self._special(row, filled)
            if special is not None:
                return special
        self._seen += 1
        alone = len(filled) == 1 and (len(self._columns) > 2 or after_gap)
        unsure = alone and (_SENTENCE.search(first) or (after_gap and len(first) > _PHRASE))
        return RowKind.UNSURE if unsure else RowKind.RECORD

    def _unfilled(self, row: Row, filled: list[int]) -> RowKind:
        """Blank, or nothing but a running number; a note may stand where the running number belongs."""
        if filled and not without_blanks(fold_width(row.texts[filled[0]])).strip(".、").isdigit():
            text = row.texts[filled[0]]
            if self._is_total(row, filled):
                return RowKind.TOTAL
            return RowKind.EXAMPLE if _EXAMPLE.match(text) else RowKind.FOOTNOTE
        return RowKind.BLANK

    def _is_total(self, row: Row, filled: list[int]) -> bool:
        for column in filled[:3]:
            text = row.texts[column]
            if _TOTAL_CHARACTERS.search(text) and _TOTAL.match(without_blanks(fold_width(text))):
                return True
        return False

    def _repeats_header(self, row: Row, filled: list[int]) -> bool:
        # Comparing every cell of every row would cost more than reading it: the first cell decides whether to look.
        first = self._labels.get(filled[0])
        if not first or row.texts[filled[0]][:1].lower() != self._starts[filled[0]]:
            return False
        same = sum(1 for column in filled if self._labels.get(column) == fold_label(row.texts[column]))
        return same >= 2 and same * 5 >= len(filled) * 4 and same * 2 >= len(self._labels)

    def _begins_table(self, row: Row, filled: list[int]) -> bool:
        """Whether the row holds nothing but labels: another table stands below this one."""
        if not self._seen or len(filled) < 3 or row.texts[filled[1]] not in self._words:
            return False
        known = sum(1 for column in filled if fold_label(row.texts[column]) in self._words | ORDINALS)
        return known * 5 >= len(filled) * 4

    def _is_note(self, row: Row, filled: list[int], first: str) -> bool:
        few = len(filled) * 3 <= len(self._columns) or len(filled) == 1
        if len(self._columns) < 2:
            return False
        if _SIGNATURE.match(first) and all(_SIGNATURE.match(row.texts[column]) for column in filled):
            return True
        if not few or len(filled) > 2:
            return False
        if _NOTE.match(fold_width(first).strip()):
            return True
        if len(filled) == 1 and len(self._columns) > 2:
            return row.number in self._wide_rows or len(first) > _LONG
        return False

    def _special(self, row: Row, filled: list[int]) -> RowKind | None:
        """Rows that stand between header and records: numbering of columns, hints, an example."""
        texts = [without_blanks(fold_width(row.texts[column])).lower() for column in filled]
        if len(texts) >= 3 and all(text in _HINTS for text in texts):
            return RowKind.HINT
        if (
            self._seen == 0
            and len(filled) >= min(3, len(self._columns))
            and self._is_numbering(filled, texts)
        ):
            return RowKind.NUMBERING
        if any(_EXAMPLE.match(row.texts[column]) for column in filled[:2]) or self._is_dummy(filled, texts):
            return RowKind.EXAMPLE
        return None

    def _is_numbering(self, filled: list[int], texts: list[str]) -> bool:
        """1, 2, 3 … under the labels. In a small table of figures that may well be a record."""
        known = len(self._worded.intersection(filled)) >= 2
        return _counts_up(texts) and (known or len(texts) >= 6 or texts[0] == "甲" or not texts[0].isdigit())

    def _is_dummy(self, filled: list[int], texts: list[str]) -> bool:
        """A row filled with one and the same figure to show the form: 11, 11, 11, 11."""
        if self._seen or len(filled) < 6:
            return False
        usual = max(set(texts), key=texts.count)
        places = {column for column, text in zip(filled, texts, strict=True) if text == usual}
        return len(usual) <= 3 and usual.isdigit() and len(places & self._worded) >= 3


def _counts_up(texts: list[str]) -> bool:
    """1, 2, 3 … or 甲, 乙, 1, 2 … under the labels, as statistical forms number their columns."""
    bare = [text.strip("()（）[]【】.、=") for text in texts]
    digits = [text for text in bare if text.isdecimal() and len(text) < 4]
    words = bare[: len(bare) - len(digits)]
    if words and "".join(words) != "甲乙丙丁戊己庚辛壬癸"[: len(words)]:
        return False
    return len(digits) >= 2 and [int(digit) for digit in digits] == list(range(1, len(digits) + 1))


def rows_merged_wide(merges: Sequence[Merge], columns: Sequence[HeaderColumn]) -> set[int]:
    """Rows in which one merged cell covers at least half of the table: headings and notes between records."""
    if not columns:
        return set()
    needed = max(3, len(columns) // 2)
    last = columns[-1].column
    return {
        merge.top
        for merge in merges
        if min(merge.right, last) - merge.left + 1 >= needed and merge.bottom - merge.top < 20
    }
