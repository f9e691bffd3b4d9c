"""Elections: the worked table of docs/rules/founding.md, and what holds for any result."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.organising.elections import (
    Ballot,
    Band,
    Elected,
    ElectionRules,
    band_for,
    bands_from,
    check,
    holds,
    term_end,
)

TODAY = date(2026, 11, 21)
BANDS = bands_from("24:3-5 200:3-7 1000:7-15 5000:15-21 10000:21-29 50000:29-37 *:37-45")
RULES = ElectionRules(Fraction(2, 3), "due", BANDS, 25, "选举条例", "地方规定")


def people(*votes: int, posts: tuple[str, ...] = ("chair", "vice_chair")) -> tuple[Elected, ...]:
    names = ["王芳", "李强", "张敏", "刘洋", "陈静", "赵磊", "孙丽"]
    filled = [*posts, *["member"] * 7]
    return tuple(Elected(names[at], filled[at], vote) for at, vote in enumerate(votes))


SOUND = Ballot(
    held_on=date(2026, 11, 20), members=63, women=30, due=60, present=48, term_years=5, candidates=4,
    committee=people(45, 44, 40), audit=people(41, posts=("chair",)), women_committee=people(0, 0),
)  # fmt: skip


def objections(**changes: object) -> list[str]:
    return [one.field for one in check(replace(SOUND, **changes), RULES, today=TODAY)]


def test_a_sound_election_holds() -> None:
    assert objections(audit=(Elected("周杰", "chair", 41),)) == []


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"present": 40, "committee": people(40, 39, 38), "audit": (Elected("周杰", "chair", 35),)}, []),
        ({"present": 39, "committee": people(39, 39, 38), "audit": (Elected("周杰", "chair", 35),)}, ["present"]),
        ({"present": 61}, ["present"]),
        ({"due": 0}, ["due", "present"][:1]),
        ({"due": 64, "present": 48}, ["due"]),
        ({"committee": people(30, 44, 40)}, ["committee"]),
        ({"committee": people(31, 44, 40)}, []),
        ({"committee": people(49, 44, 40)}, ["committee"]),
        ({"committee": people(45)}, ["committee"]),
        ({"committee": people(45, 44, 40, posts=("member", "member"))}, ["committee"]),
        ({"committee": people(45, 44, 40, 41, 42, 43, 44), "candidates": 8}, []),
        ({"committee": people(45, 44)}, ["committee"]),
        ({"candidates": 3}, ["candidates"]),
        ({"audit": ()}, ["audit"]),
        ({"women_committee": ()}, ["women_committee"]),
        ({"women": 24, "women_committee": people(0)}, []),
        ({"women": 25, "women_committee": people(0)}, ["women_committee"]),
        ({"women": 0, "women_committee": ()}, []),
        ({"women": 64}, ["women"]),
        ({"term_years": 4}, ["term_years"]),
        ({"held_on": date(2026, 11, 22)}, ["held_on"]),
        ({"has_relatives": True}, ["has_relatives"]),
    ],
)  # fmt: skip
def test_worked_table(changes: dict[str, object], fields: list[str]) -> None:
    changes = {"audit": (Elected("周杰", "chair", 41),)} | changes
    assert objections(**changes) == fields


def test_few_members_may_elect_one_organiser() -> None:
    small = replace(
        SOUND, members=12, women=3, due=12, present=12, candidates=None, committee=(Elected("王芳", "organiser", 11),),
        audit=(), women_committee=(Elected("李丽", "member"),),
    )  # fmt: skip

    assert check(small, RULES, today=TODAY) == []
    assert [one.field for one in check(replace(small, members=25, women=3), RULES, today=TODAY)] == [
        "committee", "committee", "audit",
    ]  # fmt: skip


def test_twenty_five_members_is_no_minimum_for_founding() -> None:
    three = replace(
        SOUND, members=3, women=1, due=3, present=3, candidates=None, committee=people(3, 3, 3), audit=(),
        women_committee=(Elected("李丽", "member"),),
    )  # fmt: skip

    assert check(three, RULES, today=TODAY) == []


def test_the_chair_cannot_audit_and_hints_do_not_void() -> None:
    auditing = check(replace(SOUND, audit=people(41, posts=("chair",))), RULES, today=TODAY)
    too_few = check(replace(SOUND, audit=(Elected("周杰", "chair", 41),), candidates=3), RULES, today=TODAY)

    assert [(one.field, holds(auditing)) for one in auditing] == [("audit", False)]
    assert [(one.field, holds(too_few)) for one in too_few] == [("candidates", True)]


def test_every_void_result_names_its_rule() -> None:
    found = check(replace(SOUND, present=30), RULES, today=TODAY)

    assert found[0].message == "应到 60 人，实到 30 人；至少 40 人到会，选举方为有效。"
    assert found[0].source == "选举条例"


counts = st.integers(0, 400)


@given(due=st.integers(1, 400), present=counts, votes=st.lists(counts, min_size=3, max_size=7))
def test_nobody_is_elected_by_half_or_less(due: int, present: int, votes: list[int]) -> None:
    ballot = replace(SOUND, members=400, due=due, present=present, committee=people(*votes), candidates=None)

    if holds(check(ballot, RULES, today=TODAY)):
        assert present * 3 >= due * 2
        assert all(vote * 2 > due and vote <= present for vote in votes)


def test_bands() -> None:
    assert band_for(BANDS, 24) == Band(24, 3, 5)
    assert band_for(BANDS, 25) == Band(200, 3, 7)
    assert band_for(BANDS, 50001) == Band(None, 37, 45)
    for text in ("", "24:5-3", "200:3-7 24:3-5", "*:3-5 24:3-5", "viele"):
        with pytest.raises(ValueError, match=r"bands?"):
            bands_from(text)


def test_terms_end_on_the_same_day() -> None:
    assert term_end(date(2024, 2, 29), 3) == date(2027, 3, 1)
    assert term_end(date(2026, 11, 20), 5) == date(2031, 11, 20)
