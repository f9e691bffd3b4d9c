"""What the county's office said about links of the comparison over the last months, a draft of areas beside them."""

from datetime import date, datetime, time, timedelta

from smartunion.core.actor import Actor
from smartunion.ground.registry.models import TradeUnion
from smartunion.site.demo.history.tell import SHANGHAI
from smartunion.site.demo.world import World
from smartunion.systems.organising.flows import plans
from smartunion.systems.organising.flows.verdicts import judge_link
from smartunion.systems.organising.models import MatchLink
from smartunion.systems.organising.rules import LinkVerdict

MOST, DAYS_BETWEEN = 24, 6


def judge_some(world: World, *, actor: Actor, as_of: date) -> int:
    """Two in three of the links that ask are judged, as the world knows them to be; returns how many."""
    truth = set(world.coverage.select("union", "employer").iter_rows())
    numbers = {entity: number for number, entity in enumerate(world.employers["entity_id"].to_list())}
    asking = MatchLink.objects.filter(is_live=True, verdict=LinkVerdict.NONE)
    rows = asking.exclude(is_auto=True, sampled_in=None).select_related("employer").order_by("pk")
    chosen = [link for at, link in enumerate(rows[: MOST * 3 // 2]) if at % 3 != 2]
    for at, link in enumerate(chosen):
        day = as_of - timedelta(days=1 + DAYS_BETWEEN * (len(chosen) - 1 - at))
        is_right = (link.union_id - 1, numbers.get(link.employer.entity_id, -1)) in truth
        note = "电话核对，属实" if is_right else "电话核对，不是同一家"
        said_at = datetime.combine(day, time(10, at % 50), SHANGHAI)
        judge_link(actor=actor, link_id=link.pk, is_right=is_right, note=note, at=said_at)
    return len(chosen)


def draft_areas(federation: TradeUnion, *, actor: Actor, as_of: date) -> int:
    """A draft of the federation's areas within the usual limits, for the desk to look at. Returns its areas."""
    at = datetime.combine(as_of - timedelta(days=2), time(9), SHANGHAI)
    asked = plans.Asked(50, 5000, None)
    return len(
        plans.propose(
            actor=actor, union_id=federation.pk, title="片区调整方案（试算）", asked=asked, at=at
        ).parts
    )
