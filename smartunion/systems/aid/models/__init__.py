"""Records of the room."""

from smartunion.systems.aid.models.files import FileLook, FileReview, HardshipFile, HouseholdYear
from smartunion.systems.aid.models.given import AidGiven, ChildGoods, ModelWorker

__all__ = [
    "AidGiven", "ChildGoods", "FileLook", "FileReview", "HardshipFile", "HouseholdYear", "ModelWorker",
]  # fmt: skip
