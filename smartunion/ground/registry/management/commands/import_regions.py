"""`smartunion import_regions FILE`: zones of one's own, merged and abolished divisions."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.errors import InvalidInput
from smartunion.ground.registry import regions
from smartunion.ground.registry.flows.regions import load_regions


class Command(BaseCommand):
    """Loads a CSV list of regions; nothing is stored when one line is wrong."""

    help = (
        "Load regions from a CSV file with the columns code, name and, where wanted, parent, level, lon, lat, "
        "valid_from, valid_to (代码, 名称, 上级代码 …). A zone without a national code: 320900Z01, level zone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = list(regions.listed_rows(options["file"].read_bytes()))
            loaded = load_regions(actor=system(source="cli"), rows=rows, at=clock.now())
        except (OSError, ValueError, InvalidInput) as error:
            raise CommandError(f"{options['file']}: {error}") from None
        self.stdout.write(
            f"{loaded.created} regions entered, {loaded.changed} changed, {loaded.same} as they were."
        )
