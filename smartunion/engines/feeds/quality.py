"""The quality report of a standard table: per column how much is filled, valid and distinct; vectorised, pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from smartunion.engines.feeds.standard import Column, StandardTable

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"


@dataclass(frozen=True)
class ColumnQuality:
    """One column: rows filled; filled but invalid by its kind's check; distinct values among the filled."""

    key: str
    filled: int
    invalid: int
    distinct: int


def report(
    frame: pl.DataFrame, table: StandardTable, unread: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """Counts of the table and its columns: {"rows", "duplicates", "columns": [{key, filled, invalid, distinct}]}.

    duplicates: rows whose identity columns repeat an earlier row. unread: column → values that were filled in the file
    and could not be read; they count as filled and invalid.
    """
    lost = unread or {}
    columns = [
        asdict(_quality(frame, column, lost.get(column.key, 0)))
        for column in table.columns
        if column.key in frame.columns
    ]
    identity = [
        key for key in table.identity if key in frame.columns and frame[key].null_count() < frame.height
    ]
    duplicates = frame.height - frame.select(identity).n_unique() if identity and frame.height else 0
    return {"rows": frame.height, "duplicates": duplicates, "columns": columns}


def _quality(frame: pl.DataFrame, column: Column, unread: int) -> ColumnQuality:
    values = frame[column.key].drop_nulls()
    if values.dtype == pl.String:
        values = values.filter(values != "")
    wrong = int(invalid(values, column.kind).sum()) + unread
    return ColumnQuality(column.key, len(values) + unread, wrong, values.n_unique())


def invalid(values: pl.Series, kind: str) -> pl.Series:
    """Which values fail the check of their kind; True means invalid. Text of no special kind never fails."""
    name = values.name
    frame = values.to_frame()
    folded = pl.col(name).cast(pl.String).str.replace_all(r"\s", "").str.to_uppercase()
    if kind == "uscc":
        wrong = pl.when(folded.str.len_chars() == 18).then(~_uscc_ok(folded)).otherwise(
            ~folded.str.contains(r"^[0-9A-Z]{9}$|^[0-9]{15}$|^[0-9A-Z]{15}$|^[0-9A-Z]{20}$")
        )  # fmt: skip
    elif kind == "resident_id":
        wrong = pl.when(folded.str.len_chars() == 18).then(~_resident_ok(folded)).otherwise(
            ~folded.str.contains(r"^[0-9]{15}$")
        )  # fmt: skip
    elif kind == "mobile":
        wrong = ~folded.str.contains(r"^(\+?86)?1[3-9][0-9]{9}$")
    elif kind == "month":
        wrong = ~folded.str.contains(r"^(19|20)[0-9]{2}(0[1-9]|1[0-2])$")
    elif kind == "year":
        wrong = ~folded.str.contains(r"^(1[89]|20)[0-9]{2}$")
    else:
        return pl.Series(name, [False] * len(values), dtype=pl.Boolean)
    return frame.select(wrong.fill_null(value=True).alias(name)).to_series()


def _weighted(folded: pl.Expr, alphabet: str, weights: tuple[int, ...]) -> pl.Expr:
    """Sum of character values times weights; null when a character is outside the alphabet."""
    digits = {character: value for value, character in enumerate(alphabet)}
    terms = [
        folded.str.slice(position, 1).replace_strict(digits, default=None, return_dtype=pl.Int32) * weight
        for position, weight in enumerate(weights)
    ]
    return pl.sum_horizontal(terms, ignore_nulls=False)


def _uscc_ok(folded: pl.Expr) -> pl.Expr:
    value = {character: number for number, character in enumerate(_ALPHABET)}
    last = folded.str.slice(17, 1).replace_strict(value, default=None, return_dtype=pl.Int32)
    return ((31 - _weighted(folded, _ALPHABET, _USCC_WEIGHTS) % 31) % 31 == last).fill_null(value=False)


def _resident_ok(folded: pl.Expr) -> pl.Expr:
    rest = _weighted(folded, "0123456789", _ID_WEIGHTS) % 11
    expected = rest.replace_strict(dict(enumerate(_ID_CHECK)), default=None, return_dtype=pl.String)
    return (expected == folded.str.slice(17, 1)).fill_null(value=False)
