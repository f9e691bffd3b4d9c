"""`smartunion seed_regions`: load the administrative divisions that come with the program."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.ground.registry import regions
from smartunion.ground.registry.flows.regions import load_regions


class Command(BaseCommand):
    """Loads provinces, cities and counties, and towns and villages where the data have them."""

    help = "Load the administrative divisions: the whole country to county level, towns and villages of some provinces."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--province",
            action="append",
            default=[],
            metavar="CODE",
            help="towns and villages of this one only (33)",
        )
        parser.add_argument(
            "--from",
            dest="folder",
            type=Path,
            help="another edition: folder with provinces.csv, cities.csv …",
        )
        parser.add_argument(
            "--pack", type=Path, help="write the edition as the package keeps it, and load nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"]
        try:
            rows = list(
                regions.upstream_rows(folder) if folder else regions.packed_rows(options["province"] or None)
            )
        except (FileNotFoundError, KeyError, ValueError) as error:
            raise CommandError(f"The divisions cannot be read: {error}") from None
        if options["pack"]:
            options["pack"].write_bytes(regions.packed(rows))
            self.stdout.write(f"{len(rows)} regions written to {options['pack']}.")
            return
        loaded = load_regions(actor=system(source="cli"), rows=rows, at=clock.now())
        self.stdout.write(
            f"{loaded.created} regions entered, {loaded.changed} changed, {loaded.same} as they were."
        )
