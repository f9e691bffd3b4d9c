"""Extracts read, replaced and taken out of use; standings counted from them."""

from datetime import date
from decimal import Decimal

import pytest

from smartunion.core.actor import system
from smartunion.engines.feeds.models import Snapshot, SnapshotState
from smartunion.ground.registry.service import merging
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.dues.flows import payments
from smartunion.systems.dues.models import FirmStanding, Payment
from smartunion.systems.dues.tests import world
from smartunion.systems.dues.tests.world import AT, Place, extract, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return world.place()


def read() -> int:
    found = payments.renew(at=AT)
    payments.count(at=AT)
    return found


def standings() -> dict[str, tuple[str, str, str, str]]:
    rows = FirmStanding.objects.select_related("employer")
    return {
        one.employer.name: (one.item, one.standing, str(one.owed_yuan), f"{one.until:%Y-%m}") for one in rows
    }


def test_rows_mean_firms_by_code_else_by_a_name_only_one_has(place: Place) -> None:
    extract(
        place.county, row("别的写法", 202607, 50_000, tax_code="91350100M000100Y43", due=60_000),
        row("宁海晨光文具有限公司", 202607, 30_000, item="建会筹备金"), row("外地某某公司", 202607, 1),
    )  # fmt: skip

    assert (read(), read()) == (1, 0)
    assert standings() == {
        "宁海恒达物流有限公司": ("fund", "behind", "100.00", "2026-09"),
        "宁海晨光文具有限公司": ("preparatory", "paid", "0.00", "2026-09"),
    }
    assert [(one.name, one.paid_yuan) for one in Payment.objects.unknown_to(place.actor)] == [
        ("外地某某公司", Decimal("0.01"))
    ]


def test_a_period_sent_again_replaces_what_was_said_of_it(place: Place) -> None:
    firm = place.covered.name
    extract(
        place.county,
        row(firm, 202604, 10_000, due=20_000),
        row(firm, 202607, 10_000, due=20_000),
        as_of=date(2026, 10, 1),
    )
    read()
    extract(place.county, row(firm, 202607, 20_000, due=20_000), as_of=date(2026, 11, 1))
    read()

    assert standings() == {firm: ("fund", "behind", "100.00", "2026-09")}
    assert Payment.objects.count() == 2


def test_one_taken_out_of_use_lets_the_earlier_one_hold_again(place: Place) -> None:
    firm = place.covered.name
    extract(place.county, row(firm, 202607, 10_000, due=20_000), as_of=date(2026, 10, 1))
    later = extract(place.county, row(firm, 202607, 20_000, due=20_000), as_of=date(2026, 11, 1))
    read()
    assert standings()[firm][1] == "paid"

    Snapshot.objects.filter(pk=later.pk).update(state=SnapshotState.RETIRED)
    read()
    assert standings() == {firm: ("fund", "behind", "100.00", "2026-09")}

    Snapshot.objects.update(state=SnapshotState.RETIRED)
    read()
    assert (standings(), Payment.objects.count()) == ({}, 0)


def test_one_drawn_earlier_that_comes_late_does_not_stand_above_the_newer(place: Place) -> None:
    firm = place.covered.name
    extract(place.county, row(firm, 202607, 20_000, due=20_000), as_of=date(2026, 11, 1))
    read()
    extract(place.county, row(firm, 202607, 1, due=20_000), as_of=date(2026, 10, 1))
    read()

    assert standings() == {firm: ("fund", "paid", "0.00", "2026-09")}


def test_an_extract_that_names_no_firm_of_ours_is_read_once(place: Place) -> None:
    extract(place.county)
    extract(place.county, row("外地某某公司", 202607, 1), source="另一税务局")

    assert (read(), read()) == (2, 0)


def test_a_period_two_offices_name_counts_once(place: Place) -> None:
    town = make.federation("黄坛镇总工会", place.county)
    firm = place.covered.name
    extract(place.county, row(firm, 202607, 10_000, due=20_000))
    place.covered.territory_path = town.path
    place.covered.save()
    extract(town, row(firm, 202607, 10_000, due=20_000), source="镇税务所")
    read()

    assert standings()[firm] == ("fund", "behind", "100.00", "2026-09")


def test_silence_is_counted_to_where_the_extracts_reach(place: Place) -> None:
    extract(place.county, row(place.covered.name, 202601, 10_000), row(place.bare.name, 202607, 10_000))
    read()

    assert standings() == {
        place.covered.name: ("fund", "silent", "0.00", "2026-03"), place.bare.name: ("fund", "paid", "0.00", "2026-09"),
    }  # fmt: skip


def test_of_two_records_made_one_the_contributions_are_counted_together(place: Place) -> None:
    extract(
        place.county,
        row(place.covered.name, 202604, 10_000, due=20_000),
        row(place.bare.name, 202607, 10_000, due=30_000),
    )
    read()
    asked = merging.Asked(
        place.covered.pk, {one.pk: one.version for one in (place.covered, place.bare)}, "同一家企业"
    )
    done = merging.merge_employers(actor=system(), asked=asked, at=AT)
    payments.count(at=AT)
    assert standings() == {place.covered.name: ("fund", "behind", "300.00", "2026-09")}

    merging.undo(actor=system(), merge_id=done.pk, reason="并错了两家单位", at=AT)
    payments.count(at=AT)
    assert {name: one[2] for name, one in standings().items()} == {
        place.covered.name: "100.00",
        place.bare.name: "200.00",
    }


def test_counting_again_writes_nothing(place: Place) -> None:
    extract(
        place.county,
        row(place.covered.name, 202607, 10_000, due=20_000),
        row(place.bare.name, 202607, 10_000),
    )
    payments.renew(at=AT)

    assert (payments.count(at=AT), payments.count(at=AT)) == (2, 0)
