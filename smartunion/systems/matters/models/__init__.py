"""What matters keep: demands and wishes, hazards."""

from smartunion.systems.matters.models.demands import Demand, DemandCase, Wish
from smartunion.systems.matters.models.hazards import (
    Hazard,
    HazardEvent,
    HazardPhoto,
    HazardReporter,
    SafetyOfficer,
)

__all__ = [
    "Demand",
    "DemandCase",
    "Hazard",
    "HazardEvent",
    "HazardPhoto",
    "HazardReporter",
    "SafetyOfficer",
    "Wish",
]
