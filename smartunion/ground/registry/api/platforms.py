"""Platform companies and the people who work for them, over the API."""

from typing import Any

from ninja import Router

from smartunion.core import clock
from smartunion.core.errors import NotAllowed
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.registry import queries
from smartunion.ground.registry.api.schemas import (
    PlatformsOut,
    PlatformWorkEndIn,
    PlatformWorkIn,
    PlatformWorkOut,
)
from smartunion.ground.registry.flows import platform_work
from smartunion.ground.registry.models import Person, PlatformWork

router = Router(tags=["registry"])


@router.get("/", response=PlatformsOut, summary="Platforms and their people")
def platforms(request: ActorRequest) -> dict[str, Any]:
    """Active members in your reach who work for platforms; whoever works for several is one of the people."""
    if not request.actor.can("members.view"):
        raise NotAllowed
    counted = queries.platform_people(request.actor)
    rows = [
        {"id": one.pk, "name": one.name, "uscc": one.uscc, "people": people}
        for one, people in counted.platforms
    ]
    return {"people": counted.people, "several": counted.several, "platforms": rows}


@router.post("/people/{int:person_id}", response=PlatformWorkOut, summary="Add a platform")
def take_up(request: ActorRequest, person_id: int, body: PlatformWorkIn) -> Any:
    """Note that a member works for a platform; repeating it gives the row there is. The membership is not touched."""
    get_visible(Person.objects.visible_to(request.actor), person_id)
    return platform_work.take_up(
        actor=request.actor, person_id=person_id, platform_id=body.platform_id, on=body.on, at=clock.now(), source="api"
    )  # fmt: skip


@router.post("/work/{int:work_id}/end", response=PlatformWorkOut, summary="End work for a platform")
def give_up(request: ActorRequest, work_id: int, body: PlatformWorkEndIn) -> Any:
    """She works for it no longer; the membership is not touched."""
    row = get_visible(PlatformWork.objects.visible_to(request.actor), work_id)
    return platform_work.give_up(actor=request.actor, work_id=row.pk, on=body.on, at=clock.now())
