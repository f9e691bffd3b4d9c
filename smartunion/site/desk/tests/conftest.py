"""The cast, with accounts: 阿丽 chairs the union, 小波 is a member, 老秦 a stranger, a cadre leads the county."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client

from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.tests import factories as make


@dataclass(frozen=True)
class Desk:
    """The cast and a browser for each of them; `stranger` is a cadre of the other county."""

    cast: make.Cast
    ali: Client
    cadre: Client
    inspector: Client
    stranger: Client
    nobody: Client


def account(name: str, role: str, union: TradeUnion) -> Client:
    """A signed-in browser of somebody with a role."""
    user = User.objects.create_user(name, None, name=name, created_at=make.AT)
    RoleGrant.objects.create(user=user, role=role, union=union, valid_from=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(db: None) -> Desk:
    """Two counties and their people."""
    cast = make.cast()
    above = cast.elsewhere.parent
    assert above is not None
    return Desk(
        cast, ali=account("阿丽", "chair", cast.union), cadre=account("李敏", "cadre", cast.county),
        inspector=account("孙督查", "inspector", cast.county), stranger=account("钱多", "cadre", above), nobody=Client(),
    )  # fmt: skip
