"""Making several records of one union one: the same union entered twice, not two unions that become one by law."""

from collections.abc import Sequence
from datetime import datetime

from django.apps import apps
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.paths import PathField, common_path
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.access import union_for
from smartunion.ground.registry.flows.merging.core import Asked, Work, counts_as_one
from smartunion.ground.registry.flows.merging.whole import all_or_nothing
from smartunion.ground.registry.models import (
    Merge,
    MergeKind,
    Region,
    TradeUnion,
    UnionFormerName,
    UnionTally,
    UnionTallyDelta,
)

#: What is chosen together; kind, level and place in the tree are those of the record that stays.
GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("name", "name_key", "pinyin"),
    **{
        name: (name,)
        for name in (
            "uscc",
            "address",
            "contact_name",
            "contact_phone",
            "founded_on",
            "founding_mode",
            "external_id",
        )
    },
    "region": ("region_id",),
}


def merge_unions(*, actor: Actor, asked: Asked, at: datetime) -> Merge:
    """Make records of one union one; members, coverage, terms, certificates, cases and facts go to the one that stays.

    Only unions that lead none and stand below nothing of one another. Raises NotVisible, NotAllowed (registry.edit over
    every record); InvalidInput; TwoOfAKind, StillHeld; StaleState.
    """
    with all_or_nothing():
        return _merge(actor, asked, at)


def _merge(actor: Actor, asked: Asked, at: datetime) -> Merge:
    asked.checked()
    unions = {key: union_for(actor, key, "registry.edit") for key in sorted(asked.versions)}
    _check(list(unions.values()), asked)
    work = Work(MergeKind.UNION, asked, actor, at)
    work.begin()
    survivor = unions[asked.keep_id]
    path = common_path([union.path for union in unions.values()])
    others = [unions[key] for key in asked.others]
    work.journal.watch(
        UnionFormerName, UnionFormerName.objects.filter(union__in=unions).values_list("pk", flat=True)
    )
    _move_facts(work, others, survivor)
    work.carry()
    _move_paths(work, others, survivor)
    work.count({union.pk: -counts_as_one(union) for union in others})
    _drop_tallies(asked.others)
    values = work.chosen(GROUPS)
    work.remove_others()
    work.write_survivor(values)
    survivor.refresh_from_db()
    for name in dict.fromkeys(union.name for union in unions.values() if union.name != survivor.name):
        row = UnionFormerName.objects.create(
            union=survivor,
            name=name,
            name_key=rules.fold_name(name),
            until=local_date(at),
            reason=_("Entered twice"),
        )
        work.journal.made(row)
    return work.finish(event="registry.unions_merged", path=path)


def _check(unions: Sequence[TradeUnion], asked: Asked) -> None:
    for union in unions:
        leads = union.is_leading or union.children.exists()
        if leads and union.pk != asked.keep_id:
            raise InvalidInput(
                _("%(union)s leads other unions and cannot be made part of another record.") % {"union": union.name},
                remedy=_("Move the unions below it first."), field="records",
            )  # fmt: skip
    if len({union.is_leading for union in unions}) > 1:
        raise InvalidInput(
            _("A union that leads others and a grassroots union are not the same."), field="records"
        )


def _move_facts(work: Work, others: Sequence[TradeUnion], survivor: TradeUnion) -> None:
    moved: dict[str, list[int]] = {}
    for union in others:
        ids = list(Fact.objects.filter(path=union.path).values_list("pk", flat=True))
        ledger.move_rows(ids, new_path=survivor.path)
        moved[str(union.pk)] = ids
    work.extra["facts"] = moved


def _move_paths(work: Work, others: Sequence[TradeUnion], survivor: TradeUnion) -> None:
    """Every stored path of the unions that go becomes that of the one that stays."""
    for model in apps.get_models():
        if model in {TradeUnion, Region, UnionTallyDelta} or model._meta.app_label == "facts":
            continue
        for column in model._meta.concrete_fields:
            if isinstance(column, PathField):
                rows = model._default_manager.filter(
                    **{f"{column.name}__in": [union.path for union in others]}
                )
                work.journal.watch(model, rows.values_list("pk", flat=True))
                rows.update(**{column.name: survivor.path})


def _drop_tallies(ids: Sequence[int]) -> None:
    """Fold what is open, so that nothing of the unions that go is left in the counts. Raises StaleState."""
    while UnionTallyDelta.objects.filter(union_id__in=ids).exists():
        if not tallies.fold():
            raise StaleState
    UnionTally.objects.filter(pk__in=ids).delete()
