"""Codes of organisations: USCC (GB 32100), organisation code (GB 11714), registration and tax numbers."""

import re
from operator import mul
from typing import Final

from smartunion.core.codes.checks import CodeCheck, CodeKind, Reason
from smartunion.core.codes.folding import fold_code

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CONFUSED: Final = frozenset("IOSVZ")
# GB 32100 and its amendments: 1 establishment, 2 foreign affairs, 3 justice, 4 culture, 5 civil affairs,
# 6 tourism, 7 religion, 8 trade unions, 9 market regulation, A military, N agriculture, Y other. 0 is nobody:
# without this check eighteen zeros would pass, since their weighted sum is 0.
_DEPARTMENTS: Final = frozenset("123456789ANY")

_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CODE: Final = re.compile(r"[0-9A-Z]{8}[0-9X]")
_ORGANISATION_VALUE: Final = {c: v for v, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def check_character(first_17: str) -> str:
    """The 18th character that belongs to the first 17 of a USCC.

    Raises KeyError on a character outside the alphabet. Source: GB 32100-2015.
    """
    if len(first_17) != 17:
        raise ValueError("seventeen characters are needed")
    return ALPHABET[-sum(map(mul, map(_VALUE.__getitem__, first_17), _WEIGHTS)) % 31]


def organisation_check_character(first_8: str) -> str:
    """The ninth character that belongs to the first eight of an organisation code. Source: GB 11714-1997."""
    pairs = zip(first_8, _ORGANISATION_WEIGHTS, strict=True)
    rest = -sum(_ORGANISATION_VALUE[character] * weight for character, weight in pairs) % 11
    return "X" if rest == 10 else str(rest)


def registration_check_digit(first_14: str) -> str:
    """The 15th digit that belongs to the first 14 of a business registration number (ISO 7064 MOD 11,10)."""
    carry = 10
    for digit in first_14:
        carry = (carry + int(digit)) % 10 or 10
        carry = carry * 2 % 11
    return str((11 - carry) % 10)


def check(text: str) -> CodeCheck:
    """Check an 18-character unified social credit code. `-` between groups is tolerated.

    Source: GB 32100-2015; docs/spreadsheets.md.
    """
    code = fold_code(text).replace("-", "")
    return CodeCheck(text, code, CodeKind.USCC, _uscc_reasons(code))


def _uscc_reasons(code: str) -> tuple[Reason, ...]:
    if not code:
        return (Reason.EMPTY,)
    if _CONFUSED & set(code) and all(character in _VALUE or character in _CONFUSED for character in code):
        return (Reason.CONFUSED_LETTER,) if len(code) == 18 else (Reason.LENGTH, Reason.CONFUSED_LETTER)
    if any(character not in _VALUE for character in code):
        return (Reason.CHARACTERS,)
    if len(code) != 18:
        return (Reason.LENGTH,)
    if not (code[2:8].isdigit() and code[2:8].isascii()):
        return (Reason.CHARACTERS,)
    if code[0] not in _DEPARTMENTS:
        return (Reason.DEPARTMENT,)
    return () if code[17] == check_character(code[:17]) else (Reason.CHECK_DIGIT,)


def check_organisation_code(text: str) -> CodeCheck:
    """Check a nine-character organisation code, written with or without `-` before the last character."""
    code = fold_code(text).replace("-", "")
    reasons: tuple[Reason, ...] = ()
    if not code:
        reasons = (Reason.EMPTY,)
    elif len(code) != 9:
        reasons = (Reason.LENGTH,)
    elif not _ORGANISATION_CODE.fullmatch(code) or code == "000000000":
        reasons = (Reason.CHARACTERS,)
    elif code[8] != organisation_check_character(code[:8]):
        reasons = (Reason.CHECK_DIGIT,)
    return CodeCheck(text, code, CodeKind.ORGANISATION_CODE, reasons)


def check_registration_number(text: str) -> CodeCheck:
    """Check a 15-digit business registration number, as licences carried before 2015. Source: GS 15-2006."""
    code = fold_code(text).replace("-", "")
    reasons: tuple[Reason, ...] = ()
    if not code:
        reasons = (Reason.EMPTY,)
    elif not (code.isdigit() and code.isascii()):
        reasons = (Reason.CHARACTERS,)
    elif len(code) != 15:
        reasons = (Reason.LENGTH,)
    elif code == "0" * 15:
        reasons = (Reason.CHARACTERS,)
    elif code[14] != registration_check_digit(code[:14]):
        reasons = (Reason.CHECK_DIGIT,)
    return CodeCheck(text, code, CodeKind.REGISTRATION_NUMBER, reasons)


def check_employer_code(text: str) -> CodeCheck:
    """Check whatever stands in a column of employer codes, telling the kind by its shape.

    18 characters: USCC. 15 digits: registration number, or tax number (six digits of area and an
    organisation code) when only that reading fits. 15 with letters: tax number. 9: organisation code.
    Any other length: a USCC that is too short or too long.
    """
    code = fold_code(text).replace("-", "")
    if len(code) == 9:
        return check_organisation_code(text)
    if len(code) != 15:
        return check(text)
    registration = check_registration_number(text)
    if registration.ok or not code[:6].isdigit():
        return registration
    tax_reasons = check_organisation_code(code[6:]).reasons
    if not tax_reasons or not code.isdigit():
        return CodeCheck(text, code, CodeKind.TAXPAYER_NUMBER, tax_reasons)
    return registration


def organisation_code_of(code: str) -> str:
    """The organisation code inside a USCC or a 15-character tax number, or '' where there is none.

    code: comparable form, as CodeCheck.code. Not validated; check first.
    """
    if len(code) == 18:
        return code[8:17]
    return code[6:] if len(code) == 15 and not check_organisation_code(code[6:]).reasons else ""
