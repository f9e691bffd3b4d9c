"""Reads of programmes."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from smartunion.core.actor import Actor
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.models import Occasion, Offer
from smartunion.systems.programmes.models import Budget

_MOST = 200


def needed_yuan(offer: Offer) -> Decimal:
    """What an offer costs the union at most, in yuan; 0 for a subsidy, which is owed to people and not given in kind."""
    if offer.kind == "subsidy":
        return Decimal(0)
    places = Occasion.objects.filter(offer=offer).aggregate(n=Sum("capacity"))["n"] or 0
    return offers.most_yuan(offers.load_items(offer.items), offers.load_costs(offer.costs), places=places)


@dataclass(frozen=True)
class Line:
    """An offer that costs the union something. need_yuan: at most; budget: what is set aside."""

    offer: Offer
    need_yuan: Decimal
    budget: Budget | None

    @property
    def set_yuan(self) -> Decimal:
        """Set aside, with what went back at the end."""
        return self.budget.set_yuan + self.budget.back_yuan if self.budget else Decimal(0)

    @property
    def left_yuan(self) -> Decimal:
        """Set aside and not spent."""
        return self.budget.set_yuan - self.budget.spent_yuan if self.budget else Decimal(0)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has to set money aside."""
        over = self.budget.over_yuan if self.budget else Decimal(0)
        held = self.budget.set_yuan if self.budget else Decimal(0)
        return bool(over) or (
            self.offer.state in ("draft", "published", "allotted") and held != self.need_yuan
        )


def budget_lines(actor: Actor) -> list[Line]:
    """Offers in reach of who keeps funds that cost the union something: those that wait for money first, then the newest."""
    rows: QuerySet[Offer] = Offer.objects.filter(actor.within("funds.manage", "path")).exclude(
        state="cancelled"
    )
    costly = (
        rows.exclude(costs=[], items=[])
        .exclude(kind="subsidy")
        .select_related("union")
        .order_by("-pk")[:_MOST]
    )
    shown = list(costly)
    held = {
        one.offer_id: one
        for one in Budget.objects.filter(offer__in=[one.pk for one in shown]).select_related("fund")
    }
    places = dict(
        Occasion.objects.filter(offer__in=[one.pk for one in shown])
        .values_list("offer")
        .annotate(n=Sum("capacity"))
    )
    lines = [
        Line(
            one,
            offers.most_yuan(
                offers.load_items(one.items), offers.load_costs(one.costs), places=places.get(one.pk, 0)
            ),
            held.get(one.pk),
        )
        for one in shown
    ]
    return sorted((one for one in lines if one.need_yuan), key=lambda line: not line.is_waiting)
