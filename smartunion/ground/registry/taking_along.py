"""What rooms keep about a person, for her own file: rooms register theirs in apps.py, as they do what they forget.

Source: Personal Information Protection Law art. 45; 网络数据安全管理条例 (2024) art. 25.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

#: One record as plain JSON values, by the name a person reads.
Row = Mapping[str, object]
#: Called with the person's id; gives her records, oldest first, without what belongs to other people.
Reader = Callable[[int], Sequence[Row]]


@dataclass(frozen=True)
class Part:
    """One chapter of the file: name of its table, title, where the records come from."""

    key: str
    title: str | Promise
    read: Reader


REGISTERED: dict[str, Part] = {}


def register(*parts: Part) -> None:
    """Add chapters. Raises ValueError when a name is taken."""
    for part in parts:
        if part.key in REGISTERED:
            raise ValueError(f"chapter {part.key} is registered twice")
        REGISTERED[part.key] = part


def everything_about(person_id: int) -> list[tuple[Part, Sequence[Row]]]:
    """Every chapter with its records, in the order they were registered."""
    return [(part, part.read(person_id)) for part in REGISTERED.values()]
