"""Words and rules of counselling: what is asked, how a consultation stands, when a life may be in danger. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import TextChoices
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


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


class Level(TextChoices):
    """How much help a result asks for; who of the network gives it (S103)."""

    NONE = "none", _("None needed")
    MILD = "mild", _("A talk at the union’s room")
    MODERATE = "moderate", _("A counsellor of the branch")
    SEVERE = "severe", _("The centre, or a hospital")


#: Whom of the network a result leads to.
HELPS: dict[Level, Rank | None] = {
    Level.NONE: None,
    Level.MILD: Rank.ROOM,
    Level.MODERATE: Rank.BRANCH,
    Level.SEVERE: Rank.CENTRE,
}


@dataclass(frozen=True)
class Words:
    """Words of a scale in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


@dataclass(frozen=True)
class Choice:
    """One answer and the points it gives."""

    points: int
    words: Words


@dataclass(frozen=True)
class Band:
    """Sums from `start` on, up to the next band."""

    start: int
    level: Level
    words: Words


@dataclass(frozen=True)
class Scale:
    """A standard questionnaire; alarms: questions, from 1, of which any answer above the lowest offers help at once.

    Raises ValueError when bands do not begin at 0 and rise, or an alarm names no question.
    """

    key: str
    number: int
    icon: str
    title: Words
    about: Words
    lead: Words
    source: Words
    alarms: tuple[int, ...]
    options: tuple[Choice, ...]
    items: tuple[Words, ...]
    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        starts = [band.start for band in self.bands]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError(f"{self.key}: bands begin at 0 and rise")
        if not self.options or any(not 1 <= one <= len(self.items) for one in self.alarms):
            raise ValueError(f"{self.key}: no options, or an alarm of a question that is not there")

    @property
    def most(self) -> int:
        """The highest sum."""
        return len(self.items) * max(one.points for one in self.options)


@dataclass(frozen=True)
class Score:
    """What a self-check comes to. alarms: questions whose answer alone offers help at once, from 1."""

    total: int
    band: Band
    alarms: tuple[int, ...]

    @property
    def is_danger(self) -> bool:
        """Whether help is offered at once: an alarm, or a severe result."""
        return bool(self.alarms) or self.band.level is Level.SEVERE


def score(scale: Scale, answers: Sequence[int]) -> Score:
    """Add the points of the answers up and find the band. Raises ValueError: an answer too few or many, or no option's points.

    Source: as the scale's file says.
    """
    allowed = {one.points for one in scale.options}
    if len(answers) != len(scale.items) or not set(answers) <= allowed:
        raise ValueError("every question has one of the answers offered")
    total = sum(answers)
    band = max((one for one in scale.bands if one.start <= total), key=lambda one: one.start)
    raised = tuple(number for number in scale.alarms if answers[number - 1] > min(allowed))
    return Score(total, band, raised)
