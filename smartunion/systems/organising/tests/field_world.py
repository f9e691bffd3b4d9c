"""A town with two service areas, their organisers, unions to visit and findings to look into."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from smartunion.core.actor import Actor
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.flows.visits import VisitNote
from smartunion.systems.organising.models import Area, AreaAssignment, AreaUnion, Finding
from smartunion.systems.organising.rules import FindingKind, FindingState, VisitResult, WorkList

AT = datetime(2026, 7, 5, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a Sunday in the third quarter
TODAY = date(2026, 7, 5)
BEGAN = date(2026, 1, 1)


@dataclass
class Town:
    """阿丽 holds the first area, 小波 the second; 林静 sits at the town's desk; 老秦 organises in another town."""

    federation: TradeUnion
    elsewhere: TradeUnion
    north: Area
    south: Area
    unions: list[TradeUnion]
    joint: TradeUnion
    people: dict[str, User] = field(default_factory=dict)

    def actor(self, name: str, *, on: date = TODAY) -> Actor:
        """Somebody as she acts on a day."""
        return actor_of(User.objects.get(pk=self.people[name].pk), on=on)


def town() -> Town:
    """The smallest world field work happens in."""
    county = make.federation("宁海县总工会", territory=make.region("宁海县"))
    federation = make.federation("西店镇总工会", county, territory=make.region("西店镇", county.territory))
    elsewhere = make.federation("深甽镇总工会", county, territory=make.region("深甽镇", county.territory))
    north = Area.objects.create(name="西店北片区", union=federation, path=federation.path)
    south = Area.objects.create(name="西店南片区", union=federation, path=federation.path)
    unions = [make.union(f"宁海第{number}厂工会", federation) for number in range(1, 5)]
    AreaUnion.objects.bulk_create(
        AreaUnion(area=north if number < 3 else south, union=union, valid_from=BEGAN)
        for number, union in enumerate(unions)
    )
    joint = make.union("西店镇沿街小微企业联合工会", federation, kind="joint")
    made = Town(federation, elsewhere, north, south, unions, joint)
    for name, role, at_union, area in (
        ("阿丽", Role.ORGANISER, federation, north), ("小波", Role.ORGANISER, federation, south),
        ("林静", Role.CADRE, federation, None), ("老秦", Role.ORGANISER, elsewhere, None),
    ):  # fmt: skip
        user = User.objects.create_user(f"u-{name}", None, name=name, created_at=AT)
        RoleGrant.objects.create(user=user, role=role, union=at_union, valid_from=BEGAN)
        if area is not None:
            AreaAssignment.objects.create(area=area, user=user, valid_from=BEGAN)
        made.people[name] = user
    return made


def finding(world: Town, area: Area | None = None, **values: Any) -> Finding:
    """A firm without a union, in 阿丽's area."""
    firm: Employer = make.employer(looked_after_by=world.federation)
    return Finding.objects.create(
        **{
            "kind": FindingKind.NO_UNION, "subject_key": f"employer:{firm.pk}", "employer": firm,
            "path": world.federation.path, "area": area or world.north, "work_list": WorkList.TASK,
            "state": FindingState.OPEN, "score": 10.0, "headcount": 10, "found_at": AT,
            "reasons": [{"code": "no_union"}],
        }
        | values
    )  # fmt: skip


def noted(result: VisitResult = VisitResult.REAL, **values: Any) -> VisitNote:
    """A visit as the phone sends it."""
    return VisitNote(**{"client_id": uuid4(), "result": result, "noted_at": AT} | values)
