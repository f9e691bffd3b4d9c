"""What the pages of offers show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError
from smartunion.core.paths import prefixes
from smartunion.engines.offers.flows import refusing
from smartunion.engines.offers.flows.places import limit_names
from smartunion.engines.offers.models import Booking, Gate, Occasion, Offer, Scan
from smartunion.engines.offers.queries.people import Who, uses_of, who_is
from smartunion.engines.offers.queries.places import places_left
from smartunion.engines.offers.rules.checkin import GOOD, Outcome
from smartunion.engines.offers.rules.conditions import GROUPS, Conditions, unmet
from smartunion.engines.offers.rules.terms import ITEM, Item, item_group, load_items
from smartunion.engines.offers.rules.words import (
    LIVE,
    PLACED,
    Allocation,
    BookingState,
    LimitPeriod,
    OfferState,
    QuotaScope,
)
from smartunion.ground.registry.models import TradeUnion

#: Columns no list needs.
SEALED = ("guests", "answers", "door_answers")
#: How places are given, in a sentence.
ALLOTTED_BY = {
    Allocation.DRAW: lambda: _(
        "By draw: everybody who signs up before the close has the same chance, early or late. The seed is fixed "
        "beforehand and opened afterwards, so that anybody can check the draw."
    ),
    Allocation.FIRST_COME: lambda: _(
        "First come, first served: whoever signs up while places are free has one at once."
    ),
    Allocation.RANKED: lambda: _(
        "By need: who needs it most comes first; a draw decides between equals. You are told the reasons."
    ),
    Allocation.INVITATION: lambda: _("By invitation of the union."),
}


def allotted_by(offer: Offer) -> str:
    """How places of an offer are given, in a sentence."""
    return ALLOTTED_BY[Allocation(offer.allocation)]()


def offers_for(actor: Actor, at: datetime) -> "QuerySet[Offer]":
    """Offers that somebody may look at and that are not over, those that close first at the top.

    For everybody, or for the union she is in or works in and those above it.
    """
    rows = Offer.objects.shown().filter(state__in=[OfferState.PUBLISHED, OfferState.ALLOTTED])
    rows = rows.filter(Q(ends_at=None) | Q(ends_at__gt=at)).select_related("union")
    path = who_is(actor).facts.union_path if actor.person_id is not None else ""
    meant = Q(audience_path__in=prefixes(path) if path else [""])
    return rows.filter(meant).order_by("closes_at", "pk")


@dataclass(frozen=True)
class OccasionLine:
    """An occasion as shown: places left (None where a draw decides), why she may not."""

    occasion: Occasion
    left: int
    why_not: str = ""


@dataclass(frozen=True)
class OfferPage:
    """An offer for somebody. why_not: sentences; mine: her live bookings here."""

    lines: list[OccasionLine]
    conditions: list[str]
    why_not: list[str] = field(default_factory=list)
    mine: list[Booking] = field(default_factory=list)


def offer_page(offer: Offer, actor: Actor, at: datetime) -> OfferPage:
    """Occasions with places left, who may, and why she may or may not."""
    occasions = list(offer.occasions.order_by("starts_at", "pk")[:200])
    left = places_left(occasions)
    who = who_is(actor)
    lines = [OccasionLine(one, left[one.pk], _why_not(offer, one, who, at)) for one in occasions]
    mine = list(
        Booking.objects.of(actor).filter(offer=offer, state__in=sorted(LIVE)).select_related("occasion").order_by("pk")
    )  # fmt: skip
    why_not = _whole(offer, lines, mine, at) or _herself(offer, lines, who, at)
    return OfferPage(lines, conditions_in_words(offer), why_not, mine)


def _why_not(offer: Offer, occasion: Occasion, who: Who, at: datetime) -> str:
    try:
        refusing.check_occasion(occasion, at)
    except DomainError as refusal:
        return str(refusal)
    wanted = Conditions.load(offer.conditions)
    on = local_date(occasion.starts_at)
    return " ".join(unmet(wanted, who.facts, audience_path=offer.audience_path, on=on))


def _whole(offer: Offer, lines: Sequence[OccasionLine], mine: Sequence[Booking], at: datetime) -> list[str]:
    try:
        refusing.check_allocation(offer)
        refusing.check_window(offer, at)
    except DomainError as refusal:
        return [str(refusal)]
    if len(mine) >= offer.per_person:
        return [refusing.AlreadyBooked().message]
    if lines and all(line.why_not for line in lines):
        return list(dict.fromkeys(line.why_not for line in lines))
    return []


def _herself(offer: Offer, lines: Sequence[OccasionLine], who: Who, at: datetime) -> list[str]:
    """What keeps her from an occasion that is open to her otherwise: a ban, a limit used up; with what to do next."""
    open_ = next((line.occasion for line in lines if not line.why_not), None)
    if open_ is not None:
        try:
            refusing.check_may(offer, open_, who, at)
            if offer.limit_key:
                refusing.check_limit(offer, uses_of(who, limit_names(offer, at)), at)
        except DomainError as refusal:
            return [text for text in (refusal.message, refusal.remedy) if text]
    return []


def _meant_for(offer: Offer, wanted: Conditions) -> str:
    """Whom it is for: members of one union and those below it, all members, or everybody."""
    union = TradeUnion.objects.filter(path=offer.audience_path).first() if offer.audience_path else None
    if union is not None:
        return _("For the members of %(union)s and the unions below it.") % {"union": union.name}
    return _("For union members.") if wanted.members_only else _("For everybody, member or not.")


def conditions_in_words(offer: Offer) -> list[str]:
    """Who may take part, a sentence for each condition."""
    wanted = Conditions.load(offer.conditions)
    said = [_meant_for(offer, wanted)]
    if wanted.member_days:
        said.append(_("Member for at least %(days)s days.") % {"days": wanted.member_days})
    if wanted.sex:
        said.append(_("For women.") if wanted.sex == "f" else _("For men."))
    if wanted.age_from is not None or wanted.age_to is not None:
        ages = {"low": wanted.age_from or 0, "high": wanted.age_to or 150}
        said.append(_("From %(low)s to %(high)s years of age.") % ages)
    if wanted.group:
        said.append(_("For %(group)s.") % {"group": GROUPS.get(wanted.group, wanted.group)})
    if limit := limit_in_words(offer):
        said.append(limit)
    if offer.fewest:
        said.append(_("Held when at least %(n)s people have signed up by the close.") % {"n": offer.fewest})
    if offer.absences_most:
        said.append(_("%(n)s days without notice lose the place.") % {"n": offer.absences_most})
    if offer.attendance_pct:
        said.append(
            _(
                "Whoever is there on less than %(pct)s%% of the days may not sign up for the next term; excused days do not count."
            )
            % {"pct": offer.attendance_pct}
        )
    if offer.keep_most:
        said.append(
            _("Of those with the same answer at most %(n)s go to one occasion.") % {"n": offer.keep_most}
        )
    for share in (
        offer.quotas.filter(scope=QuotaScope.GROUP, occasion=None)
        .exclude(key__startswith=ITEM)
        .order_by("pk")
    ):
        words = {"n": share.size, "group": share.label or GROUPS.get(share.key, share.key)}
        said.append(_("At most %(n)s places go to: %(group)s.") % words)
    if offer.is_private:
        said.append(_("Nobody sees who takes part: desks see numbers, no names."))
    if offer.party_max > 1:
        said.append(_("You may bring %(n)s people.") % {"n": offer.party_max - 1})
    return said


def items_left(offer: Offer) -> list[tuple[Item, int]]:
    """Kinds of things that are given out, with how many of each are left."""
    items = load_items(offer.items)
    if not items:
        return []
    stock = dict(
        offer.quotas.filter(key__startswith=ITEM)
        .annotate(left=F("size") - F("taken"))
        .values_list("key", "left")
    )
    return [(one, stock.get(item_group(one.key), 0)) for one in items]


def thing_of(booking: Booking) -> str:
    """What she gets, in words; "" where nothing is handed out."""
    return next((one.label for one in load_items(booking.offer.items) if one.key == booking.item), "")


def limit_in_words(offer: Offer) -> str:
    """How often somebody may have this, in a sentence; "" without a limit."""
    if not offer.limit_key:
        return ""
    values = {"n": offer.limit_per, "years": offer.limit_years}
    return {
        LimitPeriod.YEARS: _("At most %(n)s in %(years)s calendar years."),
        LimitPeriod.YEAR: _("At most %(n)s in a calendar year."),
        LimitPeriod.QUARTER: _("At most %(n)s in a quarter."),
        LimitPeriod.MONTH: _("At most %(n)s in a month."),
        LimitPeriod.EVER: _("At most %(n)s, once and for all."),
    }[LimitPeriod(offer.limit_period)] % values


def my_bookings(actor: Actor) -> "QuerySet[Booking]":
    """Her bookings, newest first."""
    return Booking.objects.of(actor).select_related("offer", "occasion").order_by("-pk")


def people_rows(offer: Offer) -> "QuerySet[Booking]":
    """Everybody of an offer; answers and guests are not among the columns."""
    return Booking.objects.filter(offer=offer).defer(*SEALED).select_related("person", "occasion", "offer")


@dataclass(frozen=True)
class Now:
    """An occasion at this moment: people inside, people who came, people expected, devices, refusals and conflicts."""

    inside: int
    came: int
    expected: int
    gates: list[Gate]
    conflicts: list[Scan]
    refused: int

    @property
    def missing(self) -> int:
        """Expected and not yet come."""
        return max(0, self.expected - self.came)


def now_at(occasion: Occasion) -> Now:
    """How full it is, and every conflict with its rule, newest first."""
    people = Booking.objects.filter(occasion=occasion, state__in=sorted(PLACED)).aggregate(
        inside=Sum("party", filter=Q(state=BookingState.ATTENDED, left_at=None)),
        came=Sum("party", filter=Q(state=BookingState.ATTENDED)), expected=Sum("party"),
    )  # fmt: skip
    walked = Scan.objects.filter(occasion=occasion, is_walk_in=True, outcome=Outcome.ADMITTED).count()
    scans = Scan.objects.filter(occasion=occasion).exclude(outcome__in=sorted(GOOD))
    clashes = scans.filter(Q(was_let_in=True) | Q(is_exit=True, is_offline=True))
    clashes = clashes.select_related("gate", "booking__person").order_by("-pk")
    gates = Gate.objects.filter(occasion=occasion).annotate(read=Count("scans")).order_by("number")
    return Now(
        (people["inside"] or 0) + walked, (people["came"] or 0) + walked, (people["expected"] or 0) + walked, list(gates),
        list(clashes[:100]), scans.filter(was_let_in=False, is_exit=False).count(),
    )  # fmt: skip


def public_occasions(path: str, at: datetime) -> "QuerySet[Occasion]":
    """Occasions a union and those below it offer to everybody, from a month ago on; those called off among them."""
    offers = (
        Offer.objects.shown()
        .filter(within([path]), audience_path="")
        .exclude(allocation=Allocation.INVITATION)
    )
    rows = Occasion.objects.filter(offer__in=offers, ends_at__gte=at - timedelta(days=30))
    return rows.select_related("offer").order_by("starts_at", "pk")[:1000]


def unions_with_calendar(actor: Actor) -> list[TradeUnion]:
    """The union somebody is in and those above it, lowest first: those whose public calendar she is shown."""
    path = who_is(actor).facts.union_path if actor.person_id is not None else ""
    above = [one for one in prefixes(path) if one] if path else []
    rows = TradeUnion.objects.filter(path__in=above).exclude(state="closed")
    return list(rows.order_by("-depth", "pk"))


def attendance_rows(occasion: Occasion) -> "QuerySet[Booking]":
    """Everybody with a place at an occasion: who came, and how long she was there."""
    rows = Booking.objects.filter(occasion=occasion, state__in=sorted(PLACED))
    return rows.defer(*SEALED).select_related("person", "occasion", "offer")
