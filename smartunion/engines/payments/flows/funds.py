"""Funds opened and closed, receipts entered."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.payments.flows.ledger import post, require_text
from smartunion.engines.payments.flows.owing import checked_amount
from smartunion.engines.payments.models import Entry, Fund
from smartunion.engines.payments.programmes import PROGRAMMES
from smartunion.engines.payments.rules.ledger import lines_of
from smartunion.engines.payments.rules.states import EntryKind, SourceKind
from smartunion.ground.registry.models import TradeUnion


@transaction.atomic
def open_fund(
    *, actor: Actor, at: datetime, union_id: int, code: str, name: str, source: str, earmark: Sequence[str] = (),
    opened_on: date,
) -> Fund:  # fmt: skip
    """Open a fund of a union. Raises NotVisible, NotAllowed; InvalidInput naming code (taken), name, source, earmark."""
    union = get_visible(TradeUnion.objects.filter(actor.within("funds.manage", "path")), union_id)
    said, called = squeeze(code)[:20], squeeze(name)[:80]
    if not said or not called:
        raise InvalidInput(_("Give the fund a code and a name."), field="name" if said else "code")
    if source not in SourceKind.values:
        raise InvalidInput(_("Say where the money of the fund comes from."), field="source")
    if not set(earmark) <= PROGRAMMES.keys():
        raise InvalidInput(_("Choose programmes from the list."), field="earmark")
    try:
        with transaction.atomic():
            fund = Fund.objects.create(
                code=said, name=called, source=source, union=union, path=union.path, earmark=sorted(set(earmark)),
                opened_on=opened_on, created_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise InvalidInput(_("There is a fund with this code already."), field="code") from None
    audit.record(actor, "payments.fund_opened", fund, at=at, data={"code": said, "source": source})
    return fund


@transaction.atomic
def close_fund(*, actor: Actor, at: datetime, fund_id: int) -> Fund:
    """Close a fund from today; what is on its way is still settled. Raises NotVisible, NotAllowed, StaleState."""
    fund = _managed(actor, fund_id)
    if Fund.objects.filter(pk=fund.pk, closed_on=None).update(closed_on=local_date(at)) != 1:
        raise StaleState(_("This fund is closed already."))
    audit.record(actor, "payments.fund_closed", fund, at=at)
    fund.refresh_from_db()
    return fund


@transaction.atomic
def receive(
    *,
    actor: Actor,
    at: datetime,
    fund_id: int,
    amount_yuan: Decimal,
    received_on: date,
    text: str,
    client_id: str,
) -> Entry:
    """Enter money that came in; the same client_id again enters it once.

    text: from whom, by which document. Raises NotVisible, NotAllowed, StaleState (closed); InvalidInput naming
    amount_yuan, received_on (ahead of today), text.
    """
    fund = _managed(actor, fund_id)
    amount = checked_amount(amount_yuan)
    said = require_text(text, "text", _("Say from whom the money came and by which document."))
    if received_on > local_date(at):
        raise InvalidInput(pgettext("payments", "The day lies ahead."), field="received_on")
    key = f"receipt:{fund.pk}:{client_id}"[:80]
    known = Entry.objects.filter(key=key).first()
    if known is not None:
        return known
    if fund.closed_on is not None and fund.closed_on <= local_date(at):
        raise StaleState(_("This fund is closed already."))
    entry = post(
        actor=actor, at=at, fund_id=fund.pk, kind=EntryKind.RECEIPT, key=key, on=received_on, text=said,
        lines=lines_of(EntryKind.RECEIPT, amount),
    )  # fmt: skip
    audit.record(actor, "payments.received", fund, at=at, data={"entry": entry.pk, "yuan": str(amount)})
    return entry


def _managed(actor: Actor, fund_id: int) -> Fund:
    fund = get_visible(Fund.objects.visible_to(actor), fund_id)
    actor.check_can("funds.manage", path=fund.path)
    return fund
