"""What the address says: filters, order, columns, page. The address is the whole state of a list."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Given
from smartunion.core.listing.keyset import BadCursor, Key, Rows, Values, keys_for, read_cursor
from smartunion.core.listing.listing import SIZES, Listing


@dataclass(frozen=True)
class ListState:
    """The parsed address of one list. errors: sentences about what could not be understood."""

    listing: Listing
    query: QueryDict
    given: list[Given]
    columns: list[Column]
    sort: str
    size: int
    errors: list[str]

    @property
    def active(self) -> list[Given]:
        """Filters that narrow the list."""
        return [one for one in self.given if one.is_active]

    @property
    def order(self) -> tuple[str, ...]:
        """ORM paths of the chosen order."""
        column = self.listing.by_key.get(self.sort.removeprefix("-"))
        if column is None:
            return self.listing.order
        if not self.sort.startswith("-"):
            return column.sort_paths
        return tuple(path[1:] if path.startswith("-") else f"-{path}" for path in column.sort_paths)

    def keys(self, queryset: Rows) -> tuple[Key, ...]:
        """Keys of the chosen order."""
        return keys_for(queryset, self.order)

    @property
    def scope(self) -> str:
        """What a cursor belongs to: this list in this order."""
        return f"{self.listing.key}:{','.join(self.order)}"

    @property
    def has_cursor(self) -> bool:
        """Whether the address leads into the list, not to its beginning."""
        return bool(self.query.get("after") or self.query.get("before"))

    def url(self, **changes: Any) -> str:
        """The address with some values replaced (None drops one); the page is forgotten unless given."""
        query = self.query.copy()
        for name in ("after", "before", "export", "print"):
            query.pop(name, None)
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            elif isinstance(value, list):
                query.setlist(name, value)
            else:
                query[name] = value
        return f"?{query.urlencode()}" if query else "?"

    def url_without(self, given: Given) -> str:
        """The address without one filter."""
        return self.url(**dict.fromkeys(given.filter.params))

    def url_cleared(self) -> str:
        """The address without any filter."""
        return self.url(**{name: None for one in self.given for name in one.filter.params})

    def cursor(self, queryset: Rows) -> dict[str, Values]:
        """`after` or `before` of the page; empty for the first. Raises BadCursor."""
        for name in ("after", "before"):
            word = self.query.get(name)
            if word:
                return {name: read_cursor(str(word), self.scope, len(self.keys(queryset)))}
        return {}


def read_state(listing: Listing, request: HttpRequest, actor: Actor) -> ListState:
    """Parse the address; nothing in it can raise."""
    query = request.GET.copy()
    given = [one.read(dict(query.lists()), actor) for one in listing.all_filters]
    errors = [one.error for one in given if one.error]
    sort = query.get("sort", "")
    column = listing.by_key.get(sort.removeprefix("-"))
    if sort and (column is None or not column.sort_paths):
        errors.append(_("The list cannot be sorted like that. Choose one of the column heads."))
        sort = ""
    size = query.get("size", "")
    sizes = {str(number): number for number in SIZES}
    return ListState(
        listing, query, given, _columns(listing, query, request), sort, sizes.get(size, SIZES[0]), errors
    )


def _columns(listing: Listing, query: QueryDict, request: HttpRequest) -> list[Column]:
    chosen = query.getlist("cols") or request.COOKIES.get(columns_cookie(listing), "").split(".")
    wanted = {key for key in chosen if key in listing.by_key}
    if not wanted:
        return [column for column in listing.columns if column.shown]
    first = listing.columns[0].key  # the name of the row always stays
    return [column for column in listing.columns if column.key in wanted or column.key == first]


def columns_cookie(listing: Listing) -> str:
    """Name of the cookie that remembers the chosen columns."""
    return f"su_cols_{listing.key.replace('.', '_')}"


__all__ = ["BadCursor", "ListState", "columns_cookie", "read_state"]
