"""Questions of an offer: at sign-up or at the door."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from smartunion.core.errors import InvalidInput

MOST = 20


class QuestionKind(TextChoices):
    """How an answer looks."""

    TEXT = "text", pgettext_lazy("question", "words")
    CHOICE = "choice", pgettext_lazy("question", "one of several")
    NUMBER = "number", pgettext_lazy("question", "number")
    YES_NO = "yes_no", pgettext_lazy("question", "yes or no")
    DATE = "date", pgettext_lazy("question", "date")


class Asked(TextChoices):
    """When a question is asked."""

    SIGN_UP = "sign_up", pgettext_lazy("question", "at sign-up")
    DOOR = "door", pgettext_lazy("question", "at the door")


@dataclass(frozen=True)
class Question:
    """One question. options: of a choice; must: "yes" where only those who say so may take part, "" otherwise."""

    key: str
    label: str
    kind: str = QuestionKind.TEXT
    asked: str = Asked.SIGN_UP
    is_required: bool = False
    options: tuple[str, ...] = ()
    must: str = ""

    def dump(self) -> dict[str, Any]:
        """As it is stored."""
        return {**asdict(self), "options": list(self.options)}


def load(data: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Questions as stored."""
    return tuple(Question(**{**row, "options": tuple(row.get("options", ()))}) for row in data)


def check(questions: Sequence[Question]) -> None:
    """Raise InvalidInput naming `questions` for what cannot be asked."""
    keys = [question.key for question in questions]
    if len(keys) > MOST or len(set(keys)) != len(keys):
        raise InvalidInput(
            _("Ask at most %(most)s questions, each once.") % {"most": MOST}, field="questions"
        )
    for question in questions:
        few = question.kind == QuestionKind.CHOICE and len(set(question.options)) < 2
        if few or not question.label.strip() or question.kind not in QuestionKind.values:
            raise InvalidInput(
                _("Every question needs its words, and a choice at least two answers."), field="questions"
            )


def cleaned(questions: Sequence[Question], answers: Mapping[str, object], *, asked: str) -> dict[str, Any]:
    """Answers as they are kept, of the questions asked then; others are dropped. Raises InvalidInput naming the key."""
    return {
        question.key: value
        for question in questions
        if question.asked == asked and (value := _answer(question, answers.get(question.key))) is not None
    }


def _answer(question: Question, raw: object) -> str | bool | None:
    text = str(raw).strip() if raw is not None else ""
    if text == "":
        if question.is_required:
            raise InvalidInput(_("Please answer: %(label)s") % {"label": question.label}, field=question.key)
        return None
    value = _read(question, text)
    if value is None:
        words = _("This answer cannot be read: %(label)s") % {"label": question.label}
        raise InvalidInput(words, field=question.key)
    if question.must and value is not True:
        raise InvalidInput(
            _("This is only for those of whom it is true: %(label)s") % {"label": question.label}, field=question.key,
            remedy=_("Correct your answer if it was a slip; otherwise look at the other offers of your union."),
        )  # fmt: skip
    return value


def _read(question: Question, text: str) -> str | bool | None:
    try:
        if question.kind == QuestionKind.NUMBER:
            number = Decimal(text)
            return str(number) if number.is_finite() and abs(number) < 10**12 else None
        if question.kind == QuestionKind.DATE:
            return date.fromisoformat(text).isoformat()
    except (InvalidOperation, ValueError):
        return None
    if question.kind == QuestionKind.CHOICE:
        return text if text in question.options else None
    if question.kind == QuestionKind.YES_NO:
        return {
            "true": True,
            "yes": True,
            "1": True,
            "on": True,
            "false": False,
            "no": False,
            "0": False,
        }.get(text.lower())
    return text[:500]
