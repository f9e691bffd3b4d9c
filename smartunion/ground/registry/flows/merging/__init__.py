"""The same thing entered twice: people, employers and unions made one, and parted again exactly."""

from smartunion.ground.registry.flows.merging.core import MOST, Asked
from smartunion.ground.registry.flows.merging.employers import merge_employers
from smartunion.ground.registry.flows.merging.people import merge_people
from smartunion.ground.registry.flows.merging.references import (
    Clash,
    History,
    Reference,
    TwoOfAKind,
    register,
)
from smartunion.ground.registry.flows.merging.undo import CannotUndo, forget, undo
from smartunion.ground.registry.flows.merging.unions import merge_unions
from smartunion.ground.registry.flows.merging.whole import StillHeld

__all__ = [
    "MOST",
    "Asked",
    "CannotUndo",
    "Clash",
    "History",
    "Reference",
    "StillHeld",
    "TwoOfAKind",
    "forget",
    "merge_employers",
    "merge_people",
    "merge_unions",
    "register",
    "undo",
]
