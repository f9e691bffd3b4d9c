"""Every page of desk and portal at city size, in six roles, and the first byte and pace of every export.

Requests go through the whole of Django (middleware, queries, templates) in this process; the server's socket is left out.
"""

import gc
import logging
import statistics
import time
from collections.abc import Iterator
from typing import Any

from city_data import FIRST_TOWN, FIRST_UNION, ROLES, path_of, union_of
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from smartunion.core.listing import files, views
from smartunion.core.listing.page import build_page
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import Employer, EmployerLink, MergeKind
from smartunion.systems.organising.models import Area, Finding
from smartunion.systems.organising.rules import WorkList
from tests.test_refusals import WORDS, names

TARGET_MS, FIRST_BYTE_MS, TIMES = 300, 1000, 4
#: A page that has taken so long altogether is not asked again.
PATIENCE_MS = 5000
#: Rows read of one export to know its pace.
EXPORTED = 20_000
#: Addresses that answer with a file, end the session, or are measured by their tabs below.
LEFT_OUT = {"accounts:signout", "casework:queue_scope", "coverage:list", "stewardship:duplicates"}
SEARCHES = ("王伟", "wangw", "wwj", "1234", "有限公司")


def pages() -> None:
    """Walk and print the tables; slowest first."""
    logging.disable(logging.WARNING)
    gc.collect()
    gc.freeze()  # as the server does once it has started
    shown: dict[str, tuple[Client, str]] = {}
    rows = []
    for role in ROLES:
        started = time.perf_counter()
        rows += list(_walk(role, shown))
        print(f"  {role}: {time.perf_counter() - started:.0f} s", flush=True)
    rows.sort(key=lambda row: -row[1])
    print(f"\n{'page':<74} {'p50 ms':>8} {'p95 ms':>8} {'queries':>8}   (target p95 ≤ {TARGET_MS} ms)")
    for label, p95, p50, queries in rows:
        print(f"{label:<74} {p50:8.1f} {p95:8.1f} {queries:8d}{'   SLOW' if p95 > TARGET_MS else ''}")
    slow = sum(row[1] > TARGET_MS for row in rows)
    print(f"{len(rows)} pages, {slow} above {TARGET_MS} ms; slowest {rows[0][1]:.0f} ms")
    print(f"\n{'export':<50} {'first byte ms':>14} {'rows/s':>10}   (target first byte ≤ {FIRST_BYTE_MS} ms)")
    for key, (client, url) in sorted(shown.items()):
        for kind in ("csv", "xlsx"):
            first, pace = _export(client, f"{url}{'&' if '?' in url else '?'}export={kind}")
            if not pace:
                continue
            print(
                f"{key + ' ' + kind:<50} {first:14.1f} {pace:10,.0f}{'   SLOW' if first > FIRST_BYTE_MS else ''}"
            )


def _walk(role: str, shown: dict[str, tuple[Client, str]]) -> Iterator[tuple[str, float, float, int]]:
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=role))
    seen: list[str] = []
    searched: set[str] = set()

    def noting(listing: Any, *given: Any, **named: Any) -> Any:
        seen.append(listing.key)
        return build_page(listing, *given, **named)

    views.build_page = noting
    for name, url in _addresses(role):
        seen.clear()
        answer = client.get(url)
        if answer.status_code != 200 or answer.streaming:
            continue
        if seen:
            shown.setdefault(seen[0], (client, url))
        yield _measure(client, f"{role:<10}{name}", url)
        if seen and f"{seen[0]} {role}" not in searched and role in {"city", "town"}:
            searched.add(f"{seen[0]} {role}")
            for text in SEARCHES:
                more = f"{url}{'&' if '?' in url else '?'}q={text}"
                if client.get(more).status_code == 200:
                    yield _measure(client, f"{role:<10}{name} q={text}", more)
    views.build_page = build_page


def _measure(client: Client, label: str, url: str) -> tuple[str, float, float, int]:
    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as caught:
        client.get(url)
    queries = len(caught)
    took = []
    while len(took) < TIMES and sum(took) < PATIENCE_MS:
        start = time.perf_counter()
        client.get(url)
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    if took[0] > TARGET_MS:
        print(f"  {label}: {took[0]:,.0f} ms", flush=True)
    return label, took[-1], statistics.median(took), queries


def _addresses(role: str) -> Iterator[tuple[str, str]]:
    """Every address for which the city has a record, then the tabs."""
    objects = _objects(role)
    for name, pattern in names():
        arguments: dict[str, Any] = {}
        for key in pattern.pattern.converters:
            value = (
                objects.get(key)
                if key.endswith("_id")
                else "join"
                if name.startswith("casework") and key == "key"
                else WORDS.get(key)
            )
            if value is not None:
                arguments[key] = value
        if name not in LEFT_OUT and len(arguments) == len(pattern.pattern.converters):
            yield name, reverse(name, kwargs=arguments)
    for text in (*SEARCHES, "330226199003070011", "91330226000000000X"):
        yield f"desk:search {text}", f"{reverse('desk:search')}?q={text}"
    for one in WorkList:
        yield f"coverage:list {one}", reverse("coverage:list", args=[one])
    for kind in MergeKind:
        yield f"stewardship:duplicates {kind}", reverse("stewardship:duplicates", args=[kind])
    for scope in ("open", "mine", "late", "waiting", "ended", "all"):
        yield f"casework:queue_scope {scope}", reverse("casework:queue_scope", args=[scope])


def _objects(role: str) -> dict[str, int]:
    """Keys of records in the reach of a town, where everybody but the worker sees them."""
    own = ROLES[role][1] or FIRST_UNION
    member = next(pk for pk in range(1, 10**6) if union_of(pk) == FIRST_UNION)
    path_start = path_of(FIRST_TOWN)
    employer = EmployerLink.objects.filter(union_id=FIRST_UNION).values_list("employer_id", flat=True).first()
    return {
        "union_id": own, "person_id": member, "membership_id": member,
        "employer_id": employer or Employer.objects.filter(territory_path=path_start).values_list("pk", flat=True)[0],
        "area_id": Area.objects.filter(union_id=FIRST_TOWN).order_by("pk").values_list("pk", flat=True)[0],
        "finding_id": Finding.objects.filter(path=path_start).order_by("pk").values_list("pk", flat=True)[0],
        "case_id": CaseFile.objects.filter(path=path_start).order_by("pk").values_list("pk", flat=True)[0],
        "user_id": User.objects.get(username="organiser").pk,
    }  # fmt: skip


def _export(client: Client, url: str) -> tuple[float, float]:
    """Milliseconds to the first byte, and rows a second over the first EXPORTED rows."""
    read = 0

    def counting(*given: Any) -> Iterator[Any]:
        nonlocal read
        for row in walk(*given):
            read += 1
            yield row

    walk, files.walk = files.walk, counting
    start = time.perf_counter()
    answer = client.get(url)
    if not answer.streaming:  # this list may not be taken away
        files.walk = walk
        return 0.0, 0.0
    parts = iter(answer.streaming_content)
    next(parts)
    first = time.perf_counter() - start
    for _piece in parts:
        if read >= EXPORTED:
            break
    pace = read / (time.perf_counter() - start)
    answer.close()
    files.walk = walk
    return first * 1000, pace
