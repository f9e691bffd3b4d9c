"""Regions of the demo place."""

from datetime import date

from smartunion.core.paths import child_path
from smartunion.ground.registry.models import Region
from smartunion.ground.registry.rules import RegionLevel
from smartunion.site.demo.world import World
from smartunion.site.demo.world.firm_words import ZONES

_SINCE = date(2023, 6, 30)  # cut-off of the edition the codes come from


def load_regions(world: World) -> dict[str, Region]:
    """Create province, city, counties, towns, villages and zones; returns them by code."""
    made: dict[str, Region] = {}

    def add(
        code: str, name: str, level: RegionLevel, parent: str, lon: float | None = None, lat: float | None = None,
        *, schematic: bool = False,
    ) -> None:  # fmt: skip
        above = made.get(parent)
        pk = len(made) + 1
        made[code] = Region(
            pk=pk, code=code, name=name, level=level, parent=above, full_name=(above.full_name if above else "") + name,
            path=child_path(above.path if above else "", pk), depth=above.depth + 1 if above else 0, valid_from=_SINCE,
            lon=lon, lat=lat, is_schematic=schematic,
        )  # fmt: skip

    place = world.place
    add("33", "浙江省", RegionLevel.PROVINCE, "")
    add("3302", place.city, RegionLevel.CITY, "33", 121.622485, 29.859971)
    for code, name, lon, lat in place.areas.select("code", "name", "lon", "lat").iter_rows():
        add(code, name, RegionLevel.COUNTY, "3302", lon, lat)
    for code, name, area, lon, lat in place.towns.select("code", "name", "area", "lon", "lat").iter_rows():
        add(code, name, RegionLevel.TOWN, area, lon, lat, schematic=True)
    for code, name, town, lon, lat in place.villages.select("code", "name", "town", "lon", "lat").iter_rows():
        add(code, name, RegionLevel.VILLAGE, town, lon, lat, schematic=True)
    for code, name, area in ZONES:
        if area in made:
            lon, lat = made[area].lon, made[area].lat
            add(code, name, RegionLevel.ZONE, area, lon and lon + 0.03, lat and lat + 0.045, schematic=True)
    Region.objects.bulk_create(made.values(), batch_size=500)
    return made
