"""States of a demand and of a wish, and what may follow what; pure."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DemandState(TextChoices):
    """Where a demand stands."""

    OPEN = "open", _("Gathered")
    TAKEN = "taken", _("Being met")
    ANSWERED = "answered", _("Answered")
    DROPPED = "dropped", _("Given up")


#: What may follow.
DEMAND_MOVES: Final[dict[DemandState, frozenset[DemandState]]] = {
    DemandState.OPEN: frozenset({DemandState.TAKEN, DemandState.ANSWERED, DemandState.DROPPED}),
    DemandState.TAKEN: frozenset({DemandState.ANSWERED, DemandState.DROPPED}),
    DemandState.ANSWERED: frozenset(),
    DemandState.DROPPED: frozenset(),
}


class WishState(TextChoices):
    """Where a wish stands, once the union has let it be seen."""

    OPEN = "open", _("Waiting for a helper")
    CLAIMED = "claimed", _("A helper has taken it up")
    FULFILLED = "fulfilled", _("Fulfilled")
    ENDED = "ended", _("Taken back")


WISH_MOVES: Final[dict[WishState, frozenset[WishState]]] = {
    WishState.OPEN: frozenset({WishState.CLAIMED, WishState.ENDED}),
    WishState.CLAIMED: frozenset({WishState.OPEN, WishState.FULFILLED, WishState.ENDED}),
    WishState.FULFILLED: frozenset(),
    WishState.ENDED: frozenset(),
}

#: How a state looks: a key every page colours alike.
TONES: Final[dict[str, str]] = {
    DemandState.OPEN: "waiting", DemandState.TAKEN: "active", DemandState.ANSWERED: "done", DemandState.DROPPED: "off",
    WishState.CLAIMED: "active", WishState.FULFILLED: "done", WishState.ENDED: "off",
}  # fmt: skip

#: Fewest matters that make a demand.
FEWEST: Final = 2
#: Most matters of one demand.
MOST: Final = 2000
