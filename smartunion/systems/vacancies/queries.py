"""Reads: what is open to everybody, by words, trade, place and pay; what the desk has to check."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from smartunion.core.actor import Actor, within
from smartunion.core.paths import prefixes
from smartunion.ground.registry.models import Membership, Region, TradeUnion
from smartunion.ground.registry.rules import UnionKind
from smartunion.systems.vacancies.models import MANAGE, Issue, Vacancy
from smartunion.systems.vacancies.rules import PayUnit, VacancyState, words_of


@dataclass(frozen=True)
class Sought:
    """What somebody looks for on the page. pay_yuan: at least, a month."""

    words: str = ""
    trade: str = ""
    region: Region | None = None
    pay_yuan: Decimal | None = None


def open_vacancies(sought: Sought, on: date) -> "QuerySet[Vacancy]":
    """Posted vacancies that fit, newest first, with employer, region and issue: one query."""
    rows = Vacancy.objects.open_on(on).select_related("employer", "region", "issue")
    for word in words_of(sought.words):
        rows = rows.filter(
            Q(title__icontains=word) | Q(text__icontains=word) | Q(requirements__icontains=word) | Q(place__icontains=word)
            | Q(employer__name__icontains=word)
        )  # fmt: skip
    if sought.trade:
        rows = rows.filter(trade=sought.trade)
    if sought.region is not None:
        rows = rows.filter(within((sought.region.path,), "region_path"))
    if sought.pay_yuan is not None:
        rows = rows.filter(~Q(pay_unit=PayUnit.MONTH) | Q(pay_to_yuan__gte=sought.pay_yuan))
    return rows.order_by("-posted_at", "-pk")


def near(actor: Actor) -> list[Region]:
    """Places around the actor's union, nearest first: its own region and those it lies in, up to the county."""
    spell = (
        Membership.objects.filter(person_id=actor.person_id or -1, ended_on=None).select_related("union__region").first()
    )  # fmt: skip
    if spell is None or spell.union.region is None:
        return []
    around = Region.objects.filter(path__in=prefixes(spell.union.region.path)).order_by("-depth")
    return [one for one in around if one.level in {"village", "town", "county", "zone"}]


def places_open(on: date) -> list[Region]:
    """Regions with open vacancies, the largest first, at most 60: what a job seeker chooses from."""
    ids = Vacancy.objects.open_on(on).values("region_id").annotate(n=Count("pk")).order_by("-n")[:60]
    by_id = Region.objects.in_bulk([row["region_id"] for row in ids])
    return [by_id[row["region_id"]] for row in ids]


def issues_by(actor: Actor) -> "QuerySet[Issue]":
    """Issues, newest first, with their union and how many of their vacancies are still open."""
    still = Count("vacancies", filter=Q(vacancies__state=VacancyState.POSTED))
    return Issue.objects.visible_to(actor).select_related("union").annotate(still=still).order_by("-pk")


def in_issue(issue: Issue) -> "QuerySet[Vacancy]":
    """What stands in an issue today: what was taken off or is over is left out."""
    rows = Vacancy.objects.filter(issue=issue, state=VacancyState.POSTED)
    return rows.select_related("employer", "region", "issue").order_by("trade", "pk")


def ready_for(union: TradeUnion, on: date) -> "QuerySet[Vacancy]":
    """Checked vacancies of a union's area that wait for its next issue."""
    rows = Vacancy.objects.filter(within((union.path,)), state=VacancyState.READY, valid_until__gte=on)
    return rows.select_related("employer", "region").order_by("trade", "pk")


def publishers(actor: Actor) -> "QuerySet[TradeUnion]":
    """Federations in whose name the actor may publish, widest first."""
    rows = TradeUnion.objects.filter(actor.within(MANAGE, "path"), kind=UnionKind.FEDERATION).exclude(
        state="closed"
    )
    return rows.order_by("depth", "pk")


def desk_rows(actor: Actor) -> "QuerySet[Vacancy]":
    """Vacancies of the actor's desk, for the list."""
    return Vacancy.objects.visible_to(actor).select_related("employer", "region", "union", "issue")


def regions_for(actor: Actor) -> list[Region]:
    """Places of work to choose from: the county (or city) of the actor's widest union with its towns, at most 600."""
    roots = actor.paths(MANAGE)
    found = TradeUnion.objects.filter(path__in=roots) if "" not in roots else TradeUnion.objects.all()
    root = found.select_related("territory", "region").order_by("depth", "pk").first()
    place = (root.territory or root.region) if root is not None else None
    if place is None:
        return []
    above = Region.objects.filter(path__in=prefixes(place.path), level="county").order_by("-depth").first()
    rows = Region.objects.filter(within(((above or place).path,)), valid_to=None).exclude(level="village")
    return list(rows.order_by("path")[:600])
