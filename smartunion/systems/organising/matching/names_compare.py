"""Weighs two parsed organisation names: what agrees, what differs, how likely one body bears both.

The score is a probability: the weights below are log-odds, added up and squeezed to 0-1. They were fitted on real
pairs of typed and registered names (bench/names.py says how and how well); each shows in the reasons, so a person
can follow the sum. Vetoes are differences that two writings of one name do not have: they forbid linking unasked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rapidfuzz.distance import Indel, Levenshtein

from smartunion.systems.organising.matching import lexicon
from smartunion.systems.organising.matching.lexicon import FormKind
from smartunion.systems.organising.matching.names_align import LONGEST_SHORT, Alignment, align, short_form
from smartunion.systems.organising.matching.names_core import is_trade
from smartunion.systems.organising.matching.names_parse import NameParts, numerals
from smartunion.systems.organising.matching.names_weights import WEIGHTS


class Veto(StrEnum):
    """Differences that keep two names apart however alike the rest is."""

    PLACE = "place"
    BRANCH = "branch"
    NUMBER = "number"
    CONTRAST = "contrast"
    TRADE = "trade"


@dataclass(frozen=True, slots=True)
class NameEvidence:
    """What speaks for and against two names being one body's.

    score: 0-1, never above VETOED_AT_MOST with a veto. reasons: (code, log-odds it added), strongest first.
    vetoes: any forbids linking unasked. differs: the characters that differ, as 岳/越, empty side for an added one.
    """

    score: float
    reasons: tuple[tuple[str, float], ...]
    vetoes: frozenset[Veto]
    differs: tuple[str, ...]
    features: MappingProxyType[str, float]


VETOED_AT_MOST: Final = 0.5  # sisters may be alike in all else
LEAST_TRADE_SHARE: Final = 0.5

# --- relations of the other parts ---


_COUNTRY: Final = frozenset({""})


def _place_relation(a: NameParts, b: NameParts) -> str:
    if not a.places or not b.places:
        return "none" if a.places == b.places else "absent"
    if a.places == b.places:
        return "same" if not a.town or not b.town or a.town == b.town else "town"
    if (a.places[0] == _COUNTRY) != (b.places[0] == _COUNTRY):
        return "conflict"  # 中国电器科学研究院 and 苏州电器科学研究院
    few, many = sorted((a.places, b.places), key=len)
    return "inside" if all(any(lies_within(x, y) for y in many) for x in few) else "conflict"


def lies_within(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether one place may lie in the other, or be it, given the codes each may mean."""
    return any(x.startswith(y) or y.startswith(x) for x in a for y in b)


_PART_FORMS: Final = frozenset({"集团", "股份", "公司", "控股", "有限"})  # as short names end
_TRADER_ONLY: Final = frozenset({FormKind.TRADER})
_TRADERS: Final = frozenset({FormKind.TRADER, FormKind.PARTNERSHIP})


def _form_relation(a: NameParts, b: NameParts) -> str:
    if a.legal_form == b.legal_form:
        return "same" if a.legal_form else "none"
    if not a.legal_form or not b.legal_form:
        return "absent"
    if a.kinds == b.kinds:
        return "noun" if a.kinds == _TRADER_ONLY else "same"
    if a.legal_form in _PART_FORMS or b.legal_form in _PART_FORMS:
        return "same" if a.kinds & b.kinds else "grown"
    if (a.kinds | b.kinds) & _TRADERS:
        return "trader"
    if FormKind.COOPERATIVE in a.kinds ^ b.kinds:
        return "other"
    return "group" if FormKind.GROUP in a.kinds ^ b.kinds else "grown"


NEAR_BRANCH: Final = 0.65


def _branch_relation(a: NameParts, b: NameParts) -> str:
    if not a.is_branch and not b.is_branch:
        return "none"
    if a.is_branch != b.is_branch:
        return "one"
    if a.branch == b.branch or not a.branch or not b.branch:
        return "same" if a.branch == b.branch else "one"
    if numerals(a.branch) != numerals(b.branch):
        return "differs"
    shorter, longer = sorted((a.branch, b.branch), key=len)
    if shorter in longer and len(shorter) >= 2:
        return "near"
    return "near" if Levenshtein.normalized_similarity(shorter, longer) >= NEAR_BRANCH else "differs"


def _reread(a: NameParts, b: NameParts) -> tuple[NameParts, NameParts]:
    """Give a word that is region in one name and brand in the other the same reading in both.

    大同融创 and 大同市融创: the first 大同 is a region too. 中山封头 and 淄博中山封头: the first 中山 is the brand.
    """
    for one, other, turned in ((a, b, False), (b, a, True)):
        if other.region and not one.region:
            stem = lexicon.region_stem(other.region)
            if one.brand.startswith(stem) and one.brand != stem and one.brand[len(stem) :] == other.brand:
                one = replace(
                    one, brand=other.brand, core=other.brand + one.trade, region=stem, places=other.places
                )
                return (other, one) if turned else (one, other)
        if one.region and other.brand != one.brand and other.core.startswith(one.region + one.brand):
            brand = one.region + one.brand
            one = replace(one, brand=brand, core=brand + one.trade, region="", places=one.places[1:])
            other = replace(other, brand=brand, trade=other.core[len(brand) :])
            return (other, one) if turned else (one, other)
    return a, b


def features(a: NameParts, b: NameParts) -> tuple[dict[str, float], frozenset[Veto], tuple[str, ...]]:
    """The plain facts about a pair, each 0-1 or a small count; its vetoes; the characters that differ.

    Symmetric: alignments are not unique, so the pair is always laid out in the same order.
    """
    if (b.full_key, b.text) < (a.full_key, a.text):
        facts, vetoes, differs = _features(b, a)
        return facts, vetoes, tuple("/".join(reversed(pair.split("/"))) for pair in differs)
    return _features(a, b)


def _features(a: NameParts, b: NameParts) -> tuple[dict[str, float], frozenset[Veto], tuple[str, ...]]:
    if a.region or b.region:
        a, b = _reread(a, b)
    place, branch = _place_relation(a, b), _branch_relation(a, b)
    how = "_short" if place in ("absent", "none") and not (a.legal_form and b.legal_form) else ""
    facts = {"place_" + place + how: 1.0, "form_" + _form_relation(a, b): 1.0, "branch_" + branch: 1.0}
    vetoes: set[Veto] = set()
    if a.full_key == b.full_key:
        facts["same_writing"] = 1.0
    if place in ("conflict", "town"):
        vetoes.add(Veto.PLACE)
    if branch in ("one", "near", "differs"):
        vetoes.add(Veto.BRANCH)
    if a.numbers != b.numbers:
        facts["number_differs"] = 1.0
        vetoes.add(Veto.NUMBER)
    line = align(a.brand, a.trade, b.brand, b.trade)
    if place in ("absent", "conflict") and line.share < 0.95 and _may_be_misread(a, b):
        wide = align(a.region + a.brand, a.trade, b.region + b.brand, b.trade)
        if wide.share > line.share + 0.05:  # a region word was the brand, or was mistyped
            line = wide
    _core_facts(facts, a, b, line)
    if facts.get("trade_share", 1.0) < LEAST_TRADE_SHARE or line.trade_unlike:
        vetoes.add(Veto.TRADE)
    if line.contrast:
        facts["contrast"] = 1.0
        vetoes.add(Veto.CONTRAST)
    return facts, frozenset(vetoes), line.differs


def _may_be_misread(a: NameParts, b: NameParts) -> bool:
    """Whether the region word of one may stand in the brand of the other, or be mistyped."""
    if a.region and b.region:
        return Levenshtein.distance(a.region, b.region, score_cutoff=1) <= 1
    return not set(a.region or b.region).isdisjoint(b.brand if a.region else a.brand)


def _core_facts(facts: dict[str, float], a: NameParts, b: NameParts, line: Alignment) -> None:
    length = min(len(a.brand), len(b.brand))
    long = min(length, 5) - 2.0
    facts["share"] = line.share
    relation = _brand_relation(a, b, line, length)
    facts["brand_" + relation] = 1.0
    if is_trade(a.brand) or is_trade(b.brand):
        facts["brand_is_trade"] = 1.0
    if relation in ("same", "alike", "head", "tail", "one_other"):
        facts[f"brand_{relation}_long"] = long
    if relation == "alike":
        facts["brand_alike_more"] = len(line.alike) - 1.0
        facts["brand_alike_how"] = min(line.alike)
    if relation in ("head", "tail"):
        facts[f"brand_{relation}_rest"] = 1 - length / max(len(a.brand), len(b.brand))
    trade_a, trade_b = a.trade, b.trade
    if relation == "same" and a.brand != b.brand:
        trade_a, trade_b = a.core[length:], b.core[length:]
    if trade_a and trade_b:
        facts["trade_same" if trade_a == trade_b else "trade_part"] = 1.0
        if trade_a != trade_b:
            facts["trade_share"] = line.trade_share if trade_a == a.trade and trade_b == b.trade else 0.0
    elif trade_a or trade_b:
        facts["trade_absent"] = 1.0
    if relation in ("one_other", "differs"):
        _short_facts(facts, a, b)
    if a.core == b.core:
        facts["core_same"] = 1.0
    if (not a.legal_form and FormKind.SHARES in b.kinds) or (not b.legal_form and FormKind.SHARES in a.kinds):
        facts["absent_shares"] = 1.0


def _brand_relation(a: NameParts, b: NameParts, line: Alignment, length: int) -> str:
    if not length:
        return "none"
    if line.brand_same:
        return "same"
    if line.swapped:
        return "swapped"
    if line.alike and not line.unlike and not line.extra:
        return "alike"
    short, long = (b, a) if len(b.brand) < len(a.brand) else (a, b)
    if long.core.startswith(short.core):
        return "head"
    if not line.unlike and not line.alike:
        if long.brand.startswith(short.brand):
            return "head" if _shares_trade(short, long) else "same"
        if long.brand.endswith(short.brand):
            return "tail"
    if line.unlike == 1 and not line.extra and length >= 2:
        return "one_other"
    return "differs"


def _shares_trade(short: NameParts, long: NameParts) -> bool:
    """Whether what follows the shorter brand is found behind it in the longer name: 宝丰食品 in 宝丰祥食品.

    Otherwise the longer brand has swallowed a trade word the lists lack: 海丰纸业, 海丰盐化.
    """
    rest = long.core[len(short.brand) :]
    return not short.trade or Indel.normalized_similarity(short.trade, rest) >= LEAST_TRADE_SHARE


def _short_facts(facts: dict[str, float], a: NameParts, b: NameParts) -> None:
    short, full = (b, a) if len(b.region) + len(b.core) < len(a.region) + len(a.core) else (a, b)
    if len(short.core) > LONGEST_SHORT:
        return
    noun = full.legal_form if full.kinds == _TRADER_ONLY else ""
    asked, core = short.core + (short.legal_form if short.kinds == _TRADER_ONLY else ""), full.core + noun
    tried = [core]
    if not short.places:
        signs = {lexicon.PROVINCE_SIGNS.get(code[:2], "") for place in full.places for code in place}
        tried += [full.region + core, *(sign + core for group in sorted(signs) for sign in group)]
        best = max(short_form(asked, text) for text in tried)
    elif "place_conflict" not in facts:
        best = max(short_form(asked, core), short_form(short.region + asked, full.region + core))
    else:
        best = short_form(asked, core)
    if best:
        facts["short"] = best
        facts["short_long"] = min(len(short.core), 5) - 2.0
        facts["short_cover"] = min(1.0, len(asked) / len(core))
        if core.endswith(asked[-1]):
            facts["short_end"] = 1.0


def log_odds(facts: Mapping[str, float]) -> float:
    """What the facts of a pair add up to."""
    return WEIGHTS["bias"] + sum(WEIGHTS.get(code, 0.0) * value for code, value in facts.items())


def weigh(a: NameParts, b: NameParts) -> NameEvidence:
    """Compare two parsed names. Symmetric."""
    facts, vetoes, differs = features(a, b)
    parts = [(code, WEIGHTS[code] * value) for code, value in facts.items() if code in WEIGHTS]
    total = WEIGHTS["bias"] + sum(weight for _, weight in parts)
    reasons = sorted(
        ((code, round(weight, 2)) for code, weight in parts if weight), key=lambda part: -abs(part[1])
    )
    score = min(squeeze(total), VETOED_AT_MOST) if vetoes else squeeze(total)
    return NameEvidence(score, tuple(reasons), vetoes, differs, MappingProxyType(facts))


def squeeze(log_odds: float) -> float:
    """Log-odds to probability, safe at both ends."""
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, log_odds))))
