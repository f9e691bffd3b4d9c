"""Jobs of the room: telling everybody enrolled, what-if."""

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.systems.mutual.flows import enrolling

TELL = "mutual.tell_enrolled"


def tell_enrolled(context: JobContext) -> None:
    """Tell everybody of an enrolment what covers her; safe to run twice."""
    told = enrolling.tell_all(
        enrolment_id=int(context.payload["enrolment"]), at=clock.now(), progress=context.progress
    )
    context.finish({"told": told})
