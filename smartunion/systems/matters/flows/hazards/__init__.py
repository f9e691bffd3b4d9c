"""Hazards: told with a picture, given to a safety officer, put right with proof, checked on the spot (S083, S085)."""

from smartunion.systems.matters.flows.hazards.base import MOST_PHOTOS, TEMPLATES, On, intake_limit
from smartunion.systems.matters.flows.hazards.deciding import (
    Order,
    ask_more,
    assign,
    join_to,
    pass_on,
    refuse,
)
from smartunion.systems.matters.flows.hazards.officers import appoint, relieve
from smartunion.systems.matters.flows.hazards.passing import escalate_overdue, forget_reporters
from smartunion.systems.matters.flows.hazards.righting import check, rectify
from smartunion.systems.matters.flows.hazards.telling import Told, Upload, join, report, tell_more

__all__ = [
    "MOST_PHOTOS",
    "TEMPLATES",
    "On",
    "Order",
    "Told",
    "Upload",
    "appoint",
    "ask_more",
    "assign",
    "check",
    "escalate_overdue",
    "forget_reporters",
    "intake_limit",
    "join",
    "join_to",
    "pass_on",
    "rectify",
    "refuse",
    "relieve",
    "report",
    "tell_more",
]
