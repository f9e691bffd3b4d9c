"""Divisions: read, loaded, looked up."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from smartunion.core.actor import system
from smartunion.core.errors import InvalidInput, NotAllowed
from smartunion.ground.registry import queries, regions
from smartunion.ground.registry.flows.regions import Loaded, load_regions
from smartunion.ground.registry.models import Region
from smartunion.ground.registry.naming import brand_key
from smartunion.ground.registry.regions import RegionRow
from smartunion.ground.registry.rules import RegionLevel
from smartunion.ground.registry.tests import factories as make

UPSTREAM = Path(__file__).parents[5] / "shared" / "data" / "divisions"


def test_the_packaged_divisions_hold_the_whole_country_to_county_level() -> None:
    rows = {row.code: row for row in regions.packed_rows()}
    levels = [row.level for row in rows.values()]

    assert {level: levels.count(level) for level in set(levels)} == {
        RegionLevel.PROVINCE: 34, RegionLevel.CITY: 333, RegionLevel.COUNTY: 2857, RegionLevel.ZONE: 118,
        RegionLevel.TOWN: 4384, RegionLevel.VILLAGE: 25382,
    }  # fmt: skip
    assert rows["330226"].name == "宁海县"
    assert rows["330226"].lon is not None
    assert rows["320971"].level is RegionLevel.ZONE
    assert not {"1101", "4290", "441900"} & rows.keys()  # headings, and a city without counties once more
    assert len(list(regions.packed_rows(["33"]))) < len(rows)


@pytest.mark.skipif(not UPSTREAM.exists(), reason="the upstream edition is not here")
def test_the_package_is_the_upstream_edition() -> None:
    assert regions.packed(regions.upstream_rows(UPSTREAM)) == regions.PACKED.read_bytes()


@pytest.mark.parametrize(
    ("code", "short"),
    [("330000", "33"), ("330200000000", "3302"), ("330226", "330226"), ("330226101000", "330226101"),
     (" 320971 ", "320971"), ("320900z01", "320900Z01"), ("330226101001", "330226101001")],
)  # fmt: skip
def test_codes_are_kept_in_their_short_form(code: str, short: str) -> None:
    assert regions.short_code(code) == short


@pytest.mark.django_db
def test_loading_builds_the_tree_and_a_second_run_changes_nothing() -> None:
    rows = [
        RegionRow("33", "浙江省", level=RegionLevel.PROVINCE), RegionRow("3302", "宁波市", level=RegionLevel.CITY),
        RegionRow("330226", "宁海县", level=RegionLevel.COUNTY), RegionRow("42", "湖北省", level=RegionLevel.PROVINCE),
        RegionRow("429004", "仙桃市", level=RegionLevel.COUNTY), RegionRow("3302Z01", "宁波杭州湾新区", level=RegionLevel.ZONE),
    ]  # fmt: skip

    first = load_regions(actor=system(), rows=rows, at=make.AT)
    second = load_regions(actor=system(), rows=rows, at=make.AT)
    renamed = load_regions(actor=system(), rows=[RegionRow("330226", "宁海市", lon=121.4)], at=make.AT)

    assert (first, second, renamed) == (Loaded(6, 0, 0), Loaded(0, 0, 6), Loaded(0, 1, 0))
    county = Region.objects.get(code="330226")
    assert (county.name, county.full_name, county.depth, county.lon) == (
        "宁海市",
        "浙江省宁波市宁海市",
        2,
        121.4,
    )
    assert county.path.startswith(Region.objects.get(code="3302").path)
    assert Region.objects.get(code="429004").parent == Region.objects.get(code="42")
    assert Region.objects.get(code="3302Z01").parent == Region.objects.get(code="3302")
    assert queries.region_by_code("330226000000") == county
    assert set(queries.regions_inside(Region.objects.get(code="33"))) == set(
        Region.objects.filter(code__startswith="33")
    )


@pytest.mark.django_db
def test_a_region_without_the_one_above_is_refused_and_nothing_is_stored() -> None:
    rows = [
        RegionRow("33", "浙江省", level=RegionLevel.PROVINCE),
        RegionRow("320102", "玄武区", level=RegionLevel.COUNTY),
    ]

    with pytest.raises(InvalidInput):
        load_regions(actor=system(), rows=rows, at=make.AT)
    with pytest.raises(NotAllowed):
        load_regions(actor=make.cadre(None), rows=rows[:1], at=make.AT)

    assert not Region.objects.exists()


@pytest.mark.django_db
def test_import_regions_reads_chinese_headings_and_gb18030(tmp_path: Path) -> None:
    load_regions(actor=system(), rows=[RegionRow("32", "江苏省", level=RegionLevel.PROVINCE)], at=make.AT)
    load_regions(actor=system(), rows=[RegionRow("3209", "盐城市", level=RegionLevel.CITY)], at=make.AT)
    file = tmp_path / "zones.csv"
    file.write_bytes("代码,名称,上级代码,级别,停用日期\n3209Z01,盐南高新区,320900,zone,\n".encode("gb18030"))
    out = StringIO()

    call_command("import_regions", str(file), stdout=out)

    zone = Region.objects.get(code="3209Z01")
    assert (zone.name, zone.parent.code, zone.level) == ("盐南高新区", "3209", "zone")
    assert out.getvalue() == "1 regions entered, 0 changed, 0 as they were.\n"
    for content in (
        "代码\n1\n",
        "代码,名称\n99,\n",
        "代码,名称,经度\n3209Z02,某区,东\n",
        "代码,名称\nX1,某区\n",
        "代码,名称\n990101,某区\n",
    ):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("import_regions", str(file), stdout=out)
    with pytest.raises(CommandError):
        call_command("import_regions", str(tmp_path / "none.csv"), stdout=out)
    assert Region.objects.count() == 3


@pytest.mark.parametrize(
    ("name", "brand"),
    [
        ("宁波市宁海县得力集团有限公司", "得力集团有限公司"), ("（宁海）得力文具厂", "得力文具厂"), ("中国石化", "中国石化"),
        ("上海", "上海"), ("宁海得力", "得力"), ("吉利汽车有限公司", "吉利汽车有限公司"),
    ],
)  # fmt: skip
def test_brand_keys_begin_behind_the_place(name: str, brand: str) -> None:
    assert brand_key(name) == brand
