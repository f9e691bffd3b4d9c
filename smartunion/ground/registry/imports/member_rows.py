"""Applying staged rows of a members' list."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from smartunion.core import bulk, clock
from smartunion.core.actor import Actor, system
from smartunion.ground.facts import ledger
from smartunion.ground.registry import kinds, rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.people import checks
from smartunion.ground.registry.imports import known, packs
from smartunion.ground.registry.imports.known import COMPARED, DETAILS, TOLD_BY
from smartunion.ground.registry.imports.staged import Part, RowOutcome, day, dumped
from smartunion.ground.registry.models import (
    ImportBatch,
    ImportPart,
    ImportRow,
    Membership,
    Person,
    TradeUnion,
)
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState


class Made(NamedTuple):
    """What a row that makes a membership writes, as the database wants it, without the person's key.

    fact: None for a membership that is none of a member; person: None where she was registered at the preview.
    """

    person: bulk.Prepared | None
    spell: bulk.Prepared
    fact: bulk.Prepared | None
    union_id: int
    path: str
    state: str
    started_on: date


class Waiting(NamedTuple):
    """A staged row to be applied. row: its key, 0 for a packed one; part: key of its ImportPart.

    target_id: of the membership it makes or belongs to; indexes: of the ID number; called: name and phone where it goes by
    them; values: what it says, empty for a packed row.
    """

    row: int
    part: int
    outcome: str
    target_id: int
    indexes: list[bytes]
    called: tuple[str, str] | None
    values: dict[str, Any]
    made: Made | None


_PERSON = ("name", "pinyin", "initials", "sex", "id_type", "resident_id", "mobile", "mobile_tail", *DETAILS)
_PERSON_LATE, _SPELL_LATE = "id", "person_id"
#: What stands in a column of a person of whom the row says nothing.
_DEFAULTS = {field.attname: field.get_default() for field in Person._meta.concrete_fields}
_EMPTY = [_DEFAULTS[name] for name in _PERSON]
_PERSON_WRITTEN = (*_PERSON, "resident_id_index", "row_digest", "birth_date", "created_at", "updated_at")
_SPELL_WRITTEN = (
    "id", "union_id", "union_path", "employer_id", "employer_name", "name_key", "state", "started_on", "start_type", "reason",
    "held_as", "confirmed_by", "source", "created_at", "updated_at",
)  # fmt: skip


def read_members(batch: ImportBatch, parts: Sequence[ImportPart]) -> Part:
    """Rows of some parts with all that can be worked out without looking who is registered: sealed, indexed."""
    at, rows = clock.now(), _rows(parts)
    making = [row for row in rows if row.outcome == RowOutcome.CREATE]
    made = dict(zip([row.target_id for row in making], _made(batch, making, at), strict=True))
    waiting = [
        row._replace(values=row.values if row.row else {}, made=made.get(row.target_id))
        if row.outcome == RowOutcome.CREATE
        else row
        for row in rows
    ]
    return Part([part.pk for part in parts], sum(part.effective for part in parts), waiting, at)


def _rows(parts: Sequence[ImportPart]) -> list[Waiting]:
    rows = [
        _waiting(0, part.pk, RowOutcome.CREATE, row.target_id, row.values)
        for part in parts
        for row in packs.unpacked(part)
    ]
    alone = ImportRow.objects.filter(part__in=parts, outcome__in=[RowOutcome.CREATE, RowOutcome.CHANGE])
    found = list(alone.order_by("part", "pk").values_list("pk", "part", "outcome", "target_id", "values"))
    keys = _missing_keys([row[0] for row in found if row[3] is None])
    # Twice as fast as one by one; model instances would take longer to make than the rows to insert.
    read: list[dict[str, Any]] = json.loads(f"[{','.join(str(row[-1]) for row in found)}]")
    rows += [
        _waiting(pk, part, outcome, target_id or keys[pk], values)
        for (pk, part, outcome, target_id, _sealed), values in zip(found, read, strict=True)
    ]
    return sorted(rows, key=lambda row: row.part)


def _missing_keys(rows: Sequence[int]) -> dict[int, int]:
    """Keys of memberships for rows staged before 0021, which reserved none."""
    if not rows:
        return {}
    keys = dict(zip(rows, bulk.keys_ahead(Membership, len(rows)), strict=True))
    bulk.update(
        ImportRow, ("target_type", "target_id"), [(pk, "membership", key) for pk, key in keys.items()]
    )
    return keys


def _waiting(row: int, part: int, outcome: str, target_id: int, values: dict[str, Any]) -> Waiting:
    identity = values.get("resident_id")
    called = (values["name"], values["mobile"]) if known.goes_by_phone(values) else None
    return Waiting(
        row, part, outcome, target_id, known.indexes(identity) if identity else [], called, values, None
    )


def _made(batch: ImportBatch, rows: Sequence[Waiting], at: datetime) -> list[Made]:
    """What rows that make memberships write; worked out column by column."""
    unions = {row.values["_membership"]["union_id"] for row in rows}
    paths = dict(TradeUnion.objects.filter(pk__in=unions).values_list("pk", "path"))
    people = [_person(row, at) for row in rows]
    spells = [_spell(row.target_id, row.values, paths, f"import:{batch.pk}", at) for row in rows]
    facts = [(f"member_joined:{spell[0]}", spell[7], spell[2], spell[0]) for spell in spells]
    written = zip(
        bulk.prepared(Person, _PERSON_LATE, _PERSON_WRITTEN, people),
        bulk.prepared(Membership, _SPELL_LATE, _SPELL_WRITTEN, spells),
        ledger.prepared(
            kinds.MEMBER_JOINED, "registry.membership", facts, actor=system(batch.union.name), at=at
        ),
        spells, rows, strict=True,
    )  # fmt: skip
    return [
        Made(
            None if "_person" in row.values else person, spell, fact if given[6] == _ACTIVE else None, given[1], given[2],
            given[6], given[7],
        )
        for person, spell, fact, given, row in written
    ]  # fmt: skip


_ACTIVE = MembershipState.ACTIVE.value
_JOINED, _RETAINED = ChangeType.JOINED.value, ChangeType.RETAINED.value


def _person(row: Waiting, at: datetime) -> tuple[Any, ...]:
    """In the order of `_PERSON_WRITTEN`."""
    v = row.values
    version, digest = v.get("_digest") or (0, "")
    mark = bytes.fromhex(digest) if version == 1 else None
    index = row.indexes[0] if row.indexes else None
    return (*map(v.get, _PERSON, _EMPTY), index, mark, day(v.get("birth_date")), at, at)


def _spell(
    pk: int, v: dict[str, Any], paths: Mapping[int, str], source: str, at: datetime
) -> tuple[Any, ...]:
    """In the order of `_SPELL_WRITTEN`."""
    row = v["_membership"]
    state, union_id = row["state"], row["union_id"]
    is_retained = state == MembershipState.RETAINED
    return (
        pk, union_id, paths[union_id], row["employer_id"], "" if row["employer_id"] else row["employer_name"],
        v["pinyin"][:40], state, date.fromisoformat(row["started_on"]), _RETAINED if is_retained else _JOINED,
        row["reason"] if is_retained and row["reason"] in ChangeReason.values else "",
        state, rules.ConfirmedBy.IMPORT.value, source, at, at,
    )  # fmt: skip


def apply_members(batch: ImportBatch, part: Part, *, actor: Actor) -> dict[str, int]:
    """Apply staged rows in the caller's transaction; a row that no longer fits is refused with its reason.

    Keeps with a row what undo needs: old values where a person was known, nothing where she is new.
    Returns rows created, changed and refused.
    """
    unions = _unions(part.rows)
    if any(row.made.path != unions[row.made.union_id].path for row in part.rows if row.made):
        part = read_members(batch, list(ImportPart.objects.filter(pk__in=part.keys).order_by("pk")))
    closed = {
        row.target_id: unions[row.made.union_id]
        for row in part.rows
        if row.made and unions[row.made.union_id].closed
    }
    people, members = _met_again([row for row in part.rows if row.made and row.target_id not in closed])
    refused = members | closed.keys()
    making = [row for row in part.rows if row.made and row.target_id not in refused]
    changed = [row for row in part.rows if row.outcome == RowOutcome.CHANGE]
    _stand_alone([row for row in part.rows if not row.row and row.target_id in people.keys() | refused])
    _refuse(
        part,
        dict.fromkeys(members, _member_meanwhile())
        | {key: _closed_meanwhile(one) for key, one in closed.items()},
    )
    _change_people(part, {row.target_id: row.values["_person"] for row in changed} | people)
    _insert(making, people)
    _count(making)
    return {"create": len(making), "change": len(changed), "refuse": len(refused)}


class _Union(NamedTuple):
    """A union rows go to, as it is now: it may have moved or closed since the preview."""

    path: str
    name: str
    closed: bool


def _unions(rows: Sequence[Waiting]) -> dict[int, _Union]:
    found = TradeUnion.objects.filter(pk__in={row.made.union_id for row in rows if row.made})
    return {
        pk: _Union(path, name, state == rules.UnionState.CLOSED)
        for pk, path, name, state in found.values_list("pk", "path", "name", "state")
    }


def _met_again(rows: Sequence[Waiting]) -> tuple[dict[int, int], set[int]]:
    """Between preview and apply somebody may have joined by phone: look once more.

    Returns who stands in the registry by the key of the membership to be made, and keys of rows that do not fit: their
    people are members now.
    """
    by_number = known.with_numbers(index for row in rows for index in row.indexes)
    by_phone = known.with_phones([row.called[1] for row in rows if row.called])
    people = {row.target_id: row.values["_person"] for row in rows if "_person" in row.values}
    if not by_number and not by_phone and not people:
        return {}, set()
    for row in rows:
        found = next((by_number[index] for index in row.indexes if index in by_number), None)
        person = found or (by_phone.get(row.called) if row.called else None)
        if person is not None:
            people[row.target_id] = person["pk"]
    current = known.current_spells(list(people.values()))
    refused = {key for key, person_id in people.items() if person_id in current}
    return {key: person_id for key, person_id in people.items() if key not in refused}, refused


def _stand_alone(rows: Sequence[Waiting]) -> None:
    """Packed rows of which something is to be told from now on."""
    if not rows:
        return
    wanted = {row.target_id for row in rows}
    for part in ImportPart.objects.filter(pk__in={row.part for row in rows}):
        packs.take_out(
            part, [packs.as_row(part, row) for row in packs.unpacked(part) if row.target_id in wanted]
        )


_Problem = dict[str, str]


def _member_meanwhile() -> _Problem:
    return {
        "field": "name", "label": "", "code": "member_meanwhile", "severity": "record",
        "message": _("This person became a member between the preview and now."),
        "remedy": _("Nothing is left to do unless the union is the wrong one."),
    }  # fmt: skip


def _closed_meanwhile(union: _Union) -> _Problem:
    return {
        "field": "union_name", "label": "", "code": "union_closed", "severity": "record",
        "message": _("%(union)s closed between the preview and now.") % {"union": union.name},
        "remedy": _("Bring these rows in again under the union the person belongs to now."),
    }  # fmt: skip


def _refuse(part: Part, problems: Mapping[int, _Problem]) -> None:
    """Rows that no longer fit, by the key of the membership they would have made."""
    if not problems:
        return
    found = ImportRow.objects.filter(part__in=part.keys, target_id__in=list(problems))
    rows = [
        (pk, RowOutcome.REFUSE.value, problems[key or 0]["code"], [*before, problems[key or 0]])
        for pk, key, before in found.values_list("pk", "target_id", "problems")
    ]
    bulk.update(ImportRow, ("outcome", "reason", "problems"), rows)


def _insert(rows: Sequence[Waiting], people: Mapping[int, int]) -> None:
    """People who are new, a membership for each row under the key it reserved, and the facts."""
    made = [(row.target_id, row.made) for row in rows if row.made]
    strangers = [key for key, _made in made if key not in people]
    person_ids = dict(people) | dict(zip(strangers, bulk.reserved_keys(Person, len(strangers)), strict=True))
    bulk.insert_prepared(
        Person, _PERSON_LATE, _PERSON_WRITTEN,
        ((person_ids[key], one.person) for key, one in made if key not in people and one.person),
    )  # fmt: skip
    bulk.insert_prepared(
        Membership, _SPELL_LATE, _SPELL_WRITTEN, ((person_ids[key], one.spell) for key, one in made)
    )
    members = [(person_ids[key], one) for key, one in made if one.fact]
    ledger.record_prepared(
        kinds.MEMBER_JOINED, [(person_id, one.fact) for person_id, one in members if one.fact],
        ((one.path, one.started_on) for _person_id, one in members),
    )  # fmt: skip


def _count(rows: Sequence[Waiting]) -> None:
    made = [row.made for row in rows if row.made]
    numbers = Counter((one.union_id, one.state) for one in made)
    counts: dict[int, tallies.Counts] = {}
    for (union_id, state), number in numbers.items():
        change = tallies.of_state(MembershipState(state), number)
        counts[union_id] = counts.get(union_id, tallies.Counts()) + change
    tallies.add(counts, {one.union_id: one.path for one in made})


def _change_people(part: Part, people: Mapping[int, int]) -> None:
    """Store the differing fields of known people; keeps the old values for undo with the row. By target of the rows."""
    if not people:
        return
    rows = ImportRow.objects.filter(
        part__in=part.keys, target_id__in=list(people), outcome__in=[RowOutcome.CREATE, RowOutcome.CHANGE]
    )
    before = [
        (
            pk,
            dumped(
                _change_person(people[key or 0], changes, json.loads(str(values)), part.at)
                | {"_person_created": False}
            ),
        )
        for pk, key, changes, values in rows.values_list("pk", "target_id", "changes", "values")
    ]
    bulk.update(ImportRow, ("before",), before)


def _change_person(person_id: int, changes: Sequence[str], v: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Returns the old values for undo."""
    person = Person.objects.values(*COMPARED).get(pk=person_id)
    typed = _typed(v)
    names = [name for name in known.differences(typed, person) if name in {*changes, "mobile", "resident_id"}]
    version, digest = v.get("_digest") or (0, "")
    mark = {"row_digest": bytes.fromhex(digest)} if version == person["version"] + bool(names) else {}
    if not names:
        if mark:
            Person.objects.filter(pk=person_id, version=version).update(**mark)
        return {"_person": person_id, "_old": {}, "_new": {}}
    old = {
        name: "" if name in TOLD_BY else person[name] for name in names
    }  # these are filled, never replaced
    fresh = {name: typed[name] for name in names}
    if "mobile" in fresh:
        fresh["mobile_tail"] = typed["mobile_tail"]
    Person.objects.filter(pk=person_id).update(
        **checks.with_indexes(fresh), **mark, version=person["version"] + 1, updated_at=at
    )
    return {"_person": person_id, "_old": old, "_new": {name: fresh[name] for name in names}}


def _typed(v: dict[str, Any]) -> dict[str, Any]:
    born = v.get("birth_date")
    return v | ({"birth_date": day(born)} if isinstance(born, str) else {})
