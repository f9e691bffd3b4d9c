"""Reads Chinese organisation names: parse() takes one apart; names_compare weighs two.

Pure functions on text. The reading is a fixed order of small steps, each on what the one before left:
fold, codes, brackets, union suffix, branch, legal form, region, trade. docs/rules/names.md has the worked table.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from smartunion.systems.organising.matching import lexicon
from smartunion.systems.organising.matching.lexicon import FormKind
from smartunion.systems.organising.matching.names_core import (
    CJK,
    longest_region,
    only_region,
    split_trade,
    take_region,
)

LONGEST_NAME: Final = 300  # characters; what is longer is no name, and must not cost time


@dataclass(frozen=True, slots=True)
class NameParts:
    """One name taken apart; every text is folded, empty when the name has no such part.

    places: groups of region codes, one group for the words before the brand and one for each bracket; a group
    holds every code its most exact word may mean (鼓楼区 is in four cities). core: brand and trade together.
    numbers: ordinals and numerals that tell sister firms apart, as digits, in order.
    full_key: everything but brackets, notes and the union suffix; core_key: brand, trade and branch, without
    region and legal form; brand_key: the brand alone.
    """

    text: str
    region: str
    town: str
    brand: str
    trade: str
    core: str
    legal_form: str
    kinds: frozenset[FormKind]
    branch: str
    branch_word: str
    union_suffix: str
    note: str
    former: str
    codes: tuple[str, ...]
    places: tuple[frozenset[str], ...]
    numbers: tuple[str, ...]
    full_key: str
    core_key: str
    brand_key: str

    @property
    def is_branch(self) -> bool:
        """Whether the name is that of a branch and not of the body itself."""
        return bool(self.branch or self.branch_word)


def fold(text: str) -> str:
    """One writing for all: half width, simplified, capitals, () brackets, no spaces or signs. Idempotent."""
    folded = unicodedata.normalize("NFKC", text).translate(lexicon.fold_table())
    # A dropped sign may have stood between a letter and its accent, which now join.
    return folded if unicodedata.is_normalized("NFKC", folded) else fold(folded)


@lru_cache(maxsize=65536)
def parse(name: str) -> NameParts:
    """Take one organisation name apart. Never fails: what it cannot read stays in the brand."""
    codes, body = _take_codes(fold(name[:LONGEST_NAME]))
    body = _strip_listing_marks(body)
    brackets = _read_brackets(body)
    union_suffix, body = _take_union(brackets.rest)
    head, branch, branch_word = _take_branch(body)
    if brackets.branch and not branch:
        branch, branch_word = brackets.branch
    head, form, kinds = _take_form(head)
    region = take_region(head)
    core, kinds = region.rest, kinds | brackets.kinds
    brand, trade = split_trade(core)
    places = tuple(place for place in (region.codes, *brackets.places) if place)
    branch_key = branch_id(branch)
    return NameParts(
        text=name,
        region=region.words,
        town=region.town,
        brand=brand,
        trade=trade,
        core=core,
        legal_form=form or brackets.form,
        kinds=kinds,
        branch=branch_key,
        branch_word=branch_word,
        union_suffix=union_suffix,
        note=brackets.note,
        former=brackets.former,
        codes=codes,
        places=places,
        numbers=_numbers(core),
        full_key=_take_union(brackets.whole)[1],
        core_key=core + (f"|{branch_key or branch_word}" if branch_word or branch else ""),
        brand_key=brand,
    )


def place_codes(text: str) -> frozenset[str]:
    """Codes of the place a text opens with, an address for one; empty when it opens with none."""
    return take_region(fold(text)).codes


# --- codes and marks around the name ---

_CODE: Final = re.compile(
    r"(?<![0-9A-Z])(?:[0-9A-Z]{2}[0-9OIL]{6}[0-9A-Z]{10}|[0-9]{15}|[0-9A-Z]{8}-?[0-9X])(?![0-9A-Z])"
)
_CODE_LABEL: Final = re.compile(r"(?:统一)?(?:社会)?信用代码|注册号|组织机构代码|税号|纳税人识别号")


def _take_codes(text: str) -> tuple[tuple[str, ...], str]:
    found = tuple(code for code in _CODE.findall(text) if sum(char.isdigit() for char in code) >= 7)
    if not found:
        return (), text
    for code in found:
        text = text.replace(code, "")
    return found, _CODE_LABEL.sub("", text).replace("()", "")


_LISTING_FRONT: Final = re.compile(rf"^(?:S?ST|PT|S|G|退市|XD|XR|DR|N|C)(?=[{CJK}]{{2}})")
_LISTING_BACK: Final = re.compile(rf"(?<=[{CJK}]{{2}})(?:A|B|H|U|UW|W|退)$")


def _strip_listing_marks(text: str) -> str:
    """Marks that exchanges put around short names: *ST柳化, 京东方A, 退市拉夏."""
    if len(text) > 8:
        return text
    return _LISTING_BACK.sub("", _LISTING_FRONT.sub("", text))


# --- brackets ---


@dataclass(frozen=True, slots=True)
class _Brackets:
    rest: str
    whole: str
    places: tuple[frozenset[str], ...] = ()
    kinds: frozenset[FormKind] = frozenset()
    form: str = ""
    branch: tuple[str, str] | None = None
    note: str = ""
    former: str = ""


_BRACKET: Final = re.compile(r"\(([^()]*)\)")
_FORMER: Final = re.compile(r"^(?:原名|曾用名|原|曾名|前身)[为是]?(.{2,})$")
_FORM_IN_BRACKET: Final = {
    "集团": FormKind.GROUP, "控股": FormKind.GROUP, "普通合伙": FormKind.PARTNERSHIP,
    "有限合伙": FormKind.PARTNERSHIP, "特殊普通合伙": FormKind.PARTNERSHIP, "合伙": FormKind.PARTNERSHIP,
    "普通合伙企业": FormKind.PARTNERSHIP, "有限合伙企业": FormKind.PARTNERSHIP, "个体": FormKind.TRADER,
    "个体工商户": FormKind.TRADER, "个人独资": FormKind.TRADER, "个人独资企业": FormKind.TRADER,
    "股份": FormKind.SHARES, "有限公司": FormKind.LIMITED, "有限": FormKind.LIMITED,
}  # fmt: skip
_NOISE: Final = frozenset(
    {"筹", "筹备", "筹建", "筹备组", "盖章", "公章", "章", "注销", "已注销", "吊销", "本部", "总部"}
)


def _read_brackets(text: str) -> _Brackets:
    if "(" not in text:
        plain = text.replace(")", "")
        return _Brackets(plain, plain)
    places: list[frozenset[str]] = []
    kinds: set[FormKind] = set()
    dropped: list[str] = []
    form = note = former = ""
    branch: tuple[str, str] | None = None

    def read(match: re.Match[str]) -> str:
        nonlocal form, note, former, branch
        inner, last = match.group(1), match.end() == len(text)
        if inner in _FORM_IN_BRACKET:
            kinds.add(_FORM_IN_BRACKET[inner])
            form = form or inner
            return ""
        if not inner or inner in _NOISE:
            dropped.append(match.group())
            return ""
        if was := _FORMER.match(inner):
            former = was.group(1)
            dropped.append(match.group())
            return ""
        if inner in lexicon.COUNTRY_WORDS or (codes := only_region(inner)):
            places.append(frozenset({""}) if inner in lexicon.COUNTRY_WORDS else codes)
            return ""
        if (tail := _branch_tail(inner)) is not None:
            branch = tail
            return ""
        if last and _ends_with_form(text[: match.start()]):
            note = inner
            dropped.append(match.group())
            return ""
        return inner

    rest = whole = text
    while _BRACKET.search(rest):
        text = rest
        rest = _BRACKET.sub(read, text, count=1)
    for group in dropped:
        whole = whole.replace(group, "")
    whole, rest = (part.replace("(", "").replace(")", "") for part in (whole, rest))
    return _Brackets(rest, whole, tuple(places), frozenset(kinds), form, branch, note, former)


def _ends_with_form(text: str) -> bool:
    return text.endswith(("公司", "厂", "店", "社", "部", "中心", "集团", "行", "院", "所", "站", "企业"))


# --- union suffix ---


_AREA_ENDINGS: Final = (*lexicon.REGION_ENDINGS, *lexicon.ZONE_ENDINGS, "社区", "村", "商圈", "楼宇", "片区")


def _take_union(text: str) -> tuple[str, str]:
    """The suffix and the name of the employer; unions of a place (常州市总工会, 湖塘镇联合工会) keep their name."""
    if "工会" not in text:
        return "", text
    for suffix in lexicon.UNION_SUFFIXES:
        if text.endswith(suffix):
            owner = text[: -len(suffix)]
            is_place = owner.endswith(_AREA_ENDINGS) or owner in lexicon.region_words()
            return ("", text) if len(owner) < 2 or is_place else (suffix, owner)
    return "", text


# --- branch ---

_HEAD_END: Final = re.compile(
    r"(?:有限责任公司|股份有限公司|有限公司|总公司|集团公司|公司|有限合伙企业|合伙企业|合作社|(?<=银)行(?!股份|有限))(?=.{2,})"
)
_BARE_HEAD_END: Final = re.compile(r"(?:有限责任|有限公|股份有限|有限|集团)(?=.{2,})")


def _branch_tail(tail: str) -> tuple[str, str] | None:
    for word in lexicon.BRANCH_WORDS:
        if tail.endswith(word):
            return tail[: -len(word)], word
    if match := re.fullmatch(r"第?([0-9一二三四五六七八九十]+)([厂店部站场队])", tail):
        return match.group(1), match.group(2)
    return None


def _take_branch(text: str) -> tuple[str, str, str]:
    """Head office, which branch, branch word. 某公司汶上分公司 gives 某公司, 汶上, 分公司."""
    if match := _HEAD_END.search(text):
        head, tail = text[: match.end()], text[match.end() :]
        found = _branch_tail(tail)
        if found is not None:
            return head, *found
        if not tail.endswith(("公司", "集团", "合作社")) or tail.endswith("分公司"):
            return head, tail, ""
        if match.group(0) == "公司":  # 国网山东省电力公司平邑县供电公司: a company of a company
            return head, tail.removesuffix("公司"), "公司"
        return text, "", ""
    for word in lexicon.STRONG_BRANCH_WORDS:
        if text.endswith(word) and len(text) > len(word) + 1:
            stem = text[: -len(word)]
            ends = list(_BARE_HEAD_END.finditer(stem))
            if ends:
                return stem[: ends[-1].end()], stem[ends[-1].end() :], word
            if number := re.search(r"第?([0-9一二三四五六七八九十]+)$", stem):
                return stem[: number.start()], number.group(1), word
            place = _place_at_end(stem)  # 太平洋保险吉林分公司: no legal form to part at
            return stem.removesuffix(place), place, word
    return text, "", ""


def _place_at_end(text: str) -> str:
    for size in range(min(longest_region(), len(text) - 4), 1, -1):
        if text[-size:] in lexicon.region_words():
            return text[-size:]
    return ""


def branch_id(branch: str) -> str:
    """Which branch, in one writing: 第二 and 二 are 2, 汶上县 is 汶上, 贵阳市第一 is 贵阳1."""
    place = take_region(branch)
    if branch in lexicon.region_words():
        return lexicon.region_stem(branch)
    rest = place.rest.removeprefix("第") or place.rest
    if rest in lexicon.ORDINALS or rest.isdigit():
        return lexicon.region_stem(place.words) + lexicon.ORDINALS.get(rest, rest)
    text = place.rest if len(place.rest) >= 2 else branch
    for ending in ("街道", "县", "市", "区", "镇", "乡", "省"):
        if text.endswith(ending) and len(text) > len(ending) + 1:
            return text[: -len(ending)]
    return text


# --- legal form ---

# Endings cut short or mistyped: 有限公, 有限公可, 有线公司, 限公司.
_BROKEN_FORM: Final = re.compile(
    r"(股份)?(?:有限责任公|有限责公司|有限任公司|有[限线现先县]责任公司|有[限线现先县]公[司可]?|限公司|有公司|有限工[司公]|"
    r"有限公司公司|有限公司司|有限限公司|有有限公司|[一-鿿]偶?先公司)$"
)
_NO_UNITS: Final = ("银行", "书店", "会社", "大学", "学院", "医院", "委员会", "内部")
_KIND_WORDS: Final = (("股份", FormKind.SHARES), ("集团", FormKind.GROUP), ("控股", FormKind.GROUP))


def _take_form(text: str) -> tuple[str, str, frozenset[FormKind]]:
    for form in lexicon.LEGAL_FORMS:
        if text.endswith(form.text) and len(text) - len(form.text) >= 1:
            return _more_form(text[: -len(form.text)], form.text, {form.kind})
    if match := _BROKEN_FORM.search(text):
        kind = FormKind.SHARES if match.group(1) else FormKind.LIMITED
        if match.start() >= 2:
            return _more_form(text[: match.start()], match.group(0), {kind})
    if text.endswith(lexicon.PUBLIC_NOUNS):
        return text, "", frozenset({FormKind.PUBLIC})
    for noun in lexicon.UNIT_NOUNS:
        if text.endswith(noun) and len(text) - len(noun) >= 3 and not text.endswith(_NO_UNITS):
            return text[: -len(noun)], noun, frozenset({FormKind.TRADER})
    return text, "", frozenset()


def _more_form(rest: str, form: str, kinds: set[FormKind]) -> tuple[str, str, frozenset[FormKind]]:
    kinds = kinds | {kind for word, kind in _KIND_WORDS if word in form}
    again = True
    while again:
        again = False
        for word, kind in _KIND_WORDS:
            if rest.endswith(word) and len(rest) - len(word) >= 2:
                rest, form, again = rest[: -len(word)], word + form, True
                kinds.add(kind)
    return rest, form, frozenset(kinds)


def numerals(text: str) -> tuple[str, ...]:
    """Every number in a text, whatever stands around it, as digits where it is small."""
    found = re.findall("[0-9]+|[零一二三四五六七八九十百]+", text)
    return tuple(lexicon.ORDINALS.get(number, number) for number in found)


_NUMBER: Final = re.compile(
    r"第([0-9一二三四五六七八九十]+)|([0-9]+)|([一二三四五六七八九十]+)(?=[分厂店部站矿队中小号公建局院])"
)


def _numbers(text: str) -> tuple[str, ...]:
    found = ("".join(groups) for groups in _NUMBER.findall(text))
    return tuple(lexicon.ORDINALS.get(number, number) for number in found)
