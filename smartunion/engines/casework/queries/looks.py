"""Second looks at decisions: the list, and how many of each service were drawn, looked at and found wrong."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from smartunion.core.actor import Actor
from smartunion.engines.casework.models import SecondLook, Service
from smartunion.engines.casework.rules import Verdict
from smartunion.ground.registry.models import TradeUnion

DAYS = 365


@dataclass(frozen=True)
class ByService:
    """What was drawn of one service in twelve months."""

    title: str
    drawn: int
    open: int
    wrong: int


def listed(actor: Actor) -> "QuerySet[SecondLook]":
    """Looks in reach, each with the name of the office that has to look (`office`)."""
    office = TradeUnion.objects.filter(path=OuterRef("path")).values("name")[:1]
    rows = SecondLook.objects.visible_to(actor).select_related("case").annotate(office=Subquery(office))
    return rows.defer("case__data")


def waiting(actor: Actor) -> "QuerySet[SecondLook]":
    """Drawn in reach of the offices where she handles cases and not looked at, her own decisions left out."""
    handled = actor.within("cases.handle", "path")
    return (
        SecondLook.objects.visible_to(actor)
        .filter(handled, verdict="")
        .exclude(decider_id=actor.user_id or -1)
    )


def by_service(actor: Actor, on: date) -> list[ByService]:
    """One row for each service with a decision drawn in the twelve months before a day, most drawn first."""
    rows = (
        SecondLook.objects.visible_to(actor).filter(decided_on__gt=on - timedelta(days=DAYS))
        .values("case__service_key")
        .annotate(
            drawn=Count("pk"), open=Count("pk", filter=Q(verdict="")), wrong=Count("pk", filter=Q(verdict=Verdict.WRONG))
        )
        .order_by("-drawn", "case__service_key")
    )  # fmt: skip
    found = list(rows)
    titles = dict(
        Service.objects.filter(key__in=[row["case__service_key"] for row in found]).values_list(
            "key", "title"
        )
    )
    return [
        ByService(
            titles.get(row["case__service_key"], row["case__service_key"]), row["drawn"], row["open"], row["wrong"]
        )
        for row in found
    ]  # fmt: skip
