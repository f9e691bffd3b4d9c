"""The numbers of the coverage board, each with the address of the list it counts; one snapshot, one instant."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import within
from smartunion.core.charts import Chart, Place, Series, TileMap, tiles_for_all
from smartunion.core.listing.walking import are_many, in_order, wide
from smartunion.ground.facts import queries as facts
from smartunion.ground.facts.kinds import KINDS
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.queries.trees import with_counts
from smartunion.ground.registry.rules import COUNTED_KINDS
from smartunion.systems.organising.models import Finding, Target
from smartunion.systems.organising.queries.funnel import STAGES
from smartunion.systems.organising.queries.target_progress import lines
from smartunion.systems.organising.rules import FindingState

DAYS = 30
#: Opens people by name: for those who may see members.
MEMBERS = "members"
JOINED, FOUNDED, VISIT = "registry.member_joined", "registry.union_founded", "organising.visit"


@dataclass(frozen=True)
class Figure:
    """One number: key, label, value, address of what it counts."""

    key: str
    label: str
    value: int
    href: str


@dataclass(frozen=True)
class Board:
    """Everything one screen shows at one instant. ticker: newest first, no names of people."""

    union: TradeUnion
    as_of: datetime
    figures: list[Figure]
    today: list[Figure]
    by_day: Chart
    funnel: Chart
    towns: Chart
    targets: list[dict[str, Any]]
    ticker: list[dict[str, str]]

    def live(self) -> dict[str, Any]:
        """What the page needs to bring itself up to date."""
        return {
            "as_of": f"{localtime(self.as_of):%H:%M:%S}",
            "values": {figure.key: figure.value for figure in [*self.figures, *self.today]},
            "charts": {chart.key: chart.data for chart in (self.by_day, self.funnel, self.towns)},
            "ticker": self.ticker,
            "targets": self.targets,
        }


def behind(*kinds: str, path: str, since: date | None = None, until: date | None = None, of: str = "") -> str:
    """Address of the facts a number counts; of: only those of a service or a kind of offer."""
    given = [
        *(("kind", kind) for kind in kinds),
        ("path", path),
        ("since", since),
        ("until", until),
        ("of", of),
    ]
    return f"{reverse('boards:behind')}?{urlencode([(key, value) for key, value in given if value])}"


def board(union: TradeUnion) -> Board:
    """One snapshot of a subtree: about ten statements whatever its size."""
    as_of = clock.now()
    today = clock.local_date(as_of)
    year = date(today.year, 1, 1)
    counted: Any = with_counts(TradeUnion.objects.filter(pk=union.pk)).get()  # Any: annotated
    return Board(
        union=union,
        as_of=as_of,
        figures=_figures(union, counted),
        today=_today(union.path, today),
        by_day=_by_day(union.path, today, as_of),
        funnel=_funnel(union.path, year, as_of),
        towns=_towns(union, today, as_of),
        targets=_targets(union, today),
        ticker=_ticker(union.path, as_of),
    )


def _figures(union: TradeUnion, counted: Any) -> list[Figure]:
    findings = Finding.objects.filter(within([union.path])).exclude(state=FindingState.CLOSED).order_by()
    by_list = dict(findings.values_list("work_list").annotate(n=Count("pk")))
    inside = urlencode({"town": union.path})
    lists = [
        Figure(f"list_{key}", label, by_list.get(key, 0), f"{reverse('coverage:list', args=[key])}?{inside}")
        for key, label in (("verify", _("To verify")), ("task", _("To do")), ("work", _("To work on")))
    ]
    below = urlencode({"state": "active", "kind": sorted(COUNTED_KINDS), "path": union.path}, doseq=True)
    return [
        Figure(MEMBERS, _("Members"), counted.n_active, f"{reverse('desk:union_members', args=[union.pk])}?state=active"),
        Figure("unions", _("Grassroots unions"), counted.n_unions, f"{reverse('desk:unions')}?{below}"),
        Figure(
            "employers", _("Employers covered"), counted.n_employers,
            f"{reverse('desk:union_employers', args=[union.pk])}?running=yes",
        ),
        *lists,
    ]  # fmt: skip


def _today(path: str, today: date) -> list[Figure]:
    until = today + timedelta(days=1)
    sums = facts.totals([JOINED, VISIT, FOUNDED], path, today, until)
    first, year = today.replace(day=1), date(today.year, 1, 1)
    month = facts.totals([JOINED, FOUNDED], path, first, until)
    return [
        Figure(
            "joined_today",
            _("Joined today"),
            sums[JOINED],
            behind(JOINED, path=path, since=today, until=until),
        ),
        Figure(
            "visits_today", _("Visits today"), sums[VISIT], behind(VISIT, path=path, since=today, until=until)
        ),
        Figure(
            "joined_month",
            _("Joined this month"),
            month[JOINED],
            behind(JOINED, path=path, since=first, until=until),
        ),
        Figure(
            "founded_month",
            _("Founded this month"),
            month[FOUNDED],
            behind(FOUNDED, path=path, since=first, until=until),
        ),
        Figure(
            "joined_year",
            _("Joined this year"),
            facts.total(JOINED, path, year),
            behind(JOINED, path=path, since=year),
        ),
    ]


def _by_day(path: str, today: date, as_of: datetime) -> Chart:
    since = today - timedelta(days=DAYS - 1)
    until = today + timedelta(days=1)
    days = [since + timedelta(days=n) for n in range(DAYS)]
    joined, visits = (dict(facts.by_day(kind, path, since, until)) for kind in (JOINED, VISIT))
    return Chart(
        key="by-day", title=_("Joined and visited by day"), kind="area", unit="", as_of=as_of,
        source=_("ledger of facts"), categories=[f"{day:%m-%d}" for day in days],
        links=[behind(JOINED, path=path, since=day, until=day + timedelta(days=1)) for day in days],
        series=[
            Series(name=_("Members joined"), values=[joined.get(day, 0) for day in days]),
            Series(name=_("Visits"), values=[visits.get(day, 0) for day in days]),
        ],
    )  # fmt: skip


def _funnel(path: str, year: date, as_of: datetime) -> Chart:
    """Employers from found to founded; the people who joined stand beside it, they are another unit."""
    stages = [(kind, label) for kind, label in STAGES if kind != JOINED]
    sums = facts.totals([kind for kind, _label in stages], path, year)
    return Chart(
        key="funnel", title=_("From found to founded, this year"), kind="funnel", as_of=as_of,
        source=_("ledger of facts"), categories=[label for _kind, label in stages],
        links=[behind(kind, path=path, since=year) for kind, _label in stages],
        series=[Series(name=_("This year"), values=[sums[kind] for kind, _label in stages])],
    )  # fmt: skip


def _towns(union: TradeUnion, today: date, as_of: datetime) -> Chart:
    """The leading unions directly below, on schematic tiles: members joined in the last thirty days."""
    below = list(
        TradeUnion.objects.filter(parent=union, state="active", territory__isnull=False)
        .select_related("territory")
        .order_by("path")
    )
    since = today - timedelta(days=DAYS - 1)
    sums = facts.by_path(JOINED, [town.path for town in below], since, today + timedelta(days=1))
    places = [(town, town.territory) for town in below if town.territory is not None]
    tiles = tiles_for_all({str(town.pk): (place.lon, place.lat) for town, place in places})
    shown = []
    for town, place in places:
        column, row = tiles[str(town.pk)]
        href = reverse("boards:coverage", args=[town.pk])
        shown.append(
            Place(code=place.code, name=place.name, value=sums[town.path], column=column, row=row, href=href)
        )
    return TileMap(
        key="towns", title=_("Joined in thirty days, by town"), places=shown, as_of=as_of, source=_("ledger of facts"),
        region=union.territory.code if union.territory else "", value_name=_("Members joined"), unit=_("people"),
    ).chart()  # fmt: skip


def _targets(union: TradeUnion, today: date) -> list[dict[str, Any]]:
    """Targets that run, shares handed down within a campaign left out: the campaign's own page shows those."""
    rows = Target.objects.filter(
        within([union.path]), starts_on__lte=today, ends_on__gte=today, parent=None, platform=""
    )
    found = list(rows.select_related("union", "drive").order_by("path", "pk")[:8])
    return [
        {
            "key": one.target.pk, "name": one.target.drive.title if one.target.drive else one.target.union.name,
            "what": str(KINDS[one.target.fact_kind].label), "unit": str(KINDS[one.target.fact_kind].unit),
            "done": one.done, "goal": one.target.quantity, "pct": one.pct, "href": _behind_target(one.target, today),
        }
        for one in lines(found)
    ]  # fmt: skip


def _behind_target(target: Target, today: date) -> str:
    """Address of what a target counts: the campaign's page, or the facts of its days."""
    if target.drive_id is not None:
        return reverse("joining:progress", args=[target.drive_id])
    until = min(target.ends_on, today) + timedelta(days=1)
    return behind(target.fact_kind, path=target.path, since=target.starts_on, until=until)


def _ticker(path: str, as_of: datetime) -> list[dict[str, str]]:
    """The last eight things that happened; the day beside the time when it was not today."""
    happened = Fact.objects.filter(
        within([path]), kind__in=[JOINED, FOUNDED, VISIT], quantity__gt=0, recorded_at__lte=as_of
    )
    newest = in_order(are_many(wide(happened)), "pk").order_by("-pk")
    rows = list(newest.values_list("pk", "kind", "path", "recorded_at")[:8])
    rows.sort(key=lambda row: row[3], reverse=True)
    names = dict(TradeUnion.objects.filter(path__in={row[2] for row in rows}).values_list("path", "name"))
    words = {JOINED: _("a worker joined"), FOUNDED: _("a union was founded"), VISIT: _("a firm was visited")}
    return [
        {
            "id": str(pk), "at": _when(localtime(at), localtime(as_of).date()),
            "text": f"{words[kind]} · {names.get(fact_path, '')}",
        }
        for pk, kind, fact_path, at in rows
    ]  # fmt: skip


def _when(at: datetime, today: date) -> str:
    return f"{at:%H:%M}" if at.date() == today else f"{at:%m-%d %H:%M}"
