"""The smallest valid objects, for the tests of every room. The same people everywhere: 阿丽 owns, 小波 is in the same
union, 老秦 is a stranger (see `cast`).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from smartunion.core.actor import Actor, Grant
from smartunion.core.codes import resident_id as resident_ids
from smartunion.core.codes import uscc as usccs
from smartunion.core.paths import child_path
from smartunion.core.pinyin import initials, name_initials, name_key
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    Membership,
    Person,
    Region,
    TradeUnion,
    Transfer,
)

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a Saturday
TODAY = date(2026, 11, 21)
DAY = date(2026, 3, 2)
_numbers = count(10_000)  # codes made by themselves; a test writes its own below that, so the two never meet


def _county_code() -> str:
    """Six digits that are a county's: with 00 at the end they would be read as a prefecture's or a province's."""
    return next(f"{number:06d}" for number in _numbers if number % 100)


def region(name: str = "宁海县", parent: Region | None = None, **values: Any) -> Region:
    """A county, or the level below its parent."""
    levels = list(rules.RegionLevel)
    level = (
        levels[min(levels.index(rules.RegionLevel(parent.level)) + 1, 5)]
        if parent
        else rules.RegionLevel.COUNTY
    )
    row = Region(
        code=values.pop("code", "") or _county_code(), name=name, full_name=f"{parent or ''}{name}",
        level=values.pop("level", level), parent=parent, path=f"~{uuid4().hex}", depth=parent.depth + 1 if parent else 0,
        **values,
    )  # fmt: skip
    row.save()
    row.path = child_path(parent.path if parent else "", row.pk)
    row.save(update_fields=["path"])
    return row


def union(name: str = "", parent: TradeUnion | None = None, **values: Any) -> TradeUnion:
    """An active independent grassroots union; `federation` makes a leading one."""
    number = next(_numbers)
    name = name or f"第{number}工会"
    values.setdefault("kind", rules.UnionKind.INDEPENDENT)
    values.setdefault("level", rules.UnionLevel.GRASSROOTS)
    row = TradeUnion(
        number=f"T-{number:06d}", name=name, name_key=rules.fold_name(name), pinyin=initials(name), parent=parent,
        path=f"~{uuid4().hex}", depth=parent.depth + 1 if parent else 0, created_at=AT, updated_at=AT, **values,
    )  # fmt: skip
    row.save()
    row.path = child_path(parent.path if parent else "", row.pk)
    row.save(update_fields=["path"])
    if row.kind in rules.COUNTED_KINDS and row.state == rules.UnionState.ACTIVE:
        tallies.add_one(row, tallies.Counts(unions=1))
    return row


def federation(name: str = "宁海县总工会", parent: TradeUnion | None = None, **values: Any) -> TradeUnion:
    """A county federation, or a town federation below a county one."""
    level = rules.UnionLevel.COUNTY if parent is None else rules.UnionLevel.TOWN
    return union(name, parent, **{"kind": rules.UnionKind.FEDERATION, "level": level, **values})


def employer(name: str = "", *, looked_after_by: TradeUnion | None = None, **values: Any) -> Employer:
    """An employer with a valid code, in the territory of a union."""
    number = next(_numbers)
    name = name or f"宁海第{number}有限公司"
    return Employer.objects.create(
        name=name, name_key=rules.fold_name(name), pinyin=initials(name), uscc=values.pop("uscc", uscc(number)),
        territory_path=looked_after_by.path if looked_after_by else "", created_at=AT, updated_at=AT, **values,
    )  # fmt: skip


def link(
    covering: TradeUnion, covered: Employer, kind: rules.LinkKind = rules.LinkKind.OWN, **values: Any
) -> EmployerLink:
    """An open coverage, counted."""
    values.setdefault("valid_from", DAY)
    tallies.add_one(covering, tallies.Counts(employers=1))
    return EmployerLink.objects.create(
        union=covering, union_path=covering.path, employer=covered, kind=kind, **values
    )


def person(name: str = "", **values: Any) -> Person:
    """A person with a valid ID number and mobile."""
    number = next(_numbers)
    name = name or "王" + "".join(chr(0x4E00 + (number * 37 + n * 101) % 5000) for n in range(2))
    values.setdefault("resident_id", resident_id(number))
    values.setdefault("mobile", f"139{number:08d}")
    return Person.objects.create(
        name=name, pinyin=name_key(name), initials=name_initials(name), mobile_tail=values["mobile"][-4:],
        created_at=AT, updated_at=AT, **values,
    )  # fmt: skip


def membership(member: Person, joined: TradeUnion, **values: Any) -> Membership:
    """A running membership (state="ended", ended_on=…, end_type=… for a past one), counted, without its fact."""
    state = values.setdefault("state", rules.MembershipState.ACTIVE)
    if state != rules.MembershipState.ENDED:
        values.setdefault("held_as", state)
        tallies.add_one(joined, tallies.of_state(state))
    values.setdefault("started_on", DAY)
    return Membership.objects.create(
        person=member, union=joined, union_path=joined.path, name_key=member.pinyin[:40], created_at=AT,
        updated_at=AT, **values,
    )  # fmt: skip


def member(joined: TradeUnion, name: str = "", **values: Any) -> Membership:
    """A new person who is a member."""
    return membership(person(name), joined, **values)


def transfer(spell: Membership, to_union: TradeUnion, **values: Any) -> Transfer:
    """A transfer just asked for."""
    values.setdefault("asked_at", AT)
    return Transfer.objects.create(
        person=spell.person, membership=spell, from_path=spell.union_path, to_union=to_union, to_path=to_union.path,
        **values,
    )  # fmt: skip


#: Permissions as the accounts give them to their roles; a test there compares the two.
CADRE = frozenset(
    {"desk.enter", "registry.view", "registry.edit", "registry.parts", "registry.import", "members.view",
     "members.edit", "members.reveal", "feeds.import", "organising.view", "organising.visit", "organising.take_up",
     "organising.match", "organising.assign", "drives.manage", "cases.view", "cases.handle", "boards.view",
     "card.verify"}
)  # fmt: skip
CHAIR = frozenset(
    {"desk.enter", "registry.view", "registry.parts", "members.view", "members.edit", "members.reveal", "cases.view",
     "cases.handle", "drives.manage", "card.verify"}
)  # fmt: skip
INSPECTOR = frozenset(
    {
        "desk.enter",
        "registry.view",
        "members.view",
        "organising.view",
        "cases.view",
        "boards.view",
        "audit.view",
    }
)


def actor(
    role: str, permissions: frozenset[str], at_union: TradeUnion | None, *, person_id: int | None = None
) -> Actor:
    """Somebody holding one role at one union (None: everywhere)."""
    grant = Grant(role, at_union.pk if at_union else None, at_union.path if at_union else "", permissions)
    return Actor(user_id=next(_numbers), person_id=person_id, name=role, grants=(grant,))


def cadre(at_union: TradeUnion | None) -> Actor:
    """A federation cadre."""
    return actor("cadre", CADRE, at_union)


def chair(at_union: TradeUnion) -> Actor:
    """The chair of a grassroots union."""
    return actor("chair", CHAIR, at_union)


def inspector(at_union: TradeUnion) -> Actor:
    """Somebody who may look and change nothing."""
    return actor("inspector", INSPECTOR, at_union)


def worker(who: Person) -> Actor:
    """A signed-in worker without any role."""
    return Actor(user_id=next(_numbers), person_id=who.pk, name=who.name)


@dataclass(frozen=True)
class Cast:
    """阿丽 chairs the union, 小波 is a member of it, 老秦 belongs to another county's union; a cadre leads the county."""

    county: TradeUnion
    union: TradeUnion
    elsewhere: TradeUnion
    ali: Actor
    xiaobo: Membership
    laoqin: Membership
    cadre: Actor

    @property
    def xiaobo_actor(self) -> Actor:
        """小波, signed in."""
        return worker(self.xiaobo.person)

    @property
    def laoqin_actor(self) -> Actor:
        """老秦, signed in."""
        return worker(self.laoqin.person)


def cast() -> Cast:
    """Two counties, a union in each, and the people of every test."""
    county = federation()
    joined = union("宁海得力工会", county)
    other = union("象山水产工会", federation("象山县总工会"))
    return Cast(
        county=county, union=joined, elsewhere=other, ali=chair(joined), xiaobo=member(joined, "小波"),
        laoqin=member(other, "老秦"), cadre=cadre(county),
    )  # fmt: skip


def resident_id(number: int = 1, born: str = "19900307", area: str = "330226") -> str:
    """A valid ID number; other numbers give other people."""
    first_17 = f"{area}{born}{number % 1000:03d}"
    if number >= 1000:  # more people than one day has numbers
        shifted = date(1970, 1, 1).toordinal() + number // 1000
        first_17 = f"{area}{date.fromordinal(shifted):%Y%m%d}{number % 1000:03d}"
    return first_17 + resident_ids.check_character(first_17)


def uscc(number: int = 1, prefix: str = "91330226") -> str:
    """A valid employer code."""
    first_8 = f"{number % 10**8:08d}"
    body = prefix + first_8 + usccs.organisation_check_character(first_8)
    return body + usccs.check_character(body)
