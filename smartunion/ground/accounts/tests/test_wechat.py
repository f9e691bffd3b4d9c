"""Signing in with WeChat, against a WeChat of our own."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from smartunion.ground.accounts.models import User, WechatIdentity
from smartunion.ground.accounts.tests.factories import AT, MOBILE, Sent, make_union, make_user, signed_in
from smartunion.ground.accounts.tests.fake_wechat import FakeWechat

pytestmark = pytest.mark.django_db
PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/116 MicroMessenger/8.0"}


@pytest.fixture
def wechat(settings: Any) -> Iterator[FakeWechat]:
    fake = FakeWechat()
    settings.WECHAT = {
        "app_id": "wx-inside", "secret": "s1", "web_app_id": "wx-web", "web_secret": "s2", "api": fake.url,
        "open": "https://open.weixin.qq.com",
    }  # fmt: skip
    yield fake
    fake.close()


def start(client: Client, next_: str = "", **headers: Any) -> tuple[str, dict[str, str]]:
    answer = client.get("/signin/wechat/", {"next": next_}, **headers)
    parts = urlsplit(answer["Location"])
    return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()} | {
        "#": parts.fragment
    }


def back(client: Client, fake: FakeWechat, state: str, person: dict[str, Any] | None = None) -> Any:
    fake.people["c1"] = person or {"openid": "o-1", "unionid": "u-1", "access_token": "t"}
    return client.get("/signin/wechat/back/", {"code": "c1", "state": state})


def who(client: Client) -> int | None:
    found = client.session.get("_auth_user_id")
    return int(found) if found else None


def test_inside_and_outside_use_their_own_app(wechat: FakeWechat) -> None:
    path, query = start(Client(), headers=PHONE)
    assert (path, query["appid"], query["scope"], query["#"]) == (
        "/connect/oauth2/authorize", "wx-inside", "snsapi_base", "wechat_redirect",
    )  # fmt: skip
    path, query = start(Client())
    assert (path, query["appid"], query["scope"]) == ("/connect/qrconnect", "wx-web", "snsapi_login")
    assert query["redirect_uri"] == "http://testserver/signin/wechat/back/"


def test_the_first_time_asks_for_the_phone_once(wechat: FakeWechat) -> None:
    client = Client()
    _path, query = start(client, "/cases/7/")

    assert back(client, wechat, query["state"])["Location"] == "/signin/"
    assert who(client) is None
    page = client.get("/signin/").content.decode()
    assert "微信扫码登录" not in page
    client.post("/signin/", {"mobile": MOBILE})
    answer = client.post("/signin/code/", {"code": Sent.messages[-1].context["code"]})

    assert answer["Location"] == "/cases/7/"
    identity = WechatIdentity.objects.get()
    assert (identity.user.mobile, identity.app_id, identity.open_id, identity.union_id) == (
        MOBILE,
        "wx-web",
        "o-1",
        "u-1",
    )
    assert wechat.asked == [
        ("/sns/oauth2/access_token", {"appid": "wx-web", "secret": "s2", "code": "c1", "grant_type": "authorization_code"}),
    ]  # fmt: skip


def test_from_then_on_wechat_alone_is_enough_in_both_apps(wechat: FakeWechat) -> None:
    user = make_user("w-1", mobile=MOBILE)
    user.wechat.create(app_id="wx-web", open_id="o-1", union_id="u-1", created_at=AT)
    outside, inside = Client(), Client()

    assert back(outside, wechat, start(outside, "/messages/")[1]["state"])["Location"] == "/messages/"
    state = start(inside, headers=PHONE)[1]["state"]
    back(inside, wechat, state, {"openid": "o-inside", "unionid": "u-1"})

    assert (who(outside), who(inside)) == (user.pk, user.pk)
    assert set(user.wechat.values_list("app_id", "open_id")) == {("wx-web", "o-1"), ("wx-inside", "o-inside")}


@pytest.mark.parametrize("state", ["", "made-up", "x" * 5000])
def test_a_foreign_state_signs_nobody_in(wechat: FakeWechat, state: str) -> None:
    user = make_user("w-1", mobile=MOBILE)
    user.wechat.create(app_id="wx-web", open_id="o-1", union_id="u-1", created_at=AT)
    client = Client()
    start(client)

    assert back(client, wechat, state)["Location"] == "/signin/"
    assert who(client) is None
    assert wechat.asked == []


def test_a_state_works_once_and_in_its_own_browser(wechat: FakeWechat) -> None:
    user = make_user("w-1", mobile=MOBILE)
    user.wechat.create(app_id="wx-web", open_id="o-1", union_id="u-1", created_at=AT)
    client, thief = Client(), Client()
    state = start(client)[1]["state"]

    back(thief, wechat, state)
    assert who(thief) is None
    back(client, wechat, state)
    assert who(client) == user.pk
    client.post("/signout/")
    back(client, wechat, state)
    assert who(client) is None


def test_a_code_that_wechat_does_not_know_is_said(wechat: FakeWechat) -> None:
    client = Client()
    state = start(client)[1]["state"]

    answer = client.get("/signin/wechat/back/", {"code": "other", "state": state}, follow=True)

    assert "微信没有确认这次登录" in answer.content.decode()
    assert who(client) is None


def test_a_broken_wechat_leaves_the_phone(wechat: FakeWechat, settings: Any) -> None:
    client = Client()
    wechat.broken = True
    answer = client.get(
        "/signin/wechat/back/", {"code": "c1", "state": start(client)[1]["state"]}, follow=True
    )
    assert "手机号" in answer.content.decode()

    settings.WECHAT = settings.WECHAT | {"api": "http://127.0.0.1:9"}
    answer = client.get(
        "/signin/wechat/back/", {"code": "c1", "state": start(client)[1]["state"]}, follow=True
    )
    assert "微信没有确认这次登录" in answer.content.decode()


def test_refusing_in_wechat_leads_back(wechat: FakeWechat) -> None:
    client = Client()

    answer = client.get("/signin/wechat/back/", {"state": start(client)[1]["state"]}, follow=True)

    assert "您没有在微信中确认" in answer.content.decode()


def test_wechat_does_not_get_around_the_second_factor(wechat: FakeWechat) -> None:
    user = make_user("limin", "cadre", union=make_union(), mobile=MOBILE)
    user.wechat.create(app_id="wx-web", open_id="o-1", created_at=AT)
    client = Client()

    assert back(client, wechat, start(client)[1]["state"])["Location"] == "/signin/enrol/"
    assert who(client) is None


def test_a_closed_account_is_not_opened_by_wechat(wechat: FakeWechat) -> None:
    user = make_user("w-1", mobile=MOBILE)
    user.wechat.create(app_id="wx-web", open_id="o-1", union_id="u-1", created_at=AT)
    User.objects.update(is_active=False)
    client = Client()

    back(client, wechat, start(client)[1]["state"])

    assert who(client) is None


def test_linking_from_my_security_and_unlinking(wechat: FakeWechat) -> None:
    user = make_user("limin", "chair", union=make_union())
    client = signed_in(user)

    answer = back(client, wechat, start(client, "/me/security/")[1]["state"])
    assert answer["Location"] == "/me/security/"
    identity = user.wechat.get()
    assert "解除绑定" in client.get("/me/security/").content.decode()
    assert signed_in(make_user("other")).post(f"/me/wechat/{identity.pk}/unlink/").status_code == 404
    client.post(f"/me/wechat/{identity.pk}/unlink/")

    assert not user.wechat.exists()


def test_without_configuration_there_is_no_wechat() -> None:
    assert Client().get("/signin/wechat/").status_code == 404
    assert "微信" not in Client().get("/signin/").content.decode()
