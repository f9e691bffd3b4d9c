"""Coverage by the groups of firms that ought to have a union (S010): explicit denominators, every number opens its firms."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, TextChoices, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.listing.walking import wide
from smartunion.core.paths import is_under
from smartunion.ground.registry.models import Employer, EmployerLink, TradeUnion
from smartunion.ground.registry.rules import EmployerState, LinkKind, UnionState
from smartunion.systems.organising.bulletin import share_pct
from smartunion.systems.organising.founding_modes import FOREIGN, NEW_FORM_WORDS, Thresholds
from smartunion.systems.organising.ledger_rules import Cover
from smartunion.systems.organising.models import EmployerMark
from smartunion.systems.organising.queries.modes import thresholds


class Segment(TextChoices):
    """Firms that ought to have a union, by what makes them so; a firm may belong to several."""

    LEADING = "leading", _("Leading firms")
    OWN = "own", _("Firms for a union of their own")
    FOREIGN = "foreign", _("Foreign, Hong Kong, Macao and Taiwan investment")
    NEW_FORM = "new_form", _("Firms of new forms of employment")
    SCALE = "scale", _("Industrial firms above scale")
    GRADE = "grade", _("Specialised and innovative firms")
    CLUSTER = "cluster", _("Firms in industrial clusters")
    PROJECT = "project", _("Firms with key projects")


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
        return _of_natures(sorted(FOREIGN))
    if segment in MARKED:
        return Q(
            pk__in=EmployerMark.objects.filter(kind=segment.value, employer__isnull=False).values("employer")
        )
    named = Q(pk__in=[])
    for word in NEW_FORM_WORDS:
        named |= Q(name__contains=word)
    return Q(insured_count__gte=limits.alone_people) & named


def _of_natures(natures: list[str]) -> Q:
    """Firms of these natures, said as the index `employer_from_abroad` says it."""
    return reduce(or_, (Q(unit_nature=one) for one in natures))


def firms(actor: Actor) -> QuerySet[Employer]:
    """Firms in business of the territories in reach."""
    return Employer.objects.filter(
        actor.within("organising.view", "territory_path"), state=EmployerState.ACTIVE
    )


def _links() -> QuerySet[EmployerLink]:
    return EmployerLink.objects.filter(employer=OuterRef("pk"), valid_to=None)


def shares(actor: Actor, units: Iterable[TradeUnion], limits: Thresholds) -> list[UnitShares]:
    """The whole and each unit, by group; three queries, whatever the number of units and firms."""
    whole = UnitShares("", "")
    rows = [UnitShares(unit.name, unit.path) for unit in units]
    for segments in (_BY_PEOPLE, (Segment.FOREIGN,), MARKED):
        for path, *numbers in _counted(actor, segments, limits):
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            for segment, (total, covered) in zip(segments, pairs, strict=True):
                for one in (whole, *(row for row in rows if is_under(path, row.path))):
                    one.shares[segment].total += total
                    one.shares[segment].covered += covered
    return [whole, *rows]


#: Groups that departments' extracts name: a firm has the mark of its kind.
MARKED = (Segment.SCALE, Segment.GRADE, Segment.CLUSTER, Segment.PROJECT)
#: Groups of firms with many insured people: few of a city's, found by one index and looked at once.
_BY_PEOPLE = (Segment.LEADING, Segment.OWN, Segment.NEW_FORM)


def _counted(
    actor: Actor, segments: tuple[Segment, ...], limits: Thresholds
) -> "QuerySet[Any, tuple[Any, ...]]":
    """Territory, then firms of each group and those of them with a union, in turn; one query."""
    rows = firms(actor)
    if segments == _BY_PEOPLE:
        rows = wide(rows.filter(insured_count__gte=min(limits.alone_people, limits.leading_people)))
    elif segments == MARKED:
        rows = rows.filter(pk__in=EmployerMark.objects.filter(employer__isnull=False).values("employer"))
    else:
        rows = rows.filter(where(Segment.FOREIGN, limits))
    counts = {}
    for segment in segments:
        belongs = where(segment, limits)
        counts[f"{segment}_firms"] = Count("pk", filter=belongs)
        counts[f"{segment}_covered"] = Count("pk", filter=belongs & Q(Exists(_links())))
    # Not the column itself: sums by it would be made in the order of its index, which leads through every firm.
    place = Concat("territory_path", Value(""))
    return (
        rows.order_by()
        .annotate(place=place)
        .values_list("place")
        .annotate(**counts)
        .values_list("place", *counts)
    )


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
