"""No page costs more queries for twenty rows than for one: every list, its files, and every page with lists inside."""

import importlib
import pkgutil
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

import smartunion
from smartunion.core import clock
from smartunion.core.listing import Listing, views
from smartunion.core.listing.page import Page, build_page
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.ground.registry.models import MergeKind
from smartunion.systems.organising.rules import WorkList
from smartunion.systems.stewardship.correction_listings import CORRECTIONS
from tests.crowd import crowd, one_of_each
from tests.refusals_world import Town, build
from tests.test_refusals import names, url_for

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.long]

ROLES = ("admin", "organiser", "chair", "worker", "leader", "operator", "aid")
ROWS = 20
#: Draws the standing of the first three unions of the actor's reach and no more.
BOUNDED = {("operator", "/desk/")}
#: Lists that are made for each request, with what the address names.
MADE = {"dues.unreported"}


def declared() -> dict[str, Listing]:
    """Every list the program declares, by key."""
    found: dict[str, Listing] = {}
    for module in pkgutil.walk_packages(smartunion.__path__, "smartunion."):
        if module.name.endswith("__main__") or ".tests" in module.name or ".migrations" in module.name:
            continue
        for value in vars(importlib.import_module(module.name)).values():
            held = value.values() if isinstance(value, dict) else [value]
            found |= {one.key: one for one in held if isinstance(one, Listing)}
    return found


class Walk:
    """Opens every address in every role and keeps how many queries each took and which lists it showed."""

    def __init__(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        self.town = town
        self.shown: dict[str, int] = {}
        self.listing: Listing | None = None
        self.clients = {role: Client() for role in ROLES}
        self.actors = {role: actor_of(town.people[role], on=clock.today()) for role in ROLES}
        self.only_posted: set[str] = set()
        for role, client in self.clients.items():
            client.force_login(town.people[role])
        monkeypatch.setattr(views, "build_page", self._noting)

    def _noting(self, listing: Listing, *given: Any, **named: Any) -> Page:
        page = build_page(listing, *given, **named)
        self.listing = listing
        self.shown[listing.key] = max(self.shown.get(listing.key, 0), len(page.lines))
        return page

    def warm(self) -> None:
        """Have asked now what is asked once in the life of a process."""
        for url in self.addresses():
            self._get("admin", url)

    def counts(self, among: Collection[tuple[str, str]] | None = None) -> dict[tuple[str, str], int]:
        """Queries by role and address; each list once also with every column, and as a file. among: no others."""
        found: dict[tuple[str, str], int] = {}
        whole: set[str] = set()
        for role in ROLES:
            for url in self.addresses():
                if (among is not None and (role, url) not in among) or not self.opens(role, url):
                    continue
                self.listing = None
                queries = self._get(role, url)
                if queries is None:
                    continue
                found[role, url] = queries
                if self.listing is not None and self.listing.key not in whole:
                    whole.add(self.listing.key)
                    query = QueryDict(mutable=True)
                    query.setlist("cols", list(self.listing.by_key))
                    for kind in ("", "csv", "xlsx"):
                        query["export"] = kind
                        more = f"{url}{'&' if '?' in url else '?'}{query.urlencode()}"
                        found[role, more] = self._get(role, more) or 0
        return found

    def opens(self, role: str, url: str) -> bool:
        """Whether the guard lets the role in, as the matrix of refusals shows, and the address is one to look at."""
        needed = getattr(resolve(url.partition("?")[0]).func, "required_permissions", ())
        actor = self.actors[role]
        return url not in self.only_posted and (
            not needed or "person" in needed or any(actor.can(permission) for permission in needed)
        )

    def addresses(self) -> Iterator[str]:
        """What can be opened in this world: every address, and the tabs behind those whose argument is a word."""
        for name, pattern in names():
            url = url_for(name, pattern, self.town)
            if url is not None and name != "accounts:signout":
                yield url
        yield f"{reverse('boards:behind')}?kind={MEMBER_JOINED}&path={self.town.federation.path}"
        yield from (reverse("coverage:list", args=[work_list]) for work_list in WorkList)
        yield reverse("coverage:review", args=[self.town.federation.pk, "2026-3"])
        yield reverse("coverage:run_findings", args=[self.town.objects["run"].pk, "new"])
        yield from (reverse("stewardship:duplicates", args=[kind]) for kind in MergeKind)
        yield from (reverse("stewardship:corrections", args=[queue]) for queue in CORRECTIONS)
        yield from (
            reverse("casework:queue_scope", args=[scope]) for scope in ("open", "waiting", "ended", "all")
        )

    def _get(self, role: str, url: str) -> int | None:
        """How many queries the page takes; None when there is none."""
        cache.clear()
        connection.queries_log.clear()
        with CaptureQueriesContext(connection) as caught:
            answer = self.clients[role].get(url)
            if answer.streaming:
                b"".join(answer.streaming_content)
        assert answer.status_code < 500, (role, url)
        if answer.status_code == 405:
            self.only_posted.add(url)
        return len(caught) if answer.status_code == 200 else None


def one_role_each(counts: dict[tuple[str, str], int]) -> set[tuple[str, str]]:
    """Of the roles that asked one address with as many queries, the first: the page does the same for all of them."""
    found = {(url, queries): (role, url) for (role, url), queries in reversed(counts.items())}
    return set(found.values())


def test_twenty_rows_cost_as_many_queries_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    town, _other = build()
    one_of_each(town)
    walk = Walk(town, monkeypatch)
    walk.warm()
    few = walk.counts()
    crowd(ROWS)
    walk.shown.clear()
    many = walk.counts(among=one_role_each(few))

    grown = {key: (few[key], now) for key, now in many.items() if now > few[key] and key not in BOUNDED}
    unseen = {key for key in declared().keys() | MADE if walk.shown.get(key, 0) < ROWS}
    assert (grown, unseen) == ({}, set())
