"""`smartunion service_table`: what a worker types for each ready service, as the table of docs/rules/services.md."""

from typing import Any

from django.core.management.base import BaseCommand

from smartunion.engines.casework.definitions import shipped
from smartunion.engines.casework.effort import table


class Command(BaseCommand):
    """Prints the table; reads no database."""

    help = "Prints how many questions a worker types for each ready service."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Standard output only."""
        self.stdout.write(table(shipped()), ending="")
