"""Identifiers people and devices see: time-ordered ids made on the client or here, and readable references."""

import os
import secrets
import time
from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from pydantic import Field

from smartunion.core.numbers import whole_number

#: The key of a stored row, its version or a cursor, as a caller of the API gives it: no more than JSON and every database hold.
RowId = Annotated[int, Field(ge=0, le=2**53 - 1)]
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
#: No 0/O, 1/I/L, U/V: codes are read aloud and typed from paper.
READABLE = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def row_ids(texts: Iterable[str]) -> list[int]:
    """Keys of rows a form or an address names, in their order; what is no number, or none a database holds, is left out."""
    return [number for text in texts if (number := whole_number(text)) is not None]


def row_id(text: str) -> int:
    """The key of a row a form or an address names; 0, which no row has, where it is none."""
    return next(iter(row_ids([text])), 0)


def uuid7() -> UUID:
    """A time-ordered UUID (RFC 9562 version 7), so that indexes grow at one end."""
    millis = time.time_ns() // 1_000_000
    raw = bytearray(millis.to_bytes(6, "big") + os.urandom(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return UUID(bytes=bytes(raw))


def base36(number: int) -> str:
    """A non-negative number in lower-case base 36."""
    if number == 0:
        return "0"
    out = ""
    while number:
        number, rest = divmod(number, 36)
        out = _DIGITS[rest] + out
    return out


def readable(length: int = 8) -> str:
    """A random code of unambiguous letters and digits."""
    return "".join(secrets.choice(READABLE) for _ in range(length))
