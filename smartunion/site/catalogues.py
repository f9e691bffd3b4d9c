"""Language catalogues: extracted, checked complete and compiled in Python, so that nobody needs GNU gettext."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_Hans", "en")
_CALL = re.compile(
    r"""(?<![\w.])(?P<fn>_|gettext|gettext_lazy|gettext_noop|ngettext|ngettext_lazy|pgettext|pgettext_lazy|npgettext)\(\s*"""
    r"""(?P<args>(?:u?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')[\s,]*)+)""",
    re.DOTALL,
)
_STRING = re.compile(r"""u?("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')(\s*,)?""", re.DOTALL)


@dataclass(frozen=True)
class Message:
    """One string to translate and where it stands; context separates equal words of different meaning."""

    msgid: str
    plural: str
    context: str
    place: str


def rooms() -> list[Path]:
    """Every folder with a catalogue of its own, deepest first."""
    found = {path.parent.parent.parent for path in PACKAGE.rglob("locale/*/LC_MESSAGES")}
    return sorted(found | {PACKAGE / "core", PACKAGE / "site"}, key=lambda path: -len(path.parts))


def room_of(path: Path) -> Path:
    """The room whose catalogue a source file belongs to."""
    for room in rooms():
        if path.is_relative_to(room):
            return room
    return PACKAGE / "site"


def sources() -> Iterator[Path]:
    """Python files and templates that may hold messages."""
    for pattern in ("*.py", "*.html", "*.txt"):
        for path in PACKAGE.rglob(pattern):
            parts = path.relative_to(PACKAGE).parts
            if "tests" not in parts and "migrations" not in parts and "static" not in parts:
                yield path


def messages_in(path: Path) -> Iterator[Message]:
    """Messages of one file, in order."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if "{%" not in text:
            return
        text = templatize(text, origin=str(path))
    for call in _CALL.finditer(text):
        strings = _arguments(call["args"])
        name = call["fn"]
        place = f"{path.relative_to(PACKAGE.parent)}"
        if "npgettext" in name and len(strings) > 2:
            yield Message(strings[1], strings[2], strings[0], place)
        elif "pgettext" in name and len(strings) > 1:
            yield Message(strings[1], "", strings[0], place)
        elif "ngettext" in name and len(strings) > 1:
            yield Message(strings[0], strings[1], "", place)
        elif strings:
            yield Message(strings[0], "", "", place)


def _arguments(text: str) -> list[str]:
    """String literals of a call; neighbours without a comma belong together."""
    import ast

    out: list[str] = []
    joined = False
    for match in _STRING.finditer(text):
        value = str(ast.literal_eval(match[1]))
        if joined and out:
            out[-1] += value
        else:
            out.append(value)
        joined = match[2] is None
    return out


@dataclass(frozen=True)
class Gap:
    """A message without a translation, in the catalogue where it is missing."""

    language: str
    room: str
    message: Message
    why: str


def gaps() -> list[Gap]:
    """Every missing, empty, fuzzy or ill-formed translation of both languages.

    English needs no entry (the source is English), but an entry that is there must fit.
    """
    entries = {language: _entries(language) for language in LANGUAGES}
    found: list[Gap] = []
    for path in sources():
        for message in messages_in(path):
            for language in LANGUAGES:
                why = _why_missing(entries[language].get((message.context, message.msgid)), message, language)
                if why:
                    room = room_of(path).relative_to(PACKAGE).as_posix()
                    found.append(Gap(language, room, message, why))
    return found


@dataclass(frozen=True)
class Clash:
    """One message that rooms read differently: all catalogues are one when the program runs, so the first room's
    reading would stand in the others too. readings: translation → rooms.
    """

    language: str
    msgid: str
    context: str
    readings: dict[str, list[str]]


def clashes() -> list[Clash]:
    """Messages with several readings; one of them needs a context (pgettext, `translate … context …`)."""
    found: list[Clash] = []
    for language in LANGUAGES:
        read: dict[tuple[str, str], dict[str, list[str]]] = {}
        for room, entry in _kept(language):
            words = entry.msgstr or "|".join(entry.msgstr_plural.values())
            if words:
                readings = read.setdefault((entry.msgctxt or "", entry.msgid), {})
                readings.setdefault(words, []).append(room.relative_to(PACKAGE).as_posix())
        found += [
            Clash(language, key[1], key[0], readings) for key, readings in read.items() if len(readings) > 1
        ]
    return found


def unsaid() -> list[tuple[str, str, str]]:
    """Entries whose message stands in no source any more: language, room, msgid."""
    said = {(message.context, message.msgid) for path in sources() for message in messages_in(path)}
    return [
        (language, room.relative_to(PACKAGE).as_posix(), entry.msgid)
        for language in LANGUAGES
        for room, entry in _kept(language)
        if (entry.msgctxt or "", entry.msgid) not in said
    ]


def _entries(language: str) -> dict[tuple[str, str], polib.POEntry]:
    out: dict[tuple[str, str], polib.POEntry] = {}
    for _room, entry in _kept(language):
        out.setdefault((entry.msgctxt or "", entry.msgid), entry)
    return out


def _kept(language: str) -> Iterator[tuple[Path, polib.POEntry]]:
    """Every entry of a language in use, with its room."""
    for room in rooms():
        path = room / "locale" / language / "LC_MESSAGES" / "django.po"
        for entry in polib.pofile(str(path)) if path.exists() else ():
            if not entry.obsolete:
                yield room, entry


_PLACE = re.compile(r"%\((\w+)\)[sd]|%[sd](?![a-z])")
_LIST = re.compile(r"\w+(,\w+)+")  # words of the yesno filter
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”）》。][,;:?!](?!//)|(?<!%)\([^()%]*[\u4e00-\u9fff]")


def _why_missing(entry: polib.POEntry | None, message: Message, language: str) -> str:
    if entry is None:
        return "" if language == "en" else "missing"
    texts = list(entry.msgstr_plural.values()) if message.plural else [entry.msgstr]
    if not texts or not all(texts):
        return "empty"
    if "fuzzy" in entry.flags:
        return "fuzzy"
    wanted = set(_PLACE.findall(message.plural or message.msgid))
    if any(set(_PLACE.findall(text)) != wanted for text in texts):
        return "places differ"
    if not _LIST.fullmatch(message.msgid) and any(_HALF_WIDTH.search(text) for text in texts):
        return "half-width punctuation in Chinese"
    return ""


def compile_stale() -> int:
    """Write each .mo that is missing or older than its .po; returns how many. This process reads them from then on.

    What was said before is kept by Django, and so is that there was no catalogue: the first command after a clone would
    go on in English, and a demo made by it keep English words for ever.
    """
    count = 0
    for source in PACKAGE.rglob("locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        out = io.BytesIO(polib.pofile(str(source)).to_binary())
        target.write_bytes(out.getvalue())
        count += 1
        translation_file_changed(sender=None, file_path=target)
    return count
