"""Reads of the room: the policies of a place, an employer's periods, numbers for the page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible
from smartunion.core.paths import ancestors
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import EmployerLink, TradeUnion
from smartunion.ground.registry.rules import LinkKind, UnionKind, UnionState
from smartunion.systems.dues.models import REMIND, VIEW, VIEW_OWN, FirmStanding, Payment
from smartunion.systems.dues.rules import DuesStanding, Item, Limits, Period, months_between


def limits_of(path: str, on: date) -> Limits:
    """The policies of a place."""
    return Limits(
        Decimal(policies.value("dues.rate", path=path, on=on)), int(policies.value("dues.look_back_months", path=path, on=on)),
        int(policies.value("dues.silent_months", path=path, on=on)),
    )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One period as the page shows it. owing: what was to be paid; counts: within the months that count."""

    payment: Payment
    owing: Decimal
    counts: bool

    @property
    def missing(self) -> Decimal:
        """What is not paid, nought where it was paid in full."""
        return max(self.owing - self.payment.paid_yuan, Decimal(0))


def periods_of(standing: FirmStanding, limits: Limits) -> list[Row]:
    """Everything extracts in force say of an employer, newest first."""
    rows = Payment.objects.filter(employer_id=standing.pk).select_related("snapshot__source")
    return [
        Row(
            row,
            _period(row).owing(limits.rate),
            months_between(row.period_to, standing.newest) < limits.look_back,
        )
        for row in rows.order_by("-period_from", "item", "pk")
    ]


def _period(row: Payment) -> Period:
    return Period(Item(row.item), row.period_from, row.period_to, row.wages_yuan, row.due_yuan, row.paid_yuan)


def firms(actor: Actor) -> "QuerySet[Any]":
    """Standings in reach with their open links; three queries for a page."""
    return _with_links(FirmStanding.objects.visible_to(actor))


def _with_links(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """With employer, place and the unions that cover it now, its own first."""
    shown = EmployerLink.objects.filter(valid_to=None).select_related("union").order_by("-kind", "pk")
    return rows.select_related("employer__region").prefetch_related(
        Prefetch("employer__union_links", shown, to_attr="open_links")
    )


@dataclass(frozen=True)
class Numbers:
    """What the head of the list says; each number opens its firms."""

    behind: int
    silent: int
    paid: int
    preparing: int

    @property
    def total(self) -> int:
        """Firms altogether."""
        return self.behind + self.silent + self.paid


def numbers(actor: Actor) -> Numbers:
    """Firms in reach by standing, and those that pay the preparatory fund; one query."""
    rows = (
        FirmStanding.objects.visible_to(actor)
        .order_by()
        .values_list("standing", "item")
        .annotate(Count("pk"))
    )
    found = {(standing, item): count for standing, item, count in rows}

    def of(standing: DuesStanding) -> int:
        return sum(count for (one, _item), count in found.items() if one == standing)

    preparing = sum(count for (_standing, item), count in found.items() if item == Item.PREPARATORY)
    return Numbers(of(DuesStanding.BEHIND), of(DuesStanding.SILENT), of(DuesStanding.PAID), preparing)


def standing_for(actor: Actor, employer_id: int) -> Any:
    """An employer's standing with its open links, where the actor may see its amounts: over its territory, or as a chair
    of its own union. Raises NotVisible.
    """
    found: Any = _with_links(FirmStanding.objects.filter(pk=employer_id)).first()
    if found is None or not (
        actor.can(VIEW, path=found.employer.territory_path)
        or any(
            link.kind == LinkKind.OWN and actor.can(VIEW_OWN, path=link.union.path)
            for link in found.employer.open_links
        )
    ):
        raise NotVisible
    return found


def pays(employer_ids: Collection[int]) -> dict[int, bool]:
    """Whether employers pay their contributions and owe nothing; those no extract names are absent."""
    rows = FirmStanding.objects.filter(pk__in=employer_ids).values_list("pk", "standing", "item")
    return {pk: standing == DuesStanding.PAID and item == Item.FUND for pk, standing, item in rows}


def writer_for(actor: Actor, territory: str) -> TradeUnion | None:
    """The lowest federation over a territory in whose name the actor may write."""
    if not territory or not actor.can(REMIND, path=territory):
        return None
    above = TradeUnion.objects.filter(
        kind=UnionKind.FEDERATION, state=UnionState.ACTIVE, path__in=ancestors(territory)
    )
    return next((one for one in above.order_by("-depth") if actor.can(REMIND, path=one.path)), None)
