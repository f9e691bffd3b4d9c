"""Regular work of the room; may run twice, or beside itself."""

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.systems.programmes.flows import comparing, meeting

FORGET, COMPARE = "programmes.forget_meetings", "programmes.compare_places"


def forget_meetings(job: JobContext) -> None:
    """Delete badges and contacts of meetings long past."""
    job.finish({"badges": meeting.forget_meetings(clock.now())})


def compare_places(job: JobContext) -> None:
    """Compare those who got a thing or a place with claims of all programmes."""
    job.finish({"compared": comparing.compare_places(at=clock.now(), progress=job.progress)})
