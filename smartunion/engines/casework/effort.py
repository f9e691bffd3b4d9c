"""How much a worker types for each service, worked out from its definition: none that is known already. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from smartunion.engines.casework.definition import Definition, Field, FieldKind

#: What the register or the account could fill in, by kind of question and the words in its label.
_KNOWN_WORDS = {
    "姓名": "person.name", "手机": "person.mobile", "联系电话": "account.mobile", "性别": "person.sex",
    "出生日期": "person.birth_date", "工作单位": "person.employer", "所在工会": "person.union",
}  # fmt: skip
_TYPED = frozenset(
    {FieldKind.TEXT, FieldKind.TEXTAREA, FieldKind.NUMBER, FieldKind.MONEY, FieldKind.DATE, FieldKind.PERIOD, FieldKind.ROWS,
     FieldKind.PLACE, FieldKind.PERSON, FieldKind.EMPLOYER, FieldKind.UNION}
)  # fmt: skip
_TAPPED = frozenset({FieldKind.CHOICE, FieldKind.MULTI, FieldKind.YES_NO, FieldKind.RATING})


@dataclass(frozen=True)
class Effort:
    """One service: required questions she types, taps, that come filled in or worked out; papers she must photograph.

    optional: what she may leave; asked_though_known: labels of required questions the register could answer.
    """

    key: str
    title: str
    typed: int
    tapped: int
    filled: int
    optional: int
    papers: int
    rung: str
    asked_though_known: tuple[str, ...]


def effort_of(definition: Definition) -> Effort:
    """Counted as she meets the form: what a condition may hide counts, as it may be shown."""
    needed = [field for field in definition.fields if field.is_required and field.kind is not FieldKind.CALC]
    asked = [field for field in needed if not field.prefill]
    return Effort(
        definition.key, definition.title.zh, _count(asked, _TYPED), _count(asked, _TAPPED),
        sum(bool(field.prefill) or field.kind is FieldKind.CALC for field in definition.fields),
        sum(not field.is_required and field.kind is not FieldKind.CALC for field in definition.asked),
        sum(material.is_required for material in definition.materials) + _count(asked, frozenset({FieldKind.PHOTO})),
        str(definition.rung.value), tuple(field.label.zh for field in asked if known_source(field)),
    )  # fmt: skip


def known_source(field: Field) -> str:
    """Where the answer stands already, when the question is about the applicant herself; empty when it does not."""
    return next((source for words, source in _KNOWN_WORDS.items() if field.label.zh == words), "")


def table(definitions: Iterable[Definition]) -> str:
    """The table of docs/rules/services.md, in Markdown, in the order of the catalogue."""
    rows = [
        effort_of(one) for one in sorted(definitions, key=lambda one: (one.order, one.key)) if not one.page
    ]
    lines = [
        "| 服务 | 必填打字 | 必填点选 | 自动填好或算出 | 选填 | 必交照片 | 阶梯 |", "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    words = {"apply": "申请", "prefilled": "预填", "one_tap": "一键办", "granted": "免申即享"}
    lines += [
        f"| {row.title} `{row.key}` | {row.typed} | {row.tapped} | {row.filled} | {row.optional} | {row.papers} "
        f"| {words[row.rung]} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _count(fields: Iterable[Field], kinds: frozenset[FieldKind]) -> int:
    return sum(field.kind in kinds for field in fields)
