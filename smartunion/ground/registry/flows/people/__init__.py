"""People: found or entered, changed, corrected, looked at with a reason, erased."""

from smartunion.ground.registry.flows.people.change import check_correction, correct, update_person
from smartunion.ground.registry.flows.people.erase import erase
from smartunion.ground.registry.flows.people.intake import (
    Entry,
    Found,
    PersonData,
    checked_values,
    enter_many,
    find_or_create_person,
)
from smartunion.ground.registry.flows.people.looks import checked_reason, reveal, reveal_contact

__all__ = [
    "Entry",
    "Found",
    "PersonData",
    "check_correction",
    "checked_reason",
    "checked_values",
    "correct",
    "enter_many",
    "erase",
    "find_or_create_person",
    "reveal",
    "reveal_contact",
    "update_person",
]
