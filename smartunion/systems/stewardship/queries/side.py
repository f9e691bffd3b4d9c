"""Records of a cluster side by side: their values, what is proposed, and what a merge would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.crypto.masking import mask_phone, mask_resident_id
from smartunion.ground.registry.flows.merging import employers, people, references, unions
from smartunion.ground.registry.models import (
    Employer,
    Membership,
    MergeKind,
    Person,
    TradeUnion,
)
from smartunion.ground.registry.rules import ConfirmedBy
from smartunion.ground.registry.rules.merging import Because, Choice, SpellFate, Told, choose, plan_spells
from smartunion.systems.stewardship.models import Cluster

Label = str | Promise
_OWN_LABELS: Mapping[str, Label] = {
    "region": gettext_lazy("Place"), "mobile": gettext_lazy("Mobile"), "resident_id": gettext_lazy("ID number"),
    "entity_id": gettext_lazy("Number in the market register"), "insured_count": gettext_lazy("Insured people"),
    "external_id": gettext_lazy("Number in the file it came from"),
}  # fmt: skip
BECAUSE: Mapping[Because, Label] = {
    Because.SAME: gettext_lazy("the same everywhere"), Because.ONLY: gettext_lazy("the only value entered"),
    Because.PROVEN: gettext_lazy("confirmed by the person or a document"), Because.NEWEST: gettext_lazy("the newest"),
    Because.NONE: "",
}  # fmt: skip
FATES: Mapping[SpellFate, Label] = {
    SpellFate.KEPT: gettext_lazy("stays"), SpellFate.ENDED: gettext_lazy("ends where the next begins"),
    SpellFate.DROPPED: gettext_lazy("left out, entered twice"),
}  # fmt: skip
_MODELS: Mapping[MergeKind, type[Model]] = {
    MergeKind.PERSON: Person, MergeKind.EMPLOYER: Employer, MergeKind.UNION: TradeUnion,
}  # fmt: skip
_GROUPS = {
    MergeKind.PERSON: people.GROUPS,
    MergeKind.EMPLOYER: employers.GROUPS,
    MergeKind.UNION: unions.GROUPS,
}


@dataclass(frozen=True)
class Cell:
    """One record's value of a field, as shown."""

    record: int
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class Line:
    """One field across the records. because: why the chosen value is proposed; differs: somebody has to look."""

    name: str
    label: str
    cells: list[Cell]
    because: str
    differs: bool


@dataclass(frozen=True)
class SpellLine:
    """A membership spell and what becomes of it."""

    pk: int
    record: int
    union: str
    employer: str
    state: str
    started_on: Any
    ended_on: Any
    fate: str
    fate_word: str
    until: Any
    is_running: bool
    is_kept: bool


@dataclass(frozen=True)
class Side:
    """Everything the merge page shows."""

    records: list[Any]
    survivor: int
    lines: list[Line]
    spells: list[SpellLine]
    running: int | None
    carried: list[tuple[str, int]]

    @property
    def has_choice(self) -> bool:
        """Whether several memberships run."""
        return sum(spell.is_running for spell in self.spells) > 1


def side_by_side(cluster: Cluster, *, survivor: int | None = None, running: int | None = None) -> Side:
    """The records of a cluster, oldest first, with proposals. survivor, running: what the reader chose instead."""
    kind = MergeKind(cluster.kind)
    ids = sorted(cluster.records.values_list("record_id", flat=True))
    records = list(records_of(kind, ids))
    is_one = survivor is not None and survivor in {record.pk for record in records}
    keep = survivor if is_one and survivor is not None else proposed_survivor(kind, records)
    return Side(
        records, keep, _lines(kind, records, keep), *_spells(kind, [record.pk for record in records], running),
        carried_from(kind, [record.pk for record in records if record.pk != keep]),
    )  # fmt: skip


def records_of(kind: MergeKind, ids: Sequence[int]) -> Any:
    """Records by key, with what the page shows of them."""
    related = {MergeKind.PERSON: (), MergeKind.EMPLOYER: ("region",), MergeKind.UNION: ("region", "parent")}[
        kind
    ]
    rows = _MODELS[kind]._default_manager.filter(pk__in=list(ids)).order_by("pk")
    return rows.select_related(*related) if related else rows


def proposed_survivor(kind: MergeKind, records: Sequence[Any]) -> int:
    """The record that should stay: for people the one she signs in to, then the one with a number, then the oldest."""
    if kind == MergeKind.PERSON:
        seated = set(
            Person.objects.filter(pk__in=[r.pk for r in records], user__isnull=False).values_list(
                "pk", flat=True
            )
        )
        return int(min(records, key=lambda one: (one.pk not in seated, not one.resident_id, one.pk)).pk)
    return int(min(records, key=lambda one: (not one.uscc, one.pk)).pk)


def proposals(kind: MergeKind, records: Sequence[Any], survivor: int) -> dict[str, Choice]:
    """The proposed choice for each field."""
    proven = _proven(kind, [record.pk for record in records])
    found: dict[str, Choice] = {}
    for name in _GROUPS[kind]:
        told = [
            Told(one.pk, _value(one, name), one.pk in proven or (name in {"resident_id", "uscc"} and bool(getattr(one, name))),
                 one.updated_at)
            for one in records
        ]  # fmt: skip
        found[name] = choose(told, survivor=survivor)
    return found


def carried_from(kind: MergeKind, others: Sequence[int]) -> list[tuple[str, int]]:
    """What would be carried over: (what, how many), by name."""
    counts: dict[str, int] = {}
    for reference in references.all_of(kind):
        if reference.label:
            number = reference.rows(others).count()
            if number:
                counts[str(reference.label)] = counts.get(str(reference.label), 0) + number
    return list(counts.items())


def _proven(kind: MergeKind, ids: Sequence[int]) -> set[int]:
    if kind != MergeKind.PERSON:
        return set()
    shown = Membership.objects.filter(
        person_id__in=ids, confirmed_by__in=[ConfirmedBy.SELF, ConfirmedBy.PAPER]
    )
    return set(shown.values_list("person_id", flat=True))


def _lines(kind: MergeKind, records: Sequence[Any], survivor: int) -> list[Line]:
    lines = []
    for name, choice in proposals(kind, records, survivor).items():
        values = [_value(record, name) for record in records]
        if not any(values):
            continue
        cells = [Cell(one.pk, _shown(one, name), one.pk == choice.record) for one in records]
        differs = len({str(value) for value in values if value}) > 1
        lines.append(Line(name, _label(kind, name), cells, str(BECAUSE[choice.because]), differs))
    return sorted(lines, key=lambda line: not line.differs)


def _label(kind: MergeKind, name: str) -> str:
    if name in _OWN_LABELS:
        return str(_OWN_LABELS[name])
    return str(_MODELS[kind]._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # fields of our own


def _value(record: Any, name: str) -> Any:
    if name == "region":
        return record.region_id or ""
    if name == "resident_id":
        return record.resident_id or (str(record.birth_date or "") + record.sex)
    value = getattr(record, name)
    return "" if value is None or value is False else value


def _shown(record: Any, name: str) -> str:
    if name == "region":
        return record.region.full_name if record.region else ""
    if name == "resident_id":
        told = [mask_resident_id(record.resident_id), str(record.birth_date or ""), record.get_sex_display()]
        return " · ".join(part for part in told if part)
    if name in {"mobile", "contact_phone"}:
        return mask_phone(getattr(record, name))
    display = getattr(record, f"get_{name}_display", None)
    value = display() if display else getattr(record, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def _spells(kind: MergeKind, ids: Sequence[int], running: int | None) -> tuple[list[SpellLine], int | None]:
    if kind != MergeKind.PERSON:
        return [], None
    rows = {
        row.pk: row
        for row in Membership.objects.filter(person_id__in=ids).select_related("union", "employer")
    }
    spells = people.spells_of(ids)
    keep = running if running in {spell.pk for spell in spells if spell.is_running} else None
    plans = plan_spells(spells, keep=keep)
    stays = next(
        (plan.spell.pk for plan in plans if plan.fate is SpellFate.KEPT and plan.spell.is_running), None
    )
    return [
        SpellLine(
            plan.spell.pk, row.person_id, row.union.name, row.employer.name if row.employer else row.employer_name,
            row.get_held_as_display(), plan.spell.started_on, plan.spell.ended_on, plan.fate.value,
            str(FATES[plan.fate]), plan.until, plan.spell.is_running, plan.spell.pk == stays,
        )
        for plan in plans
        for row in [rows[plan.spell.pk]]
    ], stays  # fmt: skip
