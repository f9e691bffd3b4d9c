"""A listing of jobs and a way to ask for it, for the tests of this room."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import BaseStorage, Message
from django.http import HttpRequest, HttpResponseBase
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from smartunion.core.actor import Actor, Grant
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.jobs.models import Job, JobState
from smartunion.core.listing import BulkAction, Choice, Column, DateRange, Listing, NumberRange, Text
from smartunion.core.listing.views import listing_response

LISTING = Listing(
    key="test.jobs",
    title="任务",
    unit="项",
    columns=(
        Column(key="title", label="名称", sort="title", priority=1),
        Column(key="state", label="状态", kind="state", sort="state", priority="side"),
        Column(key="done", label="件数", kind="number", sort="done"),
        Column(key="phone", label="电话", value="step", mask=mask_phone, clear_permission="phones.clear"),
        Column(key="finished_at", label="结束", kind="date", sort="finished_at", priority=3),
        Column(key="secret", label="内部", value="kind", shown=False, export=False),
        Column(
            key="drawn", label="图示", template="core/jobs/_progress_cell.html", value="percent", export=False
        ),
    ),
    order=("-id",),
    search=Text(key="q", label="名称", fields=("title",)),
    filters=(
        Choice(key="state_is", label="状态", field="state", options=tuple(JobState.choices)),
        NumberRange(key="done_is", label="件数", field="done"),
        DateRange(key="ended", label="结束", field="finished_at", instant=True),
    ),
    row_url=lambda job: f"/desk/jobs/{job.pk}/",
    bulk=(BulkAction(key="touch", label="处理", kind="test.touch", permission="rows.touch", limit=3),),
    export_permission="rows.export",
    empty_title="还没有任务",
    empty_href="/desk/",
    empty_action="去工作台",
)


class _Messages(BaseStorage):
    """Messages in memory."""

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Message], bool]:
        return [], True

    def _store(self, messages: Any, response: Any, *args: Any, **kwargs: Any) -> list[Message]:
        return []


def actor(*permissions: str, user_id: int | None = 7) -> Actor:
    """阿丽 with these permissions everywhere."""
    return Actor(user_id=user_id, name="阿丽", grants=(Grant("r", None, "", frozenset(permissions)),))


def ask(
    query: str = "", *, who: Actor | None = None, post: dict[str, Any] | None = None, htmx: bool = False,
    cookies: dict[str, str] | None = None, listing: Listing = LISTING,
) -> HttpResponseBase:  # fmt: skip
    """Ask for the list the way a browser does."""
    headers = {"HX-Request": "true", "HX-Target": f"{listing.element_id}-rows"} if htmx else {}
    make = RequestFactory(headers=headers)
    request: HttpRequest = (
        make.post(f"/things/{query}", post) if post is not None else make.get(f"/things/{query}")
    )
    request.COOKIES.update(cookies or {})
    request.actor = who or actor("rows.export", "rows.touch")
    request.user = AnonymousUser()
    request.htmx = HtmxDetails(request)
    request._messages = _Messages(request)
    return listing_response(request, listing, Job.objects.all())


def text(answer: Any) -> str:
    """The body."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8-sig")
