"""Which questions are asked for the answers so far, and how answers read on a page. Pure."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from smartunion.core.crypto.masking import mask_phone, mask_resident_id
from smartunion.engines.casework.answers.calculating import calculated
from smartunion.engines.casework.definition import Definition, Field, FieldKind, Format, Material
from smartunion.engines.casework.definition.conditions import fields_in, holds, is_empty
from smartunion.engines.casework.definition.formulas import FormulaError, names, read


@dataclass(frozen=True)
class Line:
    """One answer as shown: the question, the value in words, and for rows a small table; is_starred: part of it is hidden."""

    key: str
    label: str
    value: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    is_starred: bool = False


def visible_fields(definition: Definition, answers: Mapping[str, object]) -> dict[str, Field]:
    """Questions asked for these answers, by key; what a hidden question held counts as unanswered."""
    return settle(definition, answers)[0]


def settle(
    definition: Definition, answers: Mapping[str, object]
) -> tuple[dict[str, Field], dict[str, object]]:
    """Questions asked for these answers, and the answers that count: hidden ones left out, calculated ones worked out."""
    asked: dict[str, Field] = {}
    waiting = [(section.visible_if, field) for section in definition.sections for field in section.fields]
    keys = {field.key for _condition, field in waiting}
    settled: set[str] = set()
    known: dict[str, object] = {}
    while waiting:
        left = []
        for condition, field in waiting:
            needs = (fields_in(condition) | fields_in(field.visible_if) | looks_at(field)) & keys
            if needs <= settled:
                settled.add(field.key)
                if holds(condition, known) and holds(field.visible_if, known):
                    asked[field.key] = field
                    known[field.key] = answer_of(field, definition.fields, known, answers)
            else:
                left.append((condition, field))
        if len(left) == len(waiting):  # a circle: refused on saving, never shown
            break
        waiting = left
    return {field.key: field for field in definition.fields if field.key in asked}, known


def looks_at(field: Field) -> frozenset[str]:
    """Keys a calculated question needs first; none for other kinds or a formula that cannot be read."""
    if field.kind is not FieldKind.CALC:
        return frozenset()
    try:
        return frozenset(name.key for name in names(read(field.formula)))
    except FormulaError:
        return frozenset()


def answer_of(
    field: Field, fields: Iterable[Field], known: Mapping[str, object], answers: Mapping[str, object]
) -> object:
    """The answer of one question: as given, or worked out from what is known so far."""
    if field.kind is FieldKind.CALC:
        return calculated(field, fields, known).value
    return answers.get(field.key)


def visible_in_list(fields: Iterable[Field], answers: Mapping[str, object]) -> dict[str, Field]:
    """The same for an officer's list of questions, whose conditions look at that list only."""
    return {field.key: field for field in fields if holds(field.visible_if, answers)}


def visible_materials(definition: Definition, answers: Mapping[str, object]) -> list[Material]:
    """Papers asked for these answers."""
    known = {key: answers.get(key) for key in visible_fields(definition, answers)}
    return [material for material in definition.materials if holds(material.visible_if, known)]


def shown_lines(
    fields: Iterable[Field],
    answers: Mapping[str, object],
    *,
    is_masked: bool = True,
    numbers: Container[str] = (),
) -> list[Line]:
    """Answered questions in words, in the order of the form. is_masked: IDs and phones are starred; numbers: keys of
    texts that hold an ID number, whatever their form.
    """
    return [
        line_of(_as_number(field) if field.key in numbers else field, answers[field.key], is_masked=is_masked)
        for field in fields
        if not is_empty(answers.get(field.key)) and field.kind is not FieldKind.PHOTO
    ]


def _as_number(field: Field) -> Field:
    return replace(field, format=Format.RESIDENT_ID)


def line_of(field: Field, value: object, *, is_masked: bool = True) -> Line:
    """One answer in words."""
    if field.kind is FieldKind.ROWS and isinstance(value, list):
        head = tuple(str(column.label) for column in field.columns)
        rows = tuple(
            tuple(words_of(column, row.get(column.key), is_masked) for column in field.columns)
            for row in value
        )
        return Line(field.key, str(field.label), _("%(count)s rows") % {"count": len(rows)}, head, rows)
    shown = words_of(field, value, is_masked)
    return Line(field.key, str(field.label), shown, is_starred=shown != words_of(field, value, False))


def words_of(field: Field, value: object, is_masked: bool) -> str:
    """The value of one question in words, empty when there is none."""
    if is_empty(value):
        return ""
    labels = {option.value: str(option.label) for option in field.options}
    match field.kind:
        case FieldKind.CHOICE:
            return labels.get(str(value), str(value))
        case FieldKind.MULTI if isinstance(value, list):
            return "、".join(labels.get(str(item), str(item)) for item in value)
        case FieldKind.YES_NO:
            return _("Yes") if value is True else _("No")
        case FieldKind.NUMBER:
            return f"{value} {field.unit}".strip()
        case FieldKind.MONEY:
            return _("%(n)s yuan") % {"n": grouped(value, 2)}
        case FieldKind.CALC:
            return f"{grouped(value, field.decimals)} {field.unit}".strip()
        case FieldKind.RATING:
            return "★" * int(str(value))
        case FieldKind.DATE:
            return _date(str(value))
        case FieldKind.PERIOD if isinstance(value, dict):
            return _("%(first)s to %(last)s") % {
                "first": _date(str(value.get("from", ""))), "last": _date(str(value.get("to", ""))),
            }  # fmt: skip
        case FieldKind.PERSON | FieldKind.EMPLOYER | FieldKind.UNION | FieldKind.PLACE if isinstance(
            value, dict
        ):
            return _parts(field.kind, value, is_masked)
    return _masked(field.format, str(value)) if is_masked else str(value)


def digest_of(definition: Definition, answers: Mapping[str, object]) -> dict[str, str]:
    """The values that may stand in lists, in words (place, counts, choices): nothing that names a person."""
    asked = visible_fields(definition, answers)
    shown = {key: field for key, field in asked.items() if field.in_digest and not is_empty(answers.get(key))}
    words = {key: _list_words(field, answers.get(key))[:80] for key, field in shown.items()}
    return {key: text for key, text in words.items() if text}


def _list_words(field: Field, value: object) -> str:
    """A yes stands in lists as its question, a no not at all: "no" alone says nothing there."""
    if field.kind is FieldKind.YES_NO:
        return str(field.label) if value is True else ""
    return words_of(field, value, True)


def _parts(kind: FieldKind, value: Mapping[str, object], is_masked: bool) -> str:
    if kind is FieldKind.PLACE:
        return _address(str(value.get("name", "")), str(value.get("detail", "")))
    if kind is FieldKind.PERSON:
        mobile = str(value.get("mobile", ""))
        return f"{value.get('name', '')} {mask_phone(mobile) if is_masked and mobile else mobile}".strip()
    return str(value.get("name", ""))


#: 浙江省宁波市
_PROVINCE_AND_CITY = 6


def _address(place: str, detail: str) -> str:
    """Place and detail; an address that begins with province and city itself, as licences have it, stands alone."""
    beginning = place[:_PROVINCE_AND_CITY]
    is_whole = len(place) >= _PROVINCE_AND_CITY or detail.startswith(place)
    return detail if beginning and is_whole and detail.startswith(beginning) else f"{place}{detail}"


def grouped(value: object, decimals: int) -> str:
    """A decimal kept as text, with separators; other texts stay as they are."""
    try:
        return f"{Decimal(str(value)):,.{decimals}f}"
    except InvalidOperation:
        return str(value)


def _masked(form: Format, value: str) -> str:
    if form is Format.RESIDENT_ID:
        return mask_resident_id(value)
    return mask_phone(value) if form is Format.MOBILE else value


def _date(value: str) -> str:
    try:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    except ValueError:
        return value
