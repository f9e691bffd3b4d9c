"""Which encoding a text file is in: byte-order mark, UTF-8, GB18030, Big5, UTF-16 without a mark."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_CHUNK: Final = 1 << 20
_SAMPLE: Final = 1 << 18

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
#: Python's name of the codec that reads most files people call by the public name.
_CODECS: Final = {"big5": "big5hkscs"}
_DECLARED: Final = re.compile(rb"(?:encoding|charset)\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_HAN: Final = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_UNUSUAL: Final = re.compile(
    "[^\0-\x7f·×\u2000-\u27ff\u3000-\u30ff\u3400-\u9fff\uff00-\uffef\ufeff\U00020000-\U0003ffff]"
)
_SIMPLIFIED: Final = {"gb2312", "gbk", "gb18030", "gb_2312-80", "cp936", "x-gbk"}
_TRADITIONAL: Final = {"big5", "big5-hkscs", "cp950", "x-x-big5"}


@dataclass(frozen=True, slots=True)
class Encoding:
    """name: as people call it (utf-8, gb18030, big5, utf-16-le …). mark_bytes: length of a byte-order mark.

    mixed_with: of UTF-8 that is not UTF-8 throughout, the encoding other lines may be in. Any line of a file in GB18030
    or Big5 may be UTF-8.
    """

    name: str
    mark_bytes: int = 0
    mixed_with: "Encoding | None" = field(default=None, compare=False)

    @property
    def codec(self) -> str:
        """The codec to decode with."""
        return _CODECS.get(self.name, self.name)


def sniff_encoding(path: Path) -> Encoding:
    """The encoding of a whole text file.

    UTF-8 is believed only after every byte was checked: extracts often begin with thousands of plain ASCII rows, and
    what comes after the mark or the header of one program may be another's.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    mark, marked = next(((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", ""))
    if marked and marked != "utf-8":
        return Encoding(marked, len(mark))
    wide = "" if marked else _utf16_without_mark(head)
    if wide:
        return Encoding(wide)
    offset = _first_non_utf8(path)
    if offset is None:
        return Encoding("utf-8", len(mark))
    sample = _around(path, offset)
    other = Encoding(_legacy(_without_utf8(sample), head))
    return Encoding("utf-8", len(mark), other) if marked or _mostly_utf8(sample) else other


def _utf16_without_mark(head: bytes) -> str:
    """UTF-16 shows in zero bytes at every second place (ASCII digits, commas, line ends)."""
    pairs = len(head) // 2
    if not pairs or b"\0" not in head:
        return ""
    low_zero, high_zero = head[0::2].count(0), head[1::2].count(0)
    if high_zero > 0.02 * pairs and low_zero < 0.2 * high_zero and _reads_well(head, "utf-16-le"):
        return "utf-16-le"
    if low_zero > 0.02 * pairs and high_zero < 0.2 * low_zero and _reads_well(head, "utf-16-be"):
        return "utf-16-be"
    return ""


def _reads_well(data: bytes, codec: str) -> bool:
    """Whether the bytes decode, and nearly all of it to ASCII, Chinese characters and their punctuation."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(data)
    except UnicodeDecodeError:
        return False
    usual = sum(
        1
        for c in text
        if " " <= c <= "~" or c in "\t\r\n" or "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f"
    )
    return usual * 10 >= len(text) * 8


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _first_non_utf8(path: Path) -> int | None:
    """Where the file stops being UTF-8, or None."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    done = 0
    for chunk in _chunks(path):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return max(0, done + error.start - 4)
        done += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return max(0, done - 4)
    return None


def _without_utf8(sample: bytes) -> bytes:
    """The lines of a sample that are not UTF-8."""
    kept = []
    for line in sample.splitlines():
        try:
            if is_chinese(line.decode("utf-8")):
                continue
        except UnicodeDecodeError:
            pass
        kept.append(line)
    return b"\n".join(kept)


def is_chinese(text: str) -> bool:
    """Whether what is not ASCII is Chinese: what bytes of another encoding are not when they happen to be valid UTF-8."""
    return bool(_HAN.search(text)) and not _UNUSUAL.search(text)


#: (read as, written in): how Chinese is spoiled for good when a program guesses wrong and saves what it read.
_SPOILED: Final = (("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"))


def unspoiled(text: str) -> str:
    """What a text was before somebody read it in a wrong encoding and saved it so; "" for one that is not spoiled."""
    for read_as, written_in in _SPOILED:
        try:
            found = text.encode(read_as).decode(written_in)
        except UnicodeError:
            continue
        if found != text and is_chinese(found):
            return found
    return ""


def is_common(data: bytes, name: str) -> bool:
    """Whether bytes read well in GB18030 or Big5: most characters are among the commonest, as in no broken UTF-8."""
    common = _is_common_big5 if name == "big5" else _is_common_gb
    return _common_share(data, common) >= 0.6


def _mostly_utf8(data: bytes) -> bool:
    """One broken byte, or another program's lines, among much good UTF-8."""
    text = data.decode("utf-8", errors="replace")
    good = sum(1 for character in text if character > "\x7f" and character != "\ufffd")
    return good >= 40 and text.count("\ufffd") * 20 < good


def _around(path: Path, offset: int) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, offset - _SAMPLE // 2))
        return file.read(_SAMPLE)


def _legacy(sample: bytes, head: bytes) -> str:
    """GB18030 or Big5, by where the two-byte characters fall; what the file declares decides near ties."""
    simplified, traditional = _common_share(sample, _is_common_gb), _common_share(sample, _is_common_big5)
    declared = _declared(head)
    if declared in _SIMPLIFIED:
        simplified += 0.15
    if declared in _TRADITIONAL:
        traditional += 0.15
    return "big5" if traditional > simplified else "gb18030"


def _declared(head: bytes) -> str:
    found = _DECLARED.search(head[:4096])
    return found[1].decode("ascii").lower() if found else ""


def _common_share(data: bytes, is_common: Callable[[int, int], bool]) -> float:
    """Share of two-byte characters that fall among the code's commonest; sequences are cut as the code cuts them."""
    common = total = 0
    index, end = 0, len(data) - 1
    while index < end:
        lead = data[index]
        if lead < 0x81:
            index += 1
            continue
        total += 1
        common += is_common(lead, data[index + 1])
        index += 2
    return common / total if total else 0.0


def _is_common_gb(lead: int, trail: int) -> bool:
    """Level-1 characters of GB 2312 and Chinese punctuation."""
    return trail >= 0xA1 and (0xB0 <= lead <= 0xD7 or lead in (0xA1, 0xA3))


def _is_common_big5(lead: int, trail: int) -> bool:
    """Level-1 characters of Big5 and Chinese punctuation."""
    return (0x40 <= trail <= 0x7E or trail >= 0xA1) and (0xA4 <= lead <= 0xC6 or lead == 0xA1)
