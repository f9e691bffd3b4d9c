"""Kinds, ways of giving places, states and the moves between them."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class OfferKind(TextChoices):
    """What is offered."""

    EVENT = "event", pgettext_lazy("offer", "event")
    CHECK_UP = "check_up", pgettext_lazy("offer", "health check-up")
    CLASS = "class", pgettext_lazy("offer", "class")
    TRIP = "trip", pgettext_lazy("offer", "rest and recuperation")
    GIFT = "gift", pgettext_lazy("offer", "gift")
    SEAT = "seat", pgettext_lazy("offer", "seat")
    APPOINTMENT = "appointment", pgettext_lazy("offer", "appointment")
    CARE = "care", pgettext_lazy("offer", "childcare")
    VOUCHER = "voucher", pgettext_lazy("offer", "voucher")
    COVER = "cover", pgettext_lazy("offer", "accident cover")
    SUBSIDY = "subsidy", pgettext_lazy("offer", "subsidy")


class Allocation(TextChoices):
    """How places are given. Where they are scarce a draw is the default: no advantage for fast phones."""

    DRAW = "draw", pgettext_lazy("offer", "draw")
    FIRST_COME = "first_come", pgettext_lazy("offer", "first come, first served")
    RANKED = "ranked", pgettext_lazy("offer", "by need")
    INVITATION = "invitation", pgettext_lazy("offer", "by invitation")


class OfferState(TextChoices):
    """Where an offer stands. ALLOTTING: places are being given out; nobody enters or leaves meanwhile."""

    DRAFT = "draft", pgettext_lazy("offer", "draft")
    PUBLISHED = "published", pgettext_lazy("offer", "open")
    ALLOTTING = "allotting", pgettext_lazy("offer", "being drawn")
    ALLOTTED = "allotted", pgettext_lazy("offer", "drawn")
    CLOSED = "closed", pgettext_lazy("offer", "over")
    CANCELLED = "cancelled", pgettext_lazy("offer", "called off")


#: Offers whose places people hold or wait for.
RUNNING = frozenset({OfferState.PUBLISHED, OfferState.ALLOTTED})


class QuotaScope(TextChoices):
    """Whose bookings a quota counts."""

    ALL = "all", pgettext_lazy("quota", "everybody")
    UNION = "union", pgettext_lazy("quota", "one union and those below it")
    GROUP = "group", pgettext_lazy("quota", "one group")
    DEVICE = "device", pgettext_lazy("quota", "one device at the door")


class BookingState(TextChoices):
    """Where a booking stands.

    entered: in the draw or the ranking; held: a place for a few minutes; invited, offered: a place until expires_at;
    waiting: in line; confirmed: a place.
    """

    ENTERED = "entered", pgettext_lazy("booking", "entered")
    NOT_DRAWN = "not_drawn", pgettext_lazy("booking", "not drawn")
    HELD = "held", pgettext_lazy("booking", "held for you")
    INVITED = "invited", pgettext_lazy("booking", "invited")
    WAITING = "waiting", pgettext_lazy("booking", "on the waiting list")
    OFFERED = "offered", pgettext_lazy("booking", "a place is free for you")
    CONFIRMED = "confirmed", pgettext_lazy("booking", "confirmed")
    DECLINED = "declined", pgettext_lazy("booking", "declined")
    LAPSED = "lapsed", pgettext_lazy("booking", "lapsed")
    CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled")
    TRANSFERRED = "transferred", pgettext_lazy("booking", "passed on")
    ATTENDED = "attended", pgettext_lazy("booking", "attended")
    NO_SHOW = "no_show", pgettext_lazy("booking", "did not come")


#: What having been there is called where nobody goes anywhere: somebody got a thing, a policy, a subsidy.
ATTENDED_AS = {
    OfferKind.GIFT: pgettext_lazy("booking", "collected"),
    OfferKind.VOUCHER: pgettext_lazy("booking", "collected"),
    OfferKind.COVER: pgettext_lazy("booking", "made out"),
    OfferKind.SUBSIDY: pgettext_lazy("booking", "granted"),
}
#: Kinds of which something is made out to people, and nobody comes to a door.
WITHOUT_DOOR = frozenset({OfferKind.COVER, OfferKind.SUBSIDY})
_S = BookingState
BOOKING_MOVES: dict[BookingState, frozenset[BookingState]] = {
    _S.ENTERED: frozenset({_S.CONFIRMED, _S.OFFERED, _S.WAITING, _S.NOT_DRAWN, _S.CANCELLED}),
    _S.HELD: frozenset({_S.CONFIRMED, _S.CANCELLED, _S.LAPSED}),
    _S.INVITED: frozenset({_S.CONFIRMED, _S.DECLINED, _S.CANCELLED, _S.LAPSED}),
    _S.WAITING: frozenset({_S.OFFERED, _S.CANCELLED, _S.NOT_DRAWN}),
    _S.OFFERED: frozenset({_S.CONFIRMED, _S.DECLINED, _S.CANCELLED, _S.LAPSED}),
    _S.CONFIRMED: frozenset({_S.CANCELLED, _S.TRANSFERRED, _S.ATTENDED, _S.NO_SHOW}),
    _S.ATTENDED: frozenset({_S.CONFIRMED}),  # a check-in taken back
    _S.NO_SHOW: frozenset({_S.ATTENDED}),  # set right: she was there
    _S.NOT_DRAWN: frozenset(),
    _S.DECLINED: frozenset(),
    _S.LAPSED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.TRANSFERRED: frozenset(),
}
#: States that hold places: what quotas count.
PLACED = frozenset({_S.HELD, _S.INVITED, _S.OFFERED, _S.CONFIRMED, _S.ATTENDED, _S.NO_SHOW})
#: States of which one person has no more than the offer allows.
LIVE = PLACED | {_S.ENTERED, _S.WAITING}
#: States with a time limit.
TIMED = frozenset({_S.HELD, _S.INVITED, _S.OFFERED})
TONES: dict[str, str] = {
    _S.ENTERED: "waiting", _S.NOT_DRAWN: "off", _S.HELD: "active", _S.INVITED: "active", _S.WAITING: "waiting",
    _S.OFFERED: "active", _S.CONFIRMED: "done", _S.DECLINED: "off", _S.LAPSED: "off", _S.CANCELLED: "off",
    _S.TRANSFERRED: "off", _S.ATTENDED: "done", _S.NO_SHOW: "bad",
    OfferState.DRAFT: "off", OfferState.PUBLISHED: "active", OfferState.ALLOTTING: "waiting",
    OfferState.ALLOTTED: "done", OfferState.CLOSED: "off",
}  # fmt: skip


class ChangeKind(TextChoices):
    """What everybody concerned was told of."""

    CHANGED = "changed", pgettext_lazy("offer change", "Time or place changed")
    ONE_OFF = "one_off", pgettext_lazy("offer change", "One occasion called off")
    ALL_OFF = "all_off", pgettext_lazy("offer change", "Called off")
    DRAWN = "drawn", pgettext_lazy("offer change", "Drawn")
    NOT_DRAWN = "not_drawn", pgettext_lazy("offer change", "Told that they were not drawn")
    RESIZED = "resized", pgettext_lazy("offer change", "More or fewer places")
    REMINDED = "reminded", pgettext_lazy("offer change", "Reminded")


class LimitPeriod(TextChoices):
    """How long a limit across offers counts."""

    EVER = "ever", pgettext_lazy("limit", "once and for all")
    YEARS = "years", pgettext_lazy("limit", "several calendar years")
    YEAR = "year", pgettext_lazy("limit", "a calendar year")
    QUARTER = "quarter", pgettext_lazy("limit", "a quarter")
    MONTH = "month", pgettext_lazy("limit", "a month")
