"""Mergers and splits of unions: decided on a page, carried out by a job, taken back for some days."""

from smartunion.ground.registry.flows.restructuring.decide import NewSplit, decide_merge, decide_split
from smartunion.ground.registry.flows.restructuring.undo import ask_undo

__all__ = ["NewSplit", "ask_undo", "decide_merge", "decide_split"]
