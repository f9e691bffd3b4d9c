"""The front door: what systems and the site call. Handlers and ready definitions are registered beside it."""

from smartunion.engines.casework.casedata import CaseData, Contact, Values
from smartunion.engines.casework.definition import Definition
from smartunion.engines.casework.definitions import shipped
from smartunion.engines.casework.flows.acting import (
    ActOn,
    add_note,
    appeal,
    approve,
    assign,
    forward,
    hold,
    rate,
    refuse,
    reopen,
    resubmit,
    resume,
    return_case,
    withdraw,
)
from smartunion.engines.casework.flows.drafts import (
    discard_draft,
    hand_draft,
    save_draft,
    start_draft,
    start_on_behalf,
)
from smartunion.engines.casework.flows.filing import (
    AnswersRefused,
    Decided,
    Filing,
    file_case,
    file_decided,
    submit,
)
from smartunion.engines.casework.flows.forgetting import drop_folder, running_titles
from smartunion.engines.casework.flows.loading import load
from smartunion.engines.casework.flows.materials import add_photo, remove_photo
from smartunion.engines.casework.flows.publishing import publish, ship
from smartunion.engines.casework.flows.second_looks import SHARES as SECOND_LOOK_SHARES
from smartunion.engines.casework.flows.settling import note_granted
from smartunion.engines.casework.queries.hall import Offer, offers
from smartunion.engines.casework.queries.handled import handlers_of
from smartunion.engines.casework.queries.queue import counts as queue_counts
from smartunion.engines.casework.queries.queue import open_cases, unsent_of
from smartunion.engines.casework.queries.versions import current_version, definition_of
from smartunion.engines.casework.resolving import employers_named, suggested
from smartunion.engines.casework.routing import federation_of_employer, federation_of_place, own_union

__all__ = [
    "SECOND_LOOK_SHARES",
    "ActOn",
    "AnswersRefused",
    "CaseData",
    "Contact",
    "Decided",
    "Definition",
    "Filing",
    "Offer",
    "Values",
    "add_note",
    "add_photo",
    "appeal",
    "approve",
    "assign",
    "current_version",
    "definition_of",
    "discard_draft",
    "drop_folder",
    "employers_named",
    "federation_of_employer",
    "federation_of_place",
    "file_case",
    "file_decided",
    "forward",
    "hand_draft",
    "handlers_of",
    "hold",
    "load",
    "note_granted",
    "offers",
    "open_cases",
    "own_union",
    "publish",
    "queue_counts",
    "rate",
    "refuse",
    "remove_photo",
    "reopen",
    "resubmit",
    "resume",
    "return_case",
    "running_titles",
    "save_draft",
    "ship",
    "shipped",
    "start_draft",
    "start_on_behalf",
    "submit",
    "suggested",
    "unsent_of",
    "withdraw",
]
