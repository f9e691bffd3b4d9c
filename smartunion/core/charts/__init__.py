"""Charts: typed series with unit, source and as-of time; one script draws them, a table beside says the same."""

from smartunion.core.charts.series import Chart, Kind, Series
from smartunion.core.charts.tilemap import Place, TileMap, tiles_for_all, tiles_from_centres

__all__ = ["Chart", "Kind", "Place", "Series", "TileMap", "tiles_for_all", "tiles_from_centres"]
