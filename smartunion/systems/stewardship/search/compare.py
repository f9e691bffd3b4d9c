"""Pairs inside blocks, compared by the rules; only what is worth showing is kept."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations, islice
from typing import Any

from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    Membership,
    MergeKind,
    Person,
    TradeUnion,
)
from smartunion.systems.stewardship.rules import alike
from smartunion.systems.stewardship.rules.alike import SHOWN_FROM, Alike, Body, Firm, Human
from smartunion.systems.stewardship.search.blocks import Block

_AT_ONCE = 300  # blocks; SQLite takes 999 parameters, and most blocks hold two or three records


@dataclass(frozen=True)
class Found:
    """Two records that look alike; basis: digest of what was compared."""

    left: int
    right: int
    alike: Alike
    basis: str


def compared(
    kind: MergeKind, found: Iterable[Block], tick: Callable[[int], None]
) -> dict[tuple[int, int], Found]:
    """Every pair of the blocks that is worth showing, by (lower key, higher key). tick: told how many blocks are done."""
    kept: dict[tuple[int, int], Found] = {}
    done = 0
    for batch in _batches(found):
        wanted = {pair for block in batch for pair in combinations(sorted(block), 2)} - kept.keys()
        facts = facts_of(kind, {record for pair in wanted for record in pair})
        for left, right in wanted:
            if left in facts and right in facts:
                score = compare(kind, facts[left], facts[right])
                if score.points >= SHOWN_FROM:
                    kept[left, right] = Found(left, right, score, basis_of(facts[left], facts[right]))
        done += len(batch)
        tick(done)
    return kept


def _batches(found: Iterable[Block]) -> Iterator[list[Block]]:
    iterator = iter(found)
    while batch := list(islice(iterator, _AT_ONCE)):
        yield batch


def compare(kind: MergeKind, one: Any, other: Any) -> Alike:
    """How alike two records are (facts of one kind: Human, Firm or Body)."""
    if kind == MergeKind.PERSON:
        return alike.people(one, other)
    return alike.firms(one, other) if kind == MergeKind.EMPLOYER else alike.unions(one, other)


def basis_of(one: Any, other: Any) -> str:
    """A digest of what was compared, so that a change of it is noticed; tells nothing by itself."""
    text = json.dumps([_plain(one), _plain(other)], ensure_ascii=False)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(facts: Any) -> list[Any]:
    return [
        sorted(map(str, value)) if isinstance(value, frozenset) else str(value)
        for value in vars(facts).values()
    ]


def facts_of(kind: MergeKind, ids: Iterable[int]) -> dict[int, Any]:
    """What is compared of each record: Human, Firm or Body by key; records that are gone are left out."""
    reads: dict[MergeKind, Callable[[list[int]], Mapping[int, Any]]] = {
        MergeKind.PERSON: _humans,
        MergeKind.EMPLOYER: _firms,
        MergeKind.UNION: _bodies,
    }
    facts: dict[int, Any] = {}
    rest = sorted(set(ids))
    for start in range(0, len(rest), 900):
        facts |= reads[kind](rest[start : start + 900])
    return facts


def _humans(ids: list[int]) -> dict[int, Human]:
    unions: dict[int, set[int]] = {}
    employers: dict[int, set[str]] = {}
    running = Membership.objects.filter(person_id__in=ids, ended_on=None)
    for person, union, employer, given in running.values_list(
        "person_id", "union_id", "employer_id", "employer_name"
    ):
        unions.setdefault(person, set()).add(union)
        if employer or given:
            employers.setdefault(person, set()).add(str(employer or given))
    rows = Person.objects.filter(pk__in=ids, erased_at=None).values_list(
        "pk", "name", "pinyin", "birth_date", "sex", "resident_id_index", "mobile_index"
    )
    return {
        pk: Human(
            pk, name, sound, born, sex, _hex(number), _hex(phone), frozenset(unions.get(pk, ())),
            frozenset(employers.get(pk, ())),
        )
        for pk, name, sound, born, sex, number, phone in rows
    }  # fmt: skip


def _firms(ids: list[int]) -> dict[int, Firm]:
    rows = Employer.objects.filter(pk__in=ids).values_list(
        "pk",
        "name",
        "name_key",
        "brand_key",
        "uscc",
        "org_code",
        "old_reg_no",
        "region__path",
        "address",
        "legal_person",
    )
    return {pk: Firm(pk, *(value or "" for value in rest)) for pk, *rest in rows}


def _bodies(ids: list[int]) -> dict[int, Body]:
    own: dict[int, set[int]] = {}
    links = EmployerLink.objects.filter(union_id__in=ids, kind="own", valid_to=None)
    for union, employer in links.values_list("union_id", "employer_id"):
        own.setdefault(union, set()).add(employer)
    rows = TradeUnion.objects.filter(pk__in=ids).exclude(state="closed")
    return {
        pk: Body(pk, name, parent, uscc, frozenset(own.get(pk, ())))
        for pk, name, parent, uscc in rows.values_list("pk", "name_key", "parent_id", "uscc")
    }


def _hex(index: bytes | memoryview | None) -> str:
    return "" if index is None else bytes(index).hex()
