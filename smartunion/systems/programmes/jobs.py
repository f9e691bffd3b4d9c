"""Regular work of the room; may run twice, or beside itself."""

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.systems.programmes.flows import meeting

FORGET = "programmes.forget_meetings"


def forget_meetings(job: JobContext) -> None:
    """Delete badges and contacts of meetings long past."""
    job.finish({"badges": meeting.forget_meetings(clock.now())})
