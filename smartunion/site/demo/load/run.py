"""The whole loading: guard, registry, accounts, and what makes it look alive."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import perf_counter

from django.db import connection, transaction

from smartunion.core import audit, statistics
from smartunion.core.actor import Actor, system
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import TradeUnion
from smartunion.site.demo.history import History, tell
from smartunion.site.demo.history.tell import SHANGHAI
from smartunion.site.demo.load import guard
from smartunion.site.demo.load.campaign import run_campaign
from smartunion.site.demo.load.care import give_care
from smartunion.site.demo.load.congress import hold_congresses
from smartunion.site.demo.load.duplicates import enter_twice
from smartunion.site.demo.load.funds import report_funds
from smartunion.site.demo.load.hazards import show_hazards
from smartunion.site.demo.load.identity import compare_identity
from smartunion.site.demo.load.platforms import open_platforms
from smartunion.site.demo.load.programmes import open_programmes
from smartunion.site.demo.load.registry import Registry, load_registry
from smartunion.site.demo.load.running import compare, put_ledger, settle_notices, work_on
from smartunion.site.demo.load.seats import open_accounts
from smartunion.site.demo.load.small_firms import list_small_firms
from smartunion.site.demo.load.verdicts import draft_areas, judge_some
from smartunion.site.demo.load.voices import speak
from smartunion.site.demo.world import World, build

STAGES = ("empty", "imported", "running")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to load: how far, how big, which chance, which place; replace: over an older demo."""

    stage: str = "running"
    size: str = "county"
    seed: int = 1
    place: str | None = None
    replace: bool = False


#: Memory for pages while a demo is written, in KiB: indexes of millions of rows are filled in no order at all.
_PAGES_KIB = 800_000


@contextmanager
def _roomy() -> Iterator[None]:
    """SQLite keeps more pages in memory meanwhile; with the usual 20 MB a city's indexes are read from disk again and
    again."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (usual,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size=-{_PAGES_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size={usual}")


def load(plan: Plan, *, at: datetime, as_of: date, say: Say = lambda _: None) -> World:
    """Fill the database. as_of: the day the demo takes for today; histories end there.

    Raises NotADemoDatabase, AlreadyLoaded, UnknownPlace; then nothing was changed.
    """
    started = perf_counter()
    world = build(plan.size, plan.seed, plan.place)
    guard.check_may_load(replace=plan.replace)
    history = tell(world, as_of) if plan.stage != "empty" else None
    actor = system("demo", source="cli")
    with _roomy(), transaction.atomic():
        registry = load_registry(
            world, history, as_of=as_of, at=at, with_members=plan.stage != "empty", say=say
        )
        staff = open_accounts(world, registry, since=as_of - timedelta(days=200), at=at)
        if history is not None:
            put_ledger(world, registry, history, at=at, user_id=staff["county"].pk)
        guard.reset_sequences()
        stage = "empty" if plan.stage == "empty" else "imported"
        counts = {"people": len(registry.people), "unions": len(registry.tree.unions)}
        audit.record(
            actor, guard.LOADED, at=at, data={"size": plan.size, "stage": stage, "seed": plan.seed, **counts}
        )
    statistics.refresh()
    say(f"{counts['unions']:,} unions, {counts['people']:,} people ({perf_counter() - started:.0f} s)")
    if plan.stage == "running" and history is not None:
        _run(
            plan,
            world,
            registry,
            history,
            actor,
            staff,
            at=at,
            as_of=as_of,
        )
        say(f"extracts compared, {len(history.service_visits):,} visits ({perf_counter() - started:.0f} s)")
        statistics.refresh()
    return world


def _run(
    plan: Plan, world: World, registry: Registry, history: History, actor: Actor, staff: dict[str, User], *,
    at: datetime, as_of: date,
) -> None:  # fmt: skip
    office = staff["county" if _top(registry).parent else "city"]
    run = compare(world, _top(registry), actor=actor, as_of=as_of, at=at)
    counts = work_on(world, registry, history, run, office=office, at=at)
    towns = [union for union in registry.tree.unions.values() if _is_town(union)]
    judge = actor_of(office, on=as_of, source="job")
    counts["verdicts"] = judge_some(world, actor=judge, as_of=as_of)
    if towns:
        counts["confirmed"] = compare_identity(
            _top(registry), towns[0], actor=judge, seed=plan.seed, as_of=as_of, at=at
        )
        counts["listed"] = list_small_firms(path=towns[0].path, actor=judge, as_of=as_of)
        counts["areas_drafted"] = draft_areas(towns[0], actor=judge, as_of=as_of)
    counts |= open_platforms(_top(registry), actor=actor, at=at)
    counts |= run_campaign(actor=actor, as_of=as_of, at=at)
    counts["congresses"] = hold_congresses(office=actor_of(office, on=as_of, source="job"), as_of=as_of)
    counts["hazards"] = show_hazards(towns=towns, office=office, as_of=as_of)
    counts |= give_care(staff=staff, as_of=as_of)
    if towns:
        counts |= speak(town=towns[0], office=office, as_of=as_of)
    counts["programmes"] = open_programmes(as_of=as_of)
    counts["funds_reports"] = report_funds(as_of=as_of)
    settle_notices(datetime.combine(as_of, time(), SHANGHAI))
    counts |= enter_twice(actor=actor, as_of=as_of, at=at)
    audit.record(
        actor, guard.LOADED, at=at, data={"size": plan.size, "stage": "running", "seed": plan.seed, **counts}
    )


def _is_town(union: TradeUnion) -> bool:
    return union.territory is not None and union.territory.level == "town"


def _top(registry: Registry) -> TradeUnion:
    """The federation whose departments send extracts: the county's, or the city's when there are several counties."""
    counties = [u for u in registry.tree.unions.values() if u.territory and u.territory.level == "county"]
    return counties[0] if len(counties) == 1 else registry.tree.unions[0]
