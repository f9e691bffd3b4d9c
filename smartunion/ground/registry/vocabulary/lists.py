"""Cells that hold a word of one of the registry's lists, read into the key that is stored.

The words are those of data/labels.tsv: the labels of the official forms and the spellings found beside them.
"""

from functools import cache
from typing import Final

from django.db.models import TextChoices

from smartunion.core.tables.parsers import Parser, looked_up
from smartunion.ground.registry.rules import from_label, lists, official_label

#: ID types whose numbers follow the resident-ID rule.
CHECKED_ID_TYPES: Final = frozenset({lists.IdType.RESIDENT.value, lists.IdType.PERMIT.value})


@cache
def listed(kind: type[TextChoices]) -> Parser:
    """The parser of a list: labels of any spelling to keys. Keys are no labels, but for the letters of industries."""

    def find(text: str) -> str | None:
        found = from_label(kind, text)
        return None if found == text and kind is not lists.Industry else found

    def choices() -> str:
        return "、".join(official_label(kind, key) for key in kind.values if key)

    return looked_up(find, choices)
