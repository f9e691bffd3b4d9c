"""The demo place itself: real divisions, invented firms and people, made from a seed. Knows no database."""

from smartunion.site.demo.world.sizes import SIZES, Size
from smartunion.site.demo.world.world import BASE_MONTH, World, build

__all__ = ["BASE_MONTH", "SIZES", "Size", "World", "build"]
