"""Which field each column holds and what kind of sheet it is, by labels first and contents second."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from smartunion.core.codes.folding import fold_width
from smartunion.core.tables.headers import HeaderColumn, group_word
from smartunion.core.tables.labels import bare_label, closest, fold_label
from smartunion.core.tables.vocabulary import FieldSpec, Kind, Vocabulary

#: Groups of columns about somebody else: 姓名 under 配偶 is not the person's.
_OTHER_PERSONS: Final = re.compile(
    r"配偶|父|母|子女|家属|家庭|紧急|介绍|推荐|联系人|法定|负责人|经办|申报人|填报|代理|监护|受益"
)
#: Words that change what a label speaks of: 配偶姓名 is not the person's name, 女会员数 not the number of members.
_OTHERS: Final = re.compile(
    r"配偶|父|母|子女|家属|家庭|紧急|介绍|推荐|联系人|法定|法人|负责人|经办|申报人|填报|代理|监护|受益|曾用|原|新|旧|前|上级|主管"
    r"|劳务|派遣|银行|开户|班主任|导师|英文|拼音|男|女|副|非|党|团|退|农民工|单位|工会|企业|公司|个人|手机|户籍|户口"
)
#: What may follow a label without changing it.
_TAIL: Final = re.compile(r"(?:全称|名称|号码|号|代码|编号|信息|情况|内容|\d{1,2}|[一二三])$")
_ALTERNATIVES: Final = re.compile(r"[/／、,，]|或者?")
_SHORTEST_TYPO: Final = 5
_NEEDED: Final = 0.5
_SIGNING: Final = 0.6
_HINT_SCORE: Final = 1.5


@dataclass(frozen=True, slots=True)
class Match:
    """A column's field and how sure the mapping is, 0–1."""

    column: HeaderColumn
    spec: FieldSpec | None
    confidence: float


@dataclass(slots=True)
class Understanding:
    """What was made of one table. kind: None when unknown; confidence: of the kind, 0–1."""

    kind: Kind | None
    confidence: float
    matches: list[Match] = field(default_factory=list)


#: Sampled texts of a column, by column number.
Samples = Mapping[int, Sequence[str]]


def understand_columns(
    columns: Sequence[HeaderColumn],
    samples: Samples,
    kinds: Vocabulary,
    *,
    hints: str = "",
    only: Kind | None = None,
    given: Mapping[str, str | None] | None = None,
) -> Understanding:
    """Choose the kind whose fields fit the columns best and map the columns to its fields.

    hints: titles, sheet name and file name. only: the kind is known. given: field keys a person has confirmed, by
    label as written; None means the column is not to be used. Without a recognised kind the columns carry the
    clearest guess by label alone.
    """
    best, best_score, best_matches = None, 0.0, _nothing(columns)
    guess_score, guess = 0.0, _nothing(columns)
    for kind in [only] if only is not None else kinds:
        matches = _map(columns, samples, kind, given or {})
        score = sum(m.confidence * (1 + m.spec.tell) for m in matches if m.spec)
        hinted = any(hint in hints for hint in kind.hints)
        score += _HINT_SCORE if hinted else 0.0
        signed = _is_signed(kind, matches, hinted=hinted) and _kind_confidence(kind, matches) >= _NEEDED
        if only is not None or signed:
            if best is None or score > best_score:
                best, best_score, best_matches = kind, score, matches
        elif score > guess_score:
            guess_score, guess = score, matches
    if best is None:
        return Understanding(
            None, 0.0, [m if m.confidence >= 0.9 else Match(m.column, None, 0.0) for m in guess]
        )
    return Understanding(best, _kind_confidence(best, best_matches), best_matches)


def _nothing(columns: Sequence[HeaderColumn]) -> list[Match]:
    return [Match(column, None, 0.0) for column in columns]


def _is_signed(kind: Kind, matches: Sequence[Match], *, hinted: bool) -> bool:
    found = {m.spec.key for m in matches if m.spec and m.confidence >= _SIGNING}
    signatures = kind.signatures + (kind.weak_signatures if hinted else ())
    return any(signature <= found for signature in signatures)


def _kind_confidence(kind: Kind, matches: Sequence[Match]) -> float:
    """The best signature's weakest column, lowered where many columns mean nothing to the kind."""
    sure = {m.spec.key: m.confidence for m in matches if m.spec}
    signatures = [s for s in (*kind.signatures, *kind.weak_signatures) if s <= sure.keys()]
    weakest = max((min(sure[key] for key in signature) for signature in signatures), default=0.5)
    labelled = [m for m in matches if m.column.label and not m.column.is_ordinal]
    known = len(sure) / max(len(labelled), 1)
    return round(weakest * (0.6 + 0.4 * min(1.0, known * 1.5)), 2)


def _map(
    columns: Sequence[HeaderColumn], samples: Samples, kind: Kind, given: Mapping[str, str | None]
) -> list[Match]:
    """Each field at most once, each column at most once, surest pairs first."""
    chosen: dict[int, tuple[FieldSpec | None, float]] = {}
    pairs: list[tuple[float, int, int]] = []
    for place, column in enumerate(columns):
        if column.label in given:
            key = given[column.label]
            repeated = any(spec and spec.key == key for spec, _ in chosen.values())
            spec = kind.by_key.get(key) if key and not repeated else None
            chosen[place] = (spec, 1.0 if spec else 0.0)
            continue
        if column.is_ordinal:
            continue
        for order, spec in enumerate(kind.fields):
            sure = _confidence(column, spec, kind, samples.get(column.column, ()))
            if sure >= _NEEDED:
                pairs.append((sure, place, order))
    taken = {spec.key for spec, _ in chosen.values() if spec}
    for sure, place, order in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        spec = kind.fields[order]
        if place not in chosen and spec.key not in taken:
            chosen[place] = (spec, round(sure, 2))
            taken.add(spec.key)
    return [Match(column, *chosen.get(place, (None, 0.0))) for place, column in enumerate(columns)]


def _confidence(column: HeaderColumn, spec: FieldSpec, kind: Kind, sample: Sequence[str]) -> float:
    """How sure it is that a column holds a field: its label, raised or lowered by what its cells look like."""
    by_label = label_confidence(column.label, column.group, spec, kind)
    share = _share(spec, sample)
    if by_label >= _NEEDED:
        if share is None or (share < 0.5 and len(sample) < 3):
            return by_label
        if share >= 0.5:
            return by_label + (1 - by_label) * share
        return by_label * (0.7 if share < 0.1 else 0.9)
    usable = spec.by_content == "always" or (spec.by_content == "unlabelled" and not column.label)
    if usable and share is not None and share >= 0.8 and len(sample) >= 3:
        # An unlabelled or strangely labelled column full of, say, ID numbers.
        return share * (0.7 if not column.label else 0.6)
    return 0.0


def _share(spec: FieldSpec, sample: Sequence[str]) -> float | None:
    if spec.detect is None or not sample:
        return None
    return sum(1 for text in sample if spec.detect(text)) / len(sample)


def label_confidence(label: str, group: str, spec: FieldSpec, kind: Kind) -> float:
    """How sure a label alone makes a field: 1 for one of its labels, less for similar ones, 0 for others."""
    if not label:
        return 0.0
    plain = label.rpartition("/")[2] if group and label.startswith(group) else label
    bare, whole = bare_label(plain), fold_label(plain)
    word = group_word(group) if group else ""
    if word:
        grouped = kind.by_label.get(fold_label(word + bare))
        if grouped is not None:
            return 1.0 if grouped is spec else 0.0
        if _OTHER_PERSONS.search(word):
            return 0.0
    for form in (whole, bare):
        owner = kind.by_label.get(form)
        if owner is not None:
            return 1.0 if owner is spec else 0.0
    for part in _ALTERNATIVES.split(plain):  # 统一社会信用代码/组织机构代码
        if kind.by_label.get(bare_label(part)) is spec:
            return 0.95
    return _similar(bare, spec, kind)


def _similar(bare: str, spec: FieldSpec, kind: Kind) -> float:
    """0.7–0.9 for a label with words around it that change nothing, or with a character mistyped or swapped.

    The head of a Chinese label is its end: 职工身份证号 is an ID number, 单位地址 no unit. Words before it are accepted
    only where they name the kind's own subject.
    """
    if bare.isascii():  # lat is not plate: short English words differ by little
        return 0.0
    labels = kind.by_label
    rest = kind.own_words.sub("", bare)
    for form in (rest, _TAIL.sub("", bare), _TAIL.sub("", rest)):
        if form != bare and labels.get(form) is spec:
            return 0.85
    near, ratio = closest(bare, _folded(spec))
    changed = _difference(bare, near) + _difference(near, bare)
    if ratio >= 0.8 and len(near) >= _SHORTEST_TYPO and not _OTHERS.search(changed):
        return ratio * 0.95
    return 0.0


def _difference(text: str, other: str) -> str:
    return "".join(character for character in text if character not in other)


def _folded(spec: FieldSpec) -> list[str]:
    return [fold_label(label) for label in spec.labels]


def hints_of(texts: Iterable[str]) -> str:
    """Titles and names joined for the search of hints."""
    return " ".join(fold_width(text) for text in texts)
