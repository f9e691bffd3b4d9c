"""Definitions: JSON round trip, refusals with their place, what the check finds."""

import contextlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.engines.casework.definition import (
    Branch,
    Deadline,
    DefinitionError,
    Field,
    FieldKind,
    Format,
    Op,
    Option,
    Reopening,
    Route,
    Section,
    Step,
    Test,
    Who,
    check_definition,
    dump,
    parse,
    text,
)
from smartunion.engines.casework.definition.conditions import AllOf, AnyOf, holds
from smartunion.engines.casework.rules import Act
from smartunion.engines.casework.tests.strategies import KNOWN, WISH, definitions


@given(definitions())
def test_definition_survives_json(definition: Any) -> None:
    assert parse(json.loads(json.dumps(dump(definition)))) == definition


@given(definitions())
def test_generated_definitions_pass_the_check(definition: Any) -> None:
    assert check_definition(definition, KNOWN) == []


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JUNK)
def test_junk_is_refused_with_a_place(data: object) -> None:
    with pytest.raises(DefinitionError):
        parse(data)


@given(st.data())
def test_one_broken_value_is_refused_or_read_never_crashes(data: Any) -> None:
    whole = dump(WISH)
    name = data.draw(st.sampled_from(sorted(whole)))
    whole[name] = data.draw(JUNK)
    with contextlib.suppress(DefinitionError):
        check_definition(parse(whole), KNOWN)


def test_unreadable_definition_names_the_place() -> None:
    whole = dump(WISH)
    whole["steps"][1]["deadline"]["days"] = "fifteen"

    with pytest.raises(DefinitionError) as refusal:
        parse(whole)

    assert refusal.value.field == "steps[1].deadline.days"
    assert "steps[1].deadline.days" in str(refusal.value)


def test_deep_nesting_is_refused_not_overflowing() -> None:
    condition: dict[str, Any] = {"field": "kind", "value": "other"}
    for _ in range(2000):
        condition = {"all": [condition]}
    whole = dump(WISH)
    whole["sections"][0]["visible_if"] = condition

    with pytest.raises(DefinitionError):
        parse(whole)


A_STEP = Step("only", text("审批"), roles=("cadre",))


def problems(**changes: Any) -> list[str]:
    return [problem.place for problem in check_definition(replace(WISH, **changes), KNOWN)]


def test_wish_is_sound() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"steps": ()}, ["steps", "reopening.to_step"]),
        ({"steps": (A_STEP,)}, ["reopening.to_step"]),
        ({"steps": (replace(A_STEP, roles=()),), "reopening": None}, ["steps[0].roles"]),
        ({"steps": (replace(A_STEP, roles=("king",)),), "reopening": None}, ["steps[0].roles"]),
        ({"steps": (replace(A_STEP, acts=(Act.REFUSE,)),), "reopening": None}, ["steps[0].acts"]),
        ({"steps": (replace(A_STEP, acts=(Act.APPROVE, Act.RATE)),), "reopening": None}, ["steps[0].acts"]),
        ({"steps": (replace(A_STEP, next="only"),), "reopening": None}, ["steps[0].next"]),
        ({"steps": (replace(A_STEP, next="gone"),), "reopening": None}, ["steps[0].next"]),
        ({"steps": (A_STEP, replace(A_STEP, key="island")), "reopening": None}, ["steps[1]"]),
        ({"steps": (A_STEP, A_STEP), "reopening": None}, ["steps[1].key"]),
        ({"steps": (replace(A_STEP, who=Who.APPLICANT),), "reopening": None}, ["steps[0].who", "steps[0].form"]),
        ({"steps": (replace(A_STEP, route=Route.EMPLOYER_UNION),), "reopening": None}, ["steps[0].route"]),
        ({"steps": (replace(A_STEP, route=Route.HANDLER),), "reopening": None}, ["steps[0].route"]),
        ({"steps": (replace(A_STEP, route=Route.NAMED_UNION),), "reopening": None}, ["steps[0].named_union"]),
        ({"steps": (replace(A_STEP, deadline=Deadline(0)),), "reopening": None}, ["steps[0].deadline.days"]),
        ({"steps": (replace(A_STEP, deadline=Deadline(5, policy="x")),), "reopening": None}, ["steps[0].deadline.policy"]),
        ({"steps": (replace(A_STEP, return_to="only"),), "reopening": None}, ["steps[0].return_to"]),
        ({"steps": (replace(A_STEP, outcome="pay"),), "reopening": None}, ["steps[0].outcome"]),
        ({"handler": "nobody"}, ["handler"]),
        ({"texts": (("approved", text("祝贺，%(surname)s")),)}, ["texts.approved"]),
        ({"texts": (("lost", text("好")),)}, ["texts.lost"]),
        ({"subject": text("%(about)s")}, ["subject"]),
        ({"max_papers": 99}, ["max_papers"]),
        ({"key": "Wish; DROP TABLE"}, ["key"]),
        ({"audience": "everyone"}, ["audience"]),
        ({"reopening": Reopening("do", 0)}, ["reopening.days"]),
    ],
)  # fmt: skip
def test_check_names_the_place_of_each_mistake(changes: dict[str, Any], places: list[str]) -> None:
    assert problems(**changes) == places


def with_fields(*fields: Field) -> list[str]:
    return problems(sections=(Section("one", text("一"), fields),), subject=text("心愿"))


YES = Field("yes", FieldKind.YES_NO, text("是否"))


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ((YES, YES), "sections[0].fields[1].key"),
        ((Field("a", FieldKind.CHOICE, text("选")),), "sections[0].fields[0].options"),
        ((Field("a", FieldKind.TEXT, text("写"), options=(Option("x", text("x")),)),), "sections[0].fields[0].options"),
        ((Field("a", FieldKind.TEXT, text("写"), in_digest=True),), "sections[0].fields[0].in_digest"),
        ((Field("a", FieldKind.TEXT, text("写"), prefill="person.salary"),), "sections[0].fields[0].prefill"),
        ((Field("a", FieldKind.TEXT, text("写"), prefill="handler.firm"),), "sections[0].fields[0].prefill"),
        ((Field("a", FieldKind.TEXT, text("写"), is_locked=True),), "sections[0].fields[0].is_locked"),
        ((Field("a", FieldKind.NUMBER, text("数"), format=Format.MOBILE),), "sections[0].fields[0].format"),
        ((Field("a", FieldKind.NUMBER, text("数"), minimum=9, maximum=1),), "sections[0].fields[0].minimum"),
        ((Field("a", FieldKind.ROWS, text("表")),), "sections[0].fields[0].columns"),
        ((Field("a", FieldKind.TEXT, text("写"), visible_if=Test("a", Op.FILLED)),), "sections[0].fields[0].visible_if"),
        ((Field("a", FieldKind.TEXT, text("写"), visible_if=Test("zz", Op.FILLED)),), "sections[0].fields[0].visible_if"),
        ((YES, Field("a", FieldKind.TEXT, text("写"), visible_if=Test("yes", Op.AT_LEAST, 3))), "sections[0].fields[1].visible_if"),
        ((Field("a", FieldKind.TEXT, text("写"), visible_if=AllOf(())),), "sections[0].fields[0].visible_if"),
    ],
)  # fmt: skip
def test_check_refuses_questions_that_cannot_work(fields: tuple[Field, ...], place: str) -> None:
    assert with_fields(*fields) == [place]


def test_check_refuses_questions_that_wait_for_one_another() -> None:
    left = Field("left", FieldKind.TEXT, text("左"), visible_if=Test("right", Op.FILLED))
    right = Field("right", FieldKind.TEXT, text("右"), visible_if=Test("left", Op.FILLED))

    assert with_fields(left, right) == ["sections[0].fields[0]", "sections[0].fields[1]"]


def test_check_refuses_a_branch_that_runs_in_a_circle() -> None:
    first, second = WISH.steps
    back = replace(second, branches=(Branch(Test("people", Op.AT_LEAST, 5), "accept"),))

    assert problems(steps=(first, back)) == ["steps[1].branches[0].next"]


def test_conditions() -> None:
    answers = {"n": 5, "many": ["a", "b"], "yes": True, "word": "x"}

    assert holds(None, {})
    assert holds(Test("n", Op.AT_LEAST, 5), answers)
    assert not holds(Test("n", Op.AT_MOST, 4), answers)
    assert holds(Test("many", Op.HAS, "b"), answers)
    assert not holds(Test("many", Op.HAS, "c"), answers)
    assert holds(Test("gone", Op.EMPTY), answers)
    assert holds(Test("gone", Op.IS_NOT, "x"), answers)
    assert holds(Test("yes", Op.IS, True), answers)
    assert not holds(Test("n", Op.IS, True), answers)
    assert holds(AnyOf((Test("word", Op.IS, "y"), Test("word", Op.IS, "x"))), answers)
    assert not holds(AllOf((Test("word", Op.IS, "x"), Test("n", Op.EMPTY))), answers)


def test_a_percent_sign_in_a_text_never_breaks_a_case() -> None:
    words = text("办结率 100%，由 %(union)s 办理 %(nobody)s %s %")

    assert words.fill({"union": "总工会"}) == "办结率 100%，由 总工会 办理  %s %"
