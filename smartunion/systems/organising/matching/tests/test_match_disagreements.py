"""Departments that contradict one another: listed for a person, never guessed."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from smartunion.systems.organising.matching.tests.small import Small, code, resident_id

ONE, TWO = "盐城市恒达机械有限公司", "江苏鑫源纺织品有限公司"


@pytest.fixture
def small() -> Small:
    small = Small()
    small.firm("E1", ONE, code(1))
    small.firm("E2", TWO, code(2))
    return small


def _insure(small: Small, people: int, unit_name: str, unit_code: str, unit_no: str = "A1") -> None:
    for number in range(people):
        small.spell(
            number, f"王{chr(0x4E00 + number)}", resident_id(number), unit_no, unit_name, unit_code=unit_code
        )


def _rows(small: Small, tmp_path: Path) -> list[dict[str, object]]:
    return pq.read_table(small.match(tmp_path).report.lists["disagreements"].path).to_pylist()


def test_a_code_of_one_firm_under_the_name_of_another_is_listed_once(small: Small, tmp_path: Path) -> None:
    _insure(small, 3, TWO, code(1))

    outcome = small.match(tmp_path)

    assert outcome.rules("disagreements") == {("E1", "E2", "social", "A1"): "code_against_name"}
    row = pq.read_table(outcome.report.lists["disagreements"].path).to_pylist()[0]
    assert json.loads(row["evidence"]) == {"name": TWO, "code": code(1)}
    assert list(row) == ["entity_id", "other_id", "source", "ref", "rule", "evidence", "confidence"]


def test_a_union_that_names_one_and_codes_another_is_listed_and_not_linked(
    small: Small, tmp_path: Path
) -> None:
    small.union("U", TWO, code(1))

    outcome = small.match(tmp_path)

    assert outcome.rules("disagreements") == {("E1", "E2", "union", "U"): "code_against_name"}
    assert outcome.keys("links") == set()


def test_people_insured_at_a_closed_firm(small: Small, tmp_path: Path) -> None:
    small.firm("E3", "盐城东方食品有限公司", code(3), status="注销")
    _insure(small, 4, "盐城东方食品有限公司", code(3))

    (row,) = _rows(small, tmp_path)

    assert (row["entity_id"], row["source"], row["ref"], row["rule"]) == (
        "E3", "register", "注销", "closed_but_insured",
    )  # fmt: skip
    assert json.loads(str(row["evidence"]))["insured"] == 4


@pytest.mark.parametrize(("declared", "listed"), [(200, True), (60, False), (45, False)])
def test_tax_and_insurance_far_apart(small: Small, tmp_path: Path, declared: int, listed: bool) -> None:
    _insure(small, 20, ONE, code(1))
    small.tax(code(1), ONE, declared, 2024)

    rows = _rows(small, tmp_path)

    assert [row["rule"] for row in rows] == (["headcounts_apart"] if listed else [])
    if listed:
        assert json.loads(str(rows[0]["evidence"])) == {
            "name": ONE, "code": code(1), "insured": 20, "declared": declared, "year": 2024,
        }  # fmt: skip


def test_the_latest_return_counts(small: Small, tmp_path: Path) -> None:
    _insure(small, 20, ONE, code(1))
    small.tax(code(1), ONE, 300, 2022)
    small.tax(code(1), ONE, 30, 2024)

    assert _rows(small, tmp_path) == []


def test_where_all_agree_nothing_is_listed(small: Small, tmp_path: Path) -> None:
    _insure(small, 30, ONE, code(1))
    small.tax(code(1), ONE, 31, 2024)
    small.union("U", ONE, code(1))

    assert _rows(small, tmp_path) == []
