"""Demands: gathered from similar matters, taken on, answered to everybody who asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.facts import ledger
from smartunion.ground.notices import service as notices
from smartunion.systems.matters.flows.reaching import tell_applicant
from smartunion.systems.matters.kinds import DEMAND_ANSWERED, DEMAND_GATHERED
from smartunion.systems.matters.models import Demand, DemandCase
from smartunion.systems.matters.queries.demands import WORDS, common_union, people_of
from smartunion.systems.matters.rules import DEMAND_MOVES, FEWEST, MOST, DemandState

TEMPLATES = (
    notices.Template(
        "matters.demand",
        gettext_lazy("%(title)s: %(state)s"),
        gettext_lazy("What you reported (%(reference)s) was also reported by others. %(union)s: %(text)s"),
        channels=(),
    ),
)


@dataclass(frozen=True)
class NewDemand:
    """What a demand says. title: at most 80 characters; text: at most 1,000, without names; case_ids: its matters."""

    title: str
    text: str
    case_ids: Sequence[int]


@transaction.atomic
def gather(*, actor: Actor, data: NewDemand, at: datetime) -> Demand:
    """Make one demand of similar matters; the nearest union above all of them meets it.

    Raises NotVisible (a matter out of reach), NotAllowed; InvalidInput naming cases (too few, too many, of several
    services, or one that belongs to a demand already), title or text.
    """
    cases = _cases(actor, data.case_ids)
    if len(cases) < FEWEST:
        raise InvalidInput(
            _("A demand gathers at least two matters."),
            field="cases",
            remedy=_("Tick one more that is like it."),
        )
    services = {case.service_key for case in cases}
    if len(services) > 1 or not services <= WORDS.keys():
        raise InvalidInput(_("Only matters of one kind can be gathered."), field="cases")
    union = common_union(case.path for case in cases)
    if union is None:
        raise InvalidInput(_("These matters have no union above them in common."), field="cases")
    actor.check_can("cases.handle", path=union.path)
    demand = Demand.objects.create(
        union=union, path=union.path, service_key=services.pop(), category=cases[0].digest.get("category", "")[:80],
        user_id=actor.user_id, actor_name=actor.name[:80], created_at=at, updated_at=at, **_said(data.title, data.text),
    )  # fmt: skip
    _link(demand, cases, actor, at)
    audit.record(actor, "matters.demand_gathered", demand, at=at, data={"cases": [case.pk for case in cases]})
    ledger.record(
        actor=actor, kind=DEMAND_GATHERED, key=f"demand:{demand.pk}", happened_on=local_date(at), at=at,
        path=demand.path, subject=demand, attrs={"service": demand.service_key},
    )  # fmt: skip
    return demand


@transaction.atomic
def add(*, actor: Actor, demand_id: int, case_ids: Sequence[int], at: datetime) -> Demand:
    """Put further matters into a demand that is not closed. Raises as gather; StaleState when it is closed."""
    demand = _held(actor, demand_id)
    _check_state(demand, {DemandState.OPEN, DemandState.TAKEN})
    cases = _cases(actor, case_ids)
    if any(case.service_key != demand.service_key or not case.path.startswith(demand.path) for case in cases):
        raise InvalidInput(
            _("Only matters of the same kind, from below %(union)s, belong here.")
            % {"union": demand.union.name},
            field="cases",
        )
    _link(demand, cases, actor, at)
    audit.record(actor, "matters.demand_widened", demand, at=at, data={"cases": [case.pk for case in cases]})
    return demand


@transaction.atomic
def take_out(*, actor: Actor, demand_id: int, case_id: int, at: datetime) -> Demand:
    """Take a matter out that does not belong. Raises NotVisible, NotAllowed, StaleState (closed, or out already)."""
    demand = _held(actor, demand_id)
    _check_state(demand, {DemandState.OPEN, DemandState.TAKEN})
    gone, _rows = DemandCase.objects.filter(demand=demand, case_id=case_id).delete()
    if gone != 1:
        raise StaleState(_("This matter does not belong to the demand any more."))
    _count(demand, at)
    audit.record(actor, "matters.demand_narrowed", demand, at=at, data={"case": case_id})
    return demand


@transaction.atomic
def take_on(*, actor: Actor, demand_id: int, plan: str, due_on: date | None, at: datetime) -> Demand:
    """Say what is being done and by when; everybody who asked is told.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput naming plan or due_on (past).
    """
    demand = _held(actor, demand_id)
    said = _sentence(plan, "plan", _("Say in a sentence what is being done: everybody who asked reads it."))
    if due_on is not None and due_on < local_date(at):
        raise InvalidInput(_("The day lies in the past."), field="due_on")
    _move(demand, DemandState.TAKEN, at, plan=said, due_on=due_on)
    audit.record(actor, "matters.demand_taken", demand, at=at, data={"due_on": str(due_on or "")})
    until = _("By %(day)s.") % {"day": date_format(due_on, "DATE_FORMAT")} if due_on else ""
    _tell(demand, f"{said}{until}", at)
    return demand


@transaction.atomic
def answer(*, actor: Actor, demand_id: int, text: str, at: datetime) -> Demand:
    """Close a demand with what came of it; everybody who asked is told. Raises as take_on."""
    demand = _held(actor, demand_id)
    said = _sentence(text, "answer", _("Say in a sentence what came of it: everybody who asked reads it."))
    _move(demand, DemandState.ANSWERED, at, answer=said, closed_at=at)
    audit.record(actor, "matters.demand_answered", demand, at=at, data={"matters": demand.matters})
    ledger.record(
        actor=actor, kind=DEMAND_ANSWERED, key=f"demand_answered:{demand.pk}", happened_on=local_date(at), at=at,
        path=demand.path, subject=demand, attrs={"service": demand.service_key},
    )  # fmt: skip
    _tell(demand, said, at)
    return demand


@transaction.atomic
def drop(*, actor: Actor, demand_id: int, reason: str, at: datetime) -> Demand:
    """Give a demand up with a reason; its matters go on singly. Raises as take_on."""
    demand = _held(actor, demand_id)
    said = _sentence(reason, "reason", _("Say why the demand is given up."))
    _move(demand, DemandState.DROPPED, at, answer=said, closed_at=at)
    DemandCase.objects.filter(demand=demand).delete()
    audit.record(actor, "matters.demand_dropped", demand, at=at, data={"matters": demand.matters})
    return demand


def _cases(actor: Actor, case_ids: Sequence[int]) -> list[CaseFile]:
    wanted = list(dict.fromkeys(case_ids))
    if len(wanted) > MOST:
        raise InvalidInput(_("At most %(most)s matters at once.") % {"most": MOST}, field="cases")
    seen = CaseFile.objects.at_desk(actor)
    found = list(seen.filter(pk__in=wanted).exclude(submitted_at=None).order_by("pk"))
    if len(found) != len(wanted):
        raise NotVisible
    return found


def _link(demand: Demand, cases: Sequence[CaseFile], actor: Actor, at: datetime) -> None:
    held = (
        DemandCase.objects.filter(case__in=[case.pk for case in cases])
        .select_related("demand", "case")
        .first()
    )
    if held is not None:
        raise InvalidInput(
            _("%(case)s belongs to “%(demand)s” already.") % {"case": held.case.reference, "demand": held.demand.title},
            field="cases", remedy=_("Take it out there first, or leave it out here."),
        )  # fmt: skip
    DemandCase.objects.bulk_create([
        DemandCase(demand=demand, case=case, people=people_of(case), added_at=at, user_id=actor.user_id)
        for case in cases
    ])  # fmt: skip
    _count(demand, at)


def _count(demand: Demand, at: datetime) -> None:
    summed = DemandCase.objects.filter(demand=demand).aggregate(matters=Count("id"), people=Sum("people"))
    demand.matters, demand.people, demand.updated_at = summed["matters"], summed["people"] or 0, at
    demand.save(update_fields=["matters", "people", "updated_at"])


def _held(actor: Actor, demand_id: int) -> Demand:
    demand = get_visible(Demand.objects.visible_to(actor).select_related("union"), demand_id)
    actor.check_can("cases.handle", path=demand.path)
    return demand


def _check_state(demand: Demand, wanted: set[DemandState]) -> None:
    if demand.state not in wanted:
        raise StaleState(
            _("This demand is closed (%(state)s).") % {"state": DemandState(demand.state).label},
            remedy=_("Reload the page to see what came of it."),
        )


def _move(demand: Demand, to: DemandState, at: datetime, **values: Any) -> None:
    before = [state for state, after in DEMAND_MOVES.items() if to in after]
    rows = Demand.objects.filter(pk=demand.pk, state__in=before)
    if rows.update(state=to, updated_at=at, **values) != 1:
        demand.refresh_from_db(fields=["state"])
        raise StaleState(
            _("This demand is “%(state)s” already.") % {"state": DemandState(demand.state).label},
            remedy=_("Reload the page to see who acted first."),
        )
    demand.refresh_from_db()


def _said(title: str, text: str) -> dict[str, str]:
    return {
        "title": _sentence(title, "title", _("Name the demand in a few words."))[:80],
        "text": _sentence(text, "text", _("Say in a few sentences what is asked for, without names.")),
    }


def _sentence(text: str, field: str, missing: str) -> str:
    said = squeeze(text)
    if not said:
        raise InvalidInput(missing, field=field)
    if len(said) > 1000:
        raise InvalidInput(_("At most 1,000 characters, please."), field=field)
    return said


def _tell(demand: Demand, text: str, at: datetime) -> None:
    """Everybody who asked, once each for a state."""
    context = {
        "title": demand.title, "state": DemandState(demand.state).label, "union": demand.union.name, "text": text,
    }  # fmt: skip
    for link in DemandCase.objects.filter(demand=demand).select_related("case"):
        tell_applicant(
            case=link.case, template="matters.demand", context=context | {"reference": link.case.reference},
            key=f"demand:{demand.pk}:{demand.state}:{link.case_id}", at=at,
        )  # fmt: skip
