"""`smartunion check_ledger`: whether every entry and every fund balances."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from smartunion.engines.payments.models import Entry
from smartunion.engines.payments.queries.ledger import ledger_faults


class Command(BaseCommand):
    """Says what does not balance; its exit code is 1 then."""

    help = "Check that every entry of the funds' ledger balances."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the check. Raises CommandError listing what does not balance."""
        faults = ledger_faults()
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{Entry.objects.count()} entries, all balance.")
