"""Preview of a list of unions: every row meets the tree and the other rows exactly as applying it will."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from smartunion.core.actor import within
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError, Refusal
from smartunion.core.tables.cells import Row
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows.employers import HasOwnUnion, own_coverage
from smartunion.ground.registry.imports.staged import Decided, RowOutcome, Source, Staged, same_row
from smartunion.ground.registry.imports.union_employers import has_own_union_words, known_employer
from smartunion.ground.registry.imports.union_values import union_values
from smartunion.ground.registry.models import Employer, Region, TradeUnion
from smartunion.ground.registry.queries.lookup import bearing_code
from smartunion.ground.registry.rules import EmployerState, UnionKind, UnionLevel, UnionState

#: A list of unions is compared as a whole; a file with more rows is no list of unions of one place.
MOST_ROWS = 200_000
_AT_ONCE = 500
Place = tuple[int, str, int, str]


@dataclass(frozen=True)
class Node:
    """What a row may stand below or speak of: a union of the tree (pk, path), or one an earlier row sets up (row)."""

    name: str
    kind: UnionKind
    level: UnionLevel
    region_id: int | None
    pk: int | None = None
    path: str = ""
    row: tuple[str, int] = ("", 0)
    uscc: str = ""
    contact_name: str = ""
    founded_on: date | None = None

    @property
    def place(self) -> Place:
        """Tells nodes apart; side by side on one row two may be set up."""
        return (self.pk or 0, *self.row, "" if self.pk else self.name)


@dataclass(frozen=True)
class _Spoken:
    """A row decided before: the union of the tree it speaks of, or below which it sets one up; whether it says where."""

    place: Place
    is_placed: bool
    number: int


class UnionStager:
    """Compares a whole list with the tree below one union; rows may name a parent that stands elsewhere in the file."""

    most_rows: int | None = MOST_ROWS

    def __init__(self, union: TradeUnion, *, at: datetime, sources: Sequence[Source] = ()) -> None:
        self.union, self.today = union, local_date(at)
        self._standing: dict[str, list[Node]] = {}
        self._leading: dict[int, Node] = {}
        self._load_tree()
        self._places = _Places(union)
        self._planned: dict[str, list[Node]] = {}
        self._spoken: dict[str, list[_Spoken]] = {}
        self._undecided: Counter[str] = Counter()
        self._refused: dict[str, int] = {}
        self._row_of_code: dict[str, int] = {}
        self._holders: dict[str, tuple[int, str]] = {}
        self._closed: set[str] = set()
        self._owning: set[str] = set()

    def read(self, source: Source, rows: Sequence[tuple[int, Row]]) -> Iterator[Staged]:
        """Rows as read: whatever one says is compared with the others."""
        return (source.staged(block, row) for block, row in rows)

    def settle(self) -> None:
        """Nothing is remembered beside the rows."""

    def told(self) -> dict[str, Any]:
        """Nothing is said of the file as a whole."""
        return {}

    def close(self) -> None:
        """Nothing is kept outside memory."""

    def _load_tree(self) -> None:
        rows = TradeUnion.objects.filter(within([self.union.path])).exclude(state=UnionState.CLOSED)
        for row in rows.order_by("depth", "pk").iterator():
            node = Node(
                row.name, UnionKind(row.kind), UnionLevel(row.level), row.region_id, row.pk, row.path, uscc=row.uscc,
                contact_name=row.contact_name, founded_on=row.founded_on,
            )  # fmt: skip
            self._standing.setdefault(row.name_key, []).append(node)
            if row.pk == self.union.pk:
                self._top = node
            if row.territory_id and row.state == UnionState.ACTIVE and row.kind in rules.LEADING:
                self._leading.setdefault(row.territory_id, node)

    def stage(self, batch: Sequence[Staged]) -> Decided:
        """Decide each record's outcome in place; they come in the order to apply: parents before children."""
        for staged in batch:
            if not staged.is_refused:
                self._read(staged)
        alive = [staged for staged in batch if not staged.is_refused]
        refused = [staged for staged in batch if staged.is_refused]
        for staged in refused:
            self._refused.setdefault(_key(staged), staged.number)
        self._undecided.update(_key(staged) for staged in alive)
        self._look_up(alive)
        ordered = [alive[at] for at in in_tree_order([(_key(s), s.values["parent_key"]) for s in alive])]
        for staged in ordered:
            self._undecided[_key(staged)] -= 1
            try:
                self._decide(staged)
            except DomainError as refusal:
                staged.refuse(refusal.field, refusal.code, refusal.message, refusal.remedy)
            if staged.is_refused:
                self._refused.setdefault(_key(staged), staged.number)
        return Decided([*ordered, *refused])

    def _read(self, staged: Staged) -> None:
        said = str(staged.values.get("region_name") or "")
        region_id = self._places.find(said)
        try:
            staged.values = union_values(staged, region_id)
        except DomainError as refusal:
            staged.refuse(refusal.field, refusal.code, refusal.message, refusal.remedy)
            return
        if said and region_id is None:
            staged.note(
                "region_name", "unknown_place",
                _("“%(place)s” is no place inside %(union)s.") % {"place": said, "union": self.union.name},
                _("The union is set up at its parent's place; correct the place later."),
            )  # fmt: skip

    def _look_up(self, batch: Sequence[Staged]) -> None:
        """Who bears the codes of the file already, which of its employers are out of business, or have a union of their own."""
        for codes in _parts({code for s in batch if (code := s.values["uscc"])}):
            holders = TradeUnion.objects.filter(bearing_code(codes)).exclude(state=UnionState.CLOSED)
            self._holders |= {
                code: (pk, number) for code, pk, number in holders.values_list("uscc", "pk", "number")
            }
        said = {key for s in batch for key in _employer_keys(s.values) if key}
        for keys in _parts(said):
            closed = Employer.objects.filter(
                bearing_code(keys) | Q(name_key__in=keys), state=EmployerState.CLOSED
            )
            for uscc, name_key in closed.values_list("uscc", "name_key"):
                self._closed |= {uscc, name_key}
        joint = [s for s in batch if s.values["kind"] == UnionKind.JOINT]
        for keys in _parts({key for s in joint for key in _employer_keys(s.values) if key}):
            owning = Employer.objects.filter(
                bearing_code(keys) | Q(name_key__in=keys), pk__in=own_coverage().values("employer")
            )
            for uscc, name_key in owning.values_list("uscc", "name_key"):
                self._owning |= {uscc, name_key}

    def _decide(self, staged: Staged) -> None:
        """Whether the row sets up a union, changes one, or cannot be applied. Raises DomainError."""
        parent, is_placed = self._parent(staged)
        known = self._known(staged, parent, is_placed)
        node = known or parent
        self._check_repeated(staged, node, is_placed)
        self._check_code(staged, known)
        if known is not None:
            staged.target_id = known.pk
            staged.changes = _differences(staged.values, known)
            staged.outcome = RowOutcome.CHANGE if staged.changes else RowOutcome.SAME
        else:
            self._plan(staged, parent)
        self._spoken.setdefault(_key(staged), []).append(_Spoken(node.place, is_placed, staged.number))
        if staged.values["uscc"]:
            self._row_of_code[staged.values["uscc"]] = staged.number

    def _plan(self, staged: Staged, parent: Node) -> None:
        """The row sets up a union below the parent. Raises DomainError when it may not stand there."""
        values = staged.values
        kind, level = UnionKind(values["kind"]), UnionLevel(values["level"])
        rules.check_place_in_tree(kind, level, parent.kind, parent.level)
        self._check_employer(staged)
        self._note_own_union(staged)
        if values["parent_key"] and _folded(parent.name) != values["parent_key"]:
            staged.note(
                "parent_name", "unknown_parent",
                _("The upper union named here stands neither below %(union)s nor in this file.") % {"union": self.union.name},
                _("The union is set up below %(union)s; move it there if that is not right.") % {"union": parent.name},
            )  # fmt: skip
        values["parent_id"], values["parent_row"] = parent.pk, None if parent.pk else parent.row
        staged.outcome = RowOutcome.CREATE
        region_id = values["region_id"] or parent.region_id
        node = Node(values["name"], kind, level, region_id, row=(staged.sheet[:60], staged.number))
        self._planned.setdefault(_key(staged), []).append(node)

    def _parent(self, staged: Staged) -> tuple[Node, bool]:
        """Below which union the row belongs, and whether the row says so. Raises DomainError."""
        key = staged.values["parent_key"]
        named = [*self._standing.get(key, []), *self._planned.get(key, [])] if key else []
        if len(named) > 1:
            raise _Unclear(
                _("Several unions bear the name of the upper union."),
                remedy=_("Import the rows of each of them below that union."), field="parent_name",
            )  # fmt: skip
        if named:
            return named[0], True
        if key and self._undecided[key] > 0:
            raise _Unclear(
                _("The upper unions named in the file lead back to this row."),
                remedy=_("Correct the upper union of one of these rows."), field="parent_name",
            )  # fmt: skip
        if key in self._refused:
            raise _Unclear(
                _("The upper union in row %(number)s of the file is refused.") % {"number": self._refused[key]},
                remedy=_("Correct that row first, then import both again."), field="parent_name",
            )  # fmt: skip
        by_place = self._leading.get(staged.values["region_id"] or 0)
        return by_place or self._top, by_place is not None

    def _known(self, staged: Staged, parent: Node, is_placed: bool) -> Node | None:
        """The union of the tree the row speaks of. Raises DomainError when several may be meant.

        One of this name that bears the row's code, wherever it stands. When the row says where it belongs: one of this
        name below there, or moved from there to another union of the same place. Two towns may each have a village of
        one name. A place that lies elsewhere than the upper union speaks for either.
        """
        bearers = self._standing.get(_key(staged), [])
        found = [node for node in bearers if not is_placed or node is not parent]
        coded = [node for node in found if node.uscc and node.uscc == staged.values["uscc"]]
        if len(coded) == 1:
            return coded[0]
        if is_placed:
            place = staged.values["region_id"]
            below = [node for node in found if parent.pk and node.path.startswith(parent.path)]
            there = [node for node in found if node.region_id == (place or parent.region_id)]
            both = [node for node in below if node in there]
            either = [*below, *(node for node in there if node not in below)]
            found = both or (either if place else below or there)
        if len(found) > 1:
            raise _Unclear(
                _("Several unions of this name stand below %(union)s.") % {"union": self.union.name},
                remedy=_("Name the upper union in the row."), field="name",
            )  # fmt: skip
        return found[0] if found else None

    def _check_repeated(self, staged: Staged, node: Node, is_placed: bool) -> None:
        for other in self._spoken.get(_key(staged), []):
            if other.place == node.place or not is_placed or not other.is_placed:
                message, remedy = same_row(other.number)
                raise _Repeated(message, remedy=remedy, field="name")

    def _check_code(self, staged: Staged, known: Node | None) -> None:
        code = staged.values["uscc"]
        holder = self._holders.get(code)
        if holder is not None and holder[0] != (known.pk if known else None):
            raise _CodeTaken(
                _("Another union here bears this code (number %(number)s).") % {"number": holder[1]},
                remedy=_("Compare the code with the certificate of both."), field="uscc",
            )  # fmt: skip
        if code in self._row_of_code:
            raise _CodeTaken(
                _("The same code already stands in row %(number)s of the file.") % {"number": self._row_of_code[code]},
                remedy=_("Compare the code with the certificate of both."), field="uscc",
            )  # fmt: skip

    def _check_employer(self, staged: Staged) -> None:
        if UnionKind(staged.values["kind"]) not in rules.GRASSROOTS:
            return
        if self._closed.isdisjoint(key for key in _employer_keys(staged.values) if key):
            return
        given = staged.values["employer"]
        employer = known_employer(self.union.path, given["name"], given["uscc"])
        if employer is not None and employer.state == EmployerState.CLOSED:
            raise _Unclear(
                _("%(employer)s is out of business.") % {"employer": employer.name},
                remedy=_("Leave the row out, or correct the employer's state on its page."), field="employer_name",
            )  # fmt: skip

    def _note_own_union(self, staged: Staged) -> None:
        """Say of a joint union's row that its employer is left out of it."""
        keys = [key for key in _employer_keys(staged.values) if key]
        if staged.values["kind"] != UnionKind.JOINT or self._owning.isdisjoint(keys):
            return
        given = staged.values["employer"]
        employer = known_employer(self.union.path, given["name"], given["uscc"])
        if employer is not None and own_coverage().filter(employer=employer).exists():
            staged.note("employer_name", HasOwnUnion.code, *has_own_union_words())


class _Unclear(Refusal):
    """The row cannot be placed."""

    code = "unclear"


class _Repeated(Refusal):
    """The row repeats an earlier one."""

    code = "repeated"


class _CodeTaken(Refusal):
    """Somebody else bears the code."""

    code = "code_taken"


class _Places:
    """Regions inside the union's territory by name and code."""

    def __init__(self, union: TradeUnion) -> None:
        territory = union.territory or union.region
        regions = Region.objects.filter(within([territory.path])) if territory else Region.objects.none()
        self._by_text: dict[str, int] = {}
        self._by_depth: list[tuple[str, int]] = []
        rows = regions.order_by("-depth", "pk").values_list("pk", "name", "code", "full_name")
        for pk, name, code, full in rows:
            self._by_text |= {name: pk, code: pk, full: pk}
            if len(name) > 1:
                self._by_depth.append((name, pk))

    def find(self, text: str) -> int | None:
        """The region of this name or code, else the deepest one whose name stands in the text (宁海县西店镇)."""
        if not text or text in self._by_text:
            return self._by_text.get(text)
        return next((pk for name, pk in self._by_depth if name in text), None)


def _key(staged: Staged) -> str:
    return _folded(str(staged.values.get("name") or ""))


def _folded(name: str) -> str:
    return rules.fold_name(name)


def _employer_keys(values: Mapping[str, Any]) -> tuple[str, str]:
    given = values["employer"]
    return given["uscc"], rules.fold_name(given["name"])


def _differences(values: Mapping[str, Any], union: Node) -> list[str]:
    stored = {"uscc": union.uscc, "contact_name": union.contact_name, "founded_on": union.founded_on}
    return [name for name, old in stored.items() if values.get(name) and str(values[name]) != str(old or "")]


def _parts(keys: set[str]) -> Iterator[list[str]]:
    iterator = iter(keys)
    while part := list(islice(iterator, _AT_ONCE)):
        yield part


def in_tree_order(rows: Sequence[tuple[str, str]]) -> list[int]:
    """Positions of rows so that a parent comes before its children; rows: (own name key, parent's name key).

    A circle of names is broken where it is met first: those rows come in the order given.
    """
    own: dict[str, int] = {}
    for position, (name, _parent) in enumerate(rows):
        own.setdefault(name, position)
    order: list[int] = []
    done: set[int] = set()
    for start in range(len(rows)):
        chain: dict[int, None] = {}
        at: int | None = start
        while at is not None and at not in done and at not in chain:
            chain[at] = None
            at = own.get(rows[at][1]) if rows[at][1] else None
        for link in reversed(chain):
            done.add(link)
            order.append(link)
    return order
