"""Where an act leads: one pure function over definition, position and act, and who may do what. No database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from smartunion.core.errors import Refusal, StaleState
from smartunion.engines.casework.definition import Agree, Deadline, Definition, Step, Who
from smartunion.engines.casework.definition.conditions import holds
from smartunion.engines.casework.rules import FINAL, MOVES, Act, CaseState


class Side(StrEnum):
    """On which side of the counter somebody stands for a case."""

    APPLICANT = "applicant"
    DESK = "desk"


@dataclass(frozen=True)
class Position:
    """State and step of a case; the step is empty exactly in a draft and after the end."""

    state: CaseState
    step: str = ""


@dataclass(frozen=True)
class Move:
    """What an act does: the new position, the step it enters (to route and time it), what the approval yields."""

    to: Position
    entered: Step | None = None
    restarts_clock: bool = False
    outcome: str = ""


class ActNotPossible(StaleState):
    """The act does not fit the state the case is in now."""

    code = "act_not_possible"

    def default_message(self) -> str:
        return _("This cannot be done in the state the case is in now.")


class AlreadyTold(Refusal):
    """A second return may only repeat what the first one named."""

    code = "already_told"


def acts_for(
    definition: Definition, position: Position, side: Side, *, closed_at: datetime | None, at: datetime
) -> list[Act]:
    """What somebody on this side may do now, in the order buttons stand.

    closed_at: when the case ended, None while it runs; reopening ends definition.reopening.days later.
    """
    allowed = MOVES[position.state]
    is_hers = side is Side.APPLICANT
    wished = _applicant_acts(definition, position) if is_hers else _desk_acts(definition, position)
    shut = {
        Act.REOPEN: position.state in FINAL and not may_reopen(definition, closed_at, at),
        Act.APPEAL: not may_appeal(definition, closed_at, at),
    }
    return [act for act in wished if act in allowed and not shut.get(act)]


def _applicant_acts(definition: Definition, position: Position) -> list[Act]:
    if position.state is CaseState.DRAFT:
        return [Act.SUBMIT, Act.WITHDRAW]
    rate = [Act.RATE] if definition.is_rated else []
    return [Act.RESUBMIT, *rate, Act.APPEAL, Act.REOPEN, Act.URGE, Act.NOTE, Act.WITHDRAW]


def _desk_acts(definition: Definition, position: Position) -> list[Act]:
    if position.state is CaseState.DRAFT:
        return []
    if position.state in FINAL:
        return [Act.REOPEN, Act.NOTE]
    if position.state is CaseState.HELD:
        return [Act.RESUME, Act.NOTE, Act.ASSIGN]
    step = definition.step(position.step)
    if position.state is CaseState.SUPPLEMENT:
        may_refuse = step.who is Who.APPLICANT or Act.REFUSE in step.acts
        return [*([Act.REFUSE] if may_refuse else []), Act.NOTE, Act.ASSIGN]
    return [*(act for act in step.acts), Act.NOTE, Act.ASSIGN]


def may_reopen(definition: Definition, closed_at: datetime | None, at: datetime) -> bool:
    """Whether a closed case of this service can still be taken up again."""
    if definition.reopening is None or closed_at is None:
        return False
    return at < closed_at + timedelta(days=definition.reopening.days)


def may_appeal(definition: Definition, closed_at: datetime | None, at: datetime) -> bool:
    """Whether a refusal of this service can still be taken to the union above."""
    if definition.appeal is None or closed_at is None:
        return False
    return at < closed_at + timedelta(days=definition.appeal.days)


def after(definition: Definition, position: Position, act: Act, answers: Mapping[str, object]) -> Move:
    """Where the act leads. answers: form and officers' fields given so far, for branches.

    Raises ActNotPossible. Rights and reasons are checked elsewhere; this is the map alone.
    """
    if act not in MOVES[position.state]:
        raise ActNotPossible
    match act:
        case Act.SUBMIT:
            return _enter(definition.steps[0])
        case Act.APPROVE:
            step = _desk_step(definition, position)
            return _onward(definition, step, answers, outcome=step.outcome)
        case Act.RESUBMIT:
            step = definition.step(position.step)
            if step.who is Who.APPLICANT:
                return _onward(definition, step, answers, outcome=step.outcome)
            return Move(Position(CaseState.OPEN, step.key), restarts_clock=True)
        case Act.RETURN:
            step = _desk_step(definition, position)
            if step.return_to:
                return _enter(definition.step(step.return_to))
            return Move(Position(CaseState.SUPPLEMENT, step.key), restarts_clock=True)
        case Act.REFUSE:
            return Move(Position(CaseState.REFUSED))
        case Act.WITHDRAW:
            return Move(Position(CaseState.WITHDRAWN))
        case Act.HOLD:
            return Move(Position(CaseState.HELD, _desk_step(definition, position).key))
        case Act.RESUME:
            return Move(Position(CaseState.OPEN, position.step))
        case Act.APPEAL:
            if definition.appeal is None:
                raise ActNotPossible
            return _enter(definition.step(definition.appeal.to_step))
        case Act.REOPEN:
            if definition.reopening is None:
                raise ActNotPossible
            return _enter(definition.step(definition.reopening.to_step))
        case _:
            return Move(position)


def _desk_step(definition: Definition, position: Position) -> Step:
    step = definition.step(position.step)
    if step.who is Who.APPLICANT:
        raise ActNotPossible
    return step


def _onward(definition: Definition, step: Step, answers: Mapping[str, object], *, outcome: str) -> Move:
    target = next((branch.next for branch in step.branches if holds(branch.condition, answers)), step.next)
    if not target:
        return Move(Position(CaseState.APPROVED), outcome=outcome)
    move = _enter(definition.step(target))
    return Move(move.to, move.entered, move.restarts_clock, outcome)


def _enter(step: Step) -> Move:
    state = CaseState.SUPPLEMENT if step.who is Who.APPLICANT else CaseState.OPEN
    return Move(Position(state, step.key), entered=step, restarts_clock=True)


def days_of(deadline: Deadline, answers: Mapping[str, object]) -> int:
    """Days of a time limit, by an officer's earlier choice where the definition says so."""
    chosen = str(answers.get(deadline.by_field, "")) if deadline.by_field else ""
    return dict(deadline.by_value).get(chosen, deadline.days)


def check_return(missing: list[str], told_before: list[str] | None, *, told_on: date | None) -> None:
    """A return names everything at once; a second one may only repeat what was named the first time.

    missing: keys of fields and papers; told_before: keys named at the first return in this step, None when there was
    none. Raises AlreadyTold, ActNotPossible. Source: 一次性告知 (Administrative Licensing Law art. 32(4)).
    """
    if not missing:
        raise ActNotPossible(
            _("Nothing is marked as missing."),
            remedy=_("Mark each answer or paper that has to be corrected."),
        )
    if told_before is not None and not set(missing) <= set(told_before):
        raise AlreadyTold(
            _("On %(day)s the applicant was told everything that was missing; new demands cannot be added.")
            % {"day": told_on.isoformat() if told_on else ""},
            remedy=_(
                "Decide on what you have, ask again only for what was named then, or call the applicant."
            ),
        )


@dataclass(frozen=True)
class Spoken:
    """One voice given in a step: which, by which account, and whether it agreed."""

    voice: str
    user_id: int | None
    agrees: bool


def voice_for(
    step: Step, wanted: str, roles: frozenset[str], spoken: list[Spoken], user_id: int | None
) -> str:
    """The voice somebody speaks with: the one wanted, or the first left that her roles may give.

    Nobody speaks twice in a step. Raises DomainError (TwiceSpoken) and ActNotPossible when no voice is left for her.
    """
    if any(one.user_id == user_id for one in spoken):
        raise TwiceSpoken(
            _("You have already decided in this step; another person has to give the next voice."),
            remedy=_("Ask a colleague of another department, or the union above to stand in."),
        )
    given = {one.voice for one in spoken}
    free = [
        voice.key
        for voice in step.voices
        if voice.key not in given and (not voice.roles or roles & (set(voice.roles) | {"system"}))
    ]
    if (wanted and wanted not in free) or not free:
        raise ActNotPossible(_("This voice has been given already, or is not yours to give."))
    return wanted or free[0]


def outcome_of(step: Step, spoken: list[Spoken]) -> bool | None:
    """What the voices given so far amount to: agreed, refused, or None while it is open."""
    agreed = sum(one.agrees for one in spoken)
    refused = len(spoken) - agreed
    if step.agree is Agree.ANY:
        return True if agreed else False if refused == len(step.voices) else None
    return False if refused else True if agreed == len(step.voices) else None


class TwiceSpoken(Refusal):
    """One person, one voice."""

    code = "twice_spoken"
