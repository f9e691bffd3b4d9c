"""The services of this room and the code behind them."""

from smartunion.systems.mutual.services.claim import CLAIM, ClaimHandler

DEFINITIONS = (CLAIM,)
HANDLERS = (ClaimHandler(),)

__all__ = ["DEFINITIONS", "HANDLERS"]
