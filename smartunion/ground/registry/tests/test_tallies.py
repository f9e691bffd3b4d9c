"""Counts: exact with and without folding, after moves, and proven by the recount."""

import pytest

from smartunion.ground.registry import queries
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.models import UnionTally, UnionTallyDelta
from smartunion.ground.registry.rules import MembershipState
from smartunion.ground.registry.rules.counts import Counts
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


def test_counts_are_the_same_before_and_after_folding() -> None:
    who = make.cast()
    make.member(who.union, state=MembershipState.RETAINED)
    make.membership(make.person(), who.county, state=MembershipState.PREPARATORY)
    make.link(who.union, make.employer(looked_after_by=who.county))
    expected = {who.county.pk: Counts(1, 1, 1, 1, 1), who.union.pk: Counts(1, 0, 1, 1, 1)}

    before = queries.counts([who.county, who.union])
    tallies.fold()
    after = queries.counts([who.county, who.union])

    assert before == expected
    assert after == expected
    assert not UnionTallyDelta.objects.exists()
    assert tallies.recount() == []


def test_recount_names_and_repairs_what_is_wrong() -> None:
    who = make.cast()
    tallies.fold()
    UnionTally.objects.filter(pk=who.county.pk).update(all_active=7)

    found = tallies.recount(repair=True)

    assert [(wrong.union_id, wrong.column, wrong.stored, wrong.counted) for wrong in found] == [
        (who.county.pk, "all_active", 7, 1)
    ]
    assert tallies.recount() == []
    assert queries.counts([who.county])[who.county.pk].active == 1


def test_folding_takes_a_bounded_batch_and_goes_on() -> None:
    union = make.union()
    tallies.fold()
    tallies.add_one(union, Counts(active=1))
    UnionTallyDelta.objects.bulk_create(
        UnionTallyDelta(union=union, path=union.path, active=1) for _ in range(1_000)
    )

    assert [tallies.fold(), tallies.fold(), tallies.fold()] == [900, 101, 0]
    assert UnionTally.objects.get(pk=union.pk).own_active == 1_001


def test_zero_changes_write_nothing() -> None:
    union = make.union(state="closed", closed_on=make.DAY)

    tallies.add_one(union, Counts())

    assert not UnionTallyDelta.objects.exists()
