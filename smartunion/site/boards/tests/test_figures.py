"""What the board says beside its numbers."""

from datetime import date, timedelta

import pytest

from smartunion.core.actor import system
from smartunion.ground.facts import ledger
from smartunion.ground.registry.tests import factories as make
from smartunion.site.boards import figures
from smartunion.systems.organising.models import Target

pytestmark = pytest.mark.django_db


def test_the_ticker_tells_the_day_and_nothing_of_the_future() -> None:
    county = make.federation()
    for number, at in enumerate((make.AT, make.AT - timedelta(days=1), make.AT + timedelta(hours=3))):
        ledger.record(
            actor=system(), kind="organising.visit", key=f"v{number}", happened_on=at.date(), at=at,
            path=county.path, subject=county,
        )  # fmt: skip

    told = figures._ticker(county.path, make.AT)

    assert [line["at"] for line in told] == ["10:00", "11-20 10:00"]


def test_a_target_says_what_it_counts() -> None:
    county = make.federation()
    for kind, quantity in (("registry.member_joined", 500), ("registry.union_founded", 12)):
        Target.objects.create(
            union=county, path=county.path, fact_kind=kind, quantity=quantity, starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31), created_at=make.AT,
        )  # fmt: skip

    whole = Target.objects.get(fact_kind="registry.member_joined")
    Target.objects.create(
        union=make.federation("西店镇总工会", county), path=f"{county.path}9/", parent=whole, fact_kind=whole.fact_kind,
        quantity=200, starts_on=whole.starts_on, ends_on=whole.ends_on, created_at=make.AT,
    )  # fmt: skip

    told = figures._targets(county, make.TODAY)

    assert [(one["goal"], one["unit"]) for one in told] == [(500, "人"), (12, "家工会")]
    assert told[0]["what"] != told[1]["what"]
