"""Inviting: a place is kept for somebody until she answers."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import StaleState
from smartunion.core.ids import readable
from smartunion.core.reading import get_visible
from smartunion.engines.offers.flows import places, refusing
from smartunion.engines.offers.flows.booking import groups_for, item_of
from smartunion.engines.offers.flows.history import note_event
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.models import Booking, Occasion
from smartunion.engines.offers.queries import people
from smartunion.engines.offers.queries.places import needs_of, rules_of
from smartunion.engines.offers.rules.words import RUNNING, BookingState
from smartunion.ground.policies import service as policies


@transaction.atomic
def invite(*, actor: Actor, occasion_id: int, person_id: int, client_id: UUID, at: datetime) -> Booking:
    """Keep a place for somebody and ask her. The same client_id again: the same invitation.

    Raises NotVisible, NotAllowed, NotOpen, NotEligible, Banned, AlreadyBooked, LimitSpent, Full, StaleState.
    """
    occasion = get_visible(Occasion.objects.visible_to(actor).select_related("offer"), occasion_id)
    offer = occasion.offer
    actor.check_can("offers.manage", path=offer.path)
    again = Booking.objects.filter(client_id=client_id, offer=offer, person_id=person_id).first()
    if again is not None:
        return again
    if offer.state not in RUNNING:
        raise StaleState(_("The offer has not been published."), remedy=_("Publish it first; then invite."))
    refusing.check_occasion(occasion, at)
    who = people.person(person_id)
    refusing.check_may(offer, occasion, who, at)
    days = int(policies.value("offers.invite_days", path=offer.path, on=local_date(at)))
    thing = item_of(offer, str(offer.items[0]["key"]) if offer.items else "")
    row = Booking(
        client_id=client_id, offer=offer, occasion=occasion, path=offer.path, person_id=person_id,
        item=thing, union_path=who.facts.union_path, slot=refusing.free_slot(offer, who), groups=groups_for(offer, who, item=thing),
        state=BookingState.INVITED, code=readable(10), limit_key=places.limit_of(offer, at), booked_at=at, updated_at=at,
        made_by=actor.user_id, expires_at=min(at + timedelta(days=days), occasion.open_until),
    )  # fmt: skip
    if not places.use_limit(row.limit_key, offer.limit_per, who, years=places.years_of(offer)):
        raise refusing.LimitSpent
    needs = needs_of(rules_of(offer.pk), row, occasion.pk)
    row.quota_ids = sorted(needs)
    row.save(force_insert=True)
    note_event(row, "", what="invited", actor=actor, at=at)
    audit.record(actor, "offers.invited", row, at=at, owner_person_id=person_id)
    tell(row, at=at)
    if not places.take(needs):
        raise refusing.Full
    return row
