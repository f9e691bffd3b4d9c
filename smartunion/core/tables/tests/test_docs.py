import re
from pathlib import Path

import pytest

from smartunion.core.tables.leftouts import RowKind
from smartunion.core.tables.problems import MESSAGES, REASON_CODES
from smartunion.core.tables.report import inspect_file
from smartunion.core.tables.tests.builders import KINDS, TODAY

DOCS = Path(__file__).resolve().parents[4] / "docs" / "spreadsheets.md"


@pytest.fixture(scope="module")
def page() -> str:
    """The page people look codes up in."""
    return DOCS.read_text(encoding="utf-8")


def test_every_code_is_documented(page: str) -> None:
    source = Path(inspect_file.__code__.co_filename).read_text(encoding="utf-8")
    reported = set(re.findall(r', "([a-z_]+)", (?:_\(|message)', source))
    left_out = {kind.value for kind in RowKind} - {RowKind.RECORD, RowKind.UNSURE, RowKind.BLANK}

    assert len(reported) > 10
    assert set(REASON_CODES.values()) <= set(MESSAGES)
    assert [code for code in sorted({*MESSAGES, *reported, *left_out}) if f"`{code}`" not in page] == []


def test_the_page_itself_is_read_as_text(page: str, tmp_path: Path) -> None:
    copy = tmp_path / "a.md"
    copy.write_text(page, encoding="utf-8")

    report = inspect_file(copy, KINDS, today=TODAY)

    assert (report.form, report.encoding) == ("text", "utf-8")
