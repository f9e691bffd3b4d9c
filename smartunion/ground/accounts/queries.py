"""Reads of accounts for other rooms and for pages."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from smartunion.core.actor import Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.paths import prefixes
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import PERMISSIONS, Role
from smartunion.ground.registry.models import Consent


@dataclass(frozen=True)
class DemoAccount:
    """A demo account as the sign-in page lists it."""

    id: int
    username: str
    name: str
    role: str
    where: str


def holders(permission: str, path: str, *, on: date, most: int = 20) -> list[int]:
    """Accounts to tell about something at a union: those who hold the permission there, or at the nearest union
    above that has anybody; by id, at most `most`."""
    roles = [role for role, held in PERMISSIONS.items() if permission in held]
    above = RoleGrant.objects.active_on(on).filter(role__in=roles, user__is_active=True)
    rows = above.filter(union__path__in=prefixes(path)).values_list("union__path", "user_id")
    by_path: dict[str, set[int]] = {}
    for where, user_id in rows:
        by_path.setdefault(where, set()).add(user_id)
    if by_path:
        return sorted(by_path[max(by_path, key=len)])[:most]
    return sorted(set(above.filter(union=None).values_list("user_id", flat=True)))[:most]


def demo_accounts(on: date) -> list[DemoAccount]:
    """Demo accounts with their first role, staff before workers; empty outside of demo mode."""
    if not settings.DEMO:
        return []
    users = User.objects.filter(is_demo=True, is_active=True).select_related("person").order_by("id")[:40]
    grants: dict[int, RoleGrant] = {}
    for grant in (
        RoleGrant.objects.active_on(on).filter(user__in=users).select_related("union").order_by("-id")
    ):
        grants[grant.user_id] = grant
    found = [_demo(user, grants.get(user.pk)) for user in users]
    order = {label: at for at, label in enumerate([str(role.label) for role in Role])}
    return sorted(found, key=lambda account: (order.get(account.role, 99), account.id))


def active_grants(user: User, on: date) -> "QuerySet[RoleGrant, RoleGrant]":
    """Roles of a user that are not over, with their unions, earliest first."""
    return user.role_grants.active_or_coming(on).select_related("union").order_by("valid_from", "id")


def looks_at(actor: Actor) -> "QuerySet[AuditEvent, AuditEvent]":
    """Everything the audit trail says about the actor's own data, latest first."""
    return AuditEvent.objects.filter(owner_person_id=actor.person_id or -1).order_by("-id")


def consents_of(actor: Actor) -> "QuerySet[Consent, Consent]":
    """The actor's own consents, latest first."""
    return Consent.objects.filter(person_id=actor.person_id or -1).order_by("-given_at", "-id")


def _demo(user: User, grant: RoleGrant | None) -> DemoAccount:
    role = str(Role(grant.role).label) if grant else ""
    where = grant.union.name if grant and grant.union else ""
    return DemoAccount(user.pk, user.username, user.name, role, where)
