"""The services of this room and the code behind them."""

from smartunion.systems.mutual.services.claim import CLAIM, ClaimHandler
from smartunion.systems.mutual.services.settled import SETTLED

DEFINITIONS = (CLAIM, SETTLED)
HANDLERS = (ClaimHandler(),)

__all__ = ["DEFINITIONS", "HANDLERS"]
