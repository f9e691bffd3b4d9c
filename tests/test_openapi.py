"""The API changes only with its document."""

from pathlib import Path

from smartunion.site.api.document import openapi

KEPT = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def test_the_kept_document_says_what_the_api_does() -> None:
    same = KEPT.read_text(encoding="utf-8") == openapi()

    assert same, (
        "The API has changed. Look at what it means for callers, then run: ./run openapi > docs/openapi.json"
    )
