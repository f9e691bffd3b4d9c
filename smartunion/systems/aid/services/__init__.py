"""The services of this room."""

from smartunion.systems.aid.services.aid_request import AID_REQUEST, AidRequestHandler
from smartunion.systems.aid.services.degree_subsidy import DEGREE_SUBSIDY, DegreeSubsidyHandler
from smartunion.systems.aid.services.hardship_file import HARDSHIP_FILE
from smartunion.systems.aid.services.hardship_handler import HardshipFileHandler

DEFINITIONS = (HARDSHIP_FILE, AID_REQUEST, DEGREE_SUBSIDY)
HANDLERS = (HardshipFileHandler(), AidRequestHandler(), DegreeSubsidyHandler())

__all__ = ["AID_REQUEST", "DEFINITIONS", "DEGREE_SUBSIDY", "HANDLERS", "HARDSHIP_FILE"]
