"""What the guide can answer with: entries, and examples of questions that lead to them."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of answers."""

    SERVICE = "service"
    RULE = "rule"
    PLACE = "place"
    PERSON = "person"
    NOTE = "note"


@dataclass(frozen=True)
class Entry:
    """One thing to answer with.

    id: unique within its kind ("join", "劳动法#五十"); title, text: what it says; words: everyday words for it;
    heading: chapter or part it stands in; examples: questions it answers.
    """

    kind: Kind
    id: str
    title: str
    text: str = ""
    words: str = ""
    heading: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """A question somebody asked and the entry that answers it."""

    question: str
    kind: Kind
    id: str
