"""What systems plug in: how need is ranked. The engine does not know the systems."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.utils.functional import Promise

from smartunion.engines.offers.models import Booking


@dataclass(frozen=True)
class Scored:
    """points: more goes first; reasons: whole sentences the person reads. No reason may name what is sealed elsewhere."""

    points: Decimal
    reasons: tuple[str, ...] = ()


class OfferHandler:
    """One way to rank. key: stored in Offer.ranking, never changes; label: lazy text."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]

    def score(self, booking: Booking, *, at: datetime) -> Scored:
        """How urgent the need of the person behind an entry is at `at`."""
        raise NotImplementedError


HANDLERS: dict[str, OfferHandler] = {}


def register(*handlers: OfferHandler) -> None:
    """Add ways to rank; raises ValueError when a key is taken or too long."""
    for handler in handlers:
        if handler.key in HANDLERS or len(handler.key) > 40:
            raise ValueError(f"offer handler {handler.key} is registered twice or its key is too long")
        HANDLERS[handler.key] = handler
