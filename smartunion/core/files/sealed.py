"""Files sealed at rest, chunk by chunk, so that a gigabyte passes in flat memory.

Layout: b"SU1" · key id (1) · nonce prefix (8) · chunks; a chunk is: length of ciphertext (4, big-endian) · ciphertext
with tag. Nonce: prefix · chunk number (4). Associated data: name, chunk number, whether it is the last; a chunk
that was moved, dropped or cut off does not open.
"""

import hashlib
import io
import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag

from smartunion.core.crypto.ring import ring
from smartunion.core.crypto.suites import SUITES, TAG, CannotOpen

MAGIC = b"SU1"
CHUNK = 1 << 20


def _aad(name: str, number: int, is_last: bool) -> bytes:
    return f"file:{name}:{number}:{int(is_last)}".encode()


class SealedWriter(io.RawIOBase):
    """Write plain bytes, store sealed chunks; `close` writes the last chunk. size: plain bytes so far."""

    def __init__(self, target: BinaryIO, name: str) -> None:
        self._target, self._name = target, name
        self._key_id, (self._suite, self._key) = next(iter(ring().keys.items()))
        self._prefix = os.urandom(8)
        self._buffer = bytearray()
        self._number = 0
        self._sha256 = hashlib.sha256()
        self.size = 0
        target.write(MAGIC + bytes([self._key_id]) + self._prefix)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]  # any buffer
        self._buffer += data
        self._sha256.update(data)
        self.size += len(data)
        while len(self._buffer) > CHUNK:
            self._put(bytes(self._buffer[:CHUNK]), is_last=False)
            del self._buffer[:CHUNK]
        return len(data)

    def digest(self) -> str:
        """SHA-256 of the plain content, hex."""
        return self._sha256.hexdigest()

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._buffer), is_last=True)
            self._target.close()
        super().close()

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        nonce = self._prefix + self._number.to_bytes(4, "big")
        sealed = SUITES[self._suite].seal(self._key, nonce, plain, _aad(self._name, self._number, is_last))
        self._target.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


def chunks(source: BinaryIO, name: str) -> Iterator[bytes]:
    """The plain chunks in order. Raises CannotOpen when anything was changed or is missing."""
    head = source.read(len(MAGIC) + 9)
    if head[:3] != MAGIC or len(head) < 12 or head[3] not in ring().keys:
        raise CannotOpen("not a sealed file, or its key is not configured")
    suite, key = ring().keys[head[3]]
    number, length = 0, source.read(4)
    while True:
        sealed = source.read(int.from_bytes(length, "big")) if len(length) == 4 else b""
        following = source.read(4)
        if len(sealed) < TAG:
            raise CannotOpen("the file is cut off")
        nonce = head[4:12] + number.to_bytes(4, "big")
        try:
            yield SUITES[suite].open(key, nonce, sealed, _aad(name, number, not following))
        except InvalidTag:
            raise CannotOpen("the file was changed or is cut off") from None
        if not following:
            return
        number, length = number + 1, following
