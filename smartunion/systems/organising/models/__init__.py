"""Organising's tables, one file for each subject."""

from smartunion.systems.organising.models.areas import Area, AreaAssignment, AreaUnion
from smartunion.systems.organising.models.comparing import MatchLink, MatchRun
from smartunion.systems.organising.models.drives import JoiningDrive, Target
from smartunion.systems.organising.models.findings import Finding, FindingEvent
from smartunion.systems.organising.models.visits import Visit

__all__ = [
    "Area",
    "AreaAssignment",
    "AreaUnion",
    "Finding",
    "FindingEvent",
    "JoiningDrive",
    "MatchLink",
    "MatchRun",
    "Target",
    "Visit",
]
