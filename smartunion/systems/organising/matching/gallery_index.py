"""Finds the few names in a big gallery that are worth a close look: an inverted index in flat numpy arrays.

Grams are single characters, pairs of characters and pairs of syllables, so that a slip in one character, by look or
by sound, leaves most grams standing. No name is parsed to build it: a million names take seconds, and about 300
bytes each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smartunion.systems.organising.matching.names_sound import sound_of

_PAIR: Final = np.int64(1 << 21)
_LEAST_BUDGET: Final = 20_000  # occurrences looked at for one query
_BUDGET_SHARE: Final = 24  # or a 24th of the texts, for big galleries
_SOUND_WEIGHT: Final = 0.6
_CHAR_WEIGHT: Final = 0.5

Ints = NDArray[np.int64]


def _codepoints(text: str) -> Ints:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)


def _pairs(codes: Ints) -> Ints:
    return codes[:-1] * _PAIR + codes[1:]


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


class _Postings:
    """For every key the texts that hold it, in rising order; 4 bytes an occurrence."""

    def __init__(self, keys: Ints, owners: NDArray[np.int32]) -> None:
        order = np.argsort(keys, kind="stable")
        self._owners = owners[order]
        self._keys, starts = np.unique(keys[order], return_index=True)
        self._starts = np.append(starts, len(keys)).astype(np.int64)

    def spans(self, keys: Ints) -> tuple[Ints, Ints]:
        """Where the texts of each key begin and end; both 0 for a key no text holds."""
        if not len(self._keys):
            return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        known = self._keys[at] == keys
        return np.where(known, self._starts[at], 0), np.where(known, self._starts[at + 1], 0)

    def owners(self, start: int, end: int) -> NDArray[np.int32]:
        """The texts of one span."""
        return self._owners[start:end]


class GramIndex:
    """Which texts hold which grams; rank() returns the best places for a query text."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.size = len(texts)
        self._sounds = _Sounds()
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=self.size)
        owner = np.repeat(np.arange(self.size, dtype=np.int32), lengths)
        codes = _codepoints("".join(texts))
        inside = owner[1:] == owner[:-1]
        self._chars = _Postings(codes, owner)
        self._pairs = _Postings(_pairs(codes)[inside], owner[1:][inside])
        self._heard = _Postings(_pairs(self._sounds.of(codes))[inside], owner[1:][inside])

    def rank(self, text: str, limit: int) -> Ints:
        """Places of the texts that share the rarest grams with the query, best first."""
        if not text or not self.size:
            return np.empty(0, np.int64)
        codes = _codepoints(text)
        return self._rank(
            (
                (self._chars, np.unique(codes), _CHAR_WEIGHT),
                (self._pairs, np.unique(_pairs(codes)), 1.0),
                (self._heard, np.unique(_pairs(self._sounds.of(codes))), _SOUND_WEIGHT),
            ),
            limit,
        )

    def rank_sounds(self, syllables: Sequence[str], words: Sequence[str], limit: int) -> Ints:
        """The same for a name known by its sound, and words of which some may occur in it."""
        numbers = np.array([self._sounds.by_syllable.get(one, -1) for one in syllables], np.int64)
        pairs = [_pairs(_codepoints(word)) for word in words if len(word) > 1]
        keys = np.unique(np.concatenate([np.empty(0, np.int64), *pairs]))
        heard = np.unique(_pairs(numbers)[(numbers[:-1] >= 0) & (numbers[1:] >= 0)])
        return self._rank(((self._heard, heard, 1.0), (self._pairs, keys, _SOUND_WEIGHT)), limit)

    def sound_frequency(self, syllables: Sequence[str]) -> int:
        """In how many texts the syllables stand in pairs, at most."""
        numbers = np.array([self._sounds.by_syllable.get(one, -1) for one in syllables], np.int64)
        starts, ends = self._heard.spans(_pairs(numbers))
        return int((ends - starts).min()) if len(starts) else self.size

    def _rank(self, wanted: Sequence[tuple[_Postings, Ints, float]], limit: int) -> Ints:
        spans = [
            (int(end - start), postings, int(start), int(end), factor)
            for postings, keys, factor in wanted
            for start, end in zip(*postings.spans(keys), strict=True)
            if end > start
        ]
        spans.sort(key=lambda span: span[0])
        owners, weights, budget = [], [], max(_LEAST_BUDGET, self.size // _BUDGET_SHARE)
        for count, postings, start, end, factor in spans:
            if budget < 0:
                break  # what is left is so common that it tells nothing
            budget -= count
            owners.append(postings.owners(start, end))
            weights.append(np.full(count, factor * math.log(self.size / count + 1.0), np.float32))
        if not owners:
            return np.empty(0, np.int64)
        return self._best(np.concatenate(owners), np.concatenate(weights), limit)

    def _best(self, owners: NDArray[np.int32], weights: NDArray[np.float32], limit: int) -> Ints:
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
        starts, ends = self._chars.spans(np.unique(_codepoints(text)))
        lists = sorted(
            (self._chars.owners(start, end) for start, end in zip(starts, ends, strict=True)), key=len
        )
        if not lists or not len(lists[0]):
            return np.empty(0, np.int64)
        places = np.unique(lists[0])
        for more in lists[1:]:
            near = np.minimum(np.searchsorted(more, places), len(more) - 1)
            places = places[more[near] == places]
        return places.astype(np.int64)

    def document_frequency(self, text: str) -> int:
        """In how many texts the two or more characters stand together, at most; 0 when somewhere they never do."""
        codes = _codepoints(text)
        starts, ends = self._pairs.spans(_pairs(codes)) if len(codes) > 1 else self._chars.spans(codes)
        return int((ends - starts).min()) if len(starts) else 0


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
