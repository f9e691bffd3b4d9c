"""Regular work of the room."""

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.systems.matters.flows import risks
from smartunion.systems.matters.flows.hazards import escalate_overdue, forget_reporters
from smartunion.systems.matters.flows.signing import sign_missing
from smartunion.systems.matters.flows.wishes import free_overdue

FREE_WISHES = "matters.free_wishes"
WATCH_HAZARDS = "matters.watch_hazards"
SIGN = "matters.sign"


def free_wishes(job: JobContext) -> None:
    """Offer wishes to others again whose helper let the day pass."""
    job.finish({"freed": free_overdue(at=clock.now())})


def watch_hazards(job: JobContext) -> None:
    """Tell the union above of hazards whose day has passed; forget who told of those long settled."""
    job.finish({"told": escalate_overdue(at=clock.now()), "forgotten": forget_reporters(at=clock.now())})


def push_risk(job: JobContext) -> None:
    """Tell everybody a risk notice concerns."""
    job.finish({"told": risks.push(risk_id=int(job.payload["risk"]), at=clock.now())})


def sign_matters(job: JobContext) -> None:
    """Keep signatures of matters sent before there were any."""
    job.finish({"signed": sign_missing(at=clock.now())})
