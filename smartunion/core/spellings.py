"""The ways in which a text looked for may be written in the records: as typed, half-width, simplified."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db.models import Q

from smartunion.core.codes.folding import fold_width


@lru_cache(maxsize=1)
def _converter() -> Any:  # opencc has no types
    from opencc import OpenCC  # its tables take 40 ms to read, and most processes look for nothing

    return OpenCC("t2s")


def spellings(text: str) -> list[str]:
    """The text with half-width signs, and the same in simplified characters where that differs: 傳媒 → 傳媒, 传媒.

    Words are converted whole, so that 乾隆 stays. What is stored is as somebody writes her name, so both are looked for.
    """
    narrow = fold_width(text)
    if narrow.isascii():
        return [narrow]
    return list(dict.fromkeys((narrow, _converter().convert(narrow))))


def in_any_spelling(text: str, condition: Callable[[str], Q]) -> Q:
    """Rows for which the condition holds with the text in one of its spellings; the condition alone where there is one."""
    first, *others = spellings(text)
    found = condition(first)
    for other in others:
        found |= condition(other)
    return found
