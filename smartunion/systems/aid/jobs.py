"""Regular work of the room."""

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.systems.aid.flows import archive

REVIEW = "aid.review_files"


def review_files(job: JobContext) -> None:
    """Ask households whose year is over, and let those go that were watched long enough."""
    job.finish({"asked": archive.ask_due(at=clock.now()), "out": archive.end_watched(at=clock.now())})
