"""Calculated answers: exact decimals, kind refusals, explanations; no formula crashes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.engines.casework.answers import check_answers
from smartunion.engines.casework.answers.calculating import calculated
from smartunion.engines.casework.definition import Definition, Field, FieldKind, Op, Section, Step, Test, text
from smartunion.engines.casework.definition.formulas import (
    FormulaError,
    Name,
    names,
    read,
    renamed,
    result,
    written,
)
from smartunion.engines.casework.tests.factories import TODAY

FAMILY = Field(
    "family", FieldKind.ROWS, text("家庭成员"), is_required=False,
    columns=(Field("name", FieldKind.TEXT, text("姓名")), Field("income", FieldKind.MONEY, text("月收入"))),
)  # fmt: skip
OWN = Field("own", FieldKind.MONEY, text("本人月收入"))
EACH = Field(
    "each", FieldKind.CALC, text("人均月收入"), formula="(own + sum(family.income)) / (count(family) + 1)"
)
STAY = Field("stay", FieldKind.PERIOD, text("住院时间"), is_required=False)
DAYS = Field("days", FieldKind.CALC, text("住院天数"), formula="days(stay.from, stay.to) + 1", decimals=0)
FIELDS = (OWN, FAMILY, EACH, STAY, DAYS)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1 + 2 × 3", "7.00"),
        ("（1＋2）×3÷4", "2.25"),
        ("-2 + 5", "3.00"),
        ("10 - 2 - 3", "5.00"),
        ("1 / 3 * 3", "1.00"),
        ("round(2.345, 2)", "2.35"),
        ("四舍五入(2.5)", "3.00"),
        ("min(3, 2, 8)", "2.00"),
        ("最大(3, 2, 8)", "8.00"),
        ("0.1 + 0.2", "0.30"),
    ],
)
def test_reckoning_is_exact_and_reads_chinese(formula: str, value: str) -> None:
    assert str(result(read(formula), lambda name: None, 2)) == value


def test_division_by_zero_and_missing_answers_have_no_value() -> None:
    assert result(read("1 / (2 - 2)"), lambda name: None, 2) is None
    assert result(read("own + 1"), lambda name: None, 2) is None


@pytest.mark.parametrize(
    "formula",
    ["", "1 +", "(1", "own own", "__import__('os')", "a.b.c", "quit()", "1 ** 2", "x" * 401, "(" * 60 + "1"],
)
def test_what_cannot_be_read_is_refused(formula: str) -> None:
    with pytest.raises(FormulaError):
        read(formula)


@given(st.text(alphabet="ab1.,+-*/()[] ×÷合计最大sum", max_size=40))
def test_no_text_crashes_and_what_is_read_can_be_written_again(formula: str) -> None:
    try:
        node = read(formula)
    except FormulaError:
        return
    again = renamed(formula, lambda key, part: (key, part))
    assert read(again) == read(renamed(again, lambda key, part: (key, part)))
    assert names(read(again)) == names(node)
    value = lambda name: Decimal(3)  # noqa: E731  one number for every name
    assert result(read(again), value, 2) == result(node, value, 2)


@given(st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=6), st.decimals(0, 10**6, places=2))
def test_sum_over_rows_equals_python(incomes: list[Decimal], own: Decimal) -> None:
    answers = {"own": str(own), "family": [{"name": "甲", "income": str(one)} for one in incomes]}

    found = calculated(EACH, FIELDS, answers)

    exact = (own + sum(incomes)) / (len(incomes) + 1)
    assert found.value is not None
    assert abs(Decimal(found.value) - exact) <= Decimal("0.005")


def test_explanation_shows_words_numbers_and_result() -> None:
    answers = {
        "own": "3000.00",
        "family": [{"name": "甲", "income": "1500.00"}, {"name": "乙", "income": "0.00"}],
    }

    found = calculated(EACH, FIELDS, answers)

    assert found.value == "1500.00"
    assert found.words == (
        "人均月收入 = (本人月收入 + 合计(家庭成员·月收入)) ÷ (行数(家庭成员) + 1)"
        " = (3,000.00 + 合计(1,500.00 + 0.00)) ÷ (行数(2) + 1) = 1,500.00"
    )


def form(*fields: Field) -> Definition:
    return Definition(
        "hardship",
        text("困难帮扶"),
        sections=(Section("one", text("一"), fields),),
        steps=(Step("a", text("审"), roles=("cadre",)),),
    )


def test_calculated_answers_are_worked_out_not_typed() -> None:
    poor = Field("proof", FieldKind.TEXT, text("说明"), visible_if=Test("each", Op.AT_MOST, 1000))
    raw: dict[str, object] = {
        "own": "1,000.5", "each": "99999", "family": [{"name": "甲", "income": "￥500元"}], "proof": "低保户",
        "stay": {"from": "2026-02-01", "to": "2026-02-10"},
    }  # fmt: skip

    checked = check_answers(form(*FIELDS, poor), raw, papers={}, today=TODAY)

    assert checked.problems == []
    assert checked.values == {
        "own": "1000.50", "family": [{"name": "甲", "income": "500.00"}], "each": "750.25", "proof": "低保户",
        "stay": {"from": "2026-02-01", "to": "2026-02-10"}, "days": "10",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("12.345", "“本人月收入”请填金额（元），最多两位小数，例如 1200.50。"),
        ("-5", "“本人月收入”请填金额（元），最多两位小数，例如 1200.50。"),
        ("NaN", "“本人月收入”请填金额（元），最多两位小数，例如 1200.50。"),
        ("1e5", "“本人月收入”请填金额（元），最多两位小数，例如 1200.50。"),
    ],
)
def test_money_is_yuan_and_fen(given: str, words: str) -> None:
    checked = check_answers(form(OWN), {"own": given}, papers={}, today=TODAY)

    assert [problem.message for problem in checked.problems] == [words]


def test_periods_end_after_they_begin_and_fit() -> None:
    short = Field("stay", FieldKind.PERIOD, text("疗养时间"), maximum=5)
    wrong = [
        {"from": "2026-02-10", "to": "2026-02-01"},
        {"from": "2026-02-10"},
        {"from": "2026-02-01", "to": "2026-02-06"},
    ]

    found = [
        check_answers(form(short), {"stay": one}, papers={}, today=TODAY).problems[0].message for one in wrong
    ]

    assert found == [
        "“疗养时间”：结束日期早于开始日期，请核对。",
        "“疗养时间”：请填写开始和结束日期。",
        "“疗养时间”最多 5 天，现在是 6 天。",
    ]


def test_required_only_when_its_condition_holds() -> None:
    ill = Field("ill", FieldKind.YES_NO, text("是否患病"))
    which = Field(
        "which", FieldKind.TEXT, text("病名"), is_required=False, required_if=Test("ill", Op.IS, True)
    )

    no = check_answers(form(ill, which), {"ill": "no"}, papers={}, today=TODAY)
    yes = check_answers(form(ill, which), {"ill": "yes"}, papers={}, today=TODAY)

    assert no.problems == []
    assert [problem.key for problem in yes.problems] == ["which"]


def test_labels_and_keys_change_places() -> None:
    labels = {"own": "本人月收入", "family": "家庭成员（含本人）"}

    shown = renamed("own+sum(family.income)", lambda key, part: (labels[key], "月收入" if part else ""))

    assert shown == "本人月收入 + 合计([家庭成员（含本人）].月收入)"
    back = {label: key for key, label in labels.items()}
    assert (
        renamed(shown, lambda key, part: (back[key], "income" if part else "")) == "own + 合计(family.income)"
    )
    assert written(read("a-(b-c)"), lambda name: name.key) == "a − (b − c)"
    assert names(read("stay.开始")) == (Name("stay", "from"),)
