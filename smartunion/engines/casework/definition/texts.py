"""Words inside a definition: Chinese always, English beside it where given, with named places."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language

_PLACE: Final = re.compile(r"%\((\w{1,40})\)s")


@dataclass(frozen=True)
class Text:
    """A sentence or label in Chinese, and in English where the author gave one."""

    zh: str = ""
    en: str = ""

    def __str__(self) -> str:
        return self.en if self.en and (get_language() or "").startswith("en") else self.zh

    def __bool__(self) -> bool:
        return bool(self.zh)

    def places(self) -> frozenset[str]:
        """Names that stand as %(name)s in either language."""
        return frozenset(_PLACE.findall(self.zh)) | frozenset(_PLACE.findall(self.en))

    def fill(self, values: Mapping[str, object]) -> str:
        """The text in the language of the moment with its places filled; an unknown place becomes empty.

        Not Python's % operator: a stray % in what a cadre typed must never break a running case.
        """
        return _PLACE.sub(lambda found: str(values.get(found[1], "") or ""), str(self))


#: No words given.
NO_TEXT: Final = Text()


def text(zh: str, en: str = "") -> Text:
    """Short form for definitions written in Python."""
    return Text(zh, en)
