"""The published list of a draw: what anybody needs to recompute it, and nobody's name."""

from collections.abc import Iterator, Sequence

from django.db.models import Count, Sum

from smartunion.engines.offers.models import Booking, Offer
from smartunion.engines.offers.queries.places import needs_of, rules_of, wished
from smartunion.engines.offers.rules.quotas import Rule
from smartunion.engines.offers.rules.words import PLACED, Allocation

HEADER = ("number", "wishes", "result")


def entry_list(offer: Offer) -> Iterator[tuple[int, str, str]]:
    """Every entry of a draw, by number: its wishes ("quota:places quota:places|…", best first) and what came of it.

    Of a group only its lowest number has wishes, those of all together; whoever had used up a limit elsewhere has none.
    Only for a draw that has been: before, numbers are nobody's business.
    """
    if offer.allotted_at is None or offer.allocation != Allocation.DRAW:
        return
    rules = rules_of(offer.pk)
    rows = Booking.objects.filter(offer=offer, is_entry=True).order_by("pk").prefetch_related("events")
    for booking in rows.iterator(1000):
        yield booking.pk, _wishes(booking, rules), _result(booking)


def _result(booking: Booking) -> str:
    whats = {event.what for event in booking.events.all()}
    return "place" if "drawn" in whats else "line" if "lined_up" in whats else ""


def _wishes(booking: Booking, rules: Sequence[Rule]) -> str:
    if booking.reasons:
        return ""
    party = [booking]
    if booking.group_code:
        mates = Booking.objects.filter(
            offer_id=booking.offer_id, group_code=booking.group_code, is_entry=True
        )
        party = list(mates.order_by("pk"))
        if party[0].pk != booking.pk:
            return ""
    return "|".join(_needs(party, rules, occasion) for occasion in wished(booking))


def _needs(party: Sequence[Booking], rules: Sequence[Rule], occasion_id: int) -> str:
    total: dict[int, int] = {}
    for booking in party:
        for quota, places in needs_of(rules, booking, occasion_id).items():
            total[quota] = total.get(quota, 0) + places
    return " ".join(f"{quota}:{places}" for quota, places in sorted(total.items()))


def people_by_occasion(offer: Offer) -> dict[int, tuple[int, int]]:
    """Occasion → bookings that hold a place, and the people they stand for."""
    rows = Booking.objects.filter(offer=offer, state__in=sorted(PLACED)).values_list("occasion")
    return {pk: (count, people or 0) for pk, count, people in rows.annotate(Count("pk"), Sum("party"))}
