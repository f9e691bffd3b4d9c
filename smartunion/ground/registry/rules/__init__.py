"""Words and allowed moves of the registry; pure."""

from smartunion.ground.registry.rules.membership import ENDINGS, MOVES, REASONS, check_ending
from smartunion.ground.registry.rules.text import fold_name, labels
from smartunion.ground.registry.rules.tree import ADMITTING, CHILD_KINDS, check_place_in_tree
from smartunion.ground.registry.rules.words import (
    GRASSROOTS,
    LEADING,
    ChangeReason,
    ChangeType,
    ConfirmedBy,
    EmployerState,
    LinkKind,
    MembershipState,
    Organ,
    Post,
    RegionLevel,
    TransferState,
    UnionKind,
    UnionLevel,
    UnionState,
)

__all__ = [
    "ADMITTING",
    "CHILD_KINDS",
    "ENDINGS",
    "GRASSROOTS",
    "LEADING",
    "MOVES",
    "REASONS",
    "ChangeReason",
    "ChangeType",
    "ConfirmedBy",
    "EmployerState",
    "LinkKind",
    "MembershipState",
    "Organ",
    "Post",
    "RegionLevel",
    "TransferState",
    "UnionKind",
    "UnionLevel",
    "UnionState",
    "check_ending",
    "check_place_in_tree",
    "fold_name",
    "labels",
]
