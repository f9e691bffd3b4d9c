"""Finding a person again, or entering her: the one door for new people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, NotAllowed, Refusal
from smartunion.ground.registry import queries
from smartunion.ground.registry.flows.people import checks
from smartunion.ground.registry.models import Person
from smartunion.ground.registry.rules import IdType


class NameDiffers(Refusal):
    """The ID number is known here under another name."""

    code = "name_differs"

    def default_message(self) -> str:
        return _("This ID number is registered under another name.")


@dataclass(frozen=True)
class PersonData:
    """What somebody says about a person. details: optional items (checks.DETAILS)."""

    name: str
    resident_id: str = ""
    id_type: str = IdType.RESIDENT
    mobile: str = ""
    sex: str = ""
    birth_date: date | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """The person, whether she is new, and by what she was found again: resident_id, name_mobile or ""."""

    person: Person
    is_new: bool
    matched_by: str = ""


@transaction.atomic
def find_or_create_person(
    *, actor: Actor, data: PersonData, at: datetime, source: str = "", accept_legacy: bool = False
) -> Found:
    """The person with this ID number; else the one with this name and mobile; else a new one.

    A person found again keeps her values; what was empty is filled. The answer is for the caller's flow: nothing of a
    person found here may be shown to the actor beyond what she sees anyway.
    Raises NotAllowed for strangers; InvalidInput naming name, resident_id, mobile, sex or birth_date; NameDiffers.
    """
    if not actor.is_known:
        raise NotAllowed
    values = checked_values(data, today=local_date(at), accept_legacy=accept_legacy)
    found = _find(values)
    if found is None:
        try:
            with transaction.atomic():
                person = enter_many(actor=actor, entries=[Entry(values, source)], at=at)[0]
        except IntegrityError:  # the same ID number was entered between our look and our write
            found = _find(values)
            if found is None:
                raise
        else:
            return Found(person, is_new=True)
    _fill(actor, found.person, values, at)
    return found


class Entry(NamedTuple):
    """Somebody to be entered: her values as checked_values gives them, and where they come from."""

    values: Mapping[str, Any]
    source: str = ""


def enter_many(*, actor: Actor, entries: Sequence[Entry], at: datetime) -> list[Person]:
    """Enter people the caller has looked for and not found, in their order. Inside a transaction.

    Raises IntegrityError when somebody with one of the ID numbers was entered between the look and this.
    """
    people = [Person(created_at=at, updated_at=at, **entry.values) for entry in entries]
    Person.objects.bulk_create(people)
    for person, entry in zip(people, entries, strict=True):
        audit.record(
            actor, "registry.person_entered", person, at=at, owner_person_id=person.pk, data={"source": entry.source}
        )  # fmt: skip
    return people


def checked_values(data: PersonData, *, today: date, accept_legacy: bool = False) -> dict[str, Any]:
    """All values of a person, checked and ready to store. Raises InvalidInput naming the field."""
    values: dict[str, Any] = checks.named(checks.checked_name(data.name))
    identity = checks.identified(data.resident_id, data.id_type, today=today, accept_legacy=accept_legacy)
    for name, given in (("sex", data.sex), ("birth_date", data.birth_date)):
        if given and identity.get(name, given) != given:
            raise InvalidInput(
                _("The ID number says otherwise."), remedy=_("Compare both with the ID card."), field=name
            )
        if given:
            values[name] = given
    return values | identity | checks.reachable(data.mobile) | checks.checked_details(data.details)


def _find(values: Mapping[str, Any]) -> Found | None:
    resident_id, mobile = values.get("resident_id", ""), values.get("mobile", "")
    if resident_id:
        person = queries.person_by_resident_id(resident_id)
        if person is not None:
            if not checks.same_name(person.name, values["name"]):
                raise NameDiffers(
                    remedy=_(
                        "Check name and ID number against the card. If the name was changed, the union corrects it."
                    ),
                    field="name",
                )
            return Found(person, is_new=False, matched_by="resident_id")
    for person in queries.people_by_mobile(mobile) if mobile else ():
        # Family members share a phone: another ID number is another person.
        if checks.same_name(person.name, values["name"]) and not (resident_id and person.resident_id):
            return Found(person, is_new=False, matched_by="name_mobile")
    return None


def _fill(actor: Actor, person: Person, values: Mapping[str, Any], at: datetime) -> None:
    """Store what was empty; never replace a value."""
    names = values.keys() - {"name", "pinyin", "initials", "id_type"}
    fresh = {name: values[name] for name in names if values[name] and not getattr(person, name)}
    if "mobile" not in fresh:
        fresh.pop("mobile_tail", None)
    if "resident_id" in fresh:
        fresh["id_type"] = values["id_type"]
    if not fresh:
        return
    Person.objects.filter(pk=person.pk, version=person.version).update(
        **checks.with_indexes(fresh), version=F("version") + 1, updated_at=at
    )
    audit.record(
        actor,
        "registry.person_completed",
        person,
        at=at,
        owner_person_id=person.pk,
        data={"fields": sorted(fresh)},
    )
    person.refresh_from_db()
