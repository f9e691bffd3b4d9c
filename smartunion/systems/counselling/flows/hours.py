"""A counsellor introduces herself and offers hours."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.counselling import rules
from smartunion.systems.counselling.models import Counsellor, Slot
from smartunion.systems.counselling.rules import Rank, SlotState, Way

MAY = "counselling.handle"
#: Hours offered in one go, and how far ahead.
MOST, AHEAD = 40, timedelta(days=120)


@dataclass(frozen=True)
class Profile:
    """How a counsellor introduces herself."""

    rank: Rank
    name: str
    qualification: str
    about: str = ""
    is_taking: bool = True


def own(actor: Actor) -> Counsellor | None:
    """The actor's own entry."""
    return Counsellor.objects.filter(user_id=actor.user_id or -1).first() if actor.can(MAY) else None


def _me(actor: Actor) -> Counsellor:
    found = own(actor)
    if found is None:
        raise NotAllowed(
            _("You are not entered as a counsellor yet."),
            remedy=_("Introduce yourself first, then offer hours."),
        )
    return found


@transaction.atomic
def introduce(*, actor: Actor, profile: Profile, at: datetime) -> Counsellor:
    """Enter or change how the actor introduces herself; she serves where her role holds.

    Raises NotAllowed without the role at a union, InvalidInput without name or qualification.
    """
    actor.check_can(MAY)
    if not profile.name.strip():
        raise InvalidInput(_("Say how people should call you."), field="name")
    if len(profile.qualification.strip()) < 4:
        raise InvalidInput(
            _("Name your qualification and its number: people may see whom they trust."),
            field="qualification",
        )
    grant = next((one for one in actor.grants if MAY in one.permissions and one.union_id), None)
    if grant is None or grant.union_id is None or actor.user_id is None:
        raise NotAllowed
    union = TradeUnion.objects.get(pk=grant.union_id)
    said = {
        "union": union, "path": union.path, "rank": profile.rank, "name": profile.name.strip()[:40],
        "qualification": profile.qualification.strip()[:120], "about": profile.about.strip()[:400],
        "is_taking": profile.is_taking,
    }  # fmt: skip
    made, _is_new = Counsellor.objects.update_or_create(
        user_id=actor.user_id, defaults=said, create_defaults=said | {"created_at": at}
    )
    audit.record(actor, "counselling.introduced", made, at=at)
    return made


@dataclass(frozen=True)
class Hours:
    """Hours to be offered on one day, or weekly for some weeks. minutes: 20–120."""

    on: date
    first: time
    last: time
    minutes: int
    way: Way
    place: str = ""
    weeks: int = 1


@transaction.atomic
def offer(*, actor: Actor, hours: Hours, at: datetime) -> int:
    """Offer hours; those that stand already are left as they are. Returns how many are new.

    Raises NotAllowed, InvalidInput (past, too far ahead, too many, no hour fits, place missing).
    """
    me = _me(actor)
    starts = [start for start in _starts(hours) if start > at]
    if not starts or starts[-1] > at + AHEAD:
        raise InvalidInput(
            _("No hour fits: the times lie in the past, too far ahead, or too close together."), field="first",
            remedy=_("Offer hours within the next 120 days."),
        )  # fmt: skip
    if len(starts) > MOST:
        raise InvalidInput(
            _("At most %(most)s hours can be offered at once.") % {"most": MOST}, field="weeks"
        )
    if hours.way == Way.VISIT and not hours.place.strip():
        raise InvalidInput(_("Say where: people come to you."), field="place")
    before = Slot.objects.filter(counsellor=me).count()
    Slot.objects.bulk_create(
        [
            Slot(
                counsellor=me, starts_at=start, minutes=hours.minutes, way=hours.way, place=hours.place.strip()[:120]
            )
            for start in starts
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    added = Slot.objects.filter(counsellor=me).count() - before
    audit.record(actor, "counselling.hours_offered", me, at=at, data={"hours": added})
    return added


def _starts(hours: Hours) -> list[datetime]:
    weeks = range(max(1, min(hours.weeks, 16)))
    return [
        timezone.make_aware(start)
        for week in weeks
        for start in rules.hours(hours.on + timedelta(weeks=week), hours.first, hours.last, hours.minutes)
    ]


@transaction.atomic
def take_out(*, actor: Actor, slot_id: int, at: datetime) -> None:
    """Take a free hour out. Raises NotVisible, NotAllowed, StaleState when somebody has taken it meanwhile."""
    me = _me(actor)
    slot = get_visible(Slot.objects.visible_to(actor), slot_id)
    if slot.counsellor_id != me.pk:
        raise NotAllowed
    if Slot.objects.filter(pk=slot.pk, state=SlotState.FREE).update(state=SlotState.CLOSED) != 1:
        raise StaleState
    audit.record(actor, "counselling.hour_taken_out", slot, at=at)
