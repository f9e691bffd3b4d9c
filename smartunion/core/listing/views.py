"""Serving a list: page, fragment, file, paper, bulk action; and the filters people keep."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from smartunion.core import audit, clock
from smartunion.core.actor import Actor
from smartunion.core.errors import NotAllowed, NotVisible
from smartunion.core.files.serving import disposition
from smartunion.core.listing import bulk, files, flows, xlsx
from smartunion.core.listing.keyset import Rows
from smartunion.core.listing.listing import Listing, narrowed
from smartunion.core.listing.page import Page, build_page
from smartunion.core.listing.state import ListState, columns_cookie, read_state

PRINTED_ROWS = 1000
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def listing_response(
    request: HttpRequest,
    listing: Listing,
    queryset: Rows,
    *,
    template: str = "core/listing/page.html",
    whole_page: Callable[[], Mapping[str, Any]] | None = None,
    **context: Any,
) -> HttpResponseBase:
    """Answer a request for a list: whole page, htmx fragment, CSV or XLSX, paper view, or a posted bulk action.

    queryset: what the actor may see (`visible_to`), not yet ordered. template: page that includes
    "core/listing/_listing.html"; context: its further values; whole_page: those that only the whole page shows, worked out when it
    is drawn and not for a fragment or a file.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    if request.method == "POST":
        return _start_bulk(request, listing, queryset, actor)
    state = read_state(listing, request, actor)
    if not state.errors and request.GET.get("export") in FORMATS:
        return _file(listing, state, queryset, actor, request.GET["export"])
    if request.GET.get("print"):
        page = build_page(listing, state, queryset, actor, sheet=PRINTED_ROWS)
        return render(request, "core/listing/print.html", {**context, "page": page, "at": clock.now()})
    page = build_page(listing, state, queryset, actor)
    return _drawn(request, page, template, context, whole_page)


def _drawn(
    request: HttpRequest,
    page: Page,
    template: str,
    context: dict[str, Any],
    whole_page: Callable[[], Mapping[str, Any]] | None,
) -> HttpResponse:
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # put there by the middleware
    is_part = (
        bool(htmx) and not htmx.history_restore_request and htmx.target == f"{page.listing.element_id}-rows"
    )
    chosen = "core/listing/_rows.html" if is_part else template
    if whole_page is not None and not is_part:
        context = {**context, **whole_page()}
    status = 422 if page.state.errors else 200
    answer = render(request, chosen, {**context, "page": page, "is_part": is_part}, status=status)
    answer["Vary"] = "HX-Request, HX-Target"
    answer["Cache-Control"] = "no-store"
    columns = request.GET.getlist("cols")
    if columns:
        kept = ".".join(column.key for column in page.state.columns)
        name = columns_cookie(page.listing)
        answer.set_cookie(name, kept, max_age=timedelta(days=400), samesite="Lax", httponly=True)
    return answer


def _file(listing: Listing, state: ListState, queryset: Rows, actor: Actor, kind: str) -> HttpResponseBase:
    if not listing.may_export(actor):
        raise NotAllowed
    columns = [column for column in state.columns if column.export]
    heads = [str(column.label) for column in columns]
    rows = files.walk(narrowed(queryset, state.given), state.keys(queryset))
    cells = files.records(rows, columns, actor)
    at = clock.now()
    clear = [column.key for column in columns if column.mask and column.may_be_clear_for(actor)]
    audit.record(actor, "listing.exported", at=at, data={
        "list": listing.key, "format": kind, "columns": [column.key for column in columns], "clear": clear,
        "filters": [one.filter.key for one in state.active],
    })  # fmt: skip
    body: Iterator[bytes]
    if kind == "csv":
        body = files.csv_bytes(heads, cells)
    else:
        body = xlsx.xlsx_bytes(
            heads, cells, title=listing.full_title, widths=[column.width for column in columns]
        )
    answer = StreamingHttpResponse(body, content_type=FORMATS[kind])
    answer["Content-Disposition"] = disposition(f"{listing.full_title}-{clock.local_date(at):%Y%m%d}.{kind}")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


def _start_bulk(request: HttpRequest, listing: Listing, queryset: Rows, actor: Actor) -> HttpResponse:
    state = read_state(listing, request, actor)
    begun = bulk.start(
        listing=listing, actor=actor, action_key=request.POST.get("bulk", ""), picked=request.POST.getlist("pick"),
        everything=request.POST.get("everything") == "1" and not state.errors,
        rows=narrowed(queryset, state.given), at=clock.now(),
    )  # fmt: skip
    if isinstance(begun, str):
        return redirect(begun)
    messages.success(request, _("The work has begun in the background. You can go on meanwhile."))
    return redirect("jobs:page", job_id=begun.pk)


@require_POST
def save(request: HttpRequest, list_key: str) -> HttpResponse:
    """Keep the present filters under a name."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # as above
    query = QueryDict(request.POST.get("query", "")[:4000], mutable=True)
    for name in ("after", "before", "export", "print"):
        query.pop(name, None)
    name = request.POST.get("name", "")
    flows.save_filter(actor=actor, list_key=list_key[:60], name=name, query=query.urlencode(), at=clock.now())
    messages.success(request, _("The filter is kept. You find it in “My filters”."))
    return HttpResponseRedirect(_way_back(request))


@require_POST
def remove(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Forget a kept filter."""
    flows.remove_filter(actor=request.actor, filter_id=filter_id)  # type: ignore[attr-defined]  # as above
    messages.success(request, _("The filter was removed."))
    return HttpResponseRedirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    given = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure()):
        raise NotVisible
    return given
