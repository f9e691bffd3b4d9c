"""What people said of an employer stands against the register: it is kept, and what differs is told."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any

from smartunion.core.codes.folding import fold_code, fold_width, without_blanks
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Employer

#: Fields of the register that are told when they differ from what people said.
COMPARED = ("name", "uscc", "old_reg_no", "state", "address", "legal_person")
#: Fields that go with another one.
FOLLOWING = {
    "name": ("name_key", "brand_key", "pinyin", "former_name"), "uscc": ("org_code",),
    "address": ("region_id", "territory_path"), "region_id": ("territory_path",),
}  # fmt: skip
#: A value that every employer has from the start says nothing that people meant.
_GIVEN_UNASKED = ("state",)
#: So much of two names must be the same.
_ALIKE = 0.6


def may_be_one(employer: Employer, register: Mapping[str, Any]) -> bool:
    """Whether an employer with an entity's code may be that entity: the names must have something in common.

    A code that somebody copied from another firm's line leads to a firm of a wholly different name.
    """
    ours, theirs = employer.name_key, str(register["name_key"])
    if not employer.name or employer.brand_key == register["brand_key"]:
        return True
    if ours and ours in rules.fold_name(str(register["former_name"])):
        return True
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= _ALIKE


def same(field: str, one: str, other: str) -> bool:
    """Whether two values say the same to a reader."""
    if field == "name":
        return rules.fold_name(one) == rules.fold_name(other)
    if field in {"uscc", "old_reg_no"}:
        return fold_code(one) == fold_code(other)
    return without_blanks(fold_width(one)) == without_blanks(fold_width(other))


def said_before(employer: Employer, register: Mapping[str, Any]) -> set[str]:
    """Fields in which an employer that people entered differs from the register, when the two first meet."""
    return {
        name for name in COMPARED
        if name not in _GIVEN_UNASKED and getattr(employer, name) and register[name]
        and not same(name, getattr(employer, name), register[name])
    }  # fmt: skip


def standing(employer: Employer, register: Mapping[str, Any], held: Iterable[str]) -> dict[str, Any]:
    """The register's values with those that stand against it put back: held ones, and known ones it leaves empty."""
    values = dict(register)
    kept = set(held) | {name for name in COMPARED if getattr(employer, name) and not register[name]}
    for name in kept & {*values, *FOLLOWING}:
        for field in (name, *FOLLOWING.get(name, ())):
            if field in values:
                values[field] = getattr(employer, field)
    return values


def differing(employer: Employer, register: Mapping[str, Any], held: Iterable[str]) -> list[str]:
    """Held fields in which the register says something else."""
    return [
        name for name in COMPARED
        if name in held and register[name] and not same(name, str(getattr(employer, name)), str(register[name]))
    ]  # fmt: skip
