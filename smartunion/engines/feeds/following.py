"""Extracts that a room reads for good, one after the other, each telling more than those before it."""

from collections.abc import Callable, Collection, Mapping

from smartunion.engines.feeds.models import Snapshot, SnapshotState, TableKind


def follow(
    table: TableKind,
    held: Mapping[int, Collection[int]],
    *,
    forget: Callable[[int], None],
    read: Callable[[Snapshot], None],
) -> int:
    """Have every extract of a table that came since the last time read, in the order of their days; returns how many.

    held: source → extracts that were read. Where one of them was taken out of use, or one came late that was drawn before
    others, what its source told is forgotten (`forget`, with the source) and all of it read anew.
    """
    wanted: dict[int, list[Snapshot]] = {}
    ready = Snapshot.objects.filter(state=SnapshotState.READY, table=table, parquet__isnull=False)
    for snapshot in ready.order_by("as_of", "pk"):
        wanted.setdefault(snapshot.source_id, []).append(snapshot)
    changed = 0
    for source_id in sorted(wanted.keys() | held.keys()):
        order, known = wanted.get(source_id, []), set(held.get(source_id, ()))
        fresh = [one for one in order if one.pk not in known]
        if known != {one.pk for one in order[: len(known)]}:
            forget(source_id)
            fresh, changed = order, changed + 1
        for snapshot in fresh:
            read(snapshot)
        changed += len(fresh)
    return changed
