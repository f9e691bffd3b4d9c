"""Checks of the head, the questions and their conditions. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from smartunion.engines.casework.definition.conditions import (
    WITH_VALUE,
    Condition,
    Op,
    depth,
    fields_in,
    tests_in,
)
from smartunion.engines.casework.definition.formulas import (
    Call,
    FormulaError,
    Name,
    calls,
    circle_in,
    names,
    read,
)
from smartunion.engines.casework.definition.shapes import (
    COLUMN_KINDS,
    NUMBER_KINDS,
    OPEN_KINDS,
    Definition,
    Field,
    FieldKind,
    Format,
)

MAX_FIELDS: Final = 200
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,38}")
_ICON: Final = re.compile(r"[a-z0-9-]{1,40}")
_AUDIENCES: Final = frozenset({"worker", "staff", "anyone"})
#: What the engine itself can fill in; a handler adds its own as "handler.<name>".
PREFILLS: Final = frozenset(
    {"person.name", "person.mobile", "person.sex", "person.birth_date", "person.employer", "person.union",
     "person.address", "account.name", "account.mobile", "today"}
)  # fmt: skip
_EARLIER: Final = re.compile(r"case\.[a-z][a-z0-9_]{0,58}\.[a-z][a-z0-9_]{0,38}")
_LISTS: Final = frozenset({FieldKind.MULTI})

Found = Iterator[tuple[str, str]]


def is_key(text: str) -> bool:
    """A usable key: lower-case letters, digits, underscores, beginning with a letter, at most 39."""
    return _KEY.fullmatch(text) is not None


def check_new_key(key: str, seen: set[str], place: str) -> Found:
    """A key of the usual form that nothing beside it has; it is put among those seen."""
    if not is_key(key) or key in seen:
        yield f"{place}.key", _("The key must be new, in lower-case letters, digits and underscores.")
    seen.add(key)


def check_head(definition: Definition) -> Found:
    """Key, title and the other words at the top."""
    if not _KEY.fullmatch(definition.key):
        yield "key", _("The key must be in lower-case letters, digits and underscores.")
    if not definition.title:
        yield "title", _("The service needs a name people understand.")
    limits = {
        "title": (definition.title, 80),
        "summary": (definition.summary, 200),
        "subject": (definition.subject, 100),
    }
    for name, (words, limit) in limits.items():
        if max(len(words.zh), len(words.en)) > limit:
            yield name, _("At most %(limit)s characters fit here.") % {"limit": limit}
    if definition.audience not in _AUDIENCES:
        yield "audience", _("The audience is worker, staff or anyone.")
    if not is_key(definition.category) or len(definition.category) > 30:
        yield "category", _("The category is a key in lower-case letters.")
    if not _ICON.fullmatch(definition.icon):
        yield "icon", _("The icon is named in lower-case letters and dashes.")
    if not 0 <= definition.order <= 30000:
        yield "order", _("The order lies between 0 and 30,000.")


def check_questions(definition: Definition, handler_prefills: frozenset[str]) -> Found:
    """Sections, their questions and conditions."""
    seen_sections: set[str] = set()
    for at, section in enumerate(definition.sections):
        place = f"sections[{at}]"
        yield from check_new_key(section.key, seen_sections, place)
        if not section.title:
            yield f"{place}.title", _("The group needs a heading.")
        inside = {question.key for question in section.fields}
        yield from check_condition(section.visible_if, definition.fields, f"{place}.visible_if")
        if fields_in(section.visible_if) & inside:
            yield f"{place}.visible_if", _("A group cannot depend on a question inside itself.")
    places = [
        f"sections[{at}].fields[{number}]"
        for at, section in enumerate(definition.sections)
        for number, _question in enumerate(section.fields)
    ]
    yield from check_list(definition.fields, "fields", handler_prefills, places)
    yield from check_formulas(definition.fields, definition.fields, places)
    yield from _check_circles(definition)


def check_list(
    questions: tuple[Field, ...],
    place: str,
    handler_prefills: frozenset[str],
    places: list[str] | None = None,
) -> Found:
    """A list of questions: keys, kinds, options, conditions."""
    if len(questions) > MAX_FIELDS:
        yield (
            place,
            _("More than %(limit)s questions in one form cannot be answered by anybody.")
            % {"limit": MAX_FIELDS},
        )
    seen: set[str] = set()
    for at, question in enumerate(questions):
        spot = places[at] if places else f"{place}[{at}]"
        yield from check_new_key(question.key, seen, spot)
        yield from _check_question(question, spot, handler_prefills)
        yield from check_condition(question.visible_if, questions, f"{spot}.visible_if")
        if question.key in fields_in(question.visible_if):
            yield f"{spot}.visible_if", _("A question cannot depend on itself.")
        yield from check_condition(question.required_if, questions, f"{spot}.required_if")
        if question.required_if is not None and question.is_required:
            yield (
                f"{spot}.required_if",
                _("A question that must always be answered needs no condition for it."),
            )


def _check_question(question: Field, place: str, handler_prefills: frozenset[str]) -> Found:
    if not question.label:
        yield f"{place}.label", _("The question needs words.")
    if question.kind in {FieldKind.CHOICE, FieldKind.MULTI}:
        values = [option.value for option in question.options]
        if not values:
            yield f"{place}.options", _("There is nothing to choose from.")
        if len(set(values)) != len(values) or any(not value or len(value) > 60 for value in values):
            yield f"{place}.options", _("Each option needs its own short value.")
        if any(not option.label for option in question.options):
            yield f"{place}.options", _("Each option needs words.")
    elif question.options:
        yield f"{place}.options", _("Only questions to choose from have options.")
    yield from _check_columns(question, place)
    if question.formula and question.kind is not FieldKind.CALC:
        yield f"{place}.formula", _("Only calculated questions have a formula.")
    if not 0 <= question.decimals <= 6:
        yield f"{place}.decimals", _("Between 0 and 6 decimals can be shown.")
    low, high = question.minimum, question.maximum
    if low is not None and high is not None and low > high:
        yield f"{place}.minimum", _("The smallest value is larger than the largest.")
    if question.kind not in {FieldKind.NUMBER, FieldKind.CALC} and any(
        bound is not None and bound < 0 for bound in (low, high)
    ):
        yield f"{place}.minimum", _("A length or count cannot be negative.")
    if question.format is not Format.NONE and question.kind is not FieldKind.TEXT:
        yield f"{place}.format", _("Only text questions have a format.")
    if question.in_digest and question.kind not in OPEN_KINDS:
        yield (
            f"{place}.in_digest",
            _("Free text, people and photos may not stand in lists: they name somebody."),
        )
    if question.prefill and not _is_source(question.prefill, handler_prefills):
        yield f"{place}.prefill", _("Nothing can be filled in from this source.")
    if question.is_locked and not question.prefill:
        yield (
            f"{place}.is_locked",
            _("A question nobody fills in and nobody may change can never be answered."),
        )


def _check_columns(question: Field, place: str) -> Found:
    if question.kind is not FieldKind.ROWS:
        if question.columns:
            yield f"{place}.columns", _("Only questions with rows have columns.")
        return
    if not 1 <= len(question.columns) <= 8:
        yield f"{place}.columns", _("A row has between one and eight columns.")
    seen: set[str] = set()
    for at, column in enumerate(question.columns):
        spot = f"{place}.columns[{at}]"
        if (
            column.kind not in COLUMN_KINDS
            or column.visible_if is not None
            or column.prefill
            or column.required_if
        ):
            yield (
                spot,
                _("A column is a plain text, choice, date, number or yes/no question without conditions."),
            )
            continue
        yield from check_new_key(column.key, seen, spot)
        yield from _check_question(column, spot, frozenset())


def check_condition(condition: Condition | None, questions: tuple[Field, ...], place: str) -> Found:
    """A condition looks only at questions that exist, with operators that fit them."""
    if condition is None:
        return
    if depth(condition) > 5 or not tests_in(condition):
        yield place, _("The condition is empty or nested too deeply.")
        return
    kinds = {question.key: question for question in questions}
    for test in tests_in(condition):
        asked = kinds.get(test.field)
        if asked is None:
            yield place, _("The question %(key)s is not asked before.") % {"key": test.field[:40]}
        elif test.op in {Op.AT_LEAST, Op.AT_MOST} and asked.kind not in NUMBER_KINDS:
            yield place, _("Only numbers can be compared by size.")
        elif test.op is Op.HAS and asked.kind not in _LISTS:
            yield place, _("Only a question with several answers can contain one.")
        elif (
            test.op in WITH_VALUE
            and asked.options
            and str(test.value) not in {o.value for o in asked.options}
        ):
            yield place, _("The option %(value)s does not exist.") % {"value": str(test.value)[:60]}


def _check_circles(definition: Definition) -> Found:
    """Questions that depend on one another in a circle would never be shown."""
    needs: dict[str, frozenset[str]] = {}
    places: dict[str, str] = {}
    for at, section in enumerate(definition.sections):
        for number, question in enumerate(section.fields):
            places[question.key] = f"sections[{at}].fields[{number}]"
            shown_by = fields_in(question.visible_if) | fields_in(section.visible_if)
            needs[question.key] = (shown_by | formula_keys(question)) - {question.key}
    round_about = circle_in(needs)
    for key in (key for key in needs if key in round_about):
        yield places[key], _("These questions depend on one another in a circle.")


def formula_keys(question: Field) -> frozenset[str]:
    """Keys a calculated question looks at; none when its formula cannot be read."""
    if question.kind is not FieldKind.CALC:
        return frozenset()
    try:
        return frozenset(name.key for name in names(read(question.formula)))
    except FormulaError:
        return frozenset()


def check_formulas(questions: tuple[Field, ...], known: tuple[Field, ...], places: list[str]) -> Found:
    """Formulas can be read, look at questions that exist, and use each as what it is.

    questions: those to check, at `places`; known: every question a formula may look at.
    """
    kinds = {question.key: question for question in known}
    for question, place in zip(questions, places, strict=True):
        if question.kind is not FieldKind.CALC:
            continue
        if not question.formula:
            yield f"{place}.formula", _("Write how it is calculated.")
            continue
        try:
            node = read(question.formula)
        except FormulaError as wrong:
            yield f"{place}.formula", str(wrong)
            continue
        if question.key in {name.key for name in names(node)}:
            yield f"{place}.formula", _("A calculated answer cannot look at itself.")
        yield from ((f"{place}.formula", words) for words in _formula_problems(node, kinds))


def _formula_problems(node: object, kinds: dict[str, Field]) -> Iterator[str]:
    """What is wrong with each name and call of a formula, once each."""
    used: dict[Name, str] = {}
    for call in calls(node):  # type: ignore[arg-type]  # a node, as read() gives it
        yield from _call_problems(call, used)
    for name in dict.fromkeys(names(node)):  # type: ignore[arg-type]  # a node, as read() gives it
        asked = kinds.get(name.key)
        if asked is None:
            yield _("There is no question “%(key)s”.") % {"key": name.key[:40]}
            continue
        use = used.get(name, "number")
        if not _fits(asked, name.part, use):
            yield _misfit(use) % {"label": asked.label}


def _call_problems(call: Call, used: dict[Name, str]) -> Iterator[str]:
    dates = call.name in {"days", "months", "years"}
    counts = {"days": (2, 2), "months": (2, 2), "years": (2, 2), "count": (1, 1), "round": (1, 2)}
    low, high = counts.get(call.name, (1, 20))
    if not low <= len(call.args) <= high:
        yield _("“%(call)s” needs between %(low)s and %(high)s values.") % {
            "call": call.name,
            "low": low,
            "high": high,
        }
    for arg in call.args:
        use = (
            "date" if dates else "rows" if call.name == "count" else "" if call.name == "round" else "numbers"
        )
        if isinstance(arg, Name):
            if use:
                used[arg] = use
        elif use in {"date", "rows"}:
            yield _misfit(use) % {"label": call.name}


def _fits(asked: Field, part: str, use: str) -> bool:
    """Whether a question can stand where a formula uses it."""
    column = next((one for one in asked.columns if one.key == part), None)
    is_column = asked.kind is FieldKind.ROWS and column is not None and column.kind in NUMBER_KINDS
    if use == "rows":
        return asked.kind is FieldKind.ROWS and not part
    if use == "date":
        is_end = asked.kind is FieldKind.PERIOD and part in {"from", "to"}
        return is_end or (asked.kind is FieldKind.DATE and not part)
    return (asked.kind in NUMBER_KINDS and not part) or (use == "numbers" and is_column)


def _misfit(use: str) -> str:
    return {
        "rows": _("“%(label)s” has no rows to count."),
        "date": _("“%(label)s” is no date."),
        "numbers": _("“%(label)s” is no number, amount or column of numbers."),
    }.get(use, _("“%(label)s” is no number; a column of rows must stand in a sum, smallest or largest."))


def _is_source(source: str, handler_prefills: frozenset[str]) -> bool:
    return (
        source in PREFILLS
        or _EARLIER.fullmatch(source) is not None
        or (source.startswith("handler.") and source.removeprefix("handler.") in handler_prefills)
    )
