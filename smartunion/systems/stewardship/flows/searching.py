"""Writing down what a search found: pairs keep their identity and what was said about them; clusters follow."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from smartunion.core import bulk
from smartunion.core.paths import common_path
from smartunion.ground.registry.flows.merging.core import MOST
from smartunion.ground.registry.models import Employer, Membership, MergeKind, TradeUnion
from smartunion.systems.stewardship.models import Cluster, ClusterMember, Pair
from smartunion.systems.stewardship.rules.alike import components
from smartunion.systems.stewardship.rules.words import PairState
from smartunion.systems.stewardship.search.blocks import blocks
from smartunion.systems.stewardship.search.compare import Found, compared

#: Two records said not to be the same are shown again when what is known changed and speaks so much more for it.
_ASK_AGAIN = 2
_BATCH = 500
_SEEN = ("points", "reasons", "basis", "state")
_GROUPED = ("path", "first_id", "size", "points", "reasons")


def search(
    kind: MergeKind, *, at: datetime, tick: Callable[[int], None] = lambda done: None
) -> dict[str, int]:
    """Look through all records of a kind. Returns pairs shown, new, said to be apart, gone; and clusters.

    Safe to run again at any time; a search that is stopped changes nothing.
    """
    found = compared(kind, blocks(kind), tick)
    with transaction.atomic():
        counts = _keep(kind, found, at)
        counts["clusters"] = regroup(kind, at=at)
    return counts


def _keep(kind: MergeKind, found: dict[tuple[int, int], Found], at: datetime) -> dict[str, int]:
    counts = {"shown": 0, "new": 0, "apart": 0, "gone": 0}
    changed: list[Pair] = []
    known: set[tuple[int, int]] = set()
    gone: list[int] = []
    for pair in Pair.objects.filter(kind=kind).iterator(chunk_size=5000):
        known.add((pair.left_id, pair.right_id))
        now = found.get((pair.left_id, pair.right_id))
        if now is None:
            if pair.state == PairState.OPEN:
                gone.append(pair.pk)
                counts["gone"] += 1
            continue
        if _update(pair, now, at):
            changed.append(pair)
        counts["shown" if pair.state == PairState.OPEN else "apart"] += 1
    fresh = [
        Pair(kind=kind, left_id=one.left, right_id=one.right, points=one.alike.points, reasons=list(one.alike.reasons),
             basis=one.basis, found_at=at)
        for key, one in found.items() if key not in known
    ]  # fmt: skip
    Pair.objects.bulk_create(fresh, batch_size=_BATCH)
    bulk.update(Pair, _SEEN, [(one.pk, *(getattr(one, name) for name in _SEEN)) for one in changed])
    for start in range(0, len(gone), _BATCH):
        Pair.objects.filter(pk__in=gone[start : start + _BATCH]).update(state=PairState.GONE, cluster=None)
    counts["new"] = len(fresh)
    counts["shown"] += len(fresh)
    return counts


def _update(pair: Pair, now: Found, at: datetime) -> bool:
    """Take over what was found; "not the same" stands unless what is known changed and speaks more for it."""
    is_same = (pair.points, pair.basis) == (now.alike.points, now.basis)
    if pair.state == PairState.APART:
        if pair.basis == now.basis or now.alike.points < pair.points + _ASK_AGAIN:
            return False
        pair.state = PairState.OPEN
    elif pair.state in {PairState.GONE, PairState.MERGED}:
        pair.state = PairState.OPEN
    elif is_same:
        return False
    pair.points, pair.reasons, pair.basis = now.alike.points, list(now.alike.reasons), now.basis
    return True


def regroup(kind: MergeKind, *, at: datetime) -> int:
    """Make the clusters those that the open pairs tell; a cluster keeps its number while some record stays in it."""
    pairs = list(Pair.objects.filter(kind=kind, state=PairState.OPEN))
    groups = components([(one.left_id, one.right_id, one.points) for one in pairs], most=MOST)
    members: dict[int, set[int]] = {}
    standing = Cluster.objects.filter(kind=kind, state=PairState.OPEN)
    for cluster_id, record in ClusterMember.objects.filter(cluster__in=standing).values_list(
        "cluster_id", "record_id"
    ):
        members.setdefault(cluster_id, set()).add(record)
    held = {
        record: cluster for cluster, records in sorted(members.items(), reverse=True) for record in records
    }
    paths = _paths(kind, [record for group in groups for record in group])
    best: dict[int, Pair] = {}
    place = {record: number for number, group in enumerate(groups) for record in group}
    for pair in pairs:
        number = place.get(pair.left_id, -1)
        is_inside = number >= 0 and number == place.get(pair.right_id)
        if is_inside and (number not in best or pair.points > best[number].points):
            best[number] = pair
    used: set[int] = set()
    stored: list[tuple[Cluster, set[int]]] = []
    for place_of, group in enumerate(groups):
        number_kept = min(
            (held[record] for record in group if held.get(record, 0) and held[record] not in used),
            default=None,
        )
        cluster = Cluster(
            pk=number_kept, kind=kind, path=common_path([paths.get(record, "") for record in group]), first_id=group[0],
            size=len(group), points=best[place_of].points, reasons=best[place_of].reasons, found_at=at,
        )  # fmt: skip
        if number_kept is not None:
            used.add(number_kept)
        stored.append((cluster, set(group)))
    _store(kind, stored, members, pairs, at)
    return len(groups)


def _store(
    kind: MergeKind,
    stored: Iterable[tuple[Cluster, set[int]]],
    members: dict[int, set[int]],
    pairs: list[Pair],
    at: datetime,
) -> None:
    rows = list(stored)
    known = [cluster for cluster, _group in rows if cluster.pk is not None]
    Cluster.objects.bulk_create(
        [cluster for cluster, _group in rows if cluster.pk is None], batch_size=_BATCH
    )
    stored_as = {
        pk: tuple(values)
        for pk, *values in Cluster.objects.filter(kind=kind, state=PairState.OPEN).values_list(
            "pk", *_GROUPED
        )
    }
    told = [(one.pk, *(getattr(one, name) for name in _GROUPED)) for one in known]
    bulk.update(Cluster, _GROUPED, [row for row in told if stored_as.get(row[0]) != row[1:]])
    left = set(members) - {cluster.pk for cluster in known}
    for number in left:
        Cluster.objects.filter(pk=number, state=PairState.OPEN).update(state=PairState.GONE, settled_at=at)
    fresh = [
        ClusterMember(cluster=cluster, record_id=record)
        for cluster, group in rows for record in sorted(group - members.get(cluster.pk, set()))
    ]  # fmt: skip
    for cluster, group in rows:
        outside = members.get(cluster.pk, set()) - group
        if outside:
            ClusterMember.objects.filter(cluster_id=cluster.pk, record_id__in=outside).delete()
    ClusterMember.objects.bulk_create(fresh, batch_size=_BATCH)
    where = {record: cluster.pk for cluster, group in rows for record in group}
    moved = []
    for pair in pairs:
        here = where.get(pair.left_id)
        cluster_id = here if here is not None and here == where.get(pair.right_id) else None
        if pair.cluster_id != cluster_id:
            pair.cluster_id = cluster_id
            moved.append(pair)
    bulk.update(Pair, ["cluster_id"], [(one.pk, one.cluster_id) for one in moved])


def _paths(kind: MergeKind, ids: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(ids), 900):
        part = ids[start : start + 900]
        if kind == MergeKind.PERSON:
            spells = Membership.objects.filter(person_id__in=part).order_by("-ended_on", "pk")
            for person, path, ended in spells.values_list("person_id", "union_path", "ended_on"):
                if ended is None or person not in found:
                    found[person] = path
        elif kind == MergeKind.EMPLOYER:
            found |= dict(Employer.objects.filter(pk__in=part).values_list("pk", "territory_path"))
        else:
            found |= dict(TradeUnion.objects.filter(pk__in=part).values_list("pk", "path"))
    return found
