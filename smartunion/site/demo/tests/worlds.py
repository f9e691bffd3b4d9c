"""Worlds shared by the demo's tests; built once a session, because they never change."""

from functools import cache

from smartunion.site.demo.extracts import Extracts, derive
from smartunion.site.demo.world import World, build


@cache
def world(size: str = "tiny", seed: int = 5) -> World:
    return build(size, seed)


@cache
def extracts(size: str = "tiny", seed: int = 5, noise: float = 1.0) -> Extracts:
    return derive(world(size, seed), noise)
