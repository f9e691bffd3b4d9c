"""Reading streams out of OLE2 compound files, the container of XLS, DOC and encrypted workbooks."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from smartunion.core.tables.refusals import DamagedFile

SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END: Final = 0xFFFFFFFA  # this and above: end of chain, free, FAT and DIFAT sectors
_MINI_CUTOFF: Final = 4096


class CompoundFile:
    """One compound file held in memory; names() and stream() are all that is needed of it.

    Raises DamagedFile where a chain of sectors leaves the file or runs in a circle.
    """

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        if len(self._data) < 512 or not self._data.startswith(SIGNATURE):
            raise DamagedFile
        self._size = 1 << struct.unpack_from("<H", self._data, 30)[0]
        if self._size not in (512, 4096):
            raise DamagedFile
        directory, self._mini_start = self._u32(48), self._u32(60)
        self._fat = self._read_fat()
        self._entries = self._read_directory(directory)

    def names(self) -> set[str]:
        """Names of all streams and storages."""
        return set(self._entries)

    def stream(self, name: str) -> bytes:
        """The bytes of one stream. Raises KeyError when there is none of that name."""
        start, length = self._entries[name]
        if length >= _MINI_CUTOFF:
            return b"".join(map(self._sector, self._chain(start)))[:length]
        return self._mini_stream(start, length)

    def _u32(self, offset: int) -> int:
        return int(struct.unpack_from("<I", self._data, offset)[0])

    def _sector(self, number: int) -> bytes:
        offset = (number + 1) * self._size
        if offset >= len(self._data):
            raise DamagedFile
        return self._data[offset : offset + self._size]

    def _read_fat(self) -> list[int]:
        listed = list(struct.unpack_from("<109I", self._data, 76))
        following, seen = self._u32(68), 0
        while following < _END and seen * self._size < len(self._data):
            block = struct.unpack(f"<{self._size // 4}I", self._sector(following).ljust(self._size, b"\xff"))
            listed += block[:-1]
            following, seen = block[-1], seen + 1
        fat: list[int] = []
        for number in listed:
            if number < _END:
                raw = self._sector(number).ljust(self._size, b"\xff")
                fat += struct.unpack(f"<{self._size // 4}I", raw)
        return fat

    def _chain(self, start: int) -> Iterator[int]:
        number, steps = start, 0
        while number < _END:
            yield number
            steps += 1
            if number >= len(self._fat) or steps > len(self._fat):
                raise DamagedFile
            number = self._fat[number]

    def _read_directory(self, start: int) -> dict[str, tuple[int, int]]:
        raw = b"".join(map(self._sector, self._chain(start)))
        entries: dict[str, tuple[int, int]] = {}
        for offset in range(0, len(raw) - 127, 128):
            length, kind = struct.unpack_from("<HB", raw, offset + 64)
            if kind in (1, 2, 5) and 2 <= length <= 64:
                name = raw[offset : offset + length - 2].decode("utf-16-le", errors="replace")
                first, size = struct.unpack_from("<II", raw, offset + 116)
                entries.setdefault("" if kind == 5 else name, (first, size))
        return entries

    def _mini_stream(self, start: int, length: int) -> bytes:
        root_start, root_size = self._entries.get("", (0xFFFFFFFE, 0))
        whole = b"".join(map(self._sector, self._chain(root_start)))[:root_size]
        raw_fat = b"".join(map(self._sector, self._chain(self._mini_start)))
        fat = struct.unpack(f"<{len(raw_fat) // 4}I", raw_fat[: len(raw_fat) // 4 * 4])
        parts: list[bytes] = []
        number = start
        while number < _END and len(parts) * 64 < length:
            if number >= len(fat):
                raise DamagedFile
            parts.append(whole[number * 64 : number * 64 + 64])
            number = fat[number]
        return b"".join(parts)[:length]
