"""What the tax office collected for unions in the four quarters before a day, quarter by quarter."""

from datetime import date

import numpy as np
import polars as pl

from smartunion.site.demo.extracts import aliases
from smartunion.site.demo.world import World
from smartunion.site.demo.world.rng import draw

QUARTERS = 4
RATE = 0.02
#: Shares of firms with a union of their own: pay less than is due, stop half way, appear in no row.
_LESS, _STOPS, _NEVER = 0.09, 0.04, 0.08
#: Share of firms of 25 people and more without a union from which the preparatory fund is collected already.
_PREPARING, _PEOPLE = 0.3, 25


def contributions(world: World, as_of: date) -> pl.DataFrame:
    """Columns of the standard table; amounts in yuan. Firms with a union of their own, and some without one."""
    seed = world.seed
    firms = world.taxes.sort("employer", "year").unique("employer", keep="last", maintain_order=True)
    ids = firms["employer"].to_numpy()
    people = firms["employees"].fill_null(0).to_numpy()
    has_union = np.isin(ids, world.unions["employer"].to_numpy())
    prepares = ~has_union & (people >= _PEOPLE) & (draw(seed, "dues preparing", ids) < _PREPARING)
    lot = draw(seed, "dues", ids)
    pays = (has_union & (lot >= _NEVER)) | prepares
    less = (lot >= _NEVER) & (lot < _NEVER + _LESS) & has_union
    stops = (lot >= _NEVER + _LESS) & (lot < _NEVER + _LESS + _STOPS) & has_union
    wage = 4800 + np.floor(draw(seed, "dues wage", ids) * 90) * 50
    names = aliases.written(world.employers, ids, np.full(len(ids), aliases.EXACT), seed)
    codes = world.employers["uscc"].gather(ids)
    parts = []
    for back in range(QUARTERS, 0, -1):
        first = _quarter_before(as_of, back)
        here = pays & ~(stops & (back <= QUARTERS // 2)) & (people > 0)
        wages = people * wage * 3
        due = np.round(wages * RATE, 2)
        paid = np.where(less & (back <= 2), np.round(due * 0.4, 2), due)
        parts.append(
            pl.DataFrame({
                "tax_code": codes, "taxpayer_name": names, "item": np.where(has_union, "工会经费", "建会筹备金"),
                "period_from": np.full(len(ids), first), "period_to": np.full(len(ids), first + 2), "wages": wages, "due": due,
                "paid": paid, "paid_month": np.full(len(ids), first + 3 if first % 100 < 10 else first + 91),
            }).filter(pl.Series(here))
        )  # fmt: skip
    return pl.concat(parts)


def _quarter_before(day: date, back: int) -> int:
    """The first month, as 202607, of the quarter that ended so many quarters ago."""
    number = day.year * 4 + (day.month - 1) // 3 - back
    return number // 4 * 100 + number % 4 * 3 + 1
