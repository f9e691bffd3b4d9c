"""Courses of several days: who was there, who loses her place, who may not come next time; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Mark(TextChoices):
    """What became of a day. EXCUSED: said beforehand, or ill."""

    PRESENT = "present", pgettext_lazy("roll", "there")
    EXCUSED = "excused", pgettext_lazy("roll", "excused")
    ABSENT = "absent", pgettext_lazy("roll", "absent without notice")


@dataclass(frozen=True)
class Attendance:
    """Days of one person. counted: days that count; excused ones do not."""

    present: int
    excused: int
    absent: int

    @property
    def counted(self) -> int:
        """Days she should have been there."""
        return self.present + self.absent

    @property
    def pct(self) -> int:
        """Share of those days on which she was, rounded down; 100 when none has been."""
        return self.present * 100 // self.counted if self.counted else 100


def attendance(marks: Iterable[str]) -> Attendance:
    """Days counted from their marks."""
    known = list(marks)
    return Attendance(*(known.count(mark) for mark in (Mark.PRESENT, Mark.EXCUSED, Mark.ABSENT)))


def loses_place(days: Attendance, *, absences_most: int) -> bool:
    """Whether the place goes to the next in line: as many days without notice as the rule allows none of. 0: never."""
    return bool(absences_most) and days.absent >= absences_most


def loses_next(days: Attendance, *, attendance_pct: int) -> bool:
    """Whether she may not sign up for the next term: fewer of the days that count than the rule wants. 0: never.

    Source: 麻章区总工会 2025 (below 70 % loses the next term; illness is left out).
    """
    return bool(attendance_pct) and days.pct < attendance_pct


def course_days(start: date, end: date, *, rests: Sequence[int] = (5, 6)) -> list[date]:
    """Days of a course from its first to its last, both included, without its days of rest (Monday is 0)."""
    days = (start + timedelta(days=at) for at in range((end - start).days + 1))
    return [day for day in days if day.weekday() not in rests]
