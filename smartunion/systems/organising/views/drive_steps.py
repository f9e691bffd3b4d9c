"""The records behind the stages of a drive: each number of its funnel opens its own list."""

from django.http import HttpResponseBase
from django.views.decorators.http import require_GET

from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest, require
from smartunion.systems.organising.models import JoiningDrive
from smartunion.systems.organising.queries import drive_steps as queries
from smartunion.systems.organising.queries.drives import drives_for
from smartunion.systems.organising.step_listing import ENTRIES, POOLED, UNDECIDED

SEE = ("drives.manage", "organising.view")


@require_GET
@require(*SEE)
def started(request: ActorRequest, drive_id: int) -> HttpResponseBase:
    """Every time somebody asked for a code."""
    return _entries(request, drive_id, queries.STARTED)


@require_GET
@require(*SEE)
def sent(request: ActorRequest, drive_id: int) -> HttpResponseBase:
    """Every application sent, with its case."""
    return _entries(request, drive_id, queries.SUBMITTED)


@require_GET
@require(*SEE)
def undecided(request: ActorRequest, drive_id: int) -> HttpResponseBase:
    """Applications nobody has decided about."""
    row = _drive(request, drive_id)
    rows = queries.undecided_seen(row, request.actor)
    return listing_response(request, UNDECIDED, rows, template="organising/drive/undecided.html", drive=row)


@require_GET
@require("members.view")
def pooled(request: ActorRequest, drive_id: int) -> HttpResponseBase:
    """Whoever's place is, or was, kept in the pool."""
    row = _drive(request, drive_id)
    rows = queries.pooled(row, request.actor)
    return listing_response(request, POOLED, rows, template="organising/drive/pooled.html", drive=row)


def _entries(request: ActorRequest, drive_id: int, kind: str) -> HttpResponseBase:
    row = _drive(request, drive_id)
    rows = queries.entries(row, kind, request.actor)
    return listing_response(
        request, ENTRIES, rows, template="organising/drive/entries.html", drive=row,
        is_started=kind == queries.STARTED,
    )  # fmt: skip


def _drive(request: ActorRequest, drive_id: int) -> JoiningDrive:
    return get_visible(drives_for(request.actor), drive_id)
