"""Which union looks after which place, and so after which employers."""

from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.queries.places import TERRITORIAL, federation_for


def take_over_territory(union: TradeUnion) -> int:
    """Give the employers of the union's territory to it, except where a union further down looks after them.

    Called when a leading union comes to stand or its territory changes. Returns how many employers it now has.
    """
    if union.territory is None or union.kind not in TERRITORIAL:
        return 0
    region = union.territory
    employers = Employer.objects.filter(
        region__path__gte=region.path, region__path__lt=region.path[:-1] + "0"
    )
    deeper = TradeUnion.objects.filter(
        territory__path__gt=region.path, territory__path__lt=region.path[:-1] + "0",
        kind__in=TERRITORIAL, state=rules.UnionState.ACTIVE,
    )  # fmt: skip
    for path in deeper.values_list("territory__path", flat=True):
        employers = employers.exclude(region__path__gte=path, region__path__lt=path[:-1] + "0")
    return employers.update(territory_path=union.path)


def hand_back_territory(union: TradeUnion) -> int:
    """Give the employers of a closing union to the union that looks after the wider place."""
    if union.territory is None:
        return 0
    above = federation_for(union.territory, but=union.pk)
    return Employer.objects.filter(territory_path=union.path).update(
        territory_path=above.path if above else ""
    )
