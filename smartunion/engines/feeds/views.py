"""The desk's pages on departments' files."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.core.files.serving import file_response
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.tables.choosing import Choosing, choosing, posted
from smartunion.core.web.refused import show
from smartunion.engines.feeds import queries
from smartunion.engines.feeds.faults import faults_of
from smartunion.engines.feeds.flows import snapshots, sources
from smartunion.engines.feeds.forms import ChangeForm, FileForm, SourceForm
from smartunion.engines.feeds.listings import SNAPSHOTS
from smartunion.engines.feeds.models import Snapshot, SnapshotState, Source
from smartunion.engines.feeds.standard import TABLES
from smartunion.ground.accounts.web import require

IMPORT = "feeds.import"


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    return actor


@require(IMPORT)
@require_GET
def home(request: HttpRequest) -> HttpResponseBase:
    """Sources with their buttons, and every file ever brought in."""
    rows = Snapshot.objects.visible_to(_actor(request)).select_related("source", "file")
    known = queries.sources(_actor(request), clock.today())
    return listing_response(request, SNAPSHOTS, rows, template="feeds/home.html", sources=known)


@require(IMPORT)
@require_http_methods(["GET", "POST"])
def new_source(request: HttpRequest) -> HttpResponse:
    """Name a department and what it sends."""
    form = SourceForm(_actor(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            source = sources.create_source(
                actor=_actor(request), union_id=given.pop("union"), at=clock.now(), **given
            )
        except InvalidInput as refusal:
            show(form, refusal)
        else:
            return redirect("feeds:bring_in", source_id=source.pk)
    return render(request, "feeds/source_form.html", {"form": form}, status=_status(form))


@require(IMPORT)
@require_http_methods(["GET", "POST"])
def edit_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Put a source right: its words, its purpose, how often it sends."""
    source = get_visible(Source.objects.filter(_actor(request).within(IMPORT)), source_id)
    form = ChangeForm(
        request.POST or None, initial={name: getattr(source, name) for name in ChangeForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            sources.change_source(
                actor=_actor(request), source_id=source.pk, at=clock.now(), **form.cleaned_data
            )
        except InvalidInput as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("The source is changed."))
            return redirect("feeds:home")
    return render(request, "feeds/source_form.html", {"form": form, "source": source}, status=_status(form))


@require(IMPORT)
@require_http_methods(["GET", "POST"])
def bring_in(request: HttpRequest, source_id: int) -> HttpResponse:
    """Bring in a file of one source."""
    source = get_visible(Source.objects.filter(_actor(request).within(IMPORT)), source_id)
    form = FileForm(request.POST or None, request.FILES or None, initial={"as_of": clock.today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            snapshot = snapshots.bring_in(
                actor=_actor(request), source_id=source.pk, chunks=given["file"].chunks(), name=given["file"].name,
                as_of=given["as_of"], at=clock.now(),
            )  # fmt: skip
        except InvalidInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "file", str(refusal))
        else:
            return redirect("feeds:snapshot", snapshot_id=snapshot.pk)
    return render(request, "feeds/bring_in.html", {"form": form, "source": source}, status=_status(form))


@require(IMPORT)
@require_http_methods(["GET", "POST"])
def snapshot(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """One file: progress, columns to confirm, quality report, lineage."""
    found = get_visible(
        Snapshot.objects.visible_to(_actor(request)).select_related("source", "file", "job"), snapshot_id
    )
    error = None
    if request.method == "POST":
        try:
            snapshots.confirm_mapping(
                actor=_actor(request), snapshot_id=found.pk, mapping=posted(request.POST),
                remember=request.POST.get("remember") == "1", at=clock.now(),
            )  # fmt: skip
            return redirect("feeds:snapshot", snapshot_id=found.pk)
        except InvalidInput as refusal:
            error = refusal
    return render(
        request, "feeds/snapshot.html",
        {
            "snapshot": found, "choosing": _choosing(found), "quality": _quality(found), "error": error,
            "is_asking": found.state == SnapshotState.CHECK, "is_busy": found.state in ("uploaded", "reading"),
        },
        status=422 if error else 200,
    )  # fmt: skip


def _choosing(snapshot: Snapshot) -> Choosing:
    sure = snapshot.report.get("proposal", {}).get("sure", {})
    return choosing(snapshot.mapping, snapshot.mapping, sure, TABLES[snapshot.table].choosable, unknown=1)


def _quality(snapshot: Snapshot) -> list[dict[str, Any]]:
    labels = {column.key: column.label for column in TABLES[snapshot.table].columns}
    rows = max(snapshot.report.get("rows", 0), 1)
    return [
        {**column, "label": labels[column["key"]], "filled_pct": round(100 * column["filled"] / rows, 1)}
        for column in snapshot.report.get("columns", [])
    ]


@require(IMPORT)
@require_GET
def told(request: HttpRequest, snapshot_id: int) -> HttpResponseBase:
    """The list of rows and values of a file that were not taken, each with its reason."""
    found = get_visible(Snapshot.objects.visible_to(_actor(request)).select_related("rejects"), snapshot_id)
    if found.rejects is None:
        raise NotVisible
    return file_response(found.rejects)


@require(IMPORT)
@require_GET
def faults(request: HttpRequest, snapshot_id: int, column: str) -> HttpResponse:
    """The values of one column that are not valid."""
    rows = Snapshot.objects.visible_to(_actor(request)).filter(state=SnapshotState.READY)
    found = get_visible(rows.select_related("source", "file", "parquet", "rejects"), snapshot_id)
    one = next((one for one in TABLES[found.table].columns if one.key == column), None)
    counted = next((row for row in found.report.get("columns", []) if row["key"] == column), None)
    if one is None or counted is None:
        raise NotVisible
    return render(
        request, "feeds/faults.html",
        {"snapshot": found, "column": one, "number": counted["invalid"], "faults": faults_of(found, one)},
    )  # fmt: skip


@require(IMPORT)
@require_POST
def retire(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """Take a file out of use."""
    snapshots.retire(actor=_actor(request), snapshot_id=snapshot_id, at=clock.now())
    messages.success(request, _("The file is out of use; comparisons take the one before it."))
    return redirect("feeds:snapshot", snapshot_id=snapshot_id)


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
