"""Telephone numbers of the mainland: mobiles, landlines, 400/800 numbers, however they are written."""

import re
from typing import Final

from smartunion.core.codes.checks import CodeCheck, CodeKind, Reason
from smartunion.core.codes.folding import fold_code

_COUNTRY: Final = re.compile(r"^(?:\+|00)?86(?=1[3-9]\d{9}$|0?[1-9]\d{8,11})")
_MOBILE: Final = re.compile(r"1[3-9]\d{9}$")
_SERVICE: Final = re.compile(r"[48]00\d{7}$")
# Area code of three digits (010, 020…029) or four (0311…0998), then seven or eight digits.
_LANDLINE: Final = re.compile(r"(010|02\d|0[3-9]\d{2})([2-8]\d{6,7})$")
_LOCAL: Final = re.compile(r"[2-8]\d{6,7}$")
_EXTENSION: Final = re.compile(r"^(.*\d)(?:转|EXT\.?|X|#|\*|-)(\d{1,6})$")
_SEPARATORS: Final = re.compile(r"[-()./·]")
_WORTH_DIGITS: Final = re.compile(r"[0-9+]+$")


def check(text: str) -> CodeCheck:
    """Check one telephone number of any kind.

    code: mobiles as 11 digits, landlines as digits with area code and an extension after '-', so that
    equal numbers compare equal. Two numbers in one cell are refused: LENGTH.
    """
    if len(text) == 11 and text.isascii() and _MOBILE.match(text):  # the usual case, several times faster
        return CodeCheck(text, text, CodeKind.MOBILE)
    folded = fold_code(text)
    if not folded:
        return CodeCheck(text, "", CodeKind.UNKNOWN, (Reason.EMPTY,))
    number = _country_off(_SEPARATORS.sub("", folded))
    if _MOBILE.match(number):
        return CodeCheck(text, number, CodeKind.MOBILE)
    if _SERVICE.match(number):
        return CodeCheck(text, number, CodeKind.SERVICE_NUMBER)
    if _LANDLINE.match(number) or _LOCAL.match(number):
        return CodeCheck(text, number, CodeKind.LANDLINE)
    return _with_extension(text, folded) or CodeCheck(text, number, CodeKind.UNKNOWN, _reasons(number))


def check_mobile(text: str) -> CodeCheck:
    """Check a mobile number: 11 digits beginning 13–19, with or without +86, blanks and dashes."""
    found = check(text)
    if found.ok and found.kind is not CodeKind.MOBILE:
        return CodeCheck(text, found.code, found.kind, (Reason.PREFIX,))
    return found


def _country_off(number: str) -> str:
    national = _COUNTRY.sub("", number)
    if national == number or national.startswith("0") or _MOBILE.match(national) or _SERVICE.match(national):
        return national
    return "0" + national  # abroad the zero of the area code is left out


def _with_extension(text: str, folded: str) -> CodeCheck | None:
    split = _EXTENSION.match(folded)
    if split is None:
        return None
    number = _country_off(_SEPARATORS.sub("", split[1]))
    if _LANDLINE.match(number) or _LOCAL.match(number) or _SERVICE.match(number):
        kind = CodeKind.SERVICE_NUMBER if _SERVICE.match(number) else CodeKind.LANDLINE
        return CodeCheck(text, f"{number}-{split[2]}", kind)
    return None


def _reasons(number: str) -> tuple[Reason, ...]:
    if not _WORTH_DIGITS.match(number):
        return (Reason.CHARACTERS,)
    return (Reason.PREFIX,) if len(number) == 11 else (Reason.LENGTH,)
