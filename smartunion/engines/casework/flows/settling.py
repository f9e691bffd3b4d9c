"""What the program decides by itself, in the transaction of the act that led there: at once, and the whole of its parts."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.eligibility import facts_of, weigh
from smartunion.engines.casework.flows.loading import Loaded
from smartunion.engines.casework.flows.moving import tell, write
from smartunion.engines.casework.handlers import CaseRun, Result, handler_of
from smartunion.engines.casework.lifecycle import Position, after
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries.versions import definition_for
from smartunion.engines.casework.rules import FINAL, Act, CaseState
from smartunion.ground.facts import ledger


def approve_outcome(loaded: Loaded, outcome: str, data: CaseData) -> Result:
    """Let the handler bring an outcome about, inside the transaction of the approval."""
    run = CaseRun(loaded.case, loaded.definition, data, loaded.actor, loaded.at)
    return handler_of(loaded.definition).approve(outcome, run)


def settle(loaded: Loaded) -> CaseFile:
    """After sending: approve a first step that is decided at once, when nothing the register knows stands against it.

    An unknown or unmet condition, or a doubt of the handler, leaves the case with its office: nobody is refused by a
    program. The decision names the program and its reasons, and stands open to appeal like any other.
    """
    case, step = loaded.case, loaded.step
    if step is None or not step.at_once or case.state != CaseState.OPEN:
        return case
    weighed = weigh(loaded.definition, facts_of(case.person_id, local_date(loaded.at)))
    if any(one.is_met is not True for one in weighed) or not loaded.handler.settles(loaded.run(), step):
        return case
    _note(loaded.case, system(), loaded.at, "casework.decided_at_once")
    met = "、".join(str(one.rule.label) for one in weighed)
    reason = _("Decided by the program: %(rules)s") % {"rules": met} if met else _("Decided by the program")
    return _approve(loaded, reason)


def settle_whole(part: CaseFile, loaded: Loaded) -> None:
    """When the last part of a "one thing" case has ended, the whole is done; both stand in one transaction."""
    if part.whole_id is None:
        return
    parts = list(CaseFile.objects.filter(whole_id=part.whole_id).order_by("pk"))
    whole = CaseFile.objects.select_related("service_version", "employer", "union", "person").get(
        pk=part.whole_id
    )
    if any(CaseState(one.state) not in FINAL for one in parts) or CaseState(whole.state) in FINAL:
        return
    definition = definition_for(whole)
    opened = Loaded(whole, definition, CaseData.load(whole.data), loaded.actor, loaded.at, frozenset())
    results = "；".join(f"{one.title}：{CaseState(one.state).label}" for one in parts)
    _approve(opened, results)


def note_granted(*, case: CaseFile, actor: Actor, at: datetime) -> None:
    """Count a case that was granted though nobody applied for it; once for each case."""
    _note(case, actor, at, "casework.granted_unasked")


def _note(case: CaseFile, actor: Actor, at: datetime, kind: str) -> None:
    ledger.record(
        actor=actor,
        kind=kind,
        key=f"{kind}:{case.pk}",
        happened_on=local_date(at),
        at=at,
        path=case.path,
        subject=case,
    )


def _approve(loaded: Loaded, reason: str) -> CaseFile:
    by_program = replace(loaded, actor=system())
    position = Position(CaseState(loaded.case.state), loaded.case.step)
    move = after(loaded.definition, position, Act.APPROVE, loaded.data.answers())
    event = {}
    if move.outcome:
        result = approve_outcome(by_program, move.outcome, loaded.data)
        event = {"result": result.note, "link": result.link}
    case = write(by_program, Act.APPROVE, move, reason=reason, event=event)
    tell(by_program, Act.APPROVE, move, reason=reason)
    return case
