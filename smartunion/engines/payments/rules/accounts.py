"""Bank accounts as people write them."""

import re

from smartunion.core.codes.folding import fold_width, squeeze

_DIGITS = re.compile(r"\d{8,32}")
_BLANKS = re.compile(r"[\s\-]+")


def account_key(text: str) -> str:
    """An account number as digits only: "6222 0200-0000" → "622202000000"; what is no number comes back folded."""
    return _BLANKS.sub("", fold_width(squeeze(text)))


def is_account(text: str) -> bool:
    """Whether it can be a bank account: 8 to 32 digits. Account numbers of unions need not satisfy a card's check digit."""
    return _DIGITS.fullmatch(account_key(text)) is not None


def is_card(text: str) -> bool:
    """Whether a number of 16 to 19 digits satisfies the check digit of bank cards (Luhn); others pass."""
    digits = account_key(text)
    if not 16 <= len(digits) <= 19 or not digits.isdigit():
        return True
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def mask_account(text: str) -> str:
    """The last four digits with stars before them: "****1234"; "" for nothing."""
    digits = account_key(text)
    return f"****{digits[-4:]}" if digits else ""


def mask_name(text: str) -> str:
    """Her first character and stars: 李小明 → 李**."""
    return text[:1] + "*" * (len(text) - 1)
