"""Background work: the nightly search, and what people start for many groups at once."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.jobs.batches import Telling, work_through
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.registry import JobKind
from smartunion.core.listing.columns import Cell
from smartunion.ground.registry.models import MergeKind
from smartunion.ground.registry.service import merging
from smartunion.systems.stewardship.flows import deciding, identity, scoring, searching
from smartunion.systems.stewardship.flows.proposing import as_proposed
from smartunion.systems.stewardship.listings import BULK, KINDS

SEARCH = "stewardship.search"
MERGE = "stewardship.merge"


def search(context: JobContext) -> None:
    """Look through people, employers and unions, or only the kind asked for."""
    asked = context.payload.get("kind")
    summary = []
    for kind in [MergeKind(asked)] if asked else list(MergeKind):
        counts = searching.search(kind, at=clock.now(), tick=partial(_tell, context, str(KINDS[kind])))
        summary += [
            [f"{KINDS[kind]} · {_('groups')}", counts["clusters"]],
            [f"{KINDS[kind]} · {_('new pairs')}", counts["new"]],
        ]
    context.finish({"summary": summary, "next": [_("Likely duplicates"), "/desk/stewardship/duplicates/"]})


def _tell(context: JobContext, label: str, done: int) -> None:
    context.progress(done, 0, label)


def merge(context: JobContext) -> None:
    """A merge too big to wait for, as the person who asked for it."""
    payload = context.payload
    asked = merging.Asked(
        payload["keep_id"], {int(key): version for key, version in payload["versions"].items()}, payload["reason"],
        payload["choices"], payload["running_id"],
    )  # fmt: skip
    done = deciding.merge(actor=context.owner(), cluster_id=payload["cluster"], asked=asked, at=clock.now())
    context.finish({"next": [_("See what was made one"), f"/desk/stewardship/merges/{done.pk}/"]})


def bulk(context: JobContext) -> None:
    """The chosen act for each picked group, each on its own; one line a group in the result file."""
    act = _ACTS[context.payload["action"]]
    heads = [_("Group"), _("Outcome"), _("Why it was left out")]
    work_through(
        context, lambda pk: act(context.owner(), pk), Telling(heads, context.job.title, context.owner(), left=_("Left out"))
    )  # fmt: skip


def _merge_one(actor: Actor, cluster_id: int) -> list[Cell]:
    asked = as_proposed(actor=actor, cluster_id=cluster_id)
    deciding.merge(actor=actor, cluster_id=cluster_id, asked=asked, at=clock.now())
    return [cluster_id]


def _ask_again(actor: Actor, pair_id: int) -> list[Cell]:
    deciding.ask_again(actor=actor, pair_id=pair_id, at=clock.now())
    return [pair_id]


_ACTS: dict[str, Callable[[Actor, int], list[Cell]]] = {"merge": _merge_one, "again": _ask_again}


def count_all(context: JobContext) -> None:
    """Count every score anew, so that nothing changed behind the trail's back stays uncounted."""
    number = scoring.count_all(at=clock.now(), tick=lambda done, total: context.progress(done, total))
    context.finish(
        {
            "summary": [[_("Unions counted"), number]],
            "next": [_("Data quality"), "/desk/stewardship/quality/"],
        }
    )


def refresh(context: JobContext) -> None:
    """Count again what changed a moment ago."""
    context.finish({"counted": scoring.refresh(at=clock.now())})


JOBS = (
    JobKind("stewardship.count_scores", count_all, every=timedelta(days=1)),
    JobKind("stewardship.refresh_scores", refresh, every=timedelta(minutes=2)),
    JobKind(SEARCH, search, every=timedelta(days=1)),
    JobKind(identity.READ_JOB, identity.read_job, every=timedelta(minutes=10)),
    JobKind(identity.LIST_JOB, identity.list_job),
    JobKind(MERGE, merge, retries=0),
    JobKind(BULK, bulk, retries=1),
)
