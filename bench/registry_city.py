# ruff: noqa: E402  Django must be set up before models are imported
"""The registry at city size: how long a person, a page, a count, a search and a join take in the database.

`DATABASE_URL=… python bench/registry_city.py [members]` on a migrated, empty scratch database (default 3,780,000 members,
27,300 unions; everybody invented). The second run finds the data of the first. Times are p50 and p95 in milliseconds.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
sys.path.insert(0, os.getcwd())

import django

django.setup()

from django.db import connection, transaction

from smartunion.core import bulk, clock
from smartunion.core.actor import Actor, Grant, system
from smartunion.core.listing import keyset
from smartunion.core.paths import child_path
from smartunion.core.pinyin import initials, name_initials, name_key
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry.flows import memberships, tallies
from smartunion.ground.registry.flows.memberships import NewMembership
from smartunion.ground.registry.models import Membership, Person, TradeUnion, UnionTallyDelta
from smartunion.ground.registry.tests.factories import CADRE, resident_id
from smartunion.site.desk import listings

MEMBERS = int(sys.argv[1]) if len(sys.argv) > 1 else 3_780_000
UNIONS = 27_300
COUNTIES, TOWNS = 10, 156
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾萧田董袁潘于蒋蔡余杜叶程魏苏吕丁任沈姚卢姜崔"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文辉力健永飞鹏志义兴良海山仁波宁贵福生龙元全胜学祥"
AT = clock.now()


def fill() -> None:
    """City, counties, towns, grassroots unions, people and memberships; nothing when they are there."""
    if TradeUnion.objects.exists():
        return
    started = time.perf_counter()
    with transaction.atomic():
        paths = _unions()
    grassroots = [(pk, path) for pk, path in paths if path.count("/") == 4]
    with transaction.atomic():
        bulk.insert(Person, _PERSON, _people())
    print(f"people: {time.perf_counter() - started:,.0f} s")
    with transaction.atomic():
        bulk.insert(Membership, _MEMBERSHIP, _memberships(grassroots))
    print(f"memberships: {time.perf_counter() - started:,.0f} s")
    tallies.recount(repair=True)
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [TradeUnion, Person, Membership]):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    print(f"filled in {time.perf_counter() - started:,.0f} s")


_PERSON = (
    "id",
    "name",
    "pinyin",
    "initials",
    "resident_id",
    "mobile",
    "mobile_tail",
    "created_at",
    "updated_at",
)
_MEMBERSHIP = (
    "id", "person_id", "union_id", "union_path", "name_key", "state", "held_as", "started_on", "ended_on", "start_type",
    "end_type", "created_at", "updated_at",
)  # fmt: skip


def _name(number: int) -> str:
    chance = random.Random(number)
    rank = min(int(chance.expovariate(1 / 18)), len(SURNAMES) - 1)
    return SURNAMES[rank] + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2, 2))))


def _unions() -> list[tuple[int, str]]:
    rows, paths = [], []

    def add(pk: int, name: str, kind: str, level: str, parent: int | None, path: str, depth: int) -> None:
        rows.append(
            (
                pk,
                f"B-{pk}",
                name,
                rules.fold_name(name),
                initials(name),
                kind,
                level,
                "active",
                parent,
                path,
                depth,
                AT,
                AT,
            )
        )
        paths.append((pk, path))

    names = ("id", "number", "name", "name_key", "pinyin", "kind", "level", "state", "parent_id", "path", "depth",
             "created_at", "updated_at")  # fmt: skip
    add(1, "某市总工会", "federation", "city", None, child_path("", 1), 0)
    for n in range(COUNTIES):
        add(2 + n, f"第{n}县总工会", "federation", "county", 1, child_path(paths[0][1], 2 + n), 1)
    for n in range(TOWNS):
        county = 2 + n % COUNTIES
        pk = 2 + COUNTIES + n
        add(pk, f"第{n}镇总工会", "federation", "town", county, child_path(paths[county - 1][1], pk), 2)
    for pk in range(len(rows) + 1, UNIONS + 1):
        town = 2 + COUNTIES + pk % TOWNS
        add(
            pk,
            f"{_name(pk)}第{pk}有限公司工会",
            "independent",
            "grassroots",
            town,
            child_path(paths[town - 1][1], pk),
            3,
        )
    bulk.insert(TradeUnion, names, rows)
    return paths


def _people() -> Iterator[tuple[Any, ...]]:
    for pk in range(1, MEMBERS + 1):
        name = _name(pk)
        mobile = f"1{30 + pk % 70 // 10}{pk:08d}"[:11]
        yield pk, name, name_key(name), name_initials(name), resident_id(pk), mobile, mobile[-4:], AT, AT


def _memberships(unions: list[tuple[int, str]]) -> Iterator[tuple[Any, ...]]:
    day = date(2020, 1, 1)
    for pk in range(1, MEMBERS + 1):
        union, path = unions[(pk * 7919) % len(unions)]
        state = "retained" if pk % 25 == 0 else "active"
        yield (pk, pk, union, path, name_key(_name(pk)), state, state, day + timedelta(days=pk % 2000), None, "joined", "",
               AT, AT)  # fmt: skip


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
    county, town = TradeUnion.objects.get(pk=2), TradeUnion.objects.get(pk=2 + COUNTIES)
    union = TradeUnion.objects.filter(parent=town).order_by("pk")[0]
    chance = random.Random(7)
    people = [chance.randrange(1, MEMBERS) for _n in range(40)]
    timed(
        "find one person by ID number",
        lambda: queries.person_by_resident_id(resident_id(chance.choice(people))),
    )
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
            listings.union_rows(actor), keyset.keys_for(listings.union_rows(actor), ("name",)), 50
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
    print(f"{connection.vendor}, {MEMBERS:,} members, {UNIONS:,} unions")
    fill()
    reads()
    joins()
