"""The ledger read: what a fund has, its entries with a running balance, and whether everything balances."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from smartunion.engines.payments.models import Entry, Fund, Line
from smartunion.engines.payments.rules.states import Account

PAGE = 100


@dataclass(frozen=True)
class Standing:
    """What a fund has, in yuan. received: all that came in; committed: set aside for released lists; paid; clearing: with
    the bank and not yet answered; available: what may still be set aside."""

    received: Decimal
    committed: Decimal
    clearing: Decimal
    paid: Decimal
    available: Decimal


def standing_of(fund: Fund) -> Standing:
    """What one fund has, from its lines."""
    rows = Line.objects.filter(entry__fund=fund).values_list("account").annotate(total=Sum("yuan"))
    sums = {account: Decimal(total).quantize(Decimal("0.01")) for account, total in rows}
    zero = Decimal("0.00")
    committed = -sums.get(Account.COMMITTED, zero)
    return Standing(
        received=-sums.get(Account.BALANCE, zero) + committed, committed=committed,
        clearing=sums.get(Account.CLEARING, zero), paid=sums.get(Account.PAID, zero), available=fund.available_yuan,
    )  # fmt: skip


@dataclass(frozen=True)
class Booked:
    """An entry with its lines in words and what was available after it."""

    entry: Entry
    lines: list[tuple[str, Decimal]]
    after_yuan: Decimal


def entries_of(fund: Fund, *, before: int | None = None) -> tuple[list[Booked], int | None]:
    """The newest hundred entries of a fund (older than `before`), newest first, and where the next page begins."""
    rows = Entry.objects.filter(fund=fund)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows.prefetch_related("lines").select_related("paylist").order_by("-pk")[: PAGE + 1])
    after = Decimal(rows.aggregate(total=Sum("change_yuan"))["total"] or 0).quantize(Decimal("0.01"))
    booked = []
    for entry in page[:PAGE]:
        lines = [(str(line.get_account_display()), line.yuan) for line in entry.lines.all()]
        booked.append(Booked(entry, lines, after))
        after -= entry.change_yuan
    return booked, booked[-1].entry.pk if len(page) > PAGE else None


def ledger_faults() -> list[str]:
    """What does not balance: one line each, [] when all is well. Reads every line; exact, not rounded by a database."""
    faults = []
    lines: dict[int, Decimal] = defaultdict(Decimal)
    changes: dict[int, Decimal] = defaultdict(Decimal)
    funds: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows = Line.objects.values_list("entry_id", "entry__fund_id", "account", "yuan")
    for entry_id, fund_id, account, yuan in rows.iterator():
        lines[entry_id] += yuan
        funds[fund_id][account] += yuan
        if account in {Account.BALANCE, Account.PAID}:
            changes[entry_id] -= yuan
    for entry_id, change in Entry.objects.values_list("pk", "change_yuan").iterator():
        if lines.get(entry_id, Decimal(0)) != 0:
            faults.append(f"entry {entry_id}: its lines sum to {lines[entry_id]}")
        if changes.get(entry_id, Decimal(0)) != change:
            faults.append(f"entry {entry_id}: says {change}, its lines say {changes[entry_id]}")
    for fund in Fund.objects.order_by("pk"):
        sums = funds[fund.pk]
        available = -sums[Account.BALANCE] - sums[Account.PAID]
        if available != fund.available_yuan:
            faults.append(f"fund {fund.code}: keeps {fund.available_yuan}, its entries say {available}")
        if min(sums[Account.BANK], sums[Account.CLEARING], -sums[Account.COMMITTED], sums[Account.PAID]) < 0:
            faults.append(f"fund {fund.code}: an account stands on the wrong side")
        if sums[Account.BANK] + sums[Account.CLEARING] != available - sums[Account.COMMITTED]:
            faults.append(f"fund {fund.code}: what is there is not what it is for")
    return faults
