"""Meeting again: a badge at the door, a yes that nobody sees, contacts for two who both said it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.engines.offers.models import Booking
from smartunion.systems.programmes.models import Badge, FrontLine, Proof, Yes

#: Ready programmes at whose meetings contacts are exchanged.
MEETS = frozenset({"friendship"})
#: So long yeses are taken and contacts shown; afterwards badges and contacts are deleted.
OPEN_FOR = timedelta(days=30)
_MOST = 10


def give_badge(booking: Booking, *, at: datetime) -> Badge:
    """The next number of the meeting, for somebody who has come; once."""
    known = Badge.objects.filter(booking=booking).first()
    if known is not None:
        return known
    for _attempt in range(5):
        last = Badge.objects.filter(offer=booking.offer_id).aggregate(n=Max("number"))["n"] or 0
        try:
            with transaction.atomic():
                return Badge.objects.create(
                    booking=booking, offer_id=booking.offer_id, number=last + 1, made_at=at
                )
        except IntegrityError:  # somebody came in at another door this moment
            continue
    raise StaleState


def badge_of(actor: Actor, booking_id: int, at: datetime) -> Badge:
    """The actor's own badge while contacts are exchanged. Raises NotVisible."""
    mine = Booking.objects.of(actor).filter(pk=booking_id)
    rows = Badge.objects.filter(booking__in=mine, made_at__gt=at - OPEN_FOR)
    badge = rows.select_related("booking__offer", "booking__occasion").first()
    if badge is None:
        raise NotVisible
    return badge


@transaction.atomic
def write_badge(*, actor: Actor, booking_id: int, called: str, contact: str, at: datetime) -> Badge:
    """How she is called and what she gives to whoever wants to meet her as much as she does. Raises NotVisible."""
    badge = badge_of(actor, booking_id, at)
    badge.called, badge.contact = called.strip()[:20], contact.strip()[:100]
    badge.save(update_fields=["called", "contact"])
    return badge


@transaction.atomic
def say_yes(*, actor: Actor, booking_id: int, number: int, at: datetime) -> Badge:
    """Would like to meet the one with this number again; nobody sees it unless both said so. Again: the same.

    Raises NotVisible; InvalidInput naming number (none of this meeting, her own, or more than ten).
    """
    badge = badge_of(actor, booking_id, at)
    other = Badge.objects.filter(offer=badge.offer_id, number=number).exclude(pk=badge.pk).first()
    if other is None:
        raise InvalidInput(_("Nobody else at this meeting wears this number."), field="number")
    if Yes.objects.filter(by=badge).exclude(of=other).count() >= _MOST:
        raise InvalidInput(_("Ten at most: take one back first."), field="number")
    Yes.objects.get_or_create(by=badge, of=other, defaults={"at": at})
    return badge


@transaction.atomic
def take_back(*, actor: Actor, booking_id: int, number: int, at: datetime) -> Badge:
    """Take a yes back; contacts are hidden from both at once. Again: nothing. Raises NotVisible."""
    badge = badge_of(actor, booking_id, at)
    Yes.objects.filter(by=badge, of__number=number, of__offer=badge.offer_id).delete()
    return badge


def said_by(badge: Badge) -> list[Badge]:
    """Whom she would like to meet again."""
    return list(Badge.objects.filter(heard__by=badge).order_by("number"))


def both_said(badge: Badge) -> list[Badge]:
    """Those who want to meet her as much as she them: with what each gives."""
    return list(Badge.objects.filter(heard__by=badge, said__of=badge).order_by("number"))


def forget_meetings(at: datetime) -> int:
    """Delete badges, yeses and contacts of meetings long past. Safe to run twice."""
    rows = Badge.objects.filter(made_at__lte=at - OPEN_FOR)
    count = rows.count()
    rows.delete()
    if count:
        audit.record(Actor(), "programmes.meetings_forgotten", None, at=at, data={"badges": count})
    return count


def forget(person_id: int) -> None:
    """Whose data are erased: her badges go with what she gave and said, and her post; of a proof the number goes."""
    FrontLine.objects.filter(person=person_id).delete()
    Badge.objects.filter(booking__person_id=person_id).delete()
    Proof.objects.filter(booking__person_id=person_id).update(number=None, number_index=None)
