"""Says in words, Chinese or English, why a name was matched and why it was not linked unasked.

The two languages stand side by side here instead of in the catalogues, because matching runs without the rest of
the program.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple

from smartunion.systems.organising.matching.gallery import Decision, Match
from smartunion.systems.organising.matching.gallery_rules import Doubt


class Words(NamedTuple):
    """One text in both languages."""

    zh: str
    en: str

    def speak(self, language: str) -> str:
        """The text in the language of a code such as zh-hans or en; Chinese for any other."""
        return self.en if language.startswith("en") else self.zh


MOST_CHANGES: Final = 4
# In the order of telling.
FINDINGS: Final = MappingProxyType(
    {
        "former_name": Words("与其曾用名相符", "it is a former name"),
        "same_code": Words("所填代码属于该单位", "the code belongs to it"),
        "same_writing": Words("名称写法一致", "the names are written alike"),
        "core_same": Words("字号和行业用语一致", "brand and trade agree"),
        "brand_same": Words("字号一致", "the brand agrees"),
        "brand_alike": Words("字号仅有音近或形近字不同", "the brand differs by characters easily confused"),
        "brand_swapped": Words("字号中有两个字前后颠倒", "two characters of the brand are exchanged"),
        "brand_head": Words("字号开头相同，其中一个更长", "the brands begin alike, one is longer"),
        "brand_tail": Words("字号结尾相同，其中一个更长", "the brands end alike, one is longer"),
        "brand_one_other": Words("字号中有一个字不同", "one character of the brand differs"),
        "brand_differs": Words("字号不同", "the brand differs"),
        "short": Words("可以是该名称的简称", "it can be a short form of the name"),
        "trade_same": Words("行业用语一致", "the trade agrees"),
        "trade_part": Words("行业用语部分一致", "the trade agrees only in part"),
        "trade_absent": Words("其中一个名称没有写行业", "one name does not say the trade"),
        "place_same": Words("地区一致", "the place agrees"),
        "place_inside": Words("两个地区有隶属关系", "one place lies within the other"),
        "place_absent": Words("其中一个名称没有写地区", "one name does not say the place"),
        "place_absent_short": Words("其中一个名称没有写地区", "one name does not say the place"),
        "place_conflict": Words("地区不同", "the places differ"),
        "place_town": Words("乡镇（街道）不同", "the towns differ"),
        "address_agrees": Words("其住所在名称所写的地区", "its address lies in the place named"),
        "address_differs": Words("其住所不在名称所写的地区", "its address lies elsewhere"),
        "form_group": Words("只有一个是集团", "only one is a group"),
        "form_grown": Words("组织形式不同", "the legal form differs"),
        "form_trader": Words("组织形式不同", "the legal form differs"),
        "form_noun": Words("机构类别用词不同", "the word for the kind of body differs"),
        "form_other": Words("组织形式不同", "the legal form differs"),
        "branch_same": Words("分支机构一致", "it is the same branch"),
        "branch_near": Words("分支机构名称相近", "the branches are named nearly alike"),
        "branch_one": Words("只有一个是分支机构", "only one is a branch"),
        "branch_differs": Words("分支机构不同", "the branches differ"),
        "sounds_alike": Words("拼音或英文名称相符", "the Latin name fits by sound and meaning"),
        "number_differs": Words("名称中的序号不同", "the numbers in the names differ"),
        "contrast": Words(
            "名称中有一个关键字不同（如东与西、一与二）", "the names differ in a telling character"
        ),
        "asked_longer": Words("所查名称的内容更多", "the name asked for says more"),
    }
)
# Facts a stronger one already says.
_IMPLIED: Final = MappingProxyType(
    {
        "same_writing": {"core_same", "brand_same", "trade_same", "place_same", "branch_same"},
        "core_same": {"brand_same", "trade_same", "trade_absent"},
    }
)
DOUBTS: Final = MappingProxyType(
    {
        Doubt.CODE: Words(
            "所填代码与名称指向不同单位", "the code and the name point to different organisations"
        ),
        Doubt.VETO: Words(
            "地区、分支机构、序号或行业不同，可能是关联单位",
            "they may be sisters: place, branch, number or trade differs",
        ),
        Doubt.BRAND: Words(
            "字号过短或差别较大，可能是另一家单位",
            "a brand this short or this different may be another firm's",
        ),
        Doubt.GENERIC: Words(
            "名称由通用词组成，可能有多家单位同名",
            "the name is made of common words that several bodies may bear",
        ),
        Doubt.BARE: Words("仅凭两个字可能对应多家单位", "two characters alone may mean several firms"),
        Doubt.SISTER: Words("可能是母公司与子公司", "they may be mother and daughter company"),
        Doubt.TRADE: Words(
            "行业用语不同，又没有其他依据", "the trade differs, and nothing else makes up for it"
        ),
        Doubt.LATIN: Words(
            "拼音或英文名称不足以自动关联", "a name in Latin letters is not enough to link unasked"
        ),
        Doubt.NOUN: Words("机构类别用词不同", "the word for the kind of body differs"),
    }
)
_SEPARATOR: Final = Words("；", "; ")
_BETWEEN: Final = Words("、", ", ")
_CHANGES: Final = Words("（{}）", " ({})")
_DOUBT: Final = Words("。需人工核实：{}", ". To be checked: {}")
_LITTLE: Final = Words("一致之处很少", "little agrees")
NOTHING_ALIKE: Final = Words("名录中没有与之相近的单位", "nothing in the gallery resembles it")


def explain(match: Match, language: str = "zh") -> str:
    """What agrees and differs and, for one that was not linked unasked despite its score, the doubt."""
    implied = {code for told in match.findings for code in _IMPLIED.get(told, ())}
    told = [
        words.speak(language)
        for code, words in FINDINGS.items()
        if code in match.findings and code not in implied
    ]
    said = _SEPARATOR.speak(language).join(dict.fromkeys(told)) or _LITTLE.speak(language)
    if match.differs and "same_writing" not in match.findings and match.decision is not Decision.NONE:
        changes = _BETWEEN.speak(language).join(match.differs[:MOST_CHANGES])
        said += _CHANGES.speak(language).format(changes)
    if match.doubt is not None:
        said += _DOUBT.speak(language).format(DOUBTS[match.doubt].speak(language))
    return said
