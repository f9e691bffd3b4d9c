"""The published list of a draw: what anybody needs to recompute it, and nobody's name."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Sum

from smartunion.engines.offers.models import Booking, BookingEvent, Offer
from smartunion.engines.offers.queries.places import rules_of
from smartunion.engines.offers.rules.quotas import Rule, applying
from smartunion.engines.offers.rules.words import PLACED, Allocation

HEADER = ("number", "wishes", "result")


class _Entry(NamedTuple):
    """An entry as far as its wishes need it; fields as in Booking."""

    pk: int
    occasion_id: int
    also: list[int]
    union_path: str
    groups: list[str]
    party: int
    group_code: str
    reasons: list[str]


def entry_list(offer: Offer) -> Iterator[tuple[int, str, str]]:
    """Every entry of a draw, by number: its wishes ("quota:places quota:places|…", best first) and what came of it.

    Of a group only its lowest number has wishes, those of all together; whoever had used up a limit elsewhere has none.
    Only for a draw that has been: before, numbers are nobody's business. A city's entries pass in a minute.
    """
    if offer.allotted_at is None or offer.allocation != Allocation.DRAW:
        return
    rules = rules_of(offer.pk)
    entries = Booking.objects.filter(offer=offer, is_entry=True).order_by("pk").values_list(*_Entry._fields)
    groups: dict[str, list[_Entry]] = {}
    for row in entries.exclude(group_code=""):
        groups.setdefault(row[6], []).append(_Entry(*row))
    moved = BookingEvent.objects.filter(booking__offer=offer, what__in=_RESULTS)
    results = {number: _RESULTS[what] for number, what in moved.values_list("booking_id", "what")}
    alike: dict[tuple[Any, ...], str] = {}
    for row in entries.iterator(5000):
        entry = _Entry(*row)
        if entry.group_code or entry.reasons:
            wishes = _wishes(entry, groups, rules)
        else:
            key = (entry.occasion_id, tuple(entry.also), entry.union_path, tuple(entry.groups), entry.party)
            wishes = alike.get(key) or alike.setdefault(key, _wishes(entry, groups, rules))
        yield entry.pk, wishes, results.get(entry.pk, "")


_RESULTS = {"lined_up": "line", "drawn": "place"}


def _wishes(entry: _Entry, groups: Mapping[str, list[_Entry]], rules: Sequence[Rule]) -> str:
    if entry.reasons:
        return ""
    party = groups.get(entry.group_code, [entry])
    if party[0].pk != entry.pk:
        return ""
    return "|".join(_needs(party, rules, occasion) for occasion in entry.also or [entry.occasion_id])


def _needs(party: Sequence[_Entry], rules: Sequence[Rule], occasion_id: int) -> str:
    total: dict[int, int] = {}
    for one in party:
        ids = applying(rules, occasion_id=occasion_id, union_path=one.union_path, groups=one.groups)
        for quota in ids:
            total[quota] = total.get(quota, 0) + one.party
    return " ".join(f"{quota}:{places}" for quota, places in sorted(total.items()))


def people_by_occasion(offer: Offer) -> dict[int, tuple[int, int]]:
    """Occasion → bookings that hold a place, and the people they stand for."""
    rows = Booking.objects.filter(offer=offer, state__in=sorted(PLACED)).values_list("occasion")
    return {pk: (count, people or 0) for pk, count, people in rows.annotate(Count("pk"), Sum("party"))}
