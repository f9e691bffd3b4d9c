"""Reads of accounts for other rooms and for pages."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.audit.events import label_of
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput
from smartunion.core.paths import prefixes
from smartunion.ground.accounts import purposes
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import EVERYWHERE_ONLY, PERMISSIONS, Role
from smartunion.ground.registry.models import Consent, Membership, MergeKind, TradeUnion
from smartunion.ground.registry.queries.merged import old_numbers


@dataclass(frozen=True)
class DemoAccount:
    """A demo account as the sign-in page lists it."""

    id: int
    username: str
    name: str
    role: str
    where: str
    is_more: bool = False


#: Roles in the order in which a newcomer looks at them, workers first; the others follow.
_FIRST = ("", Role.CHAIR, Role.ORGANISER, Role.CADRE, Role.LEADER)
#: How many accounts of one role are shown before the rest is folded.
_SHOWN_OF_A_ROLE = 3


def phones_with_account(mobiles: Iterable[str]) -> set[str]:
    """Those of the numbers somebody signs in with."""
    found = User.objects.filter(mobile_index__of=list(mobiles)).values_list("mobile", flat=True)
    return {str(mobile) for mobile in found}


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


@dataclass(frozen=True)
class Seers:
    """People of one role at one union who may open a member's record now. where: "" for the whole installation."""

    role: str
    where: str
    people: int
    may_reveal: bool


def who_may_see(person_id: int, *, on: date) -> list[Seers]:
    """Who may open somebody's record as a member, nearest union first: by role and union, never by name; two queries.

    Because her membership, present or past, lies in their reach. may_reveal: her whole numbers too, each time with a
    reason she reads.
    """
    paths = Membership.objects.filter(person=person_id).values_list("union_path", flat=True).distinct()
    reach = {above for path in paths for above in prefixes(path)}
    if not reach:
        return []
    roles = [role for role, held in PERMISSIONS.items() if "members.view" in held]
    grants = RoleGrant.objects.active_on(on).filter(
        Q(union__path__in=reach) | Q(union=None), role__in=roles, user__is_active=True
    )
    held: dict[tuple[str, str, str], set[int]] = {}
    for path, where, role, user_id in grants.values_list("union__path", "union__name", "role", "user_id"):
        held.setdefault((path or "", where or "", role), set()).add(user_id)
    nearest = sorted(held, key=lambda one: (-len(one[0]), one[0], roles.index(Role(one[2]))))
    return [
        Seers(
            str(Role(role).label),
            where,
            len(held[path, where, role]),
            "members.reveal" in PERMISSIONS[Role(role)],
        )
        for path, where, role in nearest
    ]


def demo_accounts(on: date) -> list[DemoAccount]:
    """Demo accounts with their first role, in the order a newcomer looks at them; empty outside of demo mode.

    is_more: one of many with the same role (an organiser for each town).
    """
    if not settings.DEMO:
        return []
    users = User.objects.filter(is_demo=True, is_active=True).select_related("person").order_by("id")[:40]
    grants: dict[int, RoleGrant] = {}
    for grant in (
        RoleGrant.objects.active_on(on).filter(user__in=users).select_related("union").order_by("-id")
    ):
        grants[grant.user_id] = grant
    order = {role: at for at, role in enumerate(dict.fromkeys([*_FIRST, *Role]))}
    roles = {user.pk: grants[user.pk].role if user.pk in grants else "" for user in users}
    found, seen = [], Counter[str]()
    for user in sorted(users, key=lambda user: (order[roles[user.pk]], user.pk)):
        seen[roles[user.pk]] += 1
        is_more = seen[roles[user.pk]] > _SHOWN_OF_A_ROLE
        found.append(_demo(user, grants.get(user.pk), is_more))
    return found


def active_grants(user: User, on: date) -> "QuerySet[RoleGrant, RoleGrant]":
    """Roles of a user that are not over, with their unions, earliest first."""
    return user.role_grants.active_or_coming(on).select_related("union").order_by("valid_from", "id")


@dataclass(frozen=True)
class Look:
    """One line of "who looked at my data": in words, by whom (oneself is said so), why, when."""

    at: datetime
    what: str
    who: str
    reason: str
    is_self: bool


def look(event: AuditEvent, actor: Actor) -> Look:
    """An audit event as its owner reads it."""
    mine = event.user_id is not None and event.user_id == actor.user_id
    who = event.actor_name
    return Look(event.at, label_of(event.event), who, event.reason, mine)


def looks_at(actor: Actor) -> "QuerySet[AuditEvent, AuditEvent]":
    """Everything the audit trail says about the actor's own data, latest first."""
    if actor.person_id is None:
        return AuditEvent.objects.none()
    ids = [actor.person_id, *old_numbers(MergeKind.PERSON, actor.person_id)]
    return AuditEvent.objects.filter(owner_person_id__in=ids).order_by("-id")


@dataclass(frozen=True)
class Agreed:
    """A consent with its purpose in words."""

    row: Consent
    words: str


def agreed(row: Consent) -> Agreed:
    """A consent as its giver reads it."""
    return Agreed(row, purposes.label_of(row.purpose))


def consents_of(actor: Actor) -> "QuerySet[Consent, Consent]":
    """The actor's own consents, latest first."""
    return Consent.objects.filter(person_id=actor.person_id or -1).order_by("-given_at", "-id")


def _demo(user: User, grant: RoleGrant | None, is_more: bool) -> DemoAccount:
    role = str(Role(grant.role).label) if grant else ""
    where = grant.union.name if grant and grant.union else ""
    return DemoAccount(user.pk, user.username, user.name, role, where, is_more)


def union_named(actor: Actor, text: str) -> TradeUnion:
    """The union with this number or exact name among those the actor manages accounts for.

    Raises InvalidInput when there is none, or several have the name.
    """
    wanted = text.strip()
    reach = TradeUnion.objects.filter(actor.within("accounts.manage"))
    found = list(reach.filter(Q(number=wanted) | Q(name=wanted)).order_by("pk")[:2]) if wanted else []
    if len(found) == 1:
        return found[0]
    if found:
        text = _("Several unions have this name.")
        remedy = _("Enter the union's number instead; it stands on the union's page.")
    else:
        text = _("No union in your reach has this number or name.")
        remedy = _("Enter it exactly as on the union's page.")
    raise InvalidInput(text, remedy=remedy, field="union")


def assignable_roles(actor: Actor) -> list[Role]:
    """Roles the actor may give."""
    everywhere = "" in actor.paths("accounts.manage")
    return [role for role in Role if everywhere or role not in EVERYWHERE_ONLY]
