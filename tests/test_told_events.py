"""Whatever is written down about a person reads in words to her: who looked, what was changed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import smartunion
from smartunion.core.audit import events

SOURCES = Path(smartunion.__file__).parent
NAME = re.compile(r"[a-z]+\.[a-z_]+")


def _about_people() -> Iterator[tuple[str, str]]:
    """(event, file) of each call of audit.record that names an owner, where the event is written out."""
    for path in SOURCES.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "record"
            ):
                continue
            if any(word.arg == "owner_person_id" for word in call.keywords) and len(call.args) > 1:
                event = call.args[1]
                if isinstance(event, ast.Constant) and NAME.fullmatch(str(event.value)):
                    yield str(event.value), path.name


def test_every_event_about_a_person_has_words() -> None:
    found = dict(_about_people())

    assert len(found) > 40
    assert {event: where for event, where in found.items() if event not in events.EVENTS} == {}


def test_events_that_are_put_together_have_words_too() -> None:
    assert {
        "registry.field_revealed",
        "registry.form_printed",
        "registry.people_merged",
    } <= events.EVENTS.keys()
