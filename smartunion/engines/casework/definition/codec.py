"""Definitions to and from JSON. Reading trusts nothing: every wrong type is refused with its place."""

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Final, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.engines.casework.definition.conditions import WITH_VALUE, AllOf, AnyOf, Condition, Op, Test
from smartunion.engines.casework.definition.shapes import Definition
from smartunion.engines.casework.definition.texts import Text

MAX_ITEMS: Final = 300
MAX_TEXT: Final = 4000
MAX_DEPTH: Final = 24


class DefinitionError(InvalidInput):
    """A definition that cannot be read; `field` is the place, such as steps[2].deadline.days."""

    code = "definition_unreadable"


def dump(definition: Definition) -> dict[str, Any]:
    """The definition as plain JSON values; what equals its default is left out."""
    return _dump_shape(definition)


def parse(data: object) -> Definition:
    """The definition in plain JSON values. Raises DefinitionError with the first wrong place."""
    found = _read(Definition, data, "", 0)
    assert isinstance(found, Definition)
    return found


def dump_condition(condition: Condition | None) -> Any:
    """A condition as JSON values, None for none: what the page's script evaluates too."""
    return None if condition is None else _dump(condition)


def _dump(value: object) -> Any:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en} if value.en else value.zh
    if isinstance(value, AllOf):
        return {"all": [_dump(part) for part in value.parts]}
    if isinstance(value, AnyOf):
        return {"any": [_dump(part) for part in value.parts]}
    if isinstance(value, Test):
        return {"field": value.field, "op": value.op.value} | (
            {"value": value.value} if value.op in WITH_VALUE else {}
        )
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_dump(item) for item in value]
    return _dump_shape(value) if is_dataclass(value) else value


def _dump_shape(value: Any) -> dict[str, Any]:  # any of the frozen shapes
    out: dict[str, Any] = {}
    for field in fields(value):
        held = getattr(value, field.name)
        if field.default is MISSING or held != field.default:
            out[field.name] = _dump(held)
    return out


@lru_cache(maxsize=64)
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape)


def _read(kind: Any, data: object, place: str, depth: int) -> Any:
    """One value of a type hint; the hints are those of the shapes, nothing else."""
    if depth > MAX_DEPTH:
        raise _refuse(place, _("this is nested too deeply"))
    if kind == Condition:
        return _read_condition(data, place, depth)
    if kind is Text:
        return _read_text(data, place)
    if get_origin(kind) is types.UnionType:
        options = [option for option in get_args(kind) if option is not type(None)]
        if data is None:
            return None
        inner = options[0] if len(options) == 1 else Condition
        return _read(inner, data, place, depth)
    if get_origin(kind) is tuple:
        return _read_tuple(get_args(kind), data, place, depth)
    if is_dataclass(kind):
        return _read_shape(kind, data, place, depth)
    return _read_plain(kind, data, place)


def _read_shape(shape: Any, data: object, place: str, depth: int) -> Any:
    if not isinstance(data, dict):
        raise _refuse(place, _("a group of named values is expected here"))
    hints = _hints(shape)
    known = {field.name for field in fields(shape)}
    for name in data:
        if name not in known:
            raise _refuse(_join(place, str(name)[:40]), _("this name is not known here"))
    for field in fields(shape):
        if field.default is MISSING and field.name not in data:
            raise _refuse(_join(place, field.name), _("this is missing"))
    values = {name: _read(hints[name], held, _join(place, name), depth + 1) for name, held in data.items()}
    return shape(**values)


def _read_tuple(args: tuple[Any, ...], data: object, place: str, depth: int) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise _refuse(place, _("a list is expected here"))
    if len(data) > MAX_ITEMS:
        raise _refuse(place, _("there are more than %(limit)s entries") % {"limit": MAX_ITEMS})
    if len(args) == 2 and args[1] is ...:
        return tuple(_read(args[0], item, f"{place}[{at}]", depth + 1) for at, item in enumerate(data))
    if len(data) != len(args):
        raise _refuse(place, _("a pair of values is expected here"))
    return tuple(
        _read(kind, item, f"{place}[{at}]", depth + 1)
        for at, (kind, item) in enumerate(zip(args, data, strict=True))
    )


def _read_plain(kind: Any, data: object, place: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(data)
        except ValueError:
            allowed = ", ".join(str(item.value) for item in kind)
            raise _refuse(place, _("one of these is expected: %(allowed)s") % {"allowed": allowed}) from None
    checks: dict[Any, tuple[Callable[[object], bool], str]] = {
        bool: (lambda value: isinstance(value, bool), _("yes or no (true or false) is expected here")),
        int: (
            lambda value: isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9,
            _("a whole number is expected here"),
        ),
        str: (
            lambda value: _is_text(value),
            _("a text of at most %(limit)s characters is expected here") % {"limit": MAX_TEXT},
        ),
    }
    right, words = checks[kind]
    if not right(data):
        raise _refuse(place, words)
    return data


def _read_text(data: object, place: str) -> Text:
    if isinstance(data, str) and _is_text(data):
        return Text(data)
    if isinstance(data, dict) and set(data) <= {"zh", "en"} and all(_is_text(part) for part in data.values()):
        return Text(data.get("zh", ""), data.get("en", ""))
    raise _refuse(place, _("a text, or texts named zh and en, is expected here"))


def _read_condition(data: object, place: str, depth: int) -> Condition:
    if isinstance(data, dict) and len(data) == 1 and next(iter(data)) in {"all", "any"}:
        name, parts = next(iter(data.items()))
        read: tuple[Condition, ...] = _read_tuple((Condition, ...), parts, _join(place, name), depth + 1)
        return AllOf(read) if name == "all" else AnyOf(read)
    if (
        not isinstance(data, dict)
        or not set(data) <= {"field", "op", "value"}
        or not _is_text(data.get("field"))
    ):
        raise _refuse(
            place, _("a condition names a field, an operator (op) and a value, or is a list under all or any")
        )
    op = _read_plain(Op, data.get("op", "is"), _join(place, "op"))
    value = data.get("value")
    if not (value is None or isinstance(value, bool | int | float) or _is_text(value)):
        raise _refuse(_join(place, "value"), _("a text, a number or yes/no is expected here"))
    return Test(data["field"], op, value if op in WITH_VALUE else None)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT and "\x00" not in value


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _refuse(place: str, words: str) -> DefinitionError:
    return DefinitionError(
        _("The definition cannot be read at %(place)s: %(words)s.") % {"place": place or "/", "words": words},
        remedy=_("Correct this place and save again; nothing was changed."),
        field=place,
    )
