"""Work orders after the 12351 hotline: difficulty, states, what counts as in time and as satisfied; pure.

Source: the hotline's rules of 2023 (connected nationally, handled by level): take, classify, dispatch, handle, call back, check,
close; time limits by three difficulties; classes ask, request, suggest. The days themselves are parameters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Difficulty(TextChoices):
    """How hard it is; decides the days."""

    EASY = "easy", _("Easy")
    MIDDLE = "middle", _("Middling")
    HARD = "hard", _("Hard")


class OrderClass(TextChoices):
    """What the caller wants."""

    ASK = "ask", pgettext_lazy("order", "Question")
    REQUEST = "request", pgettext_lazy("order", "Request")
    SUGGEST = "suggest", pgettext_lazy("order", "Suggestion")


class OrderState(TextChoices):
    """Where an order stands."""

    OPEN = "open", _("Being handled")
    ANSWERED = "answered", _("Answered, to be called back")
    CLOSED = "closed", _("Called back and closed")
    ENDED = "ended", pgettext_lazy("order", "Taken back")


class Said(TextChoices):
    """What the caller said when called back."""

    CONTENT = "content", _("Satisfied")
    PARTLY = "partly", _("Mostly satisfied")
    NOT = "not", _("Not satisfied, explained")
    UNREACHED = "unreached", _("Not reached in three tries")


ORDER_TONES: Final[dict[str, str]] = {
    OrderState.OPEN: "active", OrderState.ANSWERED: "waiting", OrderState.CLOSED: "done", OrderState.ENDED: "off",
}  # fmt: skip
#: Answers that count as satisfied, and those that count at all: who was not reached said nothing.
SATISFIED: Final = (Said.CONTENT, Said.PARTLY)
REACHED: Final = (Said.CONTENT, Said.PARTLY, Said.NOT)
#: Days by difficulty: the policy that holds.
DAYS_POLICY: Final[dict[str, str]] = {
    Difficulty.EASY: "matters.order_easy_days", Difficulty.MIDDLE: "matters.order_middle_days",
    Difficulty.HARD: "matters.order_hard_days",
}  # fmt: skip


def is_in_time(answered_at: datetime, due_at: datetime) -> bool:
    """Whether an answer came before its day was over; the first answer counts, later rounds do not mend it."""
    return answered_at <= due_at


@dataclass(frozen=True)
class Share:
    """Some of all. pct: whole percent rounded down, so that 99.6 is not told as 100; None of nothing."""

    part: int
    whole: int

    @property
    def pct(self) -> int | None:
        """Percent, None when there is nothing to be a part of."""
        return self.part * 100 // self.whole if self.whole else None


def share(flags: Iterable[bool]) -> Share:
    """How many of them hold."""
    given = list(flags)
    return Share(sum(given), len(given))
