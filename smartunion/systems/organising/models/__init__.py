"""Organising's tables, one file for each subject."""

from smartunion.systems.organising.models.areas import Area, AreaAssignment, AreaPlan, AreaUnion, HandOver
from smartunion.systems.organising.models.comparing import LinkLabel, MatchLink, MatchRun
from smartunion.systems.organising.models.congresses import (
    BallotPaper,
    Candidate,
    Congress,
    CongressState,
    CongressUnion,
    Contest,
    ContestState,
    Preparer,
    Representative,
)
from smartunion.systems.organising.models.drives import (
    DriveEvent,
    DriveGuest,
    JoinerCheck,
    JoiningDrive,
    Target,
)
from smartunion.systems.organising.models.driving import Driver, DriverContact
from smartunion.systems.organising.models.findings import BATCH_UNDONE, Finding, FindingEvent, VerdictBatch
from smartunion.systems.organising.models.helping import JoinHelp
from smartunion.systems.organising.models.invitations import FoundingInvitation
from smartunion.systems.organising.models.join_links import JoinLink, LinkState
from smartunion.systems.organising.models.joiners import PartnerJoiner
from smartunion.systems.organising.models.letters import ApprovalLetter, LetterKind
from smartunion.systems.organising.models.marks import EmployerMark, MarkKind
from smartunion.systems.organising.models.planned import PlannedVisit
from smartunion.systems.organising.models.questions import VisitAnswer, VisitQuestion
from smartunion.systems.organising.models.registered import RegisteredDriver
from smartunion.systems.organising.models.villages import VillageCount
from smartunion.systems.organising.models.visits import Visit, VisitPromise

__all__ = [
    "BATCH_UNDONE",
    "ApprovalLetter",
    "Area",
    "AreaAssignment",
    "AreaPlan",
    "AreaUnion",
    "BallotPaper",
    "Candidate",
    "Congress",
    "CongressState",
    "CongressUnion",
    "Contest",
    "ContestState",
    "DriveEvent",
    "DriveGuest",
    "Driver",
    "DriverContact",
    "EmployerMark",
    "Finding",
    "FindingEvent",
    "FoundingInvitation",
    "HandOver",
    "JoinHelp",
    "JoinLink",
    "JoinerCheck",
    "JoiningDrive",
    "LetterKind",
    "LinkLabel",
    "LinkState",
    "MarkKind",
    "MatchLink",
    "MatchRun",
    "PartnerJoiner",
    "PlannedVisit",
    "Preparer",
    "RegisteredDriver",
    "Representative",
    "Target",
    "VerdictBatch",
    "VillageCount",
    "Visit",
    "VisitAnswer",
    "VisitPromise",
    "VisitQuestion",
]
