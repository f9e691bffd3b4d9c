"""What a person agrees to, and takes back."""

from datetime import datetime

from django.db import transaction

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import NotAllowed
from smartunion.ground.registry.models import Consent, Person


@transaction.atomic
def give(
    *, actor: Actor, person: Person, purpose: str, text_version: str, at: datetime, source: str = ""
) -> Consent:
    """Keep that a person agreed to a purpose in the words of a version; a standing consent to the same is returned."""
    if not actor.is_known:
        raise NotAllowed
    standing = Consent.objects.filter(
        person=person, purpose=purpose, text_version=text_version, withdrawn_at=None
    )
    row = standing.first()
    if row is None:
        row = Consent.objects.create(
            person=person, purpose=purpose, text_version=text_version, given_at=at, source=source[:60]
        )
        audit.record(
            actor,
            "registry.consent_given",
            person,
            at=at,
            owner_person_id=person.pk,
            data={"purpose": purpose},
        )
    return row


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
