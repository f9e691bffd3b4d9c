"""What an area, a federation or a drive asks at visits: kinds of answers, and when a visit counts as done; pure."""

from collections.abc import Collection, Sequence
from decimal import Decimal, InvalidOperation

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartunion.systems.organising.rules import VisitResult

#: A handful: more is a survey, and nobody fills one in at the door.
MOST = 5
MOST_CHOICES = 8
LONGEST = 300


class QuestionKind(TextChoices):
    """What an answer is."""

    TEXT = "text", pgettext_lazy("question", "Words")
    NUMBER = "number", pgettext_lazy("question", "Number")
    YES_NO = "yes_no", gettext_lazy("Yes or no")
    CHOICE = "choice", gettext_lazy("One of several")


def read_answer(kind: QuestionKind, choices: Sequence[str], text: str) -> str:
    """The answer as it is kept: "yes" or "no", a plain decimal number, one of the choices, words. Raises ValueError."""
    given = text.strip()
    if kind == QuestionKind.YES_NO and given not in {"yes", "no"}:
        raise ValueError(text)
    if kind == QuestionKind.CHOICE and given not in choices:
        raise ValueError(text)
    if kind == QuestionKind.NUMBER:
        return _number(given)
    return given[:LONGEST]


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite() or abs(number) >= 10**12:
        raise ValueError(text)
    return f"{number.normalize():f}"


def said(kind: str, text: str) -> str:
    """A kept answer as people read it."""
    return {"yes": _("Yes"), "no": _("No")}.get(text, text) if kind == QuestionKind.YES_NO else text


def counts_as_done(result: VisitResult, needed: Collection[int], answered: Collection[int]) -> bool:
    """Whether a visit is done: somebody was there, and every question that is needed was answered."""
    return result != VisitResult.NOBODY and set(needed) <= set(answered)
