"""Joiners against the register, and the standing of units: the worked tables of docs/rules/drives.md, and their laws."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.organising.bulletin import Bulletin, Period, Unit, elapsed_pct, ranked, share_pct
from smartunion.systems.organising.tests.test_rules_pages import rows
from smartunion.systems.organising.verifying import (
    MATCHED,
    Applicant,
    Applicants,
    Check,
    CheckState,
    CheckVerdict,
    Entry,
    check,
    fold_person,
    is_verified,
    masked,
)

TODAY = date(2026, 7, 5)


def _word(text: str) -> str:
    return "" if text == "–" else text


@pytest.mark.parametrize("row", rows("drives.md", "checks"))
def test_checks(row: list[str]) -> None:
    own_id, own_phone, id_no, name, phone, until, state = (_word(cell) for cell in row)
    applicant = Applicant(1, "王芳", own_id, own_phone)
    entry = Entry(
        "王芳" if name == "same" else "李敏",
        id_no,
        phone,
        "山海货运",
        date.fromisoformat(until) if until else None,
    )
    waiting = Applicants([applicant])

    waiting.see(entry)

    assert waiting.checks(TODAY)[1].state == state


def test_reasons_say_why() -> None:
    applicant = Applicant(1, "王芳", "A", "P")

    found = check(
        applicant,
        [
            Entry("王芳", "A", "P", "山海货运", date(2026, 7, 4)),
            Entry("王芳", "A", "P", "顺路出行", date(2026, 7, 1)),
        ],
        on=TODAY,
    )

    assert found == Check(
        CheckState.EXPIRED, "山海货运", date(2026, 7, 4),
        [{"code": "same_id"}, {"code": "also_on", "platforms": ["顺路出行"]}, {"code": "expired", "day": "2026-07-04"}],
    )  # fmt: skip


def test_one_valid_licence_among_several_is_enough() -> None:
    old, new = (
        Entry("王芳", "A", "P", "甲", date(2020, 1, 1)),
        Entry("王芳", "A", "P", "乙", date(2030, 1, 1)),
    )

    found = check(Applicant(1, "王芳", "A", "P"), [old, new], on=TODAY)

    assert (found.state, found.platform) == (CheckState.MATCHED_ID, "乙")


def test_a_phone_of_somebody_else_gives_a_hint_without_her_name() -> None:
    found = check(Applicant(1, "王芳", "A", "P"), [Entry("欧阳小敏", "B", "P")], on=TODAY)

    assert found.reasons == [{"code": "not_found"}, {"code": "phone_of_other", "name": "欧***"}]
    assert masked("李") == "李*"


def test_names_are_compared_without_dots_and_blanks() -> None:
    assert fold_person(" 阿依古丽·买买提 ") == fold_person("阿依古丽．买买提") == "阿依古丽买买提"


@pytest.mark.parametrize("state", list(CheckState))
def test_a_persons_word_wins_over_the_register(state: CheckState) -> None:
    assert is_verified(state, "") == (state in MATCHED)
    assert is_verified(state, CheckVerdict.ACCEPTED)
    assert not is_verified(state, CheckVerdict.REJECTED)


def _number(cell: str) -> int | None:
    return None if cell == "–" else int(cell)


def test_places() -> None:
    table = rows("drives.md", "places")
    units = [Unit(key, row[0], _number(row[1]), int(row[2]), int(row[3]), 0) for key, row in enumerate(table)]

    found = {one.unit.name: (one.place_before, one.place) for one in ranked(units)}

    assert found == {row[0]: (int(row[4]), int(row[5])) for row in table}


UNITS = st.lists(
    st.builds(
        Unit, key=st.just(0), name=st.just("u"), target=st.none() | st.integers(1, 500), before=st.integers(0, 500),
        during=st.integers(-20, 200), previous=st.just(0),
    ),
    max_size=12,
).map(lambda units: [Unit(n, u.name, u.target, u.before, u.during, u.previous) for n, u in enumerate(units)])  # fmt: skip


@given(UNITS)
def test_every_unit_has_a_place_and_a_better_share_a_better_one(units: list[Unit]) -> None:
    found = ranked(units)

    assert sorted(one.unit.key for one in found) == [unit.key for unit in units]
    assert [one.place for one in found] == sorted(one.place for one in found)
    for better in found:
        for worse in found:
            if better.unit.target and worse.unit.target:
                above = better.unit.total * worse.unit.target > worse.unit.total * better.unit.target
                assert above == (better.place < worse.place)


def test_a_bulletin_says_who_reached_who_climbed_and_where_nobody_joined() -> None:
    units = [Unit(1, "甲", 10, 8, 2, 1), Unit(2, "乙", 10, 9, 0, 3), Unit(3, "丙", 10, 10, 0, 0)]

    made = Bulletin(Period(date(2026, 7, 1), TODAY), Unit(0, "县", 60, 27, 2, 4), ranked(units), 50)

    assert [unit.name for unit in made.reached] == ["甲"]
    assert [(one.unit.name, one.moved) for one in made.climbed] == [("甲", 2)]
    assert [unit.name for unit in made.still] == ["乙"]
    assert made.change == -2
    assert made.period.before == Period(date(2026, 6, 26), date(2026, 6, 30))


def test_shares_are_whole_only_when_they_are() -> None:
    assert [share_pct(199, 200), share_pct(200, 200), share_pct(5, None), share_pct(5, 0)] == [
        99,
        100,
        None,
        None,
    ]
    assert elapsed_pct(date(2026, 7, 1), date(2026, 7, 10), TODAY) == 50
    assert elapsed_pct(date(2026, 7, 1), None, TODAY) is None
    assert elapsed_pct(date(2026, 7, 1), date(2026, 7, 2), TODAY) == 100
