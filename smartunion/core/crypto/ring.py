"""The installation's key ring, read from settings once."""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from smartunion.core.crypto.suites import SUITES, KeyRing


def parse(field_keys: str, index_keys: str, suite: str) -> KeyRing:
    """The ring described by `id[:suite]:hex,…` and `[suite:]hex,…` (newest first). Raises ImproperlyConfigured."""
    if suite not in SUITES:
        raise ImproperlyConfigured(f"SMARTUNION_CIPHER={suite!r}: write aes or sm.")
    keys: dict[int, tuple[str, bytes]] = {}
    for part in field_keys.split(","):
        number, *rest = part.strip().split(":")
        chosen = rest[0] if len(rest) == 2 else suite
        try:
            keys[int(number)] = (chosen, bytes.fromhex(rest[-1]))
        except (ValueError, IndexError):
            raise ImproperlyConfigured(
                "SMARTUNION_FIELD_KEYS: write id:hex or id:suite:hex, comma separated."
            ) from None
    if any(len(key) != 32 or name not in SUITES for name, key in keys.values()):
        raise ImproperlyConfigured("SMARTUNION_FIELD_KEYS: each key is 32 bytes (64 hex digits).")
    return KeyRing(keys, tuple(_index_key(part, suite) for part in index_keys.split(",")))


def _index_key(part: str, suite: str) -> tuple[str, bytes]:
    chosen, _colon, text = part.strip().rpartition(":")
    try:
        key = (chosen or suite, bytes.fromhex(text))
    except ValueError:
        raise ImproperlyConfigured("SMARTUNION_INDEX_KEY: write hex or suite:hex, comma separated.") from None
    if len(key[1]) != 32 or key[0] not in SUITES:
        raise ImproperlyConfigured("SMARTUNION_INDEX_KEY: each key is 32 bytes (64 hex digits).")
    return key


@lru_cache(maxsize=1)
def ring() -> KeyRing:
    """The configured ring."""
    return parse(settings.FIELD_KEYS, settings.INDEX_KEY, settings.CIPHER_SUITE)
