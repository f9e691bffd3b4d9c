"""Steps run side by side: what one needs is made before it begins."""

from __future__ import annotations

import threading
from typing import cast

import pytest

from smartunion.systems.organising.matching.context import Context
from smartunion.systems.organising.matching.engines import Engine
from smartunion.systems.organising.matching.options import Options
from smartunion.systems.organising.matching.pipeline import Pipeline
from smartunion.systems.organising.matching.plan import PythonStep, all_steps


def needs_of(pipeline: Pipeline) -> dict[str, set[str]]:
    """For each step the names of all that must have ended before it begins, those of those too."""
    names = [step.name for step in pipeline.steps]
    found: dict[str, set[str]] = {}
    for name, places in zip(names, pipeline.needs(), strict=True):
        direct = {names[place] for place in places}
        found[name] = direct.union(*(found[other] for other in direct))
    return found


@pytest.mark.parametrize(
    ("step", "needed"),
    [
        ("entities", "name_signs"),  # key!(…)
        ("mentions", "name_signs"),  # account!(…)
        ("entity_heads", "region_words"),  # head!(…)
        ("heads", "mention_heads"),
        ("candidates", "slip_verdicts"),
        # What the state keeps is written by one of them and read by the next, though no SQL says so.
        ("entity_names", "entity_heads"),
        ("open_mentions", "entity_heads"),
        ("pairs_first", "open_mentions"),
        ("pairs_second", "pairs_first"),
        ("pairs_third", "pairs_second"),
        ("candidates_first", "entity_names"),
        ("slips", "entity_names"),
        ("beginnings", "entity_names"),
        ("leads", "insured"),
        ("leads", "enrolled"),
    ],
)
def test_a_step_waits_for_what_it_reads_and_for_the_macros_it_calls(step: str, needed: str) -> None:
    assert needed in needs_of(Pipeline())[step]


def test_reading_people_waits_for_no_name_of_a_firm() -> None:
    needs = needs_of(Pipeline())
    assert needs["enrolled"] == set()
    assert needs["insured"] == {"account_rows", "name_signs"}


def test_every_step_needs_only_steps_before_it_in_the_plan() -> None:
    assert all(max(places, default=-1) < place for place, places in enumerate(Pipeline().needs()))
    assert len({step.name for step in all_steps()}) == len(all_steps())


class TwoHands:
    """An engine that computes nothing and remembers what it dropped."""

    at_once = 2

    def __init__(self) -> None:
        self.dropped: list[str] = []

    def drop(self, relation: str) -> None:
        self.dropped.append(relation)


def run(*steps: PythonStep, keep: str = "") -> list[str]:
    """Run these; returns what was dropped."""
    engine = TwoHands()
    reports = Pipeline(steps).run(Context(cast("Engine", engine), Options()), keep=[keep])
    assert [report.name for report in reports] == [step.name for step in steps]
    return engine.dropped


def test_two_steps_that_do_not_need_one_another_run_side_by_side_and_a_third_waits() -> None:
    said: list[str] = []
    own_has_begun = threading.Event()

    def long(_: Context) -> int:
        # The hand that is free takes what comes later in the plan; one hand alone would never get there.
        assert own_has_begun.wait(timeout=30)
        said.append("long")
        return 1

    def own(_: Context) -> int:
        own_has_begun.set()
        return 1

    def speak(name: str, *reads: str) -> PythonStep:
        return PythonStep(name, "", "", lambda _: said.append(name) or 1, reads=reads)

    dropped = run(
        PythonStep("long", "", "", long, reads=()),
        speak("short"),
        speak("both", "long", "short"),
        PythonStep("own", "", "", own, reads=()),
        keep="both",
    )
    assert said == ["short", "long", "both"]
    assert sorted(dropped) == ["long", "own", "short"]


def test_a_step_that_fails_ends_the_run_with_its_own_error() -> None:
    def fail(_: Context) -> int:
        raise ValueError("no such thing")

    def never(_: Context) -> int:
        raise AssertionError("what reads it has begun")

    with pytest.raises(ValueError, match="no such thing"):
        run(PythonStep("bad", "", "", fail, reads=()), PythonStep("after", "", "", never, reads=("bad",)))
