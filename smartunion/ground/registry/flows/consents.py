"""What a person agrees to, and takes back."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import NotAllowed
from smartunion.ground.registry.models import Consent, Person


class Gift(NamedTuple):
    """Somebody agrees to a purpose."""

    actor: Actor
    person: Person
    purpose: str
    source: str = ""


@transaction.atomic
def give(*, gifts: Sequence[Gift], text_version: str, at: datetime) -> list[Consent]:
    """Keep that people agreed to purposes in the words of a version; a standing consent to the same is left as it is.

    Returns what is new. Raises NotAllowed for strangers.
    """
    if not all(gift.actor.is_known for gift in gifts):
        raise NotAllowed
    people = {gift.person.pk for gift in gifts}
    standing = Consent.objects.filter(person__in=people, text_version=text_version, withdrawn_at=None)
    held = set(standing.values_list("person_id", "purpose"))
    fresh = {
        (gift.person.pk, gift.purpose): gift for gift in gifts if (gift.person.pk, gift.purpose) not in held
    }
    rows = [
        Consent(
            person=gift.person, purpose=gift.purpose, text_version=text_version, given_at=at, source=gift.source[:60]
        )
        for gift in fresh.values()
    ]  # fmt: skip
    Consent.objects.bulk_create(rows)
    for gift in fresh.values():
        audit.record(
            gift.actor, "registry.consent_given", gift.person, at=at, owner_person_id=gift.person.pk,
            data={"purpose": gift.purpose},
        )  # fmt: skip
    return rows


@transaction.atomic
def withdraw(*, actor: Actor, person: Person, purpose: str, at: datetime) -> int:
    """Take back every standing consent to a purpose; only the person herself can. Returns how many."""
    if actor.person_id != person.pk:
        raise NotAllowed
    number = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).update(withdrawn_at=at)
    if number:
        audit.record(
            actor,
            "registry.consent_withdrawn",
            person,
            at=at,
            owner_person_id=person.pk,
            data={"purpose": purpose},
        )
    return number
