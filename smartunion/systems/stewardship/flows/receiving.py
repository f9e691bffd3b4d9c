"""From a comparison's differences to corrections with a stable identity: new, refreshed, asked anew, gone."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from smartunion.core import bulk
from smartunion.core.actor import within
from smartunion.engines.feeds.service import differences
from smartunion.ground.registry.models import Employer, Membership, MergeKind, ValueOrigin
from smartunion.ground.registry.queries.origins import employers_entered, people_entered
from smartunion.systems.stewardship.flows import unasked
from smartunion.systems.stewardship.flows.told_again import Stored, told_again
from smartunion.systems.stewardship.models import Discrepancy
from smartunion.systems.stewardship.rules.corrections import State, after_agreement, after_difference

_COLUMNS = {MergeKind.EMPLOYER: "employer_id", MergeKind.PERSON: "person_id"}
_REFRESHED = (
    "path", "ours", "theirs", "ours_from", "ours_since", "snapshot_id", "as_of", "row", "rule", "confidence", "state",
    "found_at", "changed_at", "seen_in", "version",
)  # fmt: skip
_OF_THE_MONTH = frozenset({"snapshot_id", "as_of"})
_COLUMN_NAMES = tuple(field.attname for field in Discrepancy._meta.concrete_fields)


class Corrections:
    """The receiver that the engine of feeds tells differences to."""

    def take_in(self, comparison: differences.Comparison, found: Sequence[differences.Difference]) -> None:
        """Bring the corrections of some differences in step, and take what the policy takes unasked."""
        for kind in (MergeKind.EMPLOYER, MergeKind.PERSON):
            batch = [one for one in found if one.kind == kind]
            if batch:
                opened = _Batch(kind, comparison, batch).keep()
                unasked.take(comparison, opened)

    def pass_over(
        self, comparison: differences.Comparison, kind: str, table: str, records: Sequence[int]
    ) -> None:
        """Keep what an earlier extract of the table told of records that this one does not name, with its lineage."""
        for part in _parts(list(records)):
            told = Discrepancy.objects.filter(**{f"{_COLUMNS[MergeKind(kind)]}__in": part}, table=table)
            told.update(seen_in=comparison.number)

    def end(self, comparison: differences.Comparison) -> None:
        """What no table of this comparison tells any more is no difference any more."""
        for state in (State.OPEN, State.ASKED, State.ANSWERED, State.KEPT, State.WRITTEN):
            Discrepancy.objects.filter(
                within([comparison.path]), state=state, table__in=list(comparison.snapshots)
            ).exclude(seen_in=comparison.number).update(
                state=after_agreement(state), changed_at=comparison.at
            )  # fmt: skip


class _Batch:
    """Some differences of one kind of record."""

    def __init__(
        self, kind: MergeKind, comparison: differences.Comparison, found: Sequence[differences.Difference]
    ) -> None:
        self.kind, self.comparison, self.found = kind, comparison, found
        self.column = _COLUMNS[kind]
        self.ids = list({one.record_id for one in found})

    @transaction.atomic
    def keep(self) -> list[Discrepancy]:
        """Store them; returns those that are new or asked about anew."""
        if self.kind == MergeKind.PERSON:
            again, self.found = told_again(self.comparison, self.found)
            self._note_again(again)
            self.ids = list({one.record_id for one in self.found})
            if not self.found:
                return []
        stored = {
            (getattr(row, self.column), row.field, row.table): row
            for row in Discrepancy.objects.filter(**{f"{self.column}__in": self.ids})
        }
        self._look_up()
        fresh: list[Discrepancy] = []
        changed: list[Discrepancy] = []
        seen: list[Stored] = []
        opened: list[Discrepancy] = []
        for one in self.found:
            row = stored.get((one.record_id, one.field, one.table))
            if not self._path_of(one).startswith(self.comparison.path):
                continue  # the extract reaches further than who compares
            if row is None:
                row = self._new(one)
                stored[one.record_id, one.field, one.table] = row
                fresh.append(row)
            elif row._state.adding or row.seen_in == self.comparison.number:
                continue  # told twice: the first, surer one stands
            elif self._refresh(row, one):
                changed.append(row)
            else:
                seen.append(Stored(row.pk, row.table, row.snapshot_id, row.as_of))
            if row.state == State.OPEN:
                opened.append(row)
        for row, key in zip(fresh, bulk.reserved_keys(Discrepancy, len(fresh)), strict=True):
            row.pk = key
        bulk.insert(
            Discrepancy, _COLUMN_NAMES, ([getattr(row, name) for name in _COLUMN_NAMES] for row in fresh)
        )
        bulk.update(
            Discrepancy,
            _REFRESHED,
            [(row.pk, *(getattr(row, name) for name in _REFRESHED)) for row in changed],
        )
        self._note_again(seen)
        return opened

    def _note_again(self, rows: Sequence[Stored]) -> None:
        """Of what is told as before, the extract is noted that says it now; one statement for each thousands."""
        now = self.comparison
        for table, (snapshot_id, as_of) in now.snapshots.items():
            told = [row for row in rows if row.table == table]
            same = [row.pk for row in told if (row.snapshot_id, row.as_of) == (snapshot_id, as_of)]
            later = [row.pk for row in told if (row.snapshot_id, row.as_of) != (snapshot_id, as_of)]
            for part in _parts(same):
                bulk.keyed(Discrepancy, part).update(seen_in=now.number)
            for part in _parts(later):
                bulk.keyed(Discrepancy, part).update(
                    snapshot_id=snapshot_id, as_of=as_of, seen_in=now.number, changed_at=now.at, version=F("version") + 1
                )  # fmt: skip

    def _look_up(self) -> None:
        """Where the records lie, and where their values come from; three to five statements."""
        self.paths: dict[int, str]
        if self.kind == MergeKind.EMPLOYER:
            firms = Employer.objects.filter(pk__in=self.ids)
            self.paths = dict(firms.values_list("pk", "territory_path"))
            entered = employers_entered(self.ids)
        else:
            spells = Membership.objects.filter(person_id__in=self.ids, ended_on=None)
            self.paths = dict(spells.order_by("pk").values_list("person_id", "union_path"))
            entered = people_entered(self.ids)
        self.entered = {key: (one.source, one.at) for key, one in entered.items()}
        rows = ValueOrigin.objects.filter(**{f"{self.column}__in": self.ids})
        self.origins: dict[tuple[Any, str], tuple[str, datetime]] = {
            (key, field): (source, since)
            for key, field, source, since in rows.values_list(self.column, "field", "source", "since")
        }

    def _path_of(self, one: differences.Difference) -> str:
        return self.paths.get(one.record_id) or self.comparison.path

    def _values(self, one: differences.Difference) -> dict[str, Any]:
        snapshot_id, as_of = self.comparison.snapshots[one.table]
        key = (one.record_id, one.field)
        source, since = self.origins.get(key) or self.entered.get(one.record_id) or ("", None)
        return {
            "path": self._path_of(one), "ours": one.ours, "theirs": one.theirs,
            "ours_from": source, "ours_since": since, "snapshot_id": snapshot_id, "as_of": as_of, "row": one.row[:60],
            "rule": one.rule[:40], "confidence": Decimal(str(round(one.confidence, 3))).quantize(Decimal("0.001")),
        }  # fmt: skip

    def _new(self, one: differences.Difference) -> Discrepancy:
        at = self.comparison.at
        return Discrepancy(
            kind=self.kind, **{self.column: one.record_id}, field=one.field, table=one.table, found_at=at, changed_at=at,
            seen_in=self.comparison.number, **self._values(one),
        )  # fmt: skip

    def _refresh(self, row: Discrepancy, one: differences.Difference) -> bool:
        """Take over what is told now; whether more than the extract and its month differs from before."""
        values = self._values(one)
        if one.rule == "register_id" and row.rule:
            values |= {"rule": row.rule, "confidence": row.confidence}  # how they met first says more
        state = after_difference(State(row.state), theirs_changed=row.theirs != one.theirs)
        if state == row.state and all(
            getattr(row, name) == values[name] for name in values.keys() - _OF_THE_MONTH
        ):
            return False
        if state != row.state:
            row.found_at = self.comparison.at
        for name, value in values.items():
            setattr(row, name, value)
        row.state, row.changed_at, row.seen_in = state, self.comparison.at, self.comparison.number
        row.version += 1
        return True


def _parts(keys: list[int], size: int = 5000) -> Iterator[list[int]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def forget(person_id: int) -> None:
    """Give up what is kept about a person whose data is erased."""
    Discrepancy.objects.filter(person_id=person_id).delete()
