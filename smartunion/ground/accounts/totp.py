"""Time-based one-time passwords (RFC 6238: SHA-1, 30 seconds, 6 digits); pure."""

import base64
import hashlib
import hmac
import secrets
from typing import Final
from urllib.parse import quote

STEP_S: Final = 30
#: A clock may be one step early or late.
DRIFT: Final = 1


def new_secret() -> str:
    """160 random bits in base 32, as authenticator apps read them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, counter: int) -> str:
    """The six digits of one 30-second step."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def matching_counter(secret: str, code: str, now_s: float) -> int | None:
    """The step whose code this is, within the allowed drift; None when it is none of them."""
    present = int(now_s) // STEP_S
    found = None
    for counter in range(max(0, present - DRIFT), present + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, counter), code):
            found = counter
    return found


def uri(secret: str, account: str, issuer: str) -> str:
    """What the QR code for an authenticator app holds."""
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?secret={secret}&issuer={quote(issuer)}&digits=6&period={STEP_S}"
