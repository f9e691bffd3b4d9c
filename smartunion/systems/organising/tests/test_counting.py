"""Counting: the worked table of docs/rules/elections.md, and what holds for every box of papers."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.organising.counting import (
    Paper,
    Round,
    Standing,
    Vote,
    check_candidates,
    count,
    quorum_needed,
)
from smartunion.systems.organising.elections import ElectionRules
from smartunion.systems.organising.tests.test_rules_pages import rows

DUE = ElectionRules(Fraction(2, 3), "due", (), 25)
PRESENT = ElectionRules(Fraction(2, 3), "present", (), 25)


def papers(text: str) -> list[Paper]:
    """ "20×甲乙 3×- 1×!" as papers: marks by letter, - blank, ! unreadable."""
    found = []
    for times, marks in re.findall(r"(\d+)×(\S+)", text):
        chosen = frozenset("甲乙丙丁".index(mark) + 1 for mark in marks if mark in "甲乙丙丁")
        found += [Paper(chosen, marks == "!")] * int(times)
    return found


@pytest.mark.parametrize("row", rows("elections.md", "counting"))
def test_the_worked_table(row: list[str]) -> None:
    setting, drawn, elected, tied, open_seats, void = row
    numbers = {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", setting)}
    box = papers(drawn)
    vote = Vote(
        seats=numbers.get("seats", 2), due=numbers.get("due", 36), present=numbers.get("present", 30),
        handed_out=numbers.get("out", 30), candidates=(1, 2, 3, 4),
        round=Round.TIE if "tie" in setting else Round.FIRST,
    )  # fmt: skip

    result = count(vote, box, PRESENT if "of_present" in setting else DUE)

    def named(numbers: tuple[int, ...]) -> str:
        return "".join("甲乙丙丁"[number - 1] for number in numbers) or "–"

    assert (named(result.elected), named(result.tied), result.open_seats, bool(result.void_because)) == (
        elected, tied, int(open_seats), void == "yes",
    )  # fmt: skip


def test_the_page_is_about_this_code() -> None:
    page = Path(__file__).resolve().parents[4] / "docs" / "rules" / "elections.md"
    assert "counting.py" in page.read_text(encoding="utf-8")


boxes = st.integers(1, 60).flatmap(
    lambda due: st.tuples(
        st.just(due),
        st.integers(0, due),
        st.integers(1, 5),
        st.lists(st.builds(Paper, st.frozensets(st.integers(1, 6), max_size=6), st.booleans()), max_size=due),
        st.sampled_from(Round),
    )
)


@given(boxes)
def test_what_always_holds(box: tuple[int, int, int, list[Paper], Round]) -> None:
    due, present, seats, drawn, round_ = box
    vote = Vote(seats, due, present, present, range(1, 7), round_)

    result = count(vote, drawn, DUE)

    assert result.valid + result.invalid == result.returned == len(drawn)
    assert {place.candidate for place in result.places} == set(range(1, 7))
    assert len(result.elected) + result.tied_seats + result.open_seats == seats
    assert len(result.tied) > result.tied_seats or not result.tied
    votes = {place.candidate: place.votes for place in result.places}
    lowest = min((votes[one] for one in result.elected), default=None)
    for place in result.places:
        assert place.votes <= result.valid
        if place.standing != Standing.NOT_ELECTED:
            assert not result.void_because
            assert place.votes * 2 > due or round_ == Round.TIE
        if lowest is not None and place.standing != Standing.ELECTED:
            assert place.votes < lowest or place.votes < result.needed
    assert len({votes[one] for one in result.tied}) <= 1
    if present < quorum_needed(due, DUE) or len(drawn) > present:
        assert result.void_because


@given(boxes, st.randoms())
def test_the_order_of_the_papers_does_not_matter(box: tuple[int, int, int, list[Paper], Round], luck) -> None:  # type: ignore[no-untyped-def]  # hypothesis hands in its own Random
    due, present, seats, drawn, round_ = box
    vote = Vote(seats, due, present, present, range(1, 7), round_)
    shuffled = list(drawn)
    luck.shuffle(shuffled)

    assert count(vote, drawn, DUE) == count(vote, shuffled, DUE)


@pytest.mark.parametrize(
    ("seats", "candidates", "surplus", "round_", "is_enough"),
    [
        (5, 6, 5, Round.FIRST, True), (5, 5, 5, Round.FIRST, False), (21, 22, 5, Round.FIRST, False),
        (21, 23, 5, Round.FIRST, True), (1, 1, 0, Round.FIRST, True), (1, 2, 5, Round.TIE, True),
        (1, 1, 5, Round.TIE, False),
    ],
)  # fmt: skip
def test_more_candidates_than_seats(
    seats: int, candidates: int, surplus: int, round_: Round, is_enough: bool
) -> None:
    assert (check_candidates(seats, candidates, surplus, round_) == "") is is_enough
