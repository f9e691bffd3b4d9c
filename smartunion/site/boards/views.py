"""Boards: one screen, live, every number opening what it counts."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.core.files.serving import disposition
from smartunion.core.listing.columns import Cell, Column
from smartunion.core.listing.files import csv_bytes
from smartunion.core.listing.listing import Listing
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.web import require
from smartunion.ground.facts.kinds import KINDS
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry import kinds
from smartunion.ground.registry.models import TradeUnion
from smartunion.site.boards.figures import MEMBERS, board
from smartunion.site.boards.themes import Theme, ThemeBoard, theme_board
from smartunion.site.live.tickets import live_url

BOARDS = "boards.view"


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    return actor


@require(BOARDS)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To the board of the topmost union one may see boards of."""
    roots = _actor(request).paths(BOARDS)
    leading = TradeUnion.objects.leading().filter(state="active")
    top = (
        leading.order_by("depth", "pk")
        if "" in roots
        else leading.filter(path__in=roots).order_by("depth", "pk")
    )
    first = top.first()
    if first is None:
        raise NotVisible(
            _("There is no union with a board yet."), remedy=_("Import the federation's unions first.")
        )
    return redirect("boards:coverage", union_id=first.pk)


@require(BOARDS)
@require_GET
def coverage(request: HttpRequest, union_id: int) -> HttpResponse:
    """The coverage board of one leading union."""
    union, above = _union(request, union_id)
    channel = f"coverage:{union.pk}.{get_language()}"
    return render(
        request,
        "boards/coverage.html",
        {
            "board": board(union),
            "above": above,
            "themes": Theme,
            "live_url": live_url(channel),
            "closed": () if _actor(request).can("members.view", path=union.path) else (MEMBERS,),
        },
    )


def _union(request: HttpRequest, union_id: int) -> tuple[TradeUnion, TradeUnion | None]:
    """A leading union in reach, and the one above it if that is in reach too. Raises NotVisible."""
    visible = (
        TradeUnion.objects.leading()
        .filter(_actor(request).within(BOARDS))
        .select_related("territory", "parent")
    )
    union = get_visible(visible, union_id)
    above = union.parent if union.parent and _actor(request).can(BOARDS, path=union.parent.path) else None
    return union, above


@require(BOARDS)
@require_GET
def theme(request: HttpRequest, theme: str, union_id: int) -> HttpResponse:
    """One of the other themes of one leading union; as a file with format=csv."""
    if theme not in Theme.values:
        raise NotVisible
    union, above = _union(request, union_id)
    made = theme_board(union, Theme(theme))
    if request.GET.get("format") == "csv":
        return _file(made)
    return render(request, "boards/theme.html", {"board": made, "above": above, "themes": Theme})


def _file(made: ThemeBoard) -> HttpResponse:
    """The numbers of a theme as CSV, with the instant they were counted."""
    instant = localtime(made.as_of).isoformat(timespec="seconds")
    lines: list[list[Cell]] = [[one.label, one.value, instant] for one in made.figures]
    lines += [[row.label, row.firms, instant] for row in made.rows]
    lines += [
        [f"{one.union.name} · {figure.label}", figure.value, instant]
        for one in made.below
        for figure in one.figures
    ]
    content = b"".join(csv_bytes([pgettext("board", "Figure"), _("Count"), _("As of")], lines))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = disposition(f"{made.union.name}-{made.theme.label}.csv")
    return answer


#: What happens to members: whoever may see them sees these entries too.
_OF_MEMBERS = frozenset(
    [kinds.MEMBER_JOINED, kinds.MEMBER_TRANSFERRED, kinds.MEMBER_RETAINED, kinds.MEMBER_RESTORED]
)
_SUBJECTS = {
    "registry.tradeunion": "desk:union", "registry.employer": "desk:employer", "organising.finding": "coverage:finding",
}  # fmt: skip


def _row_url(fact: Any) -> str:
    if fact.opens_person:
        return reverse("desk:person", args=[fact.opens_person])
    name = _SUBJECTS.get(fact.subject_type)
    return reverse(name, args=[fact.subject_id]) if name else ""


BEHIND = Listing(
    key="boards.behind",
    title=gettext_lazy("Behind the number"),
    unit=gettext_lazy("entries"),
    columns=(
        Column(
            key="kind",
            label=gettext_lazy("What happened"),
            value=lambda fact: KINDS[fact.kind].label,
            priority=1,
        ),
        Column(key="union", label=gettext_lazy("Counts for"), value="union_name"),
        Column(
            key="happened_on", label=gettext_lazy("Day"), kind="date", sort="happened_on", priority="side"
        ),
        Column(key="quantity", label=gettext_lazy("Quantity"), kind="number"),
        Column(key="recorded_at", label=gettext_lazy("Recorded"), kind="date", priority=3),
    ),
    order=("-happened_on",),
    row_url=_row_url,
    empty_title=gettext_lazy("Nothing counted here"),
)


@require(BOARDS, "organising.view", "members.view")
@require_GET
def behind(request: HttpRequest) -> HttpResponseBase:
    """The entries of the ledger that a number counts, perhaps of several kinds; their quantities add up to it.

    Whoever sees the members of a place sees there who joined; whose other entries are is nobody's to read here.
    """
    actor, asked, path = _actor(request), request.GET.getlist("kind"), request.GET.get("path", "")
    if not asked or any(kind not in KINDS for kind in asked):
        raise NotVisible
    since, until = _day(request, "since"), _day(request, "until")
    members = actor.within("members.view", "path")
    visible = Fact.objects.visible_to(actor)
    if _OF_MEMBERS.issuperset(asked):
        visible |= Fact.objects.filter(members)
    rows = visible.counted(*asked, path=path, since=since, until=until).annotate(
        union_name=_union_name(),
        opens_person=Case(When(members, kind__in=_OF_MEMBERS, then=F("person_id")), default=None),
    )
    if of := request.GET.get("of", "")[:40]:
        rows = rows.filter(Q(attrs__kind=of) | Q(attrs__service=of))
    title = "、".join(str(KINDS[kind].label) for kind in asked)
    return listing_response(
        request, BEHIND, rows, template="boards/behind.html", title=title, since=since,
        last=until - timedelta(days=1) if until else None,
    )  # fmt: skip


def _union_name() -> Subquery:
    return Subquery(TradeUnion.objects.filter(path=OuterRef("path")).values("name")[:1])


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput(_("The address holds a day that does not exist."), field=name) from None
