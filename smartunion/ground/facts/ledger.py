"""The ledger's front door: what every other room calls to write that something happened."""

from smartunion.ground.facts.flows.recording import (
    NewFact,
    move_rows,
    move_subtree,
    prepared,
    record,
    record_many,
    record_prepared,
    reverse,
    reverse_many,
)

__all__ = [
    "NewFact",
    "move_rows",
    "move_subtree",
    "prepared",
    "record",
    "record_many",
    "record_prepared",
    "reverse",
    "reverse_many",
]
