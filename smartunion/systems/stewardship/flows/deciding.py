"""What people say about likely duplicates: one thing, or not; and taking that back."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import Merge, MergedRecord, MergeKind
from smartunion.ground.registry.service import merging
from smartunion.systems.stewardship.flows.searching import regroup
from smartunion.systems.stewardship.models import Cluster, Pair
from smartunion.systems.stewardship.rules.words import PairState

_MERGE = {
    MergeKind.PERSON: merging.merge_people, MergeKind.EMPLOYER: merging.merge_employers, MergeKind.UNION: merging.merge_unions,
}  # fmt: skip


def merge(*, actor: Actor, cluster_id: int, asked: merging.Asked, at: datetime) -> Merge:
    """Make records of a cluster one, as asked; what is left of the cluster stays to be looked at.

    Raises what the registry's merging raises; NotVisible; InvalidInput naming records; StaleState when the cluster was
    settled first.
    """
    with transaction.atomic():
        cluster = get_visible(Cluster.objects.visible_to(actor), cluster_id)
        if cluster.state != PairState.OPEN:
            raise StaleState
        records = set(cluster.records.values_list("record_id", flat=True))
        if not asked.versions.keys() <= records:
            raise InvalidInput(_("Choose records of this group."), field="records")
        done = _MERGE[MergeKind(cluster.kind)](actor=actor, asked=asked, at=at)
        gone = set(asked.others)
        pairs = Pair.objects.filter(cluster=cluster, state=PairState.OPEN)
        both = [
            pair.pk for pair in pairs if {pair.left_id, pair.right_id} <= asked.versions.keys()
        ]  # fmt: skip
        Pair.objects.filter(pk__in=both).update(
            state=PairState.MERGED, decided_at=at, decided_by=actor.name[:80], user_id=actor.user_id,
            reason=done.reason,
        )  # fmt: skip
        for pair in Pair.objects.filter(
            kind=cluster.kind, state=PairState.OPEN, left_id__in=gone
        ) | Pair.objects.filter(kind=cluster.kind, state=PairState.OPEN, right_id__in=gone):
            Pair.objects.filter(pk=pair.pk).update(state=PairState.GONE, cluster=None)
        cluster.records.filter(record_id__in=gone).delete()
        _settle(cluster, records - gone, PairState.MERGED, at, merge_id=done.pk)
    return done


@transaction.atomic
def keep_apart(
    *, actor: Actor, cluster_id: int, reason: str, at: datetime, records: Collection[int] = ()
) -> int:
    """Say that records of a cluster are not the same; remembered, and not proposed again unless more comes to light.

    records: those that are the same as none of the others; none given means no two of them are the same.
    Returns how many pairs were told apart. Raises NotVisible; InvalidInput naming reason or records; StaleState.
    """
    cluster = get_visible(Cluster.objects.visible_to(actor), cluster_id)
    kept_reason = squeeze(reason)
    if not 2 <= len(kept_reason) <= 200:
        raise InvalidInput(
            _("Say in a few words why they are not the same."),
            remedy=_("For example: father and son, namesakes, two shops of one owner."), field="reason",
        )  # fmt: skip
    pairs = Pair.objects.filter(cluster=cluster, state=PairState.OPEN)
    chosen = [pair for pair in pairs if not records or {pair.left_id, pair.right_id} & set(records)]
    if not chosen or cluster.state != PairState.OPEN:
        raise StaleState
    told = Pair.objects.filter(pk__in=[pair.pk for pair in chosen], state=PairState.OPEN).update(
        state=PairState.APART, decided_at=at, decided_by=actor.name[:80], user_id=actor.user_id, reason=kept_reason,
        cluster=None,
    )  # fmt: skip
    if told != len(chosen):
        raise StaleState
    left = {record for pair in pairs.all() for record in (pair.left_id, pair.right_id)}
    if left:
        cluster.records.exclude(record_id__in=left).delete()
    _settle(cluster, left, PairState.APART, at)
    audit.record(
        actor, "stewardship.kept_apart", cluster, at=at, reason=kept_reason,
        data={"pairs": [[pair.left_id, pair.right_id] for pair in chosen]},
    )  # fmt: skip
    return told


@transaction.atomic
def undo(*, actor: Actor, merge_id: int, reason: str, at: datetime) -> Merge:
    """Part records again, and remember that they are not the same. Raises what the registry's undo raises."""
    done = merging.undo(actor=actor, merge_id=merge_id, reason=reason, at=at)
    records = [done.survivor_id, *MergedRecord.objects.filter(merge=done).values_list("old_id", flat=True)]
    Pair.objects.filter(kind=done.kind, left_id__in=records, right_id__in=records).update(
        state=PairState.APART, decided_at=at, decided_by=actor.name[:80], user_id=actor.user_id, reason=squeeze(reason)[:200],
        cluster=None,
    )  # fmt: skip
    return done


@transaction.atomic
def ask_again(*, actor: Actor, pair_id: int, at: datetime) -> Pair:
    """Take back “not the same”. Raises NotVisible, StaleState."""
    pair = get_visible(Pair.objects.filter(state=PairState.APART), pair_id)
    probe = Cluster.objects.visible_to(actor)
    moved = Pair.objects.filter(pk=pair.pk, state=PairState.APART).update(state=PairState.OPEN, decided_at=at)
    if moved != 1:
        raise StaleState
    regroup(MergeKind(pair.kind), at=at)
    pair.refresh_from_db()
    get_visible(probe, pair.cluster_id)  # the whole of it is taken back when she may not see the group
    audit.record(actor, "stewardship.asked_again", pair, at=at)
    return pair


def _settle(
    cluster: Cluster, left: Collection[int], state: PairState, at: datetime, *, merge_id: int | None = None
) -> None:
    """Close the cluster when fewer than two records are left in it."""
    if len(left) < 2:
        moved = Cluster.objects.filter(pk=cluster.pk, state=PairState.OPEN).update(
            state=state, settled_at=at, merge_id=merge_id
        )
    else:
        moved = Cluster.objects.filter(pk=cluster.pk, state=PairState.OPEN).update(
            size=len(left), first_id=min(left)
        )
    if moved != 1:
        raise StaleState
