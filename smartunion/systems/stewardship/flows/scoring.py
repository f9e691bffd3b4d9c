"""Counting points: union by union in sets, and only where something changed."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from smartunion.core.audit.models import AuditEvent
from smartunion.core.clock import local_date
from smartunion.ground.registry.models import EmployerLink, Membership, TradeUnion
from smartunion.systems.stewardship.models import FaultCount, Mark, UnionQuality
from smartunion.systems.stewardship.queries import faults
from smartunion.systems.stewardship.rules import quality
from smartunion.systems.stewardship.rules.quality import Subject

_AT_ONCE = 400
_READ = "audit_read"
#: Events read in one go; each names a record or two.
_EVENTS = 5000


def count_all(*, at: datetime, tick: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Count every standing union anew, and forget the others. Returns how many."""
    ids = list(TradeUnion.objects.exclude(state="closed").order_by("pk").values_list("pk", flat=True))
    last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for start in range(0, len(ids), _AT_ONCE):
        count(ids[start : start + _AT_ONCE], at=at)
        tick(min(start + _AT_ONCE, len(ids)), len(ids))
    closed = TradeUnion.objects.filter(state="closed").values("pk")
    UnionQuality.objects.filter(union__in=closed).delete()
    FaultCount.objects.filter(union__in=closed).delete()
    Mark.objects.update_or_create(key=_READ, defaults={"value": last})
    return len(ids)


@transaction.atomic
def count(union_ids: Sequence[int], *, at: datetime) -> None:
    """Count some unions: three statements for their faults, whatever their number of records."""
    on = local_date(at)
    paths = dict(
        TradeUnion.objects.filter(pk__in=union_ids).exclude(state="closed").values_list("pk", "path")
    )
    records: dict[int, dict[Subject, int]] = {pk: {} for pk in paths}
    broken: dict[int, dict[str, int]] = {pk: {} for pk in paths}
    for subject in Subject:
        rows, owner = faults.rows_of(subject), faults.OWNER[subject]
        wanted: dict[str, Any] = {
            rule.key: Count("pk", filter=faults.condition(rule.key, on), distinct=subject is Subject.UNION)
            for rule in quality.of_subject(subject)
        }
        counted = rows.filter(**{f"{owner}__in": list(paths)}).order_by().values(owner)
        for row in counted.annotate(_all=Count("pk", distinct=True), **wanted):
            pk = row.pop(owner)
            records[pk][subject] = row.pop("_all")
            broken[pk] |= {key: number for key, number in row.items() if number}
    FaultCount.objects.filter(union__in=union_ids).delete()
    UnionQuality.objects.filter(union__in=union_ids).delete()
    UnionQuality.objects.bulk_create(
        _row(pk, path, records[pk], broken[pk], at) for pk, path in paths.items()
    )
    FaultCount.objects.bulk_create(
        FaultCount(union_id=pk, path=paths[pk], rule=key, number=number)
        for pk, found in broken.items() for key, number in found.items()
    )  # fmt: skip


def _row(
    pk: int, path: str, records: dict[Subject, int], broken: dict[str, int], at: datetime
) -> UnionQuality:
    total = quality.points(records, broken)
    return UnionQuality(
        union_id=pk, path=path, due=total.due, kept=total.kept, records=sum(records.values()), version=quality.VERSION,
        counted_at=at,
    )  # fmt: skip


def refresh(*, at: datetime) -> int:
    """Count again the unions of records that changed since last time. Returns how many were counted.

    What changed is read from the audit trail, which every change writes; changes in bulk name the union they were made
    under, whose whole subtree is counted again.
    """
    mark, _made = Mark.objects.get_or_create(key=_READ, defaults={"value": 0})
    events = list(AuditEvent.objects.filter(pk__gt=mark.value).order_by("pk")[:_EVENTS])
    if events:
        _mark_dirty(events)
        Mark.objects.filter(pk=mark.pk, value=mark.value).update(value=events[-1].pk)
    fresh = (
        TradeUnion.objects.exclude(state="closed")
        .filter(quality=None)
        .values_list("pk", flat=True)[:_AT_ONCE]
    )
    dirty = (
        UnionQuality.objects.filter(is_dirty=True).order_by("pk").values_list("pk", flat=True)[: _AT_ONCE * 5]
    )
    ids = [*dict.fromkeys([*dirty, *fresh])]
    for start in range(0, len(ids), _AT_ONCE):
        count(ids[start : start + _AT_ONCE], at=at)
    return len(ids)


def _mark_dirty(events: Iterable[AuditEvent]) -> None:
    named: dict[str, set[int]] = {}
    for event in events:
        if event.subject_id is not None:
            named.setdefault(event.subject_type, set()).add(event.subject_id)
        if event.owner_person_id is not None:
            named.setdefault("registry.person", set()).add(event.owner_person_id)
    unions = named.get("registry.tradeunion", set())
    unions |= _unions_of(Membership, "person_id", named.get("registry.person", set()))
    unions |= _unions_of(Membership, "pk", named.get("registry.membership", set()))
    unions |= _unions_of(EmployerLink, "employer_id", named.get("registry.employer", set()))
    rest = sorted(unions)
    for start in range(0, len(rest), 900):
        UnionQuality.objects.filter(pk__in=rest[start : start + 900]).update(is_dirty=True)
    batches = named.get("registry.importbatch", set())
    for path in TradeUnion.objects.filter(pk__in=faults.unions_of_imports(batches)).values_list(
        "path", flat=True
    ):
        UnionQuality.objects.filter(path__gte=path, path__lt=path[:-1] + "0").update(is_dirty=True)


def _unions_of(model: Any, name: str, ids: set[int]) -> set[int]:
    found: set[int] = set()
    rest = sorted(ids)
    for start in range(0, len(rest), 900):
        found |= set(
            model.objects.filter(Q(**{f"{name}__in": rest[start : start + 900]})).values_list(
                "union_id", flat=True
            )
        )
    return found
