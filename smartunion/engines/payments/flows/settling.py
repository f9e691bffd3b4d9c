"""What the bank answered, entered: paid for good, or back in the queue with the bank's reason."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import F
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import StaleState
from smartunion.engines.payments.flows.ledger import post
from smartunion.engines.payments.models import ListItem, Payable, PaymentList
from smartunion.engines.payments.programmes import PROGRAMMES, is_sealed
from smartunion.engines.payments.rules.accounts import mask_account
from smartunion.engines.payments.rules.ledger import lines_of
from smartunion.engines.payments.rules.states import EntryKind, ListState, PayableState, PayeeKind
from smartunion.ground.facts import ledger
from smartunion.ground.facts.kinds import FactKind
from smartunion.ground.notices import service as notices
from smartunion.ground.registry.models import TradeUnion

PAID = FactKind("payments.paid", pgettext_lazy("payments", "Paid out"), pgettext_lazy("payments", "yuan"))
TEMPLATES = (
    notices.Template(
        "payments.paid",
        gettext_lazy("%(yuan)s yuan are in your account"),
        gettext_lazy(
            "%(yuan)s yuan were paid to the account %(account)s. If they are not there in three working days, ask your union."
        ),
    ),
    notices.Template(
        "payments.failed",
        gettext_lazy("A payment to you came back"),
        gettext_lazy(
            "The bank could not pay %(yuan)s yuan to the account %(account)s (%(reason)s). Please check the account under "
            "“My payments”; it is paid again afterwards."
        ),
    ),
)  # fmt: skip


def settle(
    *, actor: Actor, at: datetime, paylist: PaymentList, file_id: int, paid: Sequence[ListItem],
    failed: Sequence[tuple[ListItem, str]],
) -> None:  # fmt: skip
    """Enter answers inside the caller's transaction; each item once. Raises StaleState when one was settled meanwhile."""
    for item in paid:
        _close(item, PayableState.PAID, "", at)
        _tell(item, "payments.paid", "", at)
    for item, reason in failed:
        _close(item, PayableState.FAILED, reason, at)
        _tell(item, "payments.failed", reason, at)
    back = [item for item, _reason in failed]
    for kind, items in ((EntryKind.PAY, list(paid)), (EntryKind.FAIL, back)):
        total = sum((item.amount_yuan for item in items), Decimal(0))
        if total:
            post(
                actor=actor, at=at, fund_id=paylist.fund_id, kind=kind, key=f"{kind.value}:{file_id}", on=local_date(at),
                lines=lines_of(kind, total), text=paylist.number, paylist=paylist,
            )  # fmt: skip
    _count_facts(actor, at, file_id, paylist, paid)
    _count_list(paylist, list(paid), back, at)
    for item in (*paid, *back):
        audit.record(
            actor, f"payments.{item.state}", item.payable, at=at, owner_person_id=item.payable.person_id
        )
        settled = PROGRAMMES[item.payable.programme].settled if item.payable.programme in PROGRAMMES else None
        if settled is not None:
            settled(item.payable, item.state, at)


def _close(item: ListItem, state: PayableState, reason: str, at: datetime) -> None:
    rows = ListItem.objects.filter(pk=item.pk, state=PayableState.SENT, is_active=True)
    moved = rows.update(state=state, is_active=False, reason=reason, settled_at=at)
    values = {"state": state, "fail_reason": reason, "updated_at": at}
    if state == PayableState.PAID:
        values["paid_at"] = at
    payables = Payable.objects.filter(pk=item.payable_id, state=PayableState.SENT)
    if moved != 1 or payables.update(attempts=F("attempts") + 1, **values) != 1:
        raise StaleState
    item.refresh_from_db(fields=["state", "reason", "is_active"])
    item.payable.refresh_from_db(fields=["state", "fail_reason", "paid_at", "attempts"])


def _tell(item: ListItem, template: str, reason: str, at: datetime) -> None:
    payable = item.payable
    account = mask_account(payable.payee_account)
    context = {"yuan": f"{item.amount_yuan:.2f}", "account": account, "reason": reason}
    if payable.payee_kind == PayeeKind.UNION and template == "payments.failed":
        return  # her union corrects its own account
    notices.tell(
        template=template, context=context, key=f"{template}:{item.pk}", at=at, person_id=payable.person_id,
        link="/me/payments/",
    )  # fmt: skip


def _count_facts(
    actor: Actor, at: datetime, file_id: int, paylist: PaymentList, paid: Sequence[ListItem]
) -> None:
    """One fact for each union: sums for boards name nobody. Whole yuan; the ledger has the fen.

    What tells of illness or poverty counts for the union that pays: in a firm of ten, a sum is a name.
    """
    sums: dict[int, Decimal] = defaultdict(Decimal)
    unions: dict[int, TradeUnion] = {}
    for item in paid:
        union = paylist.union if is_sealed(item.payable.programme) else item.payable.union
        unions[union.pk] = union
        sums[union.pk] += item.amount_yuan
    for key, yuan in sums.items():
        whole = int(yuan.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        ledger.record(
            actor=actor, kind=PAID.key, key=f"paid:{file_id}:{key}", happened_on=local_date(at), at=at,
            path=unions[key].path, subject=unions[key], quantity=whole,
        )  # fmt: skip


def _count_list(paylist: PaymentList, paid: list[ListItem], back: list[ListItem], at: datetime) -> None:
    paylist.refresh_from_db(fields=["paid_count", "paid_yuan", "failed_count"])
    paylist.paid_count += len(paid)
    paylist.paid_yuan += sum((item.amount_yuan for item in paid), Decimal(0))
    paylist.failed_count += len(back)
    paylist.save(update_fields=["paid_count", "paid_yuan", "failed_count"])
    if not ListItem.objects.filter(paylist=paylist, state=PayableState.SENT).exists():
        PaymentList.objects.filter(pk=paylist.pk, state=ListState.SENT).update(
            state=ListState.SETTLED, settled_at=at
        )
    paylist.refresh_from_db()
