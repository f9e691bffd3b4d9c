"""Write the demo city's extracts with their truth."""

from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from smartunion.site.demo.extracts.cli import add_arguments, handle


class Command(BaseCommand):
    """`smartunion demo_extracts`."""

    help = "Write the demo city's extracts with their truth."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and end with the tool's exit code."""
        if code := handle(Namespace(**options)):
            raise SystemExit(code)
