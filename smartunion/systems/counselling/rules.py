"""Words and rules of counselling: what is asked, how a consultation stands, when a life may be in danger. Pure."""

from datetime import date, datetime, time, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Rank(TextChoices):
    """Level of the network a counsellor serves at: 中心, 分中心, 站点 (S103)."""

    CENTRE = "centre", _("Centre")
    BRANCH = "branch", _("Branch")
    ROOM = "room", _("Room of a union")


class Way(TextChoices):
    """How a consultation is held."""

    VISIT = "visit", _("In person")
    PHONE = "phone", pgettext_lazy("counselling", "By phone")
    TEXT = "text", _("In writing, here")


class Topic(TextChoices):
    """What weighs on somebody; chosen by her, seen by her counsellor alone."""

    STRESS = "stress", _("Pressure at work")
    SLEEP = "sleep", _("Sleep and mood")
    FAMILY = "family", _("Family and love")
    PEOPLE = "people", _("People at work")
    EVENT = "event", _("After an accident or a loss")
    OTHER = "other", pgettext_lazy("counselling", "Something else")


class State(TextChoices):
    """How a consultation stands."""

    OPEN = "open", pgettext_lazy("counselling", "Open")
    CLOSED = "closed", pgettext_lazy("counselling", "Ended")
    MISSED = "missed", _("Did not come")
    WITHDRAWN = "withdrawn", pgettext_lazy("counselling", "Withdrawn")
    OUTSIDE = "outside", _("Handed on to a hospital")


class SlotState(TextChoices):
    """How an hour stands."""

    FREE = "free", pgettext_lazy("counselling", "Free")
    TAKEN = "taken", pgettext_lazy("counselling", "Taken")
    CLOSED = "closed", pgettext_lazy("counselling", "Taken out")


MOVES: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.CLOSED, State.MISSED, State.WITHDRAWN, State.OUTSIDE}),
    State.CLOSED: frozenset(),
    State.MISSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.OUTSIDE: frozenset(),
}

#: Who helps next when nobody at a level answers.
ABOVE: dict[Rank, Rank | None] = {Rank.ROOM: Rank.BRANCH, Rank.BRANCH: Rank.CENTRE, Rank.CENTRE: None}


def ranks_above(rank: Rank) -> list[Rank]:
    """Levels above one, nearest first."""
    found: list[Rank] = []
    above = ABOVE[rank]
    while above is not None:
        found.append(above)
        above = ABOVE[above]
    return found


#: Words after which help is shown at once. Too many hits harm nobody: a telephone number is shown and a counsellor
#: looks first; a hit is never stored elsewhere and never told to anybody but the counsellor.
_DANGER = (
    "自杀", "轻生", "不想活", "活不下去", "想死", "去死", "寻死", "结束生命", "结束自己", "割腕", "跳楼", "跳河", "遗书",
    "活着没意思", "活着没有意义", "解脱", "伤害自己", "自残", "杀了他", "杀了她", "杀人", "同归于尽", "suicide", "kill myself",
)  # fmt: skip


def is_danger(words: str) -> bool:
    """Whether the words may tell of danger to a life."""
    said = "".join(words.lower().split())
    return any("".join(word.split()) in said for word in _DANGER)


def hours(on: date, first: time, last: time, minutes: int) -> list[datetime]:
    """Beginnings, naive local, of hours of `minutes` each between two times of a day; the last one ends by `last`.

    >>> hours(date(2026, 3, 2), time(9), time(10, 30), 45)
    [datetime.datetime(2026, 3, 2, 9, 0), datetime.datetime(2026, 3, 2, 9, 45)]
    """
    found: list[datetime] = []
    at, end = datetime.combine(on, first), datetime.combine(on, last)
    while at + timedelta(minutes=minutes) <= end:
        found.append(at)
        at += timedelta(minutes=minutes)
    return found
