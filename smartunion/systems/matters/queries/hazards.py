"""Reads of hazards: near ones, the map by town and kind, what a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.charts.series import Chart, Series
from smartunion.core.charts.tilemap import Place, TileMap, tiles_for_all, tiles_from_centres
from smartunion.core.clock import local_date
from smartunion.core.files.exif import Spot
from smartunion.core.paths import prefixes
from smartunion.ground.accounts.models import User
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Region, TradeUnion
from smartunion.systems.matters.models import Hazard, HazardPhoto, HazardReporter, SafetyOfficer
from smartunion.systems.matters.rules.hazards import WAITING, HazardKind, box_around, metres_between

#: Near ones offered before sending, and how many rows are measured for them.
OFFERED, MEASURED = 3, 200
#: A place is taken for the nearest known town within so many metres.
_TOWN_WITHIN_M = 30_000
#: Towns one map shows.
_TILES = 60


@dataclass(frozen=True)
class Near:
    """A hazard that may be the same one. metres: None where only the town is known."""

    hazard: Hazard
    metres: int | None
    photo: HazardPhoto | None


def near(
    *, spot: Spot | None, region: str, kind: str, at: datetime, path: str = "", but: int = 0
) -> list[Near]:
    """Open hazards near a spot, of the kind asked about first, nearest first; without a spot those of the place and kind."""
    rows = Hazard.objects.filter(state__in=WAITING).exclude(pk=but)
    if spot is None:
        if not region or kind not in HazardKind.values:
            return []
        newest = rows.filter(region__code=region, kind=kind, reported_at__gte=at - timedelta(days=90))
        return _with_photos([(row, None) for row in newest.order_by("-pk")[:OFFERED]])
    reach = int(policies.value("matters.hazard_near_metres", path=path, on=local_date(at)))
    west, south, east, north = box_around(spot.lon, spot.lat, reach)
    inside = rows.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north).order_by("-pk")[
        :MEASURED
    ]
    measured = [
        (row, round(metres_between(spot.lon, spot.lat, row.lon, row.lat)))
        for row in inside
        if row.lon is not None and row.lat is not None
    ]
    found = sorted(
        (one for one in measured if one[1] <= reach), key=lambda one: (one[0].kind != kind, one[1], one[0].pk)
    )
    return _with_photos(found[:OFFERED])


def _with_photos(found: "Sequence[tuple[Hazard, int | None]]") -> list[Near]:
    open_ids = [row.pk for row, _metres in found if row.is_open_photo]
    first: dict[int, HazardPhoto] = {}
    for photo in HazardPhoto.objects.filter(hazard__in=open_ids, is_proof=False).order_by("-pk"):
        first[photo.hazard_id] = photo
    return [Near(row, metres, first.get(row.pk)) for row, metres in found]


def town_of(spot: Spot) -> Region | None:
    """The town whose seat is nearest, within thirty kilometres."""
    west, south, east, north = box_around(spot.lon, spot.lat, _TOWN_WITHIN_M)
    towns = Region.objects.filter(
        level="town", lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north, valid_to=None
    )
    known = [(metres_between(spot.lon, spot.lat, t.lon or 0, t.lat or 0), t.pk, t) for t in towns[:500]]
    return min(known)[2] if known else None


@dataclass(frozen=True)
class TownTile:
    """A town to be chosen on the map. column, row: its tile, row 0 in the north."""

    name: str
    full_name: str
    column: int
    row: int


def town_tiles(union: TradeUnion | None) -> list[TownTile]:
    """The towns of the county a union lies in, each where it lies; empty without county or positions.

    Without a union it is the county of the installation, where there is one alone.

    A schematic map: public maps need an approval number (core.charts.tilemap).
    """
    region = union.region if union is not None else None
    if union is None:
        leading = TradeUnion.objects.filter(level="county", territory__level="county").select_related(
            "territory"
        )[:2]
        region = leading[0].territory if len(leading) == 1 else None
    county = region.parent if region is not None and region.level != "county" else region
    if county is None or county.level != "county":
        return []
    towns = Region.objects.filter(
        parent=county, valid_to=None, lon__isnull=False, lat__isnull=False
    ).order_by("code")
    known = {str(town.pk): town for town in towns[:_TILES]}
    places = tiles_from_centres({key: (town.lon or 0, town.lat or 0) for key, town in known.items()})
    return [
        TownTile(known[key].name, known[key].full_name, column, row) for key, (column, row) in places.items()
    ]


def hazard_rows(actor: Actor) -> "QuerySet[Hazard]":
    """Hazards in reach with their union."""
    return Hazard.objects.visible_to(actor).select_related("union", "region")


def counted(actor: Actor, at: datetime) -> dict[str, int]:
    """Figures above the list: to be looked at, being put right, to be checked, past their day, settled in 30 days."""
    rows = Hazard.objects.visible_to(actor)
    found = rows.filter(Q(state__in=WAITING) | Q(closed_at__gte=at - timedelta(days=30))).aggregate(
        reported=Count("pk", filter=Q(state="reported")), assigned=Count("pk", filter=Q(state="assigned")),
        rectified=Count("pk", filter=Q(state="rectified")),
        late=Count("pk", filter=Q(state__in=WAITING, due_at__lt=at)),
        closed=Count("pk", filter=Q(state="closed", closed_at__gte=at - timedelta(days=30))),
    )  # fmt: skip
    return {key: int(value or 0) for key, value in found.items()}


def town_map(actor: Actor, at: datetime) -> Chart | None:
    """Open hazards by town or street; each opens its list. None when nothing is open."""
    counts = dict(
        Hazard.objects.visible_to(actor)
        .filter(state__in=WAITING, region__isnull=False)
        .values_list("region")
        .annotate(n=Count("pk"))
        .order_by("-n")[:_TILES]
    )
    if not counts:
        return None
    regions = list(Region.objects.filter(pk__in=counts).select_related("parent").order_by("code"))
    above = {region.parent_id for region in regions}
    if len(above) == 1 and None not in above:  # one county: its map is whole, towns without hazards too
        beside = Region.objects.filter(parent__in=above, valid_to=None).exclude(pk__in=counts)
        regions += beside.select_related("parent").order_by("code")[: _TILES - len(regions)]
        regions.sort(key=lambda region: region.code)
    tiles = tiles_for_all({str(r.pk): (r.lon, r.lat) for r in regions})
    places = []
    for region in regions:
        column, row = tiles[str(region.pk)]
        # A town without hazards is no choice of the list, and has nothing to show.
        href = f"{reverse('matters:hazards')}?open=1&place={region.code}" if region.pk in counts else ""
        places.append(
            Place(
                code=region.code,
                name=region.name,
                value=counts.get(region.pk, 0),
                column=column,
                row=row,
                href=href,
            )
        )
    parents = {r.parent.code for r in regions if r.parent}
    return TileMap(
        key="hazard-towns", title=_("Open hazards by town"), region=parents.pop() if len(parents) == 1 else "",
        places=places, value_name=_("Open hazards"), unit=_("hazards"), as_of=at, source=_("Hazards"),
    ).chart()  # fmt: skip


def kind_chart(actor: Actor, at: datetime) -> Chart | None:
    """Open hazards by kind; each opens its list."""
    rows = Hazard.objects.visible_to(actor).filter(state__in=WAITING)
    counts = list(rows.values_list("kind").annotate(n=Count("pk")).order_by("-n"))
    if not counts:
        return None
    return Chart(
        key="hazard-kinds", title=_("Open hazards by kind"), kind="hbar",
        categories=[str(HazardKind(kind).label) for kind, _n in counts],
        series=[Series(name=_("Open hazards"), values=[n for _kind, n in counts])], unit=_("hazards"), as_of=at,
        source=_("Hazards"), links=[f"{reverse('matters:hazards')}?open=1&kind={kind}" for kind, _n in counts],
    )  # fmt: skip


def officers_for(hazard: Hazard) -> list[SafetyOfficer]:
    """Serving safety officers of the hazard's union, the nearest unions above it, and below; own union first."""
    above = Q(path__in=prefixes(hazard.path))
    below = Q(path__gte=hazard.path, path__lt=hazard.path[:-1] + "0")
    rows = SafetyOfficer.objects.serving().filter(above | below).select_related("union")[:200]
    return sorted(rows, key=lambda one: (one.union_id != hazard.union_id, -len(one.path), one.pk))


def named_reporters(actor: Actor, hazard: Hazard) -> list[str]:
    """Names of those who let the intake know them; only for the intake of the union that holds the hazard.

    Everybody else, the safety officer included, gets an empty list; those who did not give their name are in no list.
    """
    if not actor.can("cases.handle", path=hazard.path) or hazard.officer_id == actor.user_id:
        return []
    ids = [int(row.who) for row in HazardReporter.objects.filter(hazard=hazard, is_named=True)]
    return sorted(User.objects.filter(pk__in=ids).values_list("name", flat=True))


def is_reporter(actor: Actor, hazard: Hazard) -> bool:
    """Whether the actor told of it herself."""
    return Hazard.objects.of_reporter(actor).filter(pk=hazard.pk).exists()
