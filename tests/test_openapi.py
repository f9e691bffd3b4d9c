"""The API changes only with its document."""

from collections import Counter
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

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
    shapes = [shape for shape in _shapes(Schema) if shape.__module__.startswith("smartunion.")]
    words = {
        one for shape in shapes for field in shape.model_fields.values() for one in _words(field.annotation)
    }
    names = Counter(one.__name__ for one in (*shapes, *words))

    assert [name for name, times in names.items() if times > 1] == []


def _words(kind: Any) -> Iterator[type[Enum]]:
    """The vocabularies of a field, also inside lists and where it may be empty."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        yield kind
    for part in get_args(kind):
        yield from _words(part)


def _shapes(base: type[Schema]) -> Iterator[type[Schema]]:
    for shape in base.__subclasses__():
        yield shape
        yield from _shapes(shape)
