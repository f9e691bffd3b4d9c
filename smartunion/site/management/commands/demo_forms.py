"""Write the federation's own spreadsheets of the demo place."""

from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from smartunion.site.demo.forms.cli import add_arguments, handle


class Command(BaseCommand):
    """`smartunion demo_forms`."""

    help = "Write the federation's own spreadsheets of the demo place, as unions send them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and end with the tool's exit code."""
        if code := handle(Namespace(**options)):
            raise SystemExit(code)
