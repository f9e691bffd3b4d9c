"""Counting a what-if in the background."""

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.ground.policies.flows.whatifs import COUNT, keep_result, settable
from smartunion.ground.policies.models import Counting
from smartunion.ground.policies.parameters import stored
from smartunion.ground.policies.whatif import WHATIFS


def count(context: JobContext) -> None:
    """Run one what-if; a second run finds its result written and ends. Stops at the next batch when asked to."""
    row = Counting.objects.get(pk=context.payload["counting"])
    if row.finished_at is None:
        question = WHATIFS[row.key]
        parameters = settable(question)
        overrides = {name: stored(parameters[name], raw) for name, raw in row.given.items()}
        result = question.run(
            path=row.path, since=row.since, until=row.until, overrides=overrides, progress=context.progress
        )
        keep_result(counting_id=row.pk, result=result, at=clock.now())


JOB = JobKind(COUNT, count)
