"""Entering a pasted list of people into one union: tried line by line, the wrong lines named, the others entered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, InvalidInput
from smartunion.ground.registry.flows.access import union_for
from smartunion.ground.registry.flows.joining import add_member
from smartunion.ground.registry.flows.memberships import NewMembership
from smartunion.ground.registry.flows.people.intake import PersonData

#: As many lines as one request bears; longer rosters come as a file.
MOST = 200
_PARTS = re.compile(r"[\s,，;；、|]+")
_MOBILE = re.compile(r"1\d{10}")


@dataclass(frozen=True)
class Line:
    """One line: its number (from 1), the name in it, and why it cannot be entered, "" when it can or was."""

    number: int
    name: str
    wrong: str = ""


def enter_many(*, actor: Actor, text: str, data: NewMembership, at: datetime, try_only: bool) -> list[Line]:
    """Enter everybody of a list (name, ID number, mobile number, one person a line) as members from one day on.

    Each line stands for itself: what is wrong with it is said beside it, and the others are entered all the same.
    try_only: everything is checked against the records and nothing kept. data.person_id is not looked at. Raises
    NotVisible, NotAllowed; InvalidInput naming people for an empty or too long list.
    """
    union_for(actor, data.union_id, "members.edit")
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise InvalidInput(_("The list is empty."), field="people")
    if len(lines) > MOST:
        raise InvalidInput(
            _("At most %(most)s people at once.") % {"most": MOST},
            remedy=_("Bring a longer roster in as a file."), field="people",
        )  # fmt: skip
    with transaction.atomic():
        done = [_enter(actor, number, _PARTS.split(line), data, at) for number, line in lines]
        if try_only:
            transaction.set_rollback(True)
    return done


def _enter(actor: Actor, number: int, parts: Sequence[str], data: NewMembership, at: datetime) -> Line:
    name, rest = parts[0], parts[1:]
    mobiles = [part for part in rest if _MOBILE.fullmatch(part)]
    codes = [part for part in rest if not _MOBILE.fullmatch(part)]
    if len(mobiles) > 1 or len(codes) != 1:
        return Line(number, name, _("Write name, ID number and mobile number, separated by blanks."))
    person = PersonData(name, codes[0], mobile="".join(mobiles))
    try:
        with transaction.atomic():
            add_member(actor=actor, person=person, data=data, at=at)
    except DomainError as refusal:
        return Line(number, name, str(refusal))
    return Line(number, name)
