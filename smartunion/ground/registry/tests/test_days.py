"""Counts of a past day: a wide union as it was counted at night, the same numbers as from the rows."""

from datetime import date, timedelta

import pytest

from smartunion.core.actor import Actor
from smartunion.ground.registry.flows import days, tallies
from smartunion.ground.registry.models import TradeUnion, UnionDay
from smartunion.ground.registry.queries.dated import unions_standing
from smartunion.ground.registry.rules import MembershipState
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db

Numbers = tuple[int, int, int]


def counted(actor: Actor, day: date) -> dict[int, Numbers]:
    return {row.pk: (row.n_active, row.n_retained, row.n_employers) for row in unions_standing(actor, day)}


def world() -> make.Cast:
    """A member of each of two unions since DAY, one who left after ten days, one retained after twenty, an employer for a month."""
    who = make.cast()
    TradeUnion.objects.update(founded_on=None)
    start = make.DAY
    make.membership(
        make.person(),
        who.union,
        started_on=start,
        ended_on=start + timedelta(10),
        state="ended",
        held_as="active",
    )
    make.membership(make.person(), who.union, started_on=start + timedelta(20), state=MembershipState.RETAINED,
                    held_as=MembershipState.RETAINED)  # fmt: skip
    make.link(
        who.union, make.employer(looked_after_by=who.county), valid_from=start, valid_to=start + timedelta(30)
    )
    make.member(make.union(parent=who.county))
    while tallies.fold():
        pass
    return who


@pytest.mark.parametrize(("more_than", "number_of_wide"), [(0, 5), (2, 1)])
def test_a_wide_union_has_the_same_past_counts_as_its_rows(
    monkeypatch: pytest.MonkeyPatch, more_than: int, number_of_wide: int
) -> None:
    who = world()
    asked = [make.DAY + timedelta(n) for n in (-1, 0, 9, 10, 19, 20, 29, 30)]
    from_rows = [counted(who.cadre, day) for day in asked]
    monkeypatch.setattr(days, "WIDE", more_than)

    number = days.count_wide()

    assert number == number_of_wide
    assert [counted(who.cadre, day) for day in asked] == from_rows
    assert from_rows[0][who.county.pk] == (0, 0, 0)
    assert from_rows[2][who.county.pk] == (3, 0, 1)
    assert from_rows[5][who.county.pk] == (2, 1, 1)
    assert from_rows[7][who.union.pk] == (1, 1, 0)


def test_wide_unions_are_read_as_counted_and_narrow_ones_from_their_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who = world()
    monkeypatch.setattr(days, "WIDE", 0)
    days.count_wide()
    UnionDay.objects.exclude(union=who.county).delete()
    UnionDay.objects.filter(union=who.county).update(active=700)

    found = counted(who.cadre, make.DAY)

    assert (found[who.county.pk][0], found[who.union.pk][0]) == (700, 2)


def test_a_union_that_is_wide_no_longer_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    world()
    with monkeypatch.context() as small:
        small.setattr(days, "WIDE", 0)
        days.count_wide()
    assert UnionDay.objects.exists()

    assert days.count_wide() == 0

    assert not UnionDay.objects.exists()
