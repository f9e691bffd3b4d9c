"""The smallest world a case needs: 县总 → 镇总 → a firm's union, and the usual people."""

import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models.base import ModelState

from smartunion.core.actor import Actor, system
from smartunion.core.paths import child_path
from smartunion.core.pinyin import name_key
from smartunion.engines.casework.definition import Definition
from smartunion.engines.casework.flows.publishing import publish, ship
from smartunion.engines.casework.models import Service, ServiceVersion
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Person, Region, TradeUnion
from smartunion.ground.registry.rules import UnionKind, UnionLevel, fold_name

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday
TODAY = date(2026, 3, 2)


def region(code: str, name: str, level: str, parent: Region | None = None) -> Region:
    made = Region.objects.create(
        code=code, name=name, full_name=(parent.full_name if parent else "") + name, level=level, parent=parent,
        path=f"~{code}", depth=parent.depth + 1 if parent else 0,
    )  # fmt: skip
    made.path = child_path(parent.path if parent else "", made.pk)
    made.save(update_fields=["path"])
    return made


def union(
    name: str, parent: TradeUnion | None = None, *, territory: Region | None = None, kind: str = ""
) -> TradeUnion:
    kind = kind or (UnionKind.FEDERATION if territory else UnionKind.INDEPENDENT)
    level = UnionLevel.GRASSROOTS if not territory else UnionLevel(territory.level)
    made = TradeUnion.objects.create(
        number=f"N{TradeUnion.objects.count() + 1:04d}", name=name, name_key=fold_name(name), kind=kind, level=level,
        parent=parent, path=f"~{name}", depth=parent.depth + 1 if parent else 0, territory=territory,
        region=territory or (parent.region if parent else None), founded_on=date(2020, 1, 1), created_at=NOW,
        updated_at=NOW,
    )  # fmt: skip
    made.path = child_path(parent.path if parent else "", made.pk)
    made.save(update_fields=["path"])
    return made


def employer(
    name: str, *, town: TradeUnion, covered_by: TradeUnion | None = None, uscc: str = ""
) -> Employer:
    made = Employer.objects.create(
        name=name, name_key=fold_name(name), region=town.territory, territory_path=town.path, uscc=uscc,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    if covered_by is not None:
        EmployerLink.objects.create(
            union=covered_by,
            union_path=covered_by.path,
            employer=made,
            kind="own",
            valid_from=date(2020, 1, 1),
        )
    return made


def person(name: str, *, mobile: str = "", resident_id: str = "") -> Person:
    return Person.objects.create(
        name=name, pinyin=name_key(name), mobile=mobile, mobile_tail=mobile[-4:], resident_id=resident_id,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip


def member(one: Person, of: TradeUnion, at: Employer | None = None) -> Membership:
    return Membership.objects.create(
        person=one, union=of, union_path=of.path, employer=at, name_key=one.pinyin[:40], state="active",
        held_as="active", started_on=date(2024, 1, 1), created_at=NOW, updated_at=NOW,
    )  # fmt: skip


def user(
    name: str, *, who: Person | None = None, role: Role | None = None, at: TradeUnion | None = None
) -> User:
    made = User.objects.create(username=f"u{User.objects.count() + 1}", name=name, person=who, created_at=NOW)
    if role is not None:
        RoleGrant.objects.create(user=made, role=role, union=at, valid_from=date(2020, 1, 1))
    return made


def acting(one: User) -> Actor:
    return actor_of(one, on=TODAY)


def published(definition: Definition) -> ServiceVersion:
    return publish(definition=definition, actor=system(), at=NOW)


_shipped: list[ServiceVersion] = []


def shipped(at: datetime = NOW) -> None:
    """Every ready service is open, as `ship` leaves an installation that had none.

    It is asked once in the life of a process; what it wrote is then written again, without its audit lines.
    """
    assert not Service.objects.exists()
    if not _shipped:
        ship(actor=system(), at=at)
        _shipped.extend(ServiceVersion.objects.select_related("service").order_by("pk"))
        return
    services = Service.objects.bulk_create([_anew(version.service) for version in _shipped])
    ServiceVersion.objects.bulk_create(
        [
            _anew(version, service=service, published_at=at)
            for version, service in zip(_shipped, services, strict=True)
        ]
    )


def _anew(row: Any, **values: object) -> Any:
    new = copy.copy(row)
    new.pk, new._state = None, ModelState()
    for name, value in values.items():
        setattr(new, name, value)
    return new


@dataclass
class World:
    """阿丽 works at the firm; 小波 chairs its union; 林静 is cadre of the town, 周科 of the county; 老秦 is a stranger."""

    county: TradeUnion
    town: TradeUnion
    next_town: TradeUnion
    grassroots: TradeUnion
    firm: Employer
    ali: User
    xiaobo: User
    town_cadre: User
    county_cadre: User
    stranger: User


def world() -> World:
    """The usual places and people."""
    county_place = region("330226", "宁海县", "county")
    town_place = region("330226100", "桃源街道", "town", county_place)
    next_place = region("330226101", "跃龙街道", "town", county_place)
    county = union("宁海县总工会", territory=county_place)
    town = union("桃源街道总工会", county, territory=town_place)
    next_town = union("跃龙街道总工会", county, territory=next_place)
    grassroots = union("宁海晨光文具有限公司工会", town)
    firm = employer("宁海晨光文具有限公司", town=town, covered_by=grassroots)
    ali = person("阿丽", mobile="13800138000", resident_id="11010519491231002X")
    member(ali, grassroots, firm)
    xiaobo = person("小波", mobile="13800138001")
    member(xiaobo, grassroots, firm)
    return World(
        county, town, next_town, grassroots, firm,
        ali=user("阿丽", who=ali),
        xiaobo=user("小波", who=xiaobo, role=Role.CHAIR, at=grassroots),
        town_cadre=user("林静", role=Role.CADRE, at=town),
        county_cadre=user("周科", role=Role.CADRE, at=county),
        stranger=user("老秦", who=person("老秦", mobile="13800138009")),
    )  # fmt: skip
