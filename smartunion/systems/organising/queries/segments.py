"""Coverage by the groups of firms that ought to have a union (S010): explicit denominators, every number opens its firms."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.paths import is_under
from smartunion.ground.registry.models import Employer, EmployerLink, TradeUnion
from smartunion.ground.registry.rules import EmployerState, LinkKind, UnionState
from smartunion.systems.organising.bulletin import share_pct
from smartunion.systems.organising.founding_modes import FOREIGN, NEW_FORM_WORDS, Thresholds
from smartunion.systems.organising.ledger_rules import Cover
from smartunion.systems.organising.queries.modes import thresholds


class Segment(TextChoices):
    """Firms that ought to have a union, by what makes them so; a firm may belong to several."""

    LEADING = "leading", _("Leading firms")
    OWN = "own", _("Firms for a union of their own")
    FOREIGN = "foreign", _("Foreign, Hong Kong, Macao and Taiwan investment")
    NEW_FORM = "new_form", _("Firms of new forms of employment")


@dataclass
class Share:
    """Firms of a group and those of them that have a union."""

    total: int = 0
    covered: int = 0

    @property
    def without(self) -> int:
        """Firms without one."""
        return self.total - self.covered

    @property
    def pct(self) -> int | None:
        """Covered in percent, rounded down; None where there is no such firm."""
        return share_pct(self.covered, self.total)


@dataclass
class UnitShares:
    """A federation and its shares by group."""

    name: str
    path: str
    shares: dict[str, Share] = field(default_factory=lambda: {one.value: Share() for one in Segment})


def limits_for(actor: Actor, on: date) -> Thresholds:
    """The policies of the actor's own place."""
    roots = actor.paths("organising.view")
    return thresholds(roots[0] if roots else "", on)


def where(segment: Segment, limits: Thresholds) -> Q:
    """Which employers belong to a group."""
    if segment == Segment.LEADING:
        return Q(insured_count__gte=limits.leading_people)
    if segment == Segment.OWN:
        return Q(insured_count__gte=limits.alone_people, insured_count__lt=limits.leading_people)
    if segment == Segment.FOREIGN:
        return Q(unit_nature__in=sorted(FOREIGN))
    named = Q(pk__in=[])
    for word in NEW_FORM_WORDS:
        named |= Q(name__contains=word)
    return Q(insured_count__gte=limits.alone_people) & named


def firms(actor: Actor) -> QuerySet[Employer]:
    """Firms in business of the territories in reach."""
    return Employer.objects.filter(
        actor.within("organising.view", "territory_path"), state=EmployerState.ACTIVE
    )


def _links() -> QuerySet[EmployerLink]:
    return EmployerLink.objects.filter(employer=OuterRef("pk"), valid_to=None)


def shares(actor: Actor, units: Iterable[TradeUnion], limits: Thresholds) -> list[UnitShares]:
    """The whole and each unit, by group; one query for each group, whatever the number of units and firms."""
    whole = UnitShares("", "")
    rows = [UnitShares(unit.name, unit.path) for unit in units]
    for segment in Segment:
        counted = (
            firms(actor).filter(where(segment, limits)).order_by().values_list("territory_path")
            .annotate(total=Count("pk"), covered=Count("pk", filter=Q(Exists(_links()))))
        )  # fmt: skip
        for path, total, covered in counted:
            for one in (whole, *(row for row in rows if is_under(path, row.path))):
                one.shares[segment].total += total
                one.shares[segment].covered += covered
    return [whole, *rows]


def units_below(actor: Actor) -> list[TradeUnion]:
    """Federations directly below those in reach; for a town, none."""
    roots = actor.paths("organising.view")
    tops = Q(parent__path__in=roots) if "" not in roots else Q(parent__parent=None, parent__isnull=False)
    found = TradeUnion.objects.filter(
        tops, kind="federation", state=UnionState.ACTIVE, territory__isnull=False
    )
    return list(found.order_by("path")[:400])


def segment_firms(actor: Actor, segment: Segment, limits: Thresholds) -> QuerySet[Any]:
    """The firms of a group with their cover; three queries for a page."""
    open_links = EmployerLink.objects.filter(valid_to=None).select_related("union").order_by("-kind", "pk")
    rows: QuerySet[Any] = firms(actor).filter(where(segment, limits)).annotate(
        cover=Case(
            When(Exists(_links().filter(kind=LinkKind.OWN)), then=Value(Cover.OWN.value)),
            When(Exists(_links()), then=Value(Cover.JOINT.value)),
            default=Value(Cover.NONE.value),
        ),
        heads=F("insured_count"),
    )  # fmt: skip
    return rows.select_related("region").prefetch_related(
        Prefetch("union_links", open_links, to_attr="open_links")
    )
