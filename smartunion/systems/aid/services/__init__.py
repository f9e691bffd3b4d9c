"""The services of this room."""

from smartunion.systems.aid.services.aid_request import AID_REQUEST, AidRequestHandler
from smartunion.systems.aid.services.hardship_file import HARDSHIP_FILE
from smartunion.systems.aid.services.hardship_handler import HardshipFileHandler
from smartunion.systems.aid.services.model_worker_aid import MODEL_WORKER_AID, ModelWorkerAidHandler

DEFINITIONS = (HARDSHIP_FILE, AID_REQUEST, MODEL_WORKER_AID)
HANDLERS = (HardshipFileHandler(), AidRequestHandler(), ModelWorkerAidHandler())

__all__ = ["AID_REQUEST", "DEFINITIONS", "HANDLERS", "HARDSHIP_FILE", "MODEL_WORKER_AID"]
