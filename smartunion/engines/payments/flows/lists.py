"""Payment lists: made by one, released by another, neither of whom decided what is paid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import DutiesApart, InvalidInput, NotVisible, StaleState
from smartunion.core.ids import readable
from smartunion.core.paths import ancestors
from smartunion.core.reading import get_visible
from smartunion.engines.payments.flows.ledger import post, require_text
from smartunion.engines.payments.models import Fund, LikenessPair, ListItem, Payable, PaymentList
from smartunion.engines.payments.rules.ledger import lines_of
from smartunion.engines.payments.rules.lists import is_own_decision, item_seal, list_digest
from smartunion.engines.payments.rules.states import (
    OPEN_STATES,
    EntryKind,
    LikenessState,
    ListState,
    PayableState,
    PayeeKind,
)
from smartunion.ground.registry.models import TradeUnion

#: Payables of one list; banks take files of this size.
MOST = 5000


@dataclass(frozen=True)
class LeftOut:
    """A payable that was not put on a list, and why."""

    payable: Payable
    reason: str


@transaction.atomic
def make_list(*, actor: Actor, at: datetime, union_id: int, fund_id: int, note: str = "") -> PaymentList:
    """Begin a list of a union out of a fund of its own or of a union above it.

    Raises NotVisible; InvalidInput naming fund (closed, or of another union).
    """
    union = get_visible(TradeUnion.objects.filter(actor.within("payments.prepare", "path")), union_id)
    fund = Fund.objects.open_on(local_date(at)).filter(pk=fund_id, path__in=ancestors(union.path)).first()
    if fund is None:
        raise InvalidInput(_("Choose an open fund of this union or of one above it."), field="fund")
    made = PaymentList.objects.create(
        number=f"ZF{local_date(at):%y%m%d}-{readable(5)}", union=union, path=union.path, fund=fund, note=note[:200],
        made_by_id=actor.user_id, made_by_name=actor.name[:80], made_at=at,
    )  # fmt: skip
    audit.record(actor, "payments.list_made", made, at=at, data={"fund": fund.code})
    return made


@transaction.atomic
def add(*, actor: Actor, at: datetime, list_id: int, payable_ids: Sequence[int]) -> list[LeftOut]:
    """Put payables on a list in preparation; those that cannot be are left out with the reason.

    Raises NotVisible (list or a payable), StaleState, DutiesApart (not her list); InvalidInput when there are too many.
    """
    paylist = _own_draft(actor, list_id)
    wanted = list(dict.fromkeys(payable_ids))
    rows = list(
        Payable.objects.visible_to(actor)
        .filter(pk__in=wanted[: MOST + 1])
        .select_related("union")
        .order_by("pk")
    )
    if paylist.count + len(wanted) > MOST:
        raise InvalidInput(_("A list holds at most %(most)s payments.") % {"most": MOST}, field="payables")
    if len(rows) != len(wanted):
        raise NotVisible
    clashing = _clashing({row.person_id for row in rows})
    left_out, position = [], _last_position(paylist)
    for row in rows:
        reason = _refusal(row, paylist, actor, clashing) or _take(row, paylist, position + 1, at)
        if reason:
            left_out.append(LeftOut(row, reason))
        else:
            position += 1
    _count(paylist)
    audit.record(
        actor, "payments.list_filled", paylist, at=at, data={"added": len(rows) - len(left_out), "left_out": len(left_out)}
    )  # fmt: skip
    return left_out


@transaction.atomic
def fill(*, actor: Actor, at: datetime, list_id: int) -> list[LeftOut]:
    """Put everything on a list in preparation that may go on it, the oldest first, until it is full.

    Left out without a word: what looks like another claim and nobody has compared yet, and what she decided herself.
    Others that cannot go on it are left out with the reason. Raises as add.
    """
    paylist = _own_draft(actor, list_id)
    rows = Payable.objects.visible_to(actor).filter(state=PayableState.OWED, path__startswith=paylist.path)
    if paylist.fund.earmark:
        rows = rows.filter(programme__in=paylist.fund.earmark)
    open_pairs = LikenessPair.objects.exclude(state=LikenessState.HARMLESS)
    alike = Exists(open_pairs.filter(Q(record=OuterRef("record")) | Q(other_record=OuterRef("record"))))
    found = rows.exclude(alike).order_by("pk").values_list("pk", "decided_by_id", "handled_by")
    wanted: list[int] = []
    for pk, decided_by, handled_by in found.iterator(chunk_size=1000):
        if len(wanted) >= MOST - paylist.count:
            break
        if not is_own_decision(actor.user_id, {decided_by, *handled_by}):
            wanted.append(pk)
    return add(actor=actor, at=at, list_id=list_id, payable_ids=wanted)


@transaction.atomic
def take_off(*, actor: Actor, at: datetime, list_id: int, payable_id: int) -> PaymentList:
    """Take a payable off a list in preparation; it is owed as before. Raises as add."""
    paylist = _own_draft(actor, list_id)
    rows = Payable.objects.filter(pk=payable_id, paylist=paylist, state=PayableState.LISTED)
    if rows.update(state=PayableState.OWED, paylist=None, updated_at=at) != 1:
        raise NotVisible
    ListItem.objects.filter(paylist=paylist, payable=payable_id).delete()
    _count(paylist)
    audit.record(actor, "payments.list_shortened", paylist, at=at, data={"payable": payable_id})
    return paylist


@transaction.atomic
def propose(*, actor: Actor, at: datetime, list_id: int) -> PaymentList:
    """Ask for the release of a list; from now on it is not changed. Raises as add; InvalidInput (empty)."""
    paylist = _own_draft(actor, list_id)
    _count(paylist)
    if paylist.count == 0:
        raise InvalidInput(_("The list is empty. Put payments on it first."), field="payables")
    _move(paylist, ListState.DRAFT, ListState.PROPOSED, proposed_at=at)
    data = {"count": paylist.count, "yuan": str(paylist.total_yuan)}
    audit.record(actor, "payments.list_proposed", paylist, at=at, data=data)
    return paylist


@transaction.atomic
def send_back(*, actor: Actor, at: datetime, list_id: int, reason: str) -> PaymentList:
    """Give a proposed list back to whoever made it. Raises NotVisible, NotAllowed, StaleState; InvalidInput."""
    paylist = get_visible(PaymentList.objects.visible_to(actor), list_id)
    if paylist.made_by_id != actor.user_id:
        actor.check_can("payments.release", path=paylist.path)
    said = require_text(reason, "reason", _("Say what has to be changed."))
    _move(paylist, ListState.PROPOSED, ListState.DRAFT, proposed_at=None, note=said)
    audit.record(actor, "payments.list_sent_back", paylist, at=at, reason=said)
    return paylist


@transaction.atomic
def drop(*, actor: Actor, at: datetime, list_id: int) -> PaymentList:
    """Give up a list in preparation; what is on it is owed as before. Raises as add."""
    paylist = _own_draft(actor, list_id)
    _move(paylist, ListState.DRAFT, ListState.DROPPED)
    Payable.objects.filter(paylist=paylist, state=PayableState.LISTED).update(
        state=PayableState.OWED, paylist=None, updated_at=at
    )
    ListItem.objects.filter(paylist=paylist).delete()
    _count(paylist)
    audit.record(actor, "payments.list_dropped", paylist, at=at)
    return paylist


@transaction.atomic
def release(*, actor: Actor, at: datetime, list_id: int) -> PaymentList:
    """Release a proposed list: its money is set aside and its content signed into the trail.

    Raises NotVisible, NotAllowed, DutiesApart (made it, decided about it, or is paid by it), FundTooSmall, StaleState.
    """
    paylist = get_visible(PaymentList.objects.visible_to(actor).select_related("fund"), list_id)
    actor.check_can("payments.release", path=paylist.path)
    check_second(paylist, actor)
    items = sealed_items(paylist)
    ListItem.objects.bulk_update(items, ["seal", "state"], batch_size=300)
    digest = list_digest(paylist.number, paylist.fund.code, [item.seal for item in items])
    _move(
        paylist, ListState.PROPOSED, ListState.RELEASED, digest=digest, released_at=at, released_by_id=actor.user_id,
        released_by_name=actor.name[:80],
    )  # fmt: skip
    moved = Payable.objects.filter(paylist=paylist, state=PayableState.LISTED).update(
        state=PayableState.RELEASED, updated_at=at
    )
    total = sum((item.amount_yuan for item in items), Decimal(0))
    if moved != len(items) or total != paylist.total_yuan:
        raise StaleState
    _post(actor, at, paylist, EntryKind.COMMIT, total)
    data = {"count": len(items), "yuan": str(total), "digest": digest}
    audit.record(actor, "payments.list_released", paylist, at=at, data=data)
    return paylist


@transaction.atomic
def take_back(*, actor: Actor, at: datetime, list_id: int, reason: str) -> PaymentList:
    """Take a release back before the bank file was made; the money is free again. Raises as release; InvalidInput."""
    paylist = get_visible(PaymentList.objects.visible_to(actor), list_id)
    actor.check_can("payments.release", path=paylist.path)
    said = require_text(reason, "reason", _("Say why the release is taken back."))
    times = paylist.entries.filter(kind=EntryKind.UNCOMMIT).count()
    _move(
        paylist, ListState.RELEASED, ListState.DRAFT, digest="", released_at=None, released_by_id=None,
        released_by_name="", proposed_at=None, note=said,
    )  # fmt: skip
    Payable.objects.filter(paylist=paylist, state=PayableState.RELEASED).update(
        state=PayableState.LISTED, updated_at=at
    )
    ListItem.objects.filter(paylist=paylist).update(seal="", state=PayableState.LISTED)
    _post(actor, at, paylist, EntryKind.UNCOMMIT, paylist.total_yuan, times)
    audit.record(actor, "payments.list_taken_back", paylist, at=at, reason=said)
    return paylist


def check_second(paylist: PaymentList, actor: Actor) -> None:
    """Raise DutiesApart unless somebody else made the list, and the actor neither decided about nor is paid by it."""
    if actor.user_id is None or actor.user_id == paylist.made_by_id:
        raise DutiesApart(
            _("You made this list yourself."), remedy=_("Somebody else with the right to release has to look at it.")
        )  # fmt: skip
    own = Payable.objects.filter(paylist=paylist)
    took_part = {
        user
        for decider, others in own.values_list("decided_by_id", "handled_by")
        for user in (decider, *others)
    }
    if is_own_decision(actor.user_id, took_part):
        raise DutiesApart(
            _("You decided about one of these payments yourself, or handled a step of it."),
            remedy=_("Somebody else has to release the list."),
        )  # fmt: skip
    if actor.person_id is not None and own.filter(person_id=actor.person_id).exists():
        raise DutiesApart(
            _("One of these payments is to yourself."), remedy=_("Somebody else has to release the list.")
        )


def sealed_items(paylist: PaymentList) -> list[ListItem]:
    """The items of a list in order with their seals as the payables stand now; not saved."""
    items = list(ListItem.objects.filter(paylist=paylist).select_related("payable").order_by("position"))
    for item in items:
        payable = item.payable
        item.amount_yuan = payable.amount_yuan
        item.seal = item_seal(
            item.position, payable.payee_name, payable.payee_account, payable.payee_bank, payable.amount_yuan
        )
        item.state = PayableState.RELEASED
    return items


def _own_draft(actor: Actor, list_id: int) -> PaymentList:
    paylist = get_visible(PaymentList.objects.visible_to(actor).select_related("fund"), list_id)
    actor.check_can("payments.prepare", path=paylist.path)
    if paylist.made_by_id != actor.user_id:
        raise DutiesApart(
            _("%(name)s prepares this list.") % {"name": paylist.made_by_name}, remedy=_("Begin a list of your own.")
        )  # fmt: skip
    if paylist.state != ListState.DRAFT:
        raise StaleState(
            _("This list is “%(state)s” and can no longer be changed.")
            % {"state": paylist.get_state_display()}
        )
    return paylist


def _refusal(row: Payable, paylist: PaymentList, actor: Actor, clashing: set[int]) -> str:
    if row.state != PayableState.OWED:
        return _("It is “%(state)s” already.") % {"state": row.get_state_display()}
    if not row.path.startswith(paylist.path):
        return pgettext("payments", "It belongs to another union.")
    if paylist.fund.earmark and row.programme not in paylist.fund.earmark:
        return _("The fund is not meant for this programme.")
    if is_own_decision(actor.user_id, {row.decided_by_id, *row.handled_by}):
        return _(
            "You decided about it yourself, or handled a step of it; somebody else has to prepare its payment."
        )
    if actor.person_id is not None and actor.person_id == row.person_id:
        return _("It is a payment to yourself; somebody else has to prepare it.")
    if row.payee_kind == PayeeKind.SELF and row.person_id in clashing:
        return _(
            "The same person has unpaid amounts with different accounts. Find out which is right and correct the other."
        )
    return ""


def _clashing(person_ids: Iterable[int]) -> set[int]:
    """People with unpaid amounts to accounts of their own that differ."""
    seen: dict[int, set[bytes]] = {}
    rows = Payable.objects.filter(
        person_id__in=set(person_ids), state__in=OPEN_STATES, payee_kind=PayeeKind.SELF
    )
    for person_id, index in rows.values_list("person_id", "payee_account_index"):
        seen.setdefault(person_id, set()).add(bytes(index or b""))
    return {person_id for person_id, found in seen.items() if len(found) > 1}


def _take(row: Payable, paylist: PaymentList, position: int, at: datetime) -> str:
    rows = Payable.objects.filter(pk=row.pk, state=PayableState.OWED)
    if rows.update(state=PayableState.LISTED, paylist=paylist, updated_at=at) != 1:
        return _("Somebody put it on another list a moment ago.")
    ListItem.objects.create(paylist=paylist, payable=row, position=position, amount_yuan=row.amount_yuan)
    return ""


def _last_position(paylist: PaymentList) -> int:
    found = ListItem.objects.filter(paylist=paylist).aggregate(last=Max("position"))["last"]
    return int(found or 0)


def _count(paylist: PaymentList) -> None:
    items = ListItem.objects.filter(paylist=paylist)
    paylist.count = items.count()
    paylist.total_yuan = Decimal(items.aggregate(total=Sum("amount_yuan"))["total"] or 0).quantize(
        Decimal("0.01")
    )
    paylist.save(update_fields=["count", "total_yuan"])


def _move(paylist: PaymentList, before: ListState, after: ListState, **values: Any) -> None:
    """Compare-and-set. values: columns of the list."""
    if PaymentList.objects.filter(pk=paylist.pk, state=before).update(state=after, **values) != 1:
        paylist.refresh_from_db(fields=["state"])
        raise StaleState(
            _("This list is “%(state)s” already.") % {"state": paylist.get_state_display()},
            remedy=_("Reload the page to see who acted first."),
        )
    paylist.refresh_from_db()


def _post(
    actor: Actor, at: datetime, paylist: PaymentList, kind: EntryKind, yuan: Decimal, times: int | None = None
) -> None:
    again = times if times is not None else paylist.entries.filter(kind=EntryKind.UNCOMMIT).count()
    post(
        actor=actor, at=at, fund_id=paylist.fund_id, kind=kind, key=f"{kind.value}:{paylist.pk}:{again}",
        on=local_date(at), lines=lines_of(kind, yuan), text=paylist.number, paylist=paylist,
    )  # fmt: skip
