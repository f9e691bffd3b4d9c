"""Booking, entering, waiting, confirming."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.ids import readable
from smartunion.core.reading import get_visible
from smartunion.core.together import together
from smartunion.engines.offers.flows import places, refusing, waiting
from smartunion.engines.offers.flows.history import event_values, move
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.kinds import BOOKED
from smartunion.engines.offers.models import Booking, BookingEvent, Occasion, Offer
from smartunion.engines.offers.queries import people
from smartunion.engines.offers.queries.places import fits, free_of, is_line, needs_of, rules_of
from smartunion.engines.offers.rules import questions
from smartunion.engines.offers.rules.terms import answer_group, item_group
from smartunion.engines.offers.rules.words import TIMED, Allocation, BookingState, OfferState
from smartunion.ground.facts import ledger
from smartunion.ground.policies import service as policies


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. client_id: made by the page or device; sending the same again books once.

    also: keys of further occasions of the offer, best first (draws, rankings); guests: names; answers: by question key;
    group_code: of people who go together or not at all; person_id: whom a manager books for; waits: join the waiting
    list when all is taken; item: key of the kind of thing she wants; agrees: to the offer's consent.
    """

    occasion_id: int
    client_id: UUID
    also: tuple[int, ...] = ()
    guests: tuple[str, ...] = ()
    answers: dict[str, Any] = field(default_factory=dict)
    group_code: str = ""
    person_id: int | None = None
    waits: bool = True
    item: str = ""
    agrees: bool = False


class _NoPlace(Exception):
    """Leaves the transaction, so that nothing of a booking without a place stays."""


@dataclass(frozen=True)
class Around:
    """What a booking is checked against, read beforehand.

    bars: what keeps her from booking that day; slots: numbers of her live bookings here; others: keys of those occasions
    wished besides that the offer has and that stand; uses: how often she has used the limit of the offer, by name.
    """

    occasion: Occasion
    who: people.Who
    bars: tuple[people.Barred, ...]
    slots: frozenset[int]
    others: frozenset[int]
    uses: Mapping[str, int]


def book_alone(*, actor: Actor, wish: Wish, at: datetime) -> Booking:
    """`arriving.book` for one, in a transaction of her own. Raises what that does."""
    again = Booking.objects.filter(client_id=wish.client_id).select_related("offer", "occasion").first()
    if again is not None:
        return _seen_before(again, actor)
    around = _around(actor, wish, at)
    booking = prepared(actor, wish, around, at)
    try:
        return _written(booking, around.who, wish, actor, at)
    except IntegrityError:  # the same moment in another window, or the same request twice
        again = Booking.objects.filter(client_id=wish.client_id).select_related("offer", "occasion").first()
        if again is None:
            raise refusing.AlreadyBooked from None
        return _seen_before(again, actor)


def _seen_before(booking: Booking, actor: Actor) -> Booking:
    mine = actor.user_id is not None and actor.user_id in (booking.user_id, booking.made_by)
    if not mine and (booking.person_id is None or booking.person_id != actor.person_id):
        raise StaleState
    return booking


def _around(actor: Actor, wish: Wish, at: datetime) -> Around:
    shown = Occasion.objects.filter(offer__in=Offer.objects.shown()).select_related("offer")
    occasion = get_visible(shown, wish.occasion_id)
    offer = occasion.offer
    who = _who(actor, wish, offer)
    also = others_wished(occasion, wish)
    others = Occasion.objects.filter(offer_id=offer.pk, pk__in=also, cancelled_at=None)
    return Around(
        occasion, who, people.bars_of(who, on=local_date(at)), refusing.slots_of(offer, who),
        frozenset(others.values_list("pk", flat=True)) if also else frozenset(),
        people.uses_of(who, places.limit_names(offer, at)) if offer.limit_key else {},
    )  # fmt: skip


def prepared(actor: Actor, wish: Wish, around: Around, at: datetime) -> Booking:
    """The booking as it would be, everything checked that does not change under load. Asks the database nothing."""
    occasion, who = around.occasion, around.who
    offer = occasion.offer
    refusing.check_allocation(offer)
    refusing.check_window(offer, at)
    refusing.check_occasion(occasion, at)
    refusing.check_meets(offer, occasion, who)
    refusing.check_bars(offer, around.bars)
    slot = refusing.first_slot(offer, around.slots)
    refusing.check_limit(offer, around.uses, at)
    guests = _guests(offer, wish)
    answers = questions.cleaned(questions.load(offer.questions), wish.answers, asked=questions.Asked.SIGN_UP)
    return Booking(
        client_id=wish.client_id, offer=offer, occasion=occasion, path=offer.path, person_id=who.person_id,
        user_id=who.user_id, union_path=who.facts.union_path, slot=slot,
        party=1 + len(guests), also=_also(occasion, wish, around.others), item=item_of(offer, wish.item),
        groups=groups_for(offer, who, item=item_of(offer, wish.item), answers=answers),
        agreed_at=_agreed(offer, wish, at),
        group_code=wish.group_code.strip().upper()[:12],
        guests=json.dumps(guests, ensure_ascii=False) if guests else "",
        answers=json.dumps(answers, ensure_ascii=False) if answers else "", code=readable(10), booked_at=at,
        updated_at=at, made_by=actor.user_id if wish.person_id is not None else None,
    )  # fmt: skip


def item_of(offer: Offer, wanted: str) -> str:
    """The kind of thing she gets: the one she chose, the only one there is, "" where nothing is handed out.

    Raises InvalidInput naming item.
    """
    keys = [str(one["key"]) for one in offer.items]
    if not keys or wanted in keys:
        return wanted if keys else ""
    if len(keys) == 1 and not wanted:
        return keys[0]
    raise InvalidInput(_("Choose what you would like to have."), field="item")


def groups_for(
    offer: Offer, who: people.Who, *, item: str = "", answers: Mapping[str, object] | None = None
) -> list[str]:
    """Groups whose places a booking takes: hers, those her answers put her in, the stock of what she chose."""
    by_answer = [
        answer_group(one.key, str(answers[one.key]))
        for one in questions.load(offer.questions)
        if answers is not None and one.kind == questions.QuestionKind.CHOICE and one.key in answers
    ]
    return sorted({*who.facts.groups, *by_answer, *([item_group(item)] if item else [])})


def _agreed(offer: Offer, wish: Wish, at: datetime) -> datetime | None:
    if offer.consent and not wish.agrees:
        raise InvalidInput(
            _("Your consent is needed here, because data go to somebody else."), field="consent",
            remedy=_("Read what is handed on and to whom, and tick it if you agree; without it nothing is handed on."),
        )  # fmt: skip
    return at if offer.consent else None


def _who(actor: Actor, wish: Wish, offer: Offer) -> people.Who:
    if wish.person_id is None or wish.person_id == actor.person_id:
        return people.who_is(actor)
    actor.check_can("offers.manage", path=offer.path)
    return people.person(wish.person_id)


def _guests(offer: Offer, wish: Wish) -> list[str]:
    guests = [name.strip()[:40] for name in wish.guests if name.strip()]
    if len(guests) + 1 > offer.party_max:
        raise InvalidInput(
            _("At most %(most)s people come together here.") % {"most": offer.party_max}, field="guests"
        )
    return guests


def others_wished(occasion: Occasion, wish: Wish) -> list[int]:
    """Keys of the occasions wished besides the first, best first."""
    return [pk for pk in dict.fromkeys(wish.also) if pk != occasion.pk]


def _also(occasion: Occasion, wish: Wish, stand: frozenset[int]) -> list[int]:
    also = others_wished(occasion, wish)
    if not stand.issuperset(also):
        raise InvalidInput(_("Choose among the occasions of this offer."), field="also")
    return [occasion.pk, *also] if also else []


def _written(booking: Booking, who: people.Who, wish: Wish, actor: Actor, at: datetime) -> Booking:
    offer = booking.offer
    if offer.state == OfferState.ALLOTTED:
        return _waits(booking, wish, actor, at)
    if offer.allocation in (Allocation.DRAW, Allocation.RANKED):
        return _enter(booking, actor, at)
    try:
        return _take_place(booking, who, actor, at)
    except _NoPlace:
        booking.pk = None
        return _waits(booking, wish, actor, at)


@transaction.atomic
def _enter(booking: Booking, actor: Actor, at: datetime) -> Booking:
    booking.state, booking.is_entry = BookingState.ENTERED, True
    with together():
        _insert(booking, "entered", actor, at)
    # Last, so that nobody waits for long: whoever gets past this line is in the draw, whoever does not gets an answer.
    open_ = Offer.objects.filter(pk=booking.offer_id, state=OfferState.PUBLISHED, closes_at__gt=at)
    if open_.update(entries=F("entries") + 1) != 1:
        raise refusing.NotOpen(_("Sign-up has just closed."))
    return booking


@transaction.atomic
def _take_place(booking: Booking, who: people.Who, actor: Actor, at: datetime) -> Booking:
    offer = booking.offer
    needs = needs_of(rules_of(offer.pk), booking, booking.occasion_id)
    if is_line(offer.pk) or not fits(needs, free_of(offer.pk)):
        raise _NoPlace
    if offer.needs_confirming:
        booking.state, booking.expires_at = BookingState.HELD, hold_until(offer, at)
    else:
        booking.state = BookingState.CONFIRMED
    booking.quota_ids, booking.limit_key = sorted(needs), places.limit_of(offer, at)
    with together():
        if not places.use_limit(booking.limit_key, offer.limit_per, who, years=places.years_of(offer)):
            raise refusing.LimitSpent
        _insert(booking, booking.state, actor, at)
        if booking.state == BookingState.CONFIRMED:
            keep_booked(booking, actor, at)
    if not places.take(needs):
        raise _NoPlace
    return booking


@transaction.atomic
def _waits(booking: Booking, wish: Wish, actor: Actor, at: datetime) -> Booking:
    """Join the line. Whoever joins while a place is free is offered it in the same breath."""
    if not wish.waits:
        raise refusing.Full
    places.hold_still(booking.offer)
    booking.state, booking.rank, booking.expires_at = BookingState.WAITING, waiting.last_turn(at), None
    booking.quota_ids, booking.limit_key = [], ""
    _insert(booking, "waiting", actor, at)
    waiting.fill(offer=booking.offer, actor=actor, at=at)
    booking = Booking.objects.select_related("offer", "occasion").get(pk=booking.pk)
    if booking.state == BookingState.OFFERED and not booking.offer.needs_confirming:
        return confirm(
            actor=actor, booking_id=booking.pk, at=at
        )  # she asks for it now: no need to ask her again
    return booking


def _insert(booking: Booking, what: str, actor: Actor, at: datetime) -> None:
    booking.save(force_insert=True)
    BookingEvent.objects.create(**event_values(booking, "", what=what, actor=actor, at=at))
    audit.record(
        actor, f"offers.{what}", booking, at=at, data={"offer": booking.offer_id}, owner_person_id=booking.person_id
    )  # fmt: skip
    tell(booking, at=at)


def hold_until(offer: Offer, at: datetime) -> datetime:
    """Until when a place is held for somebody who fills in the form."""
    minutes = int(policies.value("offers.hold_minutes", path=offer.path, on=local_date(at)))
    return at + timedelta(minutes=minutes)


def keep_booked(booking: Booking, actor: Actor, at: datetime) -> None:
    """The fact that a place was booked; its quantity is the people who come."""
    ledger.record(
        actor=actor, kind=BOOKED, key=f"offers:{booking.pk}:booked", happened_on=local_date(at), at=at,
        path=booking.path, subject=booking, quantity=booking.party, person_id=_named(booking),
        attrs={"kind": booking.offer.kind},
    )  # fmt: skip


def _named(booking: Booking) -> int | None:
    """Whose name the ledger keeps: of an offer whose participants are nobody's business, none."""
    return None if booking.offer.is_private else booking.person_id


@transaction.atomic
def confirm(*, actor: Actor, booking_id: int, at: datetime) -> Booking:
    """Take the place that is held or offered. Again: the same booking.

    Raises NotVisible, NotAllowed; NotOpen (too late), StaleState.
    """
    booking = mine_or_managed(actor, booking_id)
    if booking.state == BookingState.CONFIRMED:
        return booking
    if booking.state not in TIMED:
        raise StaleState(_("There is no place to confirm here."))
    if booking.expires_at is None or at >= booking.expires_at:
        raise refusing.NotOpen(_("The time to confirm has passed; the place went to the next in line."))
    move(booking, BookingState.CONFIRMED, what="confirmed", actor=actor, at=at, expires_at=None)
    audit.record(actor, "offers.confirmed", booking, at=at, owner_person_id=booking.person_id)
    keep_booked(booking, actor, at)
    tell(booking, at=at)
    return booking


def mine_or_managed(actor: Actor, booking_id: int) -> Booking:
    """A booking that is the actor's own or of an offer she manages. Raises NotVisible, NotAllowed (checks in only)."""
    visible = Booking.objects.visible_to(actor).select_related("offer", "occasion")
    booking = get_visible(visible, booking_id)
    if not Booking.objects.of(actor).filter(pk=booking.pk).exists():
        actor.check_can("offers.manage", path=booking.path)
    return booking
