"""Staging and applying rows of a members' list."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from smartunion.core import bulk
from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.crypto.fields import BlindIndexField
from smartunion.core.errors import InvalidInput
from smartunion.ground.facts import ledger
from smartunion.ground.registry import kinds, rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.people import checks
from smartunion.ground.registry.imports import choices
from smartunion.ground.registry.imports.staged import Outcome, Staged, day, dumped, same_row
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    ImportBatch,
    ImportRow,
    Membership,
    Person,
    TradeUnion,
)
from smartunion.ground.registry.rules import ChangeReason, ChangeType, IdType, MembershipState

DETAILS = tuple(sorted(checks.DETAILS - {"is_new_form", "trade"}))
_IN = {None, "", ChangeType.JOINED.value, ChangeType.TRANSFERRED_IN.value, ChangeType.RETAINED.value}


class MemberStager:
    """Compares records with the registry, a few hundred at a time; remembers the whole file's people for repeats.

    union: where rows without a union of their own belong when it takes members itself; otherwise a row's union is found
    by its union's number or name, else by its employer, else by the employer's name inside the union's own, inside the
    union's subtree.
    """

    most_rows: int | None = None  # lists of members are read a batch at a time, whatever their length

    def __init__(self, union: TradeUnion, *, at: datetime) -> None:
        self.union, self.today = union, local_date(at)
        self.own = union if union.kind in rules.GRASSROOTS else None
        self._unions_by_name: dict[str, list[int]] = {}
        self._unions_by_number: dict[str, int] = {}
        self._unions_by_employer: dict[str, list[int]] = {}
        self._employers: dict[str, tuple[int, int | None] | None] = {}
        self._seen: dict[int, int] = {}
        if self.own is None:
            self._load_unions()

    def _load_unions(self) -> None:
        rows = TradeUnion.objects.under(self.union.path).filter(kind__in=rules.GRASSROOTS, state="active")
        for pk, name_key, number, external in rows.values_list("pk", "name_key", "number", "external_id"):
            self._unions_by_name.setdefault(name_key, []).append(pk)
            self._unions_by_employer.setdefault(rules.employer_in(name_key), []).append(pk)
            self._unions_by_number[number] = pk
            if external:
                self._unions_by_number.setdefault(external, pk)

    def stage(self, batch: Sequence[Staged]) -> Sequence[Staged]:
        """Decide each record's outcome in place; about six statements whatever the size of the batch."""
        for staged in batch:
            if not staged.is_refused:
                self._prepare(staged)
        alive = [staged for staged in batch if not staged.is_refused]
        self._find_employers(alive)
        for staged in alive:
            self._place(staged)
        self._meet_people([staged for staged in alive if not staged.is_refused])
        return batch

    def _prepare(self, staged: Staged) -> None:
        """Read values turned into what a person and a membership store; refuse what cannot be one."""
        given = staged.values
        if given.get("change_type") not in _IN:
            staged.refuse(
                "change_type", "not_a_joining",
                _("This row says that the person left or was transferred out; an import only brings members in."),
                _("Leave the row out, or end the membership on the person's page."),
            )  # fmt: skip
            return
        if not given.get("resident_id") and not given.get("mobile"):
            staged.refuse(
                "resident_id", "cannot_be_found_again",
                _("Without a usable ID number or mobile number the person could not be found again."),
                _("Fill in the ID number from the card, or the mobile number."),
            )  # fmt: skip
            return
        try:
            staged.values = self._values(given)
        except InvalidInput as refusal:
            staged.refuse(refusal.field, refusal.code, refusal.message, refusal.remedy)
            return
        left, looked_for = _marks(staged.values)
        earlier = next((self._seen[mark] for mark in looked_for if mark in self._seen), None)
        if earlier is not None:
            staged.refuse("name", "repeated", *same_row(earlier))
            return
        for mark in left:
            self._seen.setdefault(mark, staged.number)

    def _values(self, given: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = checks.named(checks.checked_name(str(given["name"])))
        id_type = given.get("id_type") or IdType.RESIDENT
        identity = checks.identified(
            str(given.get("resident_id") or ""), id_type, today=self.today, accept_legacy=True
        )
        for name in ("sex", "birth_date"):
            if given.get(name):
                values[name] = given[name]
        values |= {key: value for key, value in identity.items() if value}
        if given.get("mobile"):
            values |= self._phone(str(given["mobile"]))
        for name in DETAILS:
            kept = choices.of_person(name, given[name]) if given.get(name) not in (None, "") else None
            if kept is not None:
                values[name] = kept
        started = given.get("joined_on") or given.get("changed_on") or self.today
        state = (
            MembershipState.RETAINED
            if given.get("change_type") == ChangeType.RETAINED
            else MembershipState.ACTIVE
        )
        values["_membership"] = {
            "state": state.value, "started_on": started,
            "reason": given.get("change_reason") or "" if state == MembershipState.RETAINED else "",
            "employer_name": str(given.get("employer_name") or "")[:120],
            "employer_uscc": str(given.get("employer_uscc") or ""), "union_name": str(given.get("union_name") or ""),
            "union_number": str(given.get("union_number") or ""),
        }  # fmt: skip
        return values

    @staticmethod
    def _phone(text: str) -> dict[str, str]:
        """A mobile; a landline in that column is left out rather than refused."""
        try:
            return checks.reachable(text)
        except InvalidInput:
            return {}

    def _find_employers(self, batch: Sequence[Staged]) -> None:
        """Employers and their covering unions of a batch, by code and by name; two statements."""
        wanted = [staged.values["_membership"] for staged in batch]
        codes = {row["employer_uscc"] for row in wanted if row["employer_uscc"]} - self._employers.keys()
        names = {
            rules.fold_name(row["employer_name"]) for row in wanted if row["employer_name"]
        } - self._employers.keys()
        if not codes and not names:
            return
        for key in codes | names:
            self._employers[key] = None
        found = Employer.objects.filter(Q(uscc__in=codes) | Q(name_key__in=names)).filter(
            Q(
                pk__in=EmployerLink.objects.filter(
                    within([self.union.path], "union__path"), valid_to=None
                ).values("employer")
            )
            | within([self.union.path], "territory_path")
        )
        rows = list(found.values_list("pk", "uscc", "name_key"))
        links: dict[int, set[int]] = {}
        for employer_id, union_id in EmployerLink.objects.filter(
            within([self.union.path], "union__path"), employer_id__in=[row[0] for row in rows], valid_to=None
        ).values_list("employer_id", "union_id"):
            links.setdefault(employer_id, set()).add(union_id)
        for pk, uscc, name_key in rows:
            covering = links.get(pk, set())
            only = next(iter(covering)) if len(covering) == 1 else None
            for key in (uscc, name_key):
                if key in codes | names and (self._employers[key] is None or only is not None):
                    self._employers[key] = (pk, only)

    def _place(self, staged: Staged) -> None:
        """Union and employer of a record, or a refusal that says which is missing."""
        row = staged.values["_membership"]
        found = self._employers.get(row["employer_uscc"]) or self._employers.get(
            rules.fold_name(row["employer_name"])
        )
        employer_id, by_employer = found if found else (None, None)
        union_id: int | None = (
            self.own.pk if self.own else self._named_union(row) or by_employer or self._employers_own(row)
        )
        if union_id is None:
            named = row["union_name"] or row["employer_name"]
            staged.refuse(
                "union_name" if row["union_name"] else "employer_name", "no_union",
                _("No union for “%(name)s” was found below %(union)s.") % {"name": named, "union": self.union.name}
                if named else _("The row names neither a union nor an employer."),
                _("Import the union first, correct the name, or choose the union when importing."),
            )  # fmt: skip
            return
        row["union_id"], row["employer_id"] = union_id, employer_id

    def _named_union(self, row: dict[str, Any]) -> int | None:
        if row["union_number"] in self._unions_by_number:
            return self._unions_by_number[row["union_number"]]
        named = self._unions_by_name.get(rules.fold_name(row["union_name"]), []) if row["union_name"] else []
        return named[0] if len(named) == 1 else None

    def _employers_own(self, row: dict[str, Any]) -> int | None:
        """The one union whose name holds the employer's: …有限公司基层工会委员会 is …有限公司工会委员会 to everybody."""
        for name in (
            rules.employer_in(rules.fold_name(row["union_name"])),
            rules.fold_name(row["employer_name"]),
        ):
            found = self._unions_by_employer.get(name, []) if name else []
            if len(found) == 1:
                return found[0]
        return None

    def _meet_people(self, batch: Sequence[Staged]) -> None:
        """Who of the batch is known already, where she is a member now, and what would change."""
        by_id, by_phone = _known_people(batch)
        current = _current_memberships([person.pk for person in {**by_id, **by_phone}.values()])
        for staged in batch:
            person = by_id.get(staged.values.get("resident_id", "")) or by_phone.get(
                _name_mobile(staged.values)
            )
            if person is None:
                continue
            if not checks.same_name(person.name, staged.values["name"]):
                staged.refuse(
                    "name", "name_differs", _("This ID number is registered under another name."),
                    _("Check name and ID number against the card."),
                )  # fmt: skip
                continue
            self._compare(staged, person, current.get(person.pk))
            self._check_met_once(staged, person)

    def _check_met_once(self, staged: Staged, person: Person) -> None:
        """A row found by name and phone must not mean somebody whom another row names by her ID number."""
        if staged.is_refused or staged.values.get("resident_id") or not person.resident_id:
            return
        earlier = self._seen.setdefault(hash(("id", person.resident_id)), staged.number)
        if earlier != staged.number:
            staged.refuse("name", "repeated", *same_row(earlier))

    def _compare(self, staged: Staged, person: Person, spell: Membership | None) -> None:
        row = staged.values["_membership"]
        staged.values["_person"] = person.pk
        staged.changes = _differences(staged.values, person)
        if spell is None:
            staged.outcome = Outcome.CREATE
        elif spell.union_id != row["union_id"]:
            staged.refuse(
                "name", "member_elsewhere",
                _("This person is a member of another union already."),
                _("Nobody is a member twice: ask for a transfer on the person's page."),
            )  # fmt: skip
        else:
            staged.values["_spell"] = spell.pk
            staged.outcome = Outcome.CHANGE if staged.changes else Outcome.SAME
            staged.target_id = spell.pk


def _differences(values: dict[str, Any], person: Person) -> list[str]:
    """Fields the row would fill or replace; an ID number or a phone is filled, never replaced, by an import."""
    found = []
    for name in (*DETAILS, "sex", "birth_date", "mobile", "resident_id"):
        if name not in values or values[name] in (None, ""):
            continue
        stored = getattr(person, name)
        if stored in (None, "") or (name in DETAILS and stored != values[name]):
            found.append(name)
    return found


def _person_key(values: dict[str, Any]) -> bytes:
    identity = values.get("resident_id")
    return f"id:{identity}".encode() if identity else f"nm:{values['name']}:{values.get('mobile')}".encode()


def _marks(values: dict[str, Any]) -> tuple[list[int], list[int]]:
    """Marks a row leaves in the file, and those of earlier rows that mean the same person; hashes, to stay small.

    Two people of one name may share a phone when both show an ID number; a row without one means whoever has them.
    """
    identity, called = values.get("resident_id"), (values["name"], values.get("mobile"))
    if not identity:
        return [hash(("without", *called))], [hash(("without", *called)), hash(("with", *called))]
    own = hash(("id", identity))
    return [own, hash(("with", *called))], [own, hash(("without", *called))]


def _name_mobile(values: dict[str, Any]) -> str:
    return (
        f"{values['name']} {values['mobile']}"
        if values.get("mobile") and not values.get("resident_id")
        else ""
    )


def _index(field_name: str, value: str) -> bytes | None:
    field = Person._meta.get_field(field_name)
    assert isinstance(field, BlindIndexField)
    return field.index(value)


def _known_people(batch: Sequence[Staged]) -> tuple[dict[str, Person], dict[str, Person]]:
    """People by ID number as written, and by "name mobile" for rows without one."""
    ids = {value: _index("resident_id_index", value) for s in batch if (value := s.values.get("resident_id"))}
    phones = {
        key: _index("mobile_index", s.values["mobile"]) for s in batch if (key := _name_mobile(s.values))
    }
    by_index = {
        p.resident_id_index: p for p in Person.objects.filter(resident_id_index__in=list(ids.values()))
    }
    by_id = {value: by_index[index] for value, index in ids.items() if index in by_index}
    by_phone: dict[str, Person] = {}
    if phones:
        for person in Person.objects.filter(mobile_index__in=list(phones.values())).order_by("-pk"):
            by_phone[f"{person.name} {person.mobile}"] = person
    return by_id, {key: by_phone[key] for key in phones if key in by_phone}


def _current_memberships(person_ids: list[int]) -> dict[int, Membership]:
    rows = Membership.objects.filter(person_id__in=person_ids, ended_on=None)
    return {row.person_id: row for row in rows}


def apply_members(
    batch: ImportBatch, rows: Sequence[ImportRow], *, actor: Actor, at: datetime
) -> dict[str, int]:
    """Apply staged rows in the caller's transaction; a row that no longer fits is refused with its reason.

    Marks each row applied with what undo needs. Returns rows created, changed and refused.
    """
    values = [json.loads(row.values) for row in rows]
    _meet_again(rows, values)
    fresh = [(row, v) for row, v in zip(rows, values, strict=True) if row.outcome == Outcome.CREATE]
    changed = [(row, v) for row, v in zip(rows, values, strict=True) if row.outcome == Outcome.CHANGE]
    before = {
        row.pk: _change_person(row, v, at)
        for row, v in changed + [pair for pair in fresh if pair[1].get("_person")]
    }
    new_ids = _create_people([v for _row, v in fresh if not v.get("_person")], at)
    paths = dict(
        TradeUnion.objects.filter(pk__in={v["_membership"]["union_id"] for _row, v in fresh}).values_list(
            "pk", "path"
        )
    )
    made = []
    for row, v in fresh:
        is_new = not v.get("_person")
        person_id = new_ids[_person_key(v)] if is_new else v["_person"]
        made.append(_membership(v, person_id, paths, batch, at))
        before[row.pk] = before.get(row.pk, {}) | {"_person_created": is_new, "_person": person_id}
    _create_memberships(made)
    _count_and_record(made, paths, actor, at)
    for (row, _v), membership in zip(fresh, made, strict=True):
        row.target_type, row.target_id = "membership", membership.pk
    bulk.update(
        ImportRow, ("applied", "before", "target_type", "target_id", "outcome", "problems"),
        [
            (row.pk, row.outcome in {Outcome.CREATE, Outcome.CHANGE}, dumped(before.get(row.pk, {})), row.target_type,
             row.target_id, str(row.outcome), row.problems)
            for row in rows
        ],
    )  # fmt: skip
    refused = sum(row.outcome == Outcome.REFUSE for row in rows)
    return {"create": len(fresh), "change": len(changed), "refuse": refused}


def _meet_again(rows: Sequence[ImportRow], values: Sequence[dict[str, Any]]) -> None:
    """Between preview and apply somebody may have joined by phone: look once more, refuse what does not fit."""
    staged = [Staged(row.sheet, row.number, [], v) for row, v in zip(rows, values, strict=True)]
    by_id, by_phone = _known_people(staged)
    known = {**by_id, **by_phone}
    current = _current_memberships([person.pk for person in known.values()])
    for row, one in zip(rows, staged, strict=True):
        person = by_id.get(one.values.get("resident_id", "")) or by_phone.get(_name_mobile(one.values))
        if row.outcome != Outcome.CREATE or person is None:
            continue
        if person.pk in current:
            row.outcome = Outcome.REFUSE
            row.problems = [
                *row.problems,
                {"field": "name", "label": "", "code": "member_meanwhile", "severity": "record",
                 "message": _("This person became a member between the preview and now."),
                 "remedy": _("Nothing is left to do unless the union is the wrong one.")},
            ]  # fmt: skip
        else:
            one.values["_person"] = person.pk


_PERSON = ("name", "pinyin", "initials", "sex", "id_type", "resident_id", "mobile", "mobile_tail", *DETAILS)
_ROW = (
    "person_id", "union_id", "union_path", "employer_id", "employer_name", "name_key", "state", "held_as", "started_on",
    "start_type", "reason", "confirmed_by", "source", "created_at", "updated_at",
)  # fmt: skip


def _create_people(values: Sequence[dict[str, Any]], at: datetime) -> dict[bytes, int]:
    """Insert people; returns their keys by `_person_key`."""
    defaults = {field.attname: field.get_default() for field in Person._meta.concrete_fields}
    rows = [
        (*(v.get(name, defaults[name]) for name in _PERSON), day(v.get("birth_date")), at, at) for v in values
    ]
    bulk.insert(Person, (*_PERSON, "birth_date", "created_at", "updated_at"), rows)
    with_id = {
        _index("resident_id_index", v["resident_id"]): _person_key(v) for v in values if v.get("resident_id")
    }
    stored = Person.objects.filter(resident_id_index__in=list(with_id)).values_list("resident_id_index", "pk")
    found = {with_id[bytes(index or b"")]: pk for index, pk in stored}
    for v in values:
        if not v.get("resident_id"):
            index = _index("mobile_index", v["mobile"])
            found[_person_key(v)] = Person.objects.filter(mobile_index=index, name=v["name"]).latest("pk").pk
    return found


def _membership(
    v: dict[str, Any], person_id: int, paths: dict[int, str], batch: ImportBatch, at: datetime
) -> Membership:
    row = v["_membership"]
    state = MembershipState(row["state"])
    is_retained = state == MembershipState.RETAINED
    return Membership(
        person_id=person_id, union_id=row["union_id"], union_path=paths[row["union_id"]],
        employer_id=row["employer_id"], employer_name="" if row["employer_id"] else row["employer_name"],
        name_key=v["pinyin"][:40], state=state, held_as=state, started_on=date.fromisoformat(row["started_on"]),
        start_type=ChangeType.RETAINED if is_retained else ChangeType.JOINED,
        reason=row["reason"] if is_retained and row["reason"] in ChangeReason.values else "",
        confirmed_by=rules.ConfirmedBy.IMPORT, source=f"import:{batch.pk}", created_at=at, updated_at=at,
    )  # fmt: skip


def _create_memberships(made: Sequence[Membership]) -> None:
    """Insert memberships and give them their keys; a person has one that runs."""
    bulk.insert(Membership, _ROW, ([_plain(getattr(row, name)) for name in _ROW] for row in made))
    running = Membership.objects.filter(person_id__in=[row.person_id for row in made], ended_on=None)
    keys = dict(running.values_list("person_id", "pk"))
    for row in made:
        row.pk = keys[row.person_id]


def _plain(value: Any) -> Any:
    """The stored text of an enum member; drivers do not know enums."""
    return value.value if isinstance(value, Enum) else value


def _change_person(row: ImportRow, v: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Store the differing fields of a known person; returns the old values for undo."""
    person = Person.objects.get(pk=v["_person"])
    names = [
        name for name in _differences(_typed(v), person) if name in {*row.changes, "mobile", "resident_id"}
    ]
    if not names:
        return {"_person": person.pk, "_old": {}, "_new": {}}
    old = {name: getattr(person, name) for name in names}
    typed = _typed(v)
    fresh = {name: typed[name] for name in names}
    if "mobile" in fresh:
        fresh["mobile_tail"] = typed["mobile_tail"]
    Person.objects.filter(pk=person.pk).update(
        **checks.with_indexes(fresh), version=person.version + 1, updated_at=at
    )
    return {"_person": person.pk, "_old": old, "_new": {name: fresh[name] for name in names}}


def _typed(v: dict[str, Any]) -> dict[str, Any]:
    born = v.get("birth_date")
    return v | ({"birth_date": day(born)} if isinstance(born, str) else {})


def _count_and_record(made: Sequence[Membership], paths: dict[int, str], actor: Actor, at: datetime) -> None:
    counts: dict[int, tallies.Counts] = {}
    for row in made:
        counts[row.union_id] = counts.get(row.union_id, tallies.Counts()) + tallies.of_state(row.state)
    tallies.add(counts, paths)
    ledger.record_many(
        [
            ledger.NewFact(
                kind=kinds.MEMBER_JOINED, key=f"member_joined:{row.pk}", happened_on=row.started_on,
                path=row.union_path, subject_type="registry.membership", subject_id=row.pk, person_id=row.person_id,
            )
            for row in made
            if row.state == MembershipState.ACTIVE
        ],
        actor=actor, at=at,
    )  # fmt: skip
