"""The registry's front door: what other rooms call. Signatures and refusals stand at the functions."""

from smartunion.ground.registry.flows import (
    certificates,
    consents,
    employers,
    memberships,
    merging,
    officers,
    people,
    platform_work,
    transfers,
    unions,
)
from smartunion.ground.registry.flows.joining import add_member
from smartunion.ground.registry.flows.memberships import AlreadyMember, NewMembership, check_alive
from smartunion.ground.registry.flows.people import Found, PersonData, find_or_create_person
from smartunion.ground.registry.queries import (
    employer_by_uscc,
    employers_meant,
    employers_meant_by,
    federation_for,
    known_among,
    people_by_mobile,
    person_by_resident_id,
    region_by_code,
    told_apart,
    union_for_employer,
)

__all__ = [
    "AlreadyMember",
    "Found",
    "NewMembership",
    "PersonData",
    "add_member",
    "certificates",
    "check_alive",
    "consents",
    "employer_by_uscc",
    "employers",
    "employers_meant",
    "employers_meant_by",
    "federation_for",
    "find_or_create_person",
    "known_among",
    "memberships",
    "merging",
    "officers",
    "people",
    "people_by_mobile",
    "person_by_resident_id",
    "platform_work",
    "region_by_code",
    "told_apart",
    "transfers",
    "union_for_employer",
    "unions",
]
