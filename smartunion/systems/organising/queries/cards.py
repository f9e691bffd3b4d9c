"""The member card, and what a station learns from it."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.crypto.masking import mask_name
from smartunion.core.errors import Refusal
from smartunion.ground.registry.models import Membership
from smartunion.ground.registry.queries import member_since
from smartunion.ground.registry.rules import MembershipState
from smartunion.systems.organising import cards


class CardRefused(Refusal):
    """The code shown is none of ours, or too old."""

    code = "card_refused"


@dataclass(frozen=True)
class Seen:
    """What a station learns: the name starred, the union, the state, whether it is good now."""

    name: str
    union: str
    state: str
    state_key: str
    since: date
    is_member: bool


def card_key() -> bytes:
    """The key of card codes, its own for this purpose."""
    return hashlib.blake2b(b"member-card", key=settings.SECRET_KEY.encode()[:64], digest_size=32).digest()


def own_membership(person_id: int | None) -> Membership | None:
    """The running membership of a person, with union and employer."""
    running = Membership.objects.filter(person_id=person_id or -1, ended_on=None)
    return running.select_related("union", "person", "employer").first()


def last_membership(person_id: int | None) -> Membership | None:
    """The membership of a person that ended last, with its union; for whoever has none that runs."""
    ended = Membership.objects.filter(person_id=person_id or -1, ended_on__isnull=False)
    return ended.select_related("union").order_by("-ended_on", "-pk").first()


def since(membership: Membership) -> date:
    """The day she joined: membership is joined once and then only moves; of people in a holding pool the day they entered."""
    return member_since(membership.person) or membership.started_on


def shown(membership: Membership, at: datetime) -> cards.Shown:
    """The card's present code."""
    return cards.show(membership.pk, now_s=int(at.timestamp()), key=card_key())


def verify(*, actor: Actor, at: datetime, token: str = "", number: str = "") -> Seen:
    """What the code stands for; each look is written where its owner sees it. Raises NotAllowed, CardRefused."""
    actor.check_can("card.verify")
    now_s = int(at.timestamp())
    try:
        if token:
            pk = cards.read_token(token, now_s=now_s, key=card_key())
        else:
            pk = cards.read_number(number, now_s=now_s, key=card_key())
    except cards.CodeRefused as refusal:
        raise CardRefused(
            _("This code is too old.") if refusal.is_old else _("This code is not valid."),
            remedy=_("Ask the member to open the card again; a code is good for two minutes."), field="number",
        ) from None  # fmt: skip
    found = Membership.objects.filter(pk=pk, ended_on=None).select_related("union", "person").first()
    if found is None:
        raise CardRefused(
            _("This membership has ended or moved."),
            remedy=_("Ask the member to open the card again."),
            field="number",
        )
    audit.record(
        actor,
        "organising.card_verified",
        found,
        at=at,
        owner_person_id=found.person_id,
        data={"state": found.state},
    )
    return Seen(
        mask_name(found.person.name), found.union.name, str(MembershipState(found.state).label), found.state,
        since(found), found.state == MembershipState.ACTIVE,
    )  # fmt: skip
