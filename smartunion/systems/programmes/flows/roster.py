"""Who agreed to be made something out to: handed on with a record, numbers brought back."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, InvalidInput
from smartunion.core.reading import get_visible
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.models import Booking, Offer

MOST = 5000


@dataclass(frozen=True)
class Row:
    """Somebody who agreed, as whoever makes it out needs her."""

    code: str
    name: str
    resident_id: str
    mobile: str


def roster_offer(actor: Actor, offer_id: int) -> Offer:
    """An offer whose people agree to data being handed on. Raises NotVisible, NotAllowed."""
    offer = get_visible(Offer.objects.visible_to(actor).exclude(consent="").select_related("union"), offer_id)
    actor.check_can("offers.manage", path=offer.path)
    actor.check_can("members.reveal", path=offer.path)
    return offer


def hand_on(*, actor: Actor, offer_id: int, to: str, at: datetime) -> list[Row]:
    """Everybody with a place who agreed and has nothing made out yet; each of them sees that it was handed on, and to whom.

    to: who gets it, kept with the record for three years and longer. Raises NotVisible, NotAllowed, InvalidInput naming to.
    Source: Personal Information Protection Law art. 23; Regulations on Network Data Security art. 12.
    """
    offer = roster_offer(actor, offer_id)
    if len(to.strip()) < 2:
        raise InvalidInput(
            _("Say who gets the list: it stands in the record, and everybody on it sees it."), field="to"
        )
    rows = Booking.objects.filter(offer=offer, state="confirmed").exclude(agreed_at=None).exclude(person=None)
    people = []
    for booking in rows.select_related("person").order_by("pk")[:MOST]:
        person = booking.person
        if person is None or booking.issued:
            continue
        people.append(Row(booking.code, person.name, person.resident_id, person.mobile))
        audit.record(
            actor, "programmes.handed_on", booking, at=at, reason=to.strip()[:100], owner_person_id=person.pk
        )
    return people


def bring_back(*, actor: Actor, offer_id: int, text: str, at: datetime) -> tuple[int, list[str]]:
    """Numbers made out: one line each, the code and the number. Returns how many were kept, and what was not, line by line.

    A line read before changes nothing. Raises NotVisible, NotAllowed, InvalidInput naming numbers (more than 5,000 lines).
    """
    offer = roster_offer(actor, offer_id)
    lines = [line.strip() for line in text.replace("，", ",").replace("\t", ",").splitlines() if line.strip()]
    if len(lines) > MOST:
        raise InvalidInput(_("Send at most %(most)s lines at once.") % {"most": MOST}, field="numbers")
    kept, wrong = 0, list[str]()
    for line in lines:
        code, _comma, number = (part.strip() for part in line.partition(","))
        booking = Booking.objects.filter(offer=offer, code=code.upper()).first()
        if booking is None or not number:
            wrong.append(f"{line}: " + _("no place with this code, or no number"))
            continue
        try:
            offers.fulfil(actor=actor, booking_id=booking.pk, issued=number, at=at)
        except DomainError as refusal:
            wrong.append(f"{line}: {refusal.message}")
        else:
            kept += 1
    return kept, wrong
