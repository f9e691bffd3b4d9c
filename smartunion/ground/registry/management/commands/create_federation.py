"""`smartunion create_federation NAME --region CODE`: set up the topmost union of an installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.errors import DomainError
from smartunion.ground.registry.flows.unions import NewUnion, create_union
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.queries import region_by_code
from smartunion.ground.registry.rules import RegionLevel, UnionKind, UnionLevel

LEVELS = {
    RegionLevel.PROVINCE: UnionLevel.PROVINCE, RegionLevel.CITY: UnionLevel.CITY,
    RegionLevel.COUNTY: UnionLevel.COUNTY, RegionLevel.TOWN: UnionLevel.TOWN, RegionLevel.ZONE: UnionLevel.TOWN,
}  # fmt: skip


class Command(BaseCommand):
    """Only the shell sets up a root; everything below it is set up on the pages or imported."""

    help = "Set up the topmost federation of an installation and print its number."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="full name, such as 宁海县总工会")
        parser.add_argument(
            "--region", required=True, help="code of the place it looks after, such as 330226"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        region = region_by_code(options["region"])
        if region is None:
            raise CommandError(
                f"No region has the code {options['region']!r}. Load the divisions first: smartunion seed_regions."
            )
        level = LEVELS.get(RegionLevel(region.level))
        if level is None:
            raise CommandError(f"{region.name} is no place a federation looks after; name a town or above.")
        root = TradeUnion.objects.filter(parent=None).exclude(state="closed").first()
        if root is not None:
            raise CommandError(
                f"{root.name} ({root.number}) is the topmost union already; set up others below it on the desk."
            )
        data = NewUnion(
            name=options["name"], kind=UnionKind.FEDERATION, level=level, parent_id=None, region_id=region.pk,
            territory_id=region.pk, source="cli",
        )  # fmt: skip
        try:
            union = create_union(actor=system(source="cli"), data=data, at=clock.now())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{union.name} stands under the number {union.number}.")
