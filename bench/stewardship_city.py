# ruff: noqa: E402  Django must be set up before models are imported
"""Duplicates and quality scores at city size: rows, seconds of this process and of the clock, memory.

`DATABASE_URL=… python bench/stewardship_city.py [people] [employers]` on a migrated, empty scratch database (default
1,000,000 people, 300,000 employers, 27,300 unions; everybody invented, see city_data.py; one person in a hundred and one
employer in a hundred entered twice). The second run finds the data of the first. The clock counts the database too, and
whatever else the machine does: its load is printed beside it.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
sys.path.insert(0, os.getcwd())

import django

django.setup()

import city_data
from city_data import AT
from django.core.management.color import no_style
from django.db import connection, transaction

from smartunion.core import bulk
from smartunion.core.pinyin import name_initials, name_key
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.models import Employer, Membership, MergeKind, Person, TradeUnion
from smartunion.ground.registry.naming import brand_key
from smartunion.ground.registry.rules import fold_name
from smartunion.ground.registry.tests.factories import resident_id
from smartunion.systems.stewardship.flows import scoring, searching
from smartunion.systems.stewardship.models import Cluster, Pair
from smartunion.systems.stewardship.search.blocks import blocks

NUMBERS = [int(word) for word in sys.argv[1:] if word.isdigit()]
PEOPLE, EMPLOYERS = (*NUMBERS, 1_000_000, 300_000)[:2] if len(NUMBERS) != 1 else (NUMBERS[0], 300_000)
TWICE = 100  # one in so many is entered twice


def born(number: int) -> date:
    """When a person of that number was born."""
    return date(1962, 1, 1) + timedelta(days=number * 7919 % 15_000)


def people() -> Iterator[tuple[Any, ...]]:
    """Everybody, then some once more: without ID number, every third with a slip in the name."""
    for pk in range(1, PEOPLE + 1):
        name, mobile = city_data.person_name(pk), f"1{30 + pk % 70 // 10}{pk:08d}"[:11]
        yield (pk, name, name_key(name), name_initials(name), born(pk), "mf"[pk % 2], resident_id(pk), mobile, mobile[-4:],
               AT, AT)  # fmt: skip
    for at in range(PEOPLE // TWICE):
        old = at * TWICE + 1
        name = city_data.person_name(old)
        name = name.replace("伟", "玮").replace("丽", "莉") if at % 3 == 0 else name
        mobile = f"1{30 + old % 70 // 10}{old:08d}"[:11] if at % 2 else ""
        yield (PEOPLE + 1 + at, name, name_key(name), name_initials(name), born(old), "mf"[old % 2], "", mobile, mobile[-4:],
               AT, AT)  # fmt: skip


def memberships() -> Iterator[tuple[Any, ...]]:
    """One spell for each person."""
    yield from city_data._memberships(PEOPLE + PEOPLE // TWICE, EMPLOYERS)


def employers() -> Iterator[tuple[Any, ...]]:
    """All, then some once more: without code, written shorter."""
    for row in city_data._employers(EMPLOYERS):
        pk = row[0]
        yield (*row, f"宁波市第{pk % 5000}路{pk % 300}号", city_data.person_name(pk), row[5][8:17])
    for at in range(EMPLOYERS // TWICE):
        old = at * TWICE + 1
        name = f"宁波{city_data.person_name(old)}{old}{city_data.TRADES[old % len(city_data.TRADES)]}公司"
        yield (EMPLOYERS + 1 + at, name, fold_name(name), brand_key(name), "", "", city_data._town_path(city_data.union_of(old)),
               "A", old % 300, AT, AT, f"宁波市第{old % 5000}路{old % 300}号", city_data.person_name(old), "")  # fmt: skip


def fill() -> None:
    """Unions, employers, links, people and memberships; nothing when they are there."""
    if TradeUnion.objects.exists():
        return
    tables: list[tuple[Any, str, Iterator[tuple[Any, ...]]]] = [
        (TradeUnion, "id number name name_key pinyin kind level state parent_id path depth created_at updated_at",
         city_data._unions()),
        (Employer, "id name name_key brand_key pinyin uscc territory_path industry staff_count created_at updated_at address "
         "legal_person org_code", employers()),
        (city_data.EmployerLink, "union_id employer_id kind valid_from", city_data._links(EMPLOYERS)),
        (Person, "id name pinyin initials birth_date sex resident_id mobile mobile_tail created_at updated_at", people()),
        (Membership, "id person_id union_id union_path employer_id name_key state held_as started_on start_type created_at "
         "updated_at", memberships()),
    ]  # fmt: skip
    for model, names, rows in tables:
        started = time.perf_counter()
        with transaction.atomic():
            count = bulk.insert(model, names.split(), rows)
        print(
            f"  filled {count:>9,} {model._meta.label:<24} {time.perf_counter() - started:6.0f} s", flush=True
        )
    tallies.recount(repair=True)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [one for one, _n, _r in tables]):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def measured(what: str, work: Callable[[], object]) -> None:
    """Do it and print what it took: CPU of this process, the clock, the highest memory so far, the machine's load."""
    cpu, clock = time.process_time(), time.perf_counter()
    result = work()
    used, passed = time.process_time() - cpu, time.perf_counter() - clock
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    load = os.getloadavg()[0]
    print(
        f"  {what:<34} {used:7.1f} s CPU {passed:7.1f} s clock {memory:6.0f} MB  load {load:.1f}  {result}",
        flush=True,
    )


def candidates(kind: MergeKind) -> str:
    """Blocks alone, without comparing."""
    sizes = [len(block) for block in blocks(kind)]
    return f"{len(sizes):,} blocks, {sum(size * (size - 1) // 2 for size in sizes):,} pairs to compare"


def main() -> None:
    """Fill, then measure each kind twice: as found first, and a night later when nothing changed."""
    fill()
    print(
        f"{Person.objects.count():,} people, {Employer.objects.count():,} employers, {TradeUnion.objects.count():,} unions"
    )
    for kind in (MergeKind.UNION, MergeKind.EMPLOYER, MergeKind.PERSON):
        measured(f"{kind.value}: candidates", lambda kind=kind: candidates(kind))  # type: ignore[misc]  # bound now
        measured(f"{kind.value}: first search", lambda kind=kind: searching.search(kind, at=AT))  # type: ignore[misc]
        measured(f"{kind.value}: a night later", lambda kind=kind: searching.search(kind, at=AT))  # type: ignore[misc]
    print(f"{Pair.objects.count():,} pairs, {Cluster.objects.count():,} groups")
    measured("quality scores of every union", lambda: scoring.count_all(at=AT))


if __name__ == "__main__":
    main()
