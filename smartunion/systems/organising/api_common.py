"""What the routers of organising share: who acts, and a page by id."""

from typing import Any

from django.http import HttpRequest
from ninja import Schema

from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible

MOST = 200


class Page(Schema):
    """A page by id; `next` is the cursor of the following one, null at the end."""

    next: int | None


class StartedOut(Schema):
    """Work that has begun in the background."""

    job_id: int


def acting(request: HttpRequest, *permissions: str) -> Actor:
    """The request's actor, who must hold one of the permissions somewhere. Raises NotVisible."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    if permissions and not any(actor.can(permission) for permission in permissions):
        raise NotVisible
    return actor


def page_of(rows: Any, cursor: int, limit: int) -> tuple[list[Any], int | None]:
    """Rows behind a cursor by primary key, at most MOST, and the next cursor."""
    size = max(1, min(limit, MOST))
    found = list(rows.filter(pk__gt=cursor).order_by("pk")[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None
