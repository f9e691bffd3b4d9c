"""Identity codes by the million: numbers in, text columns out, check digits by the national standards.

Numbers made here belong to nobody. Resident IDs carry a county code that was never assigned (…9x in the place's own
prefecture, city code 99 elsewhere); mobile numbers begin with 154, a prefix no operator has; organisation codes of
invented firms begin with MY or are plain numbers.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from smartunion.site.demo.world.rng import Bools, Bytes, Ints

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ORG_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ASCII = np.frombuffer(USCC_ALPHABET.encode(), dtype=np.uint8)
_ID_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_VALUE = np.zeros(128, dtype=np.int64)
for _position, _letter in enumerate(USCC_ALPHABET):
    _VALUE[ord(_letter)] = _position
_ORDINAL = np.zeros(128, dtype=np.int64)
for _position, _letter in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
    _ORDINAL[ord(_letter)] = _position


def text(matrix: Bytes) -> pl.Series:
    """A text column from a matrix of ASCII bytes, one row per code (no Python loop)."""
    count, width = matrix.shape
    offsets = np.arange(count + 1, dtype=np.int64) * width
    data = np.ascontiguousarray(matrix)
    array = pa.LargeStringArray.from_buffers(
        count, pa.py_buffer(offsets.tobytes()), pa.py_buffer(data.tobytes())
    )
    series = pl.from_arrow(array)
    if not isinstance(series, pl.Series):
        raise TypeError("an Arrow array did not become a column")
    return series


def digits(values: Ints, width: int) -> Bytes:
    """Decimal digits as ASCII bytes, left padded with zeros."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    result: Bytes = (values[:, None] // powers % 10 + 48).astype(np.uint8)
    return result


def _constant(word: str, count: int) -> Bytes:
    row = np.frombuffer(word.encode(), dtype=np.uint8)
    return np.broadcast_to(row, (count, len(row)))


def organisation_codes(numbers: Ints, recent: Bools) -> Bytes:
    """Nine bytes: eight of body and the check character of GB 11714.

    numbers: below 31**6, unique among `recent` and among the others. recent: given after October 2015 (MY……).
    """
    count = len(numbers)
    body = digits(numbers % 100_000_000, 8)
    letters = np.empty((count, 8), dtype=np.uint8)
    letters[:, :2] = _constant("MY", count)
    rest = numbers.copy()
    for place in range(7, 1, -1):
        letters[:, place] = _ASCII[rest % 31]
        rest //= 31
    body = np.where(recent[:, None], letters, body)
    check = 11 - (_ORDINAL[body] * _ORG_WEIGHTS).sum(axis=1) % 11
    last = np.where(check == 10, ord("X"), np.where(check == 11, 48, check + 48)).astype(np.uint8)
    return np.column_stack([body, last])


def uscc(kinds: pl.Series, areas: Ints, organisation: Bytes) -> pl.Series:
    """Unified social credit codes of GB 32100: two-character kind, six-digit area, organisation code, check."""
    count = len(areas)
    prefix = np.frombuffer("".join(kinds.to_list()).encode(), dtype=np.uint8).reshape(count, 2)
    body = np.column_stack([prefix, digits(areas, 6), organisation])
    check = (31 - (_VALUE[body] * _USCC_WEIGHTS).sum(axis=1) % 31) % 31
    return text(np.column_stack([body, _ASCII[check]]))


def registration_numbers(areas: Ints, serials: Ints) -> pl.Series:
    """15-digit registration numbers as used before the unified code: area, eight-digit serial, check (MOD 11,10)."""
    body = np.column_stack([digits(areas, 6), digits(serials, 8)])
    carry = np.full(len(areas), 10, dtype=np.int64)
    for place in range(14):
        total = (carry + body[:, place] - 48) % 10
        carry = np.where(total == 0, 10, total) * 2 % 11
    check = ((11 - carry) % 10 + 48).astype(np.uint8)
    return text(np.column_stack([body, check]))


def resident_ids(areas: Ints, births: Ints, sequence: Ints) -> pl.Series:
    """18-character resident ID numbers. births: yyyymmdd; sequence: 0–999, odd for men."""
    body = np.column_stack([digits(areas, 6), digits(births, 8), digits(sequence, 3)])
    check = _ID_CHECK[((body - 48).astype(np.int64) * _ID_WEIGHTS).sum(axis=1) % 11]
    return text(np.column_stack([body, check]))


def mobiles(numbers: Ints) -> pl.Series:
    """Mobile numbers of the prefix 154, which no operator has; scattered, and unique for unique numbers below 10**8."""
    scattered = numbers * 61_803_399 % 100_000_000
    return text(np.column_stack([_constant("154", len(numbers)), digits(scattered, 8)]))
