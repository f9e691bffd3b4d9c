"""Unions: founded, changed, renamed, moved, closed."""

from smartunion.ground.registry.flows.unions.change import activate_union, rename, update_union
from smartunion.ground.registry.flows.unions.close import (
    check_day,
    check_is_open,
    check_not_restructured,
    close_union,
)
from smartunion.ground.registry.flows.unions.create import NewUnion, create_union
from smartunion.ground.registry.flows.unions.move import move_union

__all__ = [
    "NewUnion",
    "activate_union",
    "check_day",
    "check_is_open",
    "check_not_restructured",
    "close_union",
    "create_union",
    "move_union",
    "rename",
    "update_union",
]
