import os
import random
import struct
import zipfile
from pathlib import Path

import pytest

from smartunion.core.tables.limits import Limits
from smartunion.core.tables.refusals import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    FileTooBig,
    NotATable,
    TableRefused,
    UnsupportedTable,
)
from smartunion.core.tables.report import inspect_file
from smartunion.core.tables.sniff import FileKind, sniff
from smartunion.core.tables.tests.builders import KINDS, LI, TODAY, WANG, write_text, write_xls, write_xlsx


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (b"\n \r\n\t", EmptyFile),
        (b"\xef\xbb\xbf", EmptyFile),
        (b"%PDF-1.7\n...", NotATable),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), NotATable),
        (b"\xff\xd8\xff\xe0" + bytes(20), NotATable),
        (b"\x1f\x8b\x08" + bytes(20), NotATable),
        (b'[{"name": "x"}]', NotATable),
        (b'{"name": "x"}\n', NotATable),
        (b"PAR1" + bytes(20), NotATable),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", UnsupportedTable),
        (b"\x09\x08"[:1] + b"\x04\x06\x00" + bytes(20), UnsupportedTable),
        (b"PK\x03\x04broken", DamagedFile),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken", DamagedFile),
        (bytes(range(256)) * 20, NotATable),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(
    tmp_path: Path, content: bytes, error: type[TableRefused]
) -> None:
    path = tmp_path / "名单.xlsx"
    path.write_bytes(content)

    with pytest.raises(error) as caught:
        sniff(path)
    assert str(caught.value)


@pytest.mark.parametrize(
    ("member", "error"),
    [
        ("word/document.xml", NotATable),
        ("ppt/presentation.xml", NotATable),
        ("xl/workbook.bin", UnsupportedTable),
        ("名单.csv", NotATable),
    ],
)
def test_other_archives_are_refused_by_what_they_hold(
    tmp_path: Path, member: str, error: type[TableRefused]
) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr(member, "x")

    with pytest.raises(error):
        sniff(tmp_path / "a.xlsx")


def test_open_document_is_refused_by_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    with pytest.raises(UnsupportedTable, match="ODS"):
        sniff(tmp_path / "a.ods")


def test_names_and_extensions_are_not_trusted(tmp_path: Path) -> None:
    workbook = write_xlsx(tmp_path / "a.csv", [["姓名"], [LI[0]]])
    text = write_text(tmp_path / "b.xlsx", "姓名,身份证号\n李敏,1\n")
    page = write_text(tmp_path / "c.xls", "<html><table><tr><td>姓名</td></tr></table></html>")

    assert [sniff(path).kind for path in (workbook, text, page)] == [
        FileKind.XLSX,
        FileKind.TEXT,
        FileKind.HTML,
    ]


def compound_file(stream: str) -> bytes:
    """The smallest OLE2 file with one empty stream of that name."""
    header = struct.pack(
        "<8s16x5H6x8I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        62,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        0xFFFFFFFE,
        0,
        0xFFFFFFFE,
    )
    header += struct.pack("<I", 0) + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)

    def entry(name: str, kind: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBB", len(raw), kind, 1)
            + bytes(48)
            + struct.pack("<IQ", 0xFFFFFFFE, 0)
        )

    directory = entry("Root Entry", 5) + entry(stream, 2) + bytes(256)
    return header.ljust(512, b"\0")[:512] + fat + directory


@pytest.mark.parametrize(
    ("stream", "error"),
    [("EncryptedPackage", EncryptedFile), ("WordDocument", NotATable), ("Something", NotATable)],
)
def test_compound_files_are_told_apart(tmp_path: Path, stream: str, error: type[TableRefused]) -> None:
    (tmp_path / "a.xlsx").write_bytes(compound_file(stream))

    with pytest.raises(error):
        sniff(tmp_path / "a.xlsx")


def test_files_beyond_the_limit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileTooBig):
        sniff(write_text(tmp_path / "a.csv", "a,b\n" * 100), Limits(file_bytes=100))


def test_damaged_files_end_in_a_report_or_a_refusal(tmp_path: Path) -> None:
    """Bytes of good files are changed, removed and added at random; nothing but a refusal may come out."""
    grid = [["花名册"], ["姓名", "身份证号", "出生日期"], [*LI, "1990-03-07"], [*WANG, "2000/1/1"]]
    seeds = [
        write_xlsx(tmp_path / "a.xlsx", grid, merges=["A1:C1"]),
        write_xls(tmp_path / "a.xls", grid, merges=[(0, 0, 0, 2)]),
        write_text(tmp_path / "a.csv", "\n".join(",".join(map(str, row)) for row in grid), "gb18030"),
        write_text(tmp_path / "a.htm", "<table><tr><td colspan=2>姓名<td>身份证号<tr><td>李敏</table>"),
    ]
    chance = random.Random(7)
    outcomes = set()
    for turn in range(240):
        data = bytearray(seeds[turn % len(seeds)].read_bytes())
        if data[:2] == b"PK" and turn % 3:
            data = repacked(data, chance)
        else:
            spoil(data, chance)
        path = tmp_path / "spoilt"
        path.write_bytes(bytes(data))
        try:
            inspect_file(path, KINDS, today=TODAY)
            outcomes.add("")
        except TableRefused as refusal:
            outcomes.add(refusal.code)

    assert {"", "file_damaged", "file_not_a_table"} <= outcomes


def spoil(data: bytearray, chance: random.Random) -> None:
    """Change some bytes."""
    for _ in range(chance.choice([1, 3, 20])):
        if not data:
            return
        place = chance.randrange(len(data))
        match chance.randrange(3):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randrange(1, 60)]
            case _:
                data[place:place] = chance.choice([b"9999999", b'"', b"<", b"&", b"\0"])


def repacked(data: bytearray, chance: random.Random) -> bytearray:
    """The same archive with one part spoilt, so that the packing stays whole."""
    import io

    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive, zipfile.ZipFile(target, "w") as copy:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        picked = chance.choice(names)
        for name in archive.namelist():
            part = bytearray(archive.read(name))
            if name == picked:
                spoil(part, chance)
            copy.writestr(name, bytes(part))
    return bytearray(target.getvalue())


def test_random_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    for size in (1, 10, 1000, 100_000):
        path.write_bytes(os.urandom(size))
        try:
            inspect_file(path, KINDS, today=TODAY)
        except TableRefused:
            continue
