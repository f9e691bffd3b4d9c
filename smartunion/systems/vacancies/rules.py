"""Vacancies: states, and which vacancy fits a wish; pure. Words a notice may not use: wording.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class VacancyState(TextChoices):
    """Life of a vacancy: proposed, checked, posted with an issue; held while a complaint is looked at; over."""

    PROPOSED = "proposed", pgettext_lazy("vacancy", "To be checked")
    READY = "ready", pgettext_lazy("vacancy", "Checked, for the next issue")
    POSTED = "posted", pgettext_lazy("vacancy", "Posted")
    HELD = "held", pgettext_lazy("vacancy", "Taken off, being checked")
    REFUSED = "refused", pgettext_lazy("vacancy", "Refused")
    ENDED = "ended", pgettext_lazy("vacancy", "Over")


MOVES: Final[dict[VacancyState, frozenset[VacancyState]]] = {
    VacancyState.PROPOSED: frozenset({VacancyState.READY, VacancyState.REFUSED, VacancyState.ENDED}),
    VacancyState.READY: frozenset({VacancyState.POSTED, VacancyState.REFUSED, VacancyState.ENDED}),
    VacancyState.POSTED: frozenset({VacancyState.HELD, VacancyState.ENDED}),
    VacancyState.HELD: frozenset({VacancyState.POSTED, VacancyState.REFUSED, VacancyState.ENDED}),
    VacancyState.REFUSED: frozenset(),
    VacancyState.ENDED: frozenset(),
}
#: What may still be or become visible: looked at for duplicates and for expiry.
ALIVE: Final = (VacancyState.PROPOSED, VacancyState.READY, VacancyState.POSTED, VacancyState.HELD)
#: How a state looks in lists.
TONES: Final[dict[str, str]] = {
    VacancyState.PROPOSED: "waiting", VacancyState.READY: "active", VacancyState.POSTED: "done",
    VacancyState.HELD: "bad", VacancyState.REFUSED: "off", VacancyState.ENDED: "off",
}  # fmt: skip


class Trade(TextChoices):
    """What kind of work, as job seekers look for it."""

    FACTORY = "factory", pgettext_lazy("trade", "Factory work")
    SKILLED = "skilled", pgettext_lazy("trade", "Skilled trades and repair")
    DRIVING = "driving", pgettext_lazy("trade", "Driving and delivery")
    STORE = "store", pgettext_lazy("trade", "Warehouse and logistics")
    SHOP = "shop", pgettext_lazy("trade", "Shop and sales")
    FOOD = "food", pgettext_lazy("trade", "Catering and hotels")
    HOME = "home", pgettext_lazy("trade", "Household and care")
    BUILDING = "building", pgettext_lazy("trade", "Building")
    OFFICE = "office", pgettext_lazy("trade", "Office")
    TECH = "tech", pgettext_lazy("trade", "Technology and design")
    SAFETY = "safety", pgettext_lazy("trade", "Security and cleaning")
    FARM = "farm", pgettext_lazy("trade", "Farming")
    OTHER = "other", pgettext_lazy("trade", "Other work")


class PayUnit(TextChoices):
    """What the pay is for."""

    MONTH = "month", pgettext_lazy("pay", "a month")
    DAY = "day", pgettext_lazy("pay", "a day")
    HOUR = "hour", pgettext_lazy("pay", "an hour")
    PIECE = "piece", pgettext_lazy("pay", "a piece")


class Fault(TextChoices):
    """What a complaint says."""

    FALSE = "false", pgettext_lazy("complaint", "The notice is not true")
    MONEY = "money", pgettext_lazy("complaint", "They ask for money, a deposit or papers")
    UNFAIR = "unfair", pgettext_lazy("complaint", "It shuts people out")
    FILLED = "filled", pgettext_lazy("complaint", "The place is taken long since")
    OTHER = "other", pgettext_lazy("complaint", "Something else")


class ComplaintState(TextChoices):
    """Life of a complaint."""

    OPEN = "open", pgettext_lazy("complaint", "Being checked")
    RIGHT = "right", pgettext_lazy("complaint", "Was right")
    WRONG = "wrong", pgettext_lazy("complaint", "Not confirmed")


@dataclass(frozen=True)
class Fits:
    """What a wish and a vacancy are compared by. region_path: "" is anywhere; pay_yuan: the least pay a month wished."""

    words: str
    trade: str
    region_path: str
    pay_yuan: Decimal | None


@dataclass(frozen=True)
class Offered:
    """A vacancy as the comparison sees it. text: title, employer and description together."""

    text: str
    trade: str
    region_path: str
    pay_to_yuan: Decimal
    pay_unit: str


def fits(wish: Fits, offered: Offered) -> bool:
    """Whether a vacancy is what somebody looks for: every word occurs, trade and place agree, the pay can reach the wish.

    Pay by the day, hour or piece is not compared with a month's: such a vacancy fits whatever the wish.
    """
    text = offered.text.casefold()
    return (
        all(word in text for word in words_of(wish.words))
        and (not wish.trade or wish.trade == offered.trade)
        and offered.region_path.startswith(wish.region_path)
        and (
            wish.pay_yuan is None or offered.pay_unit != PayUnit.MONTH or offered.pay_to_yuan >= wish.pay_yuan
        )
    )


def words_of(text: str) -> list[str]:
    """Search words, at most five, folded."""
    return text.casefold().split()[:5]


def first_free(taken: Iterable[int]) -> int:
    """The number of the next issue: one more than the highest."""
    return max(taken, default=0) + 1
