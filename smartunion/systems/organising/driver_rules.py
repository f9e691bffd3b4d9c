"""Drivers and couriers of a village (S007): what was said when somebody talked with one, and what is to be done next; pure."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(TextChoices):
    """How somebody was reached."""

    VISIT = "visit", pgettext_lazy("contact", "In person")
    PHONE = "phone", pgettext_lazy("contact", "By phone")
    CHAT = "chat", pgettext_lazy("contact", "By message")


class TalkOutcome(TextChoices):
    """What came of a contact."""

    WILLING = "willing", _("Wants to join")
    LATER = "later", _("Asks for time")
    MISSED = "missed", _("Was not reached")
    UNWILLING = "unwilling", _("Does not want to join")
    ELSEWHERE = "elsewhere", _("Says: is a member elsewhere")
    WRONG = "wrong", _("Wrong number")
    MOVED = "moved", _("Has moved away")
    STOPPED = "stopped", _("Drives and delivers no longer")


class DriverStep(TextChoices):
    """What is to be done next for a driver of the ledger."""

    JOIN = "join", _("Help to join: show the joining code")
    CALL = "call", _("Talk with her for the first time")
    AGAIN = "again", _("Talk again")
    RETURN = "return", _("Talk again on the day agreed")
    FIND = "find", _("Find the right number")
    CHECK = "check", _("Find her membership in the registry")
    NONE = "none", _("Nothing due")


#: Nobody has to be asked again after these.
ENDED = frozenset({TalkOutcome.UNWILLING, TalkOutcome.MOVED, TalkOutcome.STOPPED})


@dataclass(frozen=True)
class Standing:
    """What the next step follows from. outcome: of the last contact, None without one; due_on: the day agreed then."""

    is_member: bool
    outcome: TalkOutcome | None = None
    due_on: date | None = None


def next_step(standing: Standing, *, today: date) -> DriverStep:
    """The one thing to do next; who is a member is won, who said no is left in peace."""
    if standing.is_member or standing.outcome in ENDED:
        return DriverStep.NONE
    if standing.due_on is not None and standing.due_on > today:
        return DriverStep.RETURN
    return _AFTER[standing.outcome]


_AFTER = {
    None: DriverStep.CALL,
    TalkOutcome.WILLING: DriverStep.JOIN,
    TalkOutcome.LATER: DriverStep.AGAIN,
    TalkOutcome.MISSED: DriverStep.AGAIN,
    TalkOutcome.WRONG: DriverStep.FIND,
    TalkOutcome.ELSEWHERE: DriverStep.CHECK,
}
