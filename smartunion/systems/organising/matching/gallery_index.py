"""Finds the few names in a big gallery that are worth a close look: an inverted index in flat numpy arrays.

Grams are single characters, pairs of characters and pairs of syllables, so that a slip in one character, by look or
by sound, leaves most grams standing. No name is parsed to build it: a million names take seconds, and about 300
bytes each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smartunion.systems.organising.matching.names_sound import sound_of

_PAIR: Final = np.int64(1 << 21)
_SOUNDS: Final = np.int64(1 << 42)
_SOUND_WEIGHT: Final = 0.6
_CHAR_WEIGHT: Final = 0.5

Ints = NDArray[np.int64]


def _codepoints(text: str) -> Ints:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)


class _Sounds:
    """Numbers for syllables: characters that sound the same get the same number."""

    def __init__(self) -> None:
        self.by_syllable: dict[str, int] = {}
        self.by_char: dict[int, int] = {}

    def number(self, code: int) -> int:
        found = self.by_char.get(code)
        if found is None:
            syllable = sound_of(chr(code))
            found = self.by_char[code] = self.by_syllable.setdefault(syllable, len(self.by_syllable) + 1)
        return found

    def of(self, codes: Ints) -> Ints:
        unique, inverse = np.unique(codes, return_inverse=True)
        table = np.array([self.number(int(code)) for code in unique], dtype=np.int64)
        return table[inverse]


class GramIndex:
    """Which texts hold which grams; rank() returns the best places for a query text."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.size = len(texts)
        self._sounds = _Sounds()
        owner = np.repeat(
            np.arange(self.size, dtype=np.int32),
            np.fromiter(map(len, texts), dtype=np.int64, count=self.size),
        )
        codes = _codepoints("".join(texts))
        keys, owners = self._grams(codes, owner)
        order = np.argsort(keys, kind="stable")
        keys, self._owners = keys[order], owners[order]
        self._keys, starts = np.unique(keys, return_index=True)
        self._starts = np.append(starts, len(keys)).astype(np.int64)

    def _grams(self, codes: Ints, owner: NDArray[np.int32]) -> tuple[Ints, NDArray[np.int32]]:
        if not len(codes):
            return np.empty(0, np.int64), np.empty(0, np.int32)
        sounds = self._sounds.of(codes)
        inside = owner[1:] == owner[:-1]
        pairs = (codes[:-1] * _PAIR + codes[1:])[inside]
        heard = (_SOUNDS + sounds[:-1] * _PAIR + sounds[1:])[inside]
        return np.concatenate([codes, pairs, heard]), np.concatenate(
            [owner, owner[:-1][inside], owner[:-1][inside]]
        )

    def rank(self, text: str, limit: int) -> Ints:
        """Places of the texts that share the rarest grams with the query, best first."""
        if not text or not self.size:
            return np.empty(0, np.int64)
        codes = _codepoints(text)
        keys = np.unique(self._grams(codes, np.zeros(len(codes), np.int32))[0])
        at = np.searchsorted(self._keys, keys)
        at[at == len(self._keys)] = 0
        at = at[self._keys[at] == keys]
        if not len(at):
            return np.empty(0, np.int64)
        starts, ends = self._starts[at], self._starts[at + 1]
        counts = ends - starts
        found = self._keys[at]
        weight = np.log(self.size / counts + 1.0)
        weight *= np.where(found < _PAIR, _CHAR_WEIGHT, np.where(found >= _SOUNDS, _SOUND_WEIGHT, 1.0))
        budget = max(20_000, self.size)
        kept = np.argsort(counts, kind="stable")
        kept = kept[np.cumsum(counts[kept]) - counts[kept] <= budget]
        owners = np.concatenate([self._owners[starts[k] : ends[k]] for k in kept])
        weights = np.repeat(weight[kept], counts[kept])
        if self.size <= 4 * len(owners):
            scores = np.bincount(owners, weights=weights, minlength=self.size)
            places = np.flatnonzero(scores)
            scores = scores[places]
        else:
            places, inverse = np.unique(owners, return_inverse=True)
            scores = np.bincount(inverse, weights=weights)
        if len(places) > limit:
            best = np.argpartition(-scores, limit - 1)[:limit]
            places, scores = places[best], scores[best]
        ranked: Ints = places[np.lexsort((places, -scores))].astype(np.int64)
        return ranked

    def holding_all(self, text: str) -> Ints:
        """Places of the texts that hold every character of the query, in any order."""
        lists = []
        for code in np.unique(_codepoints(text)):
            at = int(np.searchsorted(self._keys, code))
            if at == len(self._keys) or self._keys[at] != code:
                return np.empty(0, np.int64)
            lists.append(self._owners[self._starts[at] : self._starts[at + 1]])
        lists.sort(key=len)
        places = np.unique(lists[0]) if lists else np.empty(0, np.int32)
        for more in lists[1:]:  # each list is in rising order
            near = np.minimum(np.searchsorted(more, places), len(more) - 1)
            places = places[more[near] == places]
        return places.astype(np.int64)

    def document_frequency(self, text: str) -> int:
        """In how many texts the two or more characters stand together, at most; 0 when somewhere they never do."""
        codes = _codepoints(text)
        keys = codes[:-1] * _PAIR + codes[1:] if len(codes) > 1 else codes
        at = np.searchsorted(self._keys, keys)
        at[at == len(self._keys)] = 0
        counts = np.where(self._keys[at] == keys, self._starts[at + 1] - self._starts[at], 0)
        return int(counts.min()) if len(counts) else 0


class ExactIndex:
    """Places of equal texts, found by hash; 16 bytes a text."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        hashes = np.fromiter(map(hash, texts), dtype=np.int64, count=len(texts))
        self._order = np.argsort(hashes, kind="stable").astype(np.int32)
        self._hashes = hashes[self._order]

    def find(self, text: str) -> list[int]:
        """The places of this very text."""
        key = np.int64(hash(text))
        start, end = np.searchsorted(self._hashes, key, "left"), np.searchsorted(self._hashes, key, "right")
        return [int(place) for place in self._order[start:end] if self._texts[place] == text]
