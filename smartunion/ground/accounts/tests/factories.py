"""The smallest valid accounts, and browsers signed in with them."""

from datetime import UTC, date, datetime

from django.test import Client

from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import Person, TradeUnion

AT = datetime(2026, 5, 3, 2, tzinfo=UTC)
PASSWORD = "wuzhong-2026-x"


def make_user(
    name: str = "阿丽", role: str = "", *, union: TradeUnion | None = None, person: Person | None = None
) -> User:
    """An account with a password, and a role at a union (everywhere without one) when named."""
    user = User.objects.create_user(name, PASSWORD, name=name, person=person, created_at=AT)
    if role:
        RoleGrant.objects.create(user=user, role=role, union=union, valid_from=date(2020, 1, 1))
    return user


def signed_in(user: User) -> Client:
    """A browser in which the account is signed in."""
    client = Client()
    client.force_login(user)
    return client
