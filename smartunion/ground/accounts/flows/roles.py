"""Giving and taking roles, with dates; never above one's own reach."""

from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import DutiesApart, InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role, may_grant
from smartunion.ground.notices import service as notices
from smartunion.ground.registry.models import TradeUnion

GRANTED: Final = "accounts.role_granted"
REVOKED: Final = "accounts.role_revoked"


@transaction.atomic
def grant_role(
    *, actor: Actor, user_id: int, role: Role, union_id: int | None, at: datetime, valid_from: date | None = None,
    valid_to: date | None = None,
) -> RoleGrant:  # fmt: skip
    """Give a role at a union from a day (default today) until a day; the holder is told.

    Raises NotVisible for a union out of reach, NotAllowed beyond the actor's reach, InvalidInput when the role is
    held already or the period cannot be.
    """
    on = local_date(at)
    start = valid_from or on
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotVisible
    union = _union(actor, union_id)
    path = union.path if union else ""
    everywhere = "" in actor.paths("accounts.manage")
    if not actor.can("accounts.manage", path=path) or not may_grant(
        everywhere=everywhere, role=role, has_union=union is not None
    ):
        raise NotAllowed(
            _("You cannot give this role here."), remedy=_("Ask the administrator of the federation above.")
        )
    if valid_to is not None and valid_to <= start:
        raise InvalidInput(_("The last day must lie after the first."), field="valid_to")
    _check_not_held(user, role, union, start)
    try:
        with transaction.atomic():
            grant = RoleGrant.objects.create(
                user=user,
                role=role,
                union=union,
                valid_from=start,
                valid_to=valid_to,
                granted_by=actor.user_id,
            )
    except IntegrityError:
        raise _held_already() from None
    note(grant, GRANTED, actor=actor, at=at, more={"from": start.isoformat()})
    return grant


@transaction.atomic
def revoke_role(*, actor: Actor, grant_id: int, at: datetime) -> RoleGrant:
    """End a role today; the holder is told. Raises NotVisible, NotAllowed, DutiesApart (her own), StaleState (it had ended)."""
    on = local_date(at)
    grant = get_visible(RoleGrant.objects.visible_to(actor).select_related("union", "user"), grant_id)
    everywhere = "" in actor.paths("accounts.manage")
    if not actor.can("accounts.manage", path=grant.path) or (grant.role == Role.OPERATOR and not everywhere):
        raise NotAllowed
    if grant.user_id == actor.user_id:
        raise DutiesApart(_("You cannot take away your own role."), remedy=_("Ask another administrator."))
    end = max(on, grant.valid_from)
    if RoleGrant.objects.active_or_coming(on).filter(pk=grant.pk).update(valid_to=end) != 1:
        raise StaleState(
            _("This role had already ended."),
            remedy=_("Reload the page to see since when; give it anew where it is needed."),
        )
    grant.valid_to = end
    note(grant, REVOKED, actor=actor, at=at)
    return grant


def note(
    grant: RoleGrant, event: str, *, actor: Actor, at: datetime, more: dict[str, Any] | None = None
) -> None:
    """Tell the holder that a role began (GRANTED) or ended (REVOKED), and write it down. more: what else the record says."""
    notices.tell(
        template=event, key=f"{event}:{grant.pk}:{at.timestamp():.0f}", at=at, user_id=grant.user_id,
        context={
            "role": grant.get_role_display(), "where": grant.union.name if grant.union else _("the whole installation"),
            "day": (grant.valid_from if event == GRANTED else grant.valid_to) or "",
        },
    )  # fmt: skip
    audit.record(
        actor, event, grant, at=at, owner_person_id=grant.user.person_id,
        data={"user": grant.user_id, "role": grant.role, "path": grant.path, **(more or {})},
    )  # fmt: skip


def _union(actor: Actor, union_id: int | None) -> TradeUnion | None:
    if union_id is None:
        return None
    return get_visible(TradeUnion.objects.filter(actor.within("accounts.manage")), union_id)


def _check_not_held(user: User, role: Role, union: TradeUnion | None, start: date) -> None:
    if RoleGrant.objects.filter(user=user, role=role, union=union).active_on(start).exists():
        raise _held_already()


def _held_already() -> InvalidInput:
    return InvalidInput(_("This person holds the role there already."), field="role")
