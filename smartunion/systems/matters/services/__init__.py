"""The services of this room and the code behind them."""

from smartunion.systems.matters.services.group_note import GROUP_NOTE, GroupNoteHandler
from smartunion.systems.matters.services.hazard import HAZARD
from smartunion.systems.matters.services.matter import MATTER, MatterHandler
from smartunion.systems.matters.services.request import REQUEST, RequestHandler
from smartunion.systems.matters.services.safety_idea import SAFETY_IDEA, SafetyIdeaHandler
from smartunion.systems.matters.services.wish import WISH, WishHandler

DEFINITIONS = (MATTER, REQUEST, HAZARD, GROUP_NOTE, SAFETY_IDEA, WISH)
HANDLERS = (MatterHandler(), RequestHandler(), GroupNoteHandler(), SafetyIdeaHandler(), WishHandler())

__all__ = ["DEFINITIONS", "HANDLERS"]
