"""Ready programmes an offer can be written from. Systems register theirs; the engine knows none by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

#: Rows of the form as it shows them, by its prefix-free column names.
Row = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A programme as its source describes it.

    title, summary, source: as people read them; family: what it stands under in the gallery; source_on: when the source was
    published; rules: (what holds, where it is said); to_set: what the source leaves to the federation, in words; values:
    of the offer's form by field name; occasions, shares, questions, items, costs: its rows; days are counted from today:
    opens_in, closes_in and `day` of an occasion; required: fields that must not be empty when it is published.
    """

    key: str
    family: str | Promise
    title: str
    summary: str
    icon: str
    source: str
    source_on: date
    source_url: str = ""
    rules: tuple[tuple[str, str], ...] = ()
    to_set: tuple[str, ...] = ()
    example: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    opens_in: int = 0
    closes_in: int = 14
    occasions: tuple[Row, ...] = ()
    shares: tuple[Row, ...] = ()
    questions: tuple[Row, ...] = ()
    items: tuple[Row, ...] = ()
    costs: tuple[Row, ...] = ()
    required: tuple[str, ...] = ()


PRESETS: dict[str, Preset] = {}


def register(*presets: Preset) -> None:
    """Add programmes; raises ValueError when a key is taken or too long."""
    for one in presets:
        if one.key in PRESETS or len(one.key) > 40:
            raise ValueError(f"preset {one.key} is registered twice or its key is too long")
        PRESETS[one.key] = one


def by_family() -> list[tuple[str, list[Preset]]]:
    """All of them in the order of registration, family by family."""
    shelves: dict[str, list[Preset]] = {}
    for one in PRESETS.values():
        shelves.setdefault(str(one.family), []).append(one)
    return list(shelves.items())
