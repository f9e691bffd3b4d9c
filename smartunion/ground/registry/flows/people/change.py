"""Changing a person: optional items and phone by version; identity with a reason and its history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, Refusal
from smartunion.ground.registry.flows import origins
from smartunion.ground.registry.flows.access import own_or_person_for, person_for
from smartunion.ground.registry.flows.origins import Origin
from smartunion.ground.registry.flows.people import checks
from smartunion.ground.registry.flows.people.looks import checked_reason
from smartunion.ground.registry.flows.stale import StaleEdit
from smartunion.ground.registry.models import Correction, Membership, Person
from smartunion.ground.registry.rules import Sex

SEALED = frozenset({"resident_id", "mobile"})
#: Who somebody is; the ID number brings birth date and sex with it.
IDENTITY = ("name", "resident_id", "birth_date", "sex")


class IdTaken(Refusal):
    """The ID number belongs to another record: the two may be one person."""

    code = "id_taken"

    def default_message(self) -> str:
        return _("This ID number already belongs to another person in the registry.")


@transaction.atomic
def update_person(
    *,
    actor: Actor,
    person_id: int,
    version: int,
    changes: Mapping[str, Any],
    at: datetime,
    origin: Origin | None = None,
) -> Person:
    """Change a person's mobile and optional items; she herself may, and who holds members.edit in her union.

    changes: mobile and fields of checks.DETAILS; origin: where they come from, the actor when not given.
    Raises NotVisible, NotAllowed; InvalidInput naming the field; StaleEdit with both versions (the mobile is not shown).
    """
    person = own_or_person_for(actor, person_id, "members.edit")
    values = checks.checked_details({name: value for name, value in changes.items() if name != "mobile"})
    if "mobile" in changes:
        values |= checks.reachable(changes["mobile"]) or {"mobile": "", "mobile_tail": ""}
    changed = sorted(name for name, value in values.items() if getattr(person, name) != value)
    _write(person, version, values, at)
    named = origins.named(values, changed, origin)
    origins.put(person, named, origin or origins.by_people(actor), actor=actor, at=at)
    if changed:
        audit.record(
            actor,
            "registry.person_updated",
            person,
            at=at,
            owner_person_id=person.pk,
            data={"fields": changed},
        )
    person.refresh_from_db()
    return person


@transaction.atomic
def correct(
    *,
    actor: Actor,
    person_id: int,
    version: int,
    field: str,
    value: Any,
    reason: str,
    at: datetime,
    id_type: str = "",
    origin: Origin | None = None,
) -> Person:
    """Correct who somebody is: name, resident_id, birth_date or sex. Old and new value are kept sealed.

    value: text, or a date for birth_date. A corrected ID number brings its birth date and sex along.
    Raises NotVisible, NotAllowed; InvalidInput naming the field or reason; IdTaken; StaleEdit.
    """
    person = person_for(actor, person_id, "members.edit")
    kept_reason = checked_reason(reason)
    values = _corrected(person, field, value, id_type, at)
    before = {name: getattr(person, name) for name in IDENTITY if name in values}
    try:
        with transaction.atomic():
            _write(person, version, values, at)
    except IntegrityError:
        raise IdTaken(
            remedy=_("Look that person up by the number: the two records may have to become one."),
            field="resident_id",
        ) from None
    if "name" in values:
        Membership.objects.filter(person=person).update(name_key=values["pinyin"])
    for name, old in before.items():
        Correction.objects.create(
            person=person, field=name, before=str(old or ""), after=str(values[name] or ""), reason=kept_reason,
            corrected_at=at, user_id=actor.user_id,
        )  # fmt: skip
    origins.put(person, [field], origin or origins.by_people(actor), actor=actor, at=at)
    audit.record(
        actor, "registry.person_corrected", person, at=at, owner_person_id=person.pk, reason=kept_reason,
        data={"fields": sorted(before)},
    )  # fmt: skip
    person.refresh_from_db()
    return person


def check_correction(person: Person, *, field: str, value: Any, at: datetime) -> None:
    """Whether `correct` would take a value for this person. Raises InvalidInput as it does."""
    _corrected(person, field, value, "", at)


def _corrected(person: Person, field: str, value: Any, id_type: str, at: datetime) -> dict[str, Any]:
    if field == "name":
        return checks.named(checks.checked_name(value))
    if field == "resident_id":
        found = checks.identified(value, id_type or person.id_type, today=local_date(at))
        if not found:
            raise InvalidInput(_("Enter the corrected number."), field="resident_id")
        return found
    if field not in {"birth_date", "sex"}:
        raise ValueError(f"correct does not change {field}")
    told = checks.identified(person.resident_id, person.id_type, today=local_date(at), accept_legacy=True)
    if field in told:
        raise InvalidInput(
            _("Birth date and sex follow from the ID number."),
            remedy=_("Correct the ID number instead."),
            field=field,
        )
    if field == "sex" and value not in Sex.values:
        raise InvalidInput(_("Choose male or female."), field="sex")
    return {field: value}


def _write(person: Person, version: int, values: Mapping[str, Any], at: datetime) -> None:
    stored = Person.objects.filter(pk=person.pk, version=version, erased_at=None)
    if stored.update(**checks.with_indexes(values), version=F("version") + 1, updated_at=at) != 1:
        raise StaleEdit(
            Person.objects.get(pk=person.pk), values, sealed=SEALED | {"mobile_tail", "pinyin", "initials"}
        )
