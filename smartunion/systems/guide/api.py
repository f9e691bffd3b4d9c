"""The guide over the API: ask, say whether it helped; the same flows as the pages."""

from datetime import date
from uuid import UUID

from ninja import Field, Router, Schema, Status

from smartunion.core import clock
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.web import origin_of
from smartunion.systems.guide import wording_model
from smartunion.systems.guide.cards import Card, Position, cards
from smartunion.systems.guide.flows import asking
from smartunion.systems.guide.rules import Channel
from smartunion.systems.guide.views.common import PER_NETWORK

router = Router(tags=["guide"])


class GuideQuestionIn(Schema):
    """A question. client_id: made by the caller; lon, lat: where the asker is, degrees, used for this answer only."""

    question: str = Field(max_length=5000)
    client_id: UUID
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    worded: bool = Field(
        False, description="Also in the words of the language model, where the operator set one up."
    )


class GuideCardOut(Schema):
    """One answer. kind: service, rule, place, person or note; score: probability that it is right, 0–1; why: reasons."""

    rank: int
    kind: str
    id: str
    title: str
    text: str
    score: float
    why: str
    url: str
    phone: str
    source: str
    since: date | None
    distance_km: float | None


class GuideAnswerOut(Schema):
    """Up to five answers. is_sure: false means that the guide does not know and a person should be asked.

    question: as it was understood and kept, numbers masked; wording: by the model, empty unless asked for, available and
    resting on cited answers; cited: their ids.
    """

    client_id: UUID
    question: str
    is_sure: bool
    answers: list[GuideCardOut]
    wording: str
    cited: list[str]


class GuideHelpedIn(Schema):
    """What the asker says of the answer."""

    client_id: UUID
    helped: bool


@router.post("/questions", response=GuideAnswerOut, auth=None, summary="Ask in one's own words")
def ask(request: ActorRequest, payload: GuideQuestionIn) -> GuideAnswerOut:
    """Services, articles, places and people, the likeliest first."""
    at = clock.now()
    limits.take(limits.key_of("guide-ask", origin_of(request).network), PER_NETWORK, at=at)
    found = asking.ask(asking=asking.Asking(payload.question, Channel.API, payload.client_id), at=at)
    here = Position(payload.lon, payload.lat) if payload.lon is not None and payload.lat is not None else None
    shown = cards(found.answers.rows, actor=request.actor, position=here)
    worded = wording_model.summary(found.question, shown) if payload.worded and found.is_sure else None
    return GuideAnswerOut(
        client_id=found.token, question=found.question, is_sure=found.is_sure,
        answers=[_card(rank, card) for rank, card in enumerate(shown, 1)], wording=worded.text if worded else "",
        cited=[card.id for card in worded.cited] if worded else [],
    )  # fmt: skip


@router.post("/helped", response={204: None}, auth=None, summary="Say whether the answer helped")
def helped(request: ActorRequest, payload: GuideHelpedIn) -> Status[None]:
    """The last word counts."""
    asking.say_helped(token=payload.client_id, helped=payload.helped, at=clock.now())
    return Status(204, None)


def _card(rank: int, card: Card) -> GuideCardOut:
    return GuideCardOut(
        rank=rank, kind=card.kind, id=card.id, title=card.title, text=card.text, score=round(card.score, 4), why=card.why,
        url=card.url, phone=card.phone, source=card.source, since=card.since, distance_km=card.distance_km,
    )  # fmt: skip
