"""The desk, for somebody whose role has ended."""

from datetime import timedelta

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.tests.factories import make_union, make_user

pytestmark = pytest.mark.django_db


def former_chair() -> tuple[User, str]:
    union = make_union()
    user = make_user("阿丽", "chair", union=union)
    ended = clock.today() - timedelta(days=3)
    RoleGrant.objects.filter(user=user).update(valid_from=ended - timedelta(days=90), valid_to=ended)
    return user, f"您在{union.name}的工会主席角色已于{ended.isoformat()}结束，工作台不再对您开放。"


@pytest.mark.parametrize("path", ["/desk/", "/desk/unions/1/", "/desk/drives/", "/field/"])
def test_which_role_ended_when_is_said_at_every_address_alike(client: Client, path: str) -> None:
    user, words = former_chair()
    client.force_login(user)

    answer = client.get(path)

    assert answer.status_code == 403
    assert words in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_a_script_reads_it_too(client: Client) -> None:
    user, words = former_chair()
    client.force_login(user)

    said = client.get("/desk/", headers={"Accept": "application/json"})

    assert (said.status_code, said.json()["code"], said.json()["title"]) == (403, "role_ended", words)


def test_who_never_had_a_role_or_holds_another_meets_what_she_met_before(client: Client) -> None:
    user, _words = former_chair()
    client.force_login(make_user("小波"))
    assert client.get("/desk/").status_code == 404

    RoleGrant.objects.create(
        user=user, role="organiser", union=make_union("另一家"), valid_from=clock.today()
    )
    client.force_login(user)
    assert client.get("/desk/").status_code == 200
    assert client.get("/desk/unions/999999/").status_code == 404


def test_a_role_given_anew_opens_the_desk(client: Client) -> None:
    user, _words = former_chair()
    union = RoleGrant.objects.get(user=user).union
    RoleGrant.objects.create(user=user, role="chair", union=union, valid_from=clock.today())
    client.force_login(user)

    assert client.get("/desk/").status_code == 200
