"""The bank file: exported once, and again only with a reason while no answer of the bank was read."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, Refusal, StaleState
from smartunion.core.listing.columns import Cell
from smartunion.core.listing.xlsx import xlsx_bytes
from smartunion.core.reading import get_visible
from smartunion.engines.payments.flows.ledger import post, require_text
from smartunion.engines.payments.flows.lists import sealed_items
from smartunion.engines.payments.models import FileOut, ListItem, Payable, PaymentList
from smartunion.engines.payments.rules.bankfile import BankColumn, columns_of, reference_of
from smartunion.engines.payments.rules.ledger import lines_of
from smartunion.engines.payments.rules.lists import list_digest
from smartunion.engines.payments.rules.states import EntryKind, ListState, PayableState
from smartunion.ground.policies import service as policies

FORMS = ("csv", "xlsx")
MEDIA = {
    "csv": "text/csv; charset=gb18030",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Tampered(Refusal):
    """A released list no longer is what was released."""

    code = "list_changed"
    status = 409


@dataclass(frozen=True)
class BankFile:
    """A file to be handed to the bank."""

    name: str
    content: bytes
    media_type: str


@transaction.atomic
def export(*, actor: Actor, at: datetime, list_id: int, form: str, reason: str = "") -> BankFile:
    """The bank file of a released list; the first one hands the money to the bank.

    form: csv (GB18030) or xlsx. Raises NotVisible, NotAllowed, StaleState (not released, or answers were read), Tampered;
    InvalidInput naming form, reason (exported before) or columns.
    """
    paylist = get_visible(PaymentList.objects.visible_to(actor).select_related("fund", "union"), list_id)
    actor.check_can("payments.release", path=paylist.path)
    if form not in FORMS:
        raise InvalidInput(_("Bank files are CSV or XLSX."), field="form")
    said = _checked_again(paylist, reason)
    items = _unchanged(paylist)
    content = _content(paylist, items, form, at)
    if paylist.state == ListState.RELEASED:
        _hand_over(actor, at, paylist)
    issue = paylist.files_out.count() + 1
    try:
        with transaction.atomic():
            FileOut.objects.create(
                paylist=paylist, issue=issue, form=form, sha256=sha256(content).hexdigest(), reason=said,
                user_id=actor.user_id, actor_name=actor.name[:80], at=at,
            )  # fmt: skip
    except IntegrityError:
        raise StaleState(_("Somebody took the bank file out a moment ago.")) from None
    data = {"issue": issue, "form": form, "sha256": sha256(content).hexdigest()}
    audit.record(actor, "payments.exported", paylist, at=at, reason=said, data=data)
    return BankFile(f"{paylist.number}-{issue}.{form}", content, MEDIA[form])


def _checked_again(paylist: PaymentList, reason: str) -> str:
    if paylist.state == ListState.RELEASED:
        return ""
    if paylist.state != ListState.SENT:
        raise StaleState(
            _("This list is “%(state)s”; there is no bank file of it.")
            % {"state": paylist.get_state_display()}
        )
    if paylist.files_in.exists():
        raise StaleState(
            _("Answers of the bank to this list were read: its file is not made again, or people would be paid twice."),
            remedy=_("What the bank sent back goes on a new list."),
        )  # fmt: skip
    return require_text(
        reason, "reason", _("The bank file was taken out before. Say why it is needed again; the bank must not run it twice.")
    )  # fmt: skip


def _unchanged(paylist: PaymentList) -> list[ListItem]:
    """The items as released. Raises Tampered when a payee, an amount or the list itself is another than then."""
    stored = dict(ListItem.objects.filter(paylist=paylist).values_list("pk", "seal"))
    items = sealed_items(paylist)
    now = list_digest(paylist.number, paylist.fund.code, [item.seal for item in items])
    if now != paylist.digest or any(stored[item.pk] != item.seal for item in items):
        raise Tampered(
            _("This list is no longer what was released: a payee or an amount was changed. No file was made."),
            remedy=_("Take the release back and have the list released again."),
        )  # fmt: skip
    return items


def _hand_over(actor: Actor, at: datetime, paylist: PaymentList) -> None:
    rows = PaymentList.objects.filter(pk=paylist.pk, state=ListState.RELEASED, digest=paylist.digest)
    if rows.update(state=ListState.SENT, sent_at=at) != 1:
        raise StaleState(_("Somebody took the bank file out a moment ago."))
    Payable.objects.filter(paylist=paylist, state=PayableState.RELEASED).update(
        state=PayableState.SENT, updated_at=at
    )
    ListItem.objects.filter(paylist=paylist).update(state=PayableState.SENT)
    post(
        actor=actor, at=at, fund_id=paylist.fund_id, kind=EntryKind.SEND, key=f"send:{paylist.pk}", on=local_date(at),
        lines=lines_of(EntryKind.SEND, paylist.total_yuan), text=paylist.number, paylist=paylist,
    )  # fmt: skip


def _content(paylist: PaymentList, items: list[ListItem], form: str, at: datetime) -> bytes:
    text = policies.value("payments.bank_columns", path=paylist.path, on=local_date(at))
    try:
        columns = columns_of(text)
    except ValueError:
        raise InvalidInput(
            _("The columns of the bank file are not set up rightly."), field="columns",
            remedy=_("Ask the administrator to correct the parameter “Columns of the bank file”."),
        ) from None  # fmt: skip
    rows = [[_cell(column, item, paylist.number) for column in columns] for item in items]
    heads = [column.label for column in columns]
    if form == "csv":
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\r\n").writerows([heads, *rows])
        return out.getvalue().encode("gb18030")
    cells: list[list[Cell]] = [list(row) for row in rows]
    return b"".join(xlsx_bytes(heads, cells, title=paylist.number, widths=[22] * len(heads)))


def _cell(column: BankColumn, item: ListItem, number: str) -> str:
    payable = item.payable
    values = {
        "position": str(item.position), "name": payable.payee_name, "account": payable.payee_account,
        "bank": payable.payee_bank, "amount": f"{item.amount_yuan:.2f}", "reference": reference_of(number, item.position),
    }  # fmt: skip
    said = values[column.key]
    # A name that begins like a formula would be run by the bank clerk's spreadsheet program.
    return f"'{said}" if said[:1] in {"=", "+", "-", "@"} else said
