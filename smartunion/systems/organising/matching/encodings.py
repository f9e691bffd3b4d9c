"""Which encoding and separator a CSV file has, and a UTF-8 copy of one that is written otherwise."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from smartunion.systems.organising.matching.contract import MatchInputError

_CHUNK: Final = 1 << 22
_HEAD: Final = 1 << 16
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS: Final = ",\t;|"


def encoding_of(path: Path) -> str:
    """One of utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be, gb18030. Raises MatchInputError when none fits."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if head[1::2].count(0) > len(head) // 8:
        return "utf-16-le"
    if head[::2].count(0) > len(head) // 8:
        return "utf-16-be"
    for name in ("utf-8", "gb18030"):
        if _decodes(path, name):
            return name
    raise MatchInputError(
        f"{path.name} is text in neither UTF-8 nor GB18030 nor UTF-16. Save it again as CSV in UTF-8, or as Parquet."
    )


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def as_utf8(path: Path, scratch: Path) -> Path:
    """The file itself when it is UTF-8, otherwise a UTF-8 copy of it in scratch; memory use does not grow."""
    name = encoding_of(path)
    if name in ("utf-8", "utf-8-sig"):
        return path
    copy = scratch / f"{path.stem}.utf8.csv"
    with (
        path.open(encoding=name, newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        try:
            while text := source.read(_CHUNK):
                target.write(text.replace("\x00", ""))
        except UnicodeDecodeError as error:
            raise MatchInputError(
                f"{path.name} stops being {name} text at byte {error.start}. Save it again as CSV in UTF-8."
            ) from error
    return copy


def separator_of(path: Path) -> str:
    """The separator that cuts the first line into most columns; a comma when there is none."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header = stream.readline(_HEAD)
    return max(_SEPARATORS, key=lambda sign: (header.count(sign), sign == ","))
