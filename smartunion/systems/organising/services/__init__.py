"""The services organising brings along: joining, founding a union, its terms of office, its legal person."""

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
from smartunion.systems.organising.services.re_election import (
    BY_ELECTION,
    POSTPONEMENT,
    RE_ELECTION,
    ByElectionHandler,
    PostponementHandler,
    ReElectionHandler,
)
from smartunion.systems.organising.services.record_dispute import RECORD_DISPUTE, RecordDisputeHandler
from smartunion.systems.organising.services.temporary_congress import (
    TEMPORARY_CONGRESS,
    TemporaryCongressHandler,
)

DEFINITIONS = (
    JOIN,
    RECORD_DISPUTE,
    NEW_PHONE,
    FOUND_UNION,
    FOUND_ASSOCIATION,
    RE_ELECTION,
    POSTPONEMENT,
    BY_ELECTION,
    TEMPORARY_CONGRESS,
    LEGAL_PERSON,
    LEGAL_PERSON_END,
)
HANDLERS = (
    JoinHandler(),
    FoundUnionHandler(),
    FoundAssociationHandler(),
    ReElectionHandler(),
    PostponementHandler(),
    ByElectionHandler(),
    TemporaryCongressHandler(),
    LegalPersonHandler(),
    LegalPersonEndHandler(),
    RecordDisputeHandler(),
    NewPhoneHandler(),
)
