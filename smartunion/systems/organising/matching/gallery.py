"""Finds the organisation a typed name means in a gallery of registered ones, and says when it may be linked unasked.

The firm meant may not be in the gallery at all, so every candidate also competes with "none of these": the score of
a candidate is its share against all others and that absent one.
"""

from __future__ import annotations

import math
import multiprocessing
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smartunion.core.codes import uscc
from smartunion.systems.organising.matching.gallery_candidates import (
    Candidate,
    address_facts,
    findings,
    shares_of,
)
from smartunion.systems.organising.matching.gallery_index import ExactIndex, GramIndex
from smartunion.systems.organising.matching.gallery_rules import Doubt, why_ask
from smartunion.systems.organising.matching.names_align import is_subsequence
from smartunion.systems.organising.matching.names_compare import features
from smartunion.systems.organising.matching.names_latin import LatinName, agreement, read_latin
from smartunion.systems.organising.matching.names_parse import NameParts, fold, parse


class Decision(StrEnum):
    """What may be done with a match: link unasked, ask a person, or nothing."""

    AUTO = "auto"
    ASK = "ask"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Entry:
    """One organisation of the gallery. former: earlier names. uscc, address: empty when unknown."""

    entity_id: str
    name: str
    former: tuple[str, ...] = ()
    uscc: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One candidate. score: 0-1, its probability of being meant. name: the writing that matched.

    findings: what agrees and differs; doubt: why it is not linked unasked although its score would do. The words for
    both are in names_words. differs: the characters that differ, as 岳/越.
    """

    entity_id: str
    name: str
    score: float
    decision: Decision
    findings: tuple[str, ...]
    doubt: Doubt | None
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Where decisions are made. auto: least score to link unasked a name typed with region and legal form.

    auto_short: the same for shorter names, which many firms may share. ask: least score worth a person's look.
    candidates: found by their grams in 10,000 names; looks: of these, compared closely.
    """

    auto: float = 0.8
    auto_short: float = 0.9
    ask: float = 0.05
    candidates: int = 40
    looks: int = 18


_BIG_BATCH: Final = 2000
_LATIN_SLOPE: Final = 12.0  # log-odds for the whole of a Latin name, counted from the share where it is even
_LATIN_HALF: Final = 0.7
_LATIN_VAGUE: Final = 1.0  # the same where only region and trade agree
_MOST_LENGTHENED: Final = 5000
_ALWAYS_LOOKED_AT: Final = 4
_OTHER_BRANDS: Final = frozenset({"brand_differs", "brand_one_other", "brand_none"})
_RARE_TRADE_MOST: Final = 12.0
_SHORT: Final = 5  # characters of brand and trade; below, many names share the few grams


_LETTERS_FOR_DIGITS: Final = str.maketrans("OILZS", "01125")


def _plain_code(code: str) -> str:
    """Code for comparing: letters no code has become the digits they were read for."""
    return re.sub(r"[^0-9A-Z]", "", fold(code)).translate(_LETTERS_FOR_DIGITS)


def _plain_name(name: str) -> str:
    return fold(name).replace("(", "").replace(")", "")


_SHARED: list[Gallery] = []  # what forked workers search in


def _search_shared(limit: int, query: str) -> list[Match]:
    return _SHARED[-1].search(query, limit)


class Gallery:
    """A searchable gallery. Building takes about 10 s a million names; searching does not change it."""

    def __init__(self, entries: Iterable[Entry], limits: Limits | None = None) -> None:
        self.entries = list(entries)
        self.limits = limits or Limits()
        names: list[str] = []
        owners: list[int] = []
        for place, entry in enumerate(self.entries):
            for name in (entry.name, *entry.former):
                if name.strip():
                    names.append(name)
                    owners.append(place)
        self._names = names
        self._owners: NDArray[np.int32] = np.array(owners, dtype=np.int32)
        self._starts = np.searchsorted(self._owners, np.arange(len(self.entries) + 1)).tolist()
        plain = [_plain_name(name) for name in names]
        self._index = GramIndex(plain)
        self._exact = ExactIndex(plain)
        codes = [_plain_code(entry.uscc) for entry in self.entries]
        self._by_code = ExactIndex(codes)
        self._by_organisation = ExactIndex([code[8:17] if len(code) == 18 else "" for code in codes])
        # The more names, the more of them share region and trade with the query and push the meant one down.
        self._crowd = 1 + 2 * max(0.0, math.log10(max(1, len(names)) / 10_000))
        self._count = lru_cache(maxsize=65536)(self._index.document_frequency)

    def __len__(self) -> int:
        return len(self.entries)

    def search(self, query: str, limit: int = 5) -> list[Match]:
        """The most likely organisations, best first; empty when nothing in the gallery resembles the query."""
        latin = read_latin(query)
        asked = parse(query)
        coded = self._places_of_codes(asked.codes)
        if latin is not None and not coded and not self._exact.find(asked.full_key):
            return self._search_latin(latin, limit)
        found = [*self.examine(asked, coded)]
        if asked.former:  # 甲公司(原乙公司)
            found += self.examine(parse(asked.former))
        best: dict[int, Candidate] = {}
        for candidate in found:
            known = best.get(candidate.place)
            if known is None or candidate.log_odds > known.log_odds:
                best[candidate.place] = candidate
        shares = zip(shares_of(best.values()), best.values(), strict=True)
        ranked = sorted(shares, key=lambda pair: (-pair[1].log_odds, pair[1].place))[:limit]
        return self._decide(asked, ranked, coded)

    def _search_latin(self, asked: LatinName, limit: int) -> list[Match]:
        """Candidates by sound and by trade; never linked unasked."""
        rarity = {
            sounds: math.log2(max(2.0, self._index.size / max(1, self._index.sound_frequency(sounds))))
            for sounds in asked.pinyin
        }
        sounds = [one for word in asked.pinyin for one in word]
        meanings = [word for words in asked.english for word in words]
        best: dict[int, tuple[float, str]] = {}
        for label in self._index.rank_sounds(
            sounds, meanings, round(2 * self.limits.candidates * self._crowd)
        ).tolist():
            share, telling = agreement(asked, parse(self._names[label]), rarity)
            place, odds = (
                int(self._owners[label]),
                _LATIN_SLOPE * (share - (_LATIN_HALF if telling else _LATIN_VAGUE)),
            )
            if odds > best.get(place, (-math.inf, ""))[0]:
                best[place] = odds, self._names[label]
        total = 1.0 + sum(math.exp(odds) for odds, _ in best.values())
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:limit]
        matches = []
        for place, (odds, name) in ranked:
            score = math.exp(odds) / total
            decision = Decision.ASK if score >= self.limits.ask else Decision.NONE
            doubt = Doubt.LATIN if score >= self.limits.auto and place == ranked[0][0] else None
            matches.append(
                Match(self.entries[place].entity_id, name, score, decision, ("sounds_alike",), doubt, ())
            )
        return matches

    def search_many(
        self, queries: Iterable[str], limit: int = 5, processes: int = 1
    ) -> Iterator[list[Match]]:
        """search() for each, in order; equal queries are looked up once. processes: more than one for big batches."""
        asked = list(queries)
        different = list(dict.fromkeys(asked))
        if (
            processes > 1
            and len(different) >= _BIG_BATCH
            and "fork" in multiprocessing.get_all_start_methods()
        ):
            found = self._search_apart(different, limit, processes)
        else:
            found = [self.search(query, limit) for query in different]
        answers = dict(zip(different, found, strict=True))
        return (answers[query] for query in asked)

    def _search_apart(self, queries: list[str], limit: int, processes: int) -> list[list[Match]]:
        """Forked workers read this gallery where it lies; only queries and answers travel."""
        _SHARED.append(self)
        try:
            with multiprocessing.get_context("fork").Pool(processes) as pool:
                return pool.map(partial(_search_shared, limit), queries, chunksize=256)
        finally:
            _SHARED.pop()

    def examine(self, asked: NameParts, coded: Collection[int] = ()) -> Iterator[Candidate]:
        """Every name worth a close look, with all that is known about the pair. coded: places their code names."""
        asked_common = self._common(asked.brand)
        for place, name in self._worthwhile(asked, coded):
            parts = parse(name)
            facts, vetoes, differs = features(asked, parts)
            facts["brand_common"] = self._common(parts.brand)
            if "brand_same" not in facts:
                facts["asked_common"] = asked_common
            if len(asked.brand) > len(parts.brand) and ("brand_head" in facts or "brand_tail" in facts):
                facts["asked_longer"] = 1.0
            if parts.trade and parts.trade == asked.trade:
                share = max(1, self._count(parts.trade)) / self._index.size
                facts["trade_rare"] = min(-math.log2(share), _RARE_TRADE_MOST)
            if place in coded:
                facts["same_code"] = 1.0
            if asked.places and self.entries[place].address:
                facts.update(address_facts(asked, self.entries[place].address))
            yield Candidate(place, name, facts, vetoes, differs)

    def _worthwhile(self, asked: NameParts, coded: Collection[int]) -> Iterator[tuple[int, str]]:
        """The candidates, and of the later ones only those that share enough of the brand."""
        telling = set(asked.brand)
        enough = 1 if len(telling) <= 2 else 2
        looks = 0
        for rank, label in enumerate(self._labels(asked, coded)):
            name = self._names[label]
            if rank < _ALWAYS_LOOKED_AT or len(telling.intersection(name)) >= enough:
                yield int(self._owners[label]), name
                looks += 1
                if looks == self.limits.looks:
                    return

    def _common(self, brand: str) -> float:
        return math.log2(1 + self._count(brand)) if brand else 0.0

    def _labels(self, asked: NameParts, coded: Collection[int]) -> list[int]:
        labels = [
            label for place in sorted(coded) for label in range(self._starts[place], self._starts[place + 1])
        ]
        for text in dict.fromkeys((asked.full_key, _plain_name(asked.text))):
            labels += self._exact.find(text) if text else []
        if len(labels) == 1 and asked.legal_form and asked.brand:
            return labels
        text = asked.region + asked.town + asked.core + asked.branch
        is_short = len(asked.core) <= _SHORT
        if is_short and not asked.places:
            labels += self._lengthened(asked.core)
        most = round(self.limits.candidates * (2 if is_short else 1) * self._crowd)
        labels += self._index.rank(text or asked.full_key, most).tolist()
        return list(dict.fromkeys(labels))

    def _lengthened(self, short: str) -> list[int]:
        """The shortest names of which this may be the short form."""
        labels = self._index.holding_all(short)[:_MOST_LENGTHENED].tolist()
        fitting = [label for label in labels if is_subsequence(short, _plain_name(self._names[label]))]
        return sorted(fitting, key=lambda label: len(self._names[label]))[: self.limits.looks // 2]

    def _places_of_codes(self, codes: tuple[str, ...]) -> frozenset[int]:
        places: set[int] = set()
        for code in map(_plain_code, codes):
            if len(code) == 18:
                places.update(self._by_code.find(code) or self._by_organisation.find(code[8:17]))
            elif len(code) == 9:
                places.update(self._by_organisation.find(code))
        return frozenset(places)

    def _decide(
        self, asked: NameParts, ranked: list[tuple[float, Candidate]], coded: Collection[int]
    ) -> list[Match]:
        matches: list[Match] = []
        for rank, (score, candidate) in enumerate(ranked):
            decision, doubt = (Decision.ASK if score >= self.limits.ask else Decision.NONE), None
            if rank == 0 and score >= self._least(asked):
                doubt = self._doubt(asked, candidate, coded)
                decision = Decision.ASK if doubt else Decision.AUTO
            entry = self.entries[candidate.place]
            told = findings(candidate, is_former=candidate.name != entry.name)
            matches.append(
                Match(entry.entity_id, candidate.name, score, decision, told, doubt, candidate.differs)
            )
        return matches

    def _least(self, asked: NameParts) -> float:
        return self.limits.auto if asked.places and asked.legal_form else self.limits.auto_short

    def _doubt(self, asked: NameParts, candidate: Candidate, coded: Collection[int]) -> Doubt | None:
        """What forbids linking unasked, however high the score."""
        if coded:
            other_name = bool(asked.core) and not _OTHER_BRANDS.isdisjoint(candidate.facts)
            return Doubt.CODE if candidate.place not in coded or len(coded) > 1 or other_name else None
        if self.entries[candidate.place].uscc and any(map(_is_sound_code, asked.codes)):
            return Doubt.CODE  # a flawless code of somebody else was typed with the name
        return why_ask(asked, parse(candidate.name), candidate.facts, candidate.vetoes)


def _is_sound_code(code: str) -> bool:
    return len(code) == 18 and uscc.check(code).ok
