"""Parameters over the API: what held in a place on a day, and who says so."""

from datetime import date
from typing import Any

from ninja import Router, Schema

from smartunion.core import clock
from smartunion.core.errors import NotVisible
from smartunion.core.web.guards import ActorRequest
from smartunion.ground.policies import queries
from smartunion.ground.policies.parameters import PARAMETERS

router = Router(tags=["policies"])


class PlaceOut(Schema):
    """A union's path and name; the path "" is everywhere."""

    path: str
    name: str


class ParameterOut(Schema):
    """What held. value: as its kind says (decimals and times as text); text: the same in words."""

    key: str
    label: str
    kind: str
    value: int | bool | str
    text: str
    source: str
    valid_from: date | None
    set_for: PlaceOut | None


class PoliciesOut(Schema):
    """Every parameter for one place and day."""

    place: PlaceOut
    on: date
    parameters: list[ParameterOut]


@router.get("/", response=PoliciesOut, summary="What held in a place on a day")
def policies(request: ActorRequest, path: str = "", on: date | None = None) -> dict[str, Any]:
    """Every parameter with its value and source; path "" asks for the whole installation, on defaults to today."""
    if path and not path.endswith("/"):
        raise NotVisible
    return queries.export(path, on or clock.today())


@router.get("/{key}", response=ParameterOut, summary="One parameter")
def policy(request: ActorRequest, key: str, path: str = "", on: date | None = None) -> dict[str, Any]:
    """One parameter with its value and source."""
    if key not in PARAMETERS or (path and not path.endswith("/")):
        raise NotVisible
    found: dict[str, Any] = next(
        one for one in queries.export(path, on or clock.today())["parameters"] if one["key"] == key
    )
    return found
