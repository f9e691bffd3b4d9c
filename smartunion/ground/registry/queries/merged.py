"""Old numbers of records that went into others."""

from smartunion.ground.registry.models import MergedRecord, MergeKind


def old_numbers(kind: MergeKind, survivor_id: int) -> list[int]:
    """Numbers of the records that went into this one, directly or by way of another, while the merges stand."""
    found: list[int] = []
    ask = [survivor_id]
    while ask:
        standing = MergedRecord.objects.filter(kind=kind, merge__survivor_id__in=ask, merge__undone_at=None)
        ask = [number for number in standing.values_list("old_id", flat=True) if number not in found]
        found += ask
    return found


def successor(kind: MergeKind, old_id: int) -> int | None:
    """The record an old number leads to now; None when it went into none."""
    now: int | None = None
    seen = {old_id}
    step: int | None = old_id
    while step is not None:
        standing = MergedRecord.objects.filter(kind=kind, old_id=step, merge__undone_at=None)
        step = standing.values_list("merge__survivor_id", flat=True).order_by("-pk").first()
        if step is None or step in seen:
            break
        seen.add(step)
        now = step
    return now
