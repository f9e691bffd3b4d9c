"""Filters of a list. Each reads its values from the address, says what is wrong with them, and narrows the rows."""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.listing.keyset import Rows
from smartunion.core.spellings import in_any_spelling

Label = str | Promise
Options = Sequence[tuple[str, Label]]
Data = Mapping[str, list[str]]
MAX_TEXT = 100
_SELECTED = SafeString(" selected")


@dataclass(frozen=True)
class Given:
    """What the address says about one filter: the parsed value (None: nothing), its words, or what is wrong."""

    filter: "Filter"
    raw: dict[str, Any]
    value: Any = None  # its type belongs to the filter
    words: str = ""
    error: str = ""
    options: Options = ()

    @property
    def is_active(self) -> bool:
        """Whether it narrows the list."""
        return self.value is not None

    @property
    def option_tags(self) -> SafeString:
        """The options of a choice as tags; a template takes many times as long to draw the organisers of a city."""
        chosen = {str(value) for value in self.raw["values"]}
        return format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((value, _SELECTED if str(value) in chosen else "", label) for value, label in self.options),
        )


@dataclass(frozen=True, kw_only=True)
class Filter(ABC):
    """What all filters share. key: name in the address; secondary: shown only under “more filters”."""

    widget: ClassVar[str] = ""
    key: str
    label: Label
    secondary: bool = False

    @property
    def params(self) -> tuple[str, ...]:
        """Names it reads from the address."""
        return (self.key,)

    @abstractmethod
    def read(self, data: Data, actor: Actor) -> Given:
        """Parse the address."""

    @abstractmethod
    def apply(self, queryset: Rows, value: Any) -> Rows:
        """Narrow the rows by a parsed value."""


@dataclass(frozen=True, kw_only=True)
class Choice(Filter):
    """One of some values, or several.

    options: pairs of value and words, or a function of the actor; field: ORM path compared with the value;
    where: a condition for each value instead of a field; multiple: several may be ticked (any of them fits);
    unchosen: what a list shows where nothing is chosen, when that is not everything.
    """

    widget: ClassVar[str] = "choice"
    options: Options | Callable[[Actor], Options] = ()
    field: str = ""
    where: Callable[[list[str]], Q] | None = None
    multiple: bool = False
    unchosen: Label = ""

    def read(self, data: Data, actor: Actor) -> Given:
        options = self.options(actor) if callable(self.options) else self.options
        words = {str(value): str(label) for value, label in options}
        chosen = list(dict.fromkeys(value for value in data.get(self.key, []) if value != ""))
        raw = {"values": chosen}
        if not chosen:
            return Given(self, raw, options=options)
        if any(value not in words for value in chosen):
            error = _(
                "What was chosen for “%(label)s” is not there any more, or not open to you. Choose from the list again;"
                " a kept filter is put right by keeping it again under its name."
            )
            return Given(self, raw, error=error % {"label": self.label}, options=options)
        if len(chosen) > 1 and not self.multiple:
            error = _("“%(label)s” cannot be what the address says. Choose from the list again.")
            return Given(self, raw, error=error % {"label": self.label}, options=options)
        return Given(self, raw, chosen, "、".join(words[value] for value in chosen), options=options)

    def apply(self, queryset: Rows, value: Any) -> Rows:
        if self.where is not None:
            return queryset.filter(self.where(value))
        path = self.field or self.key
        return queryset.filter(**({path: value[0]} if len(value) == 1 else {f"{path}__in": value}))


@dataclass(frozen=True, kw_only=True)
class Flag(Filter):
    """A tick box: rows for which the condition holds."""

    widget: ClassVar[str] = "flag"
    where: Q = field(default_factory=Q)

    def read(self, data: Data, actor: Actor) -> Given:
        on = data.get(self.key, [""])[-1] == "1"
        return Given(self, {"on": on}, True if on else None, str(self.label))

    def apply(self, queryset: Rows, value: Any) -> Rows:
        return queryset.filter(self.where)


@dataclass(frozen=True, kw_only=True)
class Range(Filter):
    """From … to …, both ends belonging to it; the shape of the two ends is the subclass's business."""

    field: str = ""

    @property
    def params(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def read(self, data: Data, actor: Actor) -> Given:
        texts = [data.get(name, [""])[-1].strip()[:40] for name in self.params]
        raw = {"low": texts[0], "high": texts[1]}
        try:
            low, high = (self.parse(text) if text else None for text in texts)
        except ValueError:
            return Given(self, raw, error=self.complaint())
        if low is None and high is None:
            return Given(self, raw)
        if low is not None and high is not None and low > high:
            error = _("In “%(label)s” the beginning lies behind the end. Exchange the two values.")
            return Given(self, raw, error=error % {"label": self.label})
        return Given(self, raw, (low, high), f"{texts[0] or '…'} – {texts[1] or '…'}")

    @abstractmethod
    def parse(self, text: str) -> Any:
        """One end. Raises ValueError."""

    @abstractmethod
    def complaint(self) -> str:
        """What to say about a value that cannot be read."""

    def apply(self, queryset: Rows, value: Any) -> Rows:
        path = self.field or self.key
        low, high = value
        if low is not None:
            queryset = queryset.filter(**{f"{path}__gte": low})
        return queryset.filter(**{f"{path}__lte": high}) if high is not None else queryset


@dataclass(frozen=True, kw_only=True)
class DateRange(Range):
    """Days from … to …. instant: the column holds points in time, so the last day counts to its end."""

    widget: ClassVar[str] = "dates"
    instant: bool = False

    def parse(self, text: str) -> date:
        day = date.fromisoformat(text)
        if not 1900 <= day.year <= 2200:
            raise ValueError(text)
        return day

    def complaint(self) -> str:
        return _("“%(label)s” needs dates such as 2026-11-21. Choose them in the calendar.") % {
            "label": self.label
        }

    def apply(self, queryset: Rows, value: Any) -> Rows:
        if not self.instant:
            return super().apply(queryset, value)
        path = self.field or self.key
        low, high = value
        if low is not None:
            queryset = queryset.filter(**{f"{path}__gte": clock.midnight(low)})
        return (
            queryset.filter(**{f"{path}__lt": clock.midnight(high + timedelta(days=1))})
            if high is not None
            else queryset
        )


@dataclass(frozen=True, kw_only=True)
class AsOf(Filter):
    """The past day a list is asked for. The room builds the rows of that day (`Listing.day_asked`); here nothing narrows."""

    widget: ClassVar[str] = "day"

    def read(self, data: Data, actor: Actor) -> Given:
        text = data.get(self.key, [""])[-1].strip()[:40]
        raw = {"text": text, "latest": clock.today().isoformat()}
        if not text:
            return Given(self, raw)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = date.min
        if not 1900 <= day.year <= 2200:
            error = _("“%(label)s” needs a date such as 2026-11-21. Choose it in the calendar.")
            return Given(self, raw, error=error % {"label": self.label})
        if day > clock.today():
            error = _("“%(label)s” lies in the future. Choose today or a day before.")
            return Given(self, raw, error=error % {"label": self.label})
        return Given(self, raw, None if day == clock.today() else day, day.isoformat())

    def apply(self, queryset: Rows, value: Any) -> Rows:
        return queryset


@dataclass(frozen=True, kw_only=True)
class NumberRange(Range):
    """Numbers from … to …. decimals: whether fractions are taken; unit: shown beside the inputs."""

    widget: ClassVar[str] = "numbers"
    decimals: bool = False
    unit: Label = ""

    def parse(self, text: str) -> Any:
        if not self.decimals:
            whole = int(text)
            if abs(whole) > 2_000_000_000:
                raise ValueError(text)
            return whole
        try:
            given = Decimal(text)
        except InvalidOperation:
            raise ValueError(text) from None
        if not given.is_finite() or abs(given) > 10**12:
            raise ValueError(text)
        return given

    def complaint(self) -> str:
        return _("“%(label)s” needs numbers such as 25. Remove signs and letters.") % {"label": self.label}


@dataclass(frozen=True, kw_only=True)
class Text(Filter):
    """Words looked for in some columns (parts of a word count), or by the room's own search."""

    widget: ClassVar[str] = "text"
    fields: tuple[str, ...] = ()
    find: Callable[[Rows, str], Rows] | None = None
    placeholder: Label = ""

    def read(self, data: Data, actor: Actor) -> Given:
        text = clean_text(data.get(self.key, [""])[-1])
        if is_personal_number(text):
            error = _(
                "ID numbers and phone numbers are not looked for here, because they would stay in the address"
                " of the page. Use the search box at the top of the desk."
            )
            return Given(self, {"text": ""}, error=error)
        return Given(self, {"text": text}, text or None, f"“{text}”")

    def apply(self, queryset: Rows, value: Any) -> Rows:
        if self.find is not None:
            return self.find(queryset, value)
        return queryset.filter(in_any_spelling(value, self._holds))

    def _holds(self, text: str) -> Q:
        found = Q(pk__in=[])
        for path in self.fields or (self.key,):
            found |= Q(**{f"{path}__icontains": text})
        return found


#: Resident ID of 18 or 15 characters (by its birth date), mobile number.
_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])([1-8]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
    r"|[1-8]\d{7}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}|1[3-9]\d{9})(?![0-9A-Za-z])"
)


def is_personal_number(text: str) -> bool:
    """Whether the text holds what looks like a resident ID or a mobile number; such text must not stay in addresses."""
    plain = unicodedata.normalize("NFKC", text)
    return bool(_PERSONAL.search(plain) or _PERSONAL.search(re.sub(r"[\s-]", "", plain)))


def clean_text(text: str) -> str:
    """One line without control characters, at most MAX_TEXT long."""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:MAX_TEXT]
