"""The smallest valid accounts, and browsers signed in with them."""

from datetime import UTC, date, datetime

from django.test import Client

from smartunion.core.actor import Actor
from smartunion.core.paths import child_path
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.origin import Origin
from smartunion.ground.notices.senders import Outgoing
from smartunion.ground.registry.models import Person, TradeUnion

AT = datetime(2026, 5, 3, 2, tzinfo=UTC)
PASSWORD = "wuzhong-2026-x"
MOBILE = "13800138000"
ORIGIN = Origin("203.0.113.7", "Chrome · Windows", "r1")


class Sent:
    """A sender that keeps what it was given, or fails as told."""

    messages: list[Outgoing] = []
    failure: Exception | None = None

    def send(self, message: Outgoing) -> None:
        if Sent.failure is not None:
            raise Sent.failure
        Sent.messages.append(message)


def make_user(
    name: str = "阿丽",
    role: str = "",
    *,
    union: TradeUnion | None = None,
    person: Person | None = None,
    mobile: str = "",
) -> User:
    """An account with a password, and a role at a union (everywhere without one) when named."""
    user = User.objects.create_user(name, PASSWORD, name=name, person=person, mobile=mobile, created_at=AT)
    if role:
        RoleGrant.objects.create(user=user, role=role, union=union, valid_from=date(2020, 1, 1))
    return user


def signed_in(user: User) -> Client:
    """A browser in which the account is signed in."""
    client = Client()
    client.force_login(user)
    return client


def actor(user: User) -> Actor:
    """The account's actor on the day of these tests."""
    return actor_of(user, on=AT.date())


def make_union(
    name: str = "市总工会", parent: TradeUnion | None = None, kind: str = "federation"
) -> TradeUnion:
    """A union in the tree."""
    union = TradeUnion.objects.create(
        number=name, name=name, name_key=name, kind=kind, level="city" if parent is None else "county", parent=parent,
        path=f"tmp{name}/", depth=0 if parent is None else parent.depth + 1, created_at=AT, updated_at=AT,
    )  # fmt: skip
    union.path = child_path(parent.path if parent else "", union.pk)
    union.save(update_fields=["path"])
    return union


def make_person(name: str = "阿丽", mobile: str = MOBILE) -> Person:
    """Somebody in the registry."""
    return Person.objects.create(name=name, mobile=mobile, created_at=AT, updated_at=AT)
