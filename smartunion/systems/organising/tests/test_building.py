"""Buildings and floors read from addresses, and the day list that goes through a building floor by floor."""

import pytest

from smartunion.systems.organising.building import Spot, shared, spot, together
from smartunion.systems.organising.queries.day import day_list
from smartunion.systems.organising.queries.week import kept_on_phone
from smartunion.systems.organising.tests.field_world import TODAY, finding, town


@pytest.mark.parametrize(
    ("address", "building", "floor"),
    [
        ("西店镇环镇北路88号科创大厦12层1203室", "西店镇环镇北路88号科创大厦", 12),
        ("西店镇环镇北路88号 科创大厦1203室", "西店镇环镇北路88号科创大厦", 12),
        ("西店镇环镇北路８８号科创大厦Ｂ１层", "西店镇环镇北路88号科创大厦", -1),
        ("西店镇环镇北路88号科创大厦负一层", "西店镇环镇北路88号科创大厦", -1),
        ("桃源街道兴宁路3号楼二十一层", "桃源街道兴宁路3号楼", 21),
        ("桃源街道兴宁路3号楼十楼", "桃源街道兴宁路3号楼", 10),
        ("桃源街道兴宁路12栋305室", "桃源街道兴宁路12栋", 3),
        ("桃源街道兴宁路12栋5F", "桃源街道兴宁路12栋", 5),
        ("铁江村100号", "铁江村100号", None),
        ("三楼", "三楼", None),
        ("", "", None),
    ],
)
def test_building_and_floor_of_an_address(address: str, building: str, floor: int | None) -> None:
    assert spot(address) == Spot(building, floor)


def test_firms_of_one_building_stand_together_by_floor() -> None:
    rows = ["A厦3层", "铁江村1号", "A厦", "B厦9层", "A厦负一层", ""]

    assert together(rows, spot) == ["A厦负一层", "A厦", "A厦3层", "铁江村1号", "B厦9层", ""]
    assert shared(map(spot, rows)) == {"A厦"}


@pytest.mark.django_db
def test_the_day_goes_through_a_building_floor_by_floor() -> None:
    world = town()
    addresses = ["科创大厦9层", "铁江村5号", "科创大厦2层", "科创大厦2层202室"]
    for number, address in enumerate(addresses):
        made = finding(world, score=50.0 - number)
        type(made.employer).objects.filter(pk=made.employer_id).update(address=address)  # type: ignore[union-attr]

    stops = day_list(world.actor("阿丽"), TODAY)
    phone = {row["address"]: row for row in kept_on_phone(world.actor("阿丽"), TODAY)["findings"]}

    assert [(stop.building, stop.floor) for stop in stops] == [
        ("科创大厦", 2), ("科创大厦", 2), ("科创大厦", 9), ("", None),
    ]  # fmt: skip
    assert [stop.order for stop in stops] == [1, 2, 3, 4]
    assert (phone["科创大厦9层"]["building"], phone["科创大厦9层"]["floor"]) == ("科创大厦", 9)
    assert "building" not in phone["铁江村5号"]
