"""Comparisons: start one, run it as a job."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit, clock, statistics
from smartunion.core.actor import Actor, system
from smartunion.core.errors import InvalidInput
from smartunion.core.files.intake import private_folder
from smartunion.core.jobs import flows as jobs
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.models import Job
from smartunion.core.reading import get_visible
from smartunion.engines.feeds import service as feeds
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising import matching
from smartunion.systems.organising.comparison import settled as settling
from smartunion.systems.organising.comparison import teaching
from smartunion.systems.organising.comparison.claims import claims_of
from smartunion.systems.organising.comparison.differing import tell_differences
from smartunion.systems.organising.comparison.employers import sync_employers
from smartunion.systems.organising.comparison.export import export_registry
from smartunion.systems.organising.comparison.headcounts import headcounts
from smartunion.systems.organising.comparison.links import employer_ids, store_links
from smartunion.systems.organising.comparison.lists import Lists
from smartunion.systems.organising.comparison.places import PlaceFinder
from smartunion.systems.organising.comparison.settle import settle
from smartunion.systems.organising.comparison.settled import Settled
from smartunion.systems.organising.flows.areas import place_findings
from smartunion.systems.organising.flows.modes import propose_modes
from smartunion.systems.organising.models import MatchRun
from smartunion.systems.organising.rules import RunState
from smartunion.systems.organising.verdict_rules import rules_that_ask, rules_trusted

JOB = "organising.compare"


@transaction.atomic
def start_run(*, actor: Actor, union_id: int, at: datetime, afresh: bool = False) -> MatchRun:
    """Queue a comparison of a federation's registry with the latest snapshots; one at a time per federation.

    afresh: look at every row of the register, also where the last comparison says there is no need.
    Raises NotVisible, NotAllowed, InvalidInput (no market register has been brought in, or a run is under way).
    """
    federation = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can("organising.match", path=federation.path)
    if "market" not in feeds.latest(federation.path):
        raise InvalidInput(
            _("There is no market register to compare with yet."),
            remedy=_("Bring in the extract of the market-regulation department first."),
        )
    under_way = MatchRun.objects.filter(union=federation, state__in=[RunState.WAITING, RunState.RUNNING])
    if under_way.exists():
        raise InvalidInput(_("A comparison is under way already."), remedy=_("Wait until it has ended."))
    run = MatchRun.objects.create(union=federation, path=federation.path, user_id=actor.user_id)
    job = jobs.enqueue(
        actor=actor, kind=JOB, title=_("Comparison for %(union)s") % {"union": federation.name},
        payload={"run": run.pk, "afresh": afresh}, at=at, queue_key=f"compare:{federation.pk}",
    )  # fmt: skip
    MatchRun.objects.filter(pk=run.pk).update(job=job)
    audit.record(actor, "organising.comparison_started", run, at=at)
    run.refresh_from_db()
    return run


def run_job(context: JobContext) -> None:
    """The job: compare and bring links and findings in step. Safe to run again after a kill."""
    run = MatchRun.objects.select_related("union").get(pk=context.payload["run"])
    MatchRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING, started_at=clock.now())
    try:
        compare(run, context, afresh=bool(context.payload.get("afresh")))
    except BaseException:
        MatchRun.objects.filter(pk=run.pk).update(state=RunState.FAILED, finished_at=clock.now())
        raise


def job_ended(job: Job) -> None:
    """The job was stopped or given up: the comparison does not keep the next one waiting."""
    busy = MatchRun.objects.filter(job=job, state__in=[RunState.WAITING, RunState.RUNNING])
    busy.update(state=RunState.FAILED, finished_at=clock.now())


def compare(run: MatchRun, context: JobContext | None = None, *, afresh: bool = False) -> MatchRun:
    """Export, match, load; progress and cancel through the context when there is one. afresh: as for `start_run`."""
    actor, at = system(_("Comparison")), clock.now()

    def tick(percent: int, step: str) -> None:
        if context is not None:
            context.progress(percent, 100, step)

    with private_folder() as folder:
        data, out, ours = folder / "data", folder / "out", folder / "ours"
        data.mkdir()
        ours.mkdir()
        tick(2, _("Reading the departments' snapshots"))
        inputs = feeds.write_tables(run.path, data)
        comparison = feeds.differences.Comparison(run.path, run.pk, feeds.drawn(inputs), at)
        tick(10, _("Reading the registry"))
        finder = PlaceFinder(run.union.territory)
        settled = Settled(
            data / "market.parquet", ours, known=None if afresh else settling.known_before(run, ours),
            made_by=settling.made_by(finder, at),
        )  # fmt: skip
        exported = export_registry(run.path, data, meanwhile=settled.read_employers)
        tick(25, _("Comparing"))
        found = teaching.stand(run, at=at)
        report = matching.run(
            data,
            out,
            options=matching.Options(ask_rules=rules_that_ask(found), trust_rules=rules_trusted(found)),
        )
        tick(55, _("Bringing the register in step"))
        register = sync_employers(
            data / "market.parquet", headcounts(data, out), finder, at=at,
            tick=lambda done, total: tick(55 + 20 * done // max(total, 1), _("Bringing the register in step")),
            comparison=comparison, claims=claims_of(run.path, out), settled=settled,
        )  # fmt: skip
        if register["created"] >= statistics.MANY:
            statistics.refresh()
        ids = employer_ids()
        tick(78, _("Storing links"))
        links = store_links(run, out, ids, at=at)
        drawn = teaching.draw_spot_checks(run, at=at)
        tick(85, _("Writing the lists"))
        lists = Lists(run, out, ids, month=feeds.month_of(run.path), months=feeds.months(inputs), at=at)
        change = settle(run, lists.proposals(), actor=actor, at=at)
        tick(93, _("Looking where the departments' values differ from ours"))
        tell_differences(run.path, data, out, comparison)
        settling.keep(run, settled.marks(), actor=actor, at=at)
    place_findings(path=run.path)
    propose_modes(path=run.path, at=at)
    MatchRun.objects.filter(pk=run.pk).update(
        state=RunState.DONE, finished_at=clock.now(), inputs=inputs | exported,
        steps=[
            {"name": step.name, "zh": step.zh, "rows_out": step.rows_out, "seconds": round(step.seconds, 3)}
            for step in report.steps
        ],
        counts={name: item.rows for name, item in report.lists.items()}
        | {"register": register, "stored_links": links, "spot_checks": {"drawn": drawn}},
        change=change, standings=teaching.as_record(found),
    )  # fmt: skip
    if context is not None:
        context.finish({"run": run.pk, "change": change})
    run.refresh_from_db()
    return run
