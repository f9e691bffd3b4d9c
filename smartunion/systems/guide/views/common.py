"""What the pages of the guide share."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from smartunion.core import clock
from smartunion.core.errors import InvalidInput
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.web import origin_of
from smartunion.systems.guide.cards import Card, Position, cards
from smartunion.systems.guide.flows.asking import Answered, Asking, ask
from smartunion.systems.guide.rules import Channel

#: Questions from one network: a hall full of people asks less, a machine more.
PER_NETWORK: Final = Limit(300, timedelta(minutes=10))


def answered(request: ActorRequest, channel: Channel) -> tuple[Answered, list[Card]]:
    """Answer what was posted. Raises InvalidInput, TooMany."""
    at = clock.now()
    limits.take(limits.key_of("guide-ask", origin_of(request).network), PER_NETWORK, at=at)
    asking = Asking(request.POST.get("question", ""), channel, token_of(request.POST.dict()) or uuid4())
    found = ask(asking=asking, at=at)
    return found, cards(found.answers.rows, actor=request.actor, position=position_of(request.POST.dict()))


def token_of(posted: Mapping[str, str]) -> UUID | None:
    """The question's token; None when it is missing or broken."""
    try:
        return UUID(posted.get("token", ""))
    except ValueError:
        return None


def position_of(posted: Mapping[str, str]) -> Position | None:
    """Where the asker is, if she allowed it and the numbers are on earth."""
    try:
        lon, lat = float(posted.get("lon", "")), float(posted.get("lat", ""))
    except ValueError:
        return None
    return Position(lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def needed_token(posted: Mapping[str, str]) -> UUID:
    """The token. Raises InvalidInput."""
    token = token_of(posted)
    if token is None:
        raise InvalidInput(field="token")
    return token
