"""Every list shows and files the same rows: in each of its orders, under each of its filters, page by page and as a whole."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from python_calamine import CalamineWorkbook

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.listing import Listing, files, state, views
from smartunion.core.listing.filters import AsOf, Choice, DateRange, Flag, NumberRange
from smartunion.core.listing.page import Page, build_page
from smartunion.core.listing.state import ListState, read_state
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.models import Employer, Person, TradeUnion
from tests.crowd import crowd, one_of_each
from tests.refusals_world import build
from tests.test_query_counts import ROLES, Walk, declared

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.long]

ROWS, SIZE = 5, 4
#: All rows on one page: turning pages is tried with the other orders and filters.
WHOLE = "&size=100"
#: Keeping a filter is one thing for all lists; of so many it is tried.
KEPT = 10
RUNS = re.compile(r"^\s*[=+\-@＝＋－＠\t\r]")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Lists:
    """Asks for lists, as one person, and keeps which rows were drawn and which were filed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client = Client()
        self.page: Page | None = None
        self.asked: tuple[Listing, Any, Actor] | None = None
        self.filed: list[Any] = []
        walk = files.walk

        def noting_page(
            listing: Listing, state: ListState, queryset: Any, actor: Actor, **named: Any
        ) -> Page:
            self.asked = listing, queryset, actor
            self.page = build_page(listing, state, queryset, actor, **named)
            return self.page

        def noting_rows(*given: Any) -> Iterator[Any]:
            for row in walk(*given):
                self.filed.append(row)
                yield row

        monkeypatch.setattr(views, "build_page", noting_page)
        monkeypatch.setattr(files, "walk", noting_rows)
        monkeypatch.setattr(state, "SIZES", (SIZE, 100, 200))

    def open(self, url: str) -> Page | None:
        """The page of a list; None when the address shows none."""
        self.page = None
        cache.clear()
        answer = self.client.get(url)
        self.status = answer.status_code
        assert self.status < 500, url
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # it streams
        return self.page

    def again(self, url: str) -> Page | None:
        """The list the last address showed under another query, its page not drawn."""
        if self.asked is None:
            return None
        listing, queryset, actor = self.asked
        cache.clear()
        self.page = build_page(
            listing, read_state(listing, RequestFactory().get(url), actor), queryset, actor
        )
        return self.page

    def pages(self, url: str, turn: str) -> list[list[Any]]:
        """Keys of the rows of every page from this one on; turn: next_url, or previous_url for the way back."""
        found: list[list[Any]] = []
        page, path = self.again(url), url.partition("?")[0]
        while page is not None and len(found) < 100:
            found.append([line.pk for line in page.lines])
            self.last = url
            if not getattr(page, turn):
                return found
            url = path + getattr(page, turn)
            page = self.again(url)
        raise AssertionError(f"{url}: its pages never end")

    def file(self, url: str, *, by_address: bool) -> list[list[str]]:
        """The cells of the list as CSV, heads first. by_address: through the program's front door."""
        self.filed = []
        whole = f"{url}&export=csv"
        if by_address or self.asked is None:
            answer: Any = self.client.get(whole)
        else:
            listing, queryset, actor = self.asked
            request = RequestFactory().get(whole)
            request.actor = actor  # type: ignore[attr-defined]  # as the middleware does
            answer = views.listing_response(request, listing, queryset)
        content = b"".join(answer.streaming_content)
        assert content.startswith(b"\xef\xbb\xbf"), url
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def queries(listing: Listing, page: Page) -> Iterator[str]:
    """Orders and filters of a list, as addresses ask for them."""
    yield ""
    for column in listing.columns:
        if column.sort_paths:
            yield f"sort=-{column.key}"
            yield f"sort={column.key}{WHOLE}"
    for given in page.state.given:
        key = given.filter.key
        if isinstance(given.filter, Flag):
            yield f"{key}=1"
        elif isinstance(given.filter, Choice) and given.options:
            yield f"{key}={given.options[0][0]}"
        elif isinstance(given.filter, AsOf):
            yield f"{key}={clock.today() - timedelta(days=1)}{WHOLE}"
        elif isinstance(given.filter, DateRange):
            yield f"{key}_from=1950-01-01&{key}_to={clock.today()}{WHOLE}"
        elif isinstance(given.filter, NumberRange):
            yield f"{key}_from=0&{key}_to=1000{WHOLE}"
    if listing.search is not None:
        yield f"{listing.search.key}=宁"


def test_every_list_files_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    town, _other = build()
    one_of_each(town)
    for model in (Employer, TradeUnion, Person):
        model._default_manager.update(name="=HYPERLINK(1)宁")
    crowd(ROWS)
    tallies.recount(repair=True)
    walk = Walk(town, monkeypatch)
    addresses = list(walk.addresses())
    lists, unseen = Lists(monkeypatch), set(declared())
    few: dict[str, tuple[str, str]] = {}
    faults: list[str] = []
    saved: list[str] = []

    def look(page: Page, url: str) -> None:
        unseen.discard(page.listing.key)
        asked = list(queries(page.listing, page))
        for query in asked:
            faults.extend(faults_of(lists, url, query))
        if len(saved) < KEPT:
            saved.append(page.listing.key)
            faults.extend(faults_of_saving(lists, page.listing.key, url, asked[-1]))

    looked: set[str] = set()
    for role in ROLES:
        lists.client.force_login(town.people[role])
        for url in addresses if unseen else []:
            if url in looked or not walk.opens(role, url):
                continue
            page = lists.open(url)
            if (lists.status == 200) if page is None else page.lines:
                looked.add(
                    url
                )  # a page without a list, or a list with rows, is that for whoever comes next too
            if page is not None and page.listing.key in unseen and page.lines:
                if len(page.lines) >= SIZE:
                    look(page, url)
                else:  # kept for the end, should no other place show more of it
                    few[page.listing.key] = (role, url)
    for role, url in [one for key, one in few.items() if key in unseen]:
        lists.client.force_login(town.people[role])
        if (page := lists.open(url)) is not None:
            look(page, url)

    assert faults == []
    assert len(unseen) * 10 < len(declared())  # that every list is reached, the test of query counts sees to


def faults_of(lists: Lists, url: str, query: str) -> Iterator[str]:
    """What the list shows otherwise than it files, under one query."""
    asked = f"{url}{'&' if '?' in url else '?'}{query}"
    pages = lists.pages(asked, "next_url")
    if not query and lists.pages(lists.last, "previous_url") != pages[::-1]:
        yield f"{asked}: the way back shows other pages"
    shown = [pk for page in pages for pk in page]
    page = lists.page
    if page is None or not page.may_export:
        return
    if page.count != len(shown):
        yield f"{asked}: says {page.count}, shows {len(shown)}"
    exports = AuditEvent.objects.filter(event="listing.exported")
    before = exports.count()
    heads, *cells = lists.file(asked, by_address=not query)
    if exports.count() != before + 1:
        yield f"{asked}: the file is not in the audit"
    if [row.pk for row in lists.filed] != shown or len(cells) != len(shown):
        yield f"{asked}: files {[row.pk for row in lists.filed]}, shows {shown}"
    if not query and (other := faults_of_sheet(lists, asked, [heads, *cells])):
        yield other
    texts = {cell for row in [heads, *cells] for cell in row}
    if bad := {text for text in texts if RUNS.match(text) and not NUMBER.fullmatch(text)}:
        yield f"{asked}: would run {bad}"
    if odd := {text for text in texts if " object at 0x" in text or "functools." in text}:
        yield f"{asked}: says {odd}"
    masked = [(place, one) for place, one in enumerate(c for c in page.state.columns if c.export) if one.mask]
    for place, column in masked:
        clear = {str(column.raw(row)) for row in lists.filed} & {row[place].strip() for row in cells}
        if clear - {"", "None"} and not column.clear_permission:
            yield f"{asked}: {column.key} stands clear"


def faults_of_sheet(lists: Lists, asked: str, filed: list[list[str]]) -> str:
    """What the spreadsheet of a list says otherwise than its text table; "" where both agree."""
    answer = lists.client.get(f"{asked}&export=xlsx")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # files are streamed
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = [[plain(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]
    text = [[plain(re.sub(r"^'(?=\s*[=+\-@＝＋－＠\t\r])", "", cell)) for cell in row] for row in filed]
    return "" if rows == text else f"{asked}: the spreadsheet holds {rows}, the text table {text}"


def plain(cell: Any) -> str:
    """A cell of either file as one writes it: 3.0 is 3, midnight is no hour."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    if NUMBER.fullmatch(text) and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.removesuffix(" 00:00:00")


def faults_of_saving(lists: Lists, key: str, url: str, query: str) -> Iterator[str]:
    """Whether a filter kept under a name opens the rows it was kept for."""
    path, _mark, fixed = url.partition("?")
    whole = "&".join(filter(None, [fixed, query]))
    shown = [line.pk for line in page.lines] if (page := lists.open(f"{path}?{whole}")) else None
    given = {"name": "我的", "query": whole, "next": path}
    if lists.client.post(reverse("lists:save", args=[key]), given).status_code != 302:
        yield f"{url}: {query} cannot be kept"
        return
    page = lists.open(path)
    kept = {saved.name: saved.query for saved in page.saved} if page else {}
    again = lists.open(f"{path}?{kept.get('我的', '')}")
    if "我的" not in kept or again is None or [line.pk for line in again.lines] != shown:
        yield f"{url}: what was kept as {kept} shows other rows than {query}"
