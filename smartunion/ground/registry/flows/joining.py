"""Entering a member by hand: find the person or enter her, then make her a member, in one step."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from smartunion.core.actor import Actor
from smartunion.ground.registry.flows.memberships import NewMembership, start
from smartunion.ground.registry.flows.people.intake import PersonData, find_or_create_person
from smartunion.ground.registry.models import Membership


@transaction.atomic
def add_member(*, actor: Actor, person: PersonData, data: NewMembership, at: datetime) -> Membership:
    """Make a person known or new a member of a union; data.person_id is not looked at.

    Nothing of a person found here is shown to somebody who does not see her anyway. Raises what
    people.find_or_create_person and memberships.start raise; then nothing is stored, a new person neither.
    """
    found = find_or_create_person(actor=actor, data=person, at=at, source=data.source)
    return start(actor=actor, data=replace(data, person_id=found.person.pk), at=at)
