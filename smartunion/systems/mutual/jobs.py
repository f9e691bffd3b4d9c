"""Jobs of the room: telling everybody enrolled, what-if."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.models import Job
from smartunion.systems.mutual.flows import enrolling, settlements
from smartunion.systems.mutual.models import Settlement, SettlementState

TELL = "mutual.tell_enrolled"


def tell_enrolled(context: JobContext) -> None:
    """Tell everybody of an enrolment what covers her; safe to run twice."""
    told = enrolling.tell_all(
        enrolment_id=int(context.payload["enrolment"]), at=clock.now(), progress=context.progress
    )
    context.finish({"told": told})


def check_settlement(context: JobContext) -> None:
    """Work out what a long settlement would bring; safe to run twice."""
    _finish(context, settlements.check(**_asked(context), progress=context.progress))


def take_in(context: JobContext) -> None:
    """Take a settlement in, as whoever read it; safe to run twice."""
    _finish(context, settlements.take_in(**_asked(context), progress=context.progress))


def job_ended(job: Job) -> None:
    """The job was stopped or given up: the file can be begun again, and goes on where it stopped."""
    mine = Settlement.objects.filter(job_id=job.pk)
    mine.filter(state=SettlementState.CHECKING).update(state=SettlementState.UNREAD)
    mine.filter(state=SettlementState.RUNNING).update(state=SettlementState.STOPPED, done_at=clock.now())


def _asked(context: JobContext) -> dict[str, Any]:
    made = Settlement.objects.get(pk=context.payload["settlement"])
    return {"actor": context.owner(), "at": clock.now(), "settlement_id": made.pk}


def _finish(context: JobContext, done: Settlement) -> None:
    summary = [
        [pgettext("mutual", "Rows"), done.rows],
        [_("Yuan"), str(done.total_yuan)],
        [pgettext("mutual", "Not taken"), done.refused],
    ]
    address = reverse("mutual:settlement", args=[done.pk])
    context.finish({"summary": summary, "next": [_("Open the file"), address]}, done.result)
