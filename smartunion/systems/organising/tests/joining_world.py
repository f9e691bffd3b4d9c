"""The smallest world people join in: 县总 → 镇总 → a firm with a union, a firm without one, and the usual people."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from smartunion.core.actor import Actor, system
from smartunion.core.codes.resident_id import check_character
from smartunion.core.paths import child_path
from smartunion.engines.casework.tests.factories import shipped
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Employer, EmployerLink, Region, TradeUnion
from smartunion.ground.registry.rules import UnionKind, UnionLevel, fold_name
from smartunion.systems.organising.flows.drives import NewDrive, create_drive
from smartunion.systems.organising.flows.joining import JoinForm
from smartunion.systems.organising.models import JoiningDrive

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = date(2026, 3, 2)
BOTH = frozenset({"membership", "identity_number"})


def resident_id(number: int, born: str = "19900307") -> str:
    """A sound ID number of a woman born that day."""
    first_17 = f"330226{born}{number % 500 * 2 + 1:03d}"[:17]
    first_17 = first_17[:16] + str(int(first_17[16]) // 2 * 2)
    return first_17 + check_character(first_17)


def form(number: int = 1, **changes: Any) -> JoinForm:
    """What 王芳 number so-and-so fills in."""
    surnames = "王李张刘陈杨黄赵周吴"
    values: dict[str, Any] = {
        "name": f"{surnames[number % 10]}芳", "id_number": resident_id(number), "mobile": f"139{number:08d}",
        "client_id": uuid4(), "agreed": BOTH, "employer_name": "",
    }  # fmt: skip
    return JoinForm(**values | changes)


@dataclass
class World:
    """Places and people; `covered` has a union of its own, `bare` has none."""

    county: TradeUnion
    town: TradeUnion
    union: TradeUnion
    other: TradeUnion
    covered: Employer
    other_firm: Employer
    bare: Employer
    drive: JoiningDrive
    town_drive: JoiningDrive
    chair: User
    cadre: User


def _region(code: str, name: str, level: str, parent: Region | None = None) -> Region:
    made = Region.objects.create(
        code=code, name=name, full_name=(parent.full_name if parent else "") + name, level=level, parent=parent,
        path=f"~{code}", depth=parent.depth + 1 if parent else 0,
    )  # fmt: skip
    made.path = child_path(parent.path if parent else "", made.pk)
    made.save(update_fields=["path"])
    return made


def _union(name: str, parent: TradeUnion | None, number: str, territory: Region | None = None) -> TradeUnion:
    made = TradeUnion.objects.create(
        number=number, name=name, name_key=fold_name(name), parent=parent, path=f"~{number}", territory=territory,
        kind=UnionKind.FEDERATION if territory else UnionKind.INDEPENDENT,
        level=UnionLevel(territory.level) if territory else UnionLevel.GRASSROOTS,
        depth=parent.depth + 1 if parent else 0, region=territory or (parent.region if parent else None),
        founded_on=date(2020, 1, 1), created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    made.path = child_path(parent.path if parent else "", made.pk)
    made.save(update_fields=["path"])
    return made


def _employer(name: str, town: TradeUnion, union: TradeUnion | None = None, **values: Any) -> Employer:
    made = Employer.objects.create(
        name=name, name_key=fold_name(name), region=town.territory, territory_path=town.path, address="兴海路8号",
        created_at=NOW, updated_at=NOW, **values,
    )  # fmt: skip
    if union is not None:
        EmployerLink.objects.create(
            union=union, union_path=union.path, employer=made, kind="own", valid_from=date(2020, 1, 1)
        )
    return made


def staff(name: str, role: Role, at: TradeUnion) -> User:
    """An account with a role."""
    made = User.objects.create(username=f"s{User.objects.count()}", name=name, created_at=NOW)
    RoleGrant.objects.create(user=made, role=role, union=at, valid_from=date(2020, 1, 1))
    return made


def acting(user: User) -> Actor:
    """The account as an actor, read anew."""
    return actor_of(User.objects.get(pk=user.pk), on=TODAY)


def world() -> World:
    """Everything above, with the shipped services published."""
    county_place = _region("330226", "宁海县", "county")
    town_place = _region("330226001", "桃源街道", "town", county_place)
    county = _union("宁海县总工会", None, "C1", county_place)
    town = _union("桃源街道总工会", county, "T1", town_place)
    union = _union("宁海晨光文具有限公司工会", town, "U1")
    other = _union("宁海海天模具有限公司工会", town, "U2")
    covered = _employer("宁海晨光文具有限公司", town, union)
    other_firm = _employer("宁海海天模具有限公司", town, other)
    bare = _employer("宁海恒达物流有限公司", town, uscc="91350100M000100Y43", insured_count=63)
    shipped(NOW)
    return World(
        county, town, union, other, covered, other_firm, bare,
        drive=create_drive(actor=system(), data=NewDrive(union.pk, "晨光文具入会", TODAY, employer_id=covered.pk), at=NOW),
        town_drive=create_drive(
            actor=system(), data=NewDrive(town.pk, "货车司机入会月", TODAY, TODAY + timedelta(days=29), audience="货车司机", target=100), at=NOW
        ),
        chair=staff("小波", Role.CHAIR, union),
        cadre=staff("林静", Role.CADRE, town),
    )  # fmt: skip
