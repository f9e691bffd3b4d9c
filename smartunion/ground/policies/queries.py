"""Reads for the pages: what held in a place on a day, why, and everything ever entered."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.paths import prefixes
from smartunion.ground.policies import service
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.policies.parameters import PARAMETERS, Label, Parameter, shown, stored
from smartunion.ground.policies.places import names_of
from smartunion.ground.policies.rules import to_json
from smartunion.ground.policies.service import Held


@dataclass(frozen=True)
class Line:
    """One parameter with what held: value in words, who said so and since when, name of the place it was set for."""

    parameter: Parameter
    text: str
    held: Held
    where: str


@dataclass(frozen=True)
class Group:
    """Parameters under one heading."""

    label: Label
    lines: list[Line]


@dataclass(frozen=True)
class Entry:
    """One value as entered. state: "holds" (on the day asked about), "beaten" (in force, but a narrower or later one
    holds), "over", "coming", "withdrawn" or "elsewhere"; why: a sentence that says what decided."""

    row: PolicyValue
    text: str
    where: str
    state: str
    may_withdraw: bool
    why: str = ""


def overview(path: str, on: date) -> list[Group]:
    """Every parameter with what held in the place on the day, by heading, in the order registered."""
    held = service.values(list(PARAMETERS), path=path, on=on)
    names = names_of({one.path for one in held.values()})
    groups: dict[str, list[Line]] = {}
    for key, parameter in PARAMETERS.items():
        line = Line(parameter, shown(parameter, held[key].value), held[key], names[held[key].path])
        groups.setdefault(str(parameter.group), []).append(line)
    return [Group(label, lines) for label, lines in groups.items()]


def line_of(key: str, path: str, on: date) -> Line:
    """One parameter with what held. Raises KeyError."""
    parameter = PARAMETERS[key]
    held = service.held(key, path, on)
    return Line(parameter, shown(parameter, held.value), held, names_of([held.path])[held.path])


def history(actor: Actor, key: str, path: str, on: date) -> list[Entry]:
    """Everything entered for a parameter, latest first, with what it meant for the place on the day."""
    parameter = PARAMETERS[key]
    rows = list(PolicyValue.objects.visible_to(actor).filter(key=key).order_by("-valid_from", "-id")[:500])
    names = names_of({row.path for row in rows})
    held = service.held(key, path, on)
    return [
        Entry(
            row, shown(parameter, stored(parameter, row.value)), names[row.path], _state(row, held, path, on),
            row.withdrawn_at is None and actor.can("policies.edit", path=row.path),
            _why(row, held, path, on, names),
        )
        for row in rows
    ]  # fmt: skip


def export(path: str, on: date) -> dict[str, Any]:
    """All parameters with what held in the place on the day, for other programs."""
    held = service.values(list(PARAMETERS), path=path, on=on)
    names = names_of({path, *(one.path for one in held.values())})
    return {
        "place": {"path": path, "name": names[path]},
        "on": on.isoformat(),
        "parameters": [_exported(parameter, held[key], names) for key, parameter in PARAMETERS.items()],
    }


def _exported(parameter: Parameter, held: Held, names: dict[str, str]) -> dict[str, Any]:
    return {
        "key": parameter.key, "label": str(parameter.label), "kind": parameter.type.value,
        "value": to_json(held.value), "text": shown(parameter, held.value), "source": held.source,
        "valid_from": held.valid_from.isoformat() if held.valid_from else None,
        "set_for": {"path": held.path, "name": names[held.path]} if held.valid_from else None,
    }  # fmt: skip


def _state(row: PolicyValue, held: Held, path: str, on: date) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.path not in prefixes(path):
        return "elsewhere"
    if row.valid_from > on:
        return "coming"
    if row.valid_to is not None and row.valid_to <= on:
        return "over"
    return "holds" if (held.path, held.valid_from) == (row.path, row.valid_from) else "beaten"


def _why(row: PolicyValue, held: Held, path: str, on: date, names: dict[str, str]) -> str:
    """What decided about an entry on the day, in a sentence."""
    match _state(row, held, path, on):
        case "withdrawn":
            return _("It was entered by mistake and never held.")
        case "elsewhere":
            return _("It is for another place, which this union does not belong to.")
        case "coming":
            return _("It begins on %(day)s only.") % {"day": row.valid_from.isoformat()}
        case "over":
            return _("It ended: %(day)s was the first day without it.") % {"day": row.valid_to}
        case "beaten" if row.path != held.path:
            return _("The value for %(place)s is nearer and goes before it.") % {"place": names[held.path]}
        case "beaten":
            return _("The value for the same union begun on %(day)s is later and goes before it.") % {
                "day": held.valid_from
            }
    others = _("No value in force is nearer or later.")
    return others if path == row.path else _("It holds for everything below. %(others)s") % {"others": others}
