"""A map of places: schematic tiles by default, the operator's own GeoJSON when there is one.

Public maps of China need an approval number, so none is shipped: whoever runs the installation puts a GeoJSON file
into the folder `maps` of the data home, named after the region's code, with `code` or `name` on each feature.
"""

import json
import logging
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from smartunion.core.charts.series import Chart, Label, Number, Series, plain

log = logging.getLogger(__name__)
MAX_MAP_BYTES = 4 * 1024 * 1024
_GAP = 0.05
_WIDER = 1.4  # screens are wider than most counties
_SPARE = 6  # tiles in a row of places nobody knows where they lie
_LONGEST = 1.8  # how far a grid of tiles may lean to either side


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place and its number. code: national region code or own node; column, row: its tile, row 0 in the north."""

    code: str
    name: Label
    value: Number
    column: int
    row: int
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class TileMap:
    """Numbers by place. region: code of the whole, names the operator's file; full: what is drawn darkest, the largest value
    where it is None; the rest as in Chart.
    """

    key: str
    title: Label
    region: str
    places: Sequence[Place]
    value_name: Label
    unit: Label = ""
    source: Label = ""
    as_of: datetime | None = None
    full: Number = None

    def chart(self) -> Chart:
        """As a chart with its table."""
        shapes = operator_map(self.region, self.places) or tiles(self.places)
        return Chart(
            key=self.key, title=self.title, kind="bar", unit=self.unit, source=self.source, as_of=self.as_of,
            categories=[place.name for place in self.places],
            links=[place.href for place in self.places],
            series=[Series(name=self.value_name, values=[place.value for place in self.places])],
            extra={"kind": "map", "shapes": shapes, "full": plain(self.full)},
        )  # fmt: skip


def tiles(places: Sequence[Place]) -> dict[str, Any]:
    """Squares as GeoJSON, so that the same drawing serves tiles and real borders."""
    features = [
        _feature(str(place.name), "Polygon", [_square(place.column, -place.row)])
        for place in places
    ]  # fmt: skip
    return {"type": "FeatureCollection", "schematic": True, "features": features}


def _square(x: int, y: int) -> list[list[float]]:
    near, far = _GAP, 1 - _GAP
    return [[x + a, y + b] for a, b in ((near, near), (far, near), (far, far), (near, far), (near, near))]


def _feature(name: str, kind: str, coordinates: Any) -> dict[str, Any]:
    return {
        "type": "Feature", "properties": {"name": name}, "geometry": {"type": kind, "coordinates": coordinates},
    }  # fmt: skip


def operator_map(region: str, places: Sequence[Place]) -> dict[str, Any] | None:
    """The operator's GeoJSON with our names, or None when there is no usable file for every place."""
    path = Path(settings.HOME) / "maps" / f"{region}.geojson"
    if (
        not re.fullmatch(r"[0-9A-Za-z_-]{1,20}", region)
        or not path.is_file()
        or path.stat().st_size > MAX_MAP_BYTES
    ):
        return None
    try:
        given = json.loads(path.read_text(encoding="utf-8"))["features"]
        shapes = {str(key): one["geometry"] for one in given for key in _names(one["properties"])}
    except (OSError, ValueError, KeyError, TypeError):
        log.warning("map.unreadable region=%s", region)
        return None
    found = [(place, shapes.get(place.code) or shapes.get(str(place.name))) for place in places]
    if not found or any(shape is None for _place, shape in found):
        log.warning("map.incomplete region=%s", region)
        return None
    features = [
        _feature(str(place.name), shape["type"], shape["coordinates"]) for place, shape in found if shape
    ]
    return {"type": "FeatureCollection", "schematic": False, "features": features}


def _names(properties: Mapping[str, Any]) -> list[Any]:
    return [properties[key] for key in ("code", "adcode", "id", "name") if properties.get(key)]


def tiles_from_centres(centres: Mapping[str, tuple[float, float]]) -> dict[str, tuple[int, int]]:
    """A tile (column, row) for each place, as near as possible to where it lies.

    centres: longitude and latitude by place. Every place gets its own tile; the same input gives the same tiles.
    """
    if not centres:
        return {}
    longitudes = [point[0] for point in centres.values()]
    latitudes = [point[1] for point in centres.values()]
    wide = (max(longitudes) - min(longitudes)) * math.cos(
        math.radians(sum(latitudes) / len(latitudes))
    ) or 1e-9
    high = max(latitudes) - min(latitudes) or 1e-9
    roomy = len(centres) * 1.25
    # Places along one valley or coast still fill the picture: a grid far taller than wide shows only narrow tiles.
    shape = min(max(wide / high, 1 / _LONGEST), _LONGEST)
    columns = max(1, min(len(centres), round(math.sqrt(roomy * _WIDER * shape))))
    rows = math.ceil(roomy / columns)
    aims = {
        key: (
            (x - min(longitudes)) / ((max(longitudes) - min(longitudes)) or 1) * (columns - 1),
            (max(latitudes) - y) / ((max(latitudes) - min(latitudes)) or 1) * (rows - 1),
        )
        for key, (x, y) in centres.items()
    }
    pairs = sorted(
        ((x - column) ** 2 + (y - row) ** 2, key, column, row)
        for key, (x, y) in aims.items()
        for column in range(columns)
        for row in range(rows)
    )
    placed: dict[str, tuple[int, int]] = {}
    taken: set[tuple[int, int]] = set()
    for _distance, key, column, row in pairs:
        if key not in placed and (column, row) not in taken:
            placed[key] = (column, row)
            taken.add((column, row))
    return _closed_up({key: placed[key] for key in centres})


def tiles_for_all(centres: Mapping[str, tuple[float | None, float | None]]) -> dict[str, tuple[int, int]]:
    """A tile for each place, in rows below the others for those of which nobody knows where they lie."""
    known = {key: (lon, lat) for key, (lon, lat) in centres.items() if lon is not None and lat is not None}
    placed = tiles_from_centres(known)
    spare = max((row for _column, row in placed.values()), default=-1) + 1
    lost = [key for key in centres if key not in placed]
    return placed | {key: (at % _SPARE, spare + at // _SPARE) for at, key in enumerate(lost)}


def _closed_up(placed: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """The same tiles with no row and no column empty."""
    columns = {old: new for new, old in enumerate(sorted({column for column, _row in placed.values()}))}
    rows = {old: new for new, old in enumerate(sorted({row for _column, row in placed.values()}))}
    return {key: (columns[column], rows[row]) for key, (column, row) in placed.items()}
