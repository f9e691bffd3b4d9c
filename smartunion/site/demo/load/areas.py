"""Service areas of every town federation, and who holds them (S016: about 50 unions or 5,000 members each)."""

from datetime import date

from smartunion.core.codes.numerals import numeral
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import Region
from smartunion.ground.registry.rules import GRASSROOTS
from smartunion.site.demo.load.tree import Tree
from smartunion.systems.organising.models import Area, AreaAssignment, AreaUnion

UNIONS_AN_AREA = 55
_SINCE = date(2023, 12, 1)  # when Ningbo's pilot of service areas began


def load_areas(tree: Tree, regions: dict[str, Region]) -> list[Area]:
    """Cut each town into areas of neighbouring villages with about as many unions each."""
    by_town: dict[str, list[int]] = {}
    federations = {
        u.territory.code: u for u in tree.unions.values() if u.territory and u.territory.level == "town"
    }
    for union in tree.unions.values():
        if union.kind in GRASSROOTS and union.region and union.region.code in federations:
            by_town.setdefault(union.region.code, []).append(union.pk)
    villages: dict[str, list[Region]] = {}
    for code, region in regions.items():
        if region.level == "village":
            villages.setdefault(code[:9], []).append(region)
    areas: list[Area] = []
    places: list[tuple[Area, Region]] = []
    members: list[AreaUnion] = []
    for code, federation in federations.items():
        unions = by_town.get(code, [])
        parts = max(1, round(len(unions) / UNIONS_AN_AREA))
        short = (
            federation.name.removesuffix("总工会").removesuffix("街道").removesuffix("镇").removesuffix("乡")
        )
        for part in range(parts):
            name = f"{short}片区" if parts == 1 else f"{short}第{numeral(part + 1)}片区"
            area = Area(pk=len(areas) + 1, name=name, union=federation, path=federation.path)
            areas.append(area)
            places += [(area, region) for region in villages.get(code, [])[part::parts]]
            members += [AreaUnion(area=area, union_id=pk, valid_from=_SINCE) for pk in unions[part::parts]]
    Area.objects.bulk_create(areas, batch_size=500)
    through = Area.regions.through
    through.objects.bulk_create(
        [through(area_id=area.pk, region_id=region.pk) for area, region in places], batch_size=1000
    )
    AreaUnion.objects.bulk_create(members, batch_size=1000)
    return areas


def assign(areas: list[Area], organisers: list[User], *, since: date) -> None:
    """Give each area its organiser, in order."""
    AreaAssignment.objects.bulk_create(
        AreaAssignment(area=area, user=user, valid_from=since)
        for area, user in zip(areas, organisers, strict=True)
    )
