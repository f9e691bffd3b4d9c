"""Posted texts to parts of a definition: lines to options and columns, pickers to conditions. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

from smartunion.engines.casework.definition import Condition, Field, FieldKind, Op, Option, Test, Text
from smartunion.engines.casework.definition.checking_rules import KNOWN_FACTS
from smartunion.engines.casework.definition.conditions import WITH_VALUE
from smartunion.engines.casework.definition.shapes import NUMBER_KINDS

E = TypeVar("E", bound=Enum)
#: Words for the kinds a column may have.
COLUMN_WORDS: Final = {
    "文字": FieldKind.TEXT, "金额": FieldKind.MONEY, "数字": FieldKind.NUMBER, "日期": FieldKind.DATE,
    "是否": FieldKind.YES_NO, "text": FieldKind.TEXT,
}  # fmt: skip
#: Picked when a condition too complex for the pickers is to stay as it is.
KEEP: Final = "keep"
_SHORT: Final = 60


@dataclass(frozen=True)
class Edit:
    """One change: what to do, to which part, with which posted values.

    do: name in EDITS; where: list a question belongs to; key: the part; given: posted texts; many: posted lists.
    """

    do: str
    where: str = ""
    key: str = ""
    given: dict[str, str] | None = None
    many: dict[str, list[str]] | None = None

    def get(self, name: str) -> str:
        """One posted text."""
        return (self.given or {}).get(name, "").strip()

    def all(self, name: str) -> list[str]:
        """A posted list."""
        return (self.many or {}).get(name, [])

    def has(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.get(name))


def words(given: str, before: Text) -> Text:
    """The Chinese as typed; the English beside it stays only while the Chinese does."""
    given = given.replace("\r\n", "\n")[:4000]
    return before if given == before.zh else Text(given)


def choice(kind: type[E], given: str, before: E) -> E:
    """The value picked, or what stood there."""
    try:
        return kind(given)
    except ValueError:
        return before


def number(given: str) -> int | None:
    """A whole number, none when nothing or nonsense was typed."""
    text = given.replace(",", "").strip()
    return (
        int(text)
        if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) < 10
        else None
    )


def whole(given: str, before: int) -> int:
    """A whole number, or what stood there."""
    found = number(given)
    return before if found is None else found


def options_from(text: str, before: Sequence[Option]) -> tuple[Option, ...]:
    """One answer a line; an answer that keeps its words keeps its stored value, a new one gets a fresh one."""
    known = {str(option.label): option for option in before}
    taken = {option.value for option in before}
    made: dict[str, Option] = {}
    for line in (line.strip()[:_SHORT] for line in text.splitlines() if line.strip()):
        if line in known:
            made.setdefault(line, known[line])
            continue
        value = next(value for count in range(1, 100_000) if (value := f"a{count}") not in taken)
        taken.add(value)
        made.setdefault(line, Option(value, Text(line)))
    return tuple(made.values())


def columns_from(text: str, before: Sequence[Field]) -> tuple[Field, ...]:
    """One column a line: words, comma, kind (文字、金额、数字、日期、是否); a choice column stays while its words do."""
    known = {str(column.label): column for column in before}
    taken = {column.key for column in before}
    made: dict[str, Field] = {}
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        label, _comma, kind_word = line.replace("，", ",").partition(",")
        label, kind = label.strip()[:_SHORT], COLUMN_WORDS.get(kind_word.strip())
        if label in known:
            column = known[label]
            made.setdefault(
                label, column if kind in {None, column.kind} else Field(column.key, kind, column.label)
            )
            continue
        key = next(key for count in range(1, 1000) if (key := f"c{count}") not in taken)
        taken.add(key)
        made.setdefault(label, Field(key, kind or FieldKind.TEXT, Text(label)))
    return tuple(made.values())


def columns_in_words(columns: Iterable[Field]) -> str:
    """Columns as `columns_from` reads them."""
    names = {kind: word for word, kind in reversed(COLUMN_WORDS.items())} | {FieldKind.TEXT: "文字"}
    return "\n".join(
        f"{column.label}，{names[column.kind]}" if column.kind in names else str(column.label)
        for column in columns
    )


def condition_from(
    edit: Edit, name: str, before: Condition | None, fields: Iterable[Field]
) -> Condition | None:
    """The condition picked: question, operator, value; none when no question is picked."""
    picked = edit.get(f"{name}_field")
    if picked == KEEP:
        return before
    if not picked:
        return None
    op = choice(Op, edit.get(f"{name}_op"), Op.IS)
    field = next((one for one in fields if one.key == picked), None)
    value = _value(field, picked, edit.get(f"{name}_value")) if op in WITH_VALUE else None
    return Test(picked, op, value)


def _value(field: Field | None, picked: str, given: str) -> str | int | bool:
    """What was typed as the question would store it: an option's value for its words, yes and no, a number."""
    is_yes_no = (field is not None and field.kind is FieldKind.YES_NO) or picked.rsplit(".", 1)[
        -1
    ].startswith("is_")
    if is_yes_no:
        return given not in {"否", "no", "false", "0"}
    is_number = (field is not None and field.kind in NUMBER_KINDS) or picked in KNOWN_FACTS
    found = number(given) if is_number else None
    if found is not None:
        return found
    labels = {str(option.label): option.value for option in field.options} if field is not None else {}
    return labels.get(given, given)[:_SHORT]


def value_in_words(field: Field | None, value: object) -> str:
    """A condition's value as `condition_from` reads it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    labels = {option.value: str(option.label) for option in field.options} if field is not None else {}
    return "" if value is None else labels.get(str(value), str(value))
