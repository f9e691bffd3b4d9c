"""What offices and applicants do with a case. Each act is checked, written by compare-and-set and told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.paths import ancestors
from smartunion.engines.casework.answers import check_answers, check_fields, digest_of, raw_from_json
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import Field, Step, Who
from smartunion.engines.casework.flows.filing import AnswersRefused
from smartunion.engines.casework.flows.loading import Loaded, check_may, load
from smartunion.engines.casework.flows.moving import tell, with_step_values, write
from smartunion.engines.casework.flows.pausing import days_left, due_again, is_in_working_days
from smartunion.engines.casework.flows.reminding import urge_above
from smartunion.engines.casework.flows.settling import approve_outcome, settle_whole
from smartunion.engines.casework.flows.voices import check_apart, spoken
from smartunion.engines.casework.lifecycle import (
    Move,
    Side,
    Spoken,
    after,
    check_return,
    outcome_of,
    voice_for,
)
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries.materials import papers_of
from smartunion.engines.casework.queries.urging import may_urge_from
from smartunion.engines.casework.resolving import resolve
from smartunion.engines.casework.rules import RATINGS, RUNNING, Act, CaseState
from smartunion.engines.casework.telling import holders, tell_holders
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import UnionState


@dataclass(frozen=True)
class ActOn:
    """Which case an act is meant for, as the person saw it; version: raised by every act."""

    case_id: int
    version: int
    actor: Actor
    at: datetime


@transaction.atomic
def approve(
    *, on: ActOn, values: Mapping[str, object] | None = None, reason: str = "", voice: str = ""
) -> CaseFile:
    """Approve the present step with its fields filled in; the last step brings the outcome about.

    voice: for which department one speaks, in a step of several; the step goes on when they agree.
    Raises NotVisible, NotAllowed, StaleState, ActNotPossible, AnswersRefused, and what the outcome refuses.
    """
    loaded = _open(on, Act.APPROVE, reason)
    step = _present(loaded)
    data = with_step_values(loaded.data, step.key, _step_values(loaded, step, values or {}))
    move = after(loaded.definition, loaded.position, Act.APPROVE, data.answers())
    loaded = replace(loaded, data=data)
    event, is_settled = _speak(loaded, step, voice, agrees=True)
    if not is_settled:
        return write(loaded, Act.AGREE, Move(loaded.position), reason=reason, data=data, event=event)
    if move.outcome:
        result = approve_outcome(loaded, move.outcome, data)
        event |= {"result": result.note, "link": result.link}
    case = write(loaded, Act.APPROVE, move, reason=reason, data=data, event=event)
    tell(loaded, Act.APPROVE, move, reason=reason)
    settle_whole(case, loaded)
    return case


@transaction.atomic
def refuse(*, on: ActOn, reason: str, voice: str = "") -> CaseFile:
    """End the case without granting it; the reason is told. Raises as approve."""
    loaded = _open(on, Act.REFUSE, reason)
    step = loaded.step
    event: dict[str, Any] = {}
    if step is not None and loaded.case.state == CaseState.OPEN:
        event, is_settled = _speak(loaded, step, voice, agrees=False)
        if not is_settled:
            return write(loaded, Act.DISAGREE, Move(loaded.position), reason=reason.strip(), event=event)
    return _write_and_tell(loaded, Act.REFUSE, reason, event=event)


@transaction.atomic
def return_case(*, on: ActOn, missing: Mapping[str, str], reason: str = "") -> CaseFile:
    """Give the case back, once, with everything that is missing. missing: question or paper → what is wrong with it.

    A step with `return_to` hands the case to that earlier step instead, with the reason alone.
    Raises as approve; AlreadyTold when new demands are added at a second return.
    """
    loaded = _open(on, Act.RETURN, reason or "-")
    step = _present(loaded)
    if step.return_to:
        _check_reason(reason)
        return _write_and_tell(loaded, Act.RETURN, reason)
    known = _returnable(loaded)
    wanted = {key: words.strip()[:200] for key, words in missing.items() if key in known}
    told = _told_before(loaded)
    check_return(list(wanted), told[0] if told else None, told_on=local_date(told[1]) if told else None)
    lines = [f"{known[key]}：{words}" if words else known[key] for key, words in wanted.items()]
    summary = "；".join(lines) + "。" + reason.strip()
    return _write_and_tell(loaded, Act.RETURN, summary, event={"missing": wanted})


@transaction.atomic
def resubmit(*, on: ActOn, values: Mapping[str, object]) -> CaseFile:
    """The applicant sends what was asked for: corrected answers, or the fields of her own step.

    values: raw answers of the form (after a return) or of the step. Raises as approve.
    """
    loaded = _open(on, Act.RESUBMIT, "")
    step = _present(loaded)
    event: dict[str, Any] = {}
    if step.who is Who.APPLICANT:
        data = with_step_values(loaded.data, step.key, _step_values(loaded, step, values))
        about: dict[str, Any] = {}
    else:
        data = replace(loaded.data, form=_corrected(loaded, values))
        about = {"digest": digest_of(loaded.definition, data.form)}
    data = replace(data, pending={})
    move = after(loaded.definition, loaded.position, Act.RESUBMIT, data.answers())
    loaded = replace(loaded, data=data)
    if move.outcome:
        result = approve_outcome(loaded, move.outcome, data)
        event = {"result": result.note, "link": result.link}
    case = write(loaded, Act.RESUBMIT, move, data=data, event=event, **about)
    tell(loaded, Act.RESUBMIT, move)
    settle_whole(case, loaded)
    return case


@transaction.atomic
def save_pending(*, case_id: int, values: Mapping[str, object], actor: Actor, at: datetime) -> None:
    """Keep what the applicant has typed of a supplement or of her own step, right or wrong; the case stays as it is.

    Raises NotVisible, NotAllowed, StaleState (it was sent meanwhile).
    """
    loaded = load(case_id=case_id, actor=actor, at=at)
    if Side.APPLICANT not in loaded.sides:
        raise NotAllowed
    data = replace(loaded.data, pending=raw_from_json(asked_now(loaded), values))
    same = CaseFile.objects.filter(pk=case_id, state=CaseState.SUPPLEMENT, version=loaded.case.version)
    if same.update(data=data.dump()) != 1:
        raise StaleState


def asked_now(loaded: Loaded) -> tuple[Field, ...]:
    """The questions the applicant may answer now: her step's, or those of the form."""
    step = loaded.step
    return step.form if step is not None and step.who is Who.APPLICANT else loaded.definition.fields


@transaction.atomic
def forward(*, on: ActOn, to_union_id: int, reason: str) -> CaseFile:
    """Hand the case to another union, in the same step and with the same last day.

    Allowed: a union above, one in the actor's reach, or a neighbour with the same parent. Raises as approve.
    """
    loaded = _open(on, Act.FORWARD, reason)
    union = TradeUnion.objects.exclude(state=UnionState.CLOSED).filter(pk=to_union_id).first()
    if union is None or not may_forward(loaded.case.path, union, on.actor):
        raise InvalidInput(
            _("The case cannot be handed to this union."),
            remedy=_("Choose the union above, a neighbouring one, or one of your own."), field="to_union",
        )  # fmt: skip
    if union.path == loaded.case.path:
        raise InvalidInput(_("The case is already with this union."), field="to_union")
    event = {"from": loaded.case.path, "to": union.path}
    values = {"path": union.path, "assignee_id": None}
    return _write_and_tell(loaded, Act.FORWARD, reason, event=event, **values)


def may_forward(path: str, union: TradeUnion, actor: Actor) -> bool:
    """Whether a case held at a path may be handed to the union by this actor."""
    above = ancestors(path)
    neighbours = above[-2] if len(above) > 1 else ""
    is_neighbour = (
        bool(neighbours) and union.path.startswith(neighbours) and union.path.count("/") == path.count("/")
    )
    return union.path in above or is_neighbour or actor.can("cases.handle", path=union.path)


@transaction.atomic
def withdraw(*, on: ActOn, reason: str = "") -> CaseFile:
    """The applicant takes her case back, with every part of it that still runs. Raises as approve."""
    loaded = _open(on, Act.WITHDRAW, reason)
    for part in loaded.case.parts.filter(state__in=RUNNING).order_by("pk"):
        own = load(case_id=part.pk, actor=on.actor, at=on.at)
        move = after(own.definition, own.position, Act.WITHDRAW, own.data.answers())
        write(own, Act.WITHDRAW, move, reason=reason.strip(), held_at=None)
    return _write_and_tell(loaded, Act.WITHDRAW, reason, held_at=None)


@transaction.atomic
def hold(*, on: ActOn, reason: str) -> CaseFile:
    """Let the clock stand still while something outside is awaited; the applicant reads the reason. Raises as approve."""
    loaded = _open(on, Act.HOLD, reason)
    step, due = _present(loaded), loaded.case.due_at
    is_working = is_in_working_days(step.deadline)
    left = days_left(on.at, due, is_working=is_working) if due is not None else None
    event = {"due_at": due.isoformat() if due else "", "left": left, "working": is_working}
    return _write_and_tell(loaded, Act.HOLD, reason, event=event, due_at=None, held_at=on.at)


@transaction.atomic
def resume(*, on: ActOn, reason: str = "") -> CaseFile:
    """Go on with a case on hold; it has as many days left as it had. Raises as approve."""
    loaded = _open(on, Act.RESUME, reason)
    last = loaded.case.events.filter(act=Act.HOLD).order_by("-id").first()
    kept: dict[str, Any] = last.data if last is not None else {}
    due_at = due_again(kept, on.at)
    return _write_and_tell(loaded, Act.RESUME, reason, due_at=due_at, held_at=None)


@transaction.atomic
def appeal(*, on: ActOn, reason: str) -> CaseFile:
    """Take a refusal to the union above, once; whoever took part in it may not decide again. Raises as approve."""
    loaded = _open(on, Act.APPEAL, reason)
    above = ancestors(loaded.case.path)[:-1]
    path = above[-1] if above else loaded.case.path
    event = {"from": loaded.case.path, "to": path}
    values = {
        "closed_at": None,
        "decision_reason": "",
        "rating": None,
        "appealed_at": on.at,
        "assignee_id": None,
    }
    return _write_and_tell(loaded, Act.APPEAL, reason, event=event, path=path, **values)


@transaction.atomic
def reopen(*, on: ActOn, reason: str) -> CaseFile:
    """Take a closed case up again at the definition's step, inside its days. Raises as approve."""
    return _write_and_tell(_open(on, Act.REOPEN, reason), Act.REOPEN, reason)


@transaction.atomic
def rate(*, on: ActOn, rating: int, words: str = "", again: bool = False) -> CaseFile:
    """Say how it went, 1 to 5; again: not satisfied, take it up once more (where the service allows it).

    Raises as approve; InvalidInput for a rating outside 1–5 or without words when it is taken up again.
    """
    loaded = _open(on, Act.RATE, "")
    if rating not in RATINGS:
        raise InvalidInput(_("Please choose between one and five stars."), field="rating")
    case = write(
        loaded, Act.RATE, Move(loaded.position), reason=words.strip(), event={"rating": rating}, rating=rating
    )
    if again and Act.REOPEN in loaded.acts():
        _check_reason(words)
        return _write_and_tell(loaded, Act.REOPEN, words)
    return case


@transaction.atomic
def add_note(*, on: ActOn, note: str, is_public: bool = True) -> CaseFile:
    """Add a line to the history. is_public: the applicant sees it; her own notes always are."""
    loaded = _open(on, Act.NOTE, note)
    from_desk = loaded.actor.user_id != loaded.case.user_id
    case = write(
        loaded, Act.NOTE, Move(loaded.position), reason=note.strip(), is_public=is_public or not from_desk
    )
    step = loaded.step
    if not from_desk and step is not None:
        text = _("%(name)s added: %(note)s") % {"name": loaded.data.contact.name, "note": note.strip()[:200]}
        tell_holders(case, loaded.definition, step, text, f"case:{case.pk}:{case.version}:note", loaded.at)
    return case


@transaction.atomic
def urge(*, on: ActOn) -> CaseFile:
    """The applicant asks for speed: whoever holds the case is told, the union above too when it is late.

    Raises as approve, and StaleState (urged or sent a few days ago, with the day from which she may).
    """
    loaded = _open(on, Act.URGE, "")
    step = _present(loaded)
    since = may_urge_from(loaded)
    if since > local_date(loaded.at):
        raise StaleState(
            _("The office has this already; you can urge again from %(day)s.") % {"day": date_format(since)},
            remedy=_("To tell the office something new, use “Add something”."),
        )
    case = write(loaded, Act.URGE, Move(loaded.position))
    text = _("%(name)s asks how far %(title)s is, and waits for an answer.") % {
        "name": loaded.data.contact.name, "title": case.title,
    }  # fmt: skip
    key = f"case:{case.pk}:{case.version}:urge"
    tell_holders(case, loaded.definition, step, text, key, loaded.at)
    if case.due_at is not None and case.due_at <= loaded.at:
        urge_above(case, loaded.definition, step, key, loaded.at)
    return case


@transaction.atomic
def assign(*, on: ActOn, to_user_id: int | None) -> CaseFile:
    """Give the case to one officer of the handling union or above; None lets everybody there see it as free.

    Raises as approve; InvalidInput when that account may not act in the step.
    """
    loaded = _open(on, Act.ASSIGN, "")
    step = loaded.step
    name = ""
    if to_user_id is not None:
        if step is None or to_user_id not in assignable(loaded):
            raise InvalidInput(
                _("This account may not act in the present step."),
                remedy=_("Choose somebody who holds the role here."), field="assignee",
            )  # fmt: skip
        name = User.objects.get(pk=to_user_id).name
    case = write(
        loaded, Act.ASSIGN, Move(loaded.position), reason=name, event={"assignee": to_user_id}, is_public=False,
        assignee_id=to_user_id,
    )  # fmt: skip
    if to_user_id is not None and to_user_id != on.actor.user_id and step is not None:
        text = _("%(who)s gave you %(title)s.") % {"who": on.actor.name, "title": case.title}
        tell_holders(case, loaded.definition, step, text, f"case:{case.pk}:{case.version}:assign", on.at)
    return case


def assignable(loaded: Loaded) -> list[int]:
    """Accounts the case may be given to now: those who hold the step, and the actor herself when she may act."""
    step = loaded.step
    if step is None or step.who is Who.APPLICANT:
        return []
    users = holders(loaded.case.path, step, loaded.at)
    mine = loaded.actor.user_id
    return users if mine is None or mine in users else [*users, mine]


def _open(on: ActOn, act: Act, reason: str) -> Loaded:
    loaded = load(case_id=on.case_id, actor=on.actor, at=on.at)
    check_may(loaded, act, version=on.version, reason=reason)
    check_apart(loaded, act)
    return loaded


def _speak(loaded: Loaded, step: Step, wanted: str, *, agrees: bool) -> tuple[dict[str, Any], bool]:
    """What the history keeps of a voice, and whether the step is settled by it as it speaks."""
    if not step.voices:
        return {}, True
    given = spoken(loaded)
    voice = voice_for(step, wanted, loaded.actor.roles, given, loaded.actor.user_id)
    settled = outcome_of(step, [*given, Spoken(voice, loaded.actor.user_id, agrees)])
    return {"voice": voice}, settled is agrees


def _write_and_tell(
    loaded: Loaded, act: Act, reason: str, *, event: dict[str, Any] | None = None, **values: Any
) -> CaseFile:
    move = after(loaded.definition, loaded.position, act, loaded.data.answers())
    case = write(loaded, act, move, reason=reason.strip(), event=event, **values)
    tell(loaded, act, move, reason=reason.strip())
    settle_whole(case, loaded)
    return case


def _present(loaded: Loaded) -> Step:
    step = loaded.step
    if step is None:
        raise NotAllowed
    return step


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput(_("Please say why: the person concerned will read it."), field="reason")


def _step_values(loaded: Loaded, step: Step, values: Mapping[str, object]) -> Values:
    """The step's fields, checked. Raises AnswersRefused."""
    raw = raw_from_json(step.form, values)
    checked = check_fields(
        step.form, raw, papers=papers_of(loaded.case), today=local_date(loaded.at), before=loaded.data.answers(),
        all_fields=loaded.definition.all_fields,
    )  # fmt: skip
    resolved, problems = resolve(step.form, checked.values)
    found = [*checked.problems, *problems] or loaded.handler.check_step(loaded.run(), step, resolved)
    if found:
        raise AnswersRefused(found)
    return resolved


def _corrected(loaded: Loaded, values: Mapping[str, object]) -> Values:
    """The whole form again with the corrections, checked as at first. Raises AnswersRefused."""
    definition = loaded.definition
    raw = raw_from_json(definition.fields, {**loaded.data.form, **values})
    checked = check_answers(definition, raw, papers=papers_of(loaded.case), today=local_date(loaded.at))
    resolved, problems = resolve(definition.fields, checked.values)
    data = replace(loaded.data, form=resolved)
    found = [*checked.problems, *problems] or loaded.handler.check(loaded.run(data))
    if found:
        raise AnswersRefused(found)
    return resolved


def _returnable(loaded: Loaded) -> dict[str, str]:
    """What can be named as missing: question or paper → its label."""
    fields = {field.key: str(field.label) for field in loaded.definition.fields}
    return fields | {material.key: str(material.label) for material in loaded.definition.materials}


def _told_before(loaded: Loaded) -> tuple[list[str], datetime] | None:
    """Keys named at the first return in this step, and when."""
    events = loaded.case.events.filter(act=Act.RETURN, step=loaded.case.step, to_state=CaseState.SUPPLEMENT)
    first = events.order_by("id").first()
    return (list(first.data.get("missing", {})), first.at) if first is not None else None
