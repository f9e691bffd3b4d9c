"""Who is taken in at once, who waits for a look, who waits in the pool."""

import pytest

from smartunion.systems.organising.joining_rules import Cover, Decision, Situation, Way, Why, decide


@pytest.mark.parametrize(
    ("situation", "decision"),
    [
        (Situation(True, Cover.HERE, named=True), Decision(Way.ADMIT)),
        (Situation(True, Cover.HERE), Decision(Way.ADMIT)),
        (Situation(True, Cover.NOBODY, named=True), Decision(Way.ADMIT)),
        (Situation(True, Cover.UNKNOWN), Decision(Way.ASK, (Why.EMPLOYER,))),
        (Situation(True, Cover.ELSEWHERE), Decision(Way.ASK, (Why.EMPLOYER,))),
        (Situation(True, Cover.HERE, needs_approval=True), Decision(Way.ASK, (Why.POLICY,))),
        (Situation(True, Cover.HERE, named=True, phone_differs=True), Decision(Way.ASK, (Why.PHONE,))),
        (Situation(True, Cover.HERE, named=True, was_expelled=True), Decision(Way.ASK, (Why.EXPELLED,))),
        (Situation(False, Cover.ELSEWHERE), Decision(Way.ASK, (Why.OTHER_CODE,), through_other=True)),
        (Situation(False, Cover.NOBODY), Decision(Way.POOL)),
        (Situation(False, Cover.UNKNOWN, phone_differs=True), Decision(Way.POOL)),
    ],
)
def test_decisions(situation: Situation, decision: Decision) -> None:
    assert decide(situation) == decision
