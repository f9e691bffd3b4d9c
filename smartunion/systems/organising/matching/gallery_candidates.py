"""One candidate of a gallery: what was found about it, and its share of the certainty."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

from smartunion.systems.organising.matching.names_compare import Veto, lies_within
from smartunion.systems.organising.matching.names_parse import NameParts, place_codes
from smartunion.systems.organising.matching.names_weights import WEIGHTS

# Log-odds for what only the whole gallery can tell; fitted together with names_compare.WEIGHTS.
CONTEXT_WEIGHTS: Final = MappingProxyType(
    {
        "brand_common": -0.3,
        "asked_common": -0.6,
        "asked_longer": -1.9,
        "trade_rare": 0.1,
        "same_code": 12.0,
        "address_agrees": 0.5,
        "address_differs": -1.0,
    }
)
_ALL_WEIGHTS: Final = {**WEIGHTS, **CONTEXT_WEIGHTS}


def weight_of(code: str) -> float:
    """Log-odds of one fact, of a pair of names or of the gallery."""
    return _ALL_WEIGHTS.get(code, 0.0)


@dataclass(frozen=True)
class Candidate:
    """One entry looked at closely. place: its number in the gallery. facts: of the pair and of the gallery."""

    place: int
    name: str
    facts: Mapping[str, float]
    vetoes: frozenset[Veto]
    differs: tuple[str, ...]

    @cached_property
    def log_odds(self) -> float:
        """What all facts together say, against none of the gallery being meant."""
        return WEIGHTS["bias"] + sum(weight_of(code) * value for code, value in self.facts.items())


def address_facts(asked: NameParts, address: str) -> dict[str, float]:
    """Whether the place in the name asked for is where the organisation sits."""
    codes = place_codes(address)
    if not codes or frozenset({""}) in asked.places:
        return {}
    lies_there = any(lies_within(codes, place) for place in asked.places)
    return {"address_agrees" if lies_there else "address_differs": 1.0}


def shares_of(candidates: Collection[Candidate]) -> list[float]:
    """Each candidate's share of the certainty, the possibility that none is meant counted with log-odds 0."""
    odds = [math.exp(min(candidate.log_odds, 60.0)) for candidate in candidates]
    total = 1.0 + sum(odds)
    return [one / total for one in odds]


def findings(candidate: Candidate, *, is_former: bool) -> tuple[str, ...]:
    """What was found about the candidate, as codes."""
    return (
        *(["former_name"] if is_former else []),
        *(code for code, value in candidate.facts.items() if value),
    )
