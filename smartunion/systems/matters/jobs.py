"""Regular work of the room."""

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.systems.matters.flows.wishes import free_overdue

FREE_WISHES = "matters.free_wishes"


def free_wishes(job: JobContext) -> None:
    """Offer wishes to others again whose helper let the day pass."""
    job.finish({"freed": free_overdue(at=clock.now())})
