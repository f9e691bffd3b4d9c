"""Columns of a list: where a value comes from, how it looks on screen, on a phone and in a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import partial
from html import escape
from typing import Any, Final, Literal

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.templatetags.smartunion import number, state_mark, when

Label = str | Promise
Cell = str | int | Decimal | float | bool | date | datetime | None
#: 1: the title of the card on phones, "side": top right of the card, 2: a line of the card, 3: left out on phones.
Priority = Literal[1, 2, 3, "side"]


_NOTHING: Final = SafeString("")


def _escaped(value: Any) -> SafeString:
    """Text safe for HTML; what is safe already stays. Django's own, with what it does for lazy texts, takes five times as long."""
    marked = getattr(value, "__html__", None)
    return SafeString(marked() if marked is not None else escape(str(value)))


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column.

    key: stable name in addresses and files; value: attribute path with dots, or a function of the row (default: key);
    kind: how plain values look: text, number, date, code (fixed width), state or, of a field with choices, its words as text;
    label_of: for states, the words (default: Django's get_…_display); tone_of: for states, the tone of a value where
    the usual one does not fit; href: of a number, the address of what it counts in a row;
    template: draws the cell from `row` and `value` instead, which costs five times as much;
    sort: ORM path or paths, "" when it cannot be sorted; priority: see Priority; shown: part of the first view;
    export: False leaves it out of files; mask: how personal values look to people without `clear_permission`,
    on screen always, in files unless the permission is held; width: characters in
    the spreadsheet, and how much room the column keeps on screen (10, 20, 34, more).
    """

    key: str
    label: Label
    value: str | Callable[[Any], Any] = ""
    kind: Literal["text", "number", "date", "code", "state", "words"] = "text"
    label_of: Callable[[Any], Any] | None = None
    tone_of: Callable[[Any], str] | None = None
    href: Callable[[Any], str] | None = None
    template: str = ""
    sort: str | tuple[str, ...] = ""
    priority: Priority = 2
    shown: bool = True
    export: bool = True
    mask: Callable[[str], str] | None = None
    clear_permission: str = ""
    width: int = 16

    @property
    def css(self) -> str:
        """Class names of the cell."""
        place = "p1 p1-side" if self.priority == "side" else f"p{self.priority}"
        if self.kind in {"number", "date"}:
            return f"{place} {self.kind}"
        room = next(
            size for limit, size in ((10, "s"), (20, "m"), (34, "l"), (10**6, "xl")) if self.width <= limit
        )
        return f"{place} w-{room}"

    @property
    def sort_paths(self) -> tuple[str, ...]:
        """ORM paths to sort by, empty when it cannot be sorted."""
        return (self.sort,) if isinstance(self.sort, str) and self.sort else tuple(self.sort)

    def may_be_clear_for(self, actor: Actor) -> bool:
        """Whether files may hold the unmasked value for this actor."""
        return bool(self.clear_permission) and actor.can(self.clear_permission)

    def raw(self, row: Any) -> Any:
        """The plain value of a row."""
        if callable(self.value):
            return self.value(row)
        value: Any = row
        for name in (self.value or self.key).split("."):
            value = getattr(value, name, None)
            if value is None:
                return None
        return value

    def painter(self) -> Callable[[Any], SafeString]:
        """A function from a row to its cell on screen or paper, "" when there is nothing to show; what is the same for every
        row is found out once.
        """
        if self.template:
            return self._templated
        if self.mask is not None:
            return partial(self._mono, self.mask)
        if self.kind in {"state", "words"}:
            return partial(self._chosen, {})
        if self.kind == "code":
            return partial(self._mono, str)
        return self._plain

    def _templated(self, row: Any) -> SafeString:
        drawn = render_to_string(self.template, {"row": row, "value": self.raw(row)}).strip()
        return mark_safe(drawn)  # noqa: S308  the template has escaped it

    def _mono(self, write: Callable[[str], str], row: Any) -> SafeString:
        value = self.raw(row)
        if value is None or value == "":
            return _NOTHING
        return SafeString(f'<span class="mono">{_escaped(write(str(value)))}</span>')

    def _chosen(self, known: dict[Any, SafeString], row: Any) -> SafeString:
        value = self.raw(row)
        if value is None or value == "":
            return _NOTHING
        if self.label_of is not None:
            return self._marked(row, value)
        drawn = known.get(value)
        if drawn is None:
            drawn = known[value] = self._marked(row, value)
        return drawn

    def _marked(self, row: Any, value: Any) -> SafeString:
        if self.kind == "words":
            return _escaped(self.words(row, value))
        return state_mark(self.words(row, value), value, self.tone_of(value) if self.tone_of else "")

    def _plain(self, row: Any) -> SafeString:
        value = self.raw(row)
        if value is None or value == "":
            return _NOTHING
        if isinstance(value, bool):
            return _escaped(_("yes") if value else _("no"))
        if self.kind == "number":
            shown = _escaped(number(value))
            return format_html('<a href="{}">{}</a>', self.href(row), shown) if self.href and value else shown
        return _escaped(when(value) if isinstance(value, date) else value)

    def words(self, row: Any, value: Any) -> Any:
        """A state, or what was chosen, in words."""
        if self.label_of is not None:
            return self.label_of(row)
        if callable(self.value):
            return value
        *way, name = (self.value or self.key).split(".")
        holder = row
        for step in way:
            holder = getattr(holder, step)
        display = getattr(holder, f"get_{name}_display", None)
        return display() if display else value

    def maker(self, actor: Actor) -> Callable[[Any], Cell]:
        """A function from a row to its cell in a file; what is the same for every row is found out once."""
        if self.mask is not None and not self.may_be_clear_for(actor):
            return partial(self._masked_cell, self.mask)
        if self.kind in {"state", "words"}:
            return partial(self._chosen_cell, {})
        return partial(self._plain_cell, get_current_timezone())

    def cell(self, row: Any, actor: Actor) -> Cell:
        """The value in a file: typed where spreadsheets know the type, text otherwise, masked where it must be."""
        return self.maker(actor)(row)

    def _masked_cell(self, mask: Callable[[str], str], row: Any) -> Cell:
        value = self.raw(row)
        return None if value is None or value == "" else mask(str(value))

    def _chosen_cell(self, known: dict[Any, str], row: Any) -> Cell:
        value = self.raw(row)
        if value is None or value == "":
            return None
        if self.label_of is not None:
            return str(self.words(row, value))
        words = known.get(value)
        if words is None:
            words = known[value] = str(self.words(row, value))
        return words

    def _plain_cell(self, zone: tzinfo, row: Any) -> Cell:
        value = self.raw(row)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return str(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, datetime):
            return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
        if isinstance(value, int | Decimal | float | date) and self.kind != "code":
            return value
        return str(value)
