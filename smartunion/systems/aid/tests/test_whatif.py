"""What if the standards had been others: counted, never shown, and a few are no number."""

from datetime import date
from decimal import Decimal

import pytest

from smartunion.engines.casework.tests.factories import NOW
from smartunion.ground.policies.whatif import WhatIfResult
from smartunion.systems.aid import whatif
from smartunion.systems.aid.models import HardshipFile, HouseholdYear
from smartunion.systems.aid.queries.years import Year
from smartunion.systems.aid.rules.hardship import Household, Standards
from smartunion.systems.aid.tests.aid_world import Aided, agreed, aided, applied

pytestmark = pytest.mark.django_db
STANDARDS = Standards(
    minimum_yuan=Decimal(1000), relative_factor=Decimal(2), accident_ratio=Decimal("0.8"), labour_months=12,
    exclusions=frozenset(), source="试点",
)  # fmt: skip


@pytest.fixture
def world() -> Aided:
    return aided()


def years(file: HardshipFile, incomes: list[int]) -> None:
    """Households of one head with these incomes a month, assessed with a minimum of 1,000."""
    for number, income in enumerate(incomes):
        year = Year(Household(people=1, income_yuan=Decimal(income * 12), rigid_yuan=Decimal(0)), STANDARDS)
        HouseholdYear.objects.create(
            file=file,
            year=1900 + number,
            data=year.dump(),
            category=year.assessment.category,
            assessed_at=NOW,
        )


def asked(world: Aided, **overrides: object) -> WhatIfResult:
    return whatif.run(
        path=world.here.county.path, since=date(2026, 1, 1), until=date(2027, 1, 1),
        overrides={f"aid.{key}": value for key, value in overrides.items()}, progress=lambda _done, _total: None,
    )  # fmt: skip


def test_a_higher_minimum_makes_more_of_them_deep_and_a_few_are_no_number(world: Aided) -> None:
    agreed(world, applied(world))
    file = HardshipFile.objects.get()
    HouseholdYear.objects.all().delete()
    years(file, [900, 1100, 1500])
    few = asked(world, minimum_living_yuan=Decimal(1200))
    years(file, [2500] * 8)

    found = asked(world, minimum_living_yuan=Decimal(1200))
    same = asked(world)

    assert (few.counted, [(line.before, line.after) for line in few.lines]) == (0, [(0, 0)])
    assert (found.counted, found.changed, found.sample) == (11, 1, ())
    assert [(line.before, line.after) for line in found.lines] == [(1, 2), (2, 1), (0, 0), (8, 8)]
    assert (same.counted, same.changed) == (11, 0)
    wider = asked(world, relative_pct=300)
    assert [(line.before, line.after) for line in wider.lines] == [(1, 1), (2, 10), (0, 0), (8, 0)]
