"""What matters keep: demands and wishes, hazards, work orders, risk notices."""

from smartunion.systems.matters.models.demands import CaseTerms, Demand, DemandCase, Wish
from smartunion.systems.matters.models.hazards import (
    Hazard,
    HazardEvent,
    HazardPhoto,
    HazardReporter,
    SafetyOfficer,
)
from smartunion.systems.matters.models.orders import WorkOrder
from smartunion.systems.matters.models.risks import RiskNotice, RiskOptOut, RiskRecipient

__all__ = [
    "CaseTerms",
    "Demand",
    "DemandCase",
    "Hazard",
    "HazardEvent",
    "HazardPhoto",
    "HazardReporter",
    "RiskNotice",
    "RiskOptOut",
    "RiskRecipient",
    "SafetyOfficer",
    "Wish",
    "WorkOrder",
]
