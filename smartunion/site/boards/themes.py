"""The numbers of the three themes beside founding and joining: industry, growth, innovation (S021); each opens what it counts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, Sum, TextChoices
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import clock
from smartunion.core.actor import within
from smartunion.core.charts import Chart, Series
from smartunion.core.paths import ancestors, step_below
from smartunion.engines.feeds.models import Snapshot
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import EmployerLink, TradeUnion
from smartunion.ground.registry.rules import EmployerState
from smartunion.site.boards.figures import Figure, behind
from smartunion.systems.organising.models import EmployerMark, MarkKind


class Theme(TextChoices):
    """What a board is about, beside founding and joining."""

    INDUSTRY = "industry", gettext_lazy("Industry and unions")
    GROWTH = "growth", gettext_lazy("Growth of workers")
    INNOVATION = "innovation", gettext_lazy("Innovation")


#: Clusters and grades told apart on a board; the list has them all.
SHOWN = 12
BOOKED, CAME, POSTED = "offers.booked", "offers.attended", "vacancies.posted"
FILED, CLOSED = "casework.case_submitted", "casework.case_closed"


@dataclass(frozen=True)
class Row:
    """One line of a table: firms named alike, those of them with a union, and where each number leads."""

    label: str
    firms: int
    covered: int
    href: str

    @property
    def without(self) -> int:
        """Firms without a union."""
        return self.firms - self.covered


@dataclass(frozen=True)
class Below:
    """A federation directly below, with the numbers of the board for its own reach."""

    union: TradeUnion
    figures: list[Figure]


@dataclass(frozen=True)
class ThemeBoard:
    """One theme of one union at one instant. sources: extracts the numbers come from, with the day each was drawn.

    by_name: firms by what they are named; by_month: what happened this year; below: in the order of places.
    """

    union: TradeUnion
    theme: Theme
    as_of: datetime
    figures: list[Figure]
    below: list[Below]
    rows: list[Row] = field(default_factory=list)
    rows_title: str = ""
    sources: list[tuple[str, date]] = field(default_factory=list)
    by_month: Chart | None = None

    @property
    def by_name(self) -> Chart | None:
        """The rows drawn, firms with a union and those without; None without any."""
        if not self.rows:
            return None
        return Chart(
            key="by-name", title=self.rows_title, kind="hbar", stacked=True, as_of=self.as_of, unit=_("firms"),
            source=_("departments’ extracts"), categories=[row.label for row in self.rows],
            links=[row.href for row in self.rows],
            series=[
                Series(name=_("With a union"), values=[row.covered for row in self.rows]),
                Series(name=_("Without a union"), values=[row.without for row in self.rows]),
            ],
        )  # fmt: skip


def theme_board(union: TradeUnion, theme: Theme) -> ThemeBoard:
    """One snapshot; some seven statements whatever the size of the subtree."""
    as_of = clock.now()
    made = {Theme.INDUSTRY: _industry, Theme.GROWTH: _growth, Theme.INNOVATION: _innovation}[theme]
    return made(union, as_of)


#: Federations told apart below one; the desk lists them all.
MOST_BELOW = 60


@dataclass(frozen=True)
class _Counted:
    """Numbers by part: the path of the child of the union that what is counted lies in, of the union itself at its own."""

    union: TradeUnion
    figures: Callable[[str, str | None], list[Figure]]

    def whole(self) -> list[Figure]:
        """Of the whole reach."""
        return self.figures(self.union.path, None)

    def of(self, below: TradeUnion) -> list[Figure]:
        """Of one federation directly below."""
        return self.figures(below.path, below.path)


def _board(
    union: TradeUnion, theme: Theme, as_of: datetime, counted: list[_Counted], **more: Any
) -> ThemeBoard:
    below = TradeUnion.objects.leading().filter(parent=union, state="active").order_by("path")[:MOST_BELOW]
    return ThemeBoard(
        union, theme, as_of, [figure for one in counted for figure in one.whole()],
        [Below(child, [figure for one in counted for figure in one.of(child)]) for child in below], **more,
    )  # fmt: skip


def _marked(path: str, kinds: Iterable[MarkKind]) -> Any:
    """Marks of firms in business below a union."""
    return EmployerMark.objects.filter(
        within([path], "employer__territory_path"), kind__in=list(kinds), employer__state=EmployerState.ACTIVE
    ).order_by()


_COVERED = Exists(EmployerLink.objects.filter(employer=OuterRef("employer"), valid_to=None))


def _segment(kind: MarkKind, path: str, **more: Any) -> str:
    query = urlencode({"unit": path} | more, doseq=True)
    return f"{reverse('coverage:segment', args=[kind.value])}?{query}"


def _firms(union: TradeUnion, kinds: tuple[MarkKind, ...]) -> _Counted:
    """Of each kind the firms, and those without a union; one statement."""
    found = _marked(union.path, kinds).values_list("kind", step_below(union.path, "employer__territory_path")).annotate(
        firms=Count("employer", distinct=True), covered=Count("employer", distinct=True, filter=Q(_COVERED))
    )  # fmt: skip
    numbers = list(found)
    words = {
        MarkKind.SCALE: (_("Industrial firms above scale"), _("Above scale, without a union")),
        MarkKind.GRADE: (_("Specialised and innovative firms"), _("Innovative firms without a union")),
        MarkKind.CLUSTER: (_("Firms in industrial clusters"), _("In clusters, without a union")),
        MarkKind.PROJECT: (_("Firms with key projects"), _("With key projects, without a union")),
    }

    def figures(path: str, part: str | None) -> list[Figure]:
        made = []
        for kind in kinds:
            mine = [(n, m) for one, of, n, m in numbers if one == kind and part in (None, of)]
            firms, covered = sum(n for n, _m in mine), sum(m for _n, m in mine)
            without = _segment(kind, path, cover="none")
            made += [
                Figure(kind.value, words[kind][0], firms, _segment(kind, path)),
                Figure(f"{kind.value}_without", words[kind][1], firms - covered, without),
            ]
        return made

    return _Counted(union, figures)


def _named(path: str, kind: MarkKind) -> list[Row]:
    """Firms by what they are named, the most first; one statement."""
    found = _marked(path, (kind,)).exclude(label="").values_list("label").annotate(
        firms=Count("employer", distinct=True), covered=Count("employer", distinct=True, filter=Q(_COVERED))
    )  # fmt: skip
    rows = found.order_by("-firms", "label")[:SHOWN]
    return [Row(label, firms, covered, _segment(kind, path, named=label)) for label, firms, covered in rows]


def _drawn(path: str) -> list[tuple[str, date]]:
    """Extracts the marks of a place come from."""
    held = EmployerMark.objects.filter(within([path]) | Q(path__in=ancestors(path))).order_by()
    snapshots = Snapshot.objects.filter(pk__in=held.values("snapshot")).select_related("source")
    return [(one.source.name, one.as_of) for one in snapshots.order_by("-as_of", "pk")[:6]]


def _industry(union: TradeUnion, as_of: datetime) -> ThemeBoard:
    path, title = union.path, _("Industrial clusters")
    rows, sources = _named(path, MarkKind.CLUSTER), _drawn(path)
    if not sources:  # nothing was ever told: a nought would say there are no such firms
        return _board(union, Theme.INDUSTRY, as_of, [], rows_title=title)
    counted = [_firms(union, (MarkKind.SCALE, MarkKind.CLUSTER, MarkKind.PROJECT))]
    made = _board(union, Theme.INDUSTRY, as_of, counted, rows=rows, rows_title=title, sources=sources)
    unknown = EmployerMark.objects.filter(within([path]), employer=None).count()
    made.figures.append(
        Figure("unknown", _("Rows that mean no firm we know"), unknown, reverse("coverage:unknown_marks"))
    )
    return made


def _growth(union: TradeUnion, as_of: datetime) -> ThemeBoard:
    counted, by_month = _of_facts(union, _GROWTH, as_of)
    return _board(union, Theme.GROWTH, as_of, [counted], by_month=by_month)


def _innovation(union: TradeUnion, as_of: datetime) -> ThemeBoard:
    rows, sources = _named(union.path, MarkKind.GRADE), _drawn(union.path)
    counted, by_month = _of_facts(union, _INNOVATION, as_of)
    firms = [_firms(union, (MarkKind.GRADE,))] if sources else []
    return _board(
        union, Theme.INNOVATION, as_of, [*firms, counted], rows=rows, rows_title=_("Grades of firms"), sources=sources,
        by_month=by_month,
    )  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """A sum over facts. of: the service or kind of offer as facts keep it, "" for all."""

    key: str
    label: Any
    kind: str
    of: str = ""


_GROWTH = (
    _Asked("learners", gettext_lazy("Places booked in classes"), BOOKED, "class"),
    _Asked("came", gettext_lazy("People who came to classes"), CAME, "class"),
    _Asked("degrees", gettext_lazy("Study subsidies booked"), BOOKED, "subsidy"),
    _Asked("events", gettext_lazy("People who came to events"), CAME, "event"),
    _Asked("vacancies", gettext_lazy("Vacancies posted"), POSTED),
)
_INNOVATION = (
    _Asked("ideas", gettext_lazy("Safety ideas handed in"), FILED, "safety_idea"),
    _Asked("ideas_answered", gettext_lazy("Safety ideas answered"), CLOSED, "safety_idea"),
    _Asked("hazards", gettext_lazy("Hazards put right and checked"), "matters.hazard_closed"),
    _Asked("demands", gettext_lazy("Demands of workers answered"), "matters.demand_answered"),
)


def _of_facts(union: TradeUnion, asked: tuple[_Asked, ...], as_of: datetime) -> tuple[_Counted, Chart]:
    """Sums of this year, and month by month; one statement."""
    today = clock.local_date(as_of)
    year = date(today.year, 1, 1)
    found = Fact.objects.counted(*{one.kind for one in asked}, path=union.path, since=year).order_by()
    told = found.values_list(
        "kind", "attrs__kind", "attrs__service", step_below(union.path, "path"), TruncMonth("happened_on")
    )
    sums = list(told.annotate(n=Sum("quantity")))

    def total(one: _Asked, part: str | None = None, month: date | None = None) -> int:
        return sum(
            n for kind, *attrs, place, day, n in sums
            if kind == one.kind and (not one.of or one.of in attrs) and part in (None, place) and month in (None, day)
        )  # fmt: skip

    def figures(path: str, part: str | None) -> list[Figure]:
        return [
            Figure(
                one.key, str(one.label), total(one, part), behind(one.kind, path=path, since=year, of=one.of)
            )
            for one in asked
        ]

    months = [year.replace(month=number) for number in range(1, today.month + 1)]
    by_month = Chart(
        key="by-month", title=_("This year, month by month"), kind="bar", as_of=as_of, source=_("ledger of facts"),
        categories=[f"{month:%Y-%m}" for month in months],
        series=[Series(name=one.label, values=[total(one, month=month) for month in months]) for one in asked],
    )  # fmt: skip
    return _Counted(union, figures), by_month
