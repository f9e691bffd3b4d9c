"""How an employer stands with its contributions; pure.

Source: Trade Union Law (2021) art. 43: two per cent of all wages a month; art. 44: who delays or refuses may be brought
to pay by a payment order. Tax offices collect them for most federations, from firms without a union as preparatory fund.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

CENT = Decimal("0.01")
NOTHING = Decimal(0)


class Item(TextChoices):
    """What is collected from an employer."""

    FUND = "fund", pgettext_lazy("dues", "Union contributions")
    PREPARATORY = "preparatory", pgettext_lazy("dues", "Preparatory fund")


class DuesStanding(TextChoices):
    """How an employer stands."""

    PAID = "paid", pgettext_lazy("dues", "Paid up")
    BEHIND = "behind", pgettext_lazy("dues", "Behind")
    SILENT = "silent", pgettext_lazy("dues", "Nothing any more")

    @property
    def tone(self) -> str:
        """How it looks."""
        return {DuesStanding.PAID: "done", DuesStanding.BEHIND: "bad", DuesStanding.SILENT: "waiting"}[self]


class DuesLetterKind(TextChoices):
    """What is written to an employer that is behind, or to the court about it."""

    REMINDER = "reminder", pgettext_lazy("dues", "Reminder")
    ORDER = "order", pgettext_lazy("dues", "Application for a payment order")


class LetterState(TextChoices):
    """What became of a letter."""

    OPEN = "open", pgettext_lazy("dues", "Waiting")
    SETTLED = "settled", pgettext_lazy("dues", "Paid since")
    WITHDRAWN = "withdrawn", pgettext_lazy("dues", "Withdrawn")

    @property
    def tone(self) -> str:
        """How it looks."""
        return {LetterState.OPEN: "waiting", LetterState.SETTLED: "done", LetterState.WITHDRAWN: "off"}[self]


def item_of(text: str) -> Item:
    """Which of the two an extract means by its words for the item levied."""
    return Item.PREPARATORY if "筹备" in text or "筹建" in text else Item.FUND


@dataclass(frozen=True)
class Limits:
    """Policies of a place: share of wages, how many months count, after how many a firm counts as silent."""

    rate: Decimal
    look_back: int
    silent: int


@dataclass(frozen=True)
class Period:
    """What an extract says of one period. start, end: first days of its first and last month; amounts in yuan."""

    item: Item
    start: date
    end: date
    wages: Decimal | None
    due: Decimal | None
    paid: Decimal

    def owing(self, rate: Decimal) -> Decimal:
        """What was to be paid: as the extract says, else by the wages it names, else what was paid."""
        if self.due is not None:
            return self.due
        if self.wages is not None:
            return (self.wages * rate).quantize(CENT, ROUND_HALF_UP)
        return self.paid


@dataclass(frozen=True)
class Sum:
    """An employer's periods together. until: first day of the last month there is; amounts within the months that count."""

    item: Item
    until: date
    due: Decimal
    paid: Decimal
    owed: Decimal
    standing: DuesStanding


def months_between(earlier: date, later: date) -> int:
    """Whole months from one first day of a month to another."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def sum_up(periods: Iterable[Period], newest: date, limits: Limits) -> Sum | None:
    """How an employer stands when the extracts of its place reach to `newest`; None without a period that counts.

    What was paid too much in one period makes up for what is missing in another.
    """
    counted = [one for one in periods if months_between(one.end, newest) < limits.look_back]
    if not counted:
        return None
    last = max(counted, key=lambda one: (one.end, one.item == Item.FUND))
    due = sum((one.owing(limits.rate) for one in counted), NOTHING)
    paid = sum((one.paid for one in counted), NOTHING)
    owed = max(due - paid, NOTHING)
    silent = months_between(last.end, newest) >= limits.silent
    standing = DuesStanding.SILENT if silent else DuesStanding.BEHIND if owed else DuesStanding.PAID
    return Sum(last.item, last.end, due, paid, owed, standing)
