"""Money owed: entered by the programme that decided, cancelled while it is on no list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.engines.payments.models import Payable
from smartunion.engines.payments.programmes import PROGRAMMES, Programme
from smartunion.engines.payments.rules.accounts import account_key, is_account, is_card
from smartunion.engines.payments.rules.states import PayableState, PayeeKind
from smartunion.ground.registry.models import Person, TradeUnion

MOST_YUAN = Decimal(10_000_000)


@dataclass(frozen=True)
class Payee:
    """To whom it is paid. kind: self, family or union; relation: to the person, needed unless it is her own account."""

    name: str
    account: str
    bank: str = ""
    kind: str = PayeeKind.SELF
    relation: str = ""


@transaction.atomic
def owe(
    *,
    actor: Actor,
    at: datetime,
    programme: str,
    key: str,
    union_id: int,
    person_id: int,
    payee: Payee,
    amount_yuan: Decimal,
    title: str,
    record: str,
    decided_by: int | None,
    handled_by: Iterable[int] = (),
) -> Payable:
    """Enter what a programme decided to pay; the same programme and key give the payable there is already.

    decided_by: account that decided, handled_by: accounts that handled it before; none of them can prepare or release
    the payment. record: "app.model:pk".
    Raises InvalidInput naming programme, amount_yuan, payee, account, relation, title; also when the same key comes with
    another person or amount.
    """
    plan = PROGRAMMES.get(programme)
    if plan is None or not key:
        raise InvalidInput(
            _("There is no programme “%(key)s” that pays.") % {"key": programme}, field="programme"
        )
    amount = checked_amount(amount_yuan)
    person = Person.objects.get(pk=person_id)
    checked = checked_payee(payee, person, plan)
    made = _known(programme, key, person_id, amount)
    if made is not None:
        return made
    union = TradeUnion.objects.get(pk=union_id)
    try:
        with transaction.atomic():
            made = Payable.objects.create(
                programme=programme, key=key, union=union, path=union.path, person=person, amount_yuan=amount,
                title=squeeze(title)[:200], record=record, payee_kind=checked.kind, payee_relation=checked.relation,
                payee_name=checked.name, payee_account=checked.account, payee_bank=checked.bank,
                decided_by_id=decided_by, handled_by=sorted(set(handled_by)), owed_at=at, updated_at=at,
            )  # fmt: skip
    except IntegrityError:
        made = _known(programme, key, person_id, amount)
        if made is None:
            raise
        return made
    audit.record(
        actor, "payments.owed", made, at=at, owner_person_id=person_id,
        data={"programme": programme, "key": key, "yuan": str(amount)},
    )  # fmt: skip
    return made


@transaction.atomic
def cancel(*, actor: Actor, at: datetime, programme: str, key: str, reason: str) -> Payable | None:
    """Take back what is on no list; None when nothing was owed. Once cancelled it stays so; again changes nothing.

    Raises StaleState when it is on a list or was paid; InvalidInput naming reason.
    """
    made = Payable.objects.filter(programme=programme, key=key).first()
    if made is None or made.state == PayableState.CANCELLED:
        return made
    said = squeeze(reason)[:200]
    if not said:
        raise InvalidInput(_("Say why the payment is cancelled."), field="reason")
    rows = Payable.objects.filter(pk=made.pk, state__in=[PayableState.OWED, PayableState.FAILED])
    if rows.update(state=PayableState.CANCELLED, cancel_reason=said, updated_at=at) != 1:
        made.refresh_from_db(fields=["state"])
        raise StaleState(
            _("This payment is “%(state)s” already and can no longer be cancelled.") % {"state": made.get_state_display()},
            remedy=_("Ask whoever prepares the payment list to take it off first."),
        )  # fmt: skip
    made.refresh_from_db()
    audit.record(actor, "payments.cancelled", made, at=at, reason=said, owner_person_id=made.person_id)
    return made


def checked_amount(amount: Decimal) -> Decimal:
    """The amount with two decimals. Raises InvalidInput naming amount_yuan (not above 0, above 10 million, fen parts)."""
    try:
        exact = Decimal(amount)
        rounded = exact.quantize(Decimal("0.01"))
    except (InvalidOperation, TypeError, ValueError):
        raise InvalidInput(_("This is no amount in yuan."), field="amount_yuan") from None
    if exact != rounded or not 0 < rounded <= MOST_YUAN:
        raise InvalidInput(
            _("An amount is more than 0 and at most 10 million yuan, with at most two decimals."), field="amount_yuan"
        )  # fmt: skip
    return rounded


def checked_payee(payee: Payee, person: Person, programme: Programme) -> Payee:
    """The payee by the programme's rules. Raises InvalidInput naming payee, account or relation.

    Her own account bears her own name; a union's account only where the programme pays unions; any other account needs
    the relation to her.
    """
    name, account = squeeze(payee.name)[:100], account_key(payee.account)
    if not name:
        raise InvalidInput(pgettext("payments", "Say whose account it is."), field="payee")
    if not is_account(account) or not is_card(account):
        raise InvalidInput(
            _("This account number cannot be right."), field="account",
            remedy=_("Compare it with the bank card, digit by digit."),
        )  # fmt: skip
    relation = squeeze(payee.relation)[:40]
    if payee.kind not in PayeeKind.values:
        raise InvalidInput(pgettext("payments", "Say whose account it is."), field="payee")
    if payee.kind == PayeeKind.SELF and name != person.name:
        raise InvalidInput(
            _("The account does not bear the name of the person the money is for."), field="payee",
            remedy=_("Give her own account, or say whose it is and how they are related."),
        )  # fmt: skip
    if payee.kind == PayeeKind.UNION and not programme.pays_union:
        raise InvalidInput(_("This programme does not pay into the account of a union."), field="payee")
    if payee.kind == PayeeKind.FAMILY and not relation:
        raise InvalidInput(_("Say how the owner of the account is related to her."), field="relation")
    return Payee(name, account, squeeze(payee.bank)[:100], payee.kind, relation)


def _known(programme: str, key: str, person_id: int, amount: Decimal) -> Payable | None:
    made = Payable.objects.filter(programme=programme, key=key).first()
    if made is not None and (made.person_id != person_id or made.amount_yuan != amount):
        raise InvalidInput(
            _("The same decision was entered before with another person or amount."), field="amount_yuan",
            remedy=_("Cancel the earlier payment first."),
        )  # fmt: skip
    return made
