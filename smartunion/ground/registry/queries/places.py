"""Places, and which union looks after them."""

from django.db.models import QuerySet

from smartunion.core.paths import prefixes
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Region, TradeUnion
from smartunion.ground.registry.regions import short_code

#: Only these look after places; industry unions and associations look after trades.
TERRITORIAL = frozenset({rules.UnionKind.FEDERATION, rules.UnionKind.COMMITTEE_OFFICE})


def federation_for(region: Region | None, *, but: int | None = None) -> TradeUnion | None:
    """The union that looks after a place: the one with the narrowest territory around it; None when there is none."""
    if region is None:
        return None
    found = TradeUnion.objects.filter(
        territory__path__in=prefixes(region.path), kind__in=TERRITORIAL, state=rules.UnionState.ACTIVE
    ).exclude(pk=but or 0)
    return found.order_by("-territory__depth", "kind", "pk").first()


def region_by_code(code: str) -> Region | None:
    """The region with this code, in its short form or written out with zeros: 3302, 330200, 330200000000."""
    return Region.objects.filter(code=short_code(code)).first()


def regions_inside(region: Region) -> "QuerySet[Region, Region]":
    """The region and everything in it."""
    return Region.objects.filter(path__gte=region.path, path__lt=region.path[:-1] + "0")
