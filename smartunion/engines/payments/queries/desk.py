"""Reads of the desk's pages and of a person's own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from smartunion.core.actor import Actor
from smartunion.core.paths import ancestors
from smartunion.engines.payments.models import Fund, LikenessPair, ListItem, Payable, PaymentList
from smartunion.engines.payments.programmes import label_of
from smartunion.engines.payments.rules.accounts import mask_account, mask_name
from smartunion.engines.payments.rules.states import TONES, LikenessState, PayableState
from smartunion.ground.registry.models import TradeUnion

#: Rows shown on a page of a list at once.
SHOWN = 200


@dataclass(frozen=True)
class Line:
    """A payable as a page shows it: masked. flags: likenesses nobody has compared yet."""

    pk: int
    position: int | None
    who: str
    account: str
    bank: str
    programme: str
    amount_yuan: Decimal
    state: str
    label: str
    tone: str
    reason: str
    flags: int


def payable_rows(actor: Actor) -> "QuerySet[Payable]":
    """Payables in reach with what a list of them shows."""
    return Payable.objects.visible_to(actor).select_related("person", "union", "paylist")


def list_rows(actor: Actor) -> "QuerySet[PaymentList]":
    """Payment lists in reach."""
    return PaymentList.objects.visible_to(actor).select_related("fund", "union")


def items_of(paylist: PaymentList, *, after: int = 0) -> tuple[list[Line], int | None]:
    """Items of a list from position `after` on, and where the next page begins."""
    rows = list(
        ListItem.objects.filter(paylist=paylist, position__gt=after)
        .select_related("payable", "payable__person").order_by("position")[: SHOWN + 1]
    )  # fmt: skip
    flags = _flags([row.payable.record for row in rows[:SHOWN]])
    shown = [_line(row.payable, flags, item=row) for row in rows[:SHOWN]]
    return shown, rows[SHOWN - 1].position if len(rows) > SHOWN else None


def candidates_for(actor: Actor, paylist: PaymentList) -> list[Line]:
    """What may go on a list in preparation: owed below its union and fitting its fund, the oldest first; at most 200."""
    rows = payable_rows(actor).filter(state=PayableState.OWED, path__startswith=paylist.path)
    if paylist.fund.earmark:
        rows = rows.filter(programme__in=paylist.fund.earmark)
    found = list(rows.order_by("pk")[:SHOWN])
    flags = _flags([row.record for row in found])
    return [_line(row, flags) for row in found]


def unions_for(actor: Actor) -> "QuerySet[TradeUnion]":
    """Unions for which the actor prepares lists: those that have a fund, or lie where she prepares."""
    roots = actor.paths("payments.prepare")
    holders = TradeUnion.objects.filter(actor.within("payments.prepare", "path"))
    return holders.filter(
        Q(path__in=roots) | Q(pk__in=Fund.objects.values("union")) | Q(territory__isnull=False)
    ).order_by("path")[:SHOWN]


def funds_for(unions: Sequence[TradeUnion], on: date) -> list[Fund]:
    """Open funds of these unions and of those above them."""
    paths = {path for union in unions for path in ancestors(union.path)}
    return list(Fund.objects.open_on(on).filter(path__in=paths).select_related("union").order_by("code"))


def likenesses_of(payable: Payable) -> list[LikenessPair]:
    """Pairs of the claim a payable comes from."""
    record = payable.record
    return list(LikenessPair.objects.filter(Q(record=record) | Q(other_record=record)).order_by("-pk")[:20])


def payables_of(records: Sequence[str]) -> list[Payable]:
    """Payables that come from these claims."""
    rows = Payable.objects.filter(record__in=records).select_related("person", "union")
    return list(rows.order_by("pk")[:20])


def _flags(records: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    wanted = set(records)
    pairs = LikenessPair.objects.filter(Q(record__in=wanted) | Q(other_record__in=wanted))
    for one, other in pairs.exclude(state=LikenessState.HARMLESS).values_list("record", "other_record"):
        for record in {one, other} & wanted:
            found[record] = found.get(record, 0) + 1
    return found


def _line(row: Payable, flags: dict[str, int], item: ListItem | None = None) -> Line:
    state = item.state if item is not None else row.state
    return Line(
        pk=row.pk, position=item.position if item else None, who=mask_name(row.person.name),
        account=mask_account(row.payee_account), bank=row.payee_bank, programme=label_of(row.programme),
        amount_yuan=item.amount_yuan if item else row.amount_yuan, state=state, label=str(PayableState(state).label),
        tone=TONES[state], reason=item.reason if item else row.fail_reason, flags=flags.get(row.record, 0),
    )  # fmt: skip
