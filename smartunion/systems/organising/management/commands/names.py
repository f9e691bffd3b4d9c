"""Find firms by names as people typed them."""

from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from smartunion.systems.organising.matching.names_cli import add_arguments, handle


class Command(BaseCommand):
    """`smartunion names`."""

    help = "Find firms by names as people typed them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and end with the tool's exit code."""
        if code := handle(Namespace(**options)):
            raise SystemExit(code)
