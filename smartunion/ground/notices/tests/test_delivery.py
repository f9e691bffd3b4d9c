"""Sending the outbox: tries, pauses, quiet hours, giving up."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core import clock
from smartunion.core.actor import Actor, Grant, system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.clock import SHANGHAI
from smartunion.core.errors import NotAllowed, NotVisible, StaleState
from smartunion.core.jobs import runner
from smartunion.core.jobs.flows import enqueue
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.registry import KINDS, JobKind
from smartunion.ground.notices import addresses, jobs, senders
from smartunion.ground.notices.addresses import Address
from smartunion.ground.notices.flows import delivery
from smartunion.ground.notices.models import Delivery, Notice
from smartunion.ground.notices.queries import dead_letters, outbox_counts
from smartunion.ground.notices.rules import PAUSES, end_of_quiet, pause_after
from smartunion.ground.notices.senders import Outgoing, SendFailed, SendRejected
from smartunion.ground.notices.service import tell

AT = datetime(2026, 5, 3, 2, tzinfo=UTC)  # ten in the morning in Shanghai
NIGHT = (time(21, 30), time(7, 30))

pytestmark = pytest.mark.django_db


def test_a_full_outbox_lets_other_work_have_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    left, did = [120], list[str]()

    def deliver_due(*, at: datetime, limit: int) -> int:
        sent = min(limit, left[0])
        left[0] -= sent
        did.append(f"sent {sent}")
        return sent

    monkeypatch.setattr(jobs, "deliver_due", deliver_due)
    monkeypatch.setattr(jobs, "TURN", timedelta())
    monkeypatch.setitem(KINDS, "test.import", JobKind("test.import", lambda context: did.append("import")))
    for kind in (jobs.DELIVER.key, "test.import"):
        enqueue(actor=system(), kind=kind, title="t", payload={}, at=clock.now(), queue_key=kind)

    runner.drain()

    assert did == ["sent 50", "import", "sent 50", "sent 20", "sent 0"]
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


class Box:
    """A sender that keeps what it was given, or fails as told."""

    sent: list[Outgoing] = []
    failure: Exception | None = None

    def send(self, message: Outgoing) -> None:
        if Box.failure is not None:
            raise Box.failure
        Box.sent.append(message)


@pytest.fixture(autouse=True)
def _box(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.NOTICE_SENDERS = dict.fromkeys(("sms", "wechat", "email"), f"{__name__}.Box")
    Box.sent, Box.failure = [], None
    known = {7: Address(mobile="13800138000", quiet=NIGHT), 8: Address()}
    monkeypatch.setattr(addresses, "_resolvers", [lambda person_id, user_id, on: known.get(person_id or 0)])
    yield


def told(person_id: int = 7, key: str = "a", template: str = "test.joined") -> Delivery:
    context = {"union": "恒达", "day": date(2026, 5, 3), "text": "请处理"}
    notice = tell(template=template, context=context, key=key, at=AT, person_id=person_id, link="/me/")
    return notice.deliveries.get(channel="sms")


def test_what_is_due_is_sent_once() -> None:
    row = told()

    assert delivery.deliver_due(at=AT) == 1
    assert delivery.deliver_due(at=AT + timedelta(hours=1)) == 0

    row.refresh_from_db()
    assert (row.state, row.attempts, row.sent_at) == ("sent", 1, AT)
    assert [(m.to, m.id, m.text) for m in Box.sent] == [
        ("13800138000", f"n{row.pk}", "欢迎加入恒达：您自2026-05-03起成为会员，会费 0.5%。 http://127.0.0.1:8000/me/"),
    ]  # fmt: skip


def test_a_person_without_number_keeps_the_inbox_copy() -> None:
    row = told(person_id=8)

    delivery.deliver_due(at=AT)

    row.refresh_from_db()
    assert (row.state, row.error, row.attempts) == ("skipped", "没有对方的手机号、邮箱或微信", 0)
    assert Notice.objects.count() == 1


def test_tries_grow_apart_and_then_the_operator_gets_it() -> None:
    row = told()
    Box.failure = SendFailed("the provider answered 502")
    at = AT
    waits = []

    for _try in range(6):
        assert delivery.deliver_due(at=at) == 1
        row.refresh_from_db()
        waits.append(row.next_at - at)
        at = row.next_at.replace(hour=2, minute=0) + timedelta(days=1) if len(waits) > 2 else row.next_at

    assert tuple(waits[:5]) == PAUSES
    assert (row.state, row.attempts, row.error) == ("failed", 6, "the provider answered 502")
    assert list(dead_letters()) == [row]
    assert outbox_counts() == {"waiting": 0, "sent": 0, "failed": 1, "skipped": 0}


def test_a_refusal_for_good_is_not_repeated() -> None:
    row = told()
    Box.failure = SendRejected("no such number")

    delivery.deliver_due(at=AT)

    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("failed", 1, "no such number")


def test_an_unknown_trouble_does_not_stop_the_others_nor_leak() -> None:
    row = told()
    other = told(key="b")
    Box.failure = RuntimeError("13800138000")

    delivery.deliver_due(at=AT)

    for one in (row, other):
        one.refresh_from_db()
        assert (one.state, one.error) == ("waiting", "RuntimeError")


def test_a_message_waits_for_the_morning() -> None:
    row = told()
    evening = datetime(2026, 5, 3, 22, tzinfo=SHANGHAI)

    delivery.deliver_due(at=evening)

    row.refresh_from_db()
    assert (row.state, row.attempts, row.next_at) == (
        "waiting",
        0,
        datetime(2026, 5, 4, 7, 30, tzinfo=SHANGHAI),
    )
    delivery.deliver_due(at=row.next_at)
    row.refresh_from_db()
    assert row.state == "sent"


def test_an_urgent_message_does_not_wait() -> None:
    row = told(template="test.urgent")

    delivery.deliver_due(at=datetime(2026, 5, 3, 22, tzinfo=SHANGHAI))

    row.refresh_from_db()
    assert row.state == "sent"


def test_of_two_workers_one_sends() -> None:
    row = told()
    stale = Delivery.objects.select_related("notice").get(pk=row.pk)

    delivery.deliver(row, at=AT)
    delivery.deliver(stale, at=AT)

    assert len(Box.sent) == 1


def test_what_a_dead_worker_held_is_sent_again() -> None:
    row = told()
    Delivery.objects.filter(pk=row.pk).update(attempts=1, next_at=AT + delivery.HELD)

    assert delivery.deliver_due(at=AT) == 0
    delivery.deliver_due(at=AT + delivery.HELD)

    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 2)


OPERATOR = Actor(user_id=1, grants=(Grant("operator", None, "", frozenset({"settings.edit"})),))


def test_the_operator_sends_again_or_lets_it_rest() -> None:
    row = told()
    Delivery.objects.filter(pk=row.pk).update(state="failed", attempts=6, error="x")

    delivery.retry(actor=OPERATOR, delivery_id=row.pk, at=AT)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("waiting", 0, "")
    with pytest.raises(StaleState):
        delivery.drop(actor=OPERATOR, delivery_id=row.pk, at=AT)

    Delivery.objects.filter(pk=row.pk).update(state="failed")
    delivery.drop(actor=OPERATOR, delivery_id=row.pk, at=AT)
    row.refresh_from_db()
    assert row.state == "skipped"
    assert [e.event for e in AuditEvent.objects.order_by("id")] == [
        "notices.delivery_retried",
        "notices.delivery_dropped",
    ]


def test_nobody_else_touches_the_outbox() -> None:
    row = told()
    Delivery.objects.filter(pk=row.pk).update(state="failed")

    with pytest.raises(NotAllowed):
        delivery.retry(actor=Actor(user_id=2), delivery_id=row.pk, at=AT)
    with pytest.raises(NotVisible):
        delivery.retry(actor=OPERATOR, delivery_id=row.pk + 1, at=AT)

    row.refresh_from_db()
    assert row.state == "failed"


def test_resolvers_fill_one_anothers_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Address(mobile="1"), Address(mobile="2", email="a@b.c", wechat=("app", "open"))
    monkeypatch.setattr(addresses, "_resolvers", [lambda *_: None, lambda *_: first, lambda *_: second])

    found = addresses.address_of(1, None, date(2026, 5, 3))

    assert (found.mobile, found.email, found.on("wechat"), found.on("email"), found.on("pigeon")) == (
        "1",
        "a@b.c",
        "open",
        "a@b.c",
        "",
    )


class TestRules:
    """Quiet hours and pauses, without a database."""

    @given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), st.times(), st.times())
    def test_quiet_hours_end_within_a_day_at_their_end(self, naive: datetime, start: time, end: time) -> None:
        local = naive.replace(tzinfo=SHANGHAI)

        found = end_of_quiet(local, (start, end))

        if start == end:
            assert found is None
        if found is not None:
            assert local < found <= local + timedelta(days=1)
            assert found.timetz().replace(tzinfo=None) == end
            assert end_of_quiet(found, (start, end)) is None

    def test_a_window_inside_one_day(self) -> None:
        noon = (time(12), time(14))

        assert end_of_quiet(datetime(2026, 5, 3, 11, 59, tzinfo=SHANGHAI), noon) is None
        assert end_of_quiet(datetime(2026, 5, 3, 12, 0, tzinfo=SHANGHAI), noon) == datetime(
            2026, 5, 3, 14, tzinfo=SHANGHAI
        )
        assert end_of_quiet(datetime(2026, 5, 3, 14, 0, tzinfo=SHANGHAI), noon) is None
        assert end_of_quiet(datetime(2026, 5, 3, 12, 0, tzinfo=SHANGHAI), None) is None

    def test_pauses_end(self) -> None:
        assert [pause_after(n) for n in range(1, 8)] == [*PAUSES, None, None]


def reply(status: int, body: dict[str, Any] | str = "") -> httpx.Response:
    content = json.dumps(body) if isinstance(body, dict) else body
    return httpx.Response(status, text=content, request=httpx.Request("POST", "http://127.0.0.1"))


class TestSenders:
    """The ways out against providers of our own."""

    message = Outgoing("n1", "sms", "13800138000", "标题", "正文。", "/me/", "test.joined", {"union": "恒达"})

    def test_the_http_sender_signs_what_it_posts(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.SMS_URL, settings.SMS_SECRET = "http://127.0.0.1:9/sms", "s3cret"
        seen: dict[str, Any] = {}
        monkeypatch.setattr(httpx, "post", lambda url, **kw: seen.update(kw, url=url) or reply(200))

        senders.HttpSmsSender().send(self.message)

        body = json.loads(seen["content"])
        assert (seen["url"], body["mobile"], body["id"], body["context"]) == (
            "http://127.0.0.1:9/sms", "13800138000", "n1", {"union": "恒达"},
        )  # fmt: skip
        stamp = seen["headers"]["X-Timestamp"]
        assert seen["headers"]["X-Signature"] == senders.signature("s3cret", stamp, seen["content"])
        assert senders.signature("other", stamp, seen["content"]) != seen["headers"]["X-Signature"]

    @pytest.mark.parametrize(
        ("status", "error"),
        [(500, SendFailed), (429, SendFailed), (401, SendFailed), (400, SendRejected), (404, SendRejected)],
    )
    def test_answers_are_told_apart(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch, status: int, error: type
    ) -> None:
        settings.SMS_URL, settings.SMS_SECRET = "http://127.0.0.1:9/sms", "s3cret"
        monkeypatch.setattr(httpx, "post", lambda url, **kw: reply(status))

        with pytest.raises(error):
            senders.HttpSmsSender().send(self.message)

    def test_an_unreachable_or_missing_provider_is_tried_again(self, settings: Any) -> None:
        settings.SMS_URL, settings.SMS_SECRET = "http://127.0.0.1:9/sms", "s3cret"
        with pytest.raises(SendFailed, match="ConnectError"):
            senders.HttpSmsSender().send(self.message)
        settings.SMS_URL = ""
        with pytest.raises(SendFailed, match="SMARTUNION_SMS_URL"):
            senders.HttpSmsSender().send(self.message)

    def test_wechat_sends_a_template_message(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.WECHAT_TEMPLATES = {"*": "TPL"}
        posts: list[Any] = []
        tokens = iter(["t1", "t2"])
        monkeypatch.setattr(
            httpx, "get", lambda url, **kw: reply(200, {"access_token": next(tokens), "expires_in": 7200})
        )
        monkeypatch.setattr(
            httpx, "post", lambda url, **kw: posts.append((url, kw["json"])) or reply(200, {"errcode": 0})
        )

        senders.WechatSender().send(self.message)
        senders.WechatSender().send(self.message)

        assert [url.split("=")[1] for url, _ in posts] == ["t1", "t1"]
        assert posts[0][1]["touser"] == "13800138000"
        assert posts[0][1]["data"]["keyword1"] == {"value": "正文。"}

    def test_wechat_renews_an_old_token_and_knows_who_does_not_follow(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.WECHAT_TEMPLATES = {"test.joined": "TPL"}
        asked: list[int] = []
        codes = iter([42001, 0, 43004])
        monkeypatch.setattr(
            httpx, "get", lambda url, **kw: asked.append(1) or reply(200, {"access_token": "t"})
        )
        monkeypatch.setattr(httpx, "post", lambda url, **kw: reply(200, {"errcode": next(codes)}))

        with pytest.raises(SendFailed, match="42001"):
            senders.WechatSender().send(self.message)
        senders.WechatSender().send(self.message)
        with pytest.raises(SendRejected, match="关注"):
            senders.WechatSender().send(self.message)

        assert len(asked) == 2

    def test_wechat_without_a_template_is_refused(self, settings: Any) -> None:
        settings.WECHAT_TEMPLATES = {}
        with pytest.raises(SendRejected, match="模板"):
            senders.WechatSender().send(self.message)

    def test_mail_goes_through_django(self) -> None:
        senders.EmailSender().send(Outgoing("n1", "email", "li@example.org", "标题", "正文。", "/me/"))

        assert (mail.outbox[0].subject, mail.outbox[0].to) == ("标题", ["li@example.org"])
        assert mail.outbox[0].body.endswith("/me/")

    def test_without_a_provider_messages_stand_in_a_file_and_codes_on_the_console(
        self,
        capsys: pytest.CaptureFixture[str],
        settings: Any,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        settings.NOTICE_LOG = tmp_path / "messages.log"
        monkeypatch.setattr(senders, "_told", threading.Event())
        monkeypatch.setattr(senders, "_MOST_BYTES", 2_000)
        sender, code = (
            senders.ConsoleSender(),
            replace(self.message, template="accounts.code", body="123456 是验证码。"),
        )
        for _turn in range(3):
            sender.send(self.message)
        sender.send(code)

        shown, kept = capsys.readouterr().err.splitlines(), settings.NOTICE_LOG.read_text().splitlines()
        assert [str(settings.NOTICE_LOG) in shown[0], "123456" in shown[1], len(shown)] == [True, True, 2]
        assert (len(kept), settings.NOTICE_LOG.stat().st_mode & 0o077) == (4, 0)
        assert all("138****8000" in line and "13800138000" not in line for line in [*kept, shown[1]])

        for _turn in range(40):
            sender.send(self.message)
        assert settings.NOTICE_LOG.stat().st_size < 2_300
        assert (tmp_path / "messages.1.log").exists()
        settings.NOTICE_LOG = tmp_path / "gone" / "messages.log"
        with pytest.raises(SendFailed):
            sender.send(self.message)
