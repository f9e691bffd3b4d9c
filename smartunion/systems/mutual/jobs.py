"""Jobs of the room: telling everybody enrolled, what-if."""

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.systems.mutual.flows import enrolling, settlements
from smartunion.systems.mutual.models import Settlement

TELL = "mutual.tell_enrolled"


def tell_enrolled(context: JobContext) -> None:
    """Tell everybody of an enrolment what covers her; safe to run twice."""
    told = enrolling.tell_all(
        enrolment_id=int(context.payload["enrolment"]), at=clock.now(), progress=context.progress
    )
    context.finish({"told": told})


def take_in(context: JobContext) -> None:
    """Take a settlement in, as whoever read it; safe to run twice."""
    made = Settlement.objects.get(pk=context.payload["settlement"])
    at = clock.now()
    actor = actor_of(User.objects.get(pk=made.user_id or 0), on=clock.local_date(at), source="job")
    done = settlements.take_in(actor=actor, at=at, settlement_id=made.pk)
    context.finish({"granted": done.ready, "refused": done.refused})
