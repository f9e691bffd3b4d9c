"""What everybody concerned was told of: a line for each change, with how many people heard of it."""

from datetime import datetime

from django.db.models import F

from smartunion.core.actor import Actor
from smartunion.engines.offers.models import Change, Occasion, Offer
from smartunion.engines.offers.rules.words import ChangeKind


def note(
    offer: Offer, what: ChangeKind, *, actor: Actor, at: datetime, occasion: Occasion | None = None, text: str = "",
    told: int | None = None,
) -> Change:  # fmt: skip
    """Append a change. told: people told in this transaction; None: they are told afterwards (`told`)."""
    return Change.objects.create(
        offer=offer, occasion=occasion, what=what, text=text[:300], at=at, actor_name=actor.name[:80],
        told=told or 0, told_at=at if told is not None else None,
    )  # fmt: skip


def told(change_id: object, *, people: int, at: datetime) -> None:
    """So many more people heard of a change; of None nothing is noted (a job from before there were changes)."""
    if isinstance(change_id, int):
        Change.objects.filter(pk=change_id).update(told=F("told") + people, told_at=at)


def told_not_drawn(offer: Offer, *, actor: Actor, people: int, at: datetime) -> None:
    """So many more people heard that they were not drawn; one line for an offer, however many parts it takes."""
    rows = Change.objects.filter(offer=offer, what=ChangeKind.NOT_DRAWN)
    if people and rows.update(told=F("told") + people, told_at=at) == 0:
        note(offer, ChangeKind.NOT_DRAWN, actor=actor, at=at, told=people)
