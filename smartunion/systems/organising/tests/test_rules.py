"""Visits, offline and not, against findings that may have moved on; order of a day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from smartunion.systems.organising.route import Stop, length_km, visiting_order
from smartunion.systems.organising.rules import (
    AFTER_VISIT,
    CLOSED_BY_COMPARISON,
    MOVES,
    FindingFacts,
    FindingState,
    VisitEffect,
    VisitResult,
    may_reopen,
    priority,
    visit_effect,
)

DAY = date(2026, 7, 5)


def effect(
    state: FindingState, result: VisitResult, *, version: int = 1, base: int | None = 1
) -> VisitEffect:
    facts = FindingFacts(state, version)
    return visit_effect(facts, result, base_version=base, noted_on=DAY, again_days=30, absent_days=3)


def test_a_real_firm_moves_on_and_an_absent_one_comes_back() -> None:
    assert effect(FindingState.OPEN, VisitResult.REAL) == VisitEffect(FindingState.VISITED, "", None)
    assert effect(FindingState.OPEN, VisitResult.NOBODY) == VisitEffect(
        FindingState.OPEN, "", date(2026, 7, 8)
    )
    assert effect(FindingState.OPEN, VisitResult.REFUSES) == VisitEffect(
        FindingState.OPEN, "", date(2026, 8, 4)
    )
    assert effect(FindingState.OPEN, VisitResult.CLOSED) == VisitEffect(FindingState.CLOSED, "", None)


def test_what_the_desk_did_meanwhile_stands() -> None:
    assert effect(FindingState.TAKEN_UP, VisitResult.CLOSED, version=3) == VisitEffect(None, "taken_up", None)
    assert effect(FindingState.CLOSED, VisitResult.REAL, version=2) == VisitEffect(None, "closed", None)


def test_another_visit_meanwhile_is_no_conflict() -> None:
    assert effect(FindingState.OPEN, VisitResult.REAL, version=5).to_state == FindingState.VISITED


def test_a_service_visit_moves_nothing() -> None:
    assert effect(FindingState.OPEN, VisitResult.SERVICE) == VisitEffect(None, "", None)


class Life(RuleBasedStateMachine):
    """Any sequence of visits and desk acts stays inside the allowed moves."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.version, self.steps = FindingState.OPEN, 1, []

    @rule(result=st.sampled_from(VisitResult), lag=st.integers(0, 3))
    def visit(self, result: VisitResult, lag: int) -> None:
        found = effect(self.state, result, version=self.version, base=max(1, self.version - lag))
        if found.to_state is not None:
            self.steps.append((self.state, found.to_state))
            self.state, self.version = found.to_state, self.version + 1
        elif result != VisitResult.SERVICE:
            assert found.conflict == self.state.value

    @rule(to=st.sampled_from(FindingState))
    def desk(self, to: FindingState) -> None:
        if to in MOVES[self.state]:
            self.steps.append((self.state, to))
            self.state, self.version = to, self.version + 1

    @invariant()
    def only_allowed_moves(self) -> None:
        assert all(to in MOVES[start] for start, to in self.steps)


TestLife = Life.TestCase


def test_every_result_but_a_service_visit_has_a_state_after_it() -> None:
    assert set(AFTER_VISIT) == set(VisitResult) - {VisitResult.SERVICE}


def test_a_verdict_on_the_spot_stands_for_its_term() -> None:
    seen = FindingFacts(FindingState.CLOSED, 2, VisitResult.COVERED)
    matched = FindingFacts(FindingState.CLOSED, 2, CLOSED_BY_COMPARISON)

    assert not may_reopen(seen, closed_on=DAY, on=DAY + timedelta(days=179), verdict_stands_days=180)
    assert may_reopen(seen, closed_on=DAY, on=DAY + timedelta(days=180), verdict_stands_days=180)
    assert may_reopen(matched, closed_on=DAY, on=DAY, verdict_stands_days=180)


def test_priority_counts_people_doubt_and_age() -> None:
    assert priority(63, 3, 1.0) == 63
    assert priority(63, 0, 1.0) == 31.5
    assert priority(None, None, 0.5) == 5


PLACE = st.builds(Stop, st.integers(0, 99), st.floats(121.2, 121.9), st.floats(29.1, 29.6))
NOWHERE = st.builds(Stop, st.integers(100, 120), st.none(), st.none())


@given(st.lists(st.one_of(PLACE, NOWHERE), max_size=9, unique_by=lambda stop: stop.key))
def test_the_way_visits_each_place_once_and_is_no_longer_than_the_given_order(stops: list[Stop]) -> None:
    way = visiting_order(stops)

    assert sorted(stop.key for stop in way) == sorted(stop.key for stop in stops)
    placed = [stop for stop in stops if stop.lon is not None]
    assert [stop for stop in way if stop.lon is None] == [stop for stop in stops if stop.lon is None]
    if len(placed) <= 3:
        assert length_km([stop for stop in way if stop.lon is not None]) <= length_km(placed) + 1e-6


def test_a_day_in_xidian_starts_at_the_nearest_firm() -> None:
    office = Stop(0, 121.43, 29.47)
    near, far, farther = Stop(1, 121.44, 29.47), Stop(2, 121.48, 29.47), Stop(3, 121.52, 29.47)

    assert [stop.key for stop in visiting_order([farther, near, far], office)] == [1, 2, 3]
