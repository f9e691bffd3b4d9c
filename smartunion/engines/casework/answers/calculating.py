"""Calculated answers: their value from the other answers, and how it came about, line by line. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from smartunion.engines.casework.definition import Field, FieldKind
from smartunion.engines.casework.definition.formulas import FormulaError, Name, Value, read, result, written

#: Rows of a column shown one by one in an explanation.
_SHOWN_ROWS = 6


@dataclass(frozen=True)
class Calculated:
    """One calculated answer. value: decimal as text, None while something is unanswered; words: formula, numbers, result."""

    key: str
    label: str
    value: str | None
    words: str


def calculated(field: Field, fields: Iterable[Field], answers: Mapping[str, object]) -> Calculated:
    """The value of one CALC question and its explanation.

    fields: every question it may look at; answers: typed answers, earlier calculated ones among them.
    """
    known = {one.key: one for one in fields}
    try:
        node = read(field.formula)
    except FormulaError:
        return Calculated(field.key, str(field.label), None, "")
    found = result(node, lambda name: value_of(known.get(name.key), name, answers), field.decimals)
    in_words = written(node, lambda name: label_of(known.get(name.key), name))
    in_numbers = written(node, lambda name: shown_value(value_of(known.get(name.key), name, answers)))
    words = " = ".join(
        [
            str(field.label),
            in_words,
            in_numbers,
            *([f"{found:,.{field.decimals}f}"] if found is not None else []),
        ]
    )
    return Calculated(field.key, str(field.label), None if found is None else f"{found:f}", words)


def value_of(field: Field | None, name: Name, answers: Mapping[str, object]) -> Value:
    """What a name stands for."""
    given = answers.get(name.key)
    if field is None or given is None:
        return None
    if field.kind is FieldKind.ROWS:
        rows = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
        if not name.part:
            return len(rows)
        found = [_decimal(row.get(name.part)) for row in rows]
        return [value for value in found if value is not None]
    if field.kind is FieldKind.PERIOD:
        return str(given.get(name.part, "")) if isinstance(given, dict) else None
    return str(given) if field.kind is FieldKind.DATE else _decimal(given)


def label_of(field: Field | None, name: Name) -> str:
    """A name as people read it."""
    if field is None:
        return name.key
    if not name.part:
        return str(field.label)
    column = next((str(one.label) for one in field.columns if one.key == name.part), name.part)
    return f"{field.label}·{column}"


def shown_value(value: Value) -> str:
    """A value as an explanation shows it."""
    if value is None:
        return "…"
    if isinstance(value, list):
        shown = [f"{one:,f}" for one in value[:_SHOWN_ROWS]]
        return " + ".join(shown + (["…"] if len(value) > _SHOWN_ROWS else [])) or "0"
    return value if isinstance(value, str) else f"{value:,}"


def _decimal(given: object) -> Decimal | None:
    if isinstance(given, bool) or not isinstance(given, str | int):
        return None
    try:
        found = Decimal(given)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
