"""`smartunion recount`: prove that the unions' counts equal the records."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartunion.ground.registry.flows.tallies import recount


class Command(BaseCommand):
    """Compares every stored count with the records; ends with an error when one differs and --repair was not given."""

    help = "Compare the counts of every union and subtree with the records; --repair writes what was counted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="write what was counted")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = recount(repair=options["repair"])
        for row in wrong[:50]:
            self.stdout.write(
                f"union {row.union_id} {row.column}: stored {row.stored}, counted {row.counted}"
            )
        if not wrong:
            self.stdout.write("Every count equals the records.")
        elif options["repair"]:
            self.stdout.write(f"{len(wrong)} counts repaired.")
        else:
            raise CommandError(f"{len(wrong)} counts differ from the records. Run again with --repair.")
