"""Reminders to many employers at once; members and chairs told of reports of funds."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.jobs.batches import Telling, work_through
from smartunion.core.jobs.context import JobContext
from smartunion.core.listing.columns import Cell
from smartunion.systems.dues import report_messages
from smartunion.systems.dues.flows import letters
from smartunion.systems.dues.listings import yuan
from smartunion.systems.dues.rules import DuesLetterKind

REPORTS = "dues.remind_reports"


def tell_report(context: JobContext) -> None:
    """Tell the members that their union published or corrected a report of its funds."""
    told = report_messages.tell_members(report_id=int(context.payload["report"]), at=clock.now())
    context.finish({"told": told})


def remind_reports(context: JobContext) -> None:
    """Remind chairs whose union has not reported its funds."""
    context.finish({"unions": report_messages.remind(at=clock.now())})


def remind(context: JobContext) -> None:
    """A reminder to each picked employer that is behind, as the person who picked them; one line a row in the result file."""
    heads = [
        _("Employer"),
        pgettext("letter", "Number"),
        _("Missing, yuan"),
        _("Outcome"),
        pgettext("organising", "Why not"),
    ]
    work_through(
        context, lambda pk: _remind(context.owner(), pk), Telling(heads, context.job.title, context.owner())
    )


def _remind(actor: Actor, employer_id: int) -> list[Cell]:
    made = letters.issue(actor=actor, employer_id=employer_id, kind=DuesLetterKind.REMINDER, at=clock.now())
    return [made.addressed_to, made.number, yuan(made.owed_yuan)]
