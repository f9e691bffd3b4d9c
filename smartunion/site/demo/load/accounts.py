"""Demo accounts: one for every role, with passwords that differ between installations and can be printed again.

A password is derived from the installation's secret and the user name; nothing but its hash is stored.
"""

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from smartunion.core.ids import READABLE
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Person, TradeUnion


@dataclass(frozen=True)
class Seat:
    """One account to make: user name, shown name, role and the union it is held at (None: the installation)."""

    username: str
    name: str
    role: Role
    union: TradeUnion | None
    person: Person | None = None
    can_sign_in: bool = True


@dataclass(frozen=True)
class Shown:
    """One line of the printed table. Workers sign in with a phone number and a code."""

    who: str
    username: str
    password: str
    union: str


def demo_password(username: str) -> str:
    """The password of a demo account in this installation: ten readable characters in two groups."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"demo:{username}".encode(), sha256)
    letters = [READABLE[byte % len(READABLE)] for byte in digest[:10]]
    return "".join(letters[:5]) + "-" + "".join(letters[5:])


def _hashed(seat: Seat) -> str:
    return make_password(demo_password(seat.username) if seat.can_sign_in else None)


def make_staff(seats: list[Seat], *, since: date, at: datetime) -> dict[str, User]:
    """Create staff accounts and their roles; returns them by user name."""
    users = [
        User(
            username=seat.username,
            name=seat.name,
            password=_hashed(seat),
            is_demo=True,
            person=seat.person,
            created_at=at,
        )
        for seat in seats
    ]
    User.objects.bulk_create(users)
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=seat.role, union=seat.union, valid_from=since)
        for user, seat in zip(users, seats, strict=True)
    )
    return {user.username: user for user in users}


def make_workers(people: list[tuple[str, Person]], *, at: datetime) -> list[User]:
    """Accounts of workers, who sign in with phone and code; people: (user name, person with a mobile)."""
    users = [
        User(username=username, name=person.name, password=make_password(None), mobile=person.mobile, person=person,
             is_demo=True, created_at=at)
        for username, person in people
    ]  # fmt: skip
    User.objects.bulk_create(users)
    return users


def shown_accounts() -> list[Shown]:
    """Every demo account as it is printed: staff with passwords, workers with their phone numbers."""
    rows: list[Shown] = []
    users = User.objects.filter(is_demo=True).order_by("pk").prefetch_related("role_grants__union")
    for user in users:
        grants = list(user.role_grants.all())
        if grants and user.has_usable_password():
            grant = grants[0]
            where = grant.union.name if grant.union else "SmartUnion"
            rows.append(
                Shown(str(Role(grant.role).label), user.username, demo_password(user.username), where)
            )
        elif not grants and user.mobile:
            rows.append(Shown(_("Worker"), user.mobile, _("code sent to the phone"), user.name))
    return rows
