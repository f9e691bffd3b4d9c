"""Errors as people and systems make them, laid over clean columns.

Every function takes the rows' ids: what happens to a row depends on its id, the seed and the salt alone.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from smartunion.site.demo.world.persons_words import ALIKE
from smartunion.site.demo.world.rng import Bools, Ints, draw, spread

_TWINS: dict[str, str] = {}
for _group in ALIKE:
    for _place, _letter in enumerate(_group):
        if len(_group) > 1:
            _TWINS.setdefault(_letter, _group[(_place + 1) % len(_group)])
_LOOKS = {"0": "O", "1": "I", "2": "Z", "5": "S", "8": "B", "B": "8", "6": "G"}
_FULL_WIDTH = {ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
BLANK_WORDS = ("无", "/", "—", "暂无", "0")


@dataclass(frozen=True)
class CodeErrors:
    """Shares of rows whose code is not as it should be; they exclude one another."""

    missing: float = 0.0
    mistyped: float = 0.0
    lower: float = 0.0
    blanks: float = 0.0
    old: float = 0.0
    short: float = 0.0
    other: float = 0.0
    wide: float = 0.0

    def shares(self, noise: float) -> tuple[float, ...]:
        """The shares times noise, kept below 95 % together."""
        parts = (
            self.missing,
            self.mistyped,
            self.lower,
            self.blanks,
            self.old,
            self.short,
            self.other,
            self.wide,
        )
        factor = min(noise, 0.95 / max(sum(parts), 1e-9))
        return tuple(part * factor for part in parts)


def mistyped(text: str, how: float, where: float) -> str:
    """One slip of the keyboard: a wrong, swapped, lost or look-alike character."""
    if len(text) < 3:
        return text
    place = min(int(where * (len(text) - 1)), len(text) - 2)
    letter = text[place]
    if how < 0.45:
        wrong = str((int(letter) + 1 + int(how * 100) % 8) % 10) if letter.isdigit() else "8"
        return text[:place] + wrong + text[place + 1 :]
    if how < 0.7:
        return text[:place] + text[place + 1] + letter + text[place + 2 :]
    if how < 0.85:
        return text[:place] + text[place + 1 :]
    for at, character in enumerate(text):
        if at >= place and character in _LOOKS:
            return text[:at] + _LOOKS[character] + text[at + 1 :]
    return text[:place] + "0" + text[place + 1 :]


def _rows(mask: Bools) -> Ints:
    return np.flatnonzero(mask).astype(np.int64)


def replaced(values: pl.Series, rows: Ints, new: list[str]) -> pl.Series:
    """values with other text in some rows."""
    return values.scatter(rows, pl.Series(new, dtype=pl.String)) if len(rows) else values


def codes(
    values: pl.Series, ids: Ints, seed: int, salt: str, errors: CodeErrors, noise: float,
    *, old: pl.Series | None = None, other: pl.Series | None = None,
) -> pl.Series:  # fmt: skip
    """Unified codes with errors. old: the 15-digit number of each row; other: another firm's code."""
    chance = draw(seed, salt, ids)
    how, where = draw(seed, salt + " how", ids), draw(seed, salt + " where", ids)
    clean = values
    missing, slip, lower, blanks, former, short, wrong, wide = spread(chance, errors.shares(noise))
    given = (clean.str.len_chars() > 0).to_numpy()
    result = values
    rows = _rows(missing & given)
    result = replaced(
        result,
        rows,
        [BLANK_WORDS[int(h * 5)] if w < 0.08 else "" for h, w in zip(how[rows], where[rows], strict=True)],
    )
    rows = _rows(slip & given)
    result = replaced(
        result,
        rows,
        [mistyped(t, h, w) for t, h, w in zip(clean.gather(rows), how[rows], where[rows], strict=True)],
    )
    rows = _rows(lower & given)
    result = replaced(result, rows, clean.gather(rows).str.to_lowercase().to_list())
    rows = _rows(blanks & given)
    result = replaced(
        result, rows, [_spaced(t, w) for t, w in zip(clean.gather(rows), where[rows], strict=True)]
    )
    rows = _rows(wide & given)
    result = replaced(result, rows, [t.translate(_FULL_WIDTH) for t in clean.gather(rows)])
    rows = _rows(short & given)
    result = replaced(
        result, rows, [_organisation(t, w) for t, w in zip(clean.gather(rows), where[rows], strict=True)]
    )
    if old is not None:
        rows = _rows(former & given & (old.str.len_chars() > 0).to_numpy())
        result = replaced(result, rows, old.gather(rows).to_list())
    if other is not None:
        rows = _rows(wrong & given)
        result = replaced(result, rows, other.gather(rows).to_list())
    return result


def _organisation(code: str, where: float) -> str:
    body, check = code[8:16], code[16:17]
    return f"{body}-{check}" if where < 0.4 else body + check


def _spaced(code: str, where: float) -> str:
    if where < 0.3:
        return code + " "
    if where < 0.5:
        return " " + code
    if where < 0.6:
        return code + "\u3000"
    return f"{code[:8]} {code[8:]}"


def person_names(values: pl.Series, ids: Ints, seed: int, salt: str, share: float) -> pl.Series:
    """People's names with slips: a like-sounding character, a space inside, a lost character."""
    chance = draw(seed, salt + " name", ids)
    rows = _rows(chance < share)
    how = draw(seed, salt + " name how", ids)[rows]
    return replaced(values, rows, [_name_slip(t, h) for t, h in zip(values.gather(rows), how, strict=True)])


def _name_slip(name: str, how: float) -> str:
    if how < 0.62:
        places = [at for at in range(len(name) - 1, -1, -1) if name[at] in _TWINS]
        if places:
            at = places[int(how * 10) % len(places)]
            return name[:at] + _TWINS[name[at]] + name[at + 1 :]
    if how < 0.85:
        return f"{name[0]} {name[1:]}" if len(name) == 2 else name + " "
    return name[:-1] if len(name) == 3 else name


def resident_ids(
    values: pl.Series, births: Ints, ids: Ints, seed: int, salt: str, shares: tuple[float, ...]
) -> pl.Series:
    """Resident IDs with errors.

    shares: missing, mistyped, 15-digit (older people only), lower-case x, spaced, damaged by a spreadsheet (last digits
    zero), in scientific notation, full-width; and the share of final X written small.
    """
    chance = draw(seed, salt + " id", ids)
    how, where = draw(seed, salt + " id how", ids), draw(seed, salt + " id where", ids)
    missing, slip, old, lower, spaced, damaged, scientific, wide = spread(chance, shares[:8])
    result = replaced(values, _rows(missing), [""] * int(missing.sum()))
    rows = _rows(slip)
    result = replaced(
        result,
        rows,
        [mistyped(t, h, w) for t, h, w in zip(values.gather(rows), how[rows], where[rows], strict=True)],
    )
    rows = _rows(old & (births < 19_800_000))
    result = replaced(result, rows, (values.str.slice(0, 6) + values.str.slice(8, 9)).gather(rows).to_list())
    rows = _rows(lower)
    result = replaced(result, rows, values.gather(rows).str.to_lowercase().to_list())
    ending_x = values.str.ends_with("X").to_numpy() & ~missing & ~slip & (where < shares[8])
    rows = _rows(ending_x & ~old)
    result = replaced(result, rows, values.gather(rows).str.to_lowercase().to_list())
    rows = _rows(spaced)
    result = replaced(
        result, rows, [_spaced_id(t, w) for t, w in zip(values.gather(rows), where[rows], strict=True)]
    )
    rows = _rows(damaged)
    result = replaced(result, rows, (values.str.head(15) + "000").gather(rows).to_list())
    rows = _rows(scientific)
    result = replaced(result, rows, [f"{int(t[:17]) * 10:.5E}" for t in values.gather(rows)])
    rows = _rows(wide)
    return replaced(result, rows, [t.translate(_FULL_WIDTH) for t in values.gather(rows)])


def _spaced_id(code: str, where: float) -> str:
    if where < 0.5:
        return code + " "
    if where < 0.75:
        return f"{code[:6]} {code[6:14]} {code[14:]}"
    return "'" + code


def mobiles(values: pl.Series, ids: Ints, seed: int, salt: str, shares: tuple[float, ...]) -> pl.Series:
    """Phones with errors. shares: missing, changed since, mistyped, written with hyphens, with +86, damaged ('.0')."""
    chance = draw(seed, salt + " phone", ids)
    how, where = draw(seed, salt + " phone how", ids), draw(seed, salt + " phone where", ids)
    missing, changed, slip, hyphens, prefixed, numeric = spread(chance, shares)
    result = replaced(values, _rows(missing), [""] * int(missing.sum()))
    fresh = pl.Series(np.floor(how[changed] * 1e8).astype(np.int64)).cast(pl.String).str.zfill(8)
    result = replaced(result, _rows(changed), ("154" + fresh).to_list())
    rows = _rows(slip)
    result = replaced(
        result,
        rows,
        [mistyped(t, h, w) for t, h, w in zip(values.gather(rows), how[rows], where[rows], strict=True)],
    )
    rows = _rows(hyphens)
    parts = values.gather(rows)
    result = replaced(
        result, rows, (parts.str.head(3) + "-" + parts.str.slice(3, 4) + "-" + parts.str.slice(7)).to_list()
    )
    rows = _rows(prefixed)
    result = replaced(result, rows, ("+86" + values.gather(rows)).to_list())
    rows = _rows(numeric)
    return replaced(result, rows, (values.gather(rows) + ".0").to_list())
