"""The numbers of the three themes beside founding and joining: industry, growth, innovation (S021); each opens what it counts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, Sum, TextChoices
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import clock
from smartunion.core.actor import within
from smartunion.core.paths import ancestors
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
class ThemeBoard:
    """One theme of one union at one instant. sources: extracts the numbers come from, with the day each was drawn."""

    union: TradeUnion
    theme: Theme
    as_of: datetime
    figures: list[Figure]
    rows: list[Row] = field(default_factory=list)
    rows_title: str = ""
    sources: list[tuple[str, date]] = field(default_factory=list)


def theme_board(union: TradeUnion, theme: Theme) -> ThemeBoard:
    """One snapshot; some six statements whatever the size of the subtree."""
    as_of = clock.now()
    made = {Theme.INDUSTRY: _industry, Theme.GROWTH: _growth, Theme.INNOVATION: _innovation}[theme]
    return made(union, as_of)


def _marked(path: str, kinds: Iterable[MarkKind]) -> Any:
    """Marks of firms in business below a union."""
    return EmployerMark.objects.filter(
        within([path], "employer__territory_path"), kind__in=list(kinds), employer__state=EmployerState.ACTIVE
    ).order_by()


_COVERED = Exists(EmployerLink.objects.filter(employer=OuterRef("employer"), valid_to=None))


def _segment(kind: MarkKind, path: str, **more: Any) -> str:
    query = urlencode({"unit": path} | more, doseq=True)
    return f"{reverse('coverage:segment', args=[kind.value])}?{query}"


def _firms(path: str, kinds: tuple[MarkKind, ...]) -> list[Figure]:
    """Of each kind the firms, and those without a union; one statement."""
    found = _marked(path, kinds).values_list("kind").annotate(
        firms=Count("employer", distinct=True), covered=Count("employer", distinct=True, filter=Q(_COVERED))
    )  # fmt: skip
    numbers = {kind: (firms, covered) for kind, firms, covered in found}
    words = {
        MarkKind.SCALE: (_("Industrial firms above scale"), _("Above scale, without a union")),
        MarkKind.GRADE: (_("Specialised and innovative firms"), _("Innovative firms without a union")),
        MarkKind.CLUSTER: (_("Firms in industrial clusters"), _("In clusters, without a union")),
        MarkKind.PROJECT: (_("Firms with key projects"), _("With key projects, without a union")),
    }
    figures = []
    for kind in kinds:
        firms, covered = numbers.get(kind, (0, 0))
        figures += [
            Figure(kind.value, words[kind][0], firms, _segment(kind, path)),
            Figure(
                f"{kind.value}_without", words[kind][1], firms - covered, _segment(kind, path, cover="none")
            ),
        ]
    return figures


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
    path = union.path
    rows, sources = _named(path, MarkKind.CLUSTER), _drawn(path)
    if not sources:  # nothing was ever told: a nought would say there are no such firms
        return ThemeBoard(union, Theme.INDUSTRY, as_of, [], rows, _("Industrial clusters"))
    figures = _firms(path, (MarkKind.SCALE, MarkKind.CLUSTER, MarkKind.PROJECT))
    unknown = EmployerMark.objects.filter(within([path]), employer=None).count()
    figures.append(
        Figure("unknown", _("Rows that mean no firm we know"), unknown, reverse("coverage:unknown_marks"))
    )
    return ThemeBoard(union, Theme.INDUSTRY, as_of, figures, rows, _("Industrial clusters"), sources)


def _growth(union: TradeUnion, as_of: datetime) -> ThemeBoard:
    asked = [
        ("learners", _("Places booked in classes"), BOOKED, "class"),
        ("came", _("People who came to classes"), CAME, "class"),
        ("degrees", _("Study subsidies booked"), BOOKED, "subsidy"),
        ("events", _("People who came to events"), CAME, "event"),
        ("vacancies", _("Vacancies posted"), POSTED, ""),
    ]
    return ThemeBoard(union, Theme.GROWTH, as_of, _of_facts(union.path, asked, as_of))


def _innovation(union: TradeUnion, as_of: datetime) -> ThemeBoard:
    asked = [
        ("ideas", _("Safety ideas handed in"), FILED, "safety_idea"),
        ("ideas_answered", _("Safety ideas answered"), CLOSED, "safety_idea"),
        ("hazards", _("Hazards put right and checked"), "matters.hazard_closed", ""),
        ("demands", _("Demands of workers answered"), "matters.demand_answered", ""),
    ]
    rows, sources = _named(union.path, MarkKind.GRADE), _drawn(union.path)
    figures = [
        *(_firms(union.path, (MarkKind.GRADE,)) if sources else ()),
        *_of_facts(union.path, asked, as_of),
    ]
    return ThemeBoard(union, Theme.INNOVATION, as_of, figures, rows, _("Grades of firms"), sources)


def _of_facts(path: str, asked: list[tuple[str, str, str, str]], as_of: datetime) -> list[Figure]:
    """Sums of this year; asked: (key, label, kind of fact, service or kind of offer as facts keep it); one statement."""
    year = date(clock.local_date(as_of).year, 1, 1)
    found = Fact.objects.counted(
        *{kind for _key, _label, kind, _of in asked}, path=path, since=year
    ).order_by()
    sums = list(found.values_list("kind", "attrs__kind", "attrs__service").annotate(n=Sum("quantity")))
    return [
        Figure(
            key, label, sum(n for one, *attrs, n in sums if one == kind and (not of or of in attrs)),
            behind(kind, path=path, since=year, of=of),
        )
        for key, label, kind, of in asked
    ]  # fmt: skip
