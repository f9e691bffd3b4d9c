"""What matters keep: demands and wishes, hazards, work orders."""

from smartunion.systems.matters.models.demands import Demand, DemandCase, Wish
from smartunion.systems.matters.models.hazards import (
    Hazard,
    HazardEvent,
    HazardPhoto,
    HazardReporter,
    SafetyOfficer,
)
from smartunion.systems.matters.models.orders import WorkOrder

__all__ = [
    "Demand",
    "DemandCase",
    "Hazard",
    "HazardEvent",
    "HazardPhoto",
    "HazardReporter",
    "SafetyOfficer",
    "Wish",
    "WorkOrder",
]
