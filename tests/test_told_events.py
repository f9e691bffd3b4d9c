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
    return _written_out("owner_person_id")


def _written_out(named: str = "") -> Iterator[tuple[str, str]]:
    """(event, file) of each call of audit.record, named: with this argument, where the event is written out."""
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
            if (not named or any(word.arg == named for word in call.keywords)) and len(call.args) > 1:
                event = call.args[1]
                if isinstance(event, ast.Constant) and NAME.fullmatch(str(event.value)):
                    yield str(event.value), path.name


def test_every_event_about_a_person_has_words() -> None:
    found = dict(_about_people())

    assert len(found) > 40
    assert {event: where for event, where in found.items() if event not in events.EVENTS} == {}


#: About files and lists of places; no record of a union, an employer or a member shows them.
OF_NO_RECORD = {
    "registry.import_applied", "registry.import_brought_in", "registry.import_undone", "registry.regions_loaded",
}  # fmt: skip


def test_every_event_of_the_registry_has_words() -> None:
    """The page of a union or employer shows all that happened to it."""
    found = {event: where for event, where in _written_out() if event.startswith("registry.")}

    assert {
        event: where for event, where in found.items() if event not in events.EVENTS
    }.keys() <= OF_NO_RECORD
    assert "registry.restructuring_carried_on" in found


def test_events_that_are_put_together_have_words_too() -> None:
    assert {
        "registry.field_revealed",
        "registry.form_printed",
        "registry.people_merged",
    } <= events.EVENTS.keys()
