"""Small firms an organiser put on the list from the village ledgers, so that every way of founding is on it."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet

from smartunion.core.actor import Actor, system
from smartunion.ground.policies.flows import values as policies
from smartunion.ground.registry.models import Employer, EmployerLink
from smartunion.ground.registry.rules import EmployerState, RegionLevel
from smartunion.site.demo.history.tell import SHANGHAI
from smartunion.systems.organising.flows.by_hand import put_on_list
from smartunion.systems.organising.flows.modes import propose_modes
from smartunion.systems.organising.founding_modes import industry_of
from smartunion.systems.organising.models import Finding

TOGETHER, INDUSTRY, ALONE = 4, 4, 2
#: Neighbours without a union from which on small firms found together here.
NEIGHBOURS = 10
#: More firms than this are not looked at; a town has fewer.
_LOOK_AT = 5_000


def list_small_firms(*, path: str, actor: Actor, as_of: date) -> int:
    """Neighbours of one village, firms of one industry and some that stand alone; returns how many were listed.

    path: of the federation; actor: who picks them, three weeks before as_of.
    """
    at = datetime.combine(as_of - timedelta(days=21), time(15), SHANGHAI)
    _rule(path, system("demo"), at)
    chosen = _neighbours(_bare(path)) + _of_one_industry(_bare(path)) + _alone(_bare(path))
    firms = list(dict.fromkeys(chosen))
    for firm in firms:
        put_on_list(actor=actor, employer_id=firm, at=at)
    propose_modes(path=path, at=at, employer_ids=firms)
    return len(firms)


def _bare(path: str) -> QuerySet[Employer]:
    links = EmployerLink.objects.filter(employer=OuterRef("pk"), valid_to=None)
    listed = Finding.objects.filter(employer=OuterRef("pk"))
    small = Employer.objects.filter(territory_path__startswith=path, state=EmployerState.ACTIVE)
    return small.filter(~Exists(links), ~Exists(listed)).order_by("pk")


def _neighbours(bare: QuerySet[Employer]) -> list[int]:
    """The largest small firms of the village with the most of them, whose trade no department leads."""
    known = bare.filter(region__level=RegionLevel.VILLAGE, insured_count__gte=1)
    village = known.order_by().values("region").annotate(n=Count("pk")).order_by("-n", "region").first()
    if village is None:
        return []
    rows = known.filter(region=village["region"]).order_by("-insured_count", "pk")[:200]
    return [one.pk for one in rows if not industry_of(one.name, one.industry)][:TOGETHER]


def _of_one_industry(bare: QuerySet[Employer]) -> list[int]:
    """Firms of the trade that most of them have."""
    by_trade: dict[str, list[int]] = {}
    for one in bare[:_LOOK_AT]:
        if trade := industry_of(one.name, ""):
            by_trade.setdefault(trade, []).append(one.pk)
    most = Counter({trade: len(pks) for trade, pks in by_trade.items()}).most_common(1)
    return by_trade[most[0][0]][:INDUSTRY] if most else []


def _alone(bare: QuerySet[Employer]) -> list[int]:
    """Firms of the village with the fewest of them, too few to found together under the place's rule."""
    known = bare.filter(region__level=RegionLevel.VILLAGE)
    village = known.order_by().values("region").annotate(n=Count("pk")).order_by("n", "region").first()
    if village is None:
        return []
    rows = known.filter(region=village["region"])[:200]
    return [one.pk for one in rows if not industry_of(one.name, one.industry)][:ALONE]


def _rule(path: str, actor: Actor, at: datetime) -> None:
    """Where the place's own document asks for more neighbours than the default does."""
    policies.enter_value(
        actor=actor, key="organising.mode_neighbours", path=path, text=str(NEIGHBOURS), valid_from=at.date(),
        valid_to=None, source="演示：县总工会年度建会工作方案", at=at,
    )  # fmt: skip
