"""Why a single link was made, in words a person can check."""

from pathlib import Path

import pytest

from smartunion.systems.organising.matching import explain_link, run
from smartunion.systems.organising.matching.explaining import explain_person
from smartunion.systems.organising.matching.tests.small import Outcome, Small, code, resident_id

FIRM = "盐城市恒达机械有限公司"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    small = Small()
    small.firm("E1", FIRM, code(1), old_reg_no="320902000012345")
    small.union("whole", None, code(1), union_name=None)
    small.union("organisation", None, code(1)[8:17], union_name=None)
    small.union("old", None, "320902000012345", union_name=None)
    small.union("torn", "盐城市无此企业管理所", code(1))
    small.member(1, "whole", "陈一鸣", resident_id(1), mobile="13900001111")
    small.spell(101, "陈一鸣", resident_id(1), "A1", FIRM, unit_code=code(1), mobile="13900001111")
    return small.match(tmp_path_factory.mktemp("single"))


@pytest.mark.parametrize(
    ("union_id", "rule", "how"),
    [
        ("whole", "code", "代码一致"),
        ("organisation", "organisation_code", "组织机构代码一致"),
        ("old", "old_number", "原注册号一致"),
    ],
)
def test_a_union_known_by_its_code_alone_is_linked_and_says_so(
    outcome: Outcome, union_id: str, rule: str, how: str
) -> None:
    why = explain_link(outcome.out, union_id, "E1")

    assert why is not None
    assert (why.rule, why.is_auto) == (rule, True)
    found = {finding.what: (finding.zh, finding.registered) for finding in why.findings}
    assert found["name"] == ("未填名称", FIRM)
    assert found["code"] == (how, code(1))


def test_a_code_under_another_name_waits_for_a_person(outcome: Outcome) -> None:
    why = explain_link(outcome.out, "torn", "E1")

    assert why is not None
    assert (why.rule, why.is_auto) == ("code_against_name", False)
    assert why.findings[0].given == "盐城市无此企业管理所"


def test_a_pair_in_no_list_has_no_reason(outcome: Outcome) -> None:
    assert explain_link(outcome.out, "whole", "E2") is None
    assert explain_person(outcome.out, outcome.out.parent / "data", 1, 999) is None


def test_the_reason_for_a_person_shows_no_whole_number(outcome: Outcome) -> None:
    why = explain_person(outcome.out, outcome.out.parent / "data", 1, 101)

    assert why is not None
    assert (why.rule, why.is_auto) == ("same_id", True)
    shown = {finding.what: finding.given for finding in why.findings}
    assert shown["name"] == "陈**"
    assert shown["mobile"] == "139******11"
    assert resident_id(1) not in str(why)


def test_the_steps_written_out_hide_people_and_show_firms(tmp_path: Path) -> None:
    small = Small()
    small.firm("E1", FIRM, code(1))
    small.union("U1", FIRM, code(1))
    small.member(7001, "U1", "陈一鸣", None, mobile="13900001111")
    small.spell(8001, "陈一鸣", None, "A1", FIRM, unit_code=code(1), mobile="13900001111")
    small.member(7002, "U1", "林小满", resident_id(1), mobile="13900002222")
    small.spell(8002, "林小满", resident_id(2), "A1", FIRM, unit_code=code(1), mobile="13900002222")

    report = run(small.write(tmp_path / "data"), tmp_path / "out", explain=True)

    written = "".join(path.read_text(encoding="utf-8") for path in report.explained)
    samples = {step.name: step.sample for step in report.steps}
    assert samples["namesakes"] == (("***", "U1", "***", samples["namesakes"][0][3]),)
    assert samples["weak"][0][0] == "***"
    assert FIRM in written
    for secret in ("13900001111", "13900002222", resident_id(1)[:17], resident_id(2)[:17], "7001", "8001"):
        assert secret not in written
