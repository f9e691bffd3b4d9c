"""Waiting days by person and share. Source: rules of the plans, docs/rules/mutual_aid.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from smartunion.systems.mutual.rules.terms import Terms

FULL, NOTHING = Decimal(1), Decimal(0)


@dataclass(frozen=True)
class Spell:
    """One period a person is covered in one plan: [from_on, until_on), with so many shares."""

    from_on: date
    until_on: date
    shares: int


class Wait(StrEnum):
    """Where a share stands on a day."""

    NO_PAY = "no_pay"
    REDUCED = "reduced"
    FULL = "full"


def share_starts(spells: Sequence[Spell], on: date, renewal_days: int) -> tuple[date, ...]:
    """The day from which each share held on a day counts, oldest first; empty when nobody is covered that day.

    spells: one person, one plan, any order. A renewal within renewal_days of the end keeps the start of as many shares as
    before, oldest kept first; shares beyond them, and everything after a longer gap, start anew.
    """
    starts: list[date] = []
    end: date | None = None
    for spell in sorted(spells, key=lambda one: one.from_on):
        if spell.from_on > on:
            break
        if end is None or (spell.from_on - end).days > renewal_days:
            starts = []
        starts = starts[: spell.shares] + [spell.from_on] * (spell.shares - len(starts))
        end = spell.until_on
    return tuple(starts) if end is not None and on < end else ()


def wait_of(start: date, on: date, terms: Terms) -> Wait:
    """Where a share that counts from `start` stands; the start is day 1."""
    day = (on - start).days + 1
    if day <= terms.no_pay_days:
        return Wait.NO_PAY
    return Wait.REDUCED if day <= terms.reduced_until_days else Wait.FULL


def factor_of(start: date, on: date, terms: Terms) -> Decimal:
    """What is paid of a share on a day: 0, the reduced ratio, or 1."""
    wait = wait_of(start, on, terms)
    if wait is Wait.FULL:
        return FULL
    return NOTHING if wait is Wait.NO_PAY else terms.reduced_ratio or NOTHING
