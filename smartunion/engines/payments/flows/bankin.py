"""The bank's answers: what was paid, what came back and why; safe to read again."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.core.tables.parsers import Context, text
from smartunion.core.tables.problems import Refused
from smartunion.core.tables.reading import read_table
from smartunion.core.tables.vocabulary import FieldSpec, Kind, Vocabulary
from smartunion.core.tables.workbook import open_workbook
from smartunion.engines.payments.flows.settling import settle
from smartunion.engines.payments.models import FileIn, ListItem, PaymentList
from smartunion.engines.payments.rules.accounts import account_key
from smartunion.engines.payments.rules.bankfile import amount_of, is_paid, position_of
from smartunion.engines.payments.rules.states import ListState, PayableState

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000

ANSWERS = Kind(
    "bank_answers",
    pgettext_lazy("payments", "The bank's answers"),
    (
        FieldSpec("reference", pgettext_lazy("payments", "Reference"),
                  ("附言", "摘要", "备注", "用途", "参考号", "客户参考号", "业务编号", "交易附言"), text(200)),
        FieldSpec("account", pgettext_lazy("payments", "Account of the payee"),
                  ("收款账号", "账号", "收款人账号", "卡号", "收款卡号", "对方账号"), text(60)),
        FieldSpec("amount", pgettext_lazy("payments", "Amount"),
                  ("金额", "交易金额", "付款金额", "发放金额", "代发金额"), text(40)),
        FieldSpec("result", pgettext_lazy("payments", "Result"),
                  ("处理结果", "结果", "状态", "交易状态", "处理状态", "付款结果", "是否成功", "交易结果"), text(100)),
        FieldSpec("reason", pgettext_lazy("payments", "Reason of the bank"),
                  ("失败原因", "原因", "退回原因", "退汇原因", "返回信息", "错误信息", "处理说明"), text(200)),
    ),
    signatures=(frozenset({"reference", "amount", "result"}),),
)  # fmt: skip
_WORDS = Vocabulary()
_WORDS.register(ANSWERS)


@dataclass
class Read:
    """What a file of answers says. known: rows settled the same before."""

    paid: list[ListItem] = field(default_factory=list)
    failed: list[tuple[ListItem, str]] = field(default_factory=list)
    known: int = 0
    refused: list[Refused] = field(default_factory=list)


@transaction.atomic
def read_answers(*, actor: Actor, at: datetime, list_id: int, name: str, content: bytes) -> FileIn:
    """Take the bank's answers to a list in; rows that fit nothing are refused singly, the rest goes through.

    The same file again settles nothing twice. Raises NotVisible, NotAllowed, StaleState; InvalidInput, TableRefused.
    """
    paylist = get_visible(PaymentList.objects.visible_to(actor).select_related("fund", "union"), list_id)
    actor.check_can("payments.prepare", path=paylist.path)
    if paylist.state not in {ListState.SENT, ListState.SETTLED}:
        raise StaleState(_("This list has not been sent to the bank, so there are no answers to it."))
    if not 0 < len(content) <= MOST_BYTES:
        raise InvalidInput(_("Choose the file with the bank's answers, of at most 10 MB."), field="file")
    rows = _rows(content, name, at)
    read = _understand(rows, paylist)
    kept = FileIn.objects.create(
        paylist=paylist, name=name[:120], sha256=sha256(content).hexdigest(), paid_count=len(read.paid),
        failed_count=len(read.failed), known_count=read.known, user_id=actor.user_id, actor_name=actor.name[:80], at=at,
        refused=[[one.row, one.field, one.reason, one.remedy] for one in read.refused[:500]],
    )  # fmt: skip
    settle(actor=actor, at=at, paylist=paylist, file_id=kept.pk, paid=read.paid, failed=read.failed)
    audit.record(
        actor, "payments.answers_read", paylist, at=at,
        data={"file": kept.pk, "paid": len(read.paid), "failed": len(read.failed), "known": read.known,
              "refused": len(read.refused)},
    )  # fmt: skip
    return kept


def _rows(content: bytes, name: str, at: datetime) -> list[tuple[int, dict[str, str]]]:
    """(row number, texts by field) of the file's first sheet that holds answers."""
    with NamedTemporaryFile(suffix=Path(name).suffix[:8]) as kept:
        kept.write(content)
        kept.flush()
        with open_workbook(Path(kept.name), name=Path(name).stem or "file") as book:
            for sheet in book.sheets:
                table = read_table(sheet, _WORDS, title=name, only=ANSWERS)
                if {"reference", "amount", "result"} <= {column.key for column in table.columns}:
                    records = table.records(Context(local_date(at), book.is_1904))
                    found = [
                        (one.row, {key: str(value) for key, value in one.values.items()}) for one in records
                    ]
                    if len(found) > MOST_ROWS:
                        break
                    return found
    raise InvalidInput(
        _("The columns of reference, amount and result were not found in this file."), field="file",
        remedy=_("The first row names the columns: 附言, 金额, 处理结果, and 失败原因 where there is one."),
    )  # fmt: skip


def _understand(rows: list[tuple[int, dict[str, str]]], paylist: PaymentList) -> Read:
    items = {
        item.position: item
        for item in ListItem.objects.filter(paylist=paylist).select_related("payable__union")
    }
    read, seen = Read(), set[int]()
    for row, said in rows:
        position = position_of(paylist.number, said.get("reference", ""))
        item = items.get(position) if position is not None else None
        refused = _unfit(row, said, item, paylist) if item is None or item.pk not in seen else _twice(row)
        if refused is not None or item is None:
            read.refused += [refused] if refused is not None else []
            continue
        seen.add(item.pk)
        _sort(read, row, item, said)
    return read


def _unfit(row: int, said: dict[str, str], item: ListItem | None, paylist: PaymentList) -> Refused | None:
    if item is None:
        return Refused(
            row, "reference", _("No payment of list %(number)s has this reference.") % {"number": paylist.number},
            _("Check that the file answers this list; leave the reference as it was sent."),
        )  # fmt: skip
    if amount_of(said.get("amount", "")) != item.amount_yuan:
        return Refused(
            row, "amount", _("The amount is not the one that was sent: %(yuan)s yuan.") % {"yuan": item.amount_yuan},
            _("Ask the bank what it paid before anything is entered."),
        )  # fmt: skip
    account = account_key(said.get("account", ""))
    # After a failure the payable may hold a corrected account: then the sent one is no longer known.
    if (
        account
        and "*" not in account
        and item.state == PayableState.SENT
        and account != item.payable.payee_account
    ):
        return Refused(
            row, "account", _("The account is not the one that was sent."), _("Ask the bank whom it paid.")
        )
    if is_paid(said.get("result", "")) is None:
        return Refused(
            row, "result", _("It is not clear whether this was paid."),
            _("Write 成功 or 失败 as the result and read the file again."),
        )  # fmt: skip
    return None


def _twice(row: int) -> Refused:
    return Refused(
        row, "reference", _("This payment has a row further up already."), _("Keep the row that holds.")
    )


def _sort(read: Read, row: int, item: ListItem, said: dict[str, str]) -> None:
    paid = is_paid(said["result"])
    wanted = PayableState.PAID if paid else PayableState.FAILED
    if item.state == wanted:
        read.known += 1
    elif item.state != PayableState.SENT:
        read.refused.append(Refused(
            row, "result", _("It was entered as “%(state)s” before.") % {"state": item.get_state_display()},
            _("Ask the bank which answer holds; a payment is not turned round by a file."),
        ))  # fmt: skip
    elif paid:
        read.paid.append(item)
    else:
        read.failed.append((item, (said.get("reason") or said["result"])[:200]))
