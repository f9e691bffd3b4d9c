"""`smartunion openapi`: the document of the API, as it is kept in docs/openapi.json."""

from typing import Any

from django.core.management.base import BaseCommand

from smartunion.site.api.document import openapi


class Command(BaseCommand):
    """Prints and changes nothing."""

    help = "Print the OpenAPI document. After a change of the API: ./run openapi > docs/openapi.json"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(openapi(), ending="")
