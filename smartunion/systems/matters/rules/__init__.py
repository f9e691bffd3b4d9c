"""States and what may follow what; pure."""

from smartunion.systems.matters.rules.demands import (
    DEMAND_MOVES,
    FEWEST,
    MOST,
    TONES,
    WISH_MOVES,
    DemandState,
    WishState,
)

__all__ = ["DEMAND_MOVES", "FEWEST", "MOST", "TONES", "WISH_MOVES", "DemandState", "WishState"]
