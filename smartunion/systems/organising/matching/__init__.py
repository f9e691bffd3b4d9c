"""Matching unions, employers, members and insured people on plain files: the front door.

No Django is imported here or below: a data office can run it beside its own extracts. See README.md.
"""

from smartunion.systems.organising.matching.contract import LISTS, TABLES, MatchInputError
from smartunion.systems.organising.matching.engines import EngineMissing
from smartunion.systems.organising.matching.explaining import LinkExplanation, explain_link
from smartunion.systems.organising.matching.options import Options, PersonPoints, Points
from smartunion.systems.organising.matching.pipeline import Pipeline, StepReport
from smartunion.systems.organising.matching.report import ListFile, MatchReport
from smartunion.systems.organising.matching.running import run
from smartunion.systems.organising.matching.scoring import Score, score_lists

__all__ = [
    "LISTS",
    "TABLES",
    "EngineMissing",
    "LinkExplanation",
    "ListFile",
    "MatchInputError",
    "MatchReport",
    "Options",
    "PersonPoints",
    "Pipeline",
    "Points",
    "Score",
    "StepReport",
    "explain_link",
    "run",
    "score_lists",
]
