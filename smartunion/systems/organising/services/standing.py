"""Where somebody is a member now, as the panels beside her case say it."""

from typing import NamedTuple

from django.utils.translation import pgettext

from smartunion.ground.registry.models import Membership, Person


class Standing(NamedTuple):
    """Names of her employer ("" when none is known) and union ("none" in the reader's words), the day it began or ""."""

    employer: str
    union: str
    since: str


def standing_of(person: Person) -> Standing:
    """What the registry says today. One query."""
    held = Membership.objects.filter(person=person, ended_on=None).select_related("union", "employer").first()
    if held is None:
        return Standing("", pgettext("organising", "none"), "")
    employer = held.employer.name if held.employer else held.employer_name
    return Standing(employer, held.union.name, held.started_on.isoformat())
