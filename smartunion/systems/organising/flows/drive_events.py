"""Ceremonies and service fairs of a drive: who came, what was handed out (S005, S006)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotVisible, Refusal, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.kinds import MEMBER_JOINED
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.systems.organising.models import DriveEvent, DriveGuest, JoiningDrive


class GiftGone(Refusal):
    """Nothing is left to hand out, or she has had hers."""

    code = "gift_gone"
    status = 409


@dataclass(frozen=True)
class NewEvent:
    """An event; union_id: who holds it, the drive's own union or one below; stock: gifts there are, 0 for none."""

    union_id: int
    title: str
    held_on: date
    place: str = ""
    gift: str = ""
    stock: int = 0


@transaction.atomic
def plan_event(*, actor: Actor, drive_id: int, data: NewEvent, at: datetime) -> DriveEvent:
    """Note an event of a drive. Raises NotVisible, NotAllowed; InvalidInput naming title, union, gift or stock."""
    drive = get_visible(JoiningDrive.objects.visible_to(actor), drive_id)
    union = get_visible(TradeUnion.objects.visible_to(actor), data.union_id)
    actor.check_can("drives.manage", path=union.path)
    title = squeeze(data.title)
    if not 2 <= len(title) <= 80:
        raise InvalidInput(_("The event needs a title of 2 to 80 characters."), field="title")
    if not union.path.startswith(drive.path):
        raise InvalidInput(_("%(union)s lies outside this drive.") % {"union": union.name}, field="union")
    if bool(squeeze(data.gift)) != bool(data.stock):
        raise InvalidInput(_("Say what is handed out and how many there are, or neither."), field="stock")
    if not 0 <= data.stock <= 1_000_000:
        raise InvalidInput(_("There can be 0 to 1,000,000 gifts."), field="stock")
    event = DriveEvent.objects.create(
        drive=drive, union=union, path=union.path, title=title, held_on=data.held_on, place=squeeze(data.place)[:80],
        gift=squeeze(data.gift)[:60], stock=data.stock, user_id=actor.user_id, created_at=at,
    )  # fmt: skip
    audit.record(
        actor, "organising.drive_event_planned", event, at=at, data={"drive": drive.pk, "stock": data.stock}
    )
    return event


@transaction.atomic
def note_guest(*, actor: Actor, event_id: int, person_id: int, with_gift: bool, at: datetime) -> DriveGuest:
    """Write down that somebody who joined by the drive came, and that she was handed the gift; repeating it is harmless.

    Raises NotVisible (no joiner of the drive in reach), NotAllowed, GiftGone (none left; or she had hers, and where).
    """
    event = get_visible(DriveEvent.objects.visible_to(actor), event_id)
    actor.check_can("drives.manage", path=event.path)
    joined = Fact.objects.standing().filter(drive_id=event.drive_id, kind=MEMBER_JOINED, person_id=person_id)
    reach = Membership.objects.visible_to(actor).filter(person_id=person_id, ended_on=None)
    if not reach.filter(person_id__in=joined.values("person_id")).exists():
        raise NotVisible
    guest, _made = DriveGuest.objects.get_or_create(
        event=event, person_id=person_id,
        defaults={"drive_id": event.drive_id, "came_at": at, "noted_by": actor.name[:80]},
    )  # fmt: skip
    if with_gift and guest.gift_at is None:
        _hand_out(event, guest, actor, at)
    return guest


def _hand_out(event: DriveEvent, guest: DriveGuest, actor: Actor, at: datetime) -> None:
    had = DriveGuest.objects.filter(drive_id=event.drive_id, person_id=guest.person_id, gift_at__isnull=False)
    if other := had.select_related("event").first():
        raise GiftGone(
            _("She was handed hers at “%(event)s” already; each member gets one in a drive.")
            % {"event": other.event.title}
        )
    left = DriveEvent.objects.filter(pk=event.pk, handed_out__lt=F("stock"))
    if left.update(handed_out=F("handed_out") + 1) != 1:
        raise GiftGone(_("Nothing is left to hand out at this event."))
    try:
        with transaction.atomic():
            DriveGuest.objects.filter(pk=guest.pk, gift_at=None).update(gift_at=at, gift_by=actor.name[:80])
    except IntegrityError:
        raise GiftGone(_("She has been handed hers at the same moment elsewhere.")) from None
    guest.gift_at, guest.gift_by = at, actor.name[:80]
    audit.record(actor, "organising.gift_handed_out", event, at=at, owner_person_id=guest.person_id)


@transaction.atomic
def take_back(*, actor: Actor, guest_id: int, reason: str, at: datetime) -> DriveEvent:
    """Undo a slip: the guest was noted by mistake, and her gift goes back on the pile. Raises InvalidInput, StaleState."""
    events = DriveEvent.objects.visible_to(actor)
    guest = get_visible(DriveGuest.objects.filter(event__in=events).select_related("event"), guest_id)
    event = guest.event
    actor.check_can("drives.manage", path=event.path)
    if not reason.strip():
        raise InvalidInput(_("Please say what was wrong."), field="reason")
    had_gift = guest.gift_at is not None
    if DriveGuest.objects.filter(pk=guest.pk, gift_at=guest.gift_at).delete()[0] != 1:
        raise StaleState
    if had_gift:
        DriveEvent.objects.filter(pk=event.pk).update(handed_out=F("handed_out") - 1)
    audit.record(
        actor, "organising.guest_removed", event, at=at, reason=reason.strip()[:200], owner_person_id=guest.person_id,
        data={"gift": had_gift},
    )  # fmt: skip
    return event
