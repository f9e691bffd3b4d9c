"""The list of snapshots."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange
from smartunion.core.listing.listing import Listing
from smartunion.engines.feeds.models import Snapshot, SnapshotState, TableKind


def _holds(snapshot: Snapshot) -> str:
    return snapshot.get_table_display()


SNAPSHOTS = Listing(
    key="feeds.snapshots",
    title=_("Departments’ files"),
    unit=_("files"),
    columns=(
        Column(key="source", label=_("Source"), value="source.name", priority=1),
        Column(key="table", label=_("Holds"), value=_holds),
        Column(key="state", label=_("State"), kind="state", priority="side"),
        Column(key="as_of", label=_("Drawn on"), kind="date", sort="as_of"),
        Column(key="row_count", label=_("Rows"), kind="number", sort="row_count"),
        Column(key="file", label=_("File"), value="file.name", priority=3, width=30),
        Column(key="created_at", label=_("Brought in"), kind="date", priority=3, sort="created_at"),
    ),
    order=("-pk",),
    filters=(
        Choice(key="table", label=_("Holds"), options=TableKind.choices, multiple=True),
        Choice(key="state", label=_("State"), options=SnapshotState.choices, multiple=True),
        DateRange(key="as_of", label=_("Drawn on")),
    ),
    row_url=lambda snapshot: reverse("feeds:snapshot", args=[snapshot.pk]),
    empty_title=_("No file of a department yet"),
    empty_text=_("Name a source first, then bring in its extract."),
    empty_href="/desk/feeds/sources/new/",
    empty_action=_("Name a source"),
)
