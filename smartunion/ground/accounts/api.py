"""My account over the API: who I am, my tokens, who looked at my data, my consents."""

from datetime import date, datetime
from typing import Any

from ninja import Router, Schema, Status

from smartunion.core import clock
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.ground.accounts import queries
from smartunion.ground.accounts.flows import tokens
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.web import ActorRequest

router = Router(tags=["me"])


class RoleOut(Schema):
    """A role held today. union_id and path are empty where it holds everywhere."""

    role: str
    label: str
    union_id: int | None
    union: str
    path: str
    valid_from: date
    valid_to: date | None


class MeOut(Schema):
    """The account that calls; the phone is masked."""

    user_id: int
    person_id: int | None
    name: str
    username: str
    mobile: str
    roles: list[RoleOut]


class TokenOut(Schema):
    """One of my tokens, without the token itself."""

    id: int
    name: str
    prefix: str
    created_at: datetime
    expires_at: datetime | None
    last_used_on: date | None


class LookOut(Schema):
    """Somebody looked at my data or changed it."""

    at: datetime
    what: str
    who: str
    reason: str
    is_self: bool


class LookPage(Schema):
    """Latest first; `next` is the cursor of the following page, None on the last."""

    items: list[LookOut]
    next: int | None


class ConsentOut(Schema):
    """What I agreed to."""

    id: int
    purpose: str
    label: str
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None


@router.get("/", response=MeOut, summary="Who I am")
def me(request: ActorRequest) -> dict[str, Any]:
    """The account behind the token or session, with the roles it holds today."""
    user = get_visible(User.objects.visible_to(request.actor), request.actor.user_id)
    today = clock.today()
    roles = [
        {
            "role": grant.role, "label": grant.get_role_display(), "union_id": grant.union_id, "path": grant.path,
            "union": grant.union.name if grant.union else "",
            "valid_from": grant.valid_from, "valid_to": grant.valid_to,
        }
        for grant in queries.active_grants(user, today)
        if grant.valid_from <= today
    ]  # fmt: skip
    return {
        "user_id": user.pk, "person_id": user.person_id, "name": user.name, "username": user.username,
        "mobile": mask_phone(user.mobile), "roles": roles,
    }  # fmt: skip


@router.get("/tokens", response=list[TokenOut], summary="My tokens")
def my_tokens(request: ActorRequest) -> Any:  # Any: a queryset that ninja serialises
    """Tokens that act in my name. New ones are made on the page “My account → Security” only."""
    user = get_visible(User.objects.visible_to(request.actor), request.actor.user_id)
    return user.tokens.filter(revoked_at=None).order_by("-id")


@router.delete("/tokens/{int:token_id}", response={204: None}, summary="Withdraw a token")
def revoke(request: ActorRequest, token_id: int) -> Status[None]:
    """Whatever uses the token is shut out at once."""
    tokens.revoke_token(actor=request.actor, token_id=token_id, at=clock.now())
    return Status(204, None)


@router.get("/access-log", response=LookPage, summary="Who looked at my data")
def access_log(request: ActorRequest, cursor: RowId | None = None, limit: int = 50) -> dict[str, Any]:
    """Every look at and change of my record, latest first, at most 200 a page."""
    size = max(1, min(limit, 200))
    rows = queries.looks_at(request.actor)
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    found = list(rows[: size + 1])
    return {
        "items": [vars(queries.look(event, request.actor)) for event in found[:size]],
        "next": found[size - 1].pk if len(found) > size else None,
    }


class SeersOut(Schema):
    """People of one role at one union who may open my record. may_reveal: whole numbers too, each time with a reason."""

    role: str
    where: str
    people: int
    may_reveal: bool


@router.get("/seers", response=list[SeersOut], summary="Who may open my record now")
def seers(request: ActorRequest) -> list[dict[str, Any]]:
    """By role and union, nearest first, never by name; empty for whoever was never a member."""
    return [vars(one) for one in queries.who_may_see(request.actor.person_id or 0, on=clock.today())]


@router.get("/consents", response=list[ConsentOut], summary="What I agreed to")
def my_consents(request: ActorRequest) -> list[dict[str, Any]]:
    """My consents, latest first; taking one back is done on the page, by me alone."""
    return [
        {
            "id": row.pk, "purpose": row.purpose, "label": queries.agreed(row).words, "text_version": row.text_version,
            "given_at": row.given_at, "withdrawn_at": row.withdrawn_at,
        }
        for row in queries.consents_of(request.actor)
    ]  # fmt: skip
