"""The API changes only with its document."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ninja import Schema

from smartunion.site.api.document import openapi

KEPT = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def test_the_kept_document_says_what_the_api_does() -> None:
    same = KEPT.read_text(encoding="utf-8") == openapi()

    assert same, (
        "The API has changed. Look at what it means for callers, then run: ./run openapi > docs/openapi.json"
    )


def test_no_two_shapes_of_an_answer_bear_one_name() -> None:
    """The document keeps shapes by name: of two, one would describe the answers of both."""
    openapi()  # all routers are loaded
    names = Counter(shape.__name__ for shape in _shapes(Schema) if shape.__module__.startswith("smartunion."))

    assert [name for name, times in names.items() if times > 1] == []


def _shapes(base: type[Schema]) -> Iterator[type[Schema]]:
    for shape in base.__subclasses__():
        yield shape
        yield from _shapes(shape)
