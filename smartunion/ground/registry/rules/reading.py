"""What somebody typed into the search box: a number, a code, pinyin or a name; pure."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from smartunion.core.codes import resident_id as resident_ids
from smartunion.core.codes.checks import Reason
from smartunion.core.codes.folding import fold_code, fold_width, squeeze, strip_invisible

_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_PINYIN = re.compile(r"[a-z][a-z' ]{0,39}")
_NUMBER = re.compile(r"(?:\d{4,12}Z?\d*-\d{4}-\d{1,6}|T-\d+)")
_CODE = re.compile(r"[0-9A-Z]{9}|[0-9A-Z]{15}|[0-9A-Z]{18}")


class Wanted(StrEnum):
    """What a search text is taken for."""

    NOTHING = "nothing"
    RESIDENT_ID = "resident_id"
    MOBILE = "mobile"
    PHONE_TAIL = "phone_tail"
    CODE = "code"
    UNION_NUMBER = "union_number"
    PINYIN = "pinyin"
    NAME = "name"


@dataclass(frozen=True)
class Search:
    """A search text understood. value: in comparable form."""

    wanted: Wanted
    value: str


def read_search(text: str, *, today: date) -> Search:
    """Tell what a text looks for: ID number, mobile, union number, code, phone tail, pinyin, or else a name."""
    tidy = squeeze(strip_invisible(text))[:60]
    code = fold_code(tidy)
    if not tidy:
        return Search(Wanted.NOTHING, "")
    if len(code) in {15, 18} and code[:-1].isdigit():
        found = resident_ids.check(code, today=today)
        if not set(found.reasons) - {Reason.LEGACY}:
            return Search(Wanted.RESIDENT_ID, found.code)
    mobile = _MOBILE.fullmatch(code.replace("-", ""))
    if mobile:
        return Search(Wanted.MOBILE, mobile[1])
    if _NUMBER.fullmatch(code):
        return Search(Wanted.UNION_NUMBER, code)
    if _CODE.fullmatch(code.replace("-", "")) and any(sign.isdigit() for sign in code):
        return Search(Wanted.CODE, code.replace("-", ""))
    if re.fullmatch(r"\d{4}", code):
        return Search(Wanted.PHONE_TAIL, code)
    lower = fold_width(tidy).lower()
    if _PINYIN.fullmatch(lower):
        return Search(Wanted.PINYIN, re.sub(r"[' ]", "", lower))
    return Search(Wanted.NAME, tidy)
