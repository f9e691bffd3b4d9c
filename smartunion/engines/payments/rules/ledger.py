"""Double entry for funds: what each act does to the accounts of a fund."""

from collections.abc import Mapping
from decimal import Decimal

from smartunion.engines.payments.rules.states import Account, EntryKind

ZERO = Decimal(0)


def lines_of(kind: EntryKind, yuan: Decimal) -> dict[Account, Decimal]:
    """The lines of an act; debit positive. The table is in docs/rules/payments.md.

    yuan: above zero. What is available is what the balance holds less what was paid out.
    """
    moves: dict[EntryKind, dict[Account, int]] = {
        EntryKind.RECEIPT: {Account.BANK: 1, Account.BALANCE: -1},
        EntryKind.COMMIT: {Account.BALANCE: 1, Account.COMMITTED: -1},
        EntryKind.UNCOMMIT: {Account.BALANCE: -1, Account.COMMITTED: 1},
        EntryKind.SEND: {Account.CLEARING: 1, Account.BANK: -1},
        EntryKind.PAY: {Account.CLEARING: -1, Account.PAID: 1, Account.COMMITTED: 1, Account.BALANCE: -1},
        EntryKind.RESERVE: {Account.BALANCE: 1, Account.COMMITTED: -1},
        EntryKind.UNRESERVE: {Account.BALANCE: -1, Account.COMMITTED: 1},
        EntryKind.SPEND: {Account.BANK: -1, Account.PAID: 1, Account.COMMITTED: 1, Account.BALANCE: -1},
        EntryKind.FAIL: {Account.CLEARING: -1, Account.BANK: 1, Account.COMMITTED: 1, Account.BALANCE: -1},
    }
    return {account: yuan * sign for account, sign in moves[kind].items()}


def check_balanced(lines: Mapping[Account, Decimal]) -> None:
    """Raise ValueError unless the lines sum to zero."""
    if sum(lines.values(), ZERO) != 0:
        raise ValueError(f"lines of an entry sum to {sum(lines.values(), ZERO)}, not to zero")


def change_of(lines: Mapping[Account, Decimal]) -> Decimal:
    """What lines do to what a fund has available: balance (credit) less paid out (debit)."""
    return -lines.get(Account.BALANCE, ZERO) - lines.get(Account.PAID, ZERO)
