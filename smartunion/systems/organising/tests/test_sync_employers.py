"""Bringing the market register into the registry, again and again."""

from pathlib import Path

import polars as pl
import pytest

from smartunion.ground.registry.models import Employer, Region
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.comparison.employers import sync_employers
from smartunion.systems.organising.comparison.places import PlaceFinder
from smartunion.systems.organising.comparison.settled import COLUMNS

pytestmark = pytest.mark.django_db


def register(folder: Path, *rows: tuple[str, str, str]) -> Path:
    """A market register of (entity, name, code)."""
    blank = dict.fromkeys(COLUMNS, "")
    given = [
        blank | {"entity_id": entity, "name": name, "uscc": code, "status": "存续", "founded": "2020"}
        for entity, name, code in rows
    ]
    path = folder / "market.parquet"
    pl.DataFrame(given).write_parquet(path)
    return path


def synced(path: Path, headcounts: dict[str, int]) -> dict[str, int]:
    county = Region.objects.first() or make.region()
    return sync_employers(path, headcounts, PlaceFinder(county), at=make.AT, tick=lambda done, total: None)


def test_the_same_register_again_changes_nothing_and_codes_stay(tmp_path: Path) -> None:
    path = register(tmp_path, ("M1", "甲有限公司", make.uscc(1)), ("M2", "乙有限公司", make.uscc(2)))

    assert synced(path, {"M1": 63}) == {"created": 2, "changed": 0, "same": 0}
    for _again in range(2):
        assert synced(path, {"M1": 63}) == {"created": 0, "changed": 0, "same": 2}
    stored = Employer.objects.order_by("entity_id").values_list("uscc", "insured_count")
    assert list(stored) == [(make.uscc(1), 63), (make.uscc(2), None)]


def test_a_town_does_not_name_the_village_it_is_called_after() -> None:
    county = make.region("宁海县", level="county")
    town = make.region("西店镇", county, level="town")
    village = make.region("西店村委会", town)
    finder = PlaceFinder(county)

    assert finder.find("宁海县", "宁海县西店镇兴海路8号").region_id == town.pk
    assert finder.find("宁海县", "宁海县西店镇西店村8号").region_id == village.pk
    assert finder.find("宁海县", "西店").region_id == county.pk


def test_one_code_given_twice_stays_with_the_first(tmp_path: Path) -> None:
    path = register(tmp_path, ("M1", "甲有限公司", make.uscc(1)), ("M2", "乙有限公司", make.uscc(1)))

    for _again in range(3):
        synced(path, {})

    assert list(Employer.objects.order_by("entity_id").values_list("uscc", flat=True)) == [make.uscc(1), ""]
