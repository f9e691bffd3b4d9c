"""What a fund pays in kind: set aside for an offer, spent as people get their thing or place, the rest given back.

No list and no bank file: goods and places were bought by the union; here they are booked against the fund they come from.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput
from smartunion.core.paths import prefixes
from smartunion.core.reading import get_visible
from smartunion.engines.payments.flows.ledger import post
from smartunion.engines.payments.flows.owing import checked_amount
from smartunion.engines.payments.models import Entry, Fund
from smartunion.engines.payments.rules.ledger import lines_of
from smartunion.engines.payments.rules.states import EntryKind


def funds_for(actor: Actor, *, path: str, programme: str, at: datetime) -> "QuerySet[Fund]":
    """Funds the actor keeps that may pay in kind for something at `path`: of its union or one above it, open, not
    earmarked for something else."""
    rows = Fund.objects.filter(actor.within("funds.manage", "path"), path__in=prefixes(path))
    open_ones = rows.open_on(local_date(at)).select_related("union").order_by("path", "code")
    fit = [fund.pk for fund in open_ones[:500] if not fund.earmark or programme in fund.earmark]
    return open_ones.filter(pk__in=fit)


@transaction.atomic
def reserve(
    *, actor: Actor, at: datetime, fund_id: int, path: str, programme: str, key: str, yuan: Decimal, text: str
) -> Entry:  # fmt: skip
    """Set money of a fund aside; the same key again sets it aside once. Raises NotVisible, InvalidInput, FundTooSmall."""
    fund = get_visible(funds_for(actor, path=path, programme=programme, at=at), fund_id)
    amount = checked_amount(yuan)
    entry = _post(actor, at, fund.pk, EntryKind.RESERVE, f"{programme}:{key}", amount, text)
    if entry.fund_id != fund.pk or -entry.change_yuan != amount:
        raise InvalidInput(_("This was set aside before, from another fund or with another amount."))
    audit.record(
        actor, "payments.reserved", fund, at=at, data={"entry": entry.pk, "yuan": str(amount), "key": key}
    )
    return entry


@transaction.atomic
def spend(
    *, actor: Actor, at: datetime, fund_id: int, programme: str, key: str, yuan: Decimal, text: str
) -> bool:  # fmt: skip
    """Book something given against what was set aside; the same key once. False when it was booked before.

    The programme sees to it that no more is spent than it has set aside.
    """
    whole = f"{programme}:{key}"
    if Entry.objects.filter(key=whole).exists():
        return False
    _post(actor, at, fund_id, EntryKind.SPEND, whole, checked_amount(yuan), text)
    return True


@transaction.atomic
def give_back(
    *, actor: Actor, at: datetime, fund_id: int, programme: str, key: str, yuan: Decimal, text: str
) -> Entry:  # fmt: skip
    """Put back what was set aside and not spent; the same key once."""
    return _post(actor, at, fund_id, EntryKind.UNRESERVE, f"{programme}:{key}", checked_amount(yuan), text)


def _post(
    actor: Actor, at: datetime, fund_id: int, kind: EntryKind, key: str, yuan: Decimal, text: str
) -> Entry:
    return post(
        actor=actor, at=at, fund_id=fund_id, kind=kind, key=key[:80], on=local_date(at), text=text, lines=lines_of(kind, yuan)
    )  # fmt: skip
