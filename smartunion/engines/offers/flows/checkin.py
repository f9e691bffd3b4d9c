"""The door: opening a device, one code at a time, and what devices without signal bring in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.offers.flows import places, refusing
from smartunion.engines.offers.flows.history import move
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.handlers import FOLLOWERS
from smartunion.engines.offers.kinds import ATTENDED
from smartunion.engines.offers.models import Ban, Booking, Gate, Occasion, Quota, Scan
from smartunion.engines.offers.rules.checkin import (
    Door,
    Entry,
    Outcome,
    Ticket,
    decide,
    first_entry,
    share_holds,
    tidy,
)
from smartunion.engines.offers.rules.words import BookingState, QuotaScope
from smartunion.ground.facts import ledger
from smartunion.ground.policies import service as policies

MOST_SYNCED = 500
_COMES = (BookingState.CONFIRMED, BookingState.NO_SHOW)


@dataclass(frozen=True)
class Read:
    """A code read by a device. client_id: its nonce; at: by the device's clock; was_let_in: decided without signal."""

    client_id: UUID
    code: str
    at: datetime
    gate_key: str = ""
    was_let_in: bool = False
    is_offline: bool = False
    is_walk_in: bool = False


def door_of(actor: Actor, occasion_id: int) -> Occasion:
    """An occasion whose door the actor keeps. Raises NotVisible, NotAllowed."""
    rows = Occasion.objects.visible_to(actor).select_related("offer__union")
    occasion = get_visible(rows, occasion_id)
    if not actor.can("offers.check_in", path=occasion.offer.path):
        actor.check_can("offers.manage", path=occasion.offer.path)
    return occasion


def _door(occasion: Occasion) -> Door:
    minutes = int(
        policies.value("offers.door_minutes", path=occasion.offer.path, on=local_date(occasion.starts_at))
    )
    return Door(
        occasion.pk, occasion.starts_at, occasion.ends_at, timedelta(minutes=minutes), occasion.cancelled_at is not None
    )  # fmt: skip


@transaction.atomic
def open_gate(*, actor: Actor, occasion_id: int, key: str, label: str, share: int, at: datetime) -> Gate:
    """A device at a door, with places reserved for people without a booking. Again: the same device.

    Raises NotVisible, NotAllowed, InvalidInput naming key, Full (so many are not free any more).
    """
    occasion = door_of(actor, occasion_id)
    if not 8 <= len(key) <= 40 or not 0 <= share <= 100_000:
        raise InvalidInput(_("The device sent no name of its own. Reload the page."), field="key")
    known = Gate.objects.filter(occasion=occasion, key=key).first()
    if known is not None:
        return _known_gate(actor, known, occasion, share, at)
    last = Gate.objects.filter(occasion=occasion).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            gate = Gate.objects.create(
                occasion=occasion, key=key, number=last + 1, label=label.strip()[:40], share=share, user_id=actor.user_id,
                opened_at=at, seen_at=at,
            )  # fmt: skip
    except IntegrityError:  # another device opened in the same moment and took the number
        raise StaleState(_("Another device was opened just now. Please try again.")) from None
    _reserve(occasion, share)
    audit.record(actor, "offers.gate_opened", gate, at=at, data={"share": share})
    return gate


def _known_gate(actor: Actor, gate: Gate, occasion: Occasion, share: int, at: datetime) -> Gate:
    """The same device again; it may reserve places once."""
    Gate.objects.filter(pk=gate.pk).update(seen_at=at)
    rows = Gate.objects.filter(pk=gate.pk, share=0, closed_at=None)
    if share and gate.share == 0 and rows.update(share=share) == 1:
        _reserve(occasion, share)
        audit.record(actor, "offers.gate_opened", gate, at=at, data={"share": share})
    gate.refresh_from_db()
    return gate


def _reserve(occasion: Occasion, share: int) -> None:
    if share and not places.take(dict.fromkeys(_for_all(occasion), share)):
        raise refusing.Full(_("So many places are not free any more. Reserve fewer for this device."))


def _for_all(occasion: Occasion) -> list[int]:
    rows = Quota.objects.filter(offer_id=occasion.offer_id, scope=QuotaScope.ALL)
    return [pk for pk, one in rows.values_list("pk", "occasion_id") if one in (None, occasion.pk)]


@transaction.atomic
def close_gate(*, actor: Actor, gate_id: int, at: datetime) -> Gate:
    """Send a device home; reserved places it did not give go back. Again: the same. Raises NotVisible, NotAllowed."""
    gate = get_visible(Gate.objects.visible_to(actor).select_related("occasion__offer"), gate_id)
    door_of(actor, gate.occasion_id)
    used = Scan.objects.filter(gate=gate, is_walk_in=True, outcome=Outcome.ADMITTED).count()
    if Gate.objects.filter(pk=gate.pk, closed_at=None).update(closed_at=at, share=used) == 1:
        if gate.share > used:
            places.give_back(dict.fromkeys(_for_all(gate.occasion), gate.share - used))
        audit.record(actor, "offers.gate_closed", gate, at=at)
    gate.refresh_from_db()
    return gate


def check_in(*, actor: Actor, occasion_id: int, read: Read, at: datetime) -> Scan:
    """Let somebody in by her code, or say why not (`outcome`). The same client_id again: the same answer.

    Raises NotVisible, NotAllowed, StaleState (the client_id belongs to another door).
    """
    occasion = door_of(actor, occasion_id)
    for _attempt in range(3):
        known = Scan.objects.filter(client_id=read.client_id).select_related("booking", "gate").first()
        if known is not None:
            if known.occasion_id != occasion.pk:
                raise StaleState
            return known
        try:
            return _read(actor, occasion, read, at)
        except (IntegrityError, StaleState):  # the same code at another gate in the same moment: look again
            continue
    raise StaleState


@transaction.atomic
def _read(actor: Actor, occasion: Occasion, read: Read, at: datetime) -> Scan:
    when = min(read.at, at)
    gate = Gate.objects.filter(occasion=occasion, key=read.gate_key).first() if read.gate_key else None
    booking, outcome = None, _walk_in(gate)
    if not read.is_walk_in:
        booking = (
            Booking.objects.filter(code=tidy(read.code), offer_id=occasion.offer_id)
            .select_related("offer", "occasion").first()
        )  # fmt: skip
        outcome = decide(
            Ticket(booking.occasion_id, booking.state) if booking else None, _door(occasion), when
        )
    let_in = read.was_let_in if read.is_offline else outcome == Outcome.ADMITTED
    refused = read.is_offline and not let_in and outcome == Outcome.ADMITTED
    scan = Scan(
        client_id=read.client_id, occasion=occasion, gate=gate, booking=booking, is_walk_in=read.is_walk_in,
        is_offline=read.is_offline, was_let_in=let_in, outcome=Outcome.NOT_CONFIRMED if refused else outcome, at=when,
        received_at=at, user_id=actor.user_id,
    )  # fmt: skip
    if booking is not None and scan.outcome == Outcome.ADMITTED:
        _attend(booking, scan, actor, at)
    scan.save(force_insert=True)
    if booking is not None and read.is_offline and let_in and outcome == Outcome.ALREADY_IN:
        _settle(booking, actor, at)
    elif read.is_walk_in and gate is not None:
        _settle_share(gate, actor, at)
    scan.refresh_from_db()
    return scan


def _walk_in(gate: Gate | None) -> Outcome:
    if gate is None:
        return Outcome.SHARE_SPENT
    used = Scan.objects.filter(gate=gate, is_walk_in=True, outcome=Outcome.ADMITTED).count()
    return Outcome.ADMITTED if used < gate.share else Outcome.SHARE_SPENT


def _attend(booking: Booking, scan: Scan, actor: Actor, at: datetime) -> None:
    Ban.objects.filter(booking=booking, lifted_at=None).update(
        lifted_at=at, lifted_by=actor.name[:80], reason=_("She was there.")
    )
    move(
        booking, BookingState.ATTENDED, what="checked_in", actor=actor, at=at, attended_at=scan.at,
        device_key=scan.gate.key if scan.gate else "",
    )  # fmt: skip
    ledger.record(
        actor=actor, kind=ATTENDED, key=f"offers:{booking.pk}:attended", happened_on=local_date(scan.at), at=at,
        path=booking.path, subject=booking, quantity=booking.party,
        person_id=None if booking.offer.is_private else booking.person_id, attrs={"kind": booking.offer.kind},
    )  # fmt: skip
    for follower in FOLLOWERS:
        follower.came(booking, actor=actor, at=at)
    tell(booking, at=at)


def _entries(scans: Iterable[Scan]) -> dict[UUID, Entry]:
    return {
        scan.client_id: Entry(scan.at, scan.gate.number if scan.gate else 0, scan.client_id) for scan in scans
    }


def _settle(booking: Booking, actor: Actor, at: datetime) -> None:
    """Of all who were let in with one code the first holds, whichever phone was heard of first."""
    kinds = (Outcome.ADMITTED, Outcome.ALREADY_IN)
    scans = list(
        Scan.objects.filter(booking=booking, was_let_in=True, outcome__in=kinds).select_related("gate")
    )
    first = first_entry(_entries(scans).values())
    if first is None:
        return
    holds = next(scan for scan in scans if scan.client_id == first.client_id)
    if holds.outcome == Outcome.ADMITTED:
        return
    Scan.objects.filter(booking=booking, outcome=Outcome.ADMITTED).update(outcome=Outcome.ALREADY_IN)
    Scan.objects.filter(pk=holds.pk).update(outcome=Outcome.ADMITTED)
    rows = Booking.objects.filter(pk=booking.pk, state=BookingState.ATTENDED, version=booking.version)
    key = holds.gate.key if holds.gate else ""
    if rows.update(attended_at=holds.at, device_key=key, updated_at=at, version=F("version") + 1) != 1:
        raise StaleState
    audit.record(
        actor, "offers.entry_settled", booking, at=at, data={"scan": holds.pk}, owner_person_id=booking.person_id
    )  # fmt: skip


def _settle_share(gate: Gate, actor: Actor, at: datetime) -> None:
    """People without a booking: the earliest as many as were reserved for the device."""
    scans = list(Scan.objects.filter(gate=gate, is_walk_in=True, was_let_in=True).select_related("gate"))
    covered = share_holds(_entries(scans).values(), gate.share)
    for scan in scans:
        outcome = Outcome.ADMITTED if scan.client_id in covered else Outcome.SHARE_SPENT
        if scan.outcome != outcome:
            Scan.objects.filter(pk=scan.pk).update(outcome=outcome)


def sync(*, actor: Actor, occasion_id: int, reads: Iterable[Read], at: datetime) -> list[Scan]:
    """What a device did without signal, in any order and as often as it likes; answers in the same order.

    Raises NotVisible, NotAllowed, InvalidInput (more than 500 at once).
    """
    listed = list(reads)
    if len(listed) > MOST_SYNCED:
        raise InvalidInput(_("Send at most %(most)s at once.") % {"most": MOST_SYNCED}, field="scans")
    return [check_in(actor=actor, occasion_id=occasion_id, read=read, at=at) for read in listed]


@transaction.atomic
def mark(*, actor: Actor, booking_id: int, came: bool, at: datetime) -> Booking:
    """Set attendance by hand: she was there, or was not. Raises NotVisible, NotAllowed, StaleState."""
    booking = get_visible(Booking.objects.visible_to(actor).select_related("offer", "occasion"), booking_id)
    actor.check_can("offers.manage", path=booking.path)
    if came and booking.state == BookingState.ATTENDED:
        return booking
    if not came or booking.state not in _COMES or at < booking.occasion.starts_at:
        raise StaleState(_("Attendance is noted for confirmed places, once it has begun."))
    scan = Scan(at=at, gate=None)
    _attend(booking, scan, actor, at)
    audit.record(actor, "offers.marked", booking, at=at, owner_person_id=booking.person_id)
    return booking
