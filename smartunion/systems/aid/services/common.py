"""What the claims of this room share: whose account, and the calculation beside the case."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import Field, FieldKind, text
from smartunion.engines.casework.handlers import Fact, Panel
from smartunion.engines.payments import service as payments
from smartunion.systems.aid.models import AidGiven, HardshipFile
from smartunion.systems.aid.rules.reviews import FileState
from smartunion.systems.aid.rules.support import AidKind, Claimed

PAYEE = (
    Field(
        "payee", FieldKind.TEXT, text("收款人姓名", "Name on the account"), maximum=60, prefill="person.name",
        why=text("款项直接打到这个账户；加密保存。", "Money goes there; sealed."),
    ),
    Field("account", FieldKind.TEXT, text("银行卡号", "Account number"), maximum=40),
    Field("bank", FieldKind.TEXT, text("开户银行", "Bank"), maximum=60),
    Field(
        "relation", FieldKind.TEXT, text("不是本人账户的，写明与本人关系", "Relation, if it is not your own account"),
        is_required=False, maximum=20,
    ),
)  # fmt: skip


def payee_of(form: Values) -> payments.Payee:
    """Whose account the answers name."""
    relation = str(form.get("relation") or "")
    return payments.Payee(
        name=str(form["payee"]), account=str(form["account"]), bank=str(form["bank"]),
        kind="family" if relation else "self", relation=relation,
    )  # fmt: skip


def yuan(form: Values, key: str) -> Decimal:
    """An amount of the answers, 0 when left out."""
    value = form.get(key)
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def live_file(person_id: int | None) -> HardshipFile | None:
    """Her file in the archive or watched."""
    live = HardshipFile.objects.of(person_id).filter(state__in=(FileState.ACTIVE, FileState.WATCH))
    return live.select_related("union").first()


def given_in_year(person_id: int | None, kind: AidKind, on: date) -> Decimal:
    """Yuan of a kind decided for her in the calendar year of a day."""
    rows = AidGiven.objects.of(person_id).filter(kind=kind, decided_on__year=on.year)
    return rows.aggregate(total=Sum("amount_yuan"))["total"] or Decimal(0)


def panel_of(claimed: Claimed) -> Sequence[Panel]:
    """The calculation beside the case, line by line, and what it comes to."""
    facts = [Fact(line.label, line.formula, fits=line.holds) for line in claimed.lines]
    facts.append(Fact(_("Comes to (yuan)"), f"{claimed.amount_yuan:,.2f}"))
    return [Panel(_("Calculation"), facts, claimed.refusal)]
