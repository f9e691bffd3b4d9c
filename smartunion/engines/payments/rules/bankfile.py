"""What goes to the bank, and how its answer is read; pure."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from smartunion.core.codes.folding import fold_width, squeeze

#: What a column may hold.
COLUMNS = ("position", "name", "account", "bank", "amount", "reference")
#: The usual order; a federation enters its own bank's.
DEFAULT_COLUMNS = "序号=position，收款户名=name，收款账号=account，开户行=bank，金额=amount，附言=reference"

_PAID = frozenset(
    {
        "成功",
        "交易成功",
        "付款成功",
        "支付成功",
        "代发成功",
        "处理成功",
        "已到账",
        "入账成功",
        "success",
        "ok",
        "paid",
    }
)
_FAILED = re.compile(r"失败|退回|退汇|不成功|拒绝|错误|异常|不符|fail|reject|return", re.IGNORECASE)
_AMOUNT = re.compile(r"^[¥￥]?\s*|\s*元$|[,，]")
_REFERENCE = re.compile(r"(ZF\d{6}-[0-9A-Z]{5})-(\d{1,5})\s*$")


@dataclass(frozen=True)
class BankColumn:
    """One column of a bank file: its heading and what it holds."""

    label: str
    key: str


def columns_of(text: str) -> list[BankColumn]:
    """The columns of "序号=position，账号=account…". Raises ValueError for an unknown or repeated key, or without
    account, amount and reference (without the reference the bank's answer could not be put to a payment)."""
    found = []
    for part in re.split(r"[,，;；\n]", text):
        label, _equals, key = (piece.strip() for piece in part.partition("="))
        if part.strip():
            found.append(BankColumn(label, key))
    keys = [column.key for column in found]
    if (
        not {"account", "amount", "reference", "name"} <= set(keys)
        or not set(keys) <= set(COLUMNS)
        or len(set(keys)) != len(keys)
        or not all(column.label for column in found)
    ):
        raise ValueError(text)
    return found


def reference_of(number: str, position: int) -> str:
    """What the bank gives back with each payment; says nothing of what it is for."""
    return f"{number}-{position}"


def position_of(number: str, text: str) -> int | None:
    """The position on this list a reference names; None when it names none, or another list."""
    found = _REFERENCE.search(fold_width(squeeze(text)).upper())
    return int(found[2]) if found and found[1] == number else None


def is_paid(text: str) -> bool | None:
    """Whether the bank says paid (True) or failed (False); None when it says neither."""
    said = fold_width(squeeze(text)).lower().strip("。.!")
    if said in _PAID:
        return True
    return False if _FAILED.search(said) else None


def amount_of(text: str) -> Decimal | None:
    """An amount as banks write it: "1,200.00", "￥500", "500元"; None for anything else."""
    try:
        value = Decimal(_AMOUNT.sub("", fold_width(squeeze(text))))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
