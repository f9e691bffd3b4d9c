"""Who gets a demo account, and where."""

from datetime import date, datetime

import numpy as np

from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Membership, Officer, Person, TradeUnion
from smartunion.ground.registry.rules import MembershipState, Organ, Post, UnionKind
from smartunion.site.demo.load.accounts import Seat, make_staff, make_workers
from smartunion.site.demo.load.areas import assign, load_areas
from smartunion.site.demo.load.registry import Registry
from smartunion.site.demo.world import World
from smartunion.site.demo.world.persons import full_names
from smartunion.site.demo.world.places import DEFAULT_COUNTY, DEFAULT_TOWN
from smartunion.site.demo.world.rng import stream


def _names(world: World, count: int) -> list[str]:
    rng = stream(world.seed, "staff")
    male = rng.random(count) < 0.45
    births = rng.integers(1972, 1997, count)
    return full_names(rng, male=male, birth_years=births, local=np.ones(count, np.bool_)).to_list()


def _federation(registry: Registry, wanted: str, level: str) -> TradeUnion:
    """The federation of the wanted place, or the first one of that level."""
    held = {
        u.territory.code: u
        for u in registry.tree.unions.values()
        if u.territory and u.territory.level == level
    }
    return held.get(wanted) or next(iter(held.values()))


def _chair(town: TradeUnion) -> tuple[TradeUnion, Person] | None:
    """Chair of the largest firm's own union in the town who has a phone."""
    officers = Officer.objects.filter(
        term__union__path__gte=town.path, term__union__path__lt=town.path[:-1] + "0", organ=Organ.COMMITTEE,
        post=Post.CHAIR, term__union__kind=UnionKind.INDEPENDENT, person__isnull=False,
    ).exclude(person__mobile=None)  # fmt: skip
    best = (
        officers.order_by("-term__union__tally__own_active", "pk")
        .select_related("term__union", "person")
        .first()
    )
    return (best.term.union, best.person) if best and best.person else None


def open_accounts(world: World, registry: Registry, *, since: date, at: datetime) -> dict[str, User]:
    """Create areas, staff of every role and three workers; returns staff by user name.

    The town shown is 西店镇 where the place has it.
    """
    root = registry.tree.unions[0]
    county = _federation(registry, DEFAULT_COUNTY, "county")
    town = _federation(registry, DEFAULT_TOWN, "town")
    areas = load_areas(registry.tree, registry.regions)
    areas.sort(key=lambda area: (area.union_id != town.pk, area.pk))
    names = _names(world, 12 + len(areas))
    seats = [
        Seat("operator", names[0], Role.OPERATOR, None),
        Seat("city", names[1], Role.ADMIN, root),
        Seat("county", names[2], Role.ADMIN, county),
        Seat("cadre", names[3], Role.CADRE, county),
        Seat("leader", names[4], Role.LEADER, county),
        Seat("inspector", names[5], Role.INSPECTOR, county),
        Seat("town", names[6], Role.CADRE, town),
        Seat("station", names[7], Role.STATION, town),
        Seat("aid", names[8], Role.AID, county),
        Seat("finance", names[9], Role.FINANCE, county),
        Seat("finance2", names[-2], Role.FINANCE, county),
        Seat("counsellor", names[-1], Role.COUNSELLOR, county),
    ]
    chair = _chair(town)
    if chair is not None:
        seats.append(Seat("chair", chair[1].name, Role.CHAIR, chair[0], chair[1]))
    for number, area in enumerate(areas):
        username = "organiser" if number == 0 else f"organiser{number + 1}"
        seats.append(Seat(username, names[10 + number], Role.ORGANISER, area.union, can_sign_in=number == 0))
    staff = make_staff(seats, since=since, at=at)
    holders = [
        staff["organiser" if number == 0 else f"organiser{number + 1}"] for number in range(len(areas))
    ]
    assign(areas, holders, since=since)
    make_workers(_workers(town, chair), at=at)
    return staff


def _workers(town: TradeUnion, chair: tuple[TradeUnion, Person] | None) -> list[tuple[str, Person]]:
    """A member of the shown firm, a new-form worker, somebody in the holding pool: whoever of them exists."""
    rows = (
        Membership.objects.filter(ended_on=None)
        .exclude(person__mobile=None)
        .select_related("person")
        .order_by("pk")
    )
    active = rows.filter(state=MembershipState.ACTIVE)
    wanted = [
        ("worker", active.filter(union=chair[0]).exclude(person=chair[1]).first() if chair else None),
        ("driver", active.under(town.path).filter(person__is_new_form=True).first()
         or active.filter(person__is_new_form=True).first()),
        ("newcomer", rows.filter(state=MembershipState.PREPARATORY).first()),
    ]  # fmt: skip
    return [(username, row.person) for username, row in wanted if row is not None]
