"""What the steps share while they run."""

from __future__ import annotations

from dataclasses import dataclass, field

from smartunion.systems.organising.matching import macros
from smartunion.systems.organising.matching.engines import Engine
from smartunion.systems.organising.matching.options import Options
from smartunion.systems.organising.matching.places import RegionWords
from smartunion.systems.organising.matching.sqltext import Macro


@dataclass(slots=True)
class Context:
    """What the steps share while they run: the engine, the macros of this data set, the options."""

    engine: Engine
    options: Options
    macros: dict[str, Macro] = field(default_factory=lambda: dict(macros.FIXED))
    rows: dict[str, int] = field(default_factory=dict)
    regions: RegionWords | None = None
