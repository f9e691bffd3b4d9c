"""States of a hardship file and the reviews before it is opened; pure."""

from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.systems.aid.rules.hardship import Category


class Level(TextChoices):
    """Who reviews, from below."""

    UNIT = "unit", pgettext_lazy("review", "Union of the unit")
    HIGHER = "higher", pgettext_lazy("review", "Union above")
    INDUSTRY = "industry", pgettext_lazy("review", "Industry or county union")
    CENTRE = "centre", pgettext_lazy("review", "Assistance centre")


class Levels(TextChoices):
    """Which reviews apply in a place."""

    FOUR = "four", _("Four: unit, union above, industry or county, assistance centre")
    THREE = "three", _("Three: unit, union above, assistance centre")
    TWO = "two", _("Two: unit, union above")


class FileState(TextChoices):
    """Where a file stands."""

    REVIEW = "review", pgettext_lazy("aid", "Under review")
    ACTIVE = "active", pgettext_lazy("aid", "In the archive")
    WATCH = "watch", pgettext_lazy("aid", "Watched for falling back")
    OUT = "out", pgettext_lazy("aid", "Out of difficulty")
    REMOVED = "removed", pgettext_lazy("aid", "Removed")
    REFUSED = "refused", pgettext_lazy("aid", "Not taken in")


#: A person has one file of these.
RUNNING = frozenset({FileState.REVIEW, FileState.ACTIVE, FileState.WATCH})
MOVES: dict[FileState, frozenset[FileState]] = {
    FileState.REVIEW: frozenset({FileState.ACTIVE, FileState.REFUSED}),
    FileState.ACTIVE: frozenset({FileState.WATCH, FileState.REMOVED}),
    FileState.WATCH: frozenset({FileState.ACTIVE, FileState.OUT, FileState.REMOVED}),
    FileState.OUT: frozenset(),
    FileState.REMOVED: frozenset(),
    FileState.REFUSED: frozenset({FileState.REVIEW}),
}
TONES = {
    FileState.REVIEW: "waiting", FileState.ACTIVE: "active", FileState.WATCH: "waiting", FileState.OUT: "done",
    FileState.REMOVED: "off", FileState.REFUSED: "off",
}  # fmt: skip

_LINES = {
    Levels.FOUR: (Level.UNIT, Level.HIGHER, Level.INDUSTRY, Level.CENTRE),
    Levels.THREE: (Level.UNIT, Level.HIGHER, Level.CENTRE),
    Levels.TWO: (Level.UNIT, Level.HIGHER),
}


def line_of(levels: Levels) -> tuple[Level, ...]:
    """The reviews in order."""
    return _LINES[levels]


def is_last(level: Level, levels: Levels) -> bool:
    """Whether nobody reviews after this one."""
    return line_of(levels)[-1] is level


def after_review(state: FileState, category: Category, *, watch_until: date | None, on: date) -> FileState:
    """Where a yearly review takes a file: improved ones are watched, a fall-back brings them back, at the end they are out.

    Source: domain rules 5.8 (active, out, removed, fall-back watch). Raises ValueError for a file that is neither active
    nor watched.
    """
    if state not in {FileState.ACTIVE, FileState.WATCH}:
        raise ValueError(f"a file that is {state} is not reviewed")
    if category is not Category.NONE:
        return FileState.ACTIVE
    if state is FileState.ACTIVE:
        return FileState.WATCH
    return FileState.OUT if watch_until is not None and on >= watch_until else FileState.WATCH


def due_after(on: date, days: int) -> date:
    """The next day it is looked at."""
    return on + timedelta(days=days)
