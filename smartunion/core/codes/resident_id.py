"""Resident identity numbers 公民身份号码 (GB 11643) and the permits that share their form.

The county inside a number is never checked: numbers keep the code of the place of first registration for
life, and counties are abolished and renumbered. python-stdnum refuses most people born before 1983 for that.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import mul
from typing import Final, Literal

from smartunion.core.codes.checks import CodeCheck, CodeKind, Reason
from smartunion.core.codes.folding import fold_code

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"
#: A digit's character stands 48 above its value: what that adds to the weighted sum.
_SURPLUS: Final = 48 * sum(_WEIGHTS)
_PROVINCES: Final = frozenset(
    f"{number}"
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for number in range(first, last + 1)
)
_PERMIT_PROVINCES: Final = frozenset({"81", "82", "83"})  # residents of Hong Kong, Macao, Taiwan
_OLD_RESIDENCE: Final = re.compile(r"[A-Z]{3}\d{12}")
_EARLIEST: Final = date(1850, 1, 1)

Sex = Literal["male", "female"]


@dataclass(frozen=True, slots=True)
class ResidentIdCheck(CodeCheck):
    """The outcome of checking one ID number, with what the number itself says when it can be read."""

    birth_date: date | None = None
    sex: Sex | None = None


def check_character(first_17: str) -> str:
    """The 18th character that belongs to the first 17 digits (ISO 7064 MOD 11-2). Source: GB 11643-1999."""
    if len(first_17) != 17:
        raise ValueError("seventeen digits are needed")
    if not (first_17.isascii() and first_17.isdigit()):
        raise ValueError("digits are needed")
    return _CHECK[(sum(map(mul, first_17.encode(), _WEIGHTS)) - _SURPLUS) % 11]


@lru_cache(maxsize=4096)  # a list read in batches asks up to three times about each number of a batch
def check(text: str, *, today: date) -> ResidentIdCheck:
    """Check an ID number: length, characters, province, birth date, check character; never the county.

    18 characters, or 15 digits of the old form, which are read but always carry the reason LEGACY.
    Numbers beginning 81, 82, 83 are residence permits of Hong Kong, Macao and Taiwan residents;
    beginning 9, those of foreigners. today: birth dates after it are refused.
    """
    code = fold_code(text)
    if not code:
        return ResidentIdCheck(text, code, CodeKind.RESIDENT_ID, (Reason.EMPTY,))
    if not (code.isascii() and code[:-1].isdigit() and (code[-1].isdigit() or code[-1] == "X")):
        return ResidentIdCheck(text, code, CodeKind.RESIDENT_ID, (Reason.CHARACTERS,))
    if len(code) == 18:
        return _check_18(text, code, today)
    if len(code) == 15 and code.isdigit():
        return _check_15(text, code, today)
    return ResidentIdCheck(text, code, CodeKind.RESIDENT_ID, (Reason.LENGTH,))


def is_old_residence(text: str) -> bool:
    """A number of a foreigner's residence card from before December 2023: the country in three letters, twelve digits.

    Such cards stay valid; their number tells neither birth date nor sex reliably and has no check character.
    """
    return _OLD_RESIDENCE.fullmatch(fold_code(text)) is not None


def _check_18(text: str, code: str, today: date) -> ResidentIdCheck:
    kind = _kind(code)
    reasons: list[Reason] = []
    if kind is CodeKind.RESIDENT_ID and code[:2] not in _PROVINCES:
        reasons.append(Reason.PROVINCE)
    born = _date(code[6:14])
    reasons += _date_reasons(born, today)
    if code[17] != check_character(code[:17]):
        reasons.append(Reason.CHECK_DIGIT)
    return ResidentIdCheck(text, code, kind, tuple(reasons), born, _sex(code[16]))


def _check_15(text: str, code: str, today: date) -> ResidentIdCheck:
    # The old form was given to nobody born after 1999: the century is 19.
    reasons: list[Reason] = [Reason.LEGACY]
    if code[:2] not in _PROVINCES:
        reasons.append(Reason.PROVINCE)
    born = _date("19" + code[6:12])
    reasons += _date_reasons(born, today)
    return ResidentIdCheck(text, code, CodeKind.RESIDENT_ID_15, tuple(reasons), born, _sex(code[14]))


def upgraded(code_15: str) -> str:
    """The 18-character number that belongs to an old 15-digit one (century 19).

    code_15: comparable form of a number whose only reason is LEGACY. For finding the same person again; what
    the card shows is what gets stored.
    """
    first_17 = f"{code_15[:6]}19{code_15[6:]}"
    return first_17 + check_character(first_17)


def _kind(code: str) -> CodeKind:
    if code[:2] in _PERMIT_PROVINCES:
        return CodeKind.RESIDENCE_PERMIT
    return CodeKind.FOREIGNER_PERMIT if code[0] == "9" else CodeKind.RESIDENT_ID


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _date_reasons(born: date | None, today: date) -> list[Reason]:
    if born is None or born < _EARLIEST:
        return [Reason.BIRTH_DATE]
    return [Reason.BIRTH_IN_FUTURE] if born > today else []


def _sex(digit: str) -> Sex:
    return "male" if int(digit) % 2 else "female"
