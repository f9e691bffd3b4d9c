"""Who may do what to a payment list; pure."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from hashlib import sha256


def is_own_decision(user_id: int | None, deciders: Collection[int | None]) -> bool:
    """Whether somebody decided one of the payables or handled a step of it: then she neither prepares nor releases its payment."""
    return user_id is not None and user_id in deciders


def item_seal(position: int, name: str, account: str, bank: str, amount_yuan: Decimal) -> str:
    """A digest of what the bank is told about one payment: changed by any change of payee or amount."""
    return sha256(
        "\x1f".join((str(position), name, account, bank, f"{amount_yuan:.2f}")).encode()
    ).hexdigest()


def list_digest(number: str, fund: str, seals: Iterable[str]) -> str:
    """A digest of a whole list: its number, its fund and its items in order."""
    return sha256("\n".join((number, fund, *seals)).encode()).hexdigest()
