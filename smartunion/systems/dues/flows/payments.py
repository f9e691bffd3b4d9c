"""Extracts of contributions read into payments, and how each employer stands counted from them."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from smartunion.core import audit, clock
from smartunion.core.actor import system
from smartunion.core.bulk import insert
from smartunion.core.clock import local_date
from smartunion.core.jobs.context import JobContext
from smartunion.engines.feeds import service as feeds
from smartunion.engines.feeds.models import Snapshot, TableKind
from smartunion.ground.registry.queries.meant import firms_meant
from smartunion.systems.dues.flows import letters
from smartunion.systems.dues.models import FirmStanding, Payment, ReadExtract
from smartunion.systems.dues.queries import limits_of
from smartunion.systems.dues.rules import Item, Limits, Period, Sum, item_of, sum_up

JOB, COUNT_JOB = "dues.read", "dues.count"
BATCH = 2000
_FIELDS = (
    "snapshot_id", "path", "employer_id", "name", "code", "item", "period_from", "period_to", "wages_yuan", "due_yuan",
    "paid_yuan", "paid_in",
)  # fmt: skip


def job(context: JobContext) -> None:
    """Read what came; safe to run again."""
    read = renew(at=clock.now())
    context.finish({"read": read, "changed": count(at=clock.now()) if read else 0})


def count_job(context: JobContext) -> None:
    """Count every standing anew: firms are merged and move, and policies change. Safe to run again."""
    context.finish({"changed": count(at=clock.now())})


def renew(*, at: datetime) -> int:
    """Read every extract that came; returns how many (see feeds `follow`)."""
    held: dict[int, set[int]] = {}
    for pk, source_id in ReadExtract.objects.values_list("snapshot_id", "snapshot__source_id"):
        held.setdefault(source_id, set()).add(pk)
    return feeds.follow(TableKind.DUES, held, forget=_forget, read=partial(_read, at=at))


@transaction.atomic
def _forget(source_id: int) -> None:
    Payment.objects.filter(snapshot__source_id=source_id).delete()
    ReadExtract.objects.filter(snapshot__source_id=source_id).delete()


@transaction.atomic
def _read(snapshot: Snapshot, at: datetime) -> None:
    read = unknown = 0
    periods: set[date] = set()
    with feeds.opened(snapshot, BATCH) as parts:
        for part in parts:
            rows = [row for row in part if _month(row["period_from"]) and row["paid"] is not None]
            firms = firms_meant(
                [(feeds.text(row, "tax_code"), feeds.text(row, "taxpayer_name")) for row in rows],
                snapshot.path,
            )
            made = [_values(snapshot, row, firm) for row, firm in zip(rows, firms, strict=True)]
            _replace(snapshot, {one[6] for one in made} - periods)
            periods |= {one[6] for one in made}
            insert(Payment, _FIELDS, made)
            read, unknown = read + len(made), unknown + firms.count(None)
    ReadExtract.objects.create(snapshot=snapshot, read_at=at, rows=read, unknown=unknown)
    audit.record(system(), "dues.extract_read", snapshot, at=at, data={"rows": read, "unknown": unknown})


def _replace(snapshot: Snapshot, periods: set[date]) -> None:
    """What the source said before of these periods no longer holds."""
    earlier = Payment.objects.filter(snapshot__source_id=snapshot.source_id, period_from__in=periods)
    earlier.exclude(snapshot=snapshot).delete()


def _values(snapshot: Snapshot, row: dict[str, Any], firm: int | None) -> tuple[Any, ...]:
    start = _month(row["period_from"])
    assert start is not None, "rows without a period were left out"
    end = _month(row["period_to"]) or start
    return (
        snapshot.pk, snapshot.path, firm, feeds.text(row, "taxpayer_name")[:120], feeds.text(row, "tax_code")[:30],
        item_of(feeds.text(row, "item")).value, start, max(start, end), _yuan(row["wages"]), _yuan(row["due"]), _yuan(row["paid"]),
        _month(row["paid_month"]),
    )  # fmt: skip


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / 100


def _month(figure: int | None) -> date | None:
    """The first day of 202603; None where it is no month."""
    year, month = divmod(figure or 0, 100)
    return date(year, month, 1) if 1990 <= year <= 2100 and 1 <= month <= 12 else None


def count(*, at: datetime) -> int:
    """Count how every employer stands; only what differs is written. Returns how many rows changed. Memory stays flat."""
    standings = iter(FirmStanding.objects.order_by("employer_id").iterator(BATCH))
    known, changed = next(standings, None), 0
    fresh: list[FirmStanding] = []
    gone: list[int] = []
    for employer_id, newest, found in _sums(local_date(at)):
        while known is not None and known.pk < employer_id:
            gone.append(known.pk)
            known = next(standings, None)
        made = FirmStanding(
            employer_id=employer_id, item=found.item.value, standing=found.standing.value, until=found.until, newest=newest,
            due_yuan=found.due, paid_yuan=found.paid, owed_yuan=found.owed,
        )  # fmt: skip
        if known is None or known.pk != employer_id:
            fresh.append(made)
        else:
            if _values_of(known) != _values_of(made):
                fresh.append(made)
            known = next(standings, None)
        if len(fresh) >= BATCH:
            changed += _write(fresh)
            fresh = []
    while known is not None:
        gone.append(known.pk)
        known = next(standings, None)
    changed += _write(fresh)
    for start in range(0, len(gone), BATCH):
        changed += FirmStanding.objects.filter(pk__in=gone[start : start + BATCH]).delete()[0]
    letters.settle_paid(at=at)
    return changed


_COUNTED = ("item", "standing", "until", "newest", "due_yuan", "paid_yuan", "owed_yuan")


def _values_of(row: FirmStanding) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _COUNTED)


def _write(rows: list[FirmStanding]) -> int:
    made = FirmStanding.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["employer"], update_fields=_COUNTED
    )
    return len(made)


def _sums(today: date) -> Iterator[tuple[int, date, Sum]]:
    """Employer, how far its extracts reach, and its sum, in order of employers."""
    newest = _newest()
    limits: dict[str, Limits] = {}
    for employer_id, rows in groupby(_periods(), key=lambda row: row[0]):
        periods, reach, path = [], None, ""
        for _employer, place, period in _once(rows):
            periods.append(period)
            if reach is None or newest[place] > reach:
                reach, path = newest[place], place
        assert reach is not None
        if path not in limits:
            limits[path] = limits_of(path, today)
        found = sum_up(periods, reach, limits[path])
        if found is not None:
            yield employer_id, reach, found


def _once(rows: Iterator[tuple[int, str, Period]]) -> Iterator[tuple[int, str, Period]]:
    """A period two federations' extracts name counts once: of equal item and months the first stands."""
    taken: dict[tuple[str, date], str] = {}
    for employer_id, path, period in rows:
        key = (period.item, period.start)
        if taken.setdefault(key, path) == path:
            yield employer_id, path, period


def _periods() -> Iterator[tuple[int, str, Period]]:
    rows: QuerySet[Any, tuple[Any, ...]] = (
        Payment.objects.filter(employer__isnull=False)
        .order_by("employer_id", "period_from", "path", "pk")
        .values_list(
            "employer_id", "path", "item", "period_from", "period_to", "wages_yuan", "due_yuan", "paid_yuan"
        )
    )
    for employer_id, path, item, *values in rows.iterator(BATCH):
        yield employer_id, path, Period(Item(item), *values)


def _newest() -> dict[str, date]:
    """How far the extracts of each federation reach."""
    rows = Payment.objects.order_by().values_list("path").annotate(Max("period_to"))
    return {path: until for path, until in rows if until is not None}
