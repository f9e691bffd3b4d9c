"""The drivers' ledger of a village: rows, sums, one driver with what was said to her."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.paths import ancestors
from smartunion.ground.registry.models import Membership, Region
from smartunion.systems.organising.driver_rules import ENDED, DriverStep, Standing, TalkOutcome, next_step
from smartunion.systems.organising.models import Driver, DriverContact, JoiningDrive, RegisteredDriver


def seen(actor: Actor) -> QuerySet[Any]:
    """Drivers in reach, each with whether she is a member, whose page the actor may open, and in a register kept."""
    running = Membership.objects.filter(person=OuterRef("person"), ended_on=None)
    named = RegisteredDriver.objects.filter(driver=OuterRef("pk"))
    rows: QuerySet[Any] = Driver.objects.visible_to(actor).annotate(
        is_member=Exists(running), is_listed=Exists(named),
        is_open=Exists(running.filter(actor.within("members.view", "union_path"))),
    )  # fmt: skip
    return rows


def of_place(actor: Actor, region: Region) -> QuerySet[Any]:
    """Drivers of one village."""
    return seen(actor).filter(region=region)


def sees_names(actor: Actor) -> bool:
    """Whether drivers' ledgers are open to the actor at all: names are personal."""
    return bool(actor.area_ids) or actor.can("members.view")


def contacted_on(row: Any) -> date | None:
    """Day of the last contact; None when nobody has talked with her."""
    return local_date(row.last_at) if row.last_at else None


def step_of(row: Any, today: date) -> DriverStep:
    """The next step of a driver of `seen`."""
    outcome = TalkOutcome(row.last_outcome) if row.last_outcome else None
    return next_step(Standing(row.is_member, outcome, row.due_on), today=today)


def talk_conflict(noted: DriverContact) -> str:
    """What had happened before a talk reached us, in a sentence; "" when nothing had."""
    if Membership.objects.filter(person__isnull=False, person=noted.driver.person_id, ended_on=None).exists():
        return _("Your talk is kept. She has become a member meanwhile; nothing more is due.")
    later = noted.driver.contacts.filter(at__gt=noted.at).order_by("-at", "-pk").first()
    if later is None:
        return ""
    return _("Your talk is kept. %(name)s talked with her after you (%(outcome)s); that stands.") % {
        "name": later.actor_name, "outcome": later.get_outcome_display()
    }  # fmt: skip


@dataclass(frozen=True)
class Sums:
    """Sums of one village's drivers; new: nobody has talked with her; due: the day agreed has come."""

    drivers: int
    members: int
    open: int
    new: int
    due: int


def sums(rows: QuerySet[Any], today: date) -> Sums:
    """Sums over rows of `of_place`; one query."""
    waits = Q(is_member=False)
    found = rows.order_by().aggregate(
        drivers=Count("pk"), members=Count("pk", filter=Q(is_member=True)),
        open=Count("pk", filter=waits & ~Q(last_outcome__in=ENDED)),
        new=Count("pk", filter=waits & Q(last_at=None)), due=Count("pk", filter=waits & Q(due_on__lte=today)),
    )  # fmt: skip
    return Sums(**found)


def code_for(driver: Driver, today: date) -> JoiningDrive | None:
    """The running code of a drive among a trade whose place holds hers, the nearest first; None without one."""
    running = JoiningDrive.objects.filter(
        closed_at=None, starts_on__lte=today, path__in=ancestors(driver.path)
    )
    return running.exclude(ends_on__lt=today).exclude(audience="").order_by("-path", "-pk").first()
