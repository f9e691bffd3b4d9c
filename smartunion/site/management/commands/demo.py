"""Fill an empty database with the demo place, or print the demo's accounts again."""

from argparse import ArgumentParser
from typing import Any
from unicodedata import east_asian_width

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from smartunion.core import clock
from smartunion.core.errors import DomainError
from smartunion.site.demo.load.accounts import shown_accounts
from smartunion.site.demo.load.run import STAGES, Plan, load
from smartunion.site.demo.world import SIZES
from smartunion.site.demo.world.places import UnknownPlace


class Command(BaseCommand):
    """`smartunion demo`."""

    help = "Fill an empty database with the demo place; all people and firms in it are invented."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument(
            "--stage", choices=STAGES, default="running", help="how far the place's life has gone"
        )
        parser.add_argument("--size", choices=sorted(SIZES), default="county", help="how big the place is")
        parser.add_argument("--place", help="code of a county (6 digits) or town (9 digits) of Ningbo")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same place")
        parser.add_argument("--replace", action="store_true", help="build anew over an older demo")
        parser.add_argument("--accounts", action="store_true", help="only print the demo accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and print."""
        if not options["accounts"]:
            call_command("prepare", stderr=self.stderr)
            plan = Plan(
                options["stage"], options["size"], options["seed"], options["place"], options["replace"]
            )
            try:
                load(plan, at=clock.now(), as_of=clock.today(), say=self._say)
            except (DomainError, UnknownPlace) as error:
                raise CommandError(str(error)) from error
        self.print_accounts()

    def print_accounts(self) -> None:
        """The table of accounts, organisers of other areas left out."""
        for row in shown_accounts():
            self.stdout.write(
                f"  {_padded(row.who, 26)} {row.username:<14} {_padded(row.password, 24)} {row.union}"
            )

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()


def _padded(text: str, columns: int) -> str:
    """The text filled up with blanks; a Chinese character takes two columns of a terminal."""
    return text + " " * (columns - sum(2 if east_asian_width(ch) in "WF" else 1 for ch in text))
