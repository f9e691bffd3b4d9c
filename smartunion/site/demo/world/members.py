"""Who belongs to which union: active, retained, preparatory and left members, and officers with terms."""

import numpy as np
import polars as pl

from smartunion.site.demo.world.employment import NOW, OPEN, Employment
from smartunion.site.demo.world.rng import Floats, Ints, draw, stream
from smartunion.site.demo.world.sizes import Size


def _rates(seed: int, unions: pl.DataFrame) -> Floats:
    """Share of a union's insured workers who are members: most of them in independent unions, half in joint ones."""
    chance = draw(seed, "union rate", unions["union"].to_numpy())
    joint = (unions["kind"] == "joint").to_numpy()
    return np.where(joint, 0.4 + 0.45 * chance, 0.7 + 0.29 * chance)


def _candidates(
    rng: np.random.Generator,
    employment: Employment,
    unions: pl.DataFrame,
    coverage: pl.DataFrame,
    rates: Floats,
) -> pl.DataFrame:
    """Every spell at a covered employer that made its person a member: person, union, employer, start, state."""
    spells = employment.spells.select("person", "employer", "start", "end").join(
        coverage, on="employer", how="inner", maintain_order="left"
    )
    running = (spells["end"] == OPEN).to_numpy()
    age = (NOW // 12) - (employment.births // 10_000)[spells["person"].to_numpy()]
    founded = unions["founded"].to_numpy()[spells["union"].to_numpy()]
    still_there = running | (spells["end"].to_numpy() // 12 >= founded)
    chance = (
        np.where(running, rates[spells["union"].to_numpy()], np.where(age >= 58, 0.62, 0.36)) * still_there
    )
    chosen = spells.filter(pl.Series(rng.random(len(spells)) < chance))
    old = (NOW // 12) - (employment.births // 10_000)[chosen["person"].to_numpy()] >= 60
    chosen = chosen.with_columns(
        key=pl.Series(rng.random(len(chosen))) + pl.when(pl.col("end") == OPEN).then(0.0).otherwise(0.2),
        state=pl.when((pl.col("end") != OPEN) & pl.Series(old))
        .then(pl.lit("retained"))
        .otherwise(pl.lit("active")),
    )
    chosen = chosen.unique(["person", "union"], keep="first", maintain_order=True)
    chosen = chosen.with_columns(order=pl.col("key").rank("ordinal").over("person"))
    twice = pl.Series(rng.random(len(chosen)) < 0.015)
    return chosen.filter((pl.col("order") == 1) | twice).select(
        "person", "union", "employer", "start", "state"
    )


def _uninsured(
    rng: np.random.Generator,
    count: int,
    first: int,
    unions: pl.DataFrame,
    coverage: pl.DataFrame,
    heads: Ints,
) -> pl.DataFrame:
    """Members no insurance row speaks of: new-form workers, office staff, a few at ordinary firms."""
    loose = unions.filter(pl.col("kind") == "new_form")["union"].to_numpy()
    places = coverage.join(unions.select("union", "kind"), on="union", maintain_order="left")
    weight = heads[places["employer"].to_numpy()] * 1.0
    n_loose = int(count * 0.3) if len(loose) else 0
    chosen = rng.choice(len(places), count - n_loose, p=weight / weight.sum())
    new_form = rng.choice(loose, n_loose) if n_loose else np.zeros(0, dtype=np.int64)
    start = NOW - np.floor(rng.exponential(80, count)).astype(np.int64)
    return pl.DataFrame({
        "person": first + np.arange(count),
        "union": np.concatenate([places["union"].to_numpy()[chosen], new_form]),
        "employer": np.concatenate([places["employer"].to_numpy()[chosen], np.full(n_loose, -1)]),
        "start": start,
        "state": ["active"] * count,
    })  # fmt: skip


def enrol(
    size: Size, employment: Employment, unions: pl.DataFrame, coverage: pl.DataFrame, seed: int
) -> tuple[pl.DataFrame, int]:
    """Memberships (member_id, union, person, employer or -1, state, joined as a month number) and how many new people.

    States: active and retained belong to the target number; preparatory (at a town federation, unit has no union)
    and left come on top. New people are numbered after those of the employment.
    """
    rng = stream(seed, "members", size.key)
    known = len(employment.births)
    rates = _rates(seed, unions)
    members = _candidates(rng, employment, unions, coverage, rates)
    if len(members) > size.members * 0.93:
        keep = np.sort(rng.permutation(len(members))[: int(size.members * 0.93)])
        members = members[keep]
    gone = pl.Series(rng.random(len(members)) < 0.03)
    left = members.filter(gone).with_columns(state=pl.lit("left"))
    members = members.filter(~gone)
    extra = _uninsured(rng, size.members - len(members), known, unions, coverage, employment.heads)
    fresh = len(extra)
    taken = pl.concat([members.select("person"), left.select("person")])
    covered = set(coverage["employer"].to_list())
    towns = unions.filter((pl.col("kind") == "federation") & (pl.col("town") != ""))
    waiting = (
        employment.spells.filter(pl.col("end") == OPEN)
        .unique("person", keep="first", maintain_order=True)
        .join(taken, on="person", how="anti", maintain_order="left")
        .filter(~pl.col("employer").is_in(list(covered)))
        .head(max(2, size.members // 150))
    )
    waiting = waiting.with_columns(
        union=pl.Series(rng.choice(towns["union"].to_numpy(), len(waiting))), state=pl.lit("preparatory")
    ).select("person", "union", "employer", "start", "state")
    whole = pl.concat([members, extra.select(members.columns), waiting, left.select(members.columns)])
    founded = unions["founded"].to_numpy()[whole["union"].to_numpy()] * 12
    low = np.minimum(np.maximum(whole["start"].to_numpy(), founded), NOW)
    delay = np.minimum(rng.exponential(5, len(whole)), (NOW - low) * rng.random(len(whole)))
    joined = low + np.floor(delay).astype(np.int64)
    order = rng.permutation(len(whole))
    whole = whole.with_columns(joined=pl.Series(joined)).select(
        "union", "person", "employer", "state", "joined"
    )[order]
    return whole.with_columns(
        member_id=pl.int_range(1_000_001, 1_000_001 + len(whole), dtype=pl.Int64)
    ), fresh


def officers(unions: pl.DataFrame, memberships: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Officers drawn from each union's members: union, person, role, term_start, term_end (month numbers).

    Roles: chair, vice_chair, audit_chair, women_chair, organiser (small unions have a chair alone). Terms are three
    or five years; some have run out, as they do.
    """
    active = memberships.filter(pl.col("state") == "active").with_columns(
        key=pl.Series(
            draw(seed, "officer", memberships.filter(pl.col("state") == "active")["member_id"].to_numpy())
        )
    )
    ranked = active.sort("union", "key").with_columns(
        place=pl.int_range(pl.len()).over("union"), total=pl.len().over("union")
    )
    roles = pl.DataFrame({"place": [0, 1, 2, 3], "role": ["chair", "audit_chair", "women_chair", "vice_chair"],
                          "least": [1, 8, 15, 40]})  # fmt: skip
    chosen = ranked.join(roles, on="place", maintain_order="left").filter(pl.col("total") >= pl.col("least"))
    ids = chosen["union"].to_numpy()
    length = np.where(draw(seed, "term length", ids) < 0.3, 36, 60)
    passed = np.floor(draw(seed, "term age", ids) * (length + 7)).astype(np.int64)
    start: Ints = NOW - passed
    return chosen.select("union", "person", "role").with_columns(
        term_start=pl.Series(start), term_end=pl.Series(start + length)
    )
