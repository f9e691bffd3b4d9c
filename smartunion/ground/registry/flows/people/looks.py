"""Looking at one sealed value: with a reason, and so that its owner can see who looked."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput
from smartunion.core.reading import get_visible
from smartunion.ground.registry.flows.access import person_for
from smartunion.ground.registry.models import Person, TradeUnion

REVEALED = "registry.field_revealed"
REVEALABLE = frozenset({"resident_id", "mobile"})


@transaction.atomic
def reveal(*, actor: Actor, person_id: int, field: str, reason: str, at: datetime) -> str:
    """The plain ID number or mobile of a person, "" when there is none.

    The look is written to the audit trail with its reason before the value is given out; one's own values need none.
    Raises NotVisible, NotAllowed; InvalidInput naming reason; ValueError for a field that is not sealed.
    Source: Personal Information Protection Law art. 51, 55; domain rules 5.18.
    """
    if field not in REVEALABLE:
        raise ValueError(f"{field} is not sealed")
    if actor.person_id == person_id:
        return str(getattr(get_visible(Person.objects.visible_to(actor), person_id), field))
    person = person_for(actor, person_id, "members.reveal")
    audit.record(
        actor,
        REVEALED,
        person,
        at=at,
        owner_person_id=person.pk,
        reason=checked_reason(reason),
        data={"field": field},
    )
    return str(getattr(person, field))


@transaction.atomic
def reveal_contact(*, actor: Actor, union_id: int, reason: str, at: datetime) -> str:
    """The plain telephone number of a union's head, for who works with the union; written to the audit trail.

    Raises NotVisible, NotAllowed; InvalidInput naming reason.
    """
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    if not actor.can("members.reveal", path=union.path):
        actor.check_can("registry.edit", path=union.path)
    audit.record(
        actor,
        "registry.contact_revealed",
        union,
        at=at,
        reason=checked_reason(reason),
        data={"field": "contact_phone"},
    )
    return str(union.contact_phone)


def checked_reason(reason: str) -> str:
    """A reason its reader understands. Raises InvalidInput."""
    tidy = squeeze(reason)
    if not 4 <= len(tidy) <= 200:
        raise InvalidInput(
            _("Write in between 4 and 200 characters why you need this."),
            remedy=_("The person concerned can read the reason."), field="reason",
        )  # fmt: skip
    return tidy
