"""Whatever a cadre clicks together: what the check lets through ends from everywhere, and is read back as it was written."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartunion.core.errors import StaleState
from smartunion.engines.casework.definition import Definition, FieldKind, Who, check_definition, dump, parse
from smartunion.engines.casework.design.editing import applied
from smartunion.engines.casework.design.reading import Edit
from smartunion.engines.casework.lifecycle import ActNotPossible, Position, after
from smartunion.engines.casework.rules import FINAL, Act, CaseState
from smartunion.engines.casework.tests.strategies import KNOWN, WISH, definitions

pytestmark = pytest.mark.once
LEADING_ON = (
    Act.SUBMIT,
    Act.APPROVE,
    Act.REFUSE,
    Act.RETURN,
    Act.RESUBMIT,
    Act.HOLD,
    Act.RESUME,
    Act.APPEAL,
    Act.REOPEN,
)


@st.composite
def clicks(draw: st.DrawFn, definition: Definition) -> Edit:
    """One edit at a part that is there, sensible or not."""
    lists = [section.key for section in definition.sections] + [
        f"step:{step.key}" for step in definition.steps
    ]
    steps = [step.key for step in definition.steps]
    do = draw(
        st.sampled_from(
            ["add_field", "add_step", "add_section", "add_material", "move", "remove", "step", "head"]
        )
    )
    given: dict[str, str] = {
        "title": draw(st.sampled_from(["", "借伞", "审批"])),
        "days": draw(st.sampled_from(["", "0", "5"])),
    }
    many: dict[str, list[str]] = {}
    where = draw(st.sampled_from(lists)) if lists else "none"
    key = draw(st.sampled_from(steps)) if steps else "none"
    if do == "add_field":
        given["kind"] = draw(st.sampled_from([kind.value for kind in FieldKind]))
    if do in {"move", "remove"}:
        given |= {
            "what": draw(st.sampled_from(["step", "section"])),
            "to": draw(st.sampled_from(["up", "down"])),
        }
        key = draw(st.sampled_from([*steps, *(section.key for section in definition.sections), "gone"]))
    if do in {"step", "add_step"}:
        given |= {
            "who": draw(st.sampled_from([who.value for who in Who])), "at_once": draw(st.sampled_from(["", "1"])),
            "return_to": draw(st.sampled_from(["", *steps])), "voices": draw(st.sampled_from(["", "甲部门\n乙部门"])),
        }  # fmt: skip
        many = {
            "roles": draw(st.lists(st.sampled_from(["cadre", "admin", "nobody"]), unique=True)),
            "acts": draw(st.lists(st.sampled_from(["approve", "refuse", "return", "hold"]), unique=True)),
        }
    if do == "head":
        given |= {"reopen_to": key, "appeal_to": key, "reopen_days": "30", "appeal_days": "60"}
        many["events"] = draw(st.lists(st.sampled_from(["proof", "nonsense"]), unique=True))
    return Edit(do, where, key, given, many)


def positions(definition: Definition, yes: bool) -> dict[Position, set[Position]]:
    """Every position that can be reached, with those one act further."""
    answers = {field.key: yes for field in definition.all_fields}
    found: dict[Position, set[Position]] = {}
    waiting = [Position(CaseState.DRAFT)]
    while waiting:
        here = waiting.pop()
        if here in found:
            continue
        found[here] = set()
        for act in LEADING_ON:
            try:
                found[here].add(after(definition, here, act, answers).to)
            except ActNotPossible:
                continue
        waiting += found[here]
    return found


def dead_ends(definition: Definition) -> list[Position]:
    """Positions from which no acts lead to an end."""
    stuck = []
    for yes in (True, False):
        ways = positions(definition, yes)
        ends = {here for here in ways if here.state in FINAL}
        for _round in ways:
            ends |= {here for here, further in ways.items() if further & ends}
        stuck += [here for here in ways if here not in ends]
    return stuck


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_the_check_lets_through_has_no_dead_end(data: st.DataObject) -> None:
    definition = data.draw(st.sampled_from([WISH]) | definitions())
    for _click in range(data.draw(st.integers(0, 8))):
        try:
            definition = applied(definition, data.draw(clicks(definition)))
        except (StaleState, KeyError):  # a part that is gone: the page says so, nothing is changed
            continue
    assert parse(dump(definition)) == definition
    if check_definition(definition, KNOWN) == []:
        assert dead_ends(definition) == []


def test_a_dead_end_would_be_seen() -> None:
    without = replace(WISH.steps[0], acts=(), next="nowhere")
    problems = {
        problem.place for problem in check_definition(replace(WISH, steps=(without, *WISH.steps[1:])), KNOWN)
    }

    assert {"steps[0].acts", "steps[0].next"} <= problems
