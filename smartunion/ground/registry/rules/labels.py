"""From what forms say to the keys of the lists: official labels and the spellings found beside them; pure.

data/labels.tsv: list, key, labels (the first is the official one); a label never stands under two keys of one list.
"""

import re
from pathlib import Path

from django.db.models import TextChoices

from smartunion.core.codes.folding import fold_width
from smartunion.ground.registry.rules import lists, words

_NOISE = re.compile(r"[\s、，,()（）/]")
#: The last two-digit division of each section. Source: GB/T 4754-2017.
_DIVISIONS = (
    (5, "A"), (12, "B"), (43, "C"), (46, "D"), (50, "E"), (52, "F"), (60, "G"), (62, "H"), (65, "I"), (69, "J"), (70, "K"),
    (72, "L"), (75, "M"), (79, "N"), (82, "O"), (83, "P"), (85, "Q"), (90, "R"), (96, "S"), (97, "T"),
)  # fmt: skip
_INDUSTRY = re.compile(r"(?P<letter>[A-T]?)(?P<digits>(?:\d{2,4})?)[-.:：]?(?P<name>\D*)")
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
    if kind is lists.Industry:
        return _section(bare)
    return bare if bare in kind.values else _KEYS[kind].get(bare)


def _section(text: str) -> str | None:
    """The section of an industry: its letter, a code (C3352, 3352) or a name of a section or division, the letter before it.

    Fewer than four digits alone are no code: union forms number their own list 01 to 20. Source: GB/T 4754-2017.
    """
    found = _INDUSTRY.fullmatch(text)
    if found is None:
        return None
    letter, digits, name = found["letter"], found["digits"], found["name"]
    keys = {letter} if letter else set()
    if digits:
        keys.add(next((key for last, key in _DIVISIONS if int(digits[:2]) <= last), ""))
    if name:
        keys.add(_KEYS[lists.Industry].get(name, ""))
    told = len(digits) == 4 or letter or name
    return keys.pop() if told and len(keys) == 1 and "" not in keys else None


def official_label(kind: type[TextChoices], key: str) -> str:
    """The Chinese label of the official form, for files that go back there, whatever the language of the screen."""
    labels = _LABELS[kind].get(key)
    return labels[0] if labels else ""
