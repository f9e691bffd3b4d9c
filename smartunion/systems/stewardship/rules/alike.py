"""How alike two records are, with the reasons for and against; pure. Worked table: docs/rules/duplicates.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from smartunion.systems.stewardship.rules.words import Level

#: From how many points records are shown, and how sure that is.
LEVELS: Final = ((9, Level.SURE), (7, Level.LIKELY), (5, Level.POSSIBLE))
SHOWN_FROM: Final = LEVELS[-1][0]

#: Reason → points. What speaks for one thing is positive.
POINTS: Final[Mapping[str, int]] = {
    "same_phone": 4, "same_name": 3, "same_sound": 2, "same_birth": 3, "same_union": 1, "same_employer": 1,
    "only_one_has_id": 1, "other_id": -9, "other_birth": -4, "other_sex": -4, "other_name": -3, "other_phone": -1,
    "same_code": 7, "same_old_number": 6, "same_firm_name": 5, "same_brand": 3, "same_address": 2, "same_legal_person": 2,
    "only_one_has_code": 1, "other_code": -9, "other_place": -2, "branch_and_firm": -5,
    "same_union_name": 5, "same_parent": 2, "same_own_employer": 6, "same_union_code": 7, "other_union_code": -9,
    "other_employer": -4,
}  # fmt: skip

WORDS: Final[Mapping[str, str | Promise]] = {
    "same_phone": _("same mobile number"), "same_name": _("same name"),
    "same_sound": _("names that sound the same"), "same_birth": _("same birth date"),
    "same_union": _("member of the same union"), "same_employer": _("same employer"),
    "only_one_has_id": _("only one of them has an ID number"), "other_id": _("two different valid ID numbers"),
    "other_birth": _("different birth dates"), "other_sex": _("different sex"), "other_name": _("different names"),
    "other_phone": _("different mobile numbers"), "same_code": _("same organisation code"),
    "same_old_number": _("same old registration number"), "same_firm_name": _("same name"),
    "same_brand": _("same trade name in one place"), "same_address": _("same address"),
    "same_legal_person": _("same legal representative"),
    "only_one_has_code": _("only one of them has a credit code"),
    "other_code": _("two different valid credit codes"), "other_place": _("different places"),
    "branch_and_firm": _("one is a branch, the other is not"), "same_union_name": _("same name"),
    "same_parent": _("under the same union"), "same_own_employer": _("own union of the same employer"),
    "same_union_code": _("same union credit code"), "other_union_code": _("two different union credit codes"),
    "other_employer": _("unions of different employers"),
}  # fmt: skip


@dataclass(frozen=True)
class Alike:
    """How alike two records are. points: sum of the reasons'; reasons: keys of POINTS, strongest first."""

    points: int
    reasons: tuple[str, ...]

    @property
    def level(self) -> Level | None:
        """How sure it is; None when it is not worth showing."""
        return level_of(self.points)


def level_of(points: int) -> Level | None:
    """How sure so many points are."""
    return next((level for least, level in LEVELS if points >= least), None)


@dataclass(frozen=True)
class Human:
    """What is compared of a person. id_key, phone_key: blind indexes as hex, "" for none; unions, employers: running."""

    pk: int
    name: str
    sound: str
    born_on: date | None
    sex: str
    id_key: str
    phone_key: str
    unions: frozenset[int] = frozenset()
    employers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Firm:
    """What is compared of an employer. org_code: 9 characters, from the credit code where there is one; region: its path."""

    pk: int
    name: str
    name_key: str
    brand: str
    uscc: str
    org_code: str
    old_number: str
    region: str
    address: str
    legal_person: str


@dataclass(frozen=True)
class Body:
    """What is compared of a union. employers: those it is the own union of."""

    pk: int
    name_key: str
    parent: int | None
    uscc: str
    employers: frozenset[int] = frozenset()


def people(one: Human, other: Human) -> Alike:
    """Whether two records are one person. Different valid ID numbers speak against it more than all else for it."""
    told: list[str] = []
    if one.id_key and other.id_key:
        if one.id_key != other.id_key:
            told.append("other_id")
    elif one.id_key or other.id_key:
        told.append("only_one_has_id")
    _compare(told, one.phone_key, other.phone_key, "same_phone", "other_phone")
    _compare(told, one.born_on, other.born_on, "same_birth", "other_birth")
    if one.sex and other.sex and one.sex != other.sex:
        told.append("other_sex")
    if one.name == other.name:
        told.append("same_name")
    elif one.sound and one.sound == other.sound:
        told.append("same_sound")
    else:
        told.append("other_name")
    if one.unions & other.unions:
        told.append("same_union")
    if one.employers & other.employers:
        told.append("same_employer")
    return _sum(told)


def firms(one: Firm, other: Firm) -> Alike:
    """Whether two records are one employer."""
    told: list[str] = []
    if one.uscc and other.uscc:
        if one.uscc != other.uscc:
            told.append("other_code")
    elif one.uscc or other.uscc:
        told.append("only_one_has_code")
    if one.org_code and one.org_code == other.org_code:
        told.append("same_code")
    if one.old_number and one.old_number == other.old_number:
        told.append("same_old_number")
    if one.name_key and one.name_key == other.name_key:
        told.append("same_firm_name")
    elif one.brand and one.brand == other.brand and one.region == other.region:
        told.append("same_brand")
    if is_branch(one.name) != is_branch(other.name):
        told.append("branch_and_firm")
    if one.address and one.address == other.address:
        told.append("same_address")
    if one.legal_person and one.legal_person == other.legal_person:
        told.append("same_legal_person")
    if not (one.region.startswith(other.region) or other.region.startswith(one.region)):
        told.append("other_place")
    return _sum(told)


def unions(one: Body, other: Body) -> Alike:
    """Whether two records are one union."""
    told: list[str] = []
    _compare(told, one.uscc, other.uscc, "same_union_code", "other_union_code")
    if one.name_key == other.name_key:
        told.append("same_union_name")
    if one.parent == other.parent:
        told.append("same_parent")
    if one.employers & other.employers:
        told.append("same_own_employer")
    elif one.employers and other.employers:
        told.append("other_employer")
    return _sum(told)


def is_branch(name: str) -> bool:
    """Whether a name says branch, shop or office of a firm."""
    return name.rstrip("）) ").endswith(
        ("分公司", "分店", "门店", "营业部", "办事处", "分厂", "分行", "支行")
    )


def components(pairs: Sequence[tuple[int, int, int]], *, most: int) -> list[list[int]]:
    """Records that belong together, from (record, record, points); strongest pairs first, none larger than `most`.

    A pair that would make a group too large is left for the next time, when part of the group has been settled.
    """
    group: dict[int, list[int]] = {}
    for one, other, _points in sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1])):
        left, right = group.setdefault(one, [one]), group.setdefault(other, [other])
        if left is right or len(left) + len(right) > most:
            continue
        left += right
        for record in right:
            group[record] = left
    found = {id(records): records for records in group.values()}
    return sorted(sorted(records) for records in found.values() if len(records) > 1)


def _compare(told: list[str], one: object, other: object, same: str, different: str) -> None:
    if one and other:
        told.append(same if one == other else different)


def _sum(told: list[str]) -> Alike:
    return Alike(
        sum(POINTS[key] for key in told), tuple(sorted(told, key=lambda key: (-abs(POINTS[key]), key)))
    )
