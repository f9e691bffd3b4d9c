"""Every page of desk and portal at city size, role by role, each list in every order and with every filter, and the first
byte and pace of every export.

Requests go through the whole of Django (middleware, queries, templates) in this process; the server's socket is left out.
Times are processor time, the program's and that of the database's process; the clock stands beside them.
In a database of the demo its own accounts are the readers.
"""

import gc
import logging
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from city_data import ROLES, TODAY
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from smartunion.core.clock import now
from smartunion.core.listing import files, views
from smartunion.core.listing.filters import AsOf, Choice, DateRange, Flag, NumberRange
from smartunion.core.listing.page import Page, build_page
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import MergeKind
from smartunion.systems.organising.flows import villages
from smartunion.systems.organising.rules import WorkList
from smartunion.systems.stewardship.rules.quality import RULES
from tests.test_refusals import WORDS, names

TARGET_MS, FIRST_BYTE_MS, TIMES = 300, 1000, 3
#: A page that takes no longer the first time is not asked again either: its least is below, whatever it is.
QUICK_MS = 150
#: A page that has taken so long altogether is not asked again.
PATIENCE_MS = 5000
#: Rows read of one export to know its pace.
EXPORTED = 20_000
#: Addresses that answer with a file, end the session, or are measured by their tabs below.
LEFT_OUT = {
    "accounts:signout",
    "casework:queue_scope",
    "coverage:list",
    "stewardship:duplicates",
    "stewardship:faults",
}
SEARCHES = ("王伟", "wangw", "wwj", "1234", "有限公司")
#: Readers whose lists are also turned, sorted and narrowed.
VARIED = {"city", "town", "largest"}
#: Words of addresses → model and name of what stands there; others are found by their name.
NAMED = {
    "correction_id": "stewardship.Discrepancy", "decisions_id": "stewardship.CorrectionBatch", "post_id": "registry.Officer",
    "verdict_id": "organising.VerdictBatch", "batch_id": "registry.ImportBatch", "run_id": "organising.MatchRun",
    "link_id": "organising.MatchLink", "case_id": "casework.CaseFile", "drive_id": "organising.JoiningDrive",
    "event_id": "organising.DriveEvent", "work_id": "registry.PlatformWork", "paylist_id": "payments.PaymentList",
    "value_id": "policies.PolicyValue", "file_id": "aid.HardshipFile", "union_id": "registry.TradeUnion",
    "check_id": "organising.JoinerCheck", "plan_id": "organising.AreaPlan", "vacancy_id": "vacancies.Vacancy",
}  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """Who opens the pages: a name for the table, the account, and the union it works for (None: a member's own)."""

    name: str
    user: User
    union_id: int | None
    path: str


@dataclass(frozen=True)
class Took:
    """One page: most milliseconds of processor (ours, the database's), the clock's median, and statements."""

    label: str
    ours: float
    database: float
    clock: float
    queries: int

    @property
    def both(self) -> float:
        """Ours and the database's."""
        return self.ours + self.database


def readers() -> list[Reader]:
    """The accounts of the bench, or the widest of each role and level of the demo."""
    if User.objects.filter(username="largest").exists():
        paths = dict(apps.get_model("registry.TradeUnion").objects.values_list("pk", "path"))
        return [
            Reader(name, User.objects.get(username=name), union, paths.get(union, ""))
            for name, (_role, union) in ROLES.items()
        ]
    found: dict[str, Reader] = {}
    for grant in (
        RoleGrant.objects.filter(union__isnull=False)
        .select_related("user", "union")
        .order_by("union__depth", "pk")
    ):
        name = f"{grant.role}-{grant.union.level}"
        short = "city" if grant.role == "admin" and grant.union.level == "city" else name
        found.setdefault(short, Reader(short, grant.user, grant.union_id, grant.union.path))
    worker = User.objects.filter(person__isnull=False, role_grants=None).order_by("pk").first()
    return [*found.values(), *([Reader("worker", worker, None, "")] if worker else [])]


def pages(only: str = "") -> None:
    """Walk and print the tables; slowest first. only: readers to walk, all without."""
    logging.disable(logging.WARNING)
    gc.collect()
    gc.freeze()  # as the server does once it has started
    # As the worker does every hour: a city that was just written was never counted.
    villages.count_villages(at=now())
    shown: dict[str, tuple[Client, str]] = {}
    rows: list[Took] = []
    for reader in readers():
        if only and reader.name not in only.split(","):
            continue
        started = time.perf_counter()
        rows += list(_walk(reader, shown))
        print(f"  {reader.name}: {time.perf_counter() - started:.0f} s", flush=True)
    rows.sort(key=lambda row: -row.both)
    print(
        f"\n{'page':<84} {'ours':>7} {'database':>8} {'clock':>7} {'queries':>7}   (wanted ≤ {TARGET_MS} ms)"
    )
    for row in rows:
        slow = "   SLOW" if row.both > TARGET_MS else ""
        print(f"{row.label:<84} {row.ours:7.0f} {row.database:8.0f} {row.clock:7.0f} {row.queries:7d}{slow}")
    above = sum(row.both > TARGET_MS for row in rows)
    p95 = rows[len(rows) // 20].both
    print(
        f"{len(rows)} pages, {above} above {TARGET_MS} ms; slowest {rows[0].both:.0f} ms; one in twenty above {p95:.0f} ms"
    )
    print(
        f"\n{'export':<50} {'first byte ms':>14} {'clock':>7} {'rows/s':>10}   (wanted: first byte ≤ {FIRST_BYTE_MS} ms)"
    )
    for key, (client, url) in sorted(shown.items()):
        for kind in ("csv", "xlsx"):
            first, clock, pace = _export(client, f"{url}{'&' if '?' in url else '?'}export={kind}")
            if pace:
                slow = "   SLOW" if first > FIRST_BYTE_MS else ""
                print(f"{key + ' ' + kind:<50} {first:14.1f} {clock:7.0f} {pace:10,.0f}{slow}")


def _walk(reader: Reader, shown: dict[str, tuple[Client, str]]) -> Iterator[Took]:
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    client.force_login(reader.user)
    seen: list[Page] = []
    varied: set[str] = set()

    def noting(listing: Any, *given: Any, **named: Any) -> Any:
        page = build_page(listing, *given, **named)
        seen.append(page)
        return page

    views.build_page = noting
    for name, url in _addresses(reader):
        seen.clear()
        answer = client.get(url)
        if answer.status_code >= 500:
            print(f"  {reader.name} {name}: {answer.status_code}", flush=True)
        if answer.status_code != 200 or answer.streaming:
            continue
        page = seen[0] if seen else None
        yield _measure(client, f"{reader.name:<10}{name}", url)
        if page is None:
            continue
        shown.setdefault(page.listing.key, (client, url))
        if page.listing.key not in varied:
            varied.add(page.listing.key)
            for more in _variants(page) if reader.name in VARIED else [f"q={SEARCHES[0]}"]:
                address = f"{url}{'&' if '?' in url else '?'}{more}"
                if client.get(address).status_code == 200:
                    yield _measure(client, f"{reader.name:<10}{name} {more[:44]}", address)
    views.build_page = build_page


def _variants(page: Page) -> Iterator[str]:
    """The list searched, turned, printed, in every order, with every filter, as of a past day."""
    if page.listing.search is not None:
        for text in SEARCHES:
            yield f"q={text}"
    if page.next_url:
        yield page.next_url.removeprefix("?")
    yield "size=200"
    yield "print=1"
    for column in page.listing.columns:
        if column.sort_paths:
            yield f"sort={column.key}"
            yield f"sort=-{column.key}"
    for one in page.state.given:
        key = one.filter.key
        if isinstance(one.filter, AsOf):
            for days in (40, 400):
                yield f"{key}={TODAY - timedelta(days=days)}"
        elif isinstance(one.filter, Choice):
            for value, _label in [*one.options][:3] + [*one.options][3:][-2:]:
                yield f"{key}={value}"
        elif isinstance(one.filter, Flag):
            yield f"{key}=1"
        elif isinstance(one.filter, DateRange):
            yield f"{key}_from={TODAY - timedelta(days=30)}"
        elif isinstance(one.filter, NumberRange):
            yield f"{key}_from=100"


def _measure(client: Client, label: str, url: str) -> Took:
    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as caught:
        client.get(url)
    queries = len(caught)
    took: list[tuple[float, float, float]] = []
    while not took or (
        len(took) < TIMES and took[0][0] + took[0][1] > QUICK_MS and sum(one[2] for one in took) < PATIENCE_MS
    ):
        took.append(_spent(lambda: client.get(url)))
    # The least of each: what else the machine does only adds.
    ours, database = min(one[0] for one in took), min(one[1] for one in took)
    if ours + database > TARGET_MS:
        print(f"  {label}: {ours:,.0f} + {database:,.0f} ms", flush=True)
    return Took(label, ours, database, statistics.median(one[2] for one in took), queries)


def _spent(act: Any) -> tuple[float, float, float]:
    """Milliseconds of our processor, of the database's, and of the clock."""
    ours, theirs, start = time.process_time(), _database_seconds(), time.perf_counter()
    act()
    clock = time.perf_counter() - start
    return (time.process_time() - ours) * 1000, (_database_seconds() - theirs) * 1000, clock * 1000


def _database_seconds() -> float:
    """Processor seconds of this connection's process, where it runs on this machine."""
    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    with open(f"/proc/{connection.connection.info.backend_pid}/schedstat", encoding="ascii") as told:
        return int(told.read().split()[0]) / 1e9


def _addresses(reader: Reader) -> Iterator[tuple[str, str]]:
    """Every address for which the city has a record, then the tabs."""
    objects = _Objects(reader)
    for name, pattern in names():
        arguments: dict[str, Any] = {}
        for key in pattern.pattern.converters:
            value = (
                objects.get(key, name)
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
    for rule in RULES if reader.union_id else ():
        yield (
            f"stewardship:faults {rule.key}",
            reverse("stewardship:faults", args=[reader.union_id, rule.key]),
        )


class _Objects:
    """Keys of records in the reader's reach, the first of each kind; of the largest union's town where she has all."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.kept: dict[tuple[str, str], int | str | None] = {}

    def get(self, key: str, name: str) -> int | str | None:
        """The key for a word of an address; None where there is no such record."""
        label = NAMED.get(key, "")
        if key == "union_id" and self.reader.union_id:
            return self.reader.union_id
        if key == "plan_id" and name.startswith("mutual"):
            label = "mutual.Plan"
        if key == "link_id" and name.startswith("desk"):
            label = "registry.EmployerLink"
        if (label, key) not in self.kept:
            self.kept[label, key] = self._find(label, key)
        return self.kept[label, key]

    def _find(self, label: str, key: str) -> int | str | None:
        wanted = key.removesuffix("_id").replace("_", "")
        model = apps.get_model(label) if label else next(
            (one for one in apps.get_models() if one._meta.model_name in {wanted, wanted.removeprefix("counsel")}), None
        )  # fmt: skip
        if model is None:
            return None
        rows: models.QuerySet[Any] = model._default_manager.order_by("pk")
        held = {field.name for field in model._meta.fields}
        if model._meta.label == "registry.Person":
            rows = (
                rows.filter(memberships__union_path__startswith=self.reader.path)
                if self.reader.path
                else rows.filter(pk=self.reader.user.person_id)
            )
        elif model._meta.label == "accounts.User":
            rows = rows.filter(pk=self.reader.user.pk)
        elif model._meta.label == "registry.Region":
            rows = rows.filter(level="village")
        for column in ("path", "union_path", "territory_path"):
            if column in held and model._meta.label != "registry.Region" and self.reader.path:
                rows = rows.filter(
                    **{f"{column}__gte": self.reader.path, f"{column}__lt": f"{self.reader.path[:-1]}0"}
                )
        return rows.values_list("pk", flat=True).first()


def _export(client: Client, url: str) -> tuple[float, float, float]:
    """Milliseconds to the first byte by processor and by the clock, and rows a second over the first EXPORTED rows."""
    read = 0

    def counting(*given: Any) -> Iterator[Any]:
        nonlocal read
        for row in walk(*given):
            read += 1
            yield row

    walk, files.walk = files.walk, counting
    answered: list[Any] = []

    def begin() -> None:
        answered.append(client.get(url))
        if answered[0].streaming:
            answered.append(iter(answered[0].streaming_content))
            next(answered[1])

    start = time.perf_counter()
    ours, theirs, clock = _spent(begin)
    if not answered[0].streaming:  # this list may not be taken away
        files.walk = walk
        return 0.0, 0.0, 0.0
    for _piece in answered[1]:
        if read >= EXPORTED:
            break
    pace = read / (time.perf_counter() - start)
    answered[0].close()
    files.walk = walk
    return ours + theirs, clock, pace
