"""Inbox and outbox pages, tried by owner, neighbour, stranger and nobody."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from smartunion.ground.notices.models import Delivery, Notice
from smartunion.ground.notices.service import tell

AT = datetime(2026, 5, 3, 2, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def told(who: Any, key: str = "a", link: str = "/me/card/") -> Notice:
    return tell(
        template="test.inbox", context={"text": "请看<b>这里</b>"}, key=key, at=AT, user_id=who.pk, link=link
    )


def test_the_inbox_shows_unread_first_and_escapes_words(make_user: Any, signed_in: Any) -> None:
    ali = make_user("阿丽")
    old = told(ali, "old")
    Notice.objects.filter(pk=old.pk).update(read_at=AT, title="早先的消息")
    told(ali, "new")

    page = signed_in(ali).get("/messages/").content.decode()

    assert page.index("请看&lt;b&gt;这里&lt;/b&gt;") < page.index("早先的消息")
    assert "<b>这里" not in page


def test_opening_marks_as_read_and_follows_the_link(make_user: Any, signed_in: Any) -> None:
    ali = make_user("阿丽")
    notice = told(ali)

    answer = signed_in(ali).post(f"/messages/{notice.pk}/open/")

    assert (answer.status_code, answer["Location"]) == (302, "/me/card/")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_looking_changes_nothing(make_user: Any, signed_in: Any) -> None:
    ali = make_user("阿丽")
    notice = told(ali)
    client = signed_in(ali)

    assert client.get("/messages/").status_code == 200
    assert client.get(f"/messages/{notice.pk}/open/").status_code == 405

    notice.refresh_from_db()
    assert notice.read_at is None


def test_a_stranger_cannot_open_somebody_elses_message(make_user: Any, signed_in: Any) -> None:
    notice = told(make_user("阿丽"))

    assert signed_in(make_user("老秦")).post(f"/messages/{notice.pk}/open/").status_code == 404
    assert Client().post(f"/messages/{notice.pk}/open/").status_code == 401

    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_are_marked_that_the_page_showed(make_user: Any, signed_in: Any) -> None:
    ali, qin = make_user("阿丽"), make_user("老秦")
    shown = told(ali, "a", link="")
    later = told(ali, "b")
    foreign = told(qin, "c")

    answer = signed_in(ali).post("/messages/read/", {"up_to": shown.pk, "shell": "portal"})

    assert answer["Location"] == "/messages/"
    assert set(Notice.objects.exclude(read_at=None)) == {shown}
    assert {later, foreign} == set(Notice.objects.filter(read_at=None))


@pytest.mark.parametrize("value", ["", "x", "-1", str(2**70)])
def test_wrong_input_marks_nothing(value: str, make_user: Any, signed_in: Any) -> None:
    ali = make_user("阿丽")
    told(ali)

    assert signed_in(ali).post("/messages/read/", {"up_to": value}).status_code == 302
    assert signed_in(ali).get("/messages/", {"before": value}).status_code == 200

    assert Notice.objects.filter(read_at=None).count() == 1


def test_nobody_is_sent_to_the_sign_in_page() -> None:
    assert Client().get("/messages/?before=9")["Location"] == "/signin/?next=%2Fmessages%2F%3Fbefore%3D9"
    assert Client().get("/messages/", headers={"hx-request": "true"})["HX-Redirect"] == "/signin/"


@pytest.mark.parametrize(
    ("role", "inbox", "outbox"), [("", 404, 404), ("cadre", 200, 404), ("operator", 200, 200)]
)
def test_desk_pages_follow_the_role(
    role: str, inbox: int, outbox: int, make_user: Any, signed_in: Any
) -> None:
    client = signed_in(make_user("李敏", role))

    assert client.get("/desk/messages/").status_code == inbox
    assert client.get("/desk/messages/outbox/").status_code == outbox


def test_the_operator_sends_again_without_seeing_whom(make_user: Any, signed_in: Any) -> None:
    ali, operator = make_user("阿丽"), make_user("运维", "operator")
    notice = tell(
        template="test.joined", context={"union": "恒达", "day": "x"}, key="a", at=AT, user_id=ali.pk
    )
    Delivery.objects.update(state="failed", attempts=6, error="SendFailed: 502")
    client = signed_in(operator)

    page = client.get("/desk/messages/outbox/").content.decode()
    client.post(f"/desk/messages/outbox/{notice.deliveries.get().pk}/retry/")

    assert "SendFailed: 502" in page
    assert "阿丽" not in page
    assert Delivery.objects.get().state == "waiting"


def test_a_list_costs_the_same_queries_for_one_and_for_many(
    django_assert_max_num_queries: Any, make_user: Any, signed_in: Any
) -> None:
    ali = make_user("阿丽")
    client = signed_in(ali)
    told(ali, "a")
    with django_assert_max_num_queries(8):
        client.get("/messages/")
    for key in "bcdefg":
        told(ali, key)

    with django_assert_max_num_queries(8):
        client.get("/messages/")
