"""The room's background jobs."""

from datetime import date, timedelta

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.ground.registry.flows import merging, tallies, transfers
from smartunion.ground.registry.flows.unions import close, move


def _fold(context: JobContext) -> None:
    done = 0
    while folded := tallies.fold():
        done += folded
        context.progress(done, done)


def _silent_transfers(context: JobContext) -> None:
    context.finish({"done": transfers.default_silent(at=clock.now())})


def _settle_move(context: JobContext) -> None:
    context.finish({"rows": move.settle(union_id=context.payload["union_id"], old=context.payload["old"])})


def _settle_close(context: JobContext) -> None:
    number = close.settle(
        union_id=context.payload["union_id"], members=close.Fate(context.payload["members"]),
        to=context.payload["to"], on=date.fromisoformat(context.payload["on"]), at=clock.now(),
    )  # fmt: skip
    context.finish({"people": number})


def _forget_merges(context: JobContext) -> None:
    context.finish({"done": merging.forget(at=clock.now())})


JOBS = (
    JobKind("registry.forget_merges", _forget_merges, every=timedelta(days=1)),
    JobKind("registry.fold_tallies", _fold, every=timedelta(minutes=1)),
    JobKind(transfers.SILENT, _silent_transfers, every=timedelta(minutes=30)),
    JobKind(move.SETTLE, _settle_move),
    JobKind(close.SETTLE, _settle_close),
)
