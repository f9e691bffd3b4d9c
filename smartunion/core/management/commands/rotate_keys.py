"""`smartunion rotate_keys`: seal and index everything anew under the newest keys."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from smartunion.core.crypto import rotation


class Command(BaseCommand):
    """Safe to stop and to run again; ends with an error while something is not under the newest key."""

    help = (
        "Seal personal data and stored files anew under the first key of SMARTUNION_FIELD_KEYS, and make the indexes "
        "that find people anew under the first of SMARTUNION_INDEX_KEY; --check only counts what is still under an older one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--check", action="store_true", help="count, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, say what was done column by column, and whether the older keys can go."""
        found = rotation.rotate(write=not options["check"])
        for row in found:
            self.stdout.write(
                f"{row.name}: {row.renewed} made anew, {row.current} under the newest key already, "
                f"{row.waiting} under an older key, {row.unreadable} not readable"
            )
        unreadable, waiting = sum(row.unreadable for row in found), sum(row.waiting for row in found)
        twins = sum(row.twins for row in found)
        if unreadable:
            raise CommandError(
                f"{unreadable} values do not open with the keys given, or their file is missing. Keep every key, "
                "put back the one that is missing in SMARTUNION_FIELD_KEYS, and run this again."
            )
        if waiting:
            raise CommandError(
                f"{waiting} values are under an older key. Run the command again without --check."
            )
        if twins:
            raise CommandError(
                f"{twins} numbers stand in two rows each, so that one row's index stays under the older key. Keep that "
                "key, merge the two on the desk's page of duplicates, and run this again."
            )
        self.stdout.write("Everything is under the newest key; older keys can be removed.")
