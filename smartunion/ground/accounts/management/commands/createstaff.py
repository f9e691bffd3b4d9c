"""`smartunion createstaff`: make a staff account from the shell; the first operator comes this way."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.errors import DomainError
from smartunion.ground.accounts.flows.users import create_staff
from smartunion.ground.accounts.rules import EVERYWHERE_ONLY, Role
from smartunion.ground.registry.models import TradeUnion


class Command(BaseCommand):
    """Prints the one-time password; the person chooses her own at the first sign-in."""

    help = "Make a staff account and print its one-time password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="sign-in name, 3 to 40 letters or digits")
        parser.add_argument("--name", default="", help="the person's name (default: the sign-in name)")
        parser.add_argument("--role", default=Role.OPERATOR.value, choices=Role.values)
        parser.add_argument("--union", default="", help="number of the union where the role holds")
        parser.add_argument("--mobile", default="", help="mobile number, for messages")

    def handle(self, *args: Any, **options: Any) -> None:
        role = Role(options["role"])
        union_id = None if role in EVERYWHERE_ONLY else self._union(options["union"])
        try:
            user, first = create_staff(
                actor=system(source="cli"), username=options["username"], role=role, union_id=union_id,
                name=options["name"] or options["username"], mobile=options["mobile"], at=clock.now(),
            )  # fmt: skip
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Account made: {user.username} ({role.value}).")
        self.stdout.write(f"One-time password (shown only now): {first}")
        self.stdout.write("At the first sign-in a new password is chosen and the second factor set up.")

    def _union(self, number: str) -> int:
        if not number:
            raise CommandError("This role holds at a union: give its number with --union.")
        found = TradeUnion.objects.filter(number=number).values_list("pk", flat=True).first()
        if found is None:
            raise CommandError(f"There is no union with the number {number}.")
        return found
