"""Making several records of one employer one."""

from collections.abc import Sequence
from datetime import datetime

from smartunion.core.actor import Actor
from smartunion.core.paths import common_path
from smartunion.ground.registry.flows.access import employer_for
from smartunion.ground.registry.flows.merging.core import Asked, Work
from smartunion.ground.registry.flows.merging.whole import all_or_nothing
from smartunion.ground.registry.models import Employer, EmployerLink, Merge, MergeKind

#: What is chosen together.
GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("name", "name_key", "brand_key", "pinyin"),
    "uscc": ("uscc", "org_code"),
    "old_reg_no": ("old_reg_no",),
    "entity_id": ("entity_id",),
    "state": ("state",),
    "region": ("region_id", "territory_path"),
    "address": ("address", "lon", "lat"),
    **{name: (name,) for name in ("unit_nature", "economic_type", "industry", "staff_count", "insured_count", "founded_on",
                                  "legal_person")},
}  # fmt: skip


def merge_employers(*, actor: Actor, asked: Asked, at: datetime) -> Merge:
    """Make records of one employer one; coverage, members, cases, findings and visits go to the record that stays.

    Two coverages by one union become one, since the earlier day. Other names are kept as former names. Raises
    NotVisible, NotAllowed (registry.edit over every record); InvalidInput; TwoOfAKind, StillHeld; StaleState.
    """
    with all_or_nothing():
        return _merge(actor, asked, at)


def _merge(actor: Actor, asked: Asked, at: datetime) -> Merge:
    asked.checked()
    employers = [employer_for(actor, key, "registry.edit") for key in sorted(asked.versions)]
    work = Work(MergeKind.EMPLOYER, asked, actor, at)
    work.begin()
    path = common_path([employer.territory_path for employer in employers])
    _earliest_coverage(work)
    work.carry()
    values = work.chosen(GROUPS)
    work.remove_others()
    work.write_survivor(values)
    survivor = Employer.objects.get(pk=asked.keep_id)
    former = former_names(survivor, employers)
    if former != survivor.former_name:
        Employer.objects.filter(pk=survivor.pk).update(former_name=former)
    work.count()
    return work.finish(event="registry.employers_merged", path=path)


def former_names(survivor: Employer, employers: Sequence[Employer]) -> str:
    """Every other name the records bore, once, the survivor's own first."""
    names = survivor.former_name.split("；") + [one.name for one in employers]
    names += [name for one in employers for name in one.former_name.split("；")]
    kept = [name for name in dict.fromkeys(names) if name and name != survivor.name]
    while kept and len("；".join(kept)) > 240:
        kept.pop()
    return "；".join(kept)


def _earliest_coverage(work: Work) -> None:
    """Where one union covers several of the records, the coverage that stays began when the first of them did."""
    open_ones = list(EmployerLink.objects.filter(employer_id__in=work.asked.versions, valid_to=None))
    work.journal.watch(EmployerLink, [row.pk for row in open_ones])
    for union_id in {row.union_id for row in open_ones}:
        mine = [row for row in open_ones if row.union_id == union_id]
        mine.sort(key=lambda row: (row.employer_id != work.asked.keep_id, row.employer_id, row.pk))
        first = min(row.valid_from for row in mine)
        if first < mine[0].valid_from:
            EmployerLink.objects.filter(pk=mine[0].pk).update(valid_from=first)
