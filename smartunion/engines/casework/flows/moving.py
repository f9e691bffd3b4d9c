"""Writing an act: compare-and-set on version, state and step, with its event, facts, audit and notices."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.calendar.deadlines import Term, due_at
from smartunion.core.clock import local_date
from smartunion.core.errors import StaleState
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.definition import Deadline, Definition, Who
from smartunion.engines.casework.flows.loading import Loaded
from smartunion.engines.casework.lifecycle import Move, days_of
from smartunion.engines.casework.models import CaseEvent, CaseFile
from smartunion.engines.casework.routing import union_for
from smartunion.engines.casework.rules import FINAL, STILL, Act, CaseState
from smartunion.engines.casework.telling import News, due_words, tell_applicant, tell_holders
from smartunion.ground.facts import ledger
from smartunion.ground.policies import service as policies
from smartunion.ground.policies.parameters import PARAMETERS
from smartunion.ground.policies.rules import Kind

#: Told of every act that moved a case, inside its transaction (registered in apps.py).
LISTENERS: list[Callable[[CaseFile, Act, datetime], None]] = []


def write(
    loaded: Loaded, act: Act, move: Move, *, reason: str = "", data: CaseData | None = None,
    event: dict[str, Any] | None = None, is_public: bool = True, **values: Any,
) -> CaseFile:  # fmt: skip
    """Write one act. values: further columns of the case; event: what the history keeps with it (keys, counts).

    Raises StaleState when somebody acted first; then nothing was changed.
    """
    case, at = loaded.case, loaded.at
    held = data or loaded.data
    changed: dict[str, Any] = {"state": move.to.state, "step": move.to.step, "updated_at": at} | values
    if data is not None:
        changed["data"] = data.dump()
    if move.entered is not None and "path" not in changed:
        changed["path"] = union_for(loaded.run(held), move.entered).path
    path = changed.get("path", case.path)
    if move.entered is not None and path != case.path:
        changed["assignee_id"] = None
    if act is Act.SUBMIT:
        changed["origin_path"] = path
    if move.restarts_clock:
        changed["due_at"] = due_for(loaded.definition, move, held, path, at)
    if move.to.state in FINAL and case.state not in FINAL:
        changed |= {"closed_at": at, "due_at": None}
    if act is Act.REOPEN:
        changed |= {"closed_at": None, "decision_reason": "", "rating": None}
    if act is Act.REFUSE:
        changed["decision_reason"] = reason[:400]
    before = (case.state, case.step)
    same = CaseFile.objects.filter(pk=case.pk, version=case.version, state=case.state, step=case.step)
    if same.update(version=F("version") + 1, **changed) != 1:
        raise StaleState
    for name, value in changed.items():
        setattr(case, name, value)
    case.version += 1
    _keep_event(loaded, act, move, before, reason, event or {}, is_public)
    _keep_facts(loaded, act, move)
    if act not in STILL:
        loaded.handler.changed(loaded.run(held), act)
        for hear in LISTENERS:
            hear(case, act, at)
    return case


def due_for(definition: Definition, move: Move, data: CaseData, path: str, at: datetime) -> datetime | None:
    """When the position's time limit ends; None when it has none."""
    if not move.to.step:
        return None
    step = definition.step(move.to.step)
    if move.to.state is CaseState.SUPPLEMENT and step.who is Who.DESK:
        deadline: Deadline | None = Deadline(30, policy="casework.supplement_days")
    else:
        deadline = step.deadline
    if deadline is None:
        return None
    days, is_working = days_of(deadline, data.answers()), deadline.is_working
    if deadline.policy:
        days = int(policies.value(deadline.policy, path=path, on=local_date(at)))
        is_working = PARAMETERS[deadline.policy].type is Kind.WORKING_DAYS
    return due_at(at, Term(days, is_working))


def _keep_event(
    loaded: Loaded,
    act: Act,
    move: Move,
    before: tuple[str, str],
    reason: str,
    data: dict[str, Any],
    is_public: bool,
) -> None:
    CaseEvent.objects.create(
        case=loaded.case, act=act, step=before[1], to_step=move.to.step, from_state=before[0], to_state=move.to.state,
        at=loaded.at, user_id=loaded.actor.user_id, actor_name=loaded.actor.name[:80], note=reason[:1000],
        is_public=is_public, data=data,
    )  # fmt: skip
    audit.record(
        loaded.actor, f"casework.case_{act.value}", loaded.case, at=loaded.at,
        data={"service": loaded.case.service_key, "step": before[1], "to": move.to.step or move.to.state.value},
        owner_person_id=loaded.case.person_id,
    )  # fmt: skip


def _keep_facts(loaded: Loaded, act: Act, move: Move) -> None:
    case, day = loaded.case, local_date(loaded.at)
    attrs = {"service": case.service_key}
    if act is Act.SUBMIT:
        ledger.record(
            actor=loaded.actor, kind="casework.case_submitted", key=f"case_submitted:{case.pk}", happened_on=day,
            at=loaded.at, path=case.path, subject=case, drive_id=case.drive_id, attrs=attrs,
        )  # fmt: skip
    elif move.to.state in FINAL and act not in STILL:
        ledger.record(
            actor=loaded.actor, kind="casework.case_closed", key=f"case_closed:{case.pk}:{case.version}",
            happened_on=day, at=loaded.at, path=case.path, subject=case, drive_id=case.drive_id,
            attrs=attrs | {"state": move.to.state.value},
        )  # fmt: skip


def tell(loaded: Loaded, act: Act, move: Move, *, reason: str = "") -> None:
    """Tell everyone concerned what the act means for them."""
    case, definition, data = loaded.case, loaded.definition, loaded.data
    news = news_of(loaded, act, move, reason)
    if news.key not in loaded.handler.tells:
        tell_applicant(case, definition, data, news, loaded.at)
    if move.to.state is CaseState.OPEN and (
        move.entered is not None or move.restarts_clock or act is Act.FORWARD
    ):
        step = definition.step(move.to.step)
        text = _("%(title)s has arrived for “%(step)s”. Last day: %(due)s.")
        values = {"title": case.title, "step": step.title, "due": due_words(case.due_at)}
        tell_holders(case, definition, step, text % values, f"case:{case.pk}:{case.version}", loaded.at)


def news_of(loaded: Loaded, act: Act, move: Move, reason: str) -> News:
    """What the applicant reads after an act: key of the definition's text, the state in words, a general sentence."""
    state = move.to.state
    general = {
        CaseState.OPEN: _(
            "Your case %(reference)s is now with %(union)s (%(step)s). You will be told by %(due)s."
        ),
        CaseState.SUPPLEMENT: _(
            "%(union)s needs something more from you: %(reason)s Please send it by %(due)s."
        ),
        CaseState.APPROVED: _("Your case %(reference)s is done. Open it to see the result."),
        CaseState.REFUSED: _("Your case %(reference)s could not be granted. Reason: %(reason)s"),
        CaseState.WITHDRAWN: _("Your case %(reference)s has been withdrawn."),
        CaseState.HELD: _(
            "Your case %(reference)s is on hold: %(reason)s The time limit stands still until it goes on."
        ),
        CaseState.DRAFT: "",
    }[state]
    key = {
        CaseState.SUPPLEMENT: "supplement",
        CaseState.APPROVED: "approved",
        CaseState.REFUSED: "refused",
        CaseState.WITHDRAWN: "withdrawn",
        CaseState.HELD: "held",
    }.get(
        state,
        {Act.SUBMIT: "submitted", Act.REOPEN: "reopened", Act.APPEAL: "appealed"}.get(
            act, f"step:{move.to.step}"
        ),
    )
    step = loaded.definition.step(move.to.step) if move.to.step else None
    if step is not None and step.who is Who.APPLICANT and act is not Act.RETURN:
        key = f"step:{step.key}"
        general = _("It is your turn: %(step)s. Please do it by %(due)s.")
    label = str(step.title) if step is not None and state is CaseState.OPEN else str(state.label)
    return News(key, label, general, reason)


def with_step_values(data: CaseData, step_key: str, values: dict[str, object]) -> CaseData:
    """The data with the fields of one step filled in."""
    return replace(data, steps={**data.steps, step_key: values})
