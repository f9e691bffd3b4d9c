"""What payments keep: payables, lists, bank files, funds and their ledger, likenesses of claims."""

from smartunion.engines.payments.models.funds import Entry, Fund, Line
from smartunion.engines.payments.models.likenesses import LikenessPair, Trait
from smartunion.engines.payments.models.payables import FileIn, FileOut, ListItem, Payable, PaymentList

__all__ = [
    "Entry",
    "FileIn",
    "FileOut",
    "Fund",
    "LikenessPair",
    "Line",
    "ListItem",
    "Payable",
    "PaymentList",
    "Trait",
]
