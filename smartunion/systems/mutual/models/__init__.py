"""Tables of the room."""

from smartunion.systems.mutual.models.claims import Claim, ClaimState
from smartunion.systems.mutual.models.covers import Enrolment, EnrolmentState, Insured
from smartunion.systems.mutual.models.plans import Plan, PlanVersion
from smartunion.systems.mutual.models.settlements import Settlement, SettlementState

__all__ = [
    "Claim",
    "ClaimState",
    "Enrolment",
    "EnrolmentState",
    "Insured",
    "Plan",
    "PlanVersion",
    "Settlement",
    "SettlementState",
]
