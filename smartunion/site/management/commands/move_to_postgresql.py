"""`smartunion move_to_postgresql ADDRESS`: take an installation from SQLite to PostgreSQL."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from smartunion.core import moving
from smartunion.site import env


class Command(BaseCommand):
    """All or nothing; ends with an error, and an empty target, when anything differs."""

    help = (
        "Copy the whole SQLite database into an empty PostgreSQL database, and compare both table by table."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("address", help="postgresql://user:password@host:port/name of an empty database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Move, saying what arrived."""
        rows = tables = 0
        try:
            for moved in moving.move(env.database(options["address"], settings.HOME)):
                self.stdout.write(f"{moved.table}: {moved.rows:,} rows, {moved.digest[:12]}")
                rows, tables = rows + moved.rows, tables + 1
        except (moving.CannotMove, ImproperlyConfigured) as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"{rows:,} rows of {tables} tables have arrived unchanged. Set DATABASE_URL and restart."
        )
