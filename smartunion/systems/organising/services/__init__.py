"""The services organising brings along: joining, founding a union, its legal person."""

from smartunion.systems.organising.services.found_association import (
    FOUND_ASSOCIATION,
    FoundAssociationHandler,
)
from smartunion.systems.organising.services.found_union import FOUND_UNION, FoundUnionHandler
from smartunion.systems.organising.services.join import JOIN, JoinHandler
from smartunion.systems.organising.services.legal_person import (
    LEGAL_PERSON,
    LEGAL_PERSON_END,
    LegalPersonEndHandler,
    LegalPersonHandler,
)
from smartunion.systems.organising.services.new_phone import NEW_PHONE, NewPhoneHandler
from smartunion.systems.organising.services.record_dispute import RECORD_DISPUTE, RecordDisputeHandler

DEFINITIONS = (
    JOIN,
    RECORD_DISPUTE,
    NEW_PHONE,
    FOUND_UNION,
    FOUND_ASSOCIATION,
    LEGAL_PERSON,
    LEGAL_PERSON_END,
)
HANDLERS = (
    JoinHandler(),
    FoundUnionHandler(),
    FoundAssociationHandler(),
    LegalPersonHandler(),
    LegalPersonEndHandler(),
    RecordDisputeHandler(),
    NewPhoneHandler(),
)
