"""What other rooms call: making offers, booking, and what is free. Signatures and refusals stand at the functions."""

from smartunion.engines.offers.flows.absence import lift_ban
from smartunion.engines.offers.flows.arriving import book
from smartunion.engines.offers.flows.booking import Wish, confirm
from smartunion.engines.offers.flows.fulfilling import fulfil
from smartunion.engines.offers.flows.inviting import invite
from smartunion.engines.offers.flows.leaving import cancel, decline
from smartunion.engines.offers.flows.occasions import call_off_occasion, change_occasion, resize_quota
from smartunion.engines.offers.flows.offers import (
    OccasionData,
    OfferData,
    QuotaData,
    call_off,
    close,
    create_offer,
    name_fund,
    publish,
    revise_offer,
)
from smartunion.engines.offers.flows.passing import pass_on
from smartunion.engines.offers.handlers import (
    Follower,
    Link,
    OfferHandler,
    Scored,
    follow,
    register,
    register_disagreeing,
)
from smartunion.engines.offers.presets import PRESETS, Preset
from smartunion.engines.offers.presets import register as register_presets
from smartunion.engines.offers.queries.drawn import entry_list
from smartunion.engines.offers.queries.places import places_left, turn_of
from smartunion.engines.offers.rules.conditions import Conditions
from smartunion.engines.offers.rules.questions import Question
from smartunion.engines.offers.rules.terms import Cost, Item, load_costs, load_items, most_yuan, union_yuan

__all__ = [
    "PRESETS",
    "Conditions",
    "Cost",
    "Follower",
    "Item",
    "Link",
    "OccasionData",
    "OfferData",
    "OfferHandler",
    "Preset",
    "Question",
    "QuotaData",
    "Scored",
    "Wish",
    "book",
    "call_off",
    "call_off_occasion",
    "cancel",
    "change_occasion",
    "close",
    "confirm",
    "create_offer",
    "decline",
    "entry_list",
    "follow",
    "fulfil",
    "invite",
    "lift_ban",
    "load_costs",
    "load_items",
    "most_yuan",
    "name_fund",
    "pass_on",
    "places_left",
    "publish",
    "register",
    "register_disagreeing",
    "register_presets",
    "resize_quota",
    "revise_offer",
    "turn_of",
    "union_yuan",
]
