"""Staging and applying rows of a members' list."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from smartunion.core import bulk, clock
from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.crypto.fields import BlindIndexField
from smartunion.core.errors import InvalidInput
from smartunion.ground.facts import ledger
from smartunion.ground.registry import kinds, rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.people import checks
from smartunion.ground.registry.imports import choices
from smartunion.ground.registry.imports.repeats import Marks, Repeats
from smartunion.ground.registry.imports.staged import Outcome, Part, Staged, day, dumped, same_row
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    ImportBatch,
    ImportRow,
    Membership,
    Person,
    TradeUnion,
)
from smartunion.ground.registry.queries.lookup import bearing_code
from smartunion.ground.registry.rules import ChangeReason, ChangeType, IdType, MembershipState

DETAILS = tuple(sorted(checks.DETAILS - {"is_new_form", "trade"}))
_IN = {None, "", ChangeType.JOINED.value, ChangeType.TRANSFERRED_IN.value, ChangeType.RETAINED.value}


#: Names and codes of employers remembered from batch to batch; a city's file names hundreds of thousands.
_REMEMBERED = 20_000


class _Ahead(NamedTuple):
    """What a row is compared by. own, with_number, without: marks it leaves in the file, own None without an ID number.

    indexes: of the ID number, under every key; employer, union: their names as compared.
    """

    own: bytes | None
    with_number: bytes
    without: bytes
    indexes: list[bytes]
    employer: str
    union: str


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
        self._repeats = Repeats()
        self._some_without_id = False
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
        """Decide each prepared record's outcome in place; about six statements whatever the size of the batch."""
        self._meet_earlier([staged for staged in batch if not staged.is_refused])
        alive = [staged for staged in batch if not staged.is_refused]
        self._find_employers(alive)
        for staged in alive:
            self._place(staged)
        self._meet_people([staged for staged in alive if not staged.is_refused])
        fresh = [staged for staged in batch if staged.outcome is Outcome.CREATE]
        for staged, key in zip(fresh, bulk.keys_ahead(Membership, len(fresh)), strict=True):
            staged.target_id = key
        return batch

    def close(self) -> None:
        """Forget the people of the file."""
        self._repeats.close()

    def prepare(self, staged: Staged) -> None:
        """Read values turned into what a person and a membership store; refuse what cannot be one."""
        if staged.is_refused:
            return
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
        else:
            staged.ahead = self._ahead(staged.values)

    def _ahead(self, values: dict[str, Any]) -> _Ahead:
        identity, called = values.get("resident_id"), f"{values['name']}:{values.get('mobile')}"
        mark, row = self._repeats.mark, values["_membership"]
        return _Ahead(
            mark(f"id:{identity}") if identity else None, mark(f"with:{called}"), mark(f"without:{called}"),
            _index_field().indexes(identity) if identity else [],
            rules.fold_name(row["employer_name"]), rules.fold_name(row["union_name"]),
        )  # fmt: skip

    def _meet_earlier(self, batch: Sequence[Staged]) -> None:
        """Refuse rows that mean somebody an earlier row of the file brought."""
        met = self._repeats.meet([self._marks(staged) for staged in batch])
        for staged, earlier in zip(batch, met, strict=True):
            if earlier is not None:
                staged.refuse("name", "repeated", *same_row(earlier))

    def _marks(self, staged: Staged) -> Marks:
        """Marks a row leaves in the file, and those of earlier rows that mean the same person.

        Two people of one name may share a phone when both show an ID number; a row without one means whoever has them.
        """
        ahead: _Ahead = staged.ahead
        if ahead.own is None:
            self._some_without_id = True
            return Marks([ahead.without], [ahead.without, ahead.with_number], staged.number)
        looked_for = [ahead.own, ahead.without] if self._some_without_id else [ahead.own]
        return Marks([ahead.own, ahead.with_number], looked_for, staged.number)

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
            "state": state.value, "started_on": started.isoformat(),
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
        if len(self._employers) > _REMEMBERED:
            self._employers.clear()
        codes = {staged.values["_membership"]["employer_uscc"] for staged in batch} - self._employers.keys()
        names = {staged.ahead.employer for staged in batch} - self._employers.keys()
        codes.discard("")
        names.discard("")
        if not codes and not names:
            return
        for key in codes | names:
            self._employers[key] = None
        found = Employer.objects.filter(bearing_code(codes) | Q(name_key__in=names)).filter(
            Q(
                pk__in=EmployerLink.objects.filter(
                    within([self.union.path], "union_path"), valid_to=None
                ).values("employer")
            )
            | within([self.union.path], "territory_path")
        )
        rows = list(found.values_list("pk", "uscc", "name_key"))
        links: dict[int, set[int]] = {}
        for employer_id, union_id in EmployerLink.objects.filter(
            within([self.union.path], "union_path"), employer_id__in=[row[0] for row in rows], valid_to=None
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
        found = self._employers.get(row["employer_uscc"]) or self._employers.get(staged.ahead.employer)
        employer_id, by_employer = found if found else (None, None)
        union_id: int | None = (
            self.own.pk
            if self.own
            else self._named_union(staged) or by_employer or self._employers_own(staged.ahead)
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
        for name in ("employer_uscc", "union_name", "union_number"):  # only for finding these two
            del row[name]

    def _named_union(self, staged: Staged) -> int | None:
        by_number = self._unions_by_number.get(staged.values["_membership"]["union_number"])
        if by_number is not None:
            return by_number
        named = self._unions_by_name.get(staged.ahead.union, []) if staged.ahead.union else []
        return named[0] if len(named) == 1 else None

    def _employers_own(self, ahead: _Ahead) -> int | None:
        """The one union whose name holds the employer's: …有限公司基层工会委员会 is …有限公司工会委员会 to everybody."""
        for name in (rules.employer_in(ahead.union), ahead.employer):
            found = self._unions_by_employer.get(name, []) if name else []
            if len(found) == 1:
                return found[0]
        return None

    def _meet_people(self, batch: Sequence[Staged]) -> None:
        """Who of the batch is known already, where she is a member now, and what would change."""
        known = _Known([staged.values for staged in batch], [staged.ahead.indexes for staged in batch])
        if not known.people:
            return
        current = _current_memberships([person["pk"] for person in known.people])
        for staged in batch:
            person = known.person(staged.values)
            if person is None:
                continue
            if not checks.same_name(person["name"], staged.values["name"]):
                staged.refuse(
                    "name", "name_differs", _("This ID number is registered under another name."),
                    _("Check name and ID number against the card."),
                )  # fmt: skip
                continue
            self._compare(staged, person, current.get(person["pk"]))
            self._check_met_once(staged, person)

    def _check_met_once(self, staged: Staged, person: "_Person") -> None:
        """A row found by name and phone must not mean somebody whom another row names by her ID number."""
        if staged.is_refused or staged.values.get("resident_id") or not person["resident_id"]:
            return
        mark = self._repeats.mark(f"id:{person['resident_id']}")
        [earlier] = self._repeats.meet([Marks([mark], [mark], staged.number)])
        if earlier is not None and earlier != staged.number:
            staged.refuse("name", "repeated", *same_row(earlier))

    def _compare(self, staged: Staged, person: "_Person", spell: tuple[int, int] | None) -> None:
        row = staged.values["_membership"]
        staged.values["_person"] = person["pk"]
        staged.changes = _differences(staged.values, person)
        if spell is None:
            staged.outcome = Outcome.CREATE
        elif spell[1] != row["union_id"]:
            staged.refuse(
                "name", "member_elsewhere",
                _("This person is a member of another union already."),
                _("Nobody is a member twice: ask for a transfer on the person's page."),
            )  # fmt: skip
        else:
            staged.values["_spell"] = spell[0]
            staged.outcome = Outcome.CHANGE if staged.changes else Outcome.SAME
            staged.target_id = spell[0]


#: The stored values of a person a row is compared with, by field; a model instance would take three times as long.
_Person = dict[str, Any]
_COMPARED = ("pk", "name", "sex", "birth_date", "resident_id_index", "mobile_index", "version", *DETAILS)
#: Of sealed values it is enough to know whether there is one: opening them all would take longer than everything else.
_TOLD_BY = {"resident_id": "resident_id_index", "mobile": "mobile_index"}


def _differences(values: dict[str, Any], person: _Person) -> list[str]:
    """Fields the row would fill or replace; an ID number or a phone is filled, never replaced, by an import."""
    found = []
    for name in (*DETAILS, "sex", "birth_date", "mobile", "resident_id"):
        if name not in values or values[name] in (None, ""):
            continue
        stored = person[_TOLD_BY.get(name, name)]
        if stored in (None, "") or (name in DETAILS and stored != values[name]):
            found.append(name)
    return found


def _index_field() -> BlindIndexField:
    field = Person._meta.get_field("resident_id_index")
    assert isinstance(field, BlindIndexField)
    return field


class _Known:
    """Who of a batch is registered already: found by ID number as written, by name and phone where a row has none.

    indexes: those of each row's ID number under every key.
    """

    def __init__(self, batch: Sequence[dict[str, Any]], indexes: Sequence[list[bytes]]) -> None:
        numbered = zip(batch, indexes, strict=True)
        self._indexes = {id_: some for values, some in numbered if (id_ := values.get("resident_id"))}
        self._by_id = self._with_numbers()
        self._by_phone = self._with_phones([v["mobile"] for v in batch if _goes_by_phone(v)])

    @property
    def people(self) -> list["_Person"]:
        """All who were found; somebody twice when found both ways."""
        return [*self._by_id.values(), *self._by_phone.values()]

    def person(self, values: Mapping[str, Any]) -> "_Person | None":
        """Whom a row of the batch means."""
        found = self._by_id.get(values.get("resident_id", ""))
        return found or (
            self._by_phone.get((values["name"], values["mobile"])) if _goes_by_phone(values) else None
        )

    def _with_numbers(self) -> dict[str, "_Person"]:
        wanted = [index for indexes in self._indexes.values() for index in indexes]
        found = Person.objects.filter(resident_id_index__of=wanted).values(*_COMPARED)
        by_index = {row["resident_id_index"]: row for row in found}
        if not by_index:
            return {}
        return {id_: by_index[i] for id_, some in self._indexes.items() for i in some if i in by_index}

    @staticmethod
    def _with_phones(phones: list[str]) -> dict[tuple[str, str], "_Person"]:
        alike = (
            Person.objects.filter(mobile_index__of=phones).order_by("-pk")
            if phones
            else Person.objects.none()
        )
        found = alike.values("resident_id", "mobile", *_COMPARED)
        return {(person["name"], person["mobile"]): person for person in found}


def _goes_by_phone(values: Mapping[str, Any]) -> bool:
    return bool(values.get("mobile")) and not values.get("resident_id")


def _current_memberships(person_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Membership and union of those who are members now, by person."""
    rows = Membership.objects.filter(person_id__in=person_ids, ended_on=None)
    return {person: (pk, union) for person, pk, union in rows.values_list("person_id", "pk", "union_id")}


class Waiting(NamedTuple):
    """A staged row to be applied. target_id: key of the membership it makes or belongs to; indexes: of the ID number."""

    pk: int
    outcome: str
    target_id: int | None
    values: dict[str, Any]
    indexes: list[bytes]


def read_members(rows: QuerySet[ImportRow]) -> Part:
    """Staged rows with all that can be worked out without the registry: sealed, indexed."""
    found, at = list(rows.values_list("pk", "outcome", "target_id", "values")), clock.now()
    # Twice as fast as one by one; model instances would take longer to make than the rows to insert.
    read: list[dict[str, Any]] = json.loads(f"[{','.join(str(row[-1]) for row in found)}]")
    indexes = _index_field().indexes
    waiting = [
        Waiting(pk, outcome, target_id, v, indexes(v["resident_id"]) if v.get("resident_id") else [])
        for (pk, outcome, target_id, _values), v in zip(found, read, strict=True)
    ]
    fresh = [row for row in waiting if row.outcome == Outcome.CREATE]
    said = [name for name in _PERSON if any(name in row.values for row in fresh)]
    empty = [_DEFAULTS[name] for name in said]
    fields = (*said, "resident_id_index", "birth_date", "created_at", "updated_at")
    people = [
        (*map(v.get, said, empty), index[0] if index else None, day(v.get("birth_date")), at, at)
        for *_row, v, index in fresh
    ]
    return Part(waiting, at, fields, bulk.prepared(Person, fields, people))


def apply_members(batch: ImportBatch, part: Part, *, actor: Actor) -> dict[str, int]:
    """Apply staged rows in the caller's transaction; a row that no longer fits is refused with its reason.

    Keeps with a row what undo needs: old values where a person was known, nothing where she is new.
    Returns rows created, changed and refused.
    """
    rows: Sequence[Waiting] = part.rows
    known = _Known([row.values for row in rows], [row.indexes for row in rows])
    refused = set(_meet_again(rows, known))
    made = [row for row in rows if row.outcome == Outcome.CREATE]
    fresh = [(row, person) for row, person in zip(made, part.people, strict=True) if row.pk not in refused]
    changed = [row for row in rows if row.outcome == Outcome.CHANGE]
    _change_people(changed + [row for row, _person in fresh if row.values.get("_person")], part.at)
    spells = _create(batch, fresh, part)
    _count_and_record(spells, actor, part.at)
    _refuse(refused)
    return {"create": len(fresh), "change": len(changed), "refuse": len(refused)}


def _meet_again(rows: Sequence[Waiting], known: "_Known") -> list[int]:
    """Between preview and apply somebody may have joined by phone: look once more; returns rows that do not fit."""
    refused: list[int] = []
    if not known.people:
        return refused
    current = _current_memberships([person["pk"] for person in known.people])
    for row in rows:
        person = known.person(row.values)
        if row.outcome != Outcome.CREATE or person is None:
            continue
        if person["pk"] in current:
            refused.append(row.pk)
        else:
            row.values["_person"] = person["pk"]
    return refused


def _refuse(keys: Collection[int]) -> None:
    """Rows of people who became members meanwhile."""
    if not keys:
        return
    problem = {
        "field": "name", "label": "", "code": "member_meanwhile", "severity": "record",
        "message": _("This person became a member between the preview and now."),
        "remedy": _("Nothing is left to do unless the union is the wrong one."),
    }  # fmt: skip
    found = ImportRow.objects.filter(pk__in=keys).values_list("pk", "problems")
    rows = [(pk, Outcome.REFUSE.value, [*problems, problem]) for pk, problems in found]
    bulk.update(ImportRow, ("outcome", "problems"), rows)


_PERSON = ("name", "pinyin", "initials", "sex", "id_type", "resident_id", "mobile", "mobile_tail", *DETAILS)
#: What stands in a column of a person of whom the row says nothing.
_DEFAULTS = {field.attname: field.get_default() for field in Person._meta.concrete_fields}


class _Spell(NamedTuple):
    """A membership to be inserted, in the order of `_SPELL`."""

    pk: int
    person_id: int
    union_id: int
    union_path: str
    employer_id: int | None
    employer_name: str
    name_key: str
    state: str
    started_on: date
    start_type: str
    reason: str


_SPELL = (
    "id", "person_id", "union_id", "union_path", "employer_id", "employer_name", "name_key", "state", "started_on",
    "start_type", "reason", "held_as", "confirmed_by", "source", "created_at", "updated_at",
)  # fmt: skip


def _create(batch: ImportBatch, fresh: Sequence[tuple[Waiting, tuple[Any, ...]]], part: Part) -> list[_Spell]:
    """Insert the people who are new and a membership for each row, under the key the row reserved."""
    values = [row.values for row, _person in fresh]
    strangers = [(row.values, person) for row, person in fresh if not row.values.get("_person")]
    for (v, _person), pk in zip(strangers, bulk.reserved_keys(Person, len(strangers)), strict=True):
        v["_new_person"] = pk
    bulk.insert_prepared(Person, part.fields, ((v["_new_person"], *person) for v, person in strangers))
    unions = {v["_membership"]["union_id"] for v in values}
    paths = dict(TradeUnion.objects.filter(pk__in=unions).values_list("pk", "path"))
    keys = _keys([row for row, _person in fresh])
    spells = [_spell(pk, v, paths) for pk, v in zip(keys, values, strict=True)]
    same = (rules.ConfirmedBy.IMPORT.value, f"import:{batch.pk}", part.at, part.at)
    bulk.insert(Membership, _SPELL, ((*spell, spell.state, *same) for spell in spells))
    return spells


def _keys(rows: Sequence[Waiting]) -> list[int]:
    """The keys of the memberships to be made: those reserved by the rows, or fresh ones for rows staged before 0021."""
    without = [row.pk for row in rows if row.target_id is None]
    late = dict(zip(without, bulk.reserved_keys(Membership, len(without)) if without else [], strict=True))
    bulk.update(
        ImportRow, ("target_type", "target_id"), [(pk, "membership", key) for pk, key in late.items()]
    )
    return [row.target_id or late[row.pk] for row in rows]


_JOINED, _RETAINED = ChangeType.JOINED.value, ChangeType.RETAINED.value


def _spell(pk: int, v: dict[str, Any], paths: Mapping[int, str]) -> _Spell:
    row = v["_membership"]
    is_retained = row["state"] == MembershipState.RETAINED
    return _Spell(
        pk, v.get("_person") or v["_new_person"], row["union_id"], paths[row["union_id"]], row["employer_id"],
        "" if row["employer_id"] else row["employer_name"], v["pinyin"][:40], row["state"],
        date.fromisoformat(row["started_on"]), _RETAINED if is_retained else _JOINED,
        row["reason"] if is_retained and row["reason"] in ChangeReason.values else "",
    )  # fmt: skip


def _change_people(rows: Sequence[Waiting], at: datetime) -> None:
    """Store the differing fields of known people; keeps the old values for undo with the row."""
    if not rows:
        return
    changes = dict(ImportRow.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "changes"))
    before = [
        (row.pk, dumped(_change_person(changes[row.pk], row.values, at) | {"_person_created": False}))
        for row in rows
    ]
    bulk.update(ImportRow, ("before",), before)


def _change_person(changes: Sequence[str], v: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Returns the old values for undo."""
    person = Person.objects.values(*_COMPARED).get(pk=v["_person"])
    typed = _typed(v)
    names = [name for name in _differences(typed, person) if name in {*changes, "mobile", "resident_id"}]
    if not names:
        return {"_person": person["pk"], "_old": {}, "_new": {}}
    old = {
        name: "" if name in _TOLD_BY else person[name] for name in names
    }  # these are filled, never replaced
    fresh = {name: typed[name] for name in names}
    if "mobile" in fresh:
        fresh["mobile_tail"] = typed["mobile_tail"]
    Person.objects.filter(pk=person["pk"]).update(
        **checks.with_indexes(fresh), version=person["version"] + 1, updated_at=at
    )
    return {"_person": person["pk"], "_old": old, "_new": {name: fresh[name] for name in names}}


def _typed(v: dict[str, Any]) -> dict[str, Any]:
    born = v.get("birth_date")
    return v | ({"birth_date": day(born)} if isinstance(born, str) else {})


def _count_and_record(spells: Sequence[_Spell], actor: Actor, at: datetime) -> None:
    numbers = Counter((spell.union_id, spell.state) for spell in spells)
    counts: dict[int, tallies.Counts] = {}
    for (union_id, state), number in numbers.items():
        change = tallies.of_state(MembershipState(state), number)
        counts[union_id] = counts.get(union_id, tallies.Counts()) + change
    tallies.add(counts, {spell.union_id: spell.union_path for spell in spells})
    ledger.record_many(
        [
            ledger.NewFact(
                kind=kinds.MEMBER_JOINED, key=f"member_joined:{spell.pk}", happened_on=spell.started_on,
                path=spell.union_path, subject_type="registry.membership", subject_id=spell.pk,
                person_id=spell.person_id,
            )
            for spell in spells
            if spell.state == MembershipState.ACTIVE.value
        ],
        actor=actor, at=at, are_new=True,
    )  # fmt: skip
