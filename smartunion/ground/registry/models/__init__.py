"""The registry's tables. Paths are materialised: `path` of a node starts with its parent's path."""

from smartunion.ground.registry.models.employers import Employer, EmployerLink
from smartunion.ground.registry.models.imports import ImportBatch, ImportPart, ImportRow, ImportState
from smartunion.ground.registry.models.member_batches import MembershipBatch, MembershipBatchLine
from smartunion.ground.registry.models.memberships import ENDED, Membership, Transfer
from smartunion.ground.registry.models.merging import Merge, MergedRecord, MergeKind
from smartunion.ground.registry.models.offices import Certificate, Officer, Term, TermPostponement
from smartunion.ground.registry.models.origins import ValueOrigin
from smartunion.ground.registry.models.people import (
    BORN_LATE,
    Consent,
    Correction,
    Person,
    phone_key,
    resident_key,
)
from smartunion.ground.registry.models.platforms import PlatformWork
from smartunion.ground.registry.models.regions import Region
from smartunion.ground.registry.models.restructurings import Restructuring, RestructuringRow
from smartunion.ground.registry.models.unions import (
    NumberSeries,
    TradeUnion,
    UnionDay,
    UnionFormerName,
    UnionTally,
    UnionTallyDelta,
)

__all__ = [
    "BORN_LATE",
    "ENDED",
    "Certificate",
    "Consent",
    "Correction",
    "Employer",
    "EmployerLink",
    "ImportBatch",
    "ImportPart",
    "ImportRow",
    "ImportState",
    "Membership",
    "MembershipBatch",
    "MembershipBatchLine",
    "Merge",
    "MergeKind",
    "MergedRecord",
    "NumberSeries",
    "Officer",
    "Person",
    "PlatformWork",
    "Region",
    "Restructuring",
    "RestructuringRow",
    "Term",
    "TermPostponement",
    "TradeUnion",
    "Transfer",
    "UnionDay",
    "UnionFormerName",
    "UnionTally",
    "UnionTallyDelta",
    "ValueOrigin",
    "phone_key",
    "resident_key",
]
