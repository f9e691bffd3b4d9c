"""Moving a subtree: the tree, every stored path below it, and the counts above."""

from datetime import datetime, timedelta

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.jobs.flows import enqueue
from smartunion.core.paths import PathField, child_path, is_under
from smartunion.ground.facts import ledger
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.access import union_for
from smartunion.ground.registry.flows.particulars import watch
from smartunion.ground.registry.flows.unions.checks import check_no_namesake, check_parent
from smartunion.ground.registry.models import Region, TradeUnion, UnionTally
from smartunion.ground.registry.rules.counts import COUNTED

SETTLE = "registry.settle_move"
#: Somebody who began to join before the move may commit the old path after it; nobody takes longer than this.
_SETTLE_AFTER = timedelta(minutes=2)


@transaction.atomic
def move_union(
    *, actor: Actor, union_id: int, parent_id: int, version: int, reason: str, at: datetime
) -> TradeUnion:
    """Put a union with everything below it under another parent.

    The actor needs registry.edit on both sides. Paths of members, employers, cases, findings and facts follow in
    this transaction; counts move from the old unions above to the new ones.
    Raises NotVisible, NotAllowed; InvalidInput naming parent; DuplicateUnion; StaleState.
    """
    union = union_for(actor, union_id, "registry.edit")
    parent = union_for(actor, parent_id, "registry.edit")
    _check_may_move(union, parent)
    old, new = union.path, child_path(parent.path, union.pk)
    _move_counts(union, old, new)
    moved = TradeUnion.objects.filter(pk=union.pk, version=version, path=old).update(
        parent=parent, version=F("version") + 1, updated_at=at
    )
    if moved != 1:
        raise StaleState
    below = TradeUnion.objects.filter(path__gte=old, path__lt=old[:-1] + "0")
    below.update(path=_replaced("path", old, new), depth=F("depth") + (parent.depth + 1 - union.depth))
    rewrite_paths(old, new)
    ledger.move_subtree(actor=actor, old_path=old, new_path=new, at=at)
    enqueue(
        actor=actor, kind=SETTLE, title=str(_("Moving %(name)s") % {"name": union.name}),
        payload={"union_id": union.pk, "old": old}, at=at, delay=_SETTLE_AFTER,
    )  # fmt: skip
    audit.record(
        actor, "registry.union_moved", union, at=at, reason=reason,
        data={"from": union.parent_id, "to": parent.pk, "old_path": old, "new_path": new},
    )  # fmt: skip
    union.refresh_from_db()
    watch(union, at=at)
    return union


@transaction.atomic
def settle(*, union_id: int, old: str) -> int:
    """Bring along what was written under the old path while the move ran. Returns how many rows."""
    current = TradeUnion.objects.values_list("path", flat=True).get(pk=union_id)
    return 0 if current == old else rewrite_paths(old, current)


def rewrite_paths(old: str, new: str) -> int:
    """Replace the old path's beginning in every table of the program that keeps union paths. Returns rows changed.

    Unions are moved by the caller; regions have a tree of their own; the ledger keeps sums and moves itself.
    """
    changed = 0
    for model in apps.get_models():
        if model in {TradeUnion, Region} or model._meta.app_label == "facts":
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, PathField):
                inside = {f"{field.name}__gte": old, f"{field.name}__lt": old[:-1] + "0"}
                rows = model._default_manager.filter(**inside)
                changed += rows.update(**{field.name: _replaced(field.name, old, new)})
    return changed


def _replaced(field: str, old: str, new: str) -> Concat:
    return Concat(Value(new), Substr(field, len(old) + 1), output_field=models.CharField())


def _check_may_move(union: TradeUnion, parent: TradeUnion) -> None:
    if union.parent_id is None:
        raise InvalidInput(_("The topmost union cannot be moved."), field="parent")
    if is_under(parent.path, union.path):
        raise InvalidInput(
            _("%(parent)s stands below %(union)s itself.") % {"parent": parent.name, "union": union.name},
            remedy=_("Choose a union outside the part that moves."), field="parent",
        )  # fmt: skip
    if parent.pk == union.parent_id:
        raise InvalidInput(
            _("%(union)s stands below %(parent)s already.") % {"parent": parent.name, "union": union.name},
            field="parent",
        )
    check_parent(rules.UnionKind(union.kind), rules.UnionLevel(union.level), parent)
    check_no_namesake(union.name, parent.pk, but=union.pk)


def _move_counts(union: TradeUnion, old: str, new: str) -> None:
    """Take the subtree's folded counts from the unions above and give them to the new ones.

    Deltas that are still open follow by their union's new path. The rows are locked in the order of their keys,
    as the folding job does, before the sum is read.
    """
    leaving, arriving = set(tallies.ids_on(old)), set(tallies.ids_on(new))
    involved = sorted(leaving | arriving)
    tallies.ensure(involved)
    for union_id in involved:
        UnionTally.objects.filter(pk=union_id).update(own_active=F("own_active"))
    kept = UnionTally.objects.get(pk=union.pk)
    total = tallies.Counts(*(getattr(kept, f"all_{name}") for name in COUNTED))
    tallies.change_above(dict.fromkeys(leaving - arriving, -total) | dict.fromkeys(arriving - leaving, total))
