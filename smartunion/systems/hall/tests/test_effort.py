"""What workers type for each service: counted, current in the documents, and nothing that is known already."""

from pathlib import Path

import pytest

from smartunion.engines.casework.definition import Field, FieldKind, text
from smartunion.engines.casework.definitions import shipped
from smartunion.engines.casework.effort import effort_of, known_source, table

pytestmark = pytest.mark.once
DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "rules" / "services.md"


def test_the_table_of_the_document_is_current() -> None:
    assert table(shipped()) in DOCUMENT.read_text(encoding="utf-8"), (
        "run `smartunion service_table` and paste its answer"
    )


def test_no_service_asks_for_what_is_known() -> None:
    asked = {
        one.key: found for one in shipped() if (found := effort_of(one).asked_though_known) and not one.page
    }
    assert asked == {}


def test_a_name_that_is_not_filled_in_would_be_found() -> None:
    assert known_source(Field("n", FieldKind.TEXT, text("姓名"))) == "person.name"
    assert known_source(Field("n", FieldKind.TEXT, text("孩子的姓名"))) == ""


def test_one_tap_services_leave_nothing_to_type() -> None:
    taps = {one.key: effort_of(one) for one in shipped() if one.rung == "one_tap"}
    assert {key: (row.typed, row.tapped, row.papers) for key, row in taps.items()} == {
        "membership_proof": (0, 0, 0), "data_export": (0, 0, 0),
    }  # fmt: skip
