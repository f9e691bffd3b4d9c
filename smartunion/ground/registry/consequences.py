"""What other rooms keep about a union or an employer and hand to its successor when it ends (registered in apps.py)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise

from smartunion.core.actor import Actor
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import Employer, Membership, Officer, TradeUnion


@dataclass(frozen=True, kw_only=True)
class Succession:
    """A union ends and another takes its place: the union it was merged into, or the one above it."""

    union: TradeUnion
    successor: TradeUnion
    on: date
    at: datetime


#: A preview names so many records of one kind at most.
SHOWN = 30


@dataclass(frozen=True)
class Record:
    """One record to be opened from a preview."""

    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """One kind of record that follows.

    count: how many there are now, for the preview, without those the actor may not know of; records: those of them she
    may open; carry: hands them over,
    every change through the journal, and returns how many (None: nothing is done to them now). effect: what happens to
    them, in a few words.
    """

    key: str
    label: str | Promise
    effect: str | Promise
    count: Callable[[Actor, TradeUnion], int]
    records: Callable[[Actor, TradeUnion], Sequence[Record]]
    carry: Callable[[Journal, Succession], int] | None


REGISTERED: dict[str, Consequence] = {}


def register(*consequences: Consequence) -> None:
    """Add kinds of records. Raises ValueError for a key that is taken."""
    for one in consequences:
        if one.key in REGISTERED:
            raise ValueError(f"consequence {one.key} is registered already")
        REGISTERED[one.key] = one


def carry_all(journal: Journal, succession: Succession) -> dict[str, int]:
    """Hand everything over; key → how many."""
    carried = [(key, carry) for key in sorted(REGISTERED) if (carry := REGISTERED[key].carry) is not None]
    return {key: carry(journal, succession) for key, carry in carried}


#: Label of a model → what is said when a row of it is put back as it was before a merger or split: row, what was taken
#: back in words, when.
RETURNED: dict[str, Callable[[Any, str, datetime], None]] = {}


def register_returned(label: str, tell: Callable[[Any, str, datetime], None]) -> None:
    """Say something when rows of a model return. Raises ValueError for a model that is taken."""
    if label in RETURNED:
        raise ValueError(f"returning rows of {label} are registered already")
    RETURNED[label] = tell


@dataclass(frozen=True, kw_only=True)
class EmployerConsequence:
    """One kind of record about an employer that follows when another absorbs it: journal, employer, successor → how many.

    count: how many there are now, for the preview, without those the actor may not know of; records: those of them she
    may open; effect: what happens to
    them, in a few words; when_closing: the same where the employer goes out of business and nobody takes over ("": nothing).
    """

    key: str
    label: str | Promise
    effect: str | Promise
    count: Callable[[Actor, Employer], int]
    records: Callable[[Actor, Employer], Sequence[Record]]
    carry: Callable[[Journal, Employer, Employer], int]
    when_closing: str | Promise = ""


OF_EMPLOYERS: dict[str, EmployerConsequence] = {}


def register_employer(*consequences: EmployerConsequence) -> None:
    """Add kinds of records. Raises ValueError for a key that is taken."""
    for one in consequences:
        if one.key in OF_EMPLOYERS:
            raise ValueError(f"consequence {one.key} is registered already")
        OF_EMPLOYERS[one.key] = one


def carry_employer(journal: Journal, employer: Employer, successor: Employer) -> dict[str, int]:
    """Hand everything over; key → how many."""
    return {key: OF_EMPLOYERS[key].carry(journal, employer, successor) for key in sorted(OF_EMPLOYERS)}


@dataclass(frozen=True, kw_only=True)
class PostConsequence:
    """What other rooms keep because somebody holds a post, and end with it.

    end: journal, who ends it, the post as it ended, when → how many; restore: the post runs on as if it had not ended.
    """

    key: str
    end: Callable[[Journal, Actor, Officer, datetime], int]
    restore: Callable[[Actor, Officer, datetime], int]


@dataclass(frozen=True, kw_only=True)
class MembershipConsequence:
    """What other rooms keep because somebody is a member of a union, and end with that membership, whatever post she holds.

    end: journal, who ends it, the spells as they ended, when → how many; restore: the spell runs on as if it had not ended.
    """

    key: str
    end: Callable[[Journal, Actor, Sequence[Membership], datetime], int]
    restore: Callable[[Actor, Membership, datetime], int]


OF_MEMBERSHIPS: dict[str, MembershipConsequence] = {}


def register_membership(*consequences: MembershipConsequence) -> None:
    """Add kinds of records. Raises ValueError for a key that is taken."""
    for one in consequences:
        if one.key in OF_MEMBERSHIPS:
            raise ValueError(f"consequence {one.key} is registered already")
        OF_MEMBERSHIPS[one.key] = one


OF_POSTS: dict[str, PostConsequence] = {}


def register_post(*consequences: PostConsequence) -> None:
    """Add kinds of records. Raises ValueError for a key that is taken."""
    for one in consequences:
        if one.key in OF_POSTS:
            raise ValueError(f"consequence {one.key} is registered already")
        OF_POSTS[one.key] = one
