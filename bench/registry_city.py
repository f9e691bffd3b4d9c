# ruff: noqa: E402  Django must be set up before models are imported
"""The registry at city size: how long a person, a page, a count, a search, an export and a join take.

`DATABASE_URL=… python bench/registry_city.py [members] [employers] [reads|pages|joins …]` on a migrated, empty scratch
database (default 3,780,000 members, 300,000 employers, 27,300 unions; everybody invented, see city_data.py). The second
run finds the data of the first. Times are p50 and p95 in milliseconds.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
sys.path.insert(0, os.getcwd())

import django

django.setup()

from city_data import AT, FIRST_TOWN, UNIONS, fill
from city_pages import pages
from django.db import connection

from smartunion.core import clock
from smartunion.core.actor import Actor, Grant, system
from smartunion.core.listing import keyset
from smartunion.ground.registry import queries
from smartunion.ground.registry.flows import memberships, tallies
from smartunion.ground.registry.flows.memberships import NewMembership
from smartunion.ground.registry.models import Person, TradeUnion, UnionTallyDelta
from smartunion.ground.registry.tests.factories import CADRE, resident_id, uscc
from smartunion.site.desk import listings

NUMBERS = [int(word) for word in sys.argv[1:] if word.isdigit()]
MEMBERS, EMPLOYERS = [*NUMBERS, 3_780_000, 300_000][:2] if len(NUMBERS) != 1 else (NUMBERS[0], 300_000)
PARTS = [word for word in sys.argv[1:] if not word.isdigit()] or ["reads", "pages", "joins"]


def timed(label: str, act: Callable[[], object], times: int = 30) -> None:
    """Run and print p50 and p95."""
    act()
    took = []
    for _n in range(times):
        start = time.perf_counter()
        act()
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    print(f"{label:<66} p50 {statistics.median(took):8.1f}  p95 {took[int(len(took) * 0.95) - 1]:8.1f}")


def cadre_of(union: TradeUnion) -> Actor:
    return Actor(user_id=1, name="bench", grants=(Grant("cadre", union.pk, union.path, CADRE),))


def walk(actor: Actor, to_page: int) -> Callable[[], object]:
    """Fetch one page of the members by name, from the cursor the page before ended with."""
    rows = listings.member_rows(actor)
    keys = keyset.keys_for(rows, ("name_key",))
    after = None
    if to_page > 1:
        skipped = rows.order_by("name_key", "pk")[50 * (to_page - 1) - 1]
        after = (skipped.name_key, skipped.pk)
    return lambda: keyset.fetch(rows, keys, 50, after=after)


def reads() -> None:
    city = TradeUnion.objects.get(pk=1)
    county, town = TradeUnion.objects.get(pk=2), TradeUnion.objects.get(pk=FIRST_TOWN)
    union = TradeUnion.objects.filter(parent=town).order_by("pk")[0]
    chance = random.Random(7)
    people = [chance.randrange(1, MEMBERS) for _n in range(40)]
    timed(
        "find one person by ID number",
        lambda: queries.person_by_resident_id(resident_id(chance.choice(people))),
    )
    timed("find one employer by code", lambda: queries.employer_by_uscc(uscc(chance.randrange(1, EMPLOYERS))))
    timed("find one person by mobile", lambda: queries.people_by_mobile(f"130{chance.choice(people):08d}"))
    for name, node in (("city", city), ("county", county), ("town", town), ("union", union)):
        actor = cadre_of(node)
        timed(f"members of the {name} by name, page 1", walk(actor, 1))
        if name != "union":
            last = min(1000, queries.counts_of(node).active // 50)
            timed(f"members of the {name} by name, page {last}", walk(actor, last))
        timed(f"counts of the {name}", partial(queries.counts_of, node))
    actor = cadre_of(city)
    timed("children of the city with counts", lambda: list(queries.tree_children(actor, city)))
    timed("children of a town (175) with counts", lambda: list(queries.tree_children(actor, town)))
    timed(
        "list of unions, page 1 by name",
        lambda: keyset.fetch(
            listings.union_rows(actor), keyset.keys_for(listings.union_rows(actor), ("name_key",)), 50
        ),
    )
    for node, name in ((city, "city"), (county, "county"), (town, "town"), (union, "union")):
        who = cadre_of(node)
        for text in ("王伟", "wangw", "wwj", "1234", "李"):
            look = partial(queries.search, who, text, today=clock.today())
            timed(f"search “{text}” in the {name}", look, 10)
    _deltas(1)
    timed(
        "children of the city with counts, 2,000 open deltas",
        lambda: list(queries.tree_children(actor, city)),
    )
    start = time.perf_counter()
    _fold()
    print(f"{'fold 2,000 deltas':<66} {(time.perf_counter() - start) * 1000:12.0f} ms")
    _deltas(-1)
    _fold()


def _deltas(quantity: int) -> None:
    rows = TradeUnion.objects.filter(depth=3).order_by("pk").values_list("pk", "path")[:2000]
    UnionTallyDelta.objects.bulk_create(
        [UnionTallyDelta(union_id=pk, path=path, active=quantity) for pk, path in rows]
    )


def _fold() -> None:
    while tallies.fold():
        pass


def joins(at_once: int = 40, number: int = 200) -> None:
    """So many people join one union at once: seconds, and whether nothing is lost."""
    union = TradeUnion.objects.filter(depth=3).order_by("pk")[0]
    first = Person.objects.order_by("-pk").values_list("pk", flat=True)[0]
    made = [
        Person.objects.create(name="新会员", resident_id=resident_id(first + n, born="19850101"), created_at=AT, updated_at=AT).pk
        for n in range(1, number + 1)
    ]  # fmt: skip
    before = queries.counts_of(TradeUnion.objects.get(pk=1)).active

    def join(person_id: int) -> float:
        start = time.perf_counter()
        memberships.start(
            actor=system(), data=NewMembership(person_id, union.pk, clock.today()), at=clock.now()
        )
        return time.perf_counter() - start

    start = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        took = sorted(pool.map(join, made))
    spent = time.perf_counter() - start
    after = queries.counts_of(TradeUnion.objects.get(pk=1)).active
    print(f"{number} joins of one union, {at_once} at once: {number / spent:,.0f} a second, slowest {took[-1]:.2f} s, "
          f"counted {after - before}")  # fmt: skip


if __name__ == "__main__":
    print(
        f"{connection.vendor}, {MEMBERS:,} members, {EMPLOYERS:,} employers, {UNIONS:,} unions, load {os.getloadavg()[0]:.1f}"
    )
    fill(MEMBERS, EMPLOYERS)
    for part in PARTS:
        {"reads": reads, "pages": pages, "joins": joins}[part]()
    print(f"load {os.getloadavg()[0]:.1f}")
