"""Regular work of the room."""

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.systems.counselling.flows.handing import escalate

ESCALATE = "counselling.escalate"


def escalate_urgent(job: JobContext) -> None:
    """Give urgent consultations that wait too long to the level above."""
    job.finish({"handed_on": escalate(at=clock.now())})
