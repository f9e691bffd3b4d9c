"""The two cipher suites: AES-256-GCM with HMAC-SHA-256, and SM4-GCM with HMAC-SM3 where the law asks for it.

A sealed value is: key id (1 byte) · nonce (12) · ciphertext · tag (16). The associated data names table and
column, so that a value copied into another column does not open.
Source: GB/T 32907 (SM4), GB/T 32905 (SM3), RFC 8998; cryptography law requirements in domain rules 5.18.
"""

import hmac as std_hmac
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
TAG = 16


class CannotOpen(Exception):
    """The value was changed, moved to another column, or its key is not configured."""


@dataclass(frozen=True)
class Suite:
    """How one suite seals, opens and indexes; each takes (key, …) and raw bytes."""

    seal: Callable[[bytes, bytes, bytes, bytes], bytes]
    open: Callable[[bytes, bytes, bytes, bytes], bytes]
    index: Callable[[bytes, bytes], bytes]


_AES: dict[bytes, AESGCM] = {}


def _aes(key: bytes) -> AESGCM:
    if key not in _AES:
        _AES[key] = AESGCM(key)
    return _AES[key]


def _aes_seal(key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
    return _aes(key).encrypt(nonce, data, aad)


def _aes_open(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    return _aes(key).decrypt(nonce, sealed, aad)


def _sm4_seal(key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
    box = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
    box.authenticate_additional_data(aad)
    return box.update(data) + box.finalize() + box.tag


def _sm4_open(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    box = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, sealed[-TAG:])).decryptor()
    box.authenticate_additional_data(aad)
    return box.update(sealed[:-TAG]) + box.finalize()


#: By key, an HMAC that has taken the key and nothing else: begun anew for each value it takes twice as long.
_BEGUN: dict[bytes, std_hmac.HMAC] = {}


def _hmac_sha256(key: bytes, data: bytes) -> bytes:
    if key not in _BEGUN:
        _BEGUN[key] = std_hmac.new(key, digestmod="sha256")
    begun = _BEGUN[key].copy()
    begun.update(data)
    return begun.digest()


def _hmac_sm3(key: bytes, data: bytes) -> bytes:
    box = hmac.HMAC(key, hashes.SM3())
    box.update(data)
    return box.finalize()


SUITES = {"aes": Suite(_aes_seal, _aes_open, _hmac_sha256), "sm": Suite(_sm4_seal, _sm4_open, _hmac_sm3)}


@dataclass(frozen=True)
class KeyRing:
    """All keys of one installation; new values are sealed and indexed under the newest, old ones still open and are found.

    keys: key id (1–255) → (suite name, 32 bytes); index_keys: (suite name, 32 bytes); both newest first.
    """

    keys: dict[int, tuple[str, bytes]]
    index_keys: tuple[tuple[str, bytes], ...]

    def seal(self, data: bytes, aad: bytes) -> bytes:
        """The sealed value under the newest key."""
        number, (suite, key) = next(iter(self.keys.items()))
        nonce = os.urandom(NONCE)
        return bytes([number]) + nonce + SUITES[suite].seal(key, nonce, data, aad)

    def seal_many(self, values: Sequence[str | None], aad: bytes) -> list[bytes | None]:
        """Texts sealed as `seal` does, None for an empty one; the nonces of all are drawn at once, and used once."""
        number, (suite, key) = next(iter(self.keys.items()))
        head, seal = bytes([number]), SUITES[suite].seal
        nonces = os.urandom(NONCE * len(values))
        found: list[bytes | None] = []
        for at, value in enumerate(values):
            nonce = nonces[at * NONCE : (at + 1) * NONCE]
            found.append(head + nonce + seal(key, nonce, value.encode(), aad) if value else None)
        return found

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """The plain bytes. Raises CannotOpen."""
        if len(sealed) < 1 + NONCE + TAG or sealed[0] not in self.keys:
            raise CannotOpen("no such key, or the value is too short")
        suite, key = self.keys[sealed[0]]
        try:
            return SUITES[suite].open(key, sealed[1 : 1 + NONCE], sealed[1 + NONCE :], aad)
        except InvalidTag:
            raise CannotOpen("the value was changed or belongs to another column") from None

    def open_many(self, values: Sequence[bytes | None], aad: bytes) -> list[str]:
        """Texts opened as `open` does, "" for a missing one. Raises CannotOpen."""
        newest, (suite, key) = next(iter(self.keys.items()))
        opened, body = SUITES[suite].open, 1 + NONCE
        found: list[str] = []
        try:
            for value in values:
                if not value:
                    found.append("")
                elif value[0] == newest and len(value) >= body + TAG:
                    found.append(opened(key, value[1:body], value[body:], aad).decode())
                else:
                    found.append(self.open(value, aad).decode())
        except InvalidTag:
            raise CannotOpen("a value was changed or belongs to another column") from None
        return found

    def is_current(self, sealed: bytes) -> bool:
        """Whether the value is sealed under the newest key."""
        return bool(sealed) and sealed[0] == next(iter(self.keys))

    def index(self, purpose: str, value: str) -> bytes:
        """16 bytes that are equal for equal values of one purpose, and say nothing without the key."""
        return _index(self.index_keys[0], purpose, value)

    def indexes(self, purpose: str, value: str) -> list[bytes]:
        """The index under every key, newest first: what a value may be stored under while the key changes."""
        return [_index(key, purpose, value) for key in self.index_keys]


def _index(key: tuple[str, bytes], purpose: str, value: str) -> bytes:
    suite, secret = key
    return SUITES[suite].index(secret, f"{purpose}\0{value}".encode())[:16]
