"""The list of staff accounts."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.listing import Choice, Column, Flag, Listing, Text
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role


def staff(actor: Actor) -> "QuerySet[User, User]":
    """Accounts with a role that the actor may see, with the roles of today at hand."""
    held = RoleGrant.objects.visible_to(actor).values("user_id")
    return User.objects.visible_to(actor).filter(pk__in=held).prefetch_related("role_grants__union")


def _address(user: User) -> str:
    return reverse("accounts:staff_page", args=[user.pk])


def roles_of(user: User) -> str:
    """Roles held today, with their unions, in one line."""
    today = clock.today()
    held = [
        f"{grant.get_role_display()}（{grant.union.name}）" if grant.union else str(grant.get_role_display())
        for grant in user.role_grants.all()
        if grant.valid_from <= today and (grant.valid_to is None or grant.valid_to > today)
    ]
    return "、".join(held)


def _holds(roles: list[str]) -> Q:
    """Has one of the roles, or had or will have it (a join would repeat people)."""
    return Q(pk__in=RoleGrant.objects.filter(role__in=roles).values("user_id"))


STAFF = Listing(
    key="accounts.staff",
    title=_("Accounts and roles"),
    unit=_("accounts"),
    columns=(
        Column(key="name", label=_("Name"), priority=1, sort="name"),
        Column(key="username", label=_("Sign-in name"), kind="code", sort="username"),
        Column(key="roles", label=_("Roles today"), value=roles_of, width=40),
        Column(
            key="factor", label=_("Second factor"), priority=3,
            value=lambda user: _("set up") if user.has_totp else _("not set up"),
        ),
        Column(key="last_login", label=_("Last signed in"), kind="date", sort="last_login", priority=3),
        Column(
            key="state", label=_("State"), kind="state", priority="side",
            value=lambda user: "done" if user.is_active else "closed",
            label_of=lambda user: _("In use") if user.is_active else _("Account closed"),
        ),
    ),
    order=("name",),
    search=Text(key="q", label=_("Name or sign-in name"), fields=("name", "username")),
    filters=(
        Choice(key="role", label=_("Role"), where=_holds, options=tuple(Role.choices), multiple=True),
        Flag(key="closed", label=_("Closed accounts"), where=Q(is_active=False)),
        Flag(key="no_factor", label=_("Without second factor"), where=Q(totp_confirmed_at=None)),
    ),
    row_url=_address,
    empty_title=_("No accounts in your unions yet"),
    empty_text=_("Make one for everybody who works here; nobody should share one."),
    empty_icon="person-gear",
    can_export=False,
)  # fmt: skip
