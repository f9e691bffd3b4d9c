"""From what forms say to the keys of the lists: official labels and the spellings found beside them; pure.

data/labels.tsv: list, key, labels (the first is the official one); a label never stands under two keys of one list.
"""

import re
from pathlib import Path

from django.db.models import TextChoices

from smartunion.core.codes.folding import fold_width
from smartunion.ground.registry.rules import lists, words

_NOISE = re.compile(r"[\s、，,()（）/]")
_FILE = Path(__file__).parent.parent / "data" / "labels.tsv"


def _read() -> dict[type[TextChoices], dict[str, list[str]]]:
    found: dict[type[TextChoices], dict[str, list[str]]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        kind, key, labels = line.split("\t")
        choices: type[TextChoices] = getattr(lists, kind, None) or getattr(words, kind)
        found.setdefault(choices, {})[choices(key).value] = labels.split()
    return found


_LABELS = _read()
_KEYS = {
    kind: {label: key for key, labels in entries.items() for label in labels}
    for kind, entries in _LABELS.items()
}


def from_label(kind: type[TextChoices], text: str) -> str | None:
    """The key a form's label stands for; None when it stands for none of the list.

    Blanks, commas and brackets do not matter: 待（下）岗 is 待下岗. "" gives "".
    """
    bare = _NOISE.sub("", fold_width(text))
    if not bare:
        return ""
    return bare if bare in kind.values else _KEYS[kind].get(bare)


def official_label(kind: type[TextChoices], key: str) -> str:
    """The Chinese label of the official form, for files that go back there, whatever the language of the screen."""
    labels = _LABELS[kind].get(key)
    return labels[0] if labels else ""
