"""Candidates: records that share a key. One sorted pass of the database for each key; nothing is compared with all."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.db.models import Count, Q, QuerySet, Window

from smartunion.ground.registry.models import (
    Employer,
    EmployerLink,
    Membership,
    MergeKind,
    Person,
    TradeUnion,
)

#: A key shared by more records says little (a phone entered for everybody, a very common name).
LARGEST = 20
Block = list[int]


def blocks(kind: MergeKind) -> Iterator[Block]:
    """Groups of 2 to 20 records that share a key, in no order; a record may come in several."""
    for rows, keys, record in _PASSES[kind]():
        yield from _groups(rows, keys, record)


def _groups(rows: "QuerySet[Any, Any]", keys: Sequence[str], record: str) -> Iterator[Block]:
    window = Window(Count(record), partition_by=list(keys))
    counted = rows.order_by().annotate(_size=window).filter(_size__range=(2, LARGEST))
    found = counted.order_by(*keys, record).values_list(*keys, record).iterator(chunk_size=5000)
    for _key, members in groupby(found, key=lambda row: row[:-1]):
        block = list(dict.fromkeys(row[-1] for row in members))
        if len(block) > 1:
            yield block


_Pass = tuple["QuerySet[Any, Any]", Sequence[str], str]


def _people() -> Iterator[_Pass]:
    people = Person.objects.filter(erased_at=None)
    yield people.filter(mobile_index__isnull=False), ("mobile_index",), "pk"
    yield people.filter(birth_date__isnull=False).exclude(pinyin=""), ("pinyin", "birth_date"), "pk"
    running = Membership.objects.filter(ended_on=None).exclude(name_key="")
    yield running, ("union_id", "name_key"), "person_id"


def _employers() -> Iterator[_Pass]:
    firms = Employer.objects.all()
    yield firms.exclude(org_code=""), ("org_code",), "pk"
    yield firms.exclude(old_reg_no=""), ("old_reg_no",), "pk"
    yield firms.exclude(name_key=""), ("name_key",), "pk"
    yield firms.exclude(brand_key=""), ("brand_key", "region_id"), "pk"
    yield firms.exclude(address="").exclude(legal_person=""), ("address", "legal_person"), "pk"


def _unions() -> Iterator[_Pass]:
    standing = TradeUnion.objects.exclude(state="closed")
    yield standing, ("name_key",), "pk"
    yield standing.exclude(uscc=""), ("uscc",), "pk"
    own = EmployerLink.objects.filter(Q(kind="own"), valid_to=None).exclude(union__state="closed")
    yield own, ("employer_id",), "union_id"


_PASSES = {MergeKind.PERSON: _people, MergeKind.EMPLOYER: _employers, MergeKind.UNION: _unions}
