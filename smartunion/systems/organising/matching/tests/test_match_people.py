"""Which member and which insured person are one human being, and the lists that follow from it."""

import duckdb
import pytest

from smartunion.systems.organising.matching import macros
from smartunion.systems.organising.matching.tests.small import Outcome, Small, code, resident_id

FIRM, OTHER = "盐城市恒达机械有限公司", "江苏鑫源纺织品有限公司"


def _with_one_slip(number: str) -> str:
    return number[:9] + ("7" if number[9] != "7" else "8") + number[10:]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    small = Small()
    small.firm("E1", FIRM, code(1))
    small.firm("E2", OTHER, code(2))
    small.union("U1", FIRM, code(1))
    here = {"employer_name": FIRM}
    at_1 = {"unit_no": "A1", "unit_name": FIRM, "unit_code": code(1)}
    at_2 = {"unit_no": "A2", "unit_name": OTHER, "unit_code": code(2)}
    # 1 the same number and name
    small.member(1, "U1", "陈一鸣", resident_id(1), **here)
    small.spell(101, "陈一鸣", resident_id(1), **at_1)
    # 2 one slip in the number
    small.member(2, "U1", "陈二妹", _with_one_slip(resident_id(2)), **here)
    small.spell(102, "陈二妹", resident_id(2), **at_1)
    # 3 no number: name, telephone and employer
    small.member(3, "U1", "陈三强", None, mobile="13800000003", **here)
    small.spell(103, "陈三强", resident_id(3), mobile="13800000003", **at_1)
    # 4 retired: the spell has ended and there is no other
    small.member(4, "U1", "陈四海", resident_id(4), **here)
    small.spell(104, "陈四海", resident_id(4), end_month=202212, **at_1)
    # 5 insured twice now, once at home and once elsewhere
    small.member(5, "U1", "陈五洲", resident_id(5), **here)
    small.spell(105, "陈五洲", resident_id(5), **at_1)
    small.spell(205, "陈五洲", resident_id(5), **at_2)
    # 6 has gone to another employer
    small.member(6, "U1", "陈六合", resident_id(6), **here)
    small.spell(106, "陈六合", resident_id(6), end_month=202303, **at_1)
    small.spell(206, "陈六合", resident_id(6), **at_2)
    # 7 insured here, member nowhere
    small.spell(107, "陈七夕", resident_id(7), **at_1)
    # 8 the same number under quite another name and telephone
    small.member(8, "U1", "陈八方", resident_id(8), mobile="13800000008", **here)
    small.spell(108, "欧阳锋", resident_id(8), mobile="13900000008", **at_1)
    # 9 the same name, another number, elsewhere
    small.member(9, "U1", "陈九思", resident_id(9), **here)
    small.spell(109, "陈九思", resident_id(59, born="19600101"), **at_2)
    # 10 an old number of 15 digits
    old = resident_id(10)
    small.member(10, "U1", "陈十全", old[:6] + old[8:17], **here)
    small.spell(110, "陈十全", old, **at_1)
    # 11 insured here, member nowhere, but the spell has ended
    small.spell(111, "陈十一", resident_id(11), end_month=202001, **at_1)
    # 12 another's right number in the member's row: name and telephone agree
    small.member(12, "U1", "陈十二", resident_id(62), mobile="13800000012", **here)
    small.spell(112, "陈十二", resident_id(12), mobile="13800000012", **at_1)
    return small.match(tmp_path_factory.mktemp("people"))


def test_one_person_is_found_by_number_repaired_number_telephone_and_old_number(outcome: Outcome) -> None:
    assert outcome.keys("persons") == {
        (1, 101), (2, 102), (3, 103), (4, 104), (5, 105), (5, 205), (6, 106), (6, 206), (10, 110),
    }  # fmt: skip


def test_the_rule_says_how_the_person_was_found(outcome: Outcome) -> None:
    rules = outcome.rules("persons")

    assert rules[1, 101] == "same_id"
    assert rules[2, 102] == "near_id"
    assert rules[3, 103] == "name_phone"
    assert rules[10, 110] == "near_id"


def test_what_contradicts_itself_is_left_to_a_person(outcome: Outcome) -> None:
    assert outcome.rules("persons_to_verify") == {
        (8, 108): "same_id_other_name",
        (12, 112): "name_phone_other_id",
    }


def test_only_who_works_elsewhere_alone_has_moved(outcome: Outcome) -> None:
    assert outcome.keys("moved_members") == {(6,)}


def test_not_members_are_insured_now_at_a_covered_employer(outcome: Outcome) -> None:
    assert outcome.keys("not_members") == {(107,)}


def _one_slip_apart(number: str) -> set[str]:
    """Everything that one wrong, missing, added or exchanged sign makes of an ID number."""
    made = set()
    for place in range(len(number)):
        before, sign, after = number[:place], number[place], number[place + 1 :]
        others = [digit for digit in "0123456789" if digit != sign]
        made.update(before + other + after for other in others)
        made.update(before + digit + sign + after for digit in "0123456789")
        made.add(before + after)
        made.add(before + after[:1] + sign + after[1:])
    return made - {number}


@pytest.mark.parametrize("number", [resident_id(7), resident_id(1234), "11010519491231002X"])
def test_no_slip_of_one_sign_keeps_an_id_number_from_being_compared(number: str) -> None:
    slips = sorted(_one_slip_apart(number))
    listed = ", ".join(f"('{slip}')" for slip in slips)
    blocks = macros.id_blocks(
        f"(SELECT 1 AS name_no, slip AS id_text FROM (VALUES {listed}) AS made(slip))", "1 AS one"
    )
    first_17 = int(number[:17])
    compared = f"(w.head = {first_17 // 10**9} AND {macros.may_slip('w', str(first_17))}) OR w.tail = {first_17 % 10**8}"

    missed = duckdb.sql(
        f"SELECT w.id_text FROM {blocks} AS w WHERE NOT COALESCE({compared}, FALSE)"
    ).fetchall()

    assert len(slips) > 300
    assert missed == []
