"""Platform companies, invented like their names, and which of them the drivers and couriers work for."""

from datetime import date, datetime

from smartunion.core.actor import Actor
from smartunion.core.codes import uscc
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.flows.employers import NewEmployer
from smartunion.ground.registry.models import Membership, PlatformWork, TradeUnion
from smartunion.ground.registry.rules import MembershipState
from smartunion.site.demo.extracts.drivers import PLATFORMS

#: The last name of drivers who have no platform.
_ALONE = "个体经营"


def open_platforms(federation: TradeUnion, *, actor: Actor, at: datetime) -> dict[str, int]:
    """Enter the companies and the work of every new-form member: one in three for two platforms. Returns counts."""
    by_trade = {
        trade: [_company(name, federation, number * 10 + at_place, actor, at) for at_place, name in enumerate(names)
                if name != _ALONE]
        for number, (trade, names) in enumerate(PLATFORMS.items())
    }  # fmt: skip
    everybody = [company for companies in by_trade.values() for company in companies]
    spells = Membership.objects.filter(state=MembershipState.ACTIVE, person__is_new_form=True).order_by("pk")
    rows = []
    for person_id, trade, since in spells.values_list("person_id", "person__trade", "started_on"):
        hers = next((companies for word, companies in by_trade.items() if word in trade), everybody)
        first = person_id % len(hers)
        rows.append(_work(person_id, hers[first], since, at))
        if person_id % 3 == 0:
            rows.append(_work(person_id, hers[(first + 1) % len(hers)], since, at))
    PlatformWork.objects.bulk_create(rows, batch_size=1000)
    return {"platforms": len(everybody), "platform_works": len(rows)}


def _company(name: str, federation: TradeUnion, number: int, actor: Actor, at: datetime) -> int:
    first_8 = f"MY{number:06d}"
    body = f"91330200{first_8}{uscc.organisation_check_character(first_8)}"
    place = federation.territory
    data = NewEmployer(
        f"宁波{name}信息技术有限公司", body + uscc.check_character(body),
        {"is_platform": True, "industry": "I"} | ({"region_id": place.pk} if place else {}), source="demo",
    )  # fmt: skip
    return registry.employers.create_employer(actor=actor, data=data, at=at).pk


def _work(person_id: int, platform_id: int, since: date, at: datetime) -> PlatformWork:
    return PlatformWork(
        person_id=person_id, platform_id=platform_id, started_on=since, source="demo", created_at=at
    )
