"""What extracts say of contributions with the letters about them, and unions' reports of their own funds."""

from smartunion.systems.dues.models.payments import (
    REMIND,
    VIEW,
    VIEW_OWN,
    FirmStanding,
    Payment,
    ReadExtract,
    Reminder,
)
from smartunion.systems.dues.models.reports import REPORT, FundsAnswer, FundsLine, FundsReport

__all__ = [
    "REMIND",
    "REPORT",
    "VIEW",
    "VIEW_OWN",
    "FirmStanding",
    "FundsAnswer",
    "FundsLine",
    "FundsReport",
    "Payment",
    "ReadExtract",
    "Reminder",
]
