# ruff: noqa: E402  Django must be set up before models are imported
"""Bookings on one scarce offer with three quotas, a draw among a city's workers, codes read at thirty gates.

`DATABASE_URL=postgresql://… SMARTUNION_HOME=… python bench/offers.py [entrants]`, from the project's folder, on a migrated scratch
database; prints one table. Wall seconds depend on who else works on the machine, so processor seconds of both sides stand beside
them: ours, and those of PostgreSQL's processes that serve this database.

Bookings: every person asks once, over two processes with as many threads as send forms in a server (`HANDS`); the offer has places
for half of them, the others are put in line. Beside it a bare loop with as many hands that locks one row, counts it up and inserts
one other. Every acknowledged place is looked for afterwards. Draw: entries are put in by one statement and not counted; from stored
entries to stored winners, with everybody of them and of the line told; then the same with the share of the union full after
a hundred while places are free, and the script of docs/rules/draws.md over the published list. Gates: a real server with two
processes, thirty devices with kept connections, each reads a code every two seconds (900 people a minute).
"""

import contextlib
import http.client
import itertools
import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
sys.path.insert(0, os.getcwd())

import django

django.setup()

import clocks
import psycopg
from django.db import connection
from django.test import Client

from smartunion.core import clock
from smartunion.core.actor import Actor, system
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.flows import checkin, drawing
from smartunion.engines.offers.models import Booking, Occasion, Offer, Quota
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import Membership, Person, TradeUnion
from smartunion.ground.registry.tests import factories as make
from tests.server import free_port

PROCESSES, HANDS = 2, (8, 64)
GATES, EVERY_S, MINUTES = 30, 2.0, 0.75
ROOT = Path(__file__).resolve().parent.parent
NOW = clock.now()


def told(spent: clocks.Spent) -> str:
    """What a step took, in words."""
    own = spent.own + spent.children
    return (
        f"{spent.wall:6.1f} s, processor {own:.1f} s + PostgreSQL {spent.database:.1f} s,"
        f" load {os.getloadavg()[0]:.1f}"
    )


def a_union() -> TradeUnion:
    """A new one every time, so that a scratch database may be used again."""
    make._numbers = itertools.count(time.time_ns() // 10**7 % 10**7)
    return make.union("", make.federation(f"bench 总工会 {time.time_ns()}"))


def an_offer(allocation: str, capacity: int, union: TradeUnion, share: int | None = None) -> Offer:
    """Three quotas: the occasion's places, the offer's, and the union's share (share: as many, else all)."""
    starts = NOW + timedelta(days=9)
    shares = offers.QuotaData("union", capacity if share is None else share, path=union.path)
    data = offers.OfferData(
        kind="event", title="bench", opens_at=NOW - timedelta(days=1), closes_at=NOW + timedelta(days=1),
        occasions=(offers.OccasionData(starts, starts + timedelta(hours=2), capacity, quotas=(shares,)),),
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


def a_share(work: tuple[int, list[Actor], int]) -> list[tuple[float, str, int]]:
    """One process: its people book over so many connections. Seconds, state and key of each."""
    occasion_id, people, threads = work

    def one_thread(part: list[Actor]) -> list[tuple[float, str, int]]:
        done = []
        for who in part:
            start = time.perf_counter()
            row = offers.book(actor=who, wish=offers.Wish(occasion_id, uuid4()), at=NOW)
            done.append((time.perf_counter() - start, row.state, row.pk))
        connection.close()
        return done

    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(one_thread, [people[n::threads] for n in range(threads)])
        return [row for part in parts for row in part]


def bare_share(work: tuple[str, int, int]) -> None:
    """One process of the bare loop."""
    address, count, threads = work

    def one_thread(rows: int) -> None:
        with psycopg.connect(address) as there:
            for _n in range(rows):
                with there.transaction():
                    there.execute("SELECT taken FROM bench_gate WHERE id = 1 FOR UPDATE")
                    there.execute("UPDATE bench_gate SET taken = taken + 1 WHERE id = 1")
                    there.execute("INSERT INTO bench_row (body) VALUES (%s)", ["x" * 200])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one_thread, [count // threads] * threads))


def bare(count: int, threads: int) -> float:
    """Rows a second of inserts under a lock, by as many hands."""
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as there:
        there.execute("DROP TABLE IF EXISTS bench_gate, bench_row")
        there.execute("CREATE TABLE bench_gate (id int PRIMARY KEY, taken int NOT NULL)")
        there.execute("CREATE TABLE bench_row (id bigserial PRIMARY KEY, body text NOT NULL)")
        there.execute("INSERT INTO bench_gate VALUES (1, 0)")
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        start = time.perf_counter()
        pool.map(bare_share, [(address, count // PROCESSES, threads)] * PROCESSES)
        took = time.perf_counter() - start
    with psycopg.connect(address, autocommit=True) as there:
        there.execute("DROP TABLE bench_gate, bench_row")
    return count / took


def bookings(count: int, hands: int) -> None:
    union = a_union()
    offer = an_offer("first_come", count // 2, union)
    people = members(union, count)
    occasion, threads = offer.occasions.get(), hands // PROCESSES
    connection.close()
    work = [(occasion.pk, people[n::PROCESSES], threads) for n in range(PROCESSES)]
    begun = clocks.now()
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        start = time.perf_counter()
        rows = [row for part in pool.map(a_share, work) for row in part]
        took = time.perf_counter() - start
    spent = clocks.now() - begun
    seconds = sorted(row[0] for row in rows)
    placed = [row for row in rows if row[1] == "confirmed"]
    kept = Booking.objects.filter(pk__in=[row[2] for row in placed], state="confirmed").count()
    taken = list(Quota.objects.filter(offer=offer).order_by("pk").values_list("taken", "size"))
    pace, loop = count / took, bare(count, threads)
    late = seconds[int(len(seconds) * 0.95)] * 1000
    assert len(placed) == kept == count // 2
    assert {one for one, _size in taken} == {kept}
    print(f"| bookings, {hands} hands | {pace * 60:,.0f}/min, p95 {late:.0f} ms; {told(spent)} | bare loop {loop * 60:,.0f}/min,"
          f" ratio {pace / loop:.2f} | {kept} acknowledged, all kept, {len(rows) - kept} in line |")  # fmt: skip


ENTER = """
INSERT INTO offers_booking (client_id, offer_id, occasion_id, path, user_id, union_path, state, slot, party, also, groups,
    group_code, code, is_entry, reasons, quota_ids, limit_key, device_key, booked_at, updated_at, version, item, present_s)
SELECT gen_random_uuid(), %s, %s, %s, %s::bigint + n, %s, 'entered', 1, 1, '[]', '[]', '', 'x' || to_hex(%s::bigint + n), true,
    '[]', '[]', '', '', now(), now(), 1, '', 0 FROM generate_series(1, %s) AS n
"""


def draw(count: int, share: int | None = None) -> None:
    union = a_union()
    offer = an_offer("draw", 2000, union, share)
    first = time.time_ns() % 10**11
    with connection.cursor() as cursor:
        cursor.execute(
            ENTER, [offer.pk, offer.occasions.get().pk, offer.path, first, union.path, first, count]
        )
    Offer.objects.filter(pk=offer.pk).update(entries=count)
    if share is not None:  # some from elsewhere, late in the order, whom the free places are for
        last = Booking.objects.filter(offer=offer).order_by("-pk").values_list("pk", flat=True)[:3000]
        Booking.objects.filter(pk__in=list(last)).update(union_path="")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE offers_booking")  # entries come in over days: it has been by then
    begun = clocks.now()
    drawn = drawing.allot(offer_id=offer.pk, at=offer.closes_at)
    spent = clocks.now() - begun
    lines = ["number,wishes,result"]
    lines += [",".join(map(str, row)) for row in offers.entry_list(drawn)] if share is None else []
    said = f"{drawn.winners:,} winners of {drawn.drawn_entries:,}"
    if share is None:
        start = time.perf_counter()
        won = recomputed(drawn, "\n".join(lines))
        placed = set(Booking.objects.filter(offer=offer, state="confirmed").values_list("pk", flat=True))
        assert won == placed
        said += f"; the script of the page gives the same in {time.perf_counter() - start:.0f} s"
    print(f"| draw{'' if share is None else f', share full after {share}'} | {told(spent)} | | {said} |")


def recomputed(drawn: Offer, entries: str) -> set[int]:
    """Winners by the script of docs/rules/draws.md, run as anybody would."""
    page = (ROOT / "docs/rules/draws.md").read_text(encoding="utf-8")
    script = page.split("```python\n")[1].split("```")[0]
    told = subprocess.run(
        [sys.executable, "-c", script, drawn.opened_secret, json.dumps(drawn.drawn_sizes)],
        input=entries, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return {int(line.split(" ", 1)[0]) for line in told.splitlines()[1:]}


class Device(threading.Thread):
    """One gate: a kept connection; reads its codes at its own beat."""

    def __init__(self, port: int, number: int, occasion_id: int, cookie: str, codes: list[str]) -> None:
        super().__init__()
        self.port, self.number, self.codes = port, number, codes
        self.path, self.took_s, self.outcomes = f"/checkin/{occasion_id}/scans/", list[float](), list[str]()
        token = "a" * 32
        self.headers = {
            "Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": token,
            "Cookie": f"su_session={cookie}; su_csrf={token}",
        }  # fmt: skip

    def run(self) -> None:
        there = http.client.HTTPConnection("127.0.0.1", self.port)
        begin = time.perf_counter() + self.number * EVERY_S / GATES
        for beat, code in enumerate(self.codes):
            time.sleep(max(0.0, begin + beat * EVERY_S - time.perf_counter()))
            scan = {
                "client_id": str(uuid4()),
                "code": code,
                "at": clock.now().isoformat(),
                "gate": f"gate-{self.number:04}",
            }
            start = time.perf_counter()
            there.request("POST", self.path, json.dumps({"scans": [scan]}), self.headers)
            answer = there.getresponse()
            body = answer.read()
            self.took_s.append(time.perf_counter() - start)
            assert answer.status == 200, body[:500]
            self.outcomes.append(json.loads(body)["scans"][0]["outcome"])


def gates() -> None:
    union = a_union()
    count = int(GATES * MINUTES * 60 / EVERY_S)
    offer = an_offer("first_come", count, union)
    occasion = offer.occasions.get()
    Occasion.objects.filter(pk=occasion.pk).update(
        starts_at=NOW - timedelta(minutes=5), ends_at=NOW + timedelta(hours=3)
    )
    now = {
        "offer": offer,
        "occasion": occasion,
        "path": offer.path,
        "state": "confirmed",
        "booked_at": NOW,
        "updated_at": NOW,
    }
    codes = [f"B{n:07}{offer.pk % 1000:03}" for n in range(count)]
    Booking.objects.bulk_create([
        Booking(**now, code=code, person_id=who.person_id) for code, who in zip(codes, members(union, count), strict=True)
    ], 1000)  # fmt: skip
    user = User.objects.create_user(f"gate-{time.time_ns()}", "x", name="door", created_at=NOW)
    RoleGrant.objects.create(
        user=user, role="station", union=union, valid_from=NOW.date() - timedelta(days=9)
    )
    client = Client()
    client.force_login(user)
    for number in range(GATES):
        checkin.open_gate(
            actor=system(), occasion_id=occasion.pk, key=f"gate-{number:04}", label="", share=0, at=NOW
        )
    cookie = client.cookies["su_session"].value
    connection.close()
    with served() as (port, session):
        devices = [Device(port, n, occasion.pk, cookie, codes[n::GATES]) for n in range(GATES)]
        warm = Device(port, 0, occasion.pk, cookie, ["NOBODY"] * 3)
        warm.run()
        begun = clocks.now(session)
        for device in devices:
            device.start()
        for device in devices:
            device.join()
        spent = clocks.now(session) - begun
    took = sorted(one for device in devices for one in device.took_s)
    outcomes = {one for device in devices for one in device.outcomes}
    inside = Booking.objects.filter(offer=offer, state="attended").count()
    assert (outcomes, inside, len(took)) == ({"admitted"}, count, count)
    middle, late = took[count // 2] * 1000, took[int(count * 0.95)] * 1000
    print(
        f"| codes at {GATES} gates at once | p50 {middle:.0f} ms, p95 {late:.0f} ms; {told(spent)} | | {inside} let in, each once |"
    )


@contextlib.contextmanager
def served() -> Iterator[tuple[int, int]]:
    """Two processes of the pages, on this database."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "uvicorn", "smartunion.site.asgi:application", "--port", str(port),
               "--workers", "2", "--no-access-log", "--log-level", "warning"]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "SMARTUNION_LOG": "WARNING"}, start_new_session=True
    )
    try:
        for _attempt in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
                break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    entrants = int(sys.argv[1]) if len(sys.argv) > 1 else 3_780_000
    clocks.watch()
    print("| what | measured | beside | |\n|---|---|---|---|")
    for number in HANDS:
        bookings(4000, number)
    draw(entrants)
    draw(entrants // 4, share=100)
    gates()
