"""Mergers and splits of unions and employers: decided on a page, carried out by a job, taken back for some days."""

from smartunion.ground.registry.flows.restructuring import foresee
from smartunion.ground.registry.flows.restructuring.decide import NewSplit, decide_merge, decide_split
from smartunion.ground.registry.flows.restructuring.decide_employers import decide_absorption, decide_hive_off
from smartunion.ground.registry.flows.restructuring.resume import carry_on, is_given_up
from smartunion.ground.registry.flows.restructuring.undo import ask_undo

__all__ = [
    "NewSplit", "ask_undo", "carry_on", "decide_absorption", "decide_hive_off", "decide_merge", "decide_split", "foresee",
    "is_given_up",
]  # fmt: skip
