"""What programmes do when something happens with an offer: ceilings and money before it is published, booking, the rest back."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import Refusal
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.models import Booking, Offer
from smartunion.ground.policies import service as policies
from smartunion.systems.programmes.flows import budgets, meeting
from smartunion.systems.programmes.models import Badge, Budget
from smartunion.systems.programmes.queries import needed_yuan

#: Programmes whose gifts have a ceiling of their own.
GIFT_CEILINGS = {"gift_mid_autumn": "programmes.festival_gift_most_yuan"}


class AboveCeiling(Refusal):
    """An offer costs or lasts more than the rule of the place allows."""

    code = "above_ceiling"


class Money(offers.Follower):
    """The ceilings of the place hold, and what it costs the union is set aside, booked and put back."""

    def publishing(self, offer: Offer, *, actor: Actor, at: datetime) -> None:
        """Raises AboveCeiling, NotFunded."""
        check_ceilings(offer, at)
        budgets.check_funded(offer, actor)

    def came(self, booking: Booking, *, actor: Actor, at: datetime) -> None:
        """Book what she costs."""
        budgets.spend_for(booking, actor=actor, at=at)

    def ended(self, offer: Offer, *, actor: Actor, at: datetime) -> None:
        """Put the rest back."""
        budgets.close_for(offer, actor=actor, at=at)

    def desk_ways(self, offer: Offer, *, actor: Actor) -> Sequence[offers.Link]:
        """How the money stands."""
        need = needed_yuan(offer)
        if not need:
            return ()
        held = Budget.objects.filter(offer=offer).select_related("fund").first()
        words = (
            _("%(fund)s: %(set)s yuan set aside, %(spent)s spent")
            % {"fund": held.fund.name, "set": f"{held.set_yuan:,.2f}", "spent": f"{held.spent_yuan:,.2f}"}
            if held else _("%(yuan)s yuan still to be set aside by a finance officer") % {"yuan": f"{need:,.2f}"}
        )  # fmt: skip
        href = reverse("programmes:budgets") if actor.can("funds.manage", path=offer.path) else ""
        return (offers.Link(_("Money"), href, "piggy-bank", words),)


def check_ceilings(offer: Offer, at: datetime) -> None:
    """Raise AboveCeiling naming the rule of the place for gifts and trips that cost or last too much."""
    if offer.kind == "gift":
        dearest = max((one.yuan for one in offers.load_items(offer.items)), default=Decimal(0))
        _check(offer, GIFT_CEILINGS.get(offer.preset, "programmes.gift_most_yuan"), dearest, at)
    if offer.kind == "trip":
        total = sum((one.yuan for one in offers.load_costs(offer.costs)), Decimal(0))
        _check(offer, "programmes.trip_most_yuan", total, at)
        days = [
            (local_date(one.ends_at) - local_date(one.starts_at)).days + 1
            for one in offer.occasions.order_by("pk")
        ]
        _check(offer, "programmes.trip_most_days", Decimal(max(days, default=0)), at)


def _check(offer: Offer, key: str, given: Decimal, at: datetime) -> None:
    found = policies.values([key], path=offer.path, on=local_date(at))[key]
    most = Decimal(str(found.value))
    if most and given > most:
        raise AboveCeiling(
            _("It comes to %(given)s; the rule of this place allows %(most)s at most.") % {"given": given, "most": most},
            remedy=_("Lower it. The rule: %(source)s") % {"source": found.source},
        )  # fmt: skip


class Subsidies(offers.Follower):
    """Whoever has a place in a round of subsidies hands in the proof."""

    def ways_on(self, booking: Booking, *, at: datetime) -> Sequence[offers.Link]:
        """To the form, filled in."""
        if booking.offer.kind != "subsidy" or booking.state != "confirmed" or at >= booking.occasion.ends_at:
            return ()
        href = f"{reverse('casework:service', args=['degree_subsidy'])}?booking={booking.pk}"
        until = date_format(local_date(booking.occasion.ends_at), "DATE_FORMAT")
        return (
            offers.Link(_("Hand in the proof"), href, "mortarboard", _("Until %(day)s") % {"day": until}),
        )


class Meetings(offers.Follower):
    """At a meeting where contacts are exchanged everybody who comes has a number."""

    def came(self, booking: Booking, *, actor: Actor, at: datetime) -> None:
        """Her number."""
        if booking.offer.preset in meeting.MEETS:
            meeting.give_badge(booking, at=at)

    def ways_on(self, booking: Booking, *, at: datetime) -> Sequence[offers.Link]:
        """To her number, and whom she would like to meet again."""
        if booking.offer.preset not in meeting.MEETS or booking.state != "attended":
            return ()
        badge = Badge.objects.filter(booking=booking, made_at__gt=at - meeting.OPEN_FOR).first()
        if badge is None:
            return ()
        words = _("Your number is %(number)s.") % {"number": badge.number}
        return (
            offers.Link(
                _("Meeting again"), reverse("programmes:meeting", args=[booking.pk]), "hearts", words
            ),
        )


class Rosters(offers.Follower):
    """Where something is made out to people, whoever offers it hands the list on and brings the numbers back."""

    def desk_ways(self, offer: Offer, *, actor: Actor) -> Sequence[offers.Link]:
        """To the list."""
        may = actor.can("offers.manage", path=offer.path) and actor.can("members.reveal", path=offer.path)
        if offer.kind != "cover" or not offer.consent or offer.state == "draft" or not may:
            return ()
        return (
            offers.Link(
                _("Make it out"), reverse("programmes:roster", args=[offer.pk]), "file-earmark-check"
            ),
        )


FOLLOWERS = (Money(), Subsidies(), Meetings(), Rosters())
