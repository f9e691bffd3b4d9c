"""The parts of an XLSX file: which sheets there are, where each is stored, shared texts; unpacked within limits."""

import posixpath
import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from django.utils.translation import gettext as _

from smartunion.core.tables.cells import tidy_cell
from smartunion.core.tables.limits import Limits
from smartunion.core.tables.refusals import DamagedFile, EncryptedFile, FileTooBig, UnsupportedTable

_CHUNK: Final = 1 << 16
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BOMB_FLOOR: Final = 64 * 1024**2

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet's name, whether it is hidden, and the part that holds it."""

    name: str
    hidden: bool
    part: str


class Package:
    """An open XLSX file. Parts are found by their relations, never by a fixed name."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DamagedFile from error
        self._parts = {
            info.filename.replace("\\", "/").lower().lstrip("/"): info for info in self._zip.infolist()
        }
        if any(info.flag_bits & 1 for info in self._parts.values()):
            raise EncryptedFile
        self._workbook = self._related("", "/officeDocument") or ["xl/workbook.xml"]
        self.is_1904 = False
        self.sheets = self._read_workbook()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def has(self, part: str) -> bool:
        """Whether the part exists."""
        return part.lower() in self._parts

    def first_part(self, kind: str) -> str | None:
        """The part the workbook relates to by a kind such as "/styles", if any."""
        found = self._related(self._workbook[0], kind)
        return found[0] if found and self.has(found[0]) else None

    def chunks(self, part: str) -> Iterator[bytes]:
        """The unpacked bytes of a part. Raises FileTooBig for bombs, DamagedFile for broken packing."""
        info = self._parts.get(part.lower())
        if info is None:
            raise DamagedFile
        done = 0
        try:
            with self._zip.open(info) as stream:
                while chunk := _read(stream):
                    done += len(chunk)
                    self._check_size(done, info)
                    yield chunk
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise DamagedFile from error

    def _check_size(self, done: int, info: zipfile.ZipInfo) -> None:
        bomb = done > _BOMB_FLOOR and done > self._limits.pack_ratio * max(info.compress_size, 1)
        if bomb or done > self._limits.unpacked_bytes:
            raise FileTooBig(
                _(
                    "The workbook unpacks to far more than its size and was not read. Save it again, or as CSV."
                )
            )

    def parse(self, part: str, start: "StartHandler", end: "EndHandler | None" = None) -> None:
        """Walk a small part, calling start(name, attributes) with prefixes cut off."""
        parser = new_parser()
        parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
        if end is not None:
            closing = end
            parser.EndElementHandler = lambda name: closing(local(name))
        feed(parser, self.chunks(part))

    def _related(self, part: str, kind: str) -> list[str]:
        return [target for relation, _id, target in self._relations(part) if relation.endswith(kind)]

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        """(kind, id, target part) of every relation of a part."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels") if part else "_rels/.rels"
        if not self.has(relations):
            return []
        found: list[tuple[str, str, str]] = []

        def start(name: str, attributes: Attributes) -> None:
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "").replace("\\", "/")
                joined = target if target.startswith("/") else posixpath.join(folder, target)
                kind, identity = attributes.get("Type", ""), attributes.get("Id", "")
                found.append((kind, identity, posixpath.normpath(joined).lstrip("/")))

        self.parse(relations, start)
        return found

    def _read_workbook(self) -> list[SheetPart]:
        listed: list[tuple[str, bool, str]] = []

        def start(name: str, attributes: Attributes) -> None:
            if name == "sheet":
                relation = next((value for key, value in attributes.items() if local(key) == "id"), "")
                listed.append(
                    (attributes.get("name", ""), attributes.get("state", "visible") != "visible", relation)
                )
            elif name == "workbookPr":
                self.is_1904 = attributes.get("date1904", "0") in ("1", "true")

        if not self.has(self._workbook[0]):
            raise UnsupportedTable
        self.parse(self._workbook[0], start)
        targets = {
            identity: part
            for kind, identity, part in self._relations(self._workbook[0])
            if kind.endswith("/worksheet") and self.has(part)
        }
        return [SheetPart(name, hidden, targets[key]) for name, hidden, key in listed if key in targets]


StartHandler = Callable[[str, Attributes], None]
EndHandler = Callable[[str], None]


def local(name: str) -> str:
    """An XML name without its prefix."""
    return name.rpartition(":")[2]


def new_parser() -> expat.XMLParserType:
    """An XML parser that joins text and refuses document types, so that no entity can grow or reach out."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    def refuse(*_: object) -> None:
        raise DamagedFile

    parser.StartDoctypeDeclHandler = refuse
    return parser


def feed(parser: expat.XMLParserType, chunks: Iterator[bytes]) -> None:
    """Parse to the end. Raises DamagedFile where the XML is broken."""
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise DamagedFile from error


def _read(stream: IO[bytes]) -> bytes:
    return stream.read(_CHUNK)


def unescape(text: str) -> str:
    """_x000D_ and the like as the characters they stand for."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


class SharedTexts:
    """The shared texts of a workbook: one block of UTF-8 and the place where each text ends; about 1 MB per MB."""

    def __init__(self) -> None:
        self._block = bytearray()
        self._ends = array("Q")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> str:
        start = self._ends[index - 1] if index else 0
        return self._block[start : self._ends[index]].decode("utf-8")

    def append(self, text: str) -> None:
        """Add the next text."""
        self._block += text.encode("utf-8", "replace")
        self._ends.append(len(self._block))


def read_shared_texts(package: Package) -> SharedTexts:
    """All shared texts, tidied; phonetic guides left out."""
    texts = SharedTexts()
    part = package.first_part("/sharedStrings")
    if part is None:
        return texts
    parts: list[str] = []
    state = {"text": False, "guide": False}

    def start(name: str, _attributes: Attributes) -> None:
        if name == "si":
            parts.clear()
        elif name == "rPh":
            state["guide"] = True
        elif name == "t":
            state["text"] = not state["guide"]

    def end(name: str) -> None:
        if name == "t":
            state["text"] = False
        elif name == "rPh":
            state["guide"] = False
        elif name == "si":
            texts.append(tidy_cell(unescape("".join(parts))))

    def characters(text: str) -> None:
        if state["text"]:
            parts.append(text)

    parser = new_parser()
    parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    parser.EndElementHandler = lambda name: end(local(name))
    parser.CharacterDataHandler = characters
    feed(parser, package.chunks(part))
    return texts
