"""The routers of the ground rooms behind the real ways of proving who calls."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import path

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.jobs.models import Job
from smartunion.ground.accounts.apiauth import AUTH
from smartunion.ground.accounts.flows.tokens import MOST, create_token
from smartunion.ground.accounts.models import ApiToken, User
from smartunion.ground.accounts.tests.factories import (
    AT,
    MOBILE,
    actor,
    make_person,
    make_union,
    make_user,
    signed_in,
)
from smartunion.ground.facts import kinds, ledger
from smartunion.ground.notices.service import tell
from smartunion.site.api.build import build

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def _api() -> Any:
    from smartunion.ground.accounts.api import router as me
    from smartunion.ground.facts.api import router as facts
    from smartunion.ground.notices.api import router as messages
    from smartunion.ground.policies.api import router as policies

    return build({"/me": me, "/messages": messages, "/policies": policies, "/facts": facts}, AUTH)


urlpatterns = [path("api/v1/", _api().urls)]


def bearer(user: User, days: int = 30) -> dict[str, str]:
    _row, plain = create_token(actor=actor(user), name="测试", days=days, at=clock.now())
    return {"authorization": f"Bearer {plain}"}


def test_a_token_acts_as_its_owner() -> None:
    user = make_user("limin", "chair", union=make_union(), mobile=MOBILE)

    found = Client().get("/api/v1/me/", headers=bearer(user)).json()

    assert (found["username"], found["mobile"], [role["role"] for role in found["roles"]]) == (
        "limin",
        "138****8000",
        ["chair"],
    )
    assert user.tokens.get().last_used_on == clock.today()


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer su_wrong", "Basic eDp5", "Bearer " + "x" * 5000, "su_x"]
)
def test_without_a_good_token_the_answer_is_401(header: str) -> None:
    answer = Client().get("/api/v1/me/", headers={"authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_withdrawn_expired_and_closed_are_shut_out() -> None:
    user = make_user("limin", "chair", union=make_union())
    headers = bearer(user)
    get = lambda: Client().get("/api/v1/me/", headers=headers).status_code  # noqa: E731

    assert get() == 200
    ApiToken.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert get() == 401
    ApiToken.objects.update(expires_at=clock.now() + timedelta(days=1), revoked_at=clock.now())
    assert get() == 401
    ApiToken.objects.update(revoked_at=None)
    User.objects.update(is_active=False)
    assert get() == 401


def test_a_bad_token_is_not_rescued_by_a_session() -> None:
    client = signed_in(make_user("limin", "chair", union=make_union()))

    assert client.get("/api/v1/me/").status_code == 200
    assert client.get("/api/v1/me/", headers={"authorization": "Bearer su_wrong"}).status_code == 401


def test_a_session_needs_its_csrf_token_to_change_anything() -> None:
    user = make_user("limin")
    token, _plain = create_token(actor=actor(user), name="x", days=1, at=clock.now())
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)

    assert client.delete(f"/api/v1/me/tokens/{token.pk}").status_code == 403
    token.refresh_from_db()
    assert token.revoked_at is None
    assert client.delete(f"/api/v1/me/tokens/{token.pk}", headers=bearer(user)).status_code == 204
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_tokens_make_no_tokens_and_are_not_without_number() -> None:
    user = make_user("limin")
    for _ in range(MOST):
        bearer(user)

    with pytest.raises(Exception, match="令牌"):
        bearer(user)
    assert user.tokens.count() == MOST


def test_my_messages_page_and_are_marked() -> None:
    user, stranger = make_user("limin"), make_user("老秦")
    for n in range(25):
        tell(
            template="accounts.role_granted",
            key=f"k{n}",
            at=AT,
            user_id=user.pk,
            context={"role": "r", "where": "w", "day": "d"},
        )
    client = signed_in(user)

    first = client.get("/api/v1/messages/").json()
    second = client.get("/api/v1/messages/", {"cursor": first["next"]}).json()

    assert (len(first["items"]), len(second["items"]), second["next"], first["unread"]) == (20, 5, None, 25)
    one = first["items"][0]["id"]
    assert client.post(f"/api/v1/messages/{one}/read").json()["read_at"] is not None
    assert signed_in(stranger).post(f"/api/v1/messages/{one}/read").status_code == 404
    assert client.post(f"/api/v1/messages/read?up_to={one}").json() == {"marked": 24}
    assert client.get("/api/v1/messages/", {"cursor": "x"}).status_code == 422


def test_who_looked_and_what_i_agreed_to() -> None:
    person = make_person()
    client = signed_in(make_user("w-1", person=person))

    assert client.get("/api/v1/me/access-log").json() == {"items": [], "next": None}
    assert client.get("/api/v1/me/consents").json() == []


def test_policies_say_value_and_source() -> None:
    client = signed_in(make_user("w-1"))

    one = client.get("/api/v1/policies/notices.quiet_from").json()

    assert (one["value"], one["valid_from"]) == ("21:30", None)
    assert client.get("/api/v1/policies/none").status_code == 404
    assert client.get("/api/v1/policies/", {"path": "1"}).status_code == 404
    assert client.get("/api/v1/policies/", {"on": "gestern"}).status_code == 422


def test_facts_are_summed_in_reach_only() -> None:
    kinds.register(kinds.FactKind("test.api", "试", "次"))
    try:
        city = make_union("市总工会")
        east, west = make_union("东县", city), make_union("西县", city)
        for n, union in enumerate((east, east, west)):
            ledger.record(
                actor=system(),
                kind="test.api",
                key=f"k{n}",
                happened_on=AT.date(),
                at=AT,
                path=union.path,
                subject=Job(pk=1),
            )
        client = signed_in(make_user("leader", "leader", union=east))

        def daily(path: str) -> Any:
            return client.get("/api/v1/facts/daily", {"kind": "test.api", "path": path})

        assert daily(east.path).json() == [{"day": "2026-05-03", "quantity": 2}]
        assert [daily(p).status_code for p in (west.path, city.path, "")] == [403, 403, 403]
        page = client.get("/api/v1/facts/", {"kind": "test.api", "limit": 1}).json()
        rest = client.get("/api/v1/facts/", {"kind": "test.api", "cursor": page["next"]}).json()
        assert (len(page["items"]), len(rest["items"]), rest["next"]) == (1, 1, None)
        assert any(kind["key"] == "test.api" for kind in client.get("/api/v1/facts/kinds").json())
    finally:
        kinds.KINDS.pop("test.api")
