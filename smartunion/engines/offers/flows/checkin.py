"""The door: opening a device, one code at a time, and what devices without signal bring in."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.core.together import together
from smartunion.engines.offers.flows import places, refusing
from smartunion.engines.offers.flows.history import move
from smartunion.engines.offers.flows.telling import tell
from smartunion.engines.offers.handlers import FOLLOWERS
from smartunion.engines.offers.kinds import ATTENDED
from smartunion.engines.offers.models import Ban, Booking, Gate, Occasion, Quota, Scan
from smartunion.engines.offers.rules import questions
from smartunion.engines.offers.rules.checkin import (
    GOOD,
    Door,
    Move,
    Outcome,
    Ticket,
    decide,
    decide_exit,
    judged,
    presence,
    share_holds,
    tidy,
)
from smartunion.engines.offers.rules.words import BookingState, QuotaScope
from smartunion.ground.facts import ledger
from smartunion.ground.policies import service as policies

MOST_SYNCED = 500
_COMES = (BookingState.CONFIRMED, BookingState.NO_SHOW)

#: A device that says it read a code longer ago has a wrong clock.
LONGEST_APART = timedelta(days=30)


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
    is_exit: bool = False


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
        raise StaleState(
            _("Another device was opened just now."), remedy=_("Please try once more.")
        ) from None
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


@dataclass
class _Here:
    """The door while codes are read: who keeps it, the occasion with its times, devices by key."""

    actor: Actor
    occasion: Occasion
    door: Door
    at: datetime
    gates: dict[str, Gate]


def check_in(*, actor: Actor, occasion_id: int, read: Read, at: datetime) -> Scan:
    """Let somebody in or out by her code, or say why not (`outcome`). The same client_id again: the same answer.

    Raises NotVisible, NotAllowed, StaleState (the client_id belongs to another door).
    """
    return sync(actor=actor, occasion_id=occasion_id, reads=[read], at=at)[0]


def sync(*, actor: Actor, occasion_id: int, reads: Iterable[Read], at: datetime) -> list[Scan]:
    """What a device did, with or without signal, in any order and as often as it likes; answers in the same order.

    Raises NotVisible, NotAllowed, StaleState (a client_id belongs to another door), InvalidInput (more than 500 at once).
    """
    listed = list(reads)
    if len(listed) > MOST_SYNCED:
        raise InvalidInput(_("Send at most %(most)s at once.") % {"most": MOST_SYNCED}, field="scans")
    occasion = door_of(actor, occasion_id)
    keys = {read.gate_key for read in listed if read.gate_key}
    gates = {gate.key: gate for gate in Gate.objects.filter(occasion=occasion, key__in=keys)} if keys else {}
    here = _Here(actor, occasion, _door(occasion), at, gates)
    known = _scans(read.client_id for read in listed)
    if any(scan.occasion_id != occasion.pk for scan in known.values()):
        raise StaleState
    for read in listed:
        if read.client_id not in known:
            known[read.client_id] = _once(here, read)
    if len(listed) > 1:  # a later one may have settled an earlier one
        known = _scans(read.client_id for read in listed)
    return [known[read.client_id] for read in listed]


def _scans(client_ids: Iterable[UUID]) -> dict[UUID, Scan]:
    rows = Scan.objects.filter(client_id__in=list(client_ids)).select_related("booking", "gate")
    return {scan.client_id: scan for scan in rows}


def _once(here: _Here, read: Read) -> Scan:
    for _attempt in range(3):
        try:
            return _read(here, read)
        except (IntegrityError, StaleState):  # the same code at another gate in the same moment: look again
            known = _scans([read.client_id]).get(read.client_id)
            if known is not None:
                return known
    raise StaleState


@transaction.atomic
def _read(here: _Here, read: Read) -> Scan:
    when = max(min(read.at, here.at), here.at - LONGEST_APART).astimezone(UTC)
    gate = here.gates.get(read.gate_key)
    booking = None
    if read.is_walk_in:
        outcome = _walk_in(gate)
    else:
        booking = (
            Booking.objects.filter(code=tidy(read.code), offer_id=here.occasion.offer_id).defer("guests", "answers")
            .select_related("offer", "occasion").select_for_update(of=("self",)).first()
        )  # fmt: skip  # one code at many gates in the same moment: one after the other, not again and again
        ticket = Ticket(booking.occasion_id, booking.state, booking.left_at is not None) if booking else None
        outcome = decide_exit(ticket, here.door) if read.is_exit else decide(ticket, here.door, when)
    let_in = read.was_let_in if read.is_offline else outcome in GOOD
    refused = read.is_offline and not let_in and outcome in GOOD
    scan = Scan(
        client_id=read.client_id, occasion=here.occasion, gate=gate, booking=booking, is_walk_in=read.is_walk_in,
        is_exit=read.is_exit, is_offline=read.is_offline, was_let_in=let_in,
        outcome=Outcome.NOT_CONFIRMED if refused else outcome, at=when, received_at=here.at, user_id=here.actor.user_id,
    )  # fmt: skip
    with together():
        if booking is not None and scan.outcome == Outcome.ADMITTED:
            _attend(booking, scan, here.actor, here.at)
    scan.save(force_insert=True)
    if booking is not None and scan.outcome in _THROUGH:
        _settle(booking, scan, here)
    elif read.is_walk_in and gate is not None:
        _settle_share(gate, scan)
    return scan


#: Outcomes of those who went through the door with a code that opens it.
_THROUGH = (Outcome.ADMITTED, Outcome.ALREADY_IN, Outcome.RETURNED, Outcome.LEFT, Outcome.NOT_INSIDE)


def _walk_in(gate: Gate | None) -> Outcome:
    if gate is None:
        return Outcome.SHARE_SPENT
    used = Scan.objects.filter(gate=gate, is_walk_in=True, outcome=Outcome.ADMITTED).count()
    return Outcome.ADMITTED if used < gate.share else Outcome.SHARE_SPENT


def _attend(booking: Booking, scan: Scan, actor: Actor, at: datetime) -> None:
    if booking.state == BookingState.NO_SHOW:
        rows = Ban.objects.filter(booking=booking, lifted_at=None)
        rows.update(lifted_at=at, lifted_by=actor.name[:80], reason=_("She was there."))
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


def _settle(booking: Booking, scan: Scan, here: _Here) -> None:
    """Of all who went through with one code: what holds, and how long she was there, whoever was heard of first."""
    rows = Scan.objects.filter(booking=booking, outcome__in=_THROUGH).filter(
        Q(is_exit=True) | Q(was_let_in=True)
    )
    scans = list(rows.select_related("gate"))
    moves = [Move(one.at, one.gate.number if one.gate else 0, one.client_id, one.is_exit) for one in scans]
    outcomes = judged(moves)
    changed = [one for one in scans if one.outcome != outcomes[one.client_id]]
    for one in sorted(changed, key=lambda one: outcomes[one.client_id] == Outcome.ADMITTED):
        Scan.objects.filter(pk=one.pk).update(
            outcome=outcomes[one.client_id]
        )  # one entry holds: it is made last
    scan.outcome = outcomes.get(scan.client_id, scan.outcome)
    _note_presence(booking, scans, moves, here, is_settled=bool(changed))


def _note_presence(
    booking: Booking, scans: list[Scan], moves: list[Move], here: _Here, *, is_settled: bool
) -> None:
    times = presence(moves, starts_at=here.occasion.starts_at, ends_at=here.occasion.ends_at)
    if times is None or booking.state != BookingState.ATTENDED:
        return
    outcomes = judged(moves)
    first = next(scan for scan in scans if outcomes[scan.client_id] == Outcome.ADMITTED)
    values = {
        "attended_at": times.came_at, "back_at": times.since_at if times.since_at != times.came_at else None,
        "left_at": times.left_at, "present_s": times.closed_s, "device_key": first.gate.key if first.gate else "",
    }  # fmt: skip
    if not is_settled and all(getattr(booking, name) == value for name, value in values.items()):
        return
    rows = Booking.objects.filter(pk=booking.pk, state=BookingState.ATTENDED, version=booking.version)
    if rows.update(**values, updated_at=here.at, version=F("version") + 1) != 1:
        raise StaleState
    if is_settled:
        audit.record(
            here.actor, "offers.entry_settled", booking, at=here.at, data={"came_at": times.came_at.isoformat()},
            owner_person_id=booking.person_id,
        )  # fmt: skip


def _settle_share(gate: Gate, scan: Scan) -> None:
    """People without a booking: the earliest as many as were reserved for the device."""
    scans = list(Scan.objects.filter(gate=gate, is_walk_in=True, was_let_in=True))
    covered = share_holds([Move(one.at, gate.number, one.client_id) for one in scans], gate.share)
    for one in scans:
        outcome = Outcome.ADMITTED if one.client_id in covered else Outcome.SHARE_SPENT
        if one.outcome != outcome:
            Scan.objects.filter(pk=one.pk).update(outcome=outcome)
        if one.pk == scan.pk:
            scan.outcome = outcome


@transaction.atomic
def answer(
    *,
    actor: Actor,
    occasion_id: int,
    code: str,
    answers: Mapping[str, object],
    answered_at: datetime,
    at: datetime,
) -> Booking:
    """Keep what somebody answered at the door. Sending it again, or older answers later, changes nothing.

    Raises NotVisible, NotAllowed; InvalidInput naming code (not of this occasion) or a question's key.
    """
    occasion = door_of(actor, occasion_id)
    rows = Booking.objects.filter(code=tidy(code), occasion=occasion).select_related("offer", "occasion")
    booking = rows.first()
    if booking is None:
        raise InvalidInput(_("This code is not known here. Read it once more, or type it."), field="code")
    given = questions.cleaned(questions.load(occasion.offer.questions), answers, asked=questions.Asked.DOOR)
    when = min(answered_at, at)
    fresh = rows.filter(pk=booking.pk).filter(Q(door_answered_at=None) | Q(door_answered_at__lt=when))
    if fresh.update(
        door_answers=json.dumps(given, ensure_ascii=False) if given else "",
        door_answered_at=when,
        updated_at=at,
    ):
        audit.record(actor, "offers.door_answered", booking, at=at, owner_person_id=booking.person_id)
    booking.refresh_from_db()
    return booking


@transaction.atomic
def mark(*, actor: Actor, booking_id: int, came: bool, at: datetime) -> Booking:
    """Set attendance by hand: she was there, or was not. Raises NotVisible, NotAllowed, StaleState."""
    booking = get_visible(Booking.objects.visible_to(actor).select_related("offer", "occasion"), booking_id)
    actor.check_can("offers.manage", path=booking.path)
    if came and booking.state == BookingState.ATTENDED:
        return booking
    if not came or booking.state not in _COMES or at < booking.occasion.starts_at:
        raise StaleState(_("Attendance is noted for confirmed places, once it has begun."))
    # By hand it is noted that she was there, not when: until something else is known, all the while.
    _attend(booking, Scan(at=min(at, booking.occasion.starts_at), gate=None), actor, at)
    audit.record(actor, "offers.marked", booking, at=at, owner_person_id=booking.person_id)
    return booking
