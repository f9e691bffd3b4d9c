"""`smartunion recount_facts`: prove that the tallies equal the ledger."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartunion.ground.facts.flows.tallies import differences, fold, repair


class Command(BaseCommand):
    """Compares every tally with its facts; ends with an error when one differs and --repair was not given."""

    help = "Compare every tally with the facts it sums; --repair adds what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="add what is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        while fold():
            pass
        found = list(differences())
        for row in found[:50]:
            where = row.path or "(everywhere)"
            self.stdout.write(f"{row.kind} {where} {row.day}: counted {row.counted}, tallied {row.tallied}")
        if not found:
            self.stdout.write("Every tally equals its facts.")
        elif options["repair"]:
            repair(found)
            self.stdout.write(f"{len(found)} tallies repaired.")
        else:
            raise CommandError(f"{len(found)} tallies differ from their facts. Run again with --repair.")
