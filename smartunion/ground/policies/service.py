"""What other rooms ask: which value held in a place on a day, and who says so."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from smartunion.core.paths import prefixes
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.policies.parameters import PARAMETERS, Parameter, register, shown, stored
from smartunion.ground.policies.rules import Entered, Kind, winner

__all__ = [
    "Held",
    "Kind",
    "Parameter",
    "held",
    "register",
    "shown",
    "timeline",
    "value",
    "value_by_place",
    "values",
]


class Held(NamedTuple):
    """What held: the typed value, who said so, since when (None: the built-in default), and where it was set."""

    value: Any
    source: str
    valid_from: date | None
    path: str = ""


def value(key: str, *, path: str, on: date) -> Any:
    """The value of a parameter in a place on a day; its type follows the parameter's kind. Raises KeyError.

    path: of the union asked about; "" asks what holds everywhere.
    """
    return held(key, path, on).value


def held(key: str, path: str, on: date) -> Held:
    """The value with its source and the day it began: longest matching path, then latest date. Raises KeyError."""
    return values([key], path=path, on=on)[key]


def values(keys: list[str], *, path: str, on: date) -> dict[str, Held]:
    """`held` for several parameters in one query. Raises KeyError for a parameter nobody registered."""
    parameters = {key: PARAMETERS[key] for key in keys}
    rows = PolicyValue.objects.standing().filter(key__in=keys, path__in=prefixes(path), valid_from__lte=on)
    entered: dict[str, dict[int, PolicyValue]] = {key: {} for key in keys}
    for row in rows:
        entered[row.key][row.pk] = row
    return {key: _held(parameter, entered[key], on) for key, parameter in parameters.items()}


def value_by_place(key: str, *, on: date) -> Callable[[str], Any]:
    """`value` of one parameter for many unions on one day: a function of the path, from one query. Raises KeyError."""
    parameter = PARAMETERS[key]
    by_path: dict[str, dict[int, PolicyValue]] = {}
    for row in PolicyValue.objects.standing().filter(key=key, valid_from__lte=on):
        by_path.setdefault(row.path, {})[row.pk] = row

    def at(path: str) -> Any:
        rows: dict[int, PolicyValue] = {}
        for above in prefixes(path):
            rows |= by_path.get(above, {})
        return _held(parameter, rows, on).value

    return at


def timeline(key: str) -> Callable[[str, date], Any]:
    """`value` of one parameter for many unions and days: a function of path and day, from one query. Raises KeyError."""
    parameter = PARAMETERS[key]
    by_path: dict[str, dict[int, PolicyValue]] = {}
    for row in PolicyValue.objects.standing().filter(key=key):
        by_path.setdefault(row.path, {})[row.pk] = row

    def at(path: str, on: date) -> Any:
        rows: dict[int, PolicyValue] = {}
        for above in prefixes(path):
            rows |= by_path.get(above, {})
        return _held(parameter, rows, on).value

    return at


def _held(parameter: Parameter, rows: dict[int, PolicyValue], on: date) -> Held:
    found = winner((Entered(row.pk, row.path, row.valid_from, row.valid_to) for row in rows.values()), on=on)
    if found is None:
        return Held(parameter.default, str(parameter.source), None)
    row = rows[found.id]
    return Held(stored(parameter, row.value), row.source, row.valid_from, row.path)
