"""Who of a unit can be enrolled, with a reason for each who cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from smartunion.systems.mutual.rules.terms import Terms
from smartunion.systems.mutual.rules.waiting import Spell

T = TypeVar("T")


class CannotEnrol(StrEnum):
    """Why a person cannot be enrolled."""

    NOT_MEMBER = "not_member"
    NO_BIRTH = "no_birth"
    NO_SEX = "no_sex"
    TOO_OLD = "too_old"
    COVERED = "covered"
    NO_SCHEME = "no_scheme"
    ONLY_WOMEN = "only_women"


@dataclass(frozen=True)
class Candidate:
    """A person to be enrolled. is_senior: holds a senior post or title; in_scheme: in the city medical scheme, None: not said."""

    person_id: int
    is_member: bool
    sex: str = ""
    birth_date: date | None = None
    is_senior: bool = False
    in_scheme: bool | None = None


def age_on(born: date, on: date) -> int:
    """Full years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def cannot(
    terms: Terms, who: Candidate, spells: Sequence[Spell], from_on: date, until_on: date
) -> CannotEnrol | None:
    """Why a person cannot be covered from a day, None when she can. Ages count on the first day of cover."""
    if not who.is_member:
        return CannotEnrol.NOT_MEMBER
    if terms.only_sex and who.sex != terms.only_sex:
        return CannotEnrol.ONLY_WOMEN
    ages = dict(terms.under_ages)
    if ages:
        if who.birth_date is None:
            return CannotEnrol.NO_BIRTH
        if who.sex not in ("m", "f"):
            return CannotEnrol.NO_SEX
        senior = "f_senior" if who.sex == "f" and who.is_senior and "f_senior" in ages else who.sex
        if senior in ages and age_on(who.birth_date, from_on) >= ages[senior]:
            return CannotEnrol.TOO_OLD
    if any(one.from_on < until_on and from_on < one.until_on for one in spells):
        return CannotEnrol.COVERED
    return CannotEnrol.NO_SCHEME if terms.needs_scheme and who.in_scheme is False else None


def version_on(versions: Sequence[tuple[date, date | None, T]], day: date) -> T | None:
    """The version in force on a day, of (valid_from, valid_to, version); the newest when two claim it."""
    fitting = [one for one in versions if one[0] <= day and (one[1] is None or day < one[1])]
    return max(fitting, key=lambda one: one[0])[2] if fitting else None
