"""What merging people, employers and unions have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.merging import references
from smartunion.ground.registry.flows.merging.journal import Journal, Row, read, write
from smartunion.ground.registry.flows.people.looks import checked_reason
from smartunion.ground.registry.models import Merge, MergedRecord, MergeKind, TradeUnion
from smartunion.ground.registry.policies import UNDO_DAYS

#: More are hardly ever one thing, and do not fit side by side.
MOST = 8


@dataclass(frozen=True)
class Asked:
    """What somebody asks to be made one.

    keep_id: the record that stays; versions: record → version as it was looked at, the one that stays included;
    choices: field → record its value is taken from (left out: the one that stays); running_id: the membership that
    stays when several run.
    """

    keep_id: int
    versions: Mapping[int, int]
    reason: str
    choices: Mapping[str, int] = field(default_factory=dict)
    running_id: int | None = None

    @property
    def others(self) -> list[int]:
        """Records that go."""
        return sorted(self.versions.keys() - {self.keep_id})

    def checked(self) -> str:
        """The reason, tidied. Raises InvalidInput naming records, choices or reason."""
        if self.keep_id not in self.versions or not 2 <= len(self.versions) <= MOST:
            raise InvalidInput(
                _("Between 2 and %(most)s records can be made one.") % {"most": MOST},
                remedy=_("Pick the records again and say which one stays."), field="records",
            )  # fmt: skip
        if not set(self.choices.values()) <= self.versions.keys():
            raise InvalidInput(
                _("A value was chosen from a record that is not among these."), field="choices"
            )
        return checked_reason(self.reason)


@dataclass
class Work:
    """A merge under way."""

    kind: MergeKind
    asked: Asked
    actor: Actor
    at: datetime
    journal: Journal = field(default_factory=Journal)
    summary: list[list[Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def model(self) -> type[models.Model]:
        """The records' model."""
        return apps.get_model(references.TARGETS[self.kind])

    def begin(self) -> None:
        """Watch the records; every one must stand as it was looked at. Raises StaleState."""
        stored = dict(
            self.model._base_manager.filter(pk__in=self.asked.versions).values_list("pk", "version")
        )
        if stored != dict(self.asked.versions):
            raise StaleState
        self.journal.watch(self.model, self.asked.versions)

    def carry(self) -> None:
        """Let everything that names the others name the one that stays."""
        for reference in references.all_of(self.kind):
            number = references.carry(reference, self.journal, self.asked.keep_id, self.asked.others)
            if number and reference.label:
                self.summary.append([str(reference.label), number])

    def chosen(self, groups: Mapping[str, Sequence[str]]) -> Row:
        """Columns of the one that stays that take another record's value; groups: field → columns that go together."""
        rows = {key: row for label, key, row in self.journal.before() if label == self.model._meta.label}
        values: Row = {}
        for name, record in self.asked.choices.items():
            if name not in groups:
                raise InvalidInput(_("A value was chosen for a field that does not exist."), field=name)
            values |= {column: rows[record][column] for column in groups[name]}
        return {
            column: value for column, value in values.items() if rows[self.asked.keep_id][column] != value
        }

    def remove_others(self) -> None:
        """Delete the records that go; nothing may name them any more. Raises StaleState."""
        for reference in references.all_of(self.kind):
            if reference.rows(self.asked.others).exists():
                raise StaleState
        for key in self.asked.others:
            mine = self.model._base_manager.filter(pk=key, version=self.asked.versions[key])
            if mine._raw_delete(mine.db) != 1:
                raise StaleState

    def write_survivor(self, values: Row) -> None:
        """Give the one that stays its values. Raises StaleState."""
        key = self.asked.keep_id
        mine = self.model._base_manager.filter(pk=key, version=self.asked.versions[key])
        if mine.update(version=models.F("version") + 1, updated_at=self.at) != 1:
            raise StaleState
        if values:
            write(self.model, key, values)

    def count(self, more: Mapping[int, tallies.Counts] | None = None) -> None:
        """Write what the change did to the counts of unions."""
        changes = dict(more or {})
        for sign, pairs in ((-1, self._counted_before()), (1, self._counted_now())):
            for union_id, counts in pairs:
                changes[union_id] = changes.get(union_id, tallies.Counts()) + (
                    counts if sign > 0 else -counts
                )
        changes = {union_id: change for union_id, change in changes.items() if not change.is_zero}
        paths = dict(TradeUnion.objects.filter(pk__in=changes).values_list("pk", "path"))
        tallies.add(changes, paths)
        self.extra["counts"] = {str(union_id): astuple(change) for union_id, change in changes.items()}

    def _counted_before(self) -> list[tuple[int, tallies.Counts]]:
        return [found for label, _key, row in self.journal.before() if (found := counted(label, row))]

    def _counted_now(self) -> list[tuple[int, tallies.Counts]]:
        found = []
        for label in ("registry.Membership", "registry.EmployerLink"):
            keys = [key for one, key, _row in self.journal.before() if one == label]
            rows = read(apps.get_model(label), keys)
            found += [pair for _key, row in rows if (pair := counted(label, row))]
        return found

    def finish(self, *, event: str, path: str, owner_person_id: int | None = None) -> Merge:
        """Seal the record and write who did it and why."""
        record, _after = self.journal.close()
        record.extra = self.extra
        on = local_date(self.at)
        days = policies.value(UNDO_DAYS, path=path, on=on)
        merge = Merge.objects.create(
            kind=self.kind, survivor_id=self.asked.keep_id, path=path, choices=dict(self.asked.choices),
            summary=self.summary, record=record.packed(), reason=checked_reason(self.asked.reason),
            user_id=self.actor.user_id, actor_name=self.actor.name[:80], merged_at=self.at,
            undo_until=on + timedelta(days=int(days)),
        )  # fmt: skip
        MergedRecord.objects.bulk_create(
            MergedRecord(merge=merge, kind=self.kind, old_id=key) for key in self.asked.others
        )
        survivor = self.model._base_manager.get(pk=self.asked.keep_id)
        audit.record(
            self.actor, event, survivor, at=self.at, owner_person_id=owner_person_id, reason=merge.reason,
            data={"merge": merge.pk, "merged": self.asked.others, "fields": sorted(self.asked.choices)},
        )  # fmt: skip
        return merge


def counted(label: str, row: Row) -> tuple[int, tallies.Counts] | None:
    """What a membership or coverage row adds to its union's counts."""
    if label == "registry.Membership" and row["ended_on"] is None:
        return row["union_id"], tallies.of_state(row["state"])
    if label == "registry.EmployerLink" and row["valid_to"] is None:
        return row["union_id"], tallies.Counts(employers=1)
    return None


def counts_as_one(union: TradeUnion) -> tallies.Counts:
    """What a union itself adds to the count of unions."""
    is_counted = union.state == rules.UnionState.ACTIVE and union.kind in rules.COUNTED_KINDS
    return tallies.Counts(unions=1 if is_counted else 0)
