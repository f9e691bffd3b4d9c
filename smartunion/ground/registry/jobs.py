"""The room's background jobs."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.ground.registry.flows import days, merging, reminders, tallies, transfer_terms, transfers
from smartunion.ground.registry.flows.restructuring import carry, decide, resume, undo
from smartunion.ground.registry.flows.unions import close, move
from smartunion.ground.registry.models import Restructuring
from smartunion.ground.registry.rules import ChangeReason


def _fold(context: JobContext) -> None:
    done = 0
    while folded := tallies.fold():
        done += folded
        context.progress(done, done)


def _count_days(context: JobContext) -> None:
    context.finish({"unions": days.count_wide(tick=context.progress)})


def _silent_transfers(context: JobContext) -> None:
    at = clock.now()
    context.finish({"done": transfers.default_silent(at=at), **transfer_terms.look_after(at=at)})


def _settle_move(context: JobContext) -> None:
    context.finish({"rows": move.settle(union_id=context.payload["union_id"], old=context.payload["old"])})


def _settle_close(context: JobContext) -> None:
    number = close.settle(
        union_id=context.payload["union_id"], members=close.Fate(context.payload["members"]),
        to=context.payload["to"], on=date.fromisoformat(context.payload["on"]), at=clock.now(),
        why=ChangeReason(context.payload["why"]),
    )  # fmt: skip
    context.finish({"people": number})


def _forget_merges(context: JobContext) -> None:
    context.finish({"done": merging.forget(at=clock.now())})


def _remind(context: JobContext) -> None:
    context.finish({"due": reminders.remind_of_endings(at=clock.now())})


def _carry_restructuring(context: JobContext) -> None:
    done = carry.carry_out(restructuring_id=context.payload["id"], at=clock.now(), progress=context.progress)
    context.finish(_outcome(done, [str(_("Memberships carried over")), done.people]))


def _undo_restructuring(context: JobContext) -> None:
    done = undo.take_back(restructuring_id=context.payload["id"], at=clock.now(), progress=context.progress)
    context.finish(_outcome(done, [str(_("Rows that had changed since and stay")), done.kept]))


def _outcome(done: Restructuring, number: list[object]) -> dict[str, object]:
    return {
        "summary": [[str(_("State")), str(done.get_state_display())], number],
        "next": [str(_("See what was done")), f"/desk/restructurings/{done.pk}/"],
    }


JOBS = (
    JobKind("registry.forget_merges", _forget_merges, every=timedelta(days=1)),
    JobKind("registry.fold_tallies", _fold, every=timedelta(minutes=1)),
    JobKind("registry.count_days", _count_days, every=timedelta(days=1)),
    JobKind(transfers.SILENT, _silent_transfers, every=timedelta(minutes=30)),
    JobKind("registry.remind_of_endings", _remind, every=timedelta(hours=24)),
    JobKind(move.SETTLE, _settle_move, may_stop=False),
    JobKind(close.SETTLE, _settle_close, may_stop=False),
    JobKind(decide.CARRY, _carry_restructuring, may_stop=False, ended=resume.tell_stopped),
    JobKind(resume.UNDO, _undo_restructuring, may_stop=False, ended=resume.tell_stopped),
)
