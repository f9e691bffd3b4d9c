"""What systems plug in: how need is ranked, what else happens with an offer. The engine does not know the systems."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.utils.functional import Promise

from smartunion.core.actor import Actor
from smartunion.engines.offers.models import Booking, Offer


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


@dataclass(frozen=True)
class Link:
    """A way on from a booking or an offer."""

    label: str
    href: str
    icon: str = "arrow-right"
    note: str = ""


class Follower:
    """What a system does when something happens with an offer, inside its transaction. Each call may raise to refuse.

    Subclass and register; calls are for every offer, so look first whether it is yours (`offer.preset`, `offer.costs`).
    """

    def publishing(self, offer: Offer, *, actor: Actor, at: datetime) -> None:
        """Before an offer is published. Raises DomainError when something is missing."""

    def came(self, booking: Booking, *, actor: Actor, at: datetime) -> None:
        """Somebody was let in, or got what she came for."""

    def ended(self, offer: Offer, *, actor: Actor, at: datetime) -> None:
        """An offer was closed or called off: nothing of it is given any more."""

    def ways_on(self, booking: Booking, *, at: datetime) -> Sequence[Link]:
        """Ways on from her booking, for whoever it belongs to."""
        return ()

    def desk_ways(self, offer: Offer, *, actor: Actor) -> Sequence[Link]:
        """Ways on from the page of an offer on the desk."""
        return ()


FOLLOWERS: list[Follower] = []
#: Where somebody goes who does not agree with a decision: (booking, None) or (None, offer) → address, "" none.
Disagreeing = Callable[[Booking | None, Offer | None], str]
DISAGREEING: list[Disagreeing] = []


def follow(*followers: Follower) -> None:
    """Add followers; each once."""
    FOLLOWERS.extend(one for one in followers if one not in FOLLOWERS)


def register_disagreeing(way: Disagreeing) -> None:
    """Add where a decision is complained about; the first that has an address is shown."""
    DISAGREEING.append(way)


def way_to_disagree(booking: Booking | None, offer: Offer | None) -> str:
    """Address of the complaint about what became of a booking, or about being refused; "" when there is none."""
    return next((found for way in DISAGREEING if (found := way(booking, offer))), "")
