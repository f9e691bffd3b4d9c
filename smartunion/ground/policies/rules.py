"""Kinds of parameter values: reading what somebody typed, storing it, and saying it in words; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartunion.core.errors import InvalidInput


class Kind(StrEnum):
    """What a parameter's value is. Python types: int, int, int, int, Decimal, Decimal (0–1), time, bool, str, str."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MINUTES = "minutes"
    COUNT = "count"
    YUAN = "yuan"
    RATIO = "ratio"
    CLOCK = "clock"
    FLAG = "flag"
    CHOICE = "choice"
    TEXT = "text"


WHOLE = frozenset({Kind.DAYS, Kind.WORKING_DAYS, Kind.MINUTES, Kind.COUNT})
DECIMAL = frozenset({Kind.YUAN, Kind.RATIO})


@dataclass(frozen=True)
class Entered:
    """One entered value as the choice between values needs it."""

    id: int
    path: str
    valid_from: date
    valid_to: date | None


def winner(values: Iterable[Entered], *, on: date) -> Entered | None:
    """The value that holds on a day: of those in force the one for the narrowest subtree, then the latest begun.

    values: all of one key, for subtrees that contain the place asked about. A value with an end gives way to the
    one before it once it has ended.
    """
    holding = [v for v in values if v.valid_from <= on and (v.valid_to is None or on < v.valid_to)]
    return max(holding, key=lambda v: (len(v.path), v.valid_from, v.id), default=None)


def parse(
    kind: Kind, text: str, *, minimum: int | Decimal | None = None, maximum: int | Decimal | None = None,
    choices: Iterable[str] = (),
) -> Any:  # fmt: skip
    """The typed value of what somebody entered. Raises InvalidInput naming what is wrong and what to write."""
    text = text.strip()
    if kind in WHOLE or kind in DECIMAL:
        number = _number(kind, text)
        low = 0 if minimum is None else minimum
        if number < low or (maximum is not None and number > maximum):
            raise InvalidInput(_bounds(number, low, maximum), field="value")
        return number
    if kind is Kind.CLOCK:
        return _clock(text)
    if kind is Kind.FLAG:
        if text in {"1", "true", "on"}:
            return True
        if text in {"0", "false", ""}:
            return False
        raise InvalidInput(_("Choose yes or no."), field="value")
    if kind is Kind.CHOICE and text not in set(choices):
        raise InvalidInput(_("This is none of the possible values. Choose one from the list."), field="value")
    if not text or len(text) > 1000:
        raise InvalidInput(_("Write between 1 and 1,000 characters."), field="value")
    return text


def to_json(value: Any) -> Any:
    """As the database keeps it: decimals and times as text."""
    if isinstance(value, Decimal):
        return str(value)
    return f"{value:%H:%M}" if isinstance(value, time) else value


def from_json(kind: Kind, raw: Any) -> Any:
    """The typed value of what the database keeps."""
    if kind in DECIMAL:
        return Decimal(raw)
    return time.fromisoformat(raw) if kind is Kind.CLOCK else raw


def as_text(kind: Kind, value: Any) -> str:
    """A value in words, with its unit."""
    if kind is Kind.DAYS:
        return ngettext("%(n)s day", "%(n)s days", value) % {"n": value}
    if kind is Kind.WORKING_DAYS:
        return ngettext("%(n)s working day", "%(n)s working days", value) % {"n": value}
    if kind is Kind.MINUTES:
        return ngettext("%(n)s minute", "%(n)s minutes", value) % {"n": value}
    if kind is Kind.YUAN:
        return _("%(n)s yuan") % {"n": f"{value:,.2f}"}
    if kind is Kind.RATIO:
        return f"{(value * 100).normalize():f}%"
    if kind is Kind.FLAG:
        return _("Yes") if value else _("No")
    return f"{value:%H:%M}" if kind is Kind.CLOCK else f"{value:,}" if kind is Kind.COUNT else str(value)


def _number(kind: Kind, text: str) -> int | Decimal:
    try:
        number = Decimal(text.replace(",", "").removesuffix("%"))
    except InvalidOperation:
        raise InvalidInput(_("This is not a number. Write digits only, such as 15."), field="value") from None
    if not number.is_finite() or abs(number) > 10**12:
        raise InvalidInput(_("This number is too large."), field="value")
    if text.endswith("%"):
        number /= 100
    if kind is Kind.RATIO:
        if number > 1:
            raise InvalidInput(_("Write a share between 0% and 100%, such as 80%."), field="value")
        return number
    if kind is Kind.YUAN:
        if number != number.quantize(Decimal("0.01")):
            raise InvalidInput(_("Write yuan with at most two decimals, such as 30.00."), field="value")
        return number
    if number != int(number):
        raise InvalidInput(_("Write a whole number, such as 15."), field="value")
    return int(number)


def _bounds(number: int | Decimal, low: int | Decimal, high: int | Decimal | None) -> str:
    if high is None:
        return _("%(number)s is too small: write at least %(low)s.") % {"number": number, "low": low}
    return _("%(number)s is out of bounds: write a number from %(low)s to %(high)s.") % {
        "number": number, "low": low, "high": high,
    }  # fmt: skip


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text.replace("：", ":")).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise InvalidInput(
            _("This is no time of day. Write hours and minutes, such as 21:30."), field="value"
        ) from None
