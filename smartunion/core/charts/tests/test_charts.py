"""Charts say what they show, maps give each place its own tile."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.charts import Chart, Place, Series, TileMap, tiles_from_centres
from smartunion.core.tests.cotton import drawn

AT = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)


def chart(**changes: Any) -> Chart:
    values: dict[str, Any] = {
        "key": "joined", "title": "入会", "kind": "bar", "categories": ["一月", "二月"], "unit": "人",
        "series": [Series(name="入会人数", values=[1204, None]), Series(name="转入", values=[Decimal("1.5"), 0])],
        "source": "会籍台账", "as_of": AT, "links": ["/a/", ""],
    }  # fmt: skip
    return Chart(**(values | changes))


def test_data_is_plain_json() -> None:
    assert json.loads(json.dumps(chart().data)) == {
        "kind": "bar", "title": "入会", "unit": "人", "categories": ["一月", "二月"], "links": ["/a/", ""],
        "series": [{"name": "入会人数", "values": [1204, None]}, {"name": "转入", "values": [1.5, 0]}],
        "stacked": False, "goal": None, "as_of": "2026-03-01T09:30:00+08:00",
    }  # fmt: skip


def test_table_says_the_same() -> None:
    body = drawn('<c-chart :chart="chart" />', chart=chart())

    assert (
        '<th scope="row"><a href="/a/">一月</a></th><td class="num">1,204</td><td class="num">1.5</td>'
        in body
    )
    assert '<th scope="row">二月</th><td class="num">–</td><td class="num">0</td>' in body
    assert "来源：会籍台账 · 截至 2026-03-01 09:30" in body


def test_words_cannot_break_out_of_the_data() -> None:
    body = drawn('<c-chart :chart="chart" />', chart=chart(categories=["</script><b>", "x"]))

    assert "</script><b>" not in body


def test_series_of_another_length_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="one value for each category"):
        chart(categories=["一月"])


def test_nothing_to_draw_is_said() -> None:
    empty = chart(series=[Series(name="x", values=[0, None])])

    assert empty.is_empty
    assert "还没有可显示的数据。" in drawn('<c-chart :chart="chart" />', chart=empty)


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=4), st.tuples(st.floats(118, 122), st.floats(28, 31)), max_size=30
    )
)
def test_every_place_gets_its_own_tile(centres: dict[str, tuple[float, float]]) -> None:
    placed = tiles_from_centres(centres)

    assert list(placed) == list(centres)
    assert len(set(placed.values())) == len(centres)
    for used in ({column for column, _row in placed.values()}, {row for _column, row in placed.values()}):
        assert used == set(range(len(used)))


def test_tiles_keep_directions() -> None:
    placed = tiles_from_centres(
        {"西北": (121.0, 30.0), "东北": (122.0, 30.0), "西南": (121.0, 29.0), "东南": (122.0, 29.0)}
    )

    assert placed["西北"][0] < placed["东北"][0]
    assert placed["西北"][1] < placed["西南"][1]
    assert placed["东南"][1] > placed["东北"][1]


def test_places_along_a_valley_still_fill_the_picture() -> None:
    valley = {f"镇{number}": (121.4, 29.0 + number / 10) for number in range(12)}

    placed = tiles_from_centres(valley)

    assert len({column for column, _row in placed.values()}) >= 3
    assert placed["镇11"][1] < placed["镇0"][1]


def tile_map() -> TileMap:
    places = [
        Place(code="330203", name="海曙", value=5, column=0, row=0, href="/x/"),
        Place(code="330206", name="北仑", value=None, column=1, row=0),
    ]
    return TileMap(key="map", title="各区", region="330200", places=places, value_name="待核实", unit="家")


def test_map_is_schematic_without_a_file(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path

    data = tile_map().chart().data

    assert data["kind"] == "map"
    assert data["shapes"]["schematic"] is True
    assert [one["properties"]["name"] for one in data["shapes"]["features"]] == ["海曙", "北仑"]
    assert data["series"][0]["values"] == [5, None]


@pytest.mark.parametrize(
    ("content", "schematic"),
    [
        ('{"features": [{"properties": {"adcode": 330203}, "geometry": {"type": "Polygon", "coordinates": []}},'
         ' {"properties": {"name": "北仑"}, "geometry": {"type": "Polygon", "coordinates": []}}]}', False),
        ('{"features": [{"properties": {"adcode": 330203}, "geometry": {"type": "Polygon", "coordinates": []}}]}', True),
        ("not json", True),
        ('{"features": [{}]}', True),
    ],
)  # fmt: skip
def test_operator_map_is_used_when_it_knows_every_place(
    settings: Any, tmp_path: Path, content: str, schematic: bool
) -> None:
    settings.HOME = tmp_path
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "330200.geojson").write_text(content)

    assert tile_map().chart().data["shapes"]["schematic"] is schematic


def test_region_cannot_lead_out_of_the_folder(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    (tmp_path / "x.geojson").write_text('{"features": []}')

    from smartunion.core.charts.tilemap import operator_map

    assert operator_map("../x", []) is None
