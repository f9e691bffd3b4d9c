"""One description for each ready service: what is answered, who decides how, and what must be true afterwards."""

from tests.e2e.walks_aid import (
    AID_REQUEST,
    AID_REQUEST_REFUSED,
    MODEL_WORKER_AID,
    MODEL_WORKER_AID_REFUSED,
    MUTUAL_CLAIM,
    MUTUAL_CLAIM_REFUSED,
)
from tests.e2e.walks_daily import (
    COMPLAINT,
    DATA_DELETION,
    GROUP_NOTE,
    LEGAL_AID,
    MATTER,
    MEDIATION,
    RECORD_DISPUTE,
    REQUEST,
    SAFETY_IDEA,
    WISH,
)
from tests.e2e.walks_founding import (
    FOUND_ASSOCIATION,
    FOUND_ASSOCIATION_REFUSED,
    FOUND_UNION,
    FOUND_UNION_REFUSED,
    HARDSHIP,
    HARDSHIP_REFUSED,
    LEGAL_PERSON,
    LEGAL_PERSON_AGAIN,
    LEGAL_PERSON_END,
    LEGAL_PERSON_END_REFUSED,
)

#: Walked one after the other in one town; the second of a pair begins where the first ended.
WALKS = (
    (REQUEST,), (MATTER,), (SAFETY_IDEA,), (WISH,), (GROUP_NOTE,), (LEGAL_AID,), (MEDIATION,), (COMPLAINT,), (RECORD_DISPUTE,),
    (DATA_DELETION,), (LEGAL_PERSON, LEGAL_PERSON_AGAIN, LEGAL_PERSON_END_REFUSED, LEGAL_PERSON_END),
    (FOUND_UNION, FOUND_UNION_REFUSED), (FOUND_ASSOCIATION, FOUND_ASSOCIATION_REFUSED), (HARDSHIP_REFUSED, HARDSHIP),
    (AID_REQUEST_REFUSED, AID_REQUEST), (MODEL_WORKER_AID_REFUSED, MODEL_WORKER_AID), (MUTUAL_CLAIM_REFUSED, MUTUAL_CLAIM),
)  # fmt: skip
