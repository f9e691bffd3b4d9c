"""Pages on background work: one's own only, honest about progress and failure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.test import RequestFactory
from django.utils.html import escape
from django_htmx.middleware import HtmxDetails

from smartunion.core.actor import STRANGER, Actor, Grant
from smartunion.core.errors import NotVisible
from smartunion.core.files.intake import keep_bytes
from smartunion.core.jobs import views
from smartunion.core.jobs.models import Job
from smartunion.core.listing.tests.serving import _Messages

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
ALI = Actor(user_id=7, name="阿丽")
QIN = Actor(user_id=8, name="老秦")
KEEPER = Actor(user_id=9, grants=(Grant("operator", None, "", frozenset({"jobs.view_all"})),))


def job(**values: Any) -> Job:
    given = {"kind": "k", "title": "名册导入", "user_id": 7, "run_after": AT, "created_at": AT}
    return Job.objects.create(**(given | values))


def ask(view: Any, who: Actor, *args: int, method: str = "get", query: str = "") -> HttpResponseBase:
    request: HttpRequest = getattr(RequestFactory(), method)(f"/desk/jobs/{query}")
    request.actor, request.user, request.htmx = who, AnonymousUser(), HtmxDetails(request)
    request._messages = _Messages(request)
    return view(request, *args)


def text(answer: Any) -> str:
    return answer.content.decode()


def test_the_list_shows_ones_own_and_the_keeper_sees_all() -> None:
    job(title="阿丽的导入")
    job(title="老秦的导入", user_id=8)

    assert (
        "阿丽的导入" in text(ask(views.job_list, ALI)),
        "老秦的导入" in text(ask(views.job_list, ALI)),
    ) == (True, False)
    assert "老秦的导入" in text(ask(views.job_list, KEEPER))


@pytest.mark.parametrize("who", [QIN, STRANGER])
@pytest.mark.parametrize(
    ("view", "method"),
    [
        (views.job_page, "get"),
        (views.job_progress, "get"),
        (views.job_cancel, "post"),
        (views.job_file, "get"),
    ],
)
def test_others_work_does_not_exist(view: Any, method: str, who: Actor) -> None:
    mine = job()

    with pytest.raises(NotVisible):
        ask(view, who, mine.pk, method=method)
    mine.refresh_from_db()
    assert (mine.state, mine.cancel_requested) == ("waiting", False)


def test_strangers_have_no_list() -> None:
    with pytest.raises(NotVisible):
        ask(views.job_list, STRANGER)


def test_progress_asks_again_until_the_end() -> None:
    running = job(state="running", done=64_200, total=100_000, step="核对身份证号码")

    body = text(ask(views.job_progress, ALI, running.pk))

    assert 'hx-trigger="every 1s"' in body
    assert '<progress value="64" max="100"' in body
    assert "64,200 / 100,000" in body
    assert "核对身份证号码" in body


def test_the_end_leads_on_and_stops_asking() -> None:
    done = job(state="done", finished_at=AT)

    answer = ask(views.job_progress, ALI, done.pk, query="?reload=/desk/x/")

    assert "hx-trigger" not in text(answer)
    assert answer["HX-Redirect"] == "/desk/x/"


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_leads_nowhere_outside(onward: str) -> None:
    done = job(state="done", finished_at=AT)

    answer = ask(views.job_progress, ALI, done.pk, query=f"?reload={onward}")

    assert "HX-Redirect" not in answer
    assert "evil" not in text(answer)


def test_failure_says_what_happened_and_what_next() -> None:
    failed = job(state="failed", finished_at=AT, error="第 318 行“身份证号码”少一位。<b>")

    body = text(ask(views.job_page, ALI, failed.pk))

    assert "任务中途停止。此前完成的部分已保留，其余没有办理。" in body
    assert escape("第 318 行“身份证号码”少一位。<b>") in body
    assert f"请把任务编号告诉管理员： {failed.pk}" in body


def test_result_is_shown_with_its_next_step() -> None:
    done = job(
        state="done",
        finished_at=AT,
        result={"summary": [["新建会员", 1204]], "next": ["查看会员", "/desk/members/"]},
    )

    body = text(ask(views.job_page, ALI, done.pk))

    assert '<dt>新建会员</dt><dd><a href="/desk/members/">1204</a></dd>' in body
    assert 'href="/desk/members/">查看会员' in body
    assert "停止" not in body


def test_waiting_work_stops_at_once_and_running_work_is_asked_to() -> None:
    waiting, running = job(), job(state="running", lease_until=AT + timedelta(hours=1))

    for one in (waiting, running):
        ask(views.job_cancel, ALI, one.pk, method="post")
        one.refresh_from_db()

    assert (waiting.state, waiting.cancel_requested) == ("cancelled", False)
    assert (running.state, running.cancel_requested) == ("running", True)


def test_the_keeper_sees_but_does_not_stop_others_work() -> None:
    mine = job()

    assert "停止" not in text(ask(views.job_page, KEEPER, mine.pk))
    ask(views.job_cancel, KEEPER, mine.pk, method="post")
    mine.refresh_from_db()
    assert mine.state == "waiting"


def test_the_file_comes_as_a_download_with_its_chinese_name() -> None:
    stored = keep_bytes(
        actor=ALI, content=b"a,b", name="退回行.csv", media_type="text/csv", purpose="result", at=AT
    )
    done = job(state="done", finished_at=AT, result_file=stored)

    answer: Any = ask(views.job_file, ALI, done.pk)

    assert b"".join(answer.streaming_content) == b"a,b"
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''%E9%80%80%E5%9B%9E%E8%A1%8C.csv"
    assert (answer["Content-Length"], answer["X-Content-Type-Options"]) == ("3", "nosniff")


def test_no_file_is_a_404() -> None:
    with pytest.raises(NotVisible):
        ask(views.job_file, ALI, job().pk)
