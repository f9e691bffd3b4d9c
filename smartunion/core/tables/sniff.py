"""What a file really is, by its content; names and extensions are not trusted."""

import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from smartunion.core.tables import ole
from smartunion.core.tables.delimiters import sniff_separator
from smartunion.core.tables.encodings import Encoding, sniff_encoding
from smartunion.core.tables.limits import DEFAULT, Limits
from smartunion.core.tables.refusals import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    FileTooBig,
    NotATable,
    UnsupportedTable,
    old_format,
)


class FileKind(StrEnum):
    """The forms of tables that are read."""

    XLSX = "xlsx"
    XLS = "xls"
    TEXT = "text"
    HTML = "html"
    XML = "xml"  # XML Spreadsheet 2003, mostly named .xls


@dataclass(frozen=True, slots=True)
class Sniffed:
    """encoding, separator, width (cells in most rows): of text; separator is '' when every line is one cell."""

    kind: FileKind
    encoding: Encoding | None = None
    separator: str | None = None
    width: int = 1


_OTHERS: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
    (b"BM", "BMP"),
    (b"MZ", "EXE"),
)
_XML_SPREADSHEET: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_TABLE_TAG: Final = re.compile(rb"<table[\s>]", re.IGNORECASE)
_MARKUP_START: Final = re.compile(r"\s*(?:<!|<\?xml|<html|<head|<meta|<table|<style|<div)", re.IGNORECASE)
_OLD_BIFF: Final = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")


def sniff(path: Path, limits: Limits = DEFAULT) -> Sniffed:
    """What the file is and, for text, its encoding and separator.

    Raises EmptyFile, FileTooBig, EncryptedFile, NotATable, UnsupportedTable, DamagedFile.
    """
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise FileTooBig(
            _("The file is bigger than %(limit)s MB. Split it and load the parts one after another.")
            % {"limit": limits.file_bytes // 1024**2}
        )
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        if size <= len(head):
            raise EmptyFile
        raise NotATable(_("The file holds no text. Choose the original file once more."))
    if head.startswith(b"PK"):
        return _sniff_zip(path)
    if head.startswith(ole.SIGNATURE):
        return _sniff_ole(path)
    if head.startswith(_OLD_BIFF):
        raise UnsupportedTable(old_format())
    for mark, name in _OTHERS:
        if head.startswith(mark) and (len(mark) > 2 or b"\0" in head):
            raise _not_a_table(name)
    return _sniff_text(path, head)


def _not_a_table(name: str) -> NotATable:
    return NotATable(
        _("This is a %(found)s file, not a table. Choose an XLSX, XLS, CSV or TSV file.") % {"found": name},
        found=name,
    )


def _sniff_zip(path: Path) -> Sniffed:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
            kind = archive.read("mimetype")[:80].decode("ascii", "replace") if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, KeyError) as error:
        raise DamagedFile from error
    if any(name.endswith("xl/workbook.bin") for name in names):
        raise UnsupportedTable(_other_workbook("XLSB"))
    if "spreadsheet" in kind:
        raise UnsupportedTable(_other_workbook("ODS"))
    if any(name.startswith("word/") for name in names):
        raise _not_a_table("Word")
    if any(name.startswith("ppt/") for name in names):
        raise _not_a_table("PowerPoint")
    if "[content_types].xml" in names:
        return Sniffed(FileKind.XLSX)
    raise NotATable(_("This is a ZIP archive. Unpack it and choose the table inside."), found="ZIP")


def _other_workbook(name: str) -> str:
    return _(
        "This is a %(found)s workbook, which is not read. Open it in a spreadsheet program, save it as XLSX and choose "
        "the new file."
    ) % {"found": name}


def _sniff_ole(path: Path) -> Sniffed:
    names = ole.CompoundFile(path).names()
    if {"EncryptedPackage", "EncryptionInfo"} & names:
        raise EncryptedFile
    if {"Workbook", "Book"} & names:
        return Sniffed(FileKind.XLS)
    raise _not_a_table(
        "Word" if "WordDocument" in names else "PowerPoint" if "PowerPoint Document" in names else "OLE"
    )


def _sniff_text(path: Path, head: bytes) -> Sniffed:
    encoding = sniff_encoding(path)
    start = head[encoding.mark_bytes :].decode(encoding.codec, errors="replace")
    if _looks_binary(start.rstrip("\0")):  # a copy that was cut short may end in zero bytes
        raise NotATable(_("This file is neither a workbook nor text. Choose an XLSX, XLS, CSV or TSV file."))
    if start.lower().startswith("mime-version:"):
        raise UnsupportedTable(_other_workbook("MHT"))
    if _is_json(start, path):
        raise _not_a_table("JSON")
    if _MARKUP_START.match(start):
        if _XML_SPREADSHEET in start:
            return Sniffed(FileKind.XML, encoding)
        if _holds_table(path, encoding):
            return Sniffed(FileKind.HTML, encoding)
        return Sniffed(FileKind.TEXT, encoding, "")  # indented markup would look separated by tabs
    separation = sniff_separator(path, encoding)
    return Sniffed(FileKind.TEXT, encoding, separation.separator, separation.width)


def _looks_binary(text: str) -> bool:
    odd = sum(
        1 for character in text if character < " " and character not in "\t\r\n\x0b\x0c\x01\x1a\x1e\x1f"
    )
    return odd * 50 > len(text)


def _is_json(start: str, path: Path) -> bool:
    if not start.lstrip().startswith(("{", "[")):
        return False
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64))
        return file.read().rstrip(b" \t\r\n\0").endswith((b"}", b"]"))


def _holds_table(path: Path, encoding: Encoding) -> bool:
    if encoding.name.startswith(("utf-16", "utf-32")):
        with path.open(encoding=encoding.codec, errors="replace") as text:
            return bool(_TABLE_TAG.search(text.read(1 << 22).encode("utf-8")))
    with path.open("rb") as file:
        return bool(_TABLE_TAG.search(file.read(1 << 22)))
