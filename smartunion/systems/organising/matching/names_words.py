"""Says in words why a name was matched, and why it was not linked unasked."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext, gettext_lazy

from smartunion.systems.organising.matching.gallery import Decision, Match
from smartunion.systems.organising.matching.gallery_rules import Doubt

_MOST_CHANGES: Final = 4
_FINDINGS: Final = MappingProxyType(
    {
        "former_name": gettext_lazy("it is a former name"),
        "same_code": gettext_lazy("the code belongs to it"),
        "same_writing": gettext_lazy("the names are written alike"),
        "core_same": gettext_lazy("brand and trade agree"),
        "brand_same": gettext_lazy("the brand agrees"),
        "brand_alike": gettext_lazy("the brand differs by characters easily confused"),
        "brand_swapped": gettext_lazy("two characters of the brand are exchanged"),
        "brand_head": gettext_lazy("the brands begin alike, one is longer"),
        "brand_tail": gettext_lazy("the brands end alike, one is longer"),
        "brand_one_other": gettext_lazy("one character of the brand differs"),
        "brand_differs": gettext_lazy("the brand differs"),
        "short": gettext_lazy("it can be a short form of the name"),
        "trade_same": gettext_lazy("the trade agrees"),
        "trade_part": gettext_lazy("the trade agrees only in part"),
        "trade_absent": gettext_lazy("one name does not say the trade"),
        "place_same": gettext_lazy("the place agrees"),
        "place_inside": gettext_lazy("one place lies within the other"),
        "place_absent": gettext_lazy("one name does not say the place"),
        "place_absent_short": gettext_lazy("one name does not say the place"),
        "place_conflict": gettext_lazy("the places differ"),
        "place_town": gettext_lazy("the towns differ"),
        "address_agrees": gettext_lazy("its address lies in the place named"),
        "address_differs": gettext_lazy("its address lies elsewhere"),
        "form_group": gettext_lazy("only one is a group"),
        "form_grown": gettext_lazy("the legal form differs"),
        "form_trader": gettext_lazy("the legal form differs"),
        "form_noun": gettext_lazy("the word for the kind of body differs"),
        "form_other": gettext_lazy("the legal form differs"),
        "branch_same": gettext_lazy("it is the same branch"),
        "branch_near": gettext_lazy("the branches are named nearly alike"),
        "branch_one": gettext_lazy("only one is a branch"),
        "branch_differs": gettext_lazy("the branches differ"),
        "number_differs": gettext_lazy("the numbers in the names differ"),
        "contrast": gettext_lazy("the names differ in a telling character"),
        "asked_longer": gettext_lazy("the name asked for says more"),
    }
)
# Facts a stronger one already says; _FINDINGS is in the order of telling.
_IMPLIED: Final = MappingProxyType(
    {
        "same_writing": {
            "core_same",
            "brand_same",
            "trade_same",
            "place_same",
            "branch_same",
            "brand_common",
        },
        "core_same": {"brand_same", "trade_same", "trade_absent"},
    }
)
_DOUBTS: Final = MappingProxyType(
    {
        Doubt.CODE: gettext_lazy("the code and the name point to different organisations"),
        Doubt.VETO: gettext_lazy("they may be sisters: place, branch, number or trade differs"),
        Doubt.BRAND: gettext_lazy("a brand this short or this different may be another firm's"),
        Doubt.GENERIC: gettext_lazy("the name is made of common words that several bodies may bear"),
        Doubt.BARE: gettext_lazy("two characters alone may mean several firms"),
        Doubt.SISTER: gettext_lazy("they may be mother and daughter company"),
        Doubt.TRADE: gettext_lazy("the trade differs, and nothing else makes up for it"),
        Doubt.NOUN: gettext_lazy("the word for the kind of body differs"),
    }
)


def explain(match: Match) -> str:
    """What agrees and differs and, for one that was not linked unasked despite its score, the doubt."""
    implied = {code for told in match.findings for code in _IMPLIED.get(told, ())}
    words = [str(text) for code, text in _FINDINGS.items() if code in match.findings and code not in implied]
    said = gettext("; ").join(dict.fromkeys(words))
    if match.differs and "same_writing" not in match.findings and match.decision is not Decision.NONE:
        said += gettext(" (%(changes)s)") % {"changes": gettext(", ").join(match.differs[:_MOST_CHANGES])}
    if match.doubt is not None:
        said += gettext(". To be checked: %(doubt)s") % {"doubt": _DOUBTS[match.doubt]}
    return said or gettext("little agrees")
