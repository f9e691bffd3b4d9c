"""People's names by sex, birth cohort and origin."""

from functools import cache

import numpy as np
import polars as pl

from smartunion.site.demo.world.persons_words import (
    COHORTS,
    FASHIONABLE,
    GIVEN_FIRST,
    GIVEN_SECOND,
    LOCAL_ONLY,
    LOCAL_SURNAMES,
    SINGLE,
    SINGLE_RATIO,
    SURNAMES,
)
from smartunion.site.demo.world.rng import Bools, Floats, Ints, pick, zipf


@cache
def _surnames(local: bool) -> tuple[pl.Series, Floats]:
    pairs = list(SURNAMES)
    if local:
        pairs = [(name, weight * LOCAL_SURNAMES.get(name, 1.0)) for name, weight in pairs] + list(LOCAL_ONLY)
    return pl.Series([name for name, _ in pairs]), np.array([weight for _, weight in pairs])


@cache
def _given(cohort: int, sex: int) -> tuple[pl.Series, Floats]:
    """Given names with weights summing to one: single characters, pairs and fashionable wholes."""
    key = (cohort, sex)
    single_share = SINGLE_RATIO[cohort][1 - sex]
    singles, first, second = SINGLE[key], GIVEN_FIRST[key], GIVEN_SECOND[key]
    single_weights = zipf(len(singles), offset=2)
    pair_weights = np.outer(zipf(len(first), offset=6), zipf(len(second), offset=6))
    names = [*singles, *(a + b for a in first for b in second), *FASHIONABLE[key].split()]
    fashionable = np.full(len(FASHIONABLE[key].split()), pair_weights.max() * 1.5)
    same = np.array([a == b for a in first for b in second])
    pairs = np.where(same, pair_weights.ravel() * 0.2, pair_weights.ravel())
    doubles = np.concatenate([pairs, fashionable])
    weights = np.concatenate(
        [single_weights / single_weights.sum() * single_share, doubles / doubles.sum() * (1 - single_share)]
    )
    return pl.Series(names), weights


def full_names(rng: np.random.Generator, *, male: Bools, birth_years: Ints, local: Bools) -> pl.Series:
    """One full name per row; same-name people turn up as often as they do among real ones."""
    count = len(male)
    surname = np.empty(count, dtype=np.int64)
    local_names, local_weights = _surnames(local=True)
    other_names, other_weights = _surnames(local=False)
    chance = rng.random(count)
    surname[local] = pick(chance[local], local_weights)
    surname[~local] = pick(chance[~local], other_weights) + len(local_names)
    pools: list[pl.Series] = []
    given = np.empty(count, dtype=np.int64)
    chance = rng.random(count)
    cohort_of = np.clip(birth_years // 10 * 10, COHORTS[0], COHORTS[-1])
    start = 0
    for cohort in COHORTS:
        for sex in (0, 1):
            rows = (cohort_of == cohort) & (male == bool(sex))
            names, weights = _given(cohort, sex)
            given[rows] = pick(chance[rows], weights) + start
            start += len(names)
            pools.append(names)
    surnames = pl.concat([local_names, other_names])
    return surnames.gather(surname) + pl.concat(pools).gather(given)
