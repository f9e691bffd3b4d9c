"""The ready services of this room and the code behind them."""

from smartunion.systems.hall.services.complaint import COMPLAINT, ComplaintHandler
from smartunion.systems.hall.services.legal_aid import LEGAL_AID, LegalAidHandler
from smartunion.systems.hall.services.mediation import MEDIATION, MediationHandler
from smartunion.systems.hall.services.my_data import (
    DATA_DELETION,
    DATA_EXPORT,
    DataDeletionHandler,
    DataExportHandler,
)
from smartunion.systems.hall.services.proof import PROOF, ProofHandler
from smartunion.systems.hall.services.transfer import TRANSFER
from smartunion.systems.hall.services.wages_owed import WAGES_OWED

# What one form is sent on to stands before it: a service is published when its parts are there.
DEFINITIONS = (PROOF, TRANSFER, MEDIATION, LEGAL_AID, WAGES_OWED, COMPLAINT, DATA_EXPORT, DATA_DELETION)
HANDLERS = (
    ProofHandler(),
    MediationHandler(),
    LegalAidHandler(),
    ComplaintHandler(),
    DataExportHandler(),
    DataDeletionHandler(),
)

__all__ = ["DEFINITIONS", "HANDLERS"]
