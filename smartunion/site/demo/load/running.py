"""The running stage: extracts brought in, a comparison made, and a few months of work on what it found."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from smartunion.core.actor import Actor
from smartunion.core.jobs.runner import drain
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.facts import queries as facts
from smartunion.ground.notices.models import Delivery, DeliveryState, Notice
from smartunion.ground.registry import kinds
from smartunion.ground.registry.flows.tallies import recount
from smartunion.ground.registry.models import TradeUnion
from smartunion.site.demo.history import History
from smartunion.site.demo.load.corrections import decide_some
from smartunion.site.demo.load.drives import load_drives, load_targets
from smartunion.site.demo.load.employers import put_on_map
from smartunion.site.demo.load.feeds import bring_in_extracts
from smartunion.site.demo.load.guard import reset_sequences
from smartunion.site.demo.load.ledger import put_facts, registry_facts
from smartunion.site.demo.load.matters import file_matters
from smartunion.site.demo.load.past import spread_findings
from smartunion.site.demo.load.registry import Registry
from smartunion.site.demo.load.visits import (
    Field,
    first_visits,
    note_firm_visits,
    put_foundings,
    put_service_visits,
)
from smartunion.site.demo.world import World
from smartunion.systems.dues.flows.payments import count as count_contributions
from smartunion.systems.dues.flows.payments import renew as renew_contributions
from smartunion.systems.organising.flows.marks import renew as renew_marks
from smartunion.systems.organising.flows.runs import start_run
from smartunion.systems.organising.models import MatchRun
from smartunion.systems.organising.rules import RunState

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def put_ledger(
    world: World, registry: Registry, history: History, *, at: datetime, user_id: int | None
) -> int:
    """Drives, and the facts of foundings and joinings, with this year's targets. Returns facts written."""
    drives = load_drives(history, registry.tree, at=at, user_id=user_id)
    written = put_facts(registry_facts(registry, history, drives))
    year = date(history.as_of.year, 1, 1)
    paths = [union.path for union in registry.tree.unions.values() if union.territory is not None]
    load_targets(
        registry.tree,
        facts.by_path(kinds.MEMBER_JOINED, paths, since=year),
        facts.by_path(kinds.UNION_FOUNDED, paths, since=year),
        year=history.as_of.year,
        at=at,
    )
    return written


def compare(world: World, federation: TradeUnion, *, actor: Actor, as_of: date, at: datetime) -> MatchRun:
    """Bring the extracts in and compare them with the registry, by the ordinary flows and jobs."""
    bring_in_extracts(world, federation, actor=actor, as_of=as_of, at=at)
    renew_contributions(at=at)
    count_contributions(at=at)
    run = start_run(actor=actor, union_id=federation.pk, at=at)
    drain()
    run.refresh_from_db()
    if run.state != RunState.DONE:
        raise RuntimeError(f"The demo's comparison did not end well: {run.state}.")
    renew_marks(at=at)  # the comparison has entered firms they name
    return run


def work_on(
    world: World, registry: Registry, history: History, run: MatchRun, *, office: User, at: datetime
) -> dict[str, int]:
    """What organisers and towns did about findings and matters; office: who dispatches. Returns counts."""
    with transaction.atomic():
        put_on_map(world)
        field = Field(world, on=history.as_of)
        visited = first_visits(history, field)
        spread_findings(run, since=history.since, as_of=history.as_of, seed=world.seed, visited=visited)
    with transaction.atomic():
        counts = {
            "firm_visits": note_firm_visits(history, field, at=at),
            "foundings": put_foundings(history, registry, field, f"{history.since:%Y-%m}"),
            "service_visits": put_service_visits(history, registry, field, at=at),
            "matters": file_matters(
                history, registry, field, actor_of(office, on=history.as_of, source="job")
            ),
        }
        counts |= decide_some(actor=actor_of(office, on=history.as_of, source="job"), at=at)
        reset_sequences()
        recount(repair=True)
        settle_notices(datetime.combine(history.as_of, time(), _SHANGHAI))
    return counts


def settle_notices(today: datetime) -> None:
    """What was told in the past has been sent and mostly read: nothing of it goes out when the demo starts."""
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.SENT, sent_at=F("next_at"), attempts=1)
    read_after = timedelta(hours=2)
    old = Notice.objects.filter(read_at=None, created_at__lt=today - timedelta(days=4))
    old.update(read_at=F("created_at") + read_after)
