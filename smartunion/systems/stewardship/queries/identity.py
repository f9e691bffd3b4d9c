"""How many members of a subtree an authority has confirmed, as last counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Min, Sum

from smartunion.core.actor import within
from smartunion.core.paths import step_below
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.queries.trees import counts
from smartunion.systems.stewardship.models import FaultCount, UnionQuality
from smartunion.systems.stewardship.rules.quality import VERSION

SAME: Final = "member_identity_same"
#: What is to be put right first, then who was never asked about.
OTHERS: Final = (
    "member_identity_differs",
    "member_identity_unknown",
    "member_identity_ended",
    "member_identity_open",
)
#: Unions below that a chart names.
_SHOWN = 10


@dataclass(frozen=True)
class Identity:
    """Members of a subtree. confirmed; numbers: of the other answers, by rule; as_of: when they were counted, the oldest."""

    confirmed: int
    numbers: Mapping[str, int]
    as_of: datetime | None


def identity_of(union: TradeUnion) -> Identity:
    """The answers at a union and below; two statements."""
    rows = FaultCount.objects.filter(within([union.path], "path"), rule__in=[SAME, *OTHERS]).order_by()
    found = dict(rows.values_list("rule").annotate(n=Sum("number")))
    by_these_rules = UnionQuality.objects.filter(within([union.path], "path"), version=VERSION)
    counted = by_these_rules.aggregate(at=Min("counted_at"))
    return Identity(found.get(SAME, 0), {key: found.get(key, 0) for key in OTHERS}, counted["at"])


@dataclass(frozen=True)
class Share:
    """Of a union below, how many members are confirmed, of how many."""

    union: TradeUnion
    confirmed: int
    members: int

    @property
    def percent(self) -> float:
        """Confirmed members in a hundred."""
        return round(100 * self.confirmed / self.members, 1) if self.members else 0.0


def shares_below(union: TradeUnion) -> list[Share]:
    """The unions right below with members, those with most members first; three statements."""
    children = list(TradeUnion.objects.filter(parent=union).exclude(state="closed"))
    rows = FaultCount.objects.filter(within([union.path], "path"), rule=SAME).order_by()
    confirmed = dict(rows.values_list(step_below(union.path, "path")).annotate(n=Sum("number")))
    members = {pk: found.active + found.retained for pk, found in counts(children).items()}
    shares = [
        Share(child, confirmed.get(child.path, 0), members[child.pk])
        for child in children
        if members[child.pk]
    ]
    return sorted(shares, key=lambda one: (-one.members, one.union.path))[:_SHOWN]
