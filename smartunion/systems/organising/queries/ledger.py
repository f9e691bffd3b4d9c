"""One village, one ledger (S007): the villages an actor sees with their counts, and the employers of one of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    IntegerField,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Region, TradeUnion
from smartunion.ground.registry.rules import EmployerState, LinkKind, MembershipState, RegionLevel
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.ledger_rules import Cover, NextStep, Standing, next_step
from smartunion.systems.organising.models import (
    Area,
    AreaAssignment,
    AreaUnion,
    Driver,
    Finding,
    VillageCount,
    Visit,
)
from smartunion.systems.organising.rules import FindingKind, FindingState, WorkList

#: An instant before any visit: Greatest of a value and nothing is nothing on SQLite.
_NEVER = datetime(1900, 1, 1, tzinfo=UTC)


def places(actor: Actor) -> QuerySet[Region]:
    """Villages of the territories in reach, and of one's own areas; other places where employers of no known village are."""
    roots = actor.paths("organising.view")
    reach = Q(pk__in=own_regions(actor))
    if "" in roots:
        reach = ~Q(pk__in=[])
    elif roots:
        territories = TradeUnion.objects.filter(path__in=roots, territory__isnull=False)
        reach |= within(territories.values_list("territory__path", flat=True))
    here = Exists(living().filter(region=OuterRef("pk"))) | Exists(
        Driver.objects.filter(region=OuterRef("pk"))
    )
    return Region.objects.filter(reach, Q(level=RegionLevel.VILLAGE) | here, valid_to=None)


def living() -> QuerySet[Employer]:
    """Employers in business."""
    return Employer.objects.filter(state=EmployerState.ACTIVE)


def seen_by(actor: Actor) -> Q:
    """Employers in reach: by territory, or in a village of one's own areas."""
    return actor.within("organising.view", "territory_path") | Q(region_id__in=own_regions(actor))


def own_regions(actor: Actor) -> QuerySet[Any, int]:
    """Regions of one's own areas."""
    through = Area.regions.through.objects.filter(area_id__in=actor.area_ids, area__closed_on=None)
    return through.values_list("region_id", flat=True)


def with_counts(rows: QuerySet[Region], actor: Actor, today: date) -> QuerySet[Any]:
    """Each village with town, employers by cover, open findings, people, members, drivers, last visit, organiser; one query."""
    here = living().filter(seen_by(actor), region=OuterRef("pk")).order_by()
    links = EmployerLink.objects.filter(employer=OuterRef("pk"), valid_to=None)
    findings = Finding.objects.filter(kind=FindingKind.NO_UNION).exclude(state=FindingState.CLOSED)
    members = Membership.objects.filter(
        state=MembershipState.ACTIVE, employer__region=OuterRef("pk"), employer__state=EmployerState.ACTIVE
    )
    people = Sum(Coalesce("insured_count", "staff_count", 0))
    seen = actor.within("organising.view", "path") | Q(region_id__in=own_regions(actor))
    counted: QuerySet[Any] = rows.annotate(
        employers=_number(here, Count("pk")),
        covered=_number(here.filter(Exists(links)), Count("pk")),
        uncovered=_number(here.filter(~Exists(links)), Count("pk")),
        open_findings=_number(
            here.filter(~Exists(links), Exists(findings.filter(employer=OuterRef("pk")))), Count("pk")
        ),
        people=_number(here, people),
        members=_number(members.order_by(), Count("pk"), "employer__region"),
        drivers=_number(Driver.objects.filter(seen, region=OuterRef("pk")).order_by(), Count("pk")),
        last_at=_last_visit("employer__region", "union__employer_links__employer__region"),
        area_id=_area_of_region(),
    ).annotate(organiser=_organiser(today)).select_related("parent")  # fmt: skip
    return counted


#: Up to so many places, one's own area, are counted while the page is made; of more, all at once every hour.
FEW = 8


def listed(actor: Actor, today: date) -> tuple[QuerySet[Any], datetime | None]:
    """The places in reach with their counts, and when they were counted (None: just now); two small queries."""
    rows = places(actor)
    at = VillageCount.objects.order_by("-pk").values_list("counted_at", flat=True).first()
    is_many = rows.order_by()[FEW : FEW + 1].exists()
    if at is None or not is_many:
        return with_counts(rows, actor, today), None
    return with_kept_counts(rows, actor, today), at


def with_kept_counts(rows: QuerySet[Region], actor: Actor, today: date) -> QuerySet[Any]:
    """What `with_counts` says, as it was counted last; sorting thousands of places costs no more than fifty."""
    seen = actor.within("organising.view", "path") | Q(region_id__in=own_regions(actor))
    kept = VillageCount.objects.filter(seen, region=OuterRef("pk")).order_by()
    names = ("employers", "covered", "uncovered", "open_findings", "people", "members", "drivers")
    last = kept.values("region").annotate(at=Max("last_at")).values("at")
    counted: QuerySet[Any] = rows.annotate(
        **{name: _number(kept, Sum(name)) for name in names},
        last_at=Coalesce(Subquery(last), Value(_NEVER, output_field=DateTimeField())),
        area_id=_area_of_region(),
    ).annotate(organiser=_organiser(today)).select_related("parent")  # fmt: skip
    return counted


def _number(rows: QuerySet[Any], what: Any, by: str = "region") -> Coalesce:
    number = rows.values(by).annotate(n=what).values("n")
    return Coalesce(Subquery(number, output_field=IntegerField()), Value(0))


def _area_of_region(region: str = "pk", parent: str = "parent_id") -> Coalesce:
    through = Area.regions.through.objects.filter(area__closed_on=None).order_by("area_id")
    return Coalesce(
        Subquery(through.filter(region_id=OuterRef(region)).values("area_id")[:1]),
        Subquery(through.filter(region_id=OuterRef(parent)).values("area_id")[:1]),
    )


def _organiser(today: date) -> Subquery:
    """Who holds the row's area."""
    held = AreaAssignment.objects.looking_after(today).filter(area_id=OuterRef("area_id"))
    return Subquery(held.order_by("pk").values("user__name")[:1])


def _last_visit(employer: str, union: str) -> Greatest:
    """The later of the last visit to the place's employers and to the unions that cover them; never is long ago."""
    visits = Visit.objects.order_by()
    own = visits.filter(**{employer: OuterRef("pk")}).values(employer).annotate(at=Max("noted_at"))
    covering = visits.filter(**{union: OuterRef("pk"), "union__employer_links__valid_to": None})
    theirs = covering.values(union).annotate(at=Max("noted_at"))
    never = Value(_NEVER, output_field=DateTimeField())
    return Greatest(
        Coalesce(Subquery(own.values("at")), never), Coalesce(Subquery(theirs.values("at")), never)
    )


def visited_on(row: Any) -> date | None:
    """Day of the last visit of a village or an employer; None when nobody has been there."""
    day = local_date(row.last_at)
    return day if day.year > 1900 else None


def employers(actor: Actor, region: Region, today: date) -> QuerySet[Any]:
    """The employers of one village with everything the ledger says of them; a fixed number of queries."""
    rows = living().filter(seen_by(actor), region=region)
    links = EmployerLink.objects.filter(employer=OuterRef("pk"), valid_to=None)
    findings = Finding.objects.filter(kind=FindingKind.NO_UNION, employer=OuterRef("pk"))
    joined = Membership.objects.filter(state=MembershipState.ACTIVE, employer=OuterRef("pk"))
    by_union = AreaUnion.objects.filter(
        union__employer_links__employer=OuterRef("pk"), union__employer_links__valid_to=None, valid_to=None
    )
    open_links = EmployerLink.objects.filter(valid_to=None).select_related("union").order_by("-kind", "pk")
    area = Coalesce(
        Subquery(by_union.order_by("pk").values("area_id")[:1]), Subquery(findings.values("area_id")[:1]),
        _area_of_region("region_id", "region__parent_id"),
    )  # fmt: skip
    seen: QuerySet[Any] = rows.annotate(
        cover=Case(
            When(Exists(links.filter(kind=LinkKind.OWN)), then=Value(Cover.OWN.value)),
            When(Exists(links), then=Value(Cover.JOINT.value)),
            default=Value(Cover.NONE.value),
        ),
        finding_state=Subquery(findings.values("state")[:1]),
        heads=Coalesce("insured_count", "staff_count"),
        members=_number(joined.order_by(), Count("pk"), "employer"),
        last_at=_last_visit("employer", "union__employer_links__employer"),
        area_id=area,
    ).annotate(organiser=_organiser(today))  # fmt: skip
    return seen.prefetch_related(
        Prefetch("union_links", open_links, to_attr="open_links"),
        Prefetch("findings", Finding.objects.filter(kind=FindingKind.NO_UNION), to_attr="no_union"),
    )


def standing(row: Any) -> Standing:
    """What the rule needs to know of an employer of `employers`."""
    found = row.no_union[0] if row.no_union else None
    return Standing(
        cover=Cover(row.cover), people=row.heads, members=row.members, visited_on=visited_on(row),
        finding=FindingState(found.state) if found else None,
        work_list=WorkList(found.work_list) if found else None, due_on=found.due_on if found else None,
        because=found.closed_because if found else "",
    )  # fmt: skip


def step_of(row: Any, today: date) -> NextStep:
    """The next step of an employer of `employers`."""
    return next_step(standing(row), today=today, quarter_start=Quarter.of(today).start)


@dataclass(frozen=True)
class Totals:
    """Sums of one village; open_findings: firms without a union that wait for somebody."""

    employers: int
    own: int
    joint: int
    uncovered: int
    open_findings: int
    people: int
    members: int


def totals(rows: QuerySet[Any]) -> Totals:
    """Sums over the rows of `employers`; one query."""
    waiting = ~Q(finding_state=FindingState.CLOSED) & Q(finding_state__isnull=False)
    found = rows.order_by().prefetch_related(None).aggregate(
        employers=Count("pk"), own=Count("pk", filter=Q(cover=Cover.OWN)),
        joint=Count("pk", filter=Q(cover=Cover.JOINT)), uncovered=Count("pk", filter=Q(cover=Cover.NONE)),
        open_findings=Count("pk", filter=Q(cover=Cover.NONE) & waiting),
        all_people=Sum("heads"), all_members=Sum("members"),
    )  # fmt: skip
    return Totals(
        found["employers"], found["own"], found["joint"], found["uncovered"], found["open_findings"],
        found["all_people"] or 0, found["all_members"] or 0,
    )  # fmt: skip
