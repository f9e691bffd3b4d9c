"""The lists of village ledgers: the villages with their counts, the employers of one village."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import make_aware
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.keys import prefixed
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, Flag, NumberRange, Text
from smartunion.core.listing.listing import BulkAction, Listing, unfiltered
from smartunion.core.spellings import in_any_spelling
from smartunion.ground.registry.models import Region
from smartunion.ground.registry.rules import RegionLevel, fold_name
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.founding_modes import Firm, Thresholds, propose_mode
from smartunion.systems.organising.ledger_rules import Cover
from smartunion.systems.organising.queries import ledger
from smartunion.systems.organising.rules import FindingState


def address(region_id: int, **chosen: Any) -> str:
    """A village's ledger, narrowed."""
    query = urlencode(chosen, doseq=True)
    return reverse("coverage:ledger", args=[region_id]) + (f"?{query}" if query else "")


OPEN_STATES = [state.value for state in FindingState if state != FindingState.CLOSED]


def place_name(region: Region) -> str:
    """The village, or the wider place for employers whose village nobody knows."""
    if region.level == RegionLevel.VILLAGE:
        return region.name
    return gettext("%(place)s (village not known)") % {"place": region.name}


def _town_name(region: Region) -> str:
    """The town a row belongs to; "" where not even that is known."""
    if region.level == RegionLevel.VILLAGE:
        return region.parent.name if region.parent is not None else ""
    return region.name if region.level == RegionLevel.TOWN else ""


def _towns(actor: Actor) -> list[tuple[str, str]]:
    villages = ledger.places(actor).filter(level=RegionLevel.VILLAGE, parent__isnull=False)
    rows = villages.order_by("parent__path").values_list("parent_id", "parent__name").distinct()
    return [(str(pk), name) for pk, name in rows[:500]]


def _number(key: str, label: Any, name: str, priority: Any = 2, **chosen: Any) -> Column:
    """A count that opens its employers on screen and is a plain number in files."""
    return Column(
        key=key, label=label, kind="number", value=name, sort=name, priority=priority,
        href=lambda row: address(row.pk, **chosen),
    )  # fmt: skip


def _drivers(row: Any) -> str:
    return reverse("coverage:ledger_drivers", args=[row.pk])


PLACES = Listing(
    key="organising.ledgers",
    title=_("Village ledgers"),
    unit=_("places"),
    columns=(
        Column(key="name", label=_("Village or community"), value=place_name, sort="name", priority=1, width=24),
        Column(key="town", label=_("Town"), value=_town_name, priority=2),
        _number("employers", _("Employers"), "employers"),
        _number("covered", _("Have a union"), "covered", cover=["own", "joint"]),
        _number("uncovered", _("No union yet"), "uncovered", cover="none"),
        _number("open", _("Open findings"), "open_findings", cover="none", finding=OPEN_STATES),
        Column(key="people", label=_("People"), kind="number", sort="people"),
        Column(key="members", label=pgettext_lazy("people", "Members"), kind="number", sort="members"),
        Column(key="drivers", label=_("Drivers and couriers"), kind="number", sort="drivers", href=_drivers),
        Column(key="last_on", label=_("Last visit"), value=ledger.visited_on, kind="date", sort="last_at", priority=3),
        Column(key="organiser", label=_("Organiser"), sort="organiser", priority=2),
        Column(key="code", label=_("Code"), kind="code", shown=False),
    ),
    order=("path",),
    search=Text(key="q", label=_("Village or community"), fields=("name",)),
    filters=(
        Choice(key="town", label=_("Town"), options=_towns, field="parent_id"),
        Flag(key="gaps", label=_("With employers without a union"), where=Q(uncovered__gt=0)),
        Flag(key="used", label=_("With employers"), where=Q(employers__gt=0)),
        Flag(key="drivers", label=_("With drivers or couriers"), where=Q(drivers__gt=0)),
    ),
    row_url=lambda region: reverse("coverage:ledger", args=[region.pk]),
    known=unfiltered(lambda actor: ledger.places(actor).count()),
    empty_title=_("No village in your reach"),
    empty_text=_("Villages come with the federation's territory, or with the service areas you hold."),
    empty_icon="journal-text",
)  # fmt: skip


def places_listing(*, opens_drivers: bool) -> Listing:
    """PLACES; the number of drivers opens their names for whoever may read them."""
    if opens_drivers:
        return PLACES
    plain = Column(key="drivers", label=_("Drivers and couriers"), kind="number", sort="drivers")
    return replace(PLACES, columns=tuple(plain if one.key == plain.key else one for one in PLACES.columns))


def _find(rows: Any, text: str) -> Any:
    return rows.filter(in_any_spelling(text, _named))


def _named(text: str) -> Q:
    by_name = Q(name_key__contains=fold_name(text)) | Q(uscc=text.upper())
    return by_name | prefixed("pinyin", text.lower()) if text.isascii() else by_name


def _unions(row: Any) -> str:
    return "、".join(link.union.name for link in row.open_links)


def _finding_label(row: Any) -> str:
    return str(FindingState(row.finding_state).label)


def _visited(values: list[str]) -> Q:
    start = make_aware(datetime.combine(Quarter.of(clock.today()).start, time()))
    fresh = Q(last_at__gte=start)
    return fresh if values[0] == "yes" else ~fresh


EMPLOYERS = Listing(
    key="organising.ledger",
    title=_("Village ledger"),
    unit=pgettext_lazy("organising", "employers"),
    columns=(
        Column(key="name", label=_("Employer"), sort="name_key", priority=1, width=36),
        Column(key="cover", label=_("Cover"), kind="state", label_of=lambda row: Cover(row.cover).label, sort="cover",
               priority="side", template="organising/ledger/_cover.html"),
        Column(key="union", label=_("Union"), value=_unions, width=34, template="organising/ledger/_unions.html"),
        Column(key="heads", label=_("People"), kind="number", sort="heads"),
        Column(key="members", label=pgettext_lazy("people", "Members"), kind="number", sort="members"),
        Column(key="finding", label=_("Finding"), value="finding_state", kind="state", label_of=_finding_label,
               sort="finding_state"),
        Column(key="last_on", label=_("Last visit"), value=ledger.visited_on, kind="date", sort="last_at"),
        Column(key="step", label=_("Next step"), value=lambda row: ledger.step_of(row, clock.today()).label, width=30),
        Column(key="mode", label=_("How to found"), value=lambda row: "", priority=3),
        Column(key="organiser", label=_("Organiser"), sort="organiser", priority=3, shown=False),
        Column(key="address", label=_("Address"), priority=3, width=30, shown=False),
        Column(key="legal_person", label=_("Legal representative"), priority=3, shown=False),
        Column(key="uscc", label=_("USCC"), kind="code", shown=False, width=22),
    ),
    order=("-heads", "name_key"),
    search=Text(key="q", label=_("Name, initials or code"), find=_find),
    filters=(
        Choice(key="cover", label=_("Cover"), options=Cover.choices, multiple=True),
        Choice(key="finding", label=_("Finding"), options=FindingState.choices, field="finding_state", multiple=True),
        NumberRange(key="people", label=_("People"), field="heads"),
        Choice(key="visited", label=_("Visited this quarter"), options=(("yes", _("Yes")), ("no", _("No"))), where=_visited),
        Flag(key="unknown", label=_("People not known"), where=Q(heads=None), secondary=True),
    ),
    bulk=(
        BulkAction(
            key="list", label=_("Put on the list to do"), kind="organising.bulk", permission="organising.visit",
            ask=_("The picked firms without a union become work for the organiser, whatever their size."),
            icon="list-check", limit=2000,
        ),
    ),
    row_url=lambda row: reverse("coverage:finding", args=[row.no_union[0].pk]) if row.cover == Cover.NONE and row.no_union
    else reverse("desk:employer", args=[row.pk]),
    empty_title=_("No employer in this village"),
    empty_text=_("Employers come with the market register; their address says the village."),
    empty_icon="journal-text",
)  # fmt: skip


def employers_listing(region: Region, sums: ledger.Totals, limits: Thresholds) -> Listing:
    """EMPLOYERS of one village, counted already, with the way each could found: of its finding, else by its village."""

    neighbours = max(0, sums.uncovered - 1) if region.level == RegionLevel.VILLAGE else 0

    def mode(row: Any) -> str:
        if row.cover != Cover.NONE:
            return ""
        found = row.no_union[0] if row.no_union else None
        if found is not None and found.mode and found.state != FindingState.CLOSED:
            return str(found.get_mode_display())
        firm = Firm(row.name, row.heads, row.unit_nature, row.industry, neighbours=neighbours)
        return str(propose_mode(firm, limits).mode.label)

    columns = tuple(replace(one, value=mode) if one.key == "mode" else one for one in EMPLOYERS.columns)
    return replace(EMPLOYERS, columns=columns, known=unfiltered(lambda _actor: sums.employers))
