"""Reads of what-ifs: what was asked and what came out, in words."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from smartunion.core.actor import Actor
from smartunion.ground.policies.flows.whatifs import settable
from smartunion.ground.policies.models import Counting
from smartunion.ground.policies.parameters import Label, shown, stored
from smartunion.ground.policies.places import names_of
from smartunion.ground.policies.whatif import WHATIFS, Number


@dataclass(frozen=True)
class Setting:
    """One value set otherwise: its name, as it held, and as it was set."""

    label: Label
    held: str
    given: str


@dataclass(frozen=True)
class Sum:
    """One sum before and after, and the difference with its sign."""

    label: str
    before: str
    after: str
    difference: str
    unit: str


@dataclass(frozen=True)
class Row:
    """A what-if for the page. last: the last day that was looked at; share_pct: of those counted, changed (0–100)."""

    row: Counting
    label: Label
    place: str
    last: date
    settings: list[Setting]
    sums: list[Sum]
    share_pct: int | None


def latest(actor: Actor, *, limit: int, key: str = "") -> list[Row]:
    """What was asked lately in the actor's reach, newest first."""
    found = Counting.objects.visible_to(actor).order_by("-id")
    rows = list((found.filter(key=key) if key else found)[:limit])
    names = names_of({row.path for row in rows})
    return [_row(row, names[row.path]) for row in rows if row.key in WHATIFS]


def shown_row(row: Counting) -> Row:
    """One of them."""
    return _row(row, names_of([row.path])[row.path])


def _row(row: Counting, place: str) -> Row:
    question = WHATIFS[row.key]
    parameters = settable(question)
    settings = [
        Setting(
            parameters[key].label,
            shown(parameters[key], stored(parameters[key], row.held[key])),
            shown(parameters[key], stored(parameters[key], raw)),
        )
        for key, raw in row.given.items()
        if key in parameters
    ]
    sums = [_sum(label, _number(before), _number(after), unit) for label, before, after, unit in row.lines]
    share = round(100 * (row.changed or 0) / row.counted) if row.counted else None
    return Row(row, question.label, place, row.until - timedelta(days=1), settings, sums, share)


def _sum(label: str, before: Number, after: Number, unit: str) -> Sum:
    difference = after - before
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    return Sum(label, f"{before:,}", f"{after:,}", f"{sign}{abs(difference):,}", unit)


def _number(raw: int | str) -> Number:
    return Decimal(raw) if isinstance(raw, str) else raw
