"""Records of the room."""

from smartunion.systems.aid.models.files import FileLook, FileReview, HardshipFile, HouseholdYear
from smartunion.systems.aid.models.given import AidGiven, ChildGoods, DegreeClaim, ModelWorker, SubsidyRound

__all__ = [
    "AidGiven", "ChildGoods", "DegreeClaim", "FileLook", "FileReview", "HardshipFile", "HouseholdYear", "ModelWorker",
    "SubsidyRound",
]  # fmt: skip
