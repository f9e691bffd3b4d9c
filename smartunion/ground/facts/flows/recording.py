"""Writing the ledger. Each call runs in the caller's transaction: the thing and its fact stand or fall together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import IntegrityError, models, transaction

from smartunion.core import audit, bulk
from smartunion.core.actor import Actor
from smartunion.core.together import Shelf
from smartunion.ground.facts.flows.sums import add_deltas
from smartunion.ground.facts.kinds import check_known
from smartunion.ground.facts.models import Fact
from smartunion.ground.facts.rules import rolled_up

#: SQLite's smallest build limit for parameters of one statement is 999.
_KEYS_AT_ONCE = 900


class NewFact(NamedTuple):
    """One row for `record_many`; fields as in the Fact model. subject_type: "app_label.modelname", lower case."""

    kind: str
    key: str
    happened_on: date
    path: str
    subject_type: str
    subject_id: int
    quantity: int = 1
    person_id: int | None = None
    drive_id: int | None = None
    attrs: Mapping[str, Any] = MappingProxyType({})


def record(
    *, actor: Actor, kind: str, key: str, happened_on: date, at: datetime, path: str, subject: models.Model,
    quantity: int = 1, person_id: int | None = None, drive_id: int | None = None,
    attrs: Mapping[str, Any] | None = None,
) -> Fact:  # fmt: skip
    """Write that something happened; the same key again returns the stored row and changes nothing.

    key: built from the record that caused it ("member_joined:<membership id>"), so that a repeated request or job
    counts once; a fact taken back by `reverse` keeps its key. path: "" or a union's path. Inside `together` it is
    written with the others, and the row has no key yet.
    Raises ValueError for an unregistered kind, a malformed path, or a key stored under another kind.
    """
    new = NewFact(
        kind, key, happened_on, path, subject._meta.label_lower, subject.pk,
        quantity, person_id, drive_id, attrs or {},
    )  # fmt: skip
    row = _row(new, actor, at)
    if _HELD.keep(_Entry(new, actor.user_id, at)):
        return row
    return _write_one(row)


@transaction.atomic
def _write_one(row: Fact) -> Fact:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        stored = Fact.objects.filter(key=row.key).first()
        if stored is None:
            raise  # something else was wrong with the row
        if stored.kind != row.kind:
            raise ValueError(f"fact key {row.key!r} already belongs to {stored.kind}") from None
        return stored
    _tally([row])
    return row


@transaction.atomic
def record_many(rows: Iterable[NewFact], *, actor: Actor, at: datetime, are_new: bool = False) -> int:
    """Write many facts at once; rows whose key is stored already, or comes twice, are passed over.

    are_new: the records behind them were made a moment ago, so their keys are looked up only should one prove taken.
    Returns how many were new. Give it a few thousand rows a call. Raises ValueError as `record` does.
    """
    return _store([_Entry(row, actor.user_id, at) for row in rows], are_new=are_new)


def prepared(
    kind: str, subject_type: str, rows: Sequence[tuple[str, date, str, int]], *, actor: Actor, at: datetime
) -> Sequence[bulk.Prepared]:
    """Facts of one kind as `record_prepared` takes them, worked out ahead; picklable.

    rows: key, day, path and subject_id of each. Raises ValueError for an unregistered kind.
    """
    check_known(kind)
    values = [
        (kind, key, day, at, path, subject_type, subject_id, actor.user_id)
        for key, day, path, subject_id in rows
    ]
    return bulk.prepared(Fact, "person_id", _PREPARED, values)


@transaction.atomic
def record_prepared(
    kind: str, rows: Iterable[tuple[int, bulk.Prepared]], counted: Iterable[tuple[str, date]]
) -> None:
    """Write facts that `prepared` made, each with its person; counted: path and day of each.

    For records made in the same transaction, whose facts are nobody else's: raises IntegrityError for a key that is
    stored already.
    """
    bulk.insert_prepared(Fact, "person_id", _PREPARED, rows)
    add_deltas(rolled_up((kind, path, day, number) for (path, day), number in Counter(counted).items()))


_PREPARED = ("kind", "key", "happened_on", "recorded_at", "path", "subject_type", "subject_id", "user_id")


class _Entry(NamedTuple):
    """A fact with who recorded it and when."""

    new: NewFact
    user_id: int | None
    at: datetime


def _store(entries: Sequence[_Entry], *, are_new: bool = False) -> int:
    wanted = {entry.new.key: entry for entry in entries}
    for attempt in range(3):
        missing = wanted.keys() - (set() if are_new and attempt == 0 else _stored(list(wanted)))
        fresh = [
            wanted[key] for key in sorted(missing)
        ]  # one order in every process: no deadlock of two imports
        for kind in {entry.new.kind for entry in fresh}:
            check_known(kind)
        try:
            with transaction.atomic():
                bulk.insert(Fact, _COLUMNS, (_values(*entry) for entry in fresh))
        except IntegrityError:
            continue  # another process stored one of the keys between our look and our write: look again
        add_deltas(
            rolled_up((new.kind, new.path, new.happened_on, new.quantity) for new, _user, _at in fresh)
        )
        return len(fresh)
    raise IntegrityError("the same facts are being written by several processes at once")


_HELD: Shelf[_Entry] = Shelf(_store)


@transaction.atomic
def reverse(fact: Fact, *, actor: Actor, at: datetime, reason: str) -> Fact:
    """Take a fact back with a row of the opposite quantity on the same day; twice returns the same row.

    Raises ValueError for a row that itself takes another back: record the thing anew instead.
    """
    if fact.reverses_id is not None:
        raise ValueError("a reversal cannot be reversed; record the fact anew under a new key")
    stored = Fact.objects.filter(reverses=fact).first()
    if stored is not None:
        return stored
    row = Fact(
        kind=fact.kind, key=f"reverse:{fact.pk}", happened_on=fact.happened_on, recorded_at=at, path=fact.path,
        quantity=-fact.quantity, person_id=fact.person_id, subject_type=fact.subject_type,
        subject_id=fact.subject_id, drive_id=fact.drive_id, user_id=actor.user_id, reverses=fact,
        attrs={"reason": reason},
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Fact.objects.get(reverses=fact)
    _tally([row])
    return row


@transaction.atomic
def reverse_many(facts: Sequence[Fact], *, actor: Actor, at: datetime, reason: str) -> int:
    """`reverse` for standing facts, a few thousand a call, in as many statements as for one; returns how many.

    Raises IntegrityError when one of them has been taken back meanwhile, ValueError for one that takes another back.
    """
    if any(fact.reverses_id is not None for fact in facts):
        raise ValueError("a reversal cannot be reversed; record the fact anew under a new key")
    taken = {"reason": reason}
    bulk.insert(
        Fact, (*_COLUMNS, "reverses_id"),
        (
            (fact.kind, f"reverse:{fact.pk}", fact.happened_on, at, fact.path, -fact.quantity, fact.person_id,
             fact.subject_type, fact.subject_id, fact.drive_id, actor.user_id, taken, fact.pk)
            for fact in facts
        ),
    )  # fmt: skip
    add_deltas(rolled_up((fact.kind, fact.path, fact.happened_on, -fact.quantity) for fact in facts))
    return len(facts)


@transaction.atomic
def move_subtree(*, actor: Actor, old_path: str, new_path: str, at: datetime) -> int:
    """Give the facts of a moved union and everything below it their new paths; sums above follow.

    A path is an address, not part of what happened: the union's own history must stay on its page. Returns how
    many facts moved. Raises ValueError when one path lies inside the other.
    """
    if not old_path or not new_path or old_path.startswith(new_path) or new_path.startswith(old_path):
        raise ValueError(f"cannot move facts from {old_path!r} to {new_path!r}")
    there = Fact.objects.filter(path__gte=old_path, path__lt=old_path[:-1] + "0")
    moved: list[tuple[str, str, date, int]] = []
    count = 0
    for path in list(there.order_by("path").values_list("path", flat=True).distinct()):
        target = new_path + path[len(old_path) :]
        sums = (
            Fact.objects.filter(path=path)
            .values_list("kind", "happened_on")
            .annotate(sum=models.Sum("quantity"))
        )
        for kind, day, quantity in sums.order_by("kind", "happened_on"):
            moved += [(kind, path, day, -quantity), (kind, target, day, quantity)]
        count += Fact.objects.filter(path=path).update(path=target)
    add_deltas(rolled_up(moved))
    audit.record(actor, "facts.subtree_moved", at=at, data={"from": old_path, "to": new_path, "facts": count})
    return count


@transaction.atomic
def move_rows(ids: Sequence[int], *, new_path: str) -> int:
    """Give some facts another path (their union was entered twice, or was parted again); sums follow. Returns how many."""
    moved: list[tuple[str, str, date, int]] = []
    for start in range(0, len(ids), _KEYS_AT_ONCE):
        rows = Fact.objects.filter(pk__in=ids[start : start + _KEYS_AT_ONCE])
        for kind, path, day, quantity in rows.values_list("kind", "path", "happened_on", "quantity"):
            moved += [(kind, path, day, -quantity), (kind, new_path, day, quantity)]
        rows.update(path=new_path)
    add_deltas(rolled_up(moved))
    return len(moved) // 2


_COLUMNS = (
    "kind", "key", "happened_on", "recorded_at", "path", "quantity", "person_id", "subject_type", "subject_id",
    "drive_id", "user_id", "attrs",
)  # fmt: skip


def _values(new: NewFact, user_id: int | None, at: datetime) -> tuple[Any, ...]:
    return (
        new.kind, new.key, new.happened_on, at, new.path, new.quantity, new.person_id, new.subject_type,
        new.subject_id, new.drive_id, user_id, dict(new.attrs),
    )  # fmt: skip


def _row(new: NewFact, actor: Actor, at: datetime) -> Fact:
    check_known(new.kind)
    return Fact(
        kind=new.kind, key=new.key, happened_on=new.happened_on, recorded_at=at, path=new.path, quantity=new.quantity,
        person_id=new.person_id, subject_type=new.subject_type, subject_id=new.subject_id, drive_id=new.drive_id,
        user_id=actor.user_id, attrs=dict(new.attrs),
    )  # fmt: skip


def _stored(keys: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        found.update(
            Fact.objects.filter(key__in=keys[start : start + _KEYS_AT_ONCE]).values_list("key", flat=True)
        )
    return found


def _tally(rows: list[Fact]) -> None:
    add_deltas(rolled_up((row.kind, row.path, row.happened_on, row.quantity) for row in rows))
