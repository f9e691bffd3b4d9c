"""The whole loading: guard, registry, accounts, and what makes it look alive."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from smartunion.core import audit
from smartunion.core.actor import system
from smartunion.site.demo.load import guard
from smartunion.site.demo.load.registry import load_registry
from smartunion.site.demo.load.seats import open_accounts
from smartunion.site.demo.world import World, build

STAGES = ("empty", "imported", "running")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to load. as_of: the day the demo takes for today; histories end there."""

    stage: str = "running"
    size: str = "county"
    seed: int = 1
    place: str | None = None
    replace: bool = False


def load(plan: Plan, *, at: datetime, as_of: date, say: Say = lambda _: None) -> World:
    """Fill the database. Raises NotADemoDatabase, AlreadyLoaded, UnknownPlace; then nothing was changed."""
    world = build(plan.size, plan.seed, plan.place)
    guard.check_may_load(replace=plan.replace)
    actor = system("demo", source="cli")
    with transaction.atomic():
        registry = load_registry(world, as_of=as_of, at=at, with_members=plan.stage != "empty")
        say(f"{len(registry.tree.unions):,} unions, {len(registry.people):,} people")
        open_accounts(world, registry, since=as_of - timedelta(days=200), at=at)
        guard.reset_sequences()
        stage = "empty" if plan.stage == "empty" else "imported"
        audit.record(
            actor, guard.LOADED, at=at, data={"size": plan.size, "stage": stage, "seed": plan.seed,
                                              "people": len(registry.people), "unions": len(registry.tree.unions)},
        )  # fmt: skip
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
    return world
