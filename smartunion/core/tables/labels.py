"""Comparing column labels: notes, brackets, line ends and marks for required columns left aside."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from smartunion.core.codes.folding import fold_dashes, fold_width, without_blanks

_NOTES: Final = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|{[^{}]*}|<[^<>]*>|\*必填|必填项?$|选填项?$"
)
_LINE_NOTE: Final = re.compile(r"[\r\n\v]+.*$", re.DOTALL)
_NUMBERING: Final = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、．)]")
_EDGES: Final = " \t*＊※#\"'“”‘’:：;；,，.。、/\\-_·★▲●◆?？!！"
_NOT_WORDS: Final = re.compile(r"[\s\"'“”‘’:：;；,，.。、/\\·*＊※★▲_-]+")


#: Traditional characters that occur in labels; whole texts are never converted.
_TRADITIONAL: Final = str.maketrans(
    "證號碼機話電單稱業類別聯絡繫職員會時間齡學歷貫戶國編備註統區縣鄉鎮團體黨動參險稅納識報導際實對應結終狀態開總數"
    "簡歲費級術資關經濟產營執據構與籤訂類聘處",
    "证号码机话电单称业类别联络系职员会时间龄学历贯户国编备注统区县乡镇团体党动参险税纳识报导际实对应结终状态开总数"
    "简岁费级术资关经济产营执据构与签订类聘处",
)


@lru_cache(maxsize=20_000)
def fold_label(label: str) -> str:
    """The comparable form of a label as written: half-width, lower case, simplified, no blanks or marks."""
    text = fold_dashes(fold_width(without_blanks(label))).lower().translate(_TRADITIONAL)
    return _NOT_WORDS.sub("", text).strip(_EDGES)


@lru_cache(maxsize=20_000)
def bare_label(label: str) -> str:
    """fold_label() of what is left without notes in brackets, later lines, numbering and marks.

    "证件号码\\n(填写18位身份证)" becomes 证件号码; "*3. 出生日期（格式：yyyy/MM/dd）" becomes 出生日期. A label that is
    nothing but a note keeps it.
    """
    first_line = _LINE_NOTE.sub("", fold_width(label).strip()) if _has_note_line(label) else fold_width(label)
    text = first_line
    for _ in range(3):  # brackets inside brackets
        text = _NOTES.sub("", text)
    text = _NUMBERING.sub("", text.strip(_EDGES))
    return fold_label(text) or fold_label(label).strip("()[]【】〔〕")


def _has_note_line(label: str) -> bool:
    """Whether a later line explains the first. Short lines are one label broken to fit: 配方中成\\n分含量."""
    lines = [line.strip() for line in re.split(r"[\r\n\v]+", label.strip()) if line.strip()]
    if len(lines) < 2:
        return False
    return (
        any(re.match(r"[(（【\[“\"]|填|如|例|请|格式|注|选择|必填|选填|按", line) for line in lines[1:])
        or len(lines[1]) > 12
    )


def closest(label: str, choices: Iterable[str]) -> tuple[str, float]:
    """The most similar of some folded labels and its similarity 0–1; ('', 0) when there is none."""
    found = process.extractOne(label, choices, scorer=fuzz.ratio)
    return (found[0], found[1] / 100) if found else ("", 0.0)
