"""The front door of payments: what systems that pay people call."""

from smartunion.engines.payments.answers import payee_of, payee_problem
from smartunion.engines.payments.flows.inkind import funds_for, give_back, reserve, spend
from smartunion.engines.payments.flows.noting import (
    Likeness,
    Noted,
    Traits,
    likenesses,
    note_many,
    note_traits,
)
from smartunion.engines.payments.flows.owing import Payee, cancel, owe
from smartunion.engines.payments.programmes import Programme
from smartunion.engines.payments.programmes import register as register_programme
from smartunion.engines.payments.queries.accounts import last_account
from smartunion.engines.payments.queries.alike import alike_facts
from smartunion.engines.payments.rules.accounts import is_account
from smartunion.engines.payments.rules.bankfile import amount_of
from smartunion.engines.payments.rules.states import PayableState

__all__ = [
    "Likeness",
    "Noted",
    "PayableState",
    "Payee",
    "Programme",
    "Traits",
    "alike_facts",
    "amount_of",
    "cancel",
    "funds_for",
    "give_back",
    "is_account",
    "last_account",
    "likenesses",
    "note_many",
    "note_traits",
    "owe",
    "payee_of",
    "payee_problem",
    "register_programme",
    "reserve",
    "spend",
]
