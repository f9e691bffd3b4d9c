"""The list of background work."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from smartunion.core.jobs.models import Job, JobState
from smartunion.core.listing import Choice, Column, DateRange, Listing


def _address(job: Job) -> str:
    return reverse("jobs:page", args=[job.pk])


JOBS = Listing(
    key="core.jobs",
    title=_("Background work"),
    unit=_("pieces of work"),
    columns=(
        Column(key="title", label=_("Piece of work"), priority=1, width=40),
        Column(key="state", label=_("State"), kind="state", priority="side"),
        Column(
            key="progress",
            label=_("How far"),
            template="core/jobs/_progress_cell.html",
            value="percent",
            export=False,
        ),
        Column(key="created_at", label=_("Begun"), kind="date", sort="id", width=18),
        Column(key="finished_at", label=_("Ended"), kind="date", sort="finished_at", priority=3, width=18),
        Column(key="attempts", label=_("Attempts"), kind="number", priority=3, shown=False),
        Column(key="error", label=_("Error"), priority=3, shown=False, width=60),
    ),
    order=("-id",),
    filters=(
        Choice(key="state", label=_("State"), options=tuple(JobState.choices)),
        DateRange(key="begun", label=_("Begun"), field="created_at", instant=True),
    ),
    row_url=_address,
    empty_title=_("No work is waiting or running"),
    empty_text=_("Imports, comparisons and large changes run here while you go on working."),
    empty_icon="hourglass",
)
