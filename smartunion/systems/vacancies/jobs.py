"""Regular work of the room."""

from datetime import timedelta

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.systems.vacancies.flows import issues, proposing


def end_overdue(job: JobContext) -> None:
    """End what is past its day or whose employer closed."""
    job.finish({"ended": proposing.end_overdue(at=clock.now())})


def tell_issue(job: JobContext) -> None:
    """Tell everybody whose wish an issue meets."""
    job.finish({"told": issues.tell(issue_id=int(job.payload["issue"]), at=clock.now())})


KINDS = (
    JobKind("vacancies.end_overdue", end_overdue, every=timedelta(hours=6)),
    JobKind(issues.TELL, tell_issue),
)
