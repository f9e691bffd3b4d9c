"""The room's tables: likely duplicates, scores, identity, and where departments say something else."""

from smartunion.systems.stewardship.models.corrections import CorrectionBatch, Decision, Discrepancy
from smartunion.systems.stewardship.models.identity import IdentityCheck, IdentityList, IdentityReading
from smartunion.systems.stewardship.models.quality import (
    Cluster,
    ClusterMember,
    FaultCount,
    Mark,
    Pair,
    UnionQuality,
    within_kinds,
)

__all__ = [
    "Cluster",
    "ClusterMember",
    "CorrectionBatch",
    "Decision",
    "Discrepancy",
    "FaultCount",
    "IdentityCheck",
    "IdentityList",
    "IdentityReading",
    "Mark",
    "Pair",
    "UnionQuality",
    "within_kinds",
]
