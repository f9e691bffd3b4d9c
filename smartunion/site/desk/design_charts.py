"""One chart of each kind for the design guide; the figures are made up and say so."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from smartunion.core.charts import Chart, Place, Series, TileMap, tiles_from_centres

_SOURCE = "示例数据"
_TOWNS = {
    "海曙区": (121.55, 29.86), "江北区": (121.55, 29.89), "北仑区": (121.84, 29.90), "镇海区": (121.72, 29.95),
    "鄞州区": (121.55, 29.82), "奉化区": (121.41, 29.66), "象山县": (121.87, 29.48), "宁海县": (121.43, 29.29),
    "余姚市": (121.15, 30.04), "慈溪市": (121.27, 30.17),
}  # fmt: skip
_COUNTS = [128, 96, 143, 71, 204, 58, 44, 39, 117, 162]


def charts(now: datetime) -> dict[str, Chart]:
    """Charts by kind."""
    today = localtime(now).date()
    days = [f"{today - timedelta(days=back):%m-%d}" for back in range(29, -1, -1)]
    joined = [18 + (number * 37) % 23 + (number % 7 < 5) * 20 for number in range(30)]
    spots = tiles_from_centres(_TOWNS)
    places = [
        Place(
            code=name,
            name=name,
            value=value,
            column=spots[name][0],
            row=spots[name][1],
            href=f"?town={number}",
        )
        for number, (name, value) in enumerate(zip(_TOWNS, _COUNTS, strict=True))
    ]
    ranked = sorted(zip(_TOWNS, _COUNTS, strict=True), key=lambda pair: -pair[1])[:6]
    return {
        "map": TileMap(
            key="d-map", title="各地待核实企业", region="330200", places=places, value_name="待核实", unit="家",
            source=_SOURCE, as_of=now,
        ).chart(),
        "area": Chart(
            key="d-area", title="近三十天入会", kind="area", categories=days, unit="人", source=_SOURCE, as_of=now,
            series=[Series(name="入会", values=joined)],
        ),
        "hbar": Chart(
            key="d-hbar", title="待核实最多的六地", kind="hbar", categories=[name for name, _ in ranked], unit="家",
            links=[f"?town={name}" for name, _ in ranked], source=_SOURCE, as_of=now,
            series=[Series(name="待核实", values=[value for _, value in ranked])],
        ),
        "funnel": Chart(
            key="d-funnel", title="从发现到入会", kind="funnel", unit="家", source=_SOURCE, as_of=now,
            categories=["发现", "核实", "走访", "建会", "入会"],
            series=[Series(name="企业", values=[1062, 874, 611, 238, 190])],
        ),
        "bar": Chart(
            key="d-bar", title="建会与入会", kind="bar", categories=["七月", "八月", "九月", "十月", "十一月"],
            source=_SOURCE, as_of=now, goal=40,
            series=[Series(name="建会", values=[22, 31, 29, 29, 36]), Series(name="联合工会", values=[4, 6, 3, 8, 7])],
        ),
        "donut": Chart(
            key="d-donut", title="走访结果", kind="donut", categories=["属实", "已注销", "已搬走", "已覆盖", "暂不愿"],
            unit="家", source=_SOURCE, as_of=now, series=[Series(name="企业", values=[238, 121, 64, 132, 56])],
        ),
    }  # fmt: skip
