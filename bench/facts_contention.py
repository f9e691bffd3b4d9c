# ruff: noqa: E402  Django must be set up before models are imported
"""How 200 joins at once bear the daily tallies: inserted deltas against the same sums kept in place.

`DATABASE_URL=… python bench/facts_contention.py [joins] [at_once]` on a migrated scratch database. Every join is one
transaction that writes its fact first and then takes 20 ms more, as a real one does.
"""

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
sys.path.insert(0, os.getcwd())

import django

django.setup()

from django.db import connection, transaction

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.jobs.models import Job
from smartunion.ground.facts import kinds, ledger
from smartunion.ground.facts.flows import recording, sums, tallies

PATH = "1/2/3/4/5/"
kinds.register(kinds.FactKind("bench.joined", "joined"))


def joins_of_one_thread(name: str, count: int) -> list[float]:
    """So many joins one after another over one connection; seconds of each until its commit."""
    took = []
    connection.ensure_connection()
    for number in range(count):
        start = time.perf_counter()
        at = clock.now()
        with transaction.atomic():
            ledger.record(
                actor=system(), kind="bench.joined", key=f"{name}:{time.time_ns()}:{number}:{threading.get_ident()}",
                happened_on=clock.local_date(at), at=at, path=PATH, subject=Job(pk=1),
            )  # fmt: skip
            time.sleep(0.02)
        took.append(time.perf_counter() - start)
    connection.close()
    return took


def run(name: str, joins: int, at_once: int) -> None:
    """All joins of one way, and what they took."""
    with ThreadPoolExecutor(at_once) as pool:
        start = time.perf_counter()
        took = sorted(chain(*pool.map(joins_of_one_thread, [name] * at_once, [joins // at_once] * at_once)))
        whole = time.perf_counter() - start
    print(
        f"{name:9} {joins} joins, {at_once} at once: {len(took) / whole:6.0f}/s, "
        f"median {took[len(took) // 2] * 1000:.0f} ms, slowest {took[-1] * 1000:.0f} ms"
    )


if __name__ == "__main__":
    joins, at_once = [int(word) for word in sys.argv[1:3]] or [200, 40]
    for _round in range(2):
        recording.add_deltas = sums.add_deltas
        run("deltas", joins, at_once)
        recording.add_deltas = sums.add_to_tallies
        run("in place", joins, at_once)
    start = time.perf_counter()
    folded = 0
    while n := tallies.fold():
        folded += n
    print(f"folding {folded} deltas took {time.perf_counter() - start:.2f} s")
