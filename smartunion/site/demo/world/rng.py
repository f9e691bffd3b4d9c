"""Chance that can be repeated: named random streams, and draws that depend on a row's id alone.

A stream (`stream`) is for building a world from nothing. Draws by id (`draw`) are for errors laid over its rows:
adding rows next month does not change what happened to the old ones.
"""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]


def stream(seed: int, *names: str) -> np.random.Generator:
    """A generator of its own for one named stage, so that a new stage never shifts another."""
    words = [seed & 0xFFFFFFFF, seed >> 32, *(zlib.crc32(name.encode()) for name in names)]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


def draw(seed: int, salt: str, ids: Ints) -> Floats:
    """One number in [0, 1) per id: the same for the same seed, salt and id, whatever rows stand around it.

    Source: SplitMix64 finaliser (Steele, Lea, Flood 2014).
    """
    key = np.uint64((zlib.crc32(salt.encode()) << 32 | (seed & 0xFFFFFFFF)) & 0xFFFFFFFFFFFFFFFF)
    with np.errstate(over="ignore"):
        z = ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + key
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    result: Floats = (z >> np.uint64(11)).astype(np.float64) / float(1 << 53)
    return result


def pick(uniform: Floats, weights: Sequence[float] | Floats) -> Ints:
    """Index drawn by weight for each uniform number in [0, 1)."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    index = np.searchsorted(edges / edges[-1], uniform, side="right")
    return np.minimum(index, len(edges) - 1).astype(np.int64)


def spread(uniform: Floats, parts: Sequence[float]) -> tuple[Bools, ...]:
    """Cut [0, 1) into one mask per part, in order; what is left over belongs to nobody.

    Used for exclusive errors: `spread(u, (0.1, 0.05))` marks 10 % of the rows, and another 5 %.
    """
    masks: list[Bools] = []
    low = 0.0
    for part in parts:
        masks.append((uniform >= low) & (uniform < low + part))
        low += part
    return tuple(masks)


def zipf(count: int, *, offset: float = 4.0, power: float = 0.9) -> Floats:
    """Weights falling with rank, for lists written from the most to the least common."""
    ranks = np.arange(count, dtype=np.float64)
    weights: Floats = 1.0 / (ranks + offset) ** power
    return weights
