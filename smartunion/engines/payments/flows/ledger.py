"""The ledger: entries are appended, their lines sum to zero, a fund is never overdrawn."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, Refusal, StaleState
from smartunion.engines.payments.models import Entry, Fund, Line, PaymentList
from smartunion.engines.payments.rules.ledger import change_of, check_balanced
from smartunion.engines.payments.rules.states import Account, EntryKind

_ATTEMPTS = 5


class FundTooSmall(Refusal):
    """The fund has less left than is to be set aside."""

    code = "fund_too_small"


@transaction.atomic
def post(
    *, actor: Actor, at: datetime, fund_id: int, kind: EntryKind, key: str, on: date, lines: Mapping[Account, Decimal],
    text: str = "", paylist: PaymentList | None = None,
) -> Entry:  # fmt: skip
    """Append an entry; the same key again gives the stored one and moves nothing.

    lines: account → yuan, debit positive. Raises ValueError when they do not sum to zero; FundTooSmall; StaleState.
    """
    check_balanced(lines)
    stored = Entry.objects.filter(key=key).first()
    if stored is not None:
        return stored
    change = change_of(lines)
    _move(fund_id, change)
    entry = Entry.objects.create(
        fund_id=fund_id, key=key, kind=kind, text=text[:200], change_yuan=change, happened_on=on, at=at, paylist=paylist,
        user_id=actor.user_id, actor_name=actor.name[:80],
    )  # fmt: skip
    Line.objects.bulk_create(
        Line(entry=entry, account=account, yuan=yuan) for account, yuan in lines.items() if yuan
    )
    return entry


def _move(fund_id: int, change: Decimal) -> None:
    """Compare-and-set in Python: SQLite would add decimals as floating-point numbers."""
    if not change:
        return
    for _attempt in range(_ATTEMPTS):
        before = Fund.objects.values_list("available_yuan", flat=True).get(pk=fund_id)
        if before + change < 0:
            raise FundTooSmall(
                _("The fund has %(left)s yuan left; %(need)s yuan are needed.") % {"left": before, "need": -change},
                remedy=_("Enter a receipt of the fund first, or pay fewer from this list."),
            )  # fmt: skip
        if Fund.objects.filter(pk=fund_id, available_yuan=before).update(available_yuan=before + change):
            return
    raise StaleState(_("The fund is being used by others at this moment."), remedy=_("Please try once more."))


def require_text(text: str, field: str, message: str) -> str:
    """A reason of at least two characters, at most 200. Raises InvalidInput."""
    said = " ".join(text.split())[:200]
    if len(said) < 2:
        raise InvalidInput(message, field=field)
    return said
