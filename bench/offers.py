# ruff: noqa: E402  Django must be set up before models are imported
"""Bookings on one scarce offer with three quotas, and a draw among a city's workers.

`DATABASE_URL=postgresql://… python bench/offers.py bookings [people]` and `… draw [entrants]`, from the project's folder, on a
migrated scratch database. Bookings: every person asks once, over two processes of four threads; the offer has places for half of
them, the others are put in line. Beside it a bare loop with as many hands that locks one row, counts it up and inserts one
other. Every acknowledged place is looked for afterwards. Draw: entries are put in by one statement and not counted.
"""

import itertools
import multiprocessing
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
sys.path.insert(0, os.getcwd())

import django

django.setup()

import psycopg
from django.db import connection

from smartunion.core import clock
from smartunion.core.actor import Actor, system
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.flows import drawing
from smartunion.engines.offers.models import Booking, Offer, Quota
from smartunion.ground.registry.models import Membership, Person, TradeUnion
from smartunion.ground.registry.tests import factories as make

PROCESSES, THREADS = 2, 32
NOW = clock.now()


def a_union() -> TradeUnion:
    """A new one every time, so that a scratch database may be used again."""
    make._numbers = itertools.count(time.time_ns() // 10**7 % 10**7)
    return make.union("", make.federation(f"bench 总工会 {time.time_ns()}"))


def an_offer(allocation: str, capacity: int, union: TradeUnion) -> Offer:
    """Three quotas: the occasion's places, the offer's, and the union's share."""
    starts = NOW + timedelta(days=9)
    share = offers.QuotaData("union", capacity, path=union.path)
    data = offers.OfferData(
        kind="event", title="bench", opens_at=NOW - timedelta(days=1), closes_at=NOW + timedelta(days=1),
        occasions=(offers.OccasionData(starts, starts + timedelta(hours=2), capacity, quotas=(share,)),),
        quotas=(offers.QuotaData("all", capacity),), allocation=allocation,
    )  # fmt: skip
    made = offers.create_offer(actor=system(), union_id=union.pk, data=data, at=NOW)
    return offers.publish(actor=system(), offer_id=made.pk, at=NOW)


def members(union: TradeUnion, count: int) -> list[Actor]:
    day = NOW.date() - timedelta(days=400)
    people = Person.objects.bulk_create(
        [Person(name=f"工人{n}", created_at=NOW, updated_at=NOW) for n in range(count)], 1000
    )
    Membership.objects.bulk_create(
        [
            Membership(person=who, union=union, union_path=union.path, name_key="", state="active", held_as="active",
                       started_on=day, created_at=NOW, updated_at=NOW)
            for who in people
        ],
        1000,
    )  # fmt: skip
    return [Actor(user_id=10**9 + who.pk, person_id=who.pk, name="工人") for who in people]


def a_share(work: tuple[int, list[Actor]]) -> list[tuple[float, str, int]]:
    """One process: its people book over four connections. Seconds, state and key of each."""
    occasion_id, people = work

    def one_thread(part: list[Actor]) -> list[tuple[float, str, int]]:
        done = []
        for who in part:
            start = time.perf_counter()
            row = offers.book(actor=who, wish=offers.Wish(occasion_id, uuid4()), at=NOW)
            done.append((time.perf_counter() - start, row.state, row.pk))
        connection.close()
        return done

    with ThreadPoolExecutor(THREADS) as pool:
        parts = pool.map(one_thread, [people[n::THREADS] for n in range(THREADS)])
        return [row for part in parts for row in part]


def bare_share(work: tuple[str, int]) -> None:
    """One process of the bare loop."""
    address, count = work

    def one_thread(rows: int) -> None:
        with psycopg.connect(address) as there:
            for _n in range(rows):
                with there.transaction():
                    there.execute("SELECT taken FROM bench_gate WHERE id = 1 FOR UPDATE")
                    there.execute("UPDATE bench_gate SET taken = taken + 1 WHERE id = 1")
                    there.execute("INSERT INTO bench_row (body) VALUES (%s)", ["x" * 200])

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one_thread, [count // THREADS] * THREADS))


def bare(count: int) -> float:
    """Rows a second of inserts under a lock, by as many hands."""
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as there:
        there.execute("DROP TABLE IF EXISTS bench_gate, bench_row")
        there.execute("CREATE TABLE bench_gate (id int PRIMARY KEY, taken int NOT NULL)")
        there.execute("CREATE TABLE bench_row (id bigserial PRIMARY KEY, body text NOT NULL)")
        there.execute("INSERT INTO bench_gate VALUES (1, 0)")
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        start = time.perf_counter()
        pool.map(bare_share, [(address, count // PROCESSES)] * PROCESSES)
        took = time.perf_counter() - start
    with psycopg.connect(address, autocommit=True) as there:
        there.execute("DROP TABLE bench_gate, bench_row")
    return count / took


def bookings(count: int) -> None:
    union = a_union()
    offer = an_offer("first_come", count // 2, union)
    people = members(union, count)
    occasion = offer.occasions.get()
    connection.close()
    work = [(occasion.pk, people[n::PROCESSES]) for n in range(PROCESSES)]
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        start = time.perf_counter()
        rows = [row for part in pool.map(a_share, work) for row in part]
        took = time.perf_counter() - start
    seconds = sorted(row[0] for row in rows)
    placed = [row for row in rows if row[1] == "confirmed"]
    kept = Booking.objects.filter(pk__in=[row[2] for row in placed], state="confirmed").count()
    taken = list(Quota.objects.filter(offer=offer).order_by("pk").values_list("taken", "size"))
    pace, loop = count / took, bare(count)
    middle, late = seconds[len(seconds) // 2] * 1000, seconds[int(len(seconds) * 0.95)] * 1000
    print(f"load {os.getloadavg()[0]:.1f}; {count} people, {count // 2} places, three quotas")
    print(f"bookings     {pace * 60:9.0f}/min  median {middle:.0f} ms  p95 {late:.0f} ms")
    print(f"bare loop    {loop * 60:9.0f}/min  ratio {pace / loop:.3f}")
    print(f"acknowledged {len(placed)}, kept {kept}, in line {len(rows) - len(placed)}, taken {taken}")


ENTER = """
INSERT INTO offers_booking (client_id, offer_id, occasion_id, path, user_id, union_path, state, slot, party, also, groups,
    group_code, code, is_entry, reasons, quota_ids, limit_key, device_key, booked_at, updated_at, version)
SELECT gen_random_uuid(), %s, %s, %s, n, %s, 'entered', 1, 1, '[]', '[]', '', 'x' || to_hex(%s + n), true, '[]', '[]', '', '',
    now(), now(), 1 FROM generate_series(1, %s) AS n
"""


def draw(count: int) -> None:
    union = a_union()
    offer = an_offer("draw", 2000, union)
    start = time.perf_counter()
    with connection.cursor() as cursor:
        first = time.time_ns() % 10**11
        cursor.execute(ENTER, [offer.pk, offer.occasions.get().pk, offer.path, union.path, first, count])
        cursor.execute("ANALYZE offers_booking")
    Offer.objects.filter(pk=offer.pk).update(entries=count)
    print(
        f"load {os.getloadavg()[0]:.1f}; {count} entrants put in, {time.perf_counter() - start:.0f} s (not counted)"
    )
    start, cpu = time.perf_counter(), time.process_time()
    drawn = drawing.allot(offer_id=offer.pk, at=offer.closes_at)
    took, used = time.perf_counter() - start, time.process_time() - cpu
    print(f"draw {took:.1f} s, processor {used:.1f} s, winners {drawn.winners} of {drawn.drawn_entries}")


if __name__ == "__main__":
    what, number = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    bookings(number or 4000) if what == "bookings" else draw(number or 3_780_000)
