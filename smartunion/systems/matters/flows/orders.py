"""Work orders: made of a case, answered with it, called back, opened again with it.

The case is the one thing people work on; the order follows it (`follow`, called by the services' handlers), so that nothing
is answered twice.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.calendar.deadlines import Term, due_at
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.casedata import CaseData, Contact
from smartunion.engines.casework.handlers import CaseRun
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import Act, CaseState
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Region, TradeUnion
from smartunion.systems.matters.flows.telling import file_matter
from smartunion.systems.matters.models import WorkOrder
from smartunion.systems.matters.rules.orders import (
    DAYS_POLICY,
    Difficulty,
    OrderClass,
    OrderState,
    Said,
    is_in_time,
)

#: Services whose cases may become orders.
SERVICES = ("matter", "request")
#: Steps in which the office works on the thing itself.
_HANDLING = {"matter": "handle", "request": "answer"}


@transaction.atomic
def make_order(*, actor: Actor, case_id: int, difficulty: str, order_class: str, at: datetime) -> WorkOrder:
    """Turn an open case into a work order with a difficulty; its day becomes the order's.

    Raises NotVisible, NotAllowed; InvalidInput naming difficulty, order_class or case (closed, or an order already).
    """
    case = get_visible(CaseFile.objects.at_desk(actor), case_id)
    actor.check_can("cases.handle", path=case.path)
    if case.service_key not in SERVICES:
        raise NotVisible
    if case.state not in (CaseState.OPEN, CaseState.SUPPLEMENT):
        raise InvalidInput(_("Only a case that is being handled becomes a work order."), field="case")
    if difficulty not in Difficulty.values:
        raise InvalidInput(_("Choose how hard it is."), field="difficulty")
    if order_class not in OrderClass.values:
        raise InvalidInput(_("Choose what is wanted."), field="order_class")
    if WorkOrder.objects.filter(case=case).exists():
        raise InvalidInput(_("This case is a work order already."), field="case")
    return _made(case, difficulty, order_class, "net", actor, at)


@dataclass(frozen=True, kw_only=True)
class Call:
    """What somebody said on the phone. name, mobile: to call back, sealed in the case; region: code of the town."""

    client_id: UUID
    order_class: str
    difficulty: str
    category: str
    about: str
    region: str
    people: int | None = None
    name: str = ""
    mobile: str = ""


@transaction.atomic
def take_call(*, actor: Actor, data: Call, at: datetime) -> WorkOrder:
    """Take a call down: a case of 反映工情 with its order, dispatched at once. The same client_id again is the same call.

    Raises NotAllowed; InvalidInput naming about, region, difficulty, order_class, category.
    """
    actor.check_can("cases.handle")
    from smartunion.systems.matters.services.common import CATEGORIES

    if len(squeeze(data.about)) < 4:
        raise InvalidInput(_("Write down what was said."), field="about")
    if data.difficulty not in Difficulty.values or data.order_class not in OrderClass.values:
        raise InvalidInput(_("Choose what is wanted and how hard it is."), field="difficulty")
    if data.category not in {option.value for option in CATEGORIES}:
        raise InvalidInput(_("Choose what it is about."), field="category")
    region = Region.objects.filter(code=data.region).first()
    if region is None:
        raise InvalidInput(_("Where is it? Choose the town or street from the list."), field="region")
    case, is_new = file_matter(
        actor=actor, client_id=data.client_id, category=data.category, about=squeeze(data.about), region=region,
        contact=Contact(data.name[:60], data.mobile[:20]), at=at, people=data.people,
    )  # fmt: skip
    held = WorkOrder.objects.filter(case=case).first()
    if held is not None and not is_new:
        return held
    if actor.can("cases.handle", path=case.path):
        values: dict[str, object] = {"level": data.difficulty, "order": ""}
        casework.approve(on=casework.ActOn(case.pk, case.version, actor, at), values=values)
        WorkOrder.objects.filter(case=case).update(channel="call", order_class=data.order_class)
        return WorkOrder.objects.get(case=case)
    return _made(case, data.difficulty, data.order_class, "call", actor, at)


@transaction.atomic
def call_back(*, actor: Actor, order_id: int, said: str, words: str, at: datetime) -> WorkOrder:
    """Say what the caller said of the answer: closed, or taken up again when she wants it so (said = "again").

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming said or words.
    """
    order = get_visible(WorkOrder.objects.visible_to(actor).select_related("case"), order_id)
    actor.check_can("cases.handle", path=order.path)
    told = squeeze(words)[:300]
    if order.state != OrderState.ANSWERED:
        raise StaleState(
            _("This order is “%(state)s”: nothing to call back about.")
            % {"state": OrderState(order.state).label}
        )
    if said not in {*Said.values, "again"}:
        raise InvalidInput(_("Choose what was said."), field="said")
    if said in {"again", Said.NOT} and not told:
        raise InvalidInput(_("Write down what the caller is not satisfied with."), field="words")
    case = order.case
    on = casework.ActOn(case.pk, case.version, actor, at)
    if case.state == CaseState.OPEN and case.step == "feedback":
        if said == "again":
            casework.return_case(on=on, missing={}, reason=told)
        else:
            casework.approve(on=on, values={"reached": said, "said": told})
    elif said == "again":
        casework.reopen(on=on, reason=told)
    else:
        _close(order, said, told, actor, at)
    order.refresh_from_db()
    audit.record(actor, "matters.order_called_back", order, at=at, data={"said": said})
    return order


def follow(run: CaseRun, act: Act) -> None:
    """Let the order follow its case (called after an act was written, inside its transaction)."""
    case = run.case
    order = WorkOrder.objects.filter(case=case).first()
    if order is None:
        level = run.data.steps.get("dispatch", {}).get("level")
        if case.service_key == "matter" and case.step == "handle" and level in Difficulty.values:
            _made(case, str(level), OrderClass.REQUEST, "net", run.actor, run.at)
        return
    if order.path != case.path:
        _hand_on(order, case.path)
    handling = case.state == CaseState.OPEN and case.step == _HANDLING.get(case.service_key, "handle")
    if act is Act.REOPEN or (handling and order.state != OrderState.OPEN):
        _again(order, case, run.at)
    elif act is Act.APPROVE and order.state == OrderState.OPEN and not handling and case.step != "dispatch":
        _answered(order, run.at)
    if case.state == CaseState.APPROVED and case.service_key == "matter" and act is Act.APPROVE:
        given = run.data.steps.get("feedback", {})
        _close(order, str(given.get("reached", "")), str(given.get("said", "")), run.actor, run.at)
    if case.state in (CaseState.WITHDRAWN, CaseState.REFUSED):
        WorkOrder.objects.filter(pk=order.pk).exclude(state=OrderState.CLOSED).update(
            state=OrderState.ENDED, closed_at=run.at
        )


def _made(
    case: CaseFile, difficulty: str, order_class: str, channel: str, actor: Actor, at: datetime
) -> WorkOrder:
    union = TradeUnion.objects.get(path=case.path)
    given = CaseData.load(case.data).form.get("class")
    if case.service_key == "request" and given in OrderClass.values:
        order_class = order_class or str(given)
    order = WorkOrder.objects.create(
        case=case, reference=case.reference, union=union, path=case.path, channel=channel, order_class=order_class,
        category=str(case.digest.get("category", ""))[:80], difficulty=difficulty, taken_at=at,
        due_at=_due(case.path, difficulty, at),
    )  # fmt: skip
    _set_day(order, case)
    audit.record(actor, "matters.order_made", order, at=at, data={"difficulty": difficulty})
    return order


def _due(path: str, difficulty: str, at: datetime) -> datetime:
    days = int(policies.value(DAYS_POLICY[difficulty], path=path, on=local_date(at)))
    return due_at(at, Term(days, True))


def _set_day(order: WorkOrder, case: CaseFile) -> None:
    """The case's queue and reminders go by the order's day; a step of dispatching keeps its own."""
    if case.state == CaseState.OPEN and case.step == _HANDLING.get(case.service_key):
        CaseFile.objects.filter(pk=case.pk).update(due_at=order.due_at)
        case.due_at = order.due_at


def _answered(order: WorkOrder, at: datetime) -> None:
    in_time = is_in_time(at, order.due_at) if order.in_time is None else order.in_time
    WorkOrder.objects.filter(pk=order.pk, state=OrderState.OPEN).update(
        state=OrderState.ANSWERED, answered_at=at, in_time=in_time
    )


def _again(order: WorkOrder, case: CaseFile, at: datetime) -> None:
    order.due_at = _due(case.path, order.difficulty, at)
    WorkOrder.objects.filter(pk=order.pk).exclude(state=OrderState.OPEN).update(
        state=OrderState.OPEN, rounds=F("rounds") + 1, due_at=order.due_at, said="", said_words="", called_at=None,
        closed_at=None,
    )  # fmt: skip
    _set_day(order, case)


def _close(order: WorkOrder, said: str, words: str, actor: Actor, at: datetime) -> None:
    rows = WorkOrder.objects.filter(pk=order.pk, state__in=[OrderState.OPEN, OrderState.ANSWERED])
    known = said if said in Said.values else ""
    rows.update(
        state=OrderState.CLOSED,
        said=known,
        said_words=words[:300],
        called_at=at,
        caller_name=actor.name[:80],
        closed_at=at,
    )


def _hand_on(order: WorkOrder, path: str) -> None:
    union = TradeUnion.objects.get(path=path)
    WorkOrder.objects.filter(pk=order.pk).update(union=union, path=path)
