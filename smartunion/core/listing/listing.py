"""The declaration of a list; `views.listing_response` serves it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from smartunion.core.actor import Actor
from smartunion.core.listing.columns import Column, Label
from smartunion.core.listing.filters import AsOf, Filter, Text
from smartunion.core.listing.keyset import Rows

#: Beyond this many rows a list says "more than" instead of counting on, unless it knows its rows to be cheap to count.
COUNT_LIMIT = 10_000
#: For lists of narrow rows found by one index: two hundred thousand are counted in 25 ms.
CHEAP_COUNT_LIMIT = 200_000
SIZES = (50, 100, 200)
#: How many rows a list has for an actor under some filters, None where that would have to be counted.
Known = Callable[[Actor, Mapping[str, Any]], int | None]


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """Something done to many picked rows as one background job.

    key: name in the form; kind: registered job kind, whose payload gets {"action": key, "ids": [...]};
    permission: needed to see and start it; ask: the question put before it starts; tone: primary or danger;
    limit: most rows at once; go: instead of a job, keeps the picked ids and returns the address of the page that
    asks for the rest (kind is not used then).
    """

    key: str
    label: Label
    permission: str
    kind: str = ""
    ask: Label = ""
    icon: str = ""
    tone: str = "primary"
    limit: int = 20_000
    go: Callable[[Actor, list[int | str], datetime], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a list shows and how.

    key: stable name (addresses, saved filters, audit); title: also the name of exported files; columns: the first
    one is the row's name; search: the big box; filters; order: ORM paths, "-" descends, the primary key is added;
    row_url: address of a row; known: exact count from sums kept anyway, asked with the values of the filters that
    narrow the list by key, none for the whole of it; None where the sums do not know (counting stops at count_limit
    then); bulk; export_permission: "" lets everyone who sees the list take it away; unit: what rows are called;
    empty_title, empty_text, empty_href, empty_action: said when the list itself is empty; tools: template of further
    buttons in the tool bar.
    """

    key: str
    title: Label
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    search: Text | None = None
    row_url: Callable[[Any], str] | None = None
    known: Known | None = None
    count_limit: int = COUNT_LIMIT
    bulk: tuple[BulkAction, ...] = ()
    export_permission: str = ""
    can_export: bool = True
    unit: Label = ""
    empty_title: Label = ""
    empty_text: Label = ""
    empty_href: str = ""
    empty_action: Label = ""
    empty_icon: str = "inbox"
    tools: str = ""
    stand: Label = ""
    note: Label = ""
    by_key: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {column.key: column for column in self.columns})
        names = [name for one in self.all_filters for name in one.params]
        reserved = {"sort", "cols", "size", "after", "before", "export", "print", "saved", "pick", "bulk"}
        if len(self.by_key) != len(self.columns) or len(set(names)) != len(names) or reserved & set(names):
            raise ImproperlyConfigured(
                f"listing {self.key}: a column or filter name is used twice or reserved"
            )

    @property
    def all_filters(self) -> tuple[Filter, ...]:
        """The search box and the filters."""
        return (self.search, *self.filters) if self.search is not None else self.filters

    @property
    def full_title(self) -> str:
        """Title with the day it stands for, for paper and files."""
        return f"{self.title} {self.stand}".strip()

    def day_asked(self, data: Mapping[str, list[str]], actor: Actor) -> date | None:
        """The past day the address asks this list for; None for today, and where the day cannot be read."""
        for one in self.filters:
            if isinstance(one, AsOf):
                day: date | None = one.read(data, actor).value
                return day
        return None

    @property
    def element_id(self) -> str:
        """Id of the part that is swapped."""
        return f"list-{self.key.replace('.', '-')}"

    def may_export(self, actor: Actor) -> bool:
        """Whether this actor may take the list away as a file."""
        return self.can_export and (not self.export_permission or actor.can(self.export_permission))

    def bulk_for(self, actor: Actor) -> list[BulkAction]:
        """Bulk actions this actor may start."""
        return [action for action in self.bulk if actor.can(action.permission)]

    def rows_url(self, row: Any) -> str:
        """Address of a row, "" when rows have no page."""
        return self.row_url(row) if self.row_url is not None else ""


def unfiltered(total: Callable[[Actor], int]) -> Known:
    """What is known of a list of which only the whole is counted anyway."""
    return lambda actor, given: None if given else total(actor)


def narrowed(queryset: Rows, given: "list[Any]") -> Rows:
    """The queryset after every active filter."""
    for one in given:
        if one.is_active:
            queryset = one.filter.apply(queryset, one.value)
    return queryset
