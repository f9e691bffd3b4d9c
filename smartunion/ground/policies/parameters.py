"""Which parameters exist: rooms register them in apps.py with a cautious default and its source."""

from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from smartunion.ground.policies.rules import Kind, as_text, from_json

Label = str | Promise


@dataclass(frozen=True)
class Parameter:
    """One parameter that varies by place and date.

    key: "room.name", never changes; kind: what a value is and how it is checked (rules.Kind); default holds where
    nobody entered anything, and `source` says where it comes from; help: who uses it and what changes with it;
    minimum, maximum: bounds of a number; choices: stored key → label; group: heading on the page.
    """

    key: str
    label: Label
    kind: Kind | str
    default: Any  # int, Decimal, time, bool or str, as the kind says; checked when registered
    source: Label
    help: Label = ""
    minimum: int | Decimal | None = None
    maximum: int | Decimal | None = None
    choices: dict[str, Label] = field(default_factory=dict)
    group: Label = ""

    @property
    def type(self) -> Kind:
        """The kind, as an enum member."""
        return Kind(self.kind)


PARAMETERS: dict[str, Parameter] = {}


def register(*parameters: Parameter) -> None:
    """Add parameters; raises ValueError when a key is taken or a default does not fit its kind."""
    for parameter in parameters:
        if parameter.key in PARAMETERS:
            raise ValueError(f"policy parameter {parameter.key} is registered twice")
        if not isinstance(parameter.default, _TYPES[parameter.type]):
            raise ValueError(
                f"policy parameter {parameter.key}: default {parameter.default!r} is no {parameter.kind}"
            )
        PARAMETERS[parameter.key] = parameter


def shown(parameter: Parameter, value: Any) -> str:
    """A value in words, with its unit."""
    if parameter.type is Kind.CHOICE:
        return str(parameter.choices.get(value, value))
    return as_text(parameter.type, value)


def stored(parameter: Parameter, raw: Any) -> Any:
    """The typed value of a stored JSON value."""
    return from_json(parameter.type, raw)


_TYPES: dict[Kind, type] = {
    Kind.DAYS: int, Kind.WORKING_DAYS: int, Kind.MINUTES: int, Kind.COUNT: int, Kind.YUAN: Decimal,
    Kind.RATIO: Decimal, Kind.CLOCK: time, Kind.FLAG: bool, Kind.CHOICE: str, Kind.TEXT: str,
}  # fmt: skip
