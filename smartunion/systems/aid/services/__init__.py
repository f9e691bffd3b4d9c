"""The services of this room."""

from smartunion.systems.aid.services.hardship_file import HARDSHIP_FILE
from smartunion.systems.aid.services.hardship_handler import HardshipFileHandler

DEFINITIONS = (HARDSHIP_FILE,)
HANDLERS = (HardshipFileHandler(),)

__all__ = ["DEFINITIONS", "HANDLERS", "HARDSHIP_FILE"]
