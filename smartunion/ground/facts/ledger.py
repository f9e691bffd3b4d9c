"""The ledger's front door: what every other room calls to write that something happened."""

from smartunion.ground.facts.flows.recording import (
    NewFact,
    move_rows,
    move_subtree,
    record,
    record_many,
    reverse,
    reverse_many,
)

__all__ = ["NewFact", "move_rows", "move_subtree", "record", "record_many", "reverse", "reverse_many"]
