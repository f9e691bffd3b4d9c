"""The people themselves: names, sex, birth, made-up identity numbers and phones."""

import numpy as np
import polars as pl

from smartunion.site.demo.world import codes
from smartunion.site.demo.world.persons import full_names
from smartunion.site.demo.world.persons_words import MIGRANT_PROVINCES, MINORITIES
from smartunion.site.demo.world.places import Place, divisions
from smartunion.site.demo.world.rng import Ints, pick, stream
from smartunion.site.demo.world.sizes import Size

#: How often people who drew somebody else's number draw again; a city needs about ten.
_TRIES = 80


def populate(size: Size, place: Place, births: Ints, seed: int, first: int = 0) -> pl.DataFrame:
    """One row per person, row number = person: name, male, birth (yyyymmdd), id_no, mobile, local, native, ethnicity.

    births: yyyymmdd. ID numbers have right check digits and county codes nobody was ever given; see codes.py.
    first: number of the first of them, for newcomers.
    """
    rng = stream(seed, "people", size.key, str(first))
    count = len(births)
    male = rng.random(count) < 0.57
    local = rng.random(count) < 0.56
    every = [code for code in divisions()["code"].to_list() if len(code) == 6 and code != "330200"]
    here = np.array([330290 + every.index(code) for code in place.areas["code"]])
    home = here[pick(rng.random(count), place.areas["weight"].to_numpy())]
    province = pick(rng.random(count), [weight for _, _, weight in MIGRANT_PROVINCES])
    far = np.array([int(code) * 10_000 + 9_900 for code, _, _ in MIGRANT_PROVINCES])[province]
    area = np.where(local, home, far + rng.integers(1, 100, count))
    low, high = (0, 450) if first == 0 else (450, 500)
    sequence = rng.integers(low, high, count) * 2 + male
    ids = codes.resident_ids(area, births, sequence)
    for _ in range(_TRIES):
        twin = np.flatnonzero((~ids.is_first_distinct()).to_numpy())
        if len(twin) == 0:
            break
        sequence[twin] = rng.integers(low, high, len(twin)) * 2 + male[twin]
        area[twin] = np.where(
            local[twin], area[twin], area[twin] // 100 * 100 + rng.integers(1, 100, len(twin))
        )
        ids = codes.resident_ids(area, births, sequence)
    else:
        raise RuntimeError("more people were born on one day in one county than there are numbers for them")
    native = pl.Series([name for _, name, _ in MIGRANT_PROVINCES]).gather(province)
    minority = pl.Series([name for name, _ in MINORITIES]).gather(
        pick(rng.random(count), [w for _, w in MINORITIES])
    )
    southwest = np.isin(province, [0, 6, 12]) & ~local
    is_minority = pl.Series(rng.random(count) < np.where(southwest, 0.28, 0.008))
    return pl.DataFrame({
        "name": full_names(rng, male=male, birth_years=births // 10_000, local=local),
        "male": male,
        "birth": births,
        "id_no": ids,
        "mobile": codes.mobiles(first + rng.permutation(count)),
        "local": local,
        "native": native.set(pl.Series(local), "浙江省宁波市"),
        "ethnicity": minority.set(~is_minority, "汉族"),
    })  # fmt: skip
