"""Accounts people were paid into."""

from smartunion.engines.payments.models import Payable
from smartunion.engines.payments.rules.states import PayableState, PayeeKind


def last_account(person_id: int) -> tuple[str, str]:
    """Account and bank of her own that was last paid into or is being paid into; empty texts when none is known."""
    rows = Payable.objects.filter(person=person_id, payee_kind=PayeeKind.SELF).exclude(
        state__in=[PayableState.FAILED, PayableState.CANCELLED]
    )
    last = rows.order_by("-pk").first()
    return (last.payee_account, last.payee_bank) if last is not None else ("", "")
