"""Whether a union may have a full-time chair: the staff of those it covers against the number the law names."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum
from django.db.models.functions import Coalesce

from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import EmployerLink, TradeUnion
from smartunion.ground.registry.policies import FULL_TIME_CHAIR_FROM
from smartunion.ground.registry.rules import GRASSROOTS


@dataclass(frozen=True)
class FullTime:
    """staff: of all employers the union covers, insured or as entered, None where no number is known; needed: from which on.

    source: of the number needed.
    """

    staff: int | None
    needed: int
    source: str

    @property
    def is_possible(self) -> bool:
        """Whether there are enough."""
        return self.staff is not None and self.staff >= self.needed


def full_time_of(union: TradeUnion, on: date) -> FullTime | None:
    """What holds for a union on a day; None for leading unions, whose staff is set otherwise. Two queries.

    Source: Trade Union Law art. 14; domain rules 5.4.
    """
    if union.kind not in GRASSROOTS:
        return None
    running = EmployerLink.objects.filter(union=union, valid_to=None)
    staff = running.aggregate(n=Sum(Coalesce("employer__insured_count", "employer__staff_count")))["n"]
    held = policies.values([FULL_TIME_CHAIR_FROM], path=union.path, on=on)[FULL_TIME_CHAIR_FROM]
    return FullTime(staff, int(held.value), held.source)
