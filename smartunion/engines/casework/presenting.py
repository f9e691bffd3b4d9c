"""Questions as pages draw them: current values, choices ticked, errors beside them. No database."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from smartunion.engines.casework.answers import check_fields, raw_from_json
from smartunion.engines.casework.answers.calculating import calculated
from smartunion.engines.casework.answers.reading import PARTS
from smartunion.engines.casework.answers.showing import words_of
from smartunion.engines.casework.definition import (
    Definition,
    Field,
    FieldKind,
    Material,
    Section,
    dump_condition,
)
from smartunion.engines.casework.definition.conditions import fields_in
from smartunion.engines.casework.models import CaseMaterial

#: Empty rows offered beside the filled ones, for pages without scripts.
SPARE_ROWS = 2
#: Choices up to this many are buttons, more are a drop-down.
BUTTONS = 6


@dataclass(frozen=True)
class Choice:
    """One option as drawn."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Cell:
    """One input of a row."""

    name: str
    field: Field
    value: str
    choices: tuple[Choice, ...]
    error: str


@dataclass(frozen=True)
class Question:
    """One question as drawn.

    value: raw text; parts: inputs of people, employers, unions, places; rows: cells; photos: files given; error: what
    is wrong; note: what an office asked for; condition: JSON the page's script evaluates, "" for none; given: what the
    question was drawn from; words: how a calculated answer came about.
    """

    field: Field
    value: str = ""
    parts: Mapping[str, str] | None = None
    choices: tuple[Choice, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    photos: Sequence[CaseMaterial] = ()
    error: str = ""
    note: str = ""
    condition: str = ""
    is_prefilled: bool = False
    given: object = None
    words: str = ""

    @property
    def kind(self) -> str:
        """Kind of the question."""
        return self.field.kind.value

    @property
    def as_buttons(self) -> bool:
        """Few choices stand open."""
        return len(self.choices) <= BUTTONS

    @property
    def id(self) -> str:
        """Id of the input, or of the group."""
        return f"id_{self.field.key}"

    @property
    def limit(self) -> int:
        """Most photos."""
        return self.field.maximum or 9


@dataclass(frozen=True)
class Screen:
    """A group of questions: one screen on the phone."""

    key: str
    title: str
    help: str
    questions: tuple[Question, ...]
    condition: str = ""

    @property
    def has_error(self) -> bool:
        """Whether something on it is wrong."""
        return any(question.error for question in self.questions)


Photos = Mapping[str, Sequence[CaseMaterial]]
#: Calculated answers by question: value, the value in words (shown) and how it came about (words).
Worked = dict[str, dict[str, str]]


def screens(
    definition: Definition, raw: Mapping[str, object], photos: Photos, *, errors: Mapping[str, str],
    notes: Mapping[str, str] | None = None, only: Iterable[str] | None = None,
) -> list[Screen]:  # fmt: skip
    """The applicant's form. only: keys to show (a supplement); errors and notes by question."""
    shown = set(only) if only is not None else None
    made = []
    for section in definition.sections:
        fields = [field for field in section.fields if shown is None or field.key in shown]
        if fields:
            made.append(_screen(section, fields, raw, photos, errors, notes or {}))
    return made


def known_to_conditions(
    screens: Iterable[Screen], papers: Iterable[Material], definition: Definition, held: Mapping[str, object]
) -> dict[str, object]:
    """Answers that conditions on the page look at though their questions are not on it: a supplement asks for a part only.

    By question, as the page's script reads inputs: texts, lists of texts.
    """
    shown = list(screens)
    asked = {question.field.key for screen in shown for question in screen.questions}
    sections = {section.key: section.visible_if for section in definition.sections}
    conditions = [
        *(question.field.visible_if for screen in shown for question in screen.questions),
        *(sections.get(screen.key) for screen in shown), *(paper.visible_if for paper in papers),
    ]  # fmt: skip
    wanted = {key for condition in conditions for key in fields_in(condition)} - asked
    return {
        key: [str(one) for one in given] if isinstance(given, list) else raw_text(given)
        for key in sorted(wanted) if (given := held.get(key)) not in (None, "")
    }  # fmt: skip


def questions(
    fields: Iterable[Field], raw: Mapping[str, object], photos: Photos, *, errors: Mapping[str, str],
    notes: Mapping[str, str] | None = None,
) -> tuple[Question, ...]:  # fmt: skip
    """A plain list of questions: a step's fields."""
    return tuple(question_of(field, raw.get(field.key), photos, errors, notes or {}) for field in fields)


def question_of(
    field: Field, given: object, photos: Photos, errors: Mapping[str, str], notes: Mapping[str, str]
) -> Question:
    """One question with what was given so far (raw or typed)."""
    return Question(
        field=field,
        value=raw_text(given),
        parts=_parts(field, given),
        choices=_choices(field, given),
        rows=_rows(field, given, errors),
        photos=photos.get(field.key, ()),
        error=errors.get(field.key, ""),
        note=notes.get(field.key, ""),
        condition=_json(field.visible_if),
        is_prefilled=bool(field.prefill and raw_text(given)),
        given=given,
    )


def worked_out(screens: Iterable[Screen], worked: Worked) -> list[Screen]:
    """The same screens with calculated answers filled in."""
    return [replace(screen, questions=with_worked(screen.questions, worked)) for screen in screens]


def with_worked(asked: Iterable[Question], worked: Worked) -> tuple[Question, ...]:
    """The same questions with calculated answers filled in."""
    return tuple(
        replace(one, value=worked[one.field.key]["shown"], words=worked[one.field.key]["words"])
        if one.field.key in worked
        else one
        for one in asked
    )


def calculated_now(
    fields: Sequence[Field],
    raw: Mapping[str, object],
    before: Mapping[str, object],
    all_fields: Sequence[Field],
    today: date,
) -> Worked:
    """Calculated answers for what has been typed so far.

    before, all_fields: earlier answers and every question a formula may look at.
    """
    wanted = [field for field in fields if field.kind is FieldKind.CALC]
    if not wanted:
        return {}
    checked = check_fields(
        fields, raw_from_json(fields, raw), papers={}, today=today, before=before, all_fields=all_fields
    )
    known = {**before, **checked.values}
    found = {field.key: calculated(field, all_fields, known) for field in wanted}
    return {
        key: {"value": one.value or "", "shown": words_of(field, one.value, True), "words": one.words}
        for (key, one), field in zip(found.items(), wanted, strict=True)
    }


def raw_text(given: object) -> str:
    """A typed or raw value as an input shows it."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    return str(given) if isinstance(given, str | int) else ""


def _screen(
    section: Section, fields: Sequence[Field], raw: Mapping[str, object], photos: Photos, errors: Mapping[str, str],
    notes: Mapping[str, str],
) -> Screen:  # fmt: skip
    asked = questions(fields, raw, photos, errors=errors, notes=notes)
    return Screen(section.key, str(section.title), str(section.help), asked, _json(section.visible_if))


def _json(condition: object) -> str:
    dumped = dump_condition(condition)  # type: ignore[arg-type]  # a Condition or None, as the shapes say
    return "" if dumped is None else json.dumps(dumped, ensure_ascii=False, separators=(",", ":"))


def _parts(field: Field, given: object) -> dict[str, str] | None:
    if field.kind not in PARTS:
        return None
    held = given if isinstance(given, dict) else {}
    parts = {part: str(held.get(part) or "") for part in PARTS[field.kind]}
    if field.kind is FieldKind.PLACE and held.get("name"):
        parts["region"] = str(held["name"])
    return parts


def _choices(field: Field, given: object) -> tuple[Choice, ...]:
    chosen = {str(item) for item in given} if isinstance(given, list | tuple) else {raw_text(given)}
    return tuple(Choice(option.value, str(option.label), option.value in chosen) for option in field.options)


def _rows(field: Field, given: object, errors: Mapping[str, str]) -> tuple[tuple[Cell, ...], ...]:
    if field.kind is not FieldKind.ROWS:
        return ()
    filled = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
    wanted = max(len(filled) + SPARE_ROWS, field.minimum or 1)
    rows: list[dict[str, object]] = [*filled, *({} for _ in range(wanted - len(filled)))]
    return tuple(_row(field, number, row, errors) for number, row in enumerate(rows[: field.maximum or 100]))


def _row(field: Field, number: int, row: Mapping[str, object], errors: Mapping[str, str]) -> tuple[Cell, ...]:
    cells = []
    for column in field.columns:
        name = f"{field.key}.{number}.{column.key}"
        given = row.get(column.key)
        cells.append(Cell(name, column, raw_text(given), _choices(column, given), errors.get(name, "")))
    return tuple(cells)
