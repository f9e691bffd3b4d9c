"""The map of a case: any sequence of acts keeps state, step and history consistent."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from smartunion.engines.casework.definition import Deadline, Definition, Who
from smartunion.engines.casework.lifecycle import (
    ActNotPossible,
    AlreadyTold,
    Position,
    Side,
    acts_for,
    after,
    check_return,
    days_of,
)
from smartunion.engines.casework.rules import FINAL, Act, CaseState
from smartunion.engines.casework.tests.strategies import WISH, definitions

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DRAFT = Position(CaseState.DRAFT)


class AnyService(RuleBasedStateMachine):
    """Runs random acts over random definitions."""

    definition: Definition

    @initialize(definition=definitions())
    def start(self, definition: Definition) -> None:
        self.definition = definition
        self.at = DRAFT
        self.history: list[tuple[Position, Act, Position]] = []

    @rule(act=st.sampled_from(Act), yes=st.booleans(), side=st.sampled_from(Side))
    def do(self, act: Act, yes: bool, side: Side) -> None:
        offered = acts_for(
            self.definition, self.at, side, closed_at=NOW if self.at.state in FINAL else None, at=NOW
        )
        answers = {field.key: yes for field in self.definition.fields}
        try:
            move = after(self.definition, self.at, act, answers)
        except ActNotPossible:
            assert act not in offered
            return
        if act not in offered:
            return
        self.history.append((self.at, act, move.to))
        self.at = move.to

    @invariant()
    def position_is_real(self) -> None:
        if not hasattr(self, "definition"):
            return
        held = self.at.state in {CaseState.OPEN, CaseState.SUPPLEMENT}
        assert held == bool(self.at.step)
        if self.at.state is CaseState.OPEN:
            assert self.definition.step(self.at.step).who is Who.DESK

    @invariant()
    def history_is_one_chain(self) -> None:
        if not hasattr(self, "definition"):
            return
        ends = [DRAFT, *(to for _start, _act, to in self.history)]
        assert ends == [*(start for start, _act, _to in self.history), self.at]
        assert sum(act is Act.SUBMIT for _start, act, _to in self.history) <= 1

    @invariant()
    def somebody_can_always_go_on(self) -> None:
        if not hasattr(self, "definition") or self.at.state in FINAL:
            return
        both = {
            act
            for side in Side
            for act in acts_for(self.definition, self.at, side, closed_at=None, at=NOW)
            if act in {Act.SUBMIT, Act.APPROVE, Act.RESUBMIT}
        }
        assert both


TestAnyService = AnyService.TestCase


def run(*acts: Act, answers: dict[str, Any] | None = None) -> Position:
    at = DRAFT
    for act in acts:
        at = after(WISH, at, act, answers or {}).to
    return at


def test_wish_runs_through_both_steps() -> None:
    assert run(Act.SUBMIT) == Position(CaseState.OPEN, "accept")
    assert run(Act.SUBMIT, Act.APPROVE) == Position(CaseState.OPEN, "do")
    assert run(Act.SUBMIT, Act.APPROVE, Act.APPROVE) == Position(CaseState.APPROVED)


def test_return_goes_to_the_applicant_or_the_step_named() -> None:
    assert run(Act.SUBMIT, Act.RETURN) == Position(CaseState.SUPPLEMENT, "accept")
    assert run(Act.SUBMIT, Act.RETURN, Act.RESUBMIT) == Position(CaseState.OPEN, "accept")
    assert run(Act.SUBMIT, Act.APPROVE, Act.RETURN) == Position(CaseState.OPEN, "accept")


@pytest.mark.parametrize(
    ("acts", "act"),
    [
        ([], Act.APPROVE),
        ([Act.SUBMIT], Act.SUBMIT),
        ([Act.SUBMIT], Act.RESUBMIT),
        ([Act.SUBMIT, Act.RETURN], Act.APPROVE),
        ([Act.SUBMIT, Act.REFUSE], Act.APPROVE),
        ([Act.SUBMIT, Act.WITHDRAW], Act.REOPEN),
    ],
)
def test_acts_out_of_place_are_refused(acts: list[Act], act: Act) -> None:
    with pytest.raises(ActNotPossible):
        after(WISH, run(*acts), act, {})


def test_reopening_ends_after_its_days() -> None:
    closed = Position(CaseState.APPROVED)

    in_time = acts_for(WISH, closed, Side.APPLICANT, closed_at=NOW, at=NOW + timedelta(days=29))
    too_late = acts_for(WISH, closed, Side.APPLICANT, closed_at=NOW, at=NOW + timedelta(days=30))

    assert in_time == [Act.RATE, Act.REOPEN, Act.NOTE]
    assert too_late == [Act.RATE, Act.NOTE]


def test_days_follow_the_difficulty_chosen() -> None:
    deadline = Deadline(7, by_field="level", by_value=(("easy", 3), ("hard", 30)))

    assert [days_of(deadline, {"level": level}) for level in ("easy", "hard", "none")] == [3, 30, 7]


def test_a_second_return_may_only_repeat_the_first() -> None:
    check_return(["a", "b"], None, told_on=None)
    check_return(["a"], ["a", "b"], told_on=date(2026, 3, 1))
    with pytest.raises(AlreadyTold):
        check_return(["a", "c"], ["a", "b"], told_on=date(2026, 3, 1))
    with pytest.raises(ActNotPossible):
        check_return([], None, told_on=None)
