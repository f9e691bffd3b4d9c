"""One page of a list, ready for the template."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.listing import keyset
from smartunion.core.listing.columns import Column
from smartunion.core.listing.keyset import BadCursor, Rows, Slice
from smartunion.core.listing.listing import BulkAction, Listing, narrowed
from smartunion.core.listing.models import SavedFilter
from smartunion.core.listing.state import ListState
from smartunion.core.listing.walking import wide

_NUMERIC = ' class="num"'


@dataclass(frozen=True)
class Cell:
    """One drawn cell."""

    column: Column
    html: SafeString


@dataclass(frozen=True)
class Line:
    """One drawn row. frames: class names and label of each column, the same for all rows of a page."""

    row: Any
    pk: Any
    url: str
    cells: list[Cell]
    frames: Sequence[tuple[str, str]] = ()

    @property
    def on_screen(self) -> SafeString:
        """The row's cells in the list; a template takes several times as long to put those of two hundred rows together."""
        cells = [cell.html for cell in self.cells]
        name: str = cells[0]
        if self.url:
            name = f'<a class="row-link" href="{conditional_escape(self.url)}">{name or _("(no name)")}</a>'
        drawn = [f'<th scope="row" class="{self.frames[0][0]}">{name}</th>']
        for html, (css, label) in zip(cells[1:], self.frames[1:], strict=True):
            shown: str = html
            if shown == "":
                css, shown = f"{css} blank", f'<span class="none" aria-label="{_("no value")}">–</span>'
            drawn.append(f'<td class="{css}" data-label="{label}">{shown}</td>')
        return mark_safe("".join(drawn))  # noqa: S308  each cell is escaped or has been

    @property
    def on_paper(self) -> SafeString:
        """The row's cells on paper; a template takes several times as long to put those of a thousand rows together."""
        drawn = (
            f"<td{_NUMERIC if cell.column.kind == 'number' else ''}>{cell.html}</td>" for cell in self.cells
        )
        return mark_safe("".join(drawn))  # noqa: S308  each cell is escaped or has been


@dataclass(frozen=True)
class Head:
    """One column head. sorted_by: "ascending", "descending" or ""; url: sorts by it, "" when it cannot be sorted."""

    column: Column
    url: str
    sorted_by: str


@dataclass(frozen=True)
class Page:
    """Everything the list template needs."""

    listing: Listing
    state: ListState
    lines: list[Line]
    heads: list[Head]
    count: int
    count_is_floor: bool
    previous_url: str
    next_url: str
    note: str
    saved: list[SavedFilter]
    bulk: list[BulkAction]
    may_export: bool
    is_filtered: bool

    @property
    def count_text(self) -> str:
        """How many there are, honestly."""
        shown = f"{self.count:,}"
        return _("more than %(count)s") % {"count": shown} if self.count_is_floor else shown

    @property
    def exports(self) -> list[tuple[str, str]]:
        """Name and address of each file format."""
        names = {"xlsx": _("Spreadsheet (XLSX)"), "csv": _("Text table (CSV)")}
        return [(name, self.state.url(export=kind)) for kind, name in names.items()]

    @property
    def print_url(self) -> str:
        """Address of the paper view."""
        return self.state.url(print="1")


def build_page(listing: Listing, state: ListState, queryset: Rows, actor: Actor, *, sheet: int = 0) -> Page:
    """Fetch and draw one page: one query for rows, one for the count unless a search shows all, one for saved
    filters.

    queryset: what the actor may see, unfiltered. sheet: rows of a paper view, which lead nowhere. A wrong filter shows no rows
    and says why.
    """
    rows = queryset.none() if state.errors else wide(narrowed(queryset, state.given))
    note = ""
    try:
        part = _slice(rows, state, sheet or state.size)
    except BadCursor:
        note = _("The address does not lead to a page of this list any more, so this is its beginning.")
        part = keyset.fetch(rows, state.keys(queryset), sheet or state.size)
    count, is_floor = _count(listing, state, rows, part, actor)
    frames = [(column.css, conditional_escape(str(column.label))) for column in state.columns]
    lines = list(drawn(state.columns, part.rows, listing.rows_url if not sheet else None, frames))
    return Page(
        listing=listing, state=state, lines=lines,
        heads=[_head(state, column) for column in state.columns], count=count, count_is_floor=is_floor,
        previous_url=_turn(state, "before", part.previous), next_url=_turn(state, "after", part.next), note=note,
        saved=_saved(listing, actor), bulk=listing.bulk_for(actor), may_export=listing.may_export(actor),
        is_filtered=bool(state.active or state.errors),
    )  # fmt: skip


def drawn(
    columns: Sequence[Column],
    rows: Iterable[Any],
    lead_to: Callable[[Any], str] | None = None,
    frames: Sequence[tuple[str, str]] = (),
) -> Iterator[Line]:
    """The rows with their cells. lead_to: address of a row's page; frames: see Line, of rows on screen."""
    painters = [(column, column.painter()) for column in columns]
    for row in rows:
        cells = [Cell(column, paint(row)) for column, paint in painters]
        yield Line(row, row.pk, lead_to(row) if lead_to is not None else "", cells, frames)


def _slice(rows: Rows, state: ListState, size: int) -> Slice:
    return keyset.fetch(rows, state.keys(rows), size, **state.cursor(rows))


def _turn(state: ListState, name: str, values: keyset.Values | None) -> str:
    return "" if values is None else state.url(**{name: keyset.write_cursor(values, state.scope)})


def _count(listing: Listing, state: ListState, rows: Rows, part: Slice, actor: Actor) -> tuple[int, bool]:
    kept = None if state.errors else _kept(listing, state, actor)
    if kept is not None:
        return kept, False
    if not state.has_cursor and (not part.rows or (state.active and part.next is None)):
        return len(part.rows), False  # all that was searched for is shown: it need not be looked for again
    # Keys alone: a slice is counted with all its columns, and a city's list has some that ask another table for each row.
    found = rows.order_by().values("pk")[: listing.count_limit + 1].count()
    return min(found, listing.count_limit), found > listing.count_limit


def _kept(listing: Listing, state: ListState, actor: Actor) -> int | None:
    """The count as sums kept anyway have it; None when they do not know."""
    if listing.known is None:
        return None
    return listing.known(actor, {one.filter.key: one.value for one in state.active})


def _head(state: ListState, column: Column) -> Head:
    if not column.sort_paths:
        return Head(column, "", "")
    if state.sort == column.key:
        return Head(column, state.url(sort=f"-{column.key}"), "ascending")
    if state.sort == f"-{column.key}":
        return Head(column, state.url(sort=None), "descending")
    by_default = state.listing.order[0] if not state.sort else ""
    sorted_by = {column.sort_paths[0]: "ascending", f"-{column.sort_paths[0]}": "descending"}.get(
        by_default, ""
    )
    url = state.url(sort=f"-{column.key}" if sorted_by == "ascending" else column.key)
    return Head(column, url, sorted_by)


def _saved(listing: Listing, actor: Actor) -> list[SavedFilter]:
    if actor.user_id is None:
        return []
    return list(
        SavedFilter.objects.filter(user_id=actor.user_id, list_key=listing.key).order_by("name", "id")[:50]
    )
