"""Staging the rows of a members' list."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from smartunion.core import bulk
from smartunion.core.actor import within
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import fold_code
from smartunion.core.errors import InvalidInput
from smartunion.core.tables.cells import CellType, Row
from smartunion.core.tables.records import RecordReader
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows.people import checks
from smartunion.ground.registry.flows.spells import deceased_words
from smartunion.ground.registry.imports import choices, filled_in, known
from smartunion.ground.registry.imports.known import DETAILS, Marked, PersonValues, Spell
from smartunion.ground.registry.imports.repeats import Marks, Repeats
from smartunion.ground.registry.imports.staged import Decided, RowOutcome, Source, Staged, same_row
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Person, TradeUnion
from smartunion.ground.registry.queries.lookup import bearing_code
from smartunion.ground.registry.rules import ChangeType, IdType, MembershipState

_IN = {None, "", ChangeType.JOINED.value, ChangeType.TRANSFERRED_IN.value, ChangeType.RETAINED.value}
#: Names and codes of employers remembered from batch to batch; a city's file names hundreds of thousands.
_REMEMBERED = 20_000


_UNCHANGED_BY: dict[str, str] = {
    reason.value: employment.value for reason, employment in rules.UNCHANGED_BY.items()
}
_DETAILS = frozenset(DETAILS)
_ACTIVE, _RETAINED = MembershipState.ACTIVE.value, MembershipState.RETAINED.value


@lru_cache(maxsize=50_000)  # of a city's members several bear each name
def _named(name: str) -> dict[str, str]:
    """A name with its keys; not to be changed. Raises InvalidInput."""
    return checks.named(checks.checked_name(name))


class _Place(NamedTuple):
    """Where a row says its person works and is a member; names as compared, "" for what it does not say."""

    employer_uscc: str
    employer: str
    union: str
    union_number: str


class _Ahead(NamedTuple):
    """What is known of a row before the rows before it are looked at.

    own, called: marks by which a row is told, by its ID number and by name and phone; own None without an ID number.
    person, spell: whom it means, and her membership that runs; changes: what it would change of her.
    digest: the version her record will have once it says what the row says, and the mark of that; None where there is
    something to be said about the row, or no ID number to find her by.
    """

    own: bytes | None
    called: bytes
    place: _Place
    person: PersonValues | None = None
    spell: Spell | None = None
    changes: tuple[str, ...] = ()
    digest: tuple[int, bytes] | None = None


class Unread(NamedTuple):
    """A row that said the same of the same record before: known by its mark, and therefore not read.

    texts, types: its cells, a sign for each type; union_id: where she is a member; fresh: her new mark, where the one
    she bears was made with an older key.
    """

    source: int
    block: int
    number: int
    texts: list[str]
    types: str
    own: bytes
    called: bytes
    place: _Place
    person_id: int
    union_id: int
    fresh: bytes | None


class MemberStager:
    """Compares records with the registry, some at a time; remembers the whole file's people for repeats.

    union: where rows without a union of their own belong when it takes members itself; otherwise a row's union is found
    in the union's subtree by its union's number or name. A row without these belongs to the union that filled in the
    sheet, where its title or the file's name tells; else its union is found by its employer, else by the employer's name
    inside the union's own. sources: the sheets that are read.
    """

    most_rows: int | None = None  # lists of members are read a batch at a time, whatever their length

    def __init__(self, union: TradeUnion, *, at: datetime, sources: Sequence[Source] = ()) -> None:
        self.union, self.today, self._sources = union, local_date(at), sources
        self.own = union if union.kind in rules.GRASSROOTS else None
        self._unions_by_name: dict[str, list[int]] = {}
        self._unions_by_number: dict[str, int] = {}
        self._unions_by_employer: dict[str, list[int]] = {}
        self._employers: dict[str, tuple[int, int | None] | None] = {}
        self._repeats = Repeats()
        self._some_without_id = False
        self._to_mark: list[tuple[int, bytes]] = []
        self._filled_in: dict[str, int] = {}
        self._by_form: Counter[int] = Counter()
        if self.own is None:
            self._load_unions()
            for source in sources:
                who = self._who_filled_in(source)
                if who is not None:
                    self._filled_in[source.name] = who

    def _who_filled_in(self, source: Source) -> int | None:
        """The union that sent a sheet."""

        def find(name: str) -> list[int]:
            return self._unions_by_name.get(name) or self._unions_by_employer.get(name, []) if name else []

        return filled_in.union_in(source.titles, find) or filled_in.union_in([source.file], find)

    def told(self) -> dict[str, Any]:
        """Whose form it is, and how many rows belong to her union for that reason."""
        names = TradeUnion.objects.filter(pk__in=self._by_form).values_list("pk", "name")
        said = [{"union": pk, "name": name, "rows": self._by_form[pk]} for pk, name in names.order_by("pk")]
        return {"filled_in": said} if said else {}

    def _load_unions(self) -> None:
        rows = TradeUnion.objects.under(self.union.path).filter(kind__in=rules.GRASSROOTS, state="active")
        for pk, name_key, number, external in rows.values_list("pk", "name_key", "number", "external_id"):
            self._unions_by_name.setdefault(name_key, []).append(pk)
            self._unions_by_employer.setdefault(rules.employer_in(name_key), []).append(pk)
            self._unions_by_number[number] = pk
            if external:
                self._unions_by_number.setdefault(external, pk)

    def read(self, source: Source, rows: Sequence[tuple[int, Row]]) -> Iterator[Staged | Unread]:
        """(block, row) of some records read, each with whom it means; perhaps in another process, over connections of
        its own. Two to four statements. A row that said the same of the same record before is not read.
        """
        gists = [source.readers[block].gist(row) for block, row in rows]
        indexes = [
            known.indexes(source.readers[block].text("resident_id", row)) if gist else []
            for gist, (block, row) in zip(gists, rows, strict=True)
        ]
        marked = known.marked(index for some in indexes for index in some)
        spells = known.current_spells([person.pk for person in marked.values()])
        found: list[Staged | Unread] = []
        read: list[tuple[Staged, str, list[bytes]]] = []
        for (block, row), gist, some in zip(rows, gists, indexes, strict=True):
            person = next((marked[index] for index in some if index in marked), None)
            spell = spells.get(person.pk) if person else None
            item: Staged | Unread | None = None
            if person is not None and spell is not None and not spell.is_deceased:
                item = self._unread(source, block, row, gist, person, spell)
            if item is None:
                item = self._read(source, block, row)
                read.append((item, gist, some if person else []))
            found.append(item)
        people = _by_number([some for _item, _gist, some in read])
        self._meet(
            [(item, gist, whom) for (item, gist, _some), whom in zip(read, people, strict=True)], spells
        )
        return iter(found)

    def _unread(
        self, source: Source, block: int, row: Row, gist: str, person: Marked, spell: Spell
    ) -> Unread | None:
        """The row as one that changes nothing; None when her record bears another mark."""
        key = person.bears(gist)
        if key is None:
            return None
        reader = source.readers[block]
        name, mobile = _named(str(reader.value("name", row)))["name"], reader.value("mobile", row)
        values = {"name": name} | (self._phone(str(mobile)) if mobile else {})
        values["resident_id"] = fold_code(reader.text("resident_id", row))
        own, called = self._told_by(values)
        assert own is not None
        fresh = known.digest(gist, person.version) if key else None
        return Unread(
            source.number, block, row.number, row.texts, "".join(row.types), own, called, _place_of(reader, row), person.pk,
            spell.union_id, fresh,
        )  # fmt: skip

    def _read(self, source: Source, block: int, row: Row) -> Staged:
        staged = source.staged(block, row)
        self.prepare(staged)
        return staged

    def _meet(
        self, read: Sequence[tuple[Staged, str, PersonValues | None]], spells: dict[int, Spell]
    ) -> None:
        """Put with each row whom it means and what it would change."""
        usable = [(staged, gist, person) for staged, gist, person in read if not staged.is_refused]
        late = [staged for staged, gist, _person in usable if not gist and staged.values.get("resident_id")]
        by_number = _by_number([known.indexes(staged.values["resident_id"]) for staged in late])
        people = {id(staged): person for staged, person in zip(late, by_number, strict=True)}
        phones = [staged.values["mobile"] for staged, *_rest in usable if known.goes_by_phone(staged.values)]
        by_phone = known.with_phones(phones)
        others = [person["pk"] for person in (*by_number, *by_phone.values()) if person]
        spells = spells | known.current_spells(others)
        for staged, gist, person in usable:
            values = staged.values
            if known.goes_by_phone(values):
                person = by_phone.get((values["name"], values["mobile"]))
            person = person or people.get(id(staged))
            changes = known.differences(values, person) if person else []
            digest = None
            if gist and values.get("resident_id") and not staged.problems:
                version = person["version"] + bool(changes) if person else 1
                digest = version, known.digest(gist, version)
            spell = spells.get(person["pk"]) if person else None
            staged.ahead = staged.ahead._replace(
                person=person, spell=spell, changes=tuple(changes), digest=digest
            )

    def stage(self, batch: Sequence[Staged | Unread]) -> Decided:
        """Decide the outcome of each row that `read` gave; three statements whatever the size of the batch."""
        rows = self._meet_earlier(batch)
        self._find_employers([_place(row) for row in rows if not _is_refused(row)])
        kept: list[Staged] = []
        for row in rows:
            staged = self._decide(row)
            if staged is not None and (staged.outcome is not RowOutcome.SAME or staged.problems):
                kept.append(staged)
        fresh = [staged for staged in kept if staged.outcome is RowOutcome.CREATE]
        for staged, key in zip(fresh, bulk.keys_ahead(Membership, len(fresh)), strict=True):
            staged.target_id = key
        return Decided(kept, len(batch) - len(kept))

    def settle(self) -> None:
        """Mark the records of people whose rows change nothing and were read for it; in the transaction of the rows.

        The mark says nothing of her but that these rows need not be read again while her record stands as it stands.
        """
        bulk.update(Person, ("row_digest",), sorted(self._to_mark))
        self._to_mark.clear()

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
            if (
                given.get("change_type") == ChangeType.RETAINED
                and given.get("change_reason") in _UNCHANGED_BY
            ):
                stays, remedy = rules.StaysMember(), _("She comes in as a member, with her employment.")
                staged.note("change_reason", stays.code, stays.message, remedy, severity="doubt")
            row = staged.values["_membership"]
            place = _Place(
                row["employer_uscc"], rules.fold_name(row["employer_name"]), rules.fold_name(row["union_name"]),
                row["union_number"],
            )  # fmt: skip
            staged.ahead = _Ahead(*self._told_by(staged.values), place)

    def _told_by(self, values: dict[str, Any]) -> tuple[bytes | None, bytes]:
        identity = values.get("resident_id")
        called = self._repeats.mark(f"{values['name']}:{values.get('mobile')}")
        return self._repeats.mark(f"id:{identity}") if identity else None, called

    def _meet_earlier(self, batch: Sequence[Staged | Unread]) -> list[Staged | Unread]:
        """The rows; those that mean somebody an earlier row of the file brought are refused."""
        usable = iter(self._repeats.meet([self._marks(row) for row in batch if not _is_refused(row)]))
        rows: list[Staged | Unread] = []
        for row in batch:
            earlier = None if _is_refused(row) else next(usable)
            if earlier is not None:
                row = self._whole(row)
                row.refuse("name", "repeated", *same_row(earlier))
            rows.append(row)
        return rows

    def _marks(self, row: "Staged | Unread") -> Marks:
        """Marks a row leaves in the file, and those of earlier rows that mean the same person.

        Two people of one name may share a phone when both show an ID number; a row without one means whoever has them.
        """
        told: _Ahead | Unread = row if isinstance(row, Unread) else row.ahead
        with_number, without = b"+" + told.called, b"-" + told.called
        if told.own is None:
            self._some_without_id = True
            return Marks([without], [without, with_number], row.number)
        looked_for = [told.own, without] if self._some_without_id else [told.own]
        return Marks([told.own, with_number], looked_for, row.number)

    def _whole(self, row: "Staged | Unread") -> Staged:
        """A row that was not read, read after all."""
        if isinstance(row, Staged):
            return row
        source = self._sources[row.source]
        cells = Row(row.number, list(row.texts), [CellType(sign) for sign in row.types])
        staged = self._read(source, row.block, cells)
        [person] = _by_number([known.indexes(staged.values.get("resident_id", ""))])
        self._meet([(staged, "", person)], {row.person_id: Spell(0, row.union_id)})
        return staged

    def _decide(self, row: "Staged | Unread") -> Staged | None:
        """The row with its outcome; None for one that was not read and changes nothing."""
        if _is_refused(row):
            return self._whole(row)
        union_id, employer_id = self._placed(_place(row), self._sheet(row))
        if isinstance(row, Unread):
            if union_id == row.union_id:
                if row.fresh is not None:
                    self._to_mark.append((row.person_id, row.fresh))
                return None
            row = self._whole(row)
            if row.is_refused:
                return row
        self._put(row, union_id, employer_id)
        if not row.is_refused and row.ahead.person is not None:
            self._compare(row)
        if row.ahead.digest is not None and row.outcome in {RowOutcome.CREATE, RowOutcome.CHANGE}:
            version, digest = row.ahead.digest
            row.values["_digest"] = [version, digest.hex()]
        return row

    def _values(self, given: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = dict(_named(str(given["name"])))
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
        for name, value in given.items():
            kept = choices.of_person(name, value) if name in _DETAILS and value not in (None, "") else None
            if kept is not None:
                values[name] = kept
        started = given.get("joined_on") or given.get("changed_on") or self.today
        employment = _UNCHANGED_BY.get(given.get("change_reason") or "")
        if employment:
            values.setdefault("employment_status", employment)
        is_retained = given.get("change_type") == ChangeType.RETAINED and not employment
        values["_membership"] = {
            "state": _RETAINED if is_retained else _ACTIVE, "started_on": started.isoformat(),
            "reason": given.get("change_reason") or "" if is_retained else "",
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

    def _find_employers(self, places: Sequence[_Place]) -> None:
        """Employers and their covering unions of a batch, by code and by name; two statements."""
        if len(self._employers) > _REMEMBERED:
            self._employers.clear()
        codes = {place.employer_uscc for place in places} - self._employers.keys()
        names = {place.employer for place in places} - self._employers.keys()
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

    def _sheet(self, row: Staged | Unread) -> str:
        return row.sheet if isinstance(row, Staged) else self._sources[row.source].name

    def _placed(self, place: _Place, sheet: str) -> tuple[int | None, int | None]:
        """Union and employer; None for what is not found."""
        found = self._employers.get(place.employer_uscc) or self._employers.get(place.employer)
        employer_id, by_employer = found if found else (None, None)
        if self.own:
            return self.own.pk, employer_id
        by_form = self._filled_in.get(sheet)
        if by_form is not None and not place.union and not place.union_number:
            self._by_form[by_form] += 1
            return by_form, employer_id
        return self._named_union(place) or by_employer or self._employers_own(place), employer_id

    def _put(self, staged: Staged, union_id: int | None, employer_id: int | None) -> None:
        """Put a record in its place, or refuse it for what is missing."""
        row = staged.values["_membership"]
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

    def _named_union(self, place: _Place) -> int | None:
        by_number = self._unions_by_number.get(place.union_number)
        if by_number is not None:
            return by_number
        named = self._unions_by_name.get(place.union, []) if place.union else []
        return named[0] if len(named) == 1 else None

    def _employers_own(self, place: _Place) -> int | None:
        """The one union whose name holds the employer's: …有限公司基层工会委员会 is …有限公司工会委员会 to everybody."""
        for name in (rules.employer_in(place.union), place.employer):
            found = self._unions_by_employer.get(name, []) if name else []
            if len(found) == 1:
                return found[0]
        return None

    def _compare(self, staged: Staged) -> None:
        """The outcome for somebody who is registered already."""
        ahead: _Ahead = staged.ahead
        person, spell, row = ahead.person, ahead.spell, staged.values["_membership"]
        assert person is not None
        if not checks.same_name(person["name"], staged.values["name"]):
            staged.refuse(
                "name", "name_differs", _("This ID number is registered under another name."),
                _("Check name and ID number against the card."),
            )  # fmt: skip
            return
        staged.values["_person"] = person["pk"]
        staged.changes = list(ahead.changes)
        if spell is None:
            staged.outcome = RowOutcome.CREATE
        elif spell.is_deceased:
            staged.refuse("name", "recorded_deceased", *deceased_words())
        elif spell.union_id != row["union_id"]:
            staged.refuse(
                "name", "member_elsewhere",
                _("This person is a member of another union already."),
                _("Nobody is a member twice: ask for a transfer on the person's page."),
            )  # fmt: skip
        else:
            staged.values["_spell"] = spell.pk
            staged.outcome = RowOutcome.CHANGE if staged.changes else RowOutcome.SAME
            staged.target_id = spell.pk
        self._check_met_once(staged, person)
        if staged.outcome is RowOutcome.SAME and ahead.digest and ahead.digest[1] != person["row_digest"]:
            self._to_mark.append((person["pk"], ahead.digest[1]))

    def _check_met_once(self, staged: Staged, person: PersonValues) -> None:
        """A row found by name and phone must not mean somebody whom another row names by her ID number."""
        if staged.is_refused or staged.values.get("resident_id") or not person["resident_id"]:
            return
        mark = self._repeats.mark(f"id:{person['resident_id']}")
        [earlier] = self._repeats.meet([Marks([mark], [mark], staged.number)])
        if earlier is not None and earlier != staged.number:
            staged.refuse("name", "repeated", *same_row(earlier))


def _by_number(indexes: Sequence[list[bytes]]) -> list[PersonValues | None]:
    """Whom rows name by an ID number, of which the indexes are given."""
    wanted = [index for some in indexes for index in some]
    found = known.with_numbers(wanted) if wanted else {}
    return [next((found[index] for index in some if index in found), None) for some in indexes]


def _place(row: Staged | Unread) -> _Place:
    place: _Place = row.place if isinstance(row, Unread) else row.ahead.place
    return place


def _place_of(reader: RecordReader, row: Row) -> _Place:
    """As `prepare` finds it, of a row that is not read."""
    uscc, name, union, number = (
        str(reader.value(key, row) or "")
        for key in ("employer_uscc", "employer_name", "union_name", "union_number")
    )
    return _Place(uscc, rules.fold_name(name[:120]), rules.fold_name(union), number)


def _is_refused(row: Staged | Unread) -> bool:
    return isinstance(row, Staged) and row.is_refused
