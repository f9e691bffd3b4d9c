"""Who of a list is registered already, and what her row would change; and the mark by which an unchanged row is known."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from smartunion.core.crypto.fields import BlindIndexField
from smartunion.ground.registry.flows.people import checks
from smartunion.ground.registry.models import Membership, Person
from smartunion.ground.registry.rules import ChangeReason, UnionState

DETAILS = tuple(sorted(checks.DETAILS - {"is_new_form", "trade"}))
#: The stored values of a person a row is compared with, by field; a model instance would take three times as long.
PersonValues = dict[str, Any]
COMPARED = (
    "pk",
    "name",
    "sex",
    "birth_date",
    "resident_id_index",
    "mobile_index",
    "version",
    "row_digest",
    *DETAILS,
)
#: Of sealed values it is enough to know whether there is one: opening them all would take longer than everything else.
TOLD_BY = {"resident_id": "resident_id_index", "mobile": "mobile_index"}
#: Part of what is digested: another number lets every row be read again, after parsers have learned to read otherwise.
_READ_AS = 1


def _blind(name: str) -> BlindIndexField:
    field = Person._meta.get_field(name)
    assert isinstance(field, BlindIndexField)
    return field


_NUMBER, _DIGEST = _blind("resident_id_index"), _blind("row_digest")


def indexes(resident_id: str) -> list[bytes]:
    """What an ID number, as written, may be found by; newest key first."""
    return _NUMBER.indexes(resident_id)


def digest(gist: str, version: int) -> bytes:
    """The mark of a row that says of a person what stands in a version of her record. gist: see RecordReader.gist."""
    found = _DIGEST.index(_digested(gist, version))
    assert found is not None
    return found


class Marked(NamedTuple):
    """As much of a person as tells whether her record bears the mark of a row."""

    pk: int
    version: int
    row_digest: bytes | None

    def bears(self, gist: str) -> int | None:
        """Whether it does: the place of the key the mark was made with, 0 the newest; else None."""
        marks = _DIGEST.indexes(_digested(gist, self.version)) if self.row_digest else []
        return marks.index(self.row_digest) if self.row_digest in marks else None


def marked(wanted: Iterable[bytes]) -> dict[bytes, Marked]:
    """People and their marks by the index of their ID number, of those asked for."""
    found = Person.objects.filter(resident_id_index__of=list(wanted))
    rows = found.values_list("resident_id_index", "pk", "version", "row_digest")
    return {
        bytes(index): Marked(pk, version, None if mark is None else bytes(mark))
        for index, pk, version, mark in rows
        if index is not None
    }


def _digested(gist: str, version: int) -> str:
    return f"{_READ_AS}\0{version}{gist}"


def differences(values: Mapping[str, Any], person: PersonValues) -> list[str]:
    """Fields the row would fill or replace; an ID number or a phone is filled, never replaced, by an import."""
    found = []
    for name in (*DETAILS, "sex", "birth_date", "mobile", "resident_id"):
        if name not in values or values[name] in (None, ""):
            continue
        stored = person[TOLD_BY.get(name, name)]
        if stored in (None, "") or (name in DETAILS and stored != values[name]):
            found.append(name)
    return found


def with_numbers(wanted: Iterable[bytes]) -> dict[bytes, PersonValues]:
    """People by the index of their ID number, of those asked for."""
    found = Person.objects.filter(resident_id_index__of=list(wanted)).values(*COMPARED)
    return {row["resident_id_index"]: row for row in found}


def with_phones(phones: Sequence[str]) -> dict[tuple[str, str], PersonValues]:
    """People by name and phone, of those asked for, with their ID number; of several the one registered first."""
    if not phones:
        return {}
    alike = Person.objects.filter(mobile_index__of=phones).order_by("-pk")
    return {(row["name"], row["mobile"]): row for row in alike.values("resident_id", "mobile", *COMPARED)}


def goes_by_phone(values: Mapping[str, Any]) -> bool:
    """Whether a row is told by name and phone, having no ID number."""
    return bool(values.get("mobile")) and not values.get("resident_id")


class Spell(NamedTuple):
    """A membership that runs; or the last one of somebody recorded as deceased, whom no list makes a member again."""

    pk: int
    union_id: int
    is_deceased: bool = False


def current_spells(person_ids: Sequence[int]) -> dict[int, Spell]:
    """Membership and union of those who are members now, and of those who have died as members, by person."""
    if not person_ids:
        return {}
    rows = Membership.objects.filter(person_id__in=person_ids, ended_on=None)
    found = {
        person: Spell(pk, union) for person, pk, union in rows.values_list("person_id", "pk", "union_id")
    }
    others = [person_id for person_id in person_ids if person_id not in found]
    if others:
        ended = Membership.objects.filter(person_id__in=others, reason=ChangeReason.DECEASED)
        ended = ended.exclude(union__state=UnionState.CLOSED)  # nobody can take those back
        for person, pk, union in ended.order_by("pk").values_list("person_id", "pk", "union_id"):
            found[person] = Spell(pk, union, is_deceased=True)
    return found
