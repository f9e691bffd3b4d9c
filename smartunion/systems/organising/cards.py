"""The member card's rotating code: signed, short-lived, readable by eye; pure, key and time passed in.

A code holds the membership's number, the half minute it was made in, and a keyed digest. A screenshot is worth
nothing after two minutes; nothing about the person is inside.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from smartunion.core.ids import base36

#: Seconds a code is shown before the next one.
STEP_S: Final = 30
#: Steps a code stays valid, for a slow hand and clocks that differ.
KEPT_STEPS: Final = 4
_DIGITS: Final = 6


class CodeRefused(ValueError):
    """The code is malformed, forged or too old; `is_old` tells the last apart."""

    def __init__(self, *, is_old: bool = False) -> None:
        super().__init__("card code refused")
        self.is_old = is_old


@dataclass(frozen=True)
class Shown:
    """A code as shown: token for the QR, number for the hand, seconds until the next one."""

    token: str
    number: str
    seconds_left: int


def show(membership_id: int, *, now_s: int, key: bytes) -> Shown:
    """The code of a membership at an instant. now_s: Unix seconds."""
    step = now_s // STEP_S
    token = f"{base36(membership_id)}-{base36(step)}-{_digest(membership_id, step, key).hex()[:20]}"
    return Shown(
        token, grouped(f"{membership_id}{_short(membership_id, step, key)}"), STEP_S - now_s % STEP_S
    )


def read_token(token: str, *, now_s: int, key: bytes) -> int:
    """The membership a scanned token stands for. Raises CodeRefused."""
    parts = token.strip().lower().split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isalnum() and len(part) <= 20 for part in parts):
        raise CodeRefused
    membership_id, step = int(parts[0], 36), int(parts[1], 36)
    if membership_id >= 2**62 or not hmac.compare_digest(
        _digest(membership_id, step, key).hex()[:20], parts[2]
    ):
        raise CodeRefused
    if not 0 <= now_s // STEP_S - step <= KEPT_STEPS:
        raise CodeRefused(is_old=True)
    return membership_id


def read_number(text: str, *, now_s: int, key: bytes) -> int:
    """The membership a typed number stands for. Raises CodeRefused; callers limit how often somebody may try."""
    digits = "".join(str(int(ch)) for ch in text if ch.isdecimal())
    if not _DIGITS < len(digits) <= 19 + _DIGITS:
        raise CodeRefused
    membership_id, given = int(digits[:-_DIGITS]), digits[-_DIGITS:]
    if membership_id >= 2**62:
        raise CodeRefused
    step = now_s // STEP_S
    fits = [
        hmac.compare_digest(_short(membership_id, step - age, key), given) for age in range(KEPT_STEPS + 1)
    ]
    if not any(fits):
        raise CodeRefused
    return membership_id


def grouped(digits: str) -> str:
    """Digits in groups of four from the right, as people read them aloud."""
    head = len(digits) % 4
    groups = [digits[:head]] if head else []
    return " ".join(groups + [digits[at : at + 4] for at in range(head, len(digits), 4)])


def _digest(membership_id: int, step: int, key: bytes) -> bytes:
    return hmac.new(key, f"card:{membership_id}:{step}".encode(), hashlib.sha256).digest()


def _short(membership_id: int, step: int, key: bytes) -> str:
    number = int.from_bytes(_digest(membership_id, step, key)[16:24], "big")
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"
