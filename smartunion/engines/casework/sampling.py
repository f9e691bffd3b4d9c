"""Which decisions are drawn for a second look: known to nobody beforehand, worked out again by anybody afterwards. Pure.

The seed of a day is the hash of every case decided that day, so that it does not exist before the day is over.
"""

from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256

#: Hash values are cut to this many equal parts.
_PARTS = 1_000_000


def seed_of(references: Iterable[str]) -> str:
    """The seed of a day: hash of the references of the cases decided, in order of the alphabet."""
    return sha256("\n".join(sorted(references)).encode()).hexdigest()


def is_drawn(seed: str, reference: str, share: Decimal) -> bool:
    """Whether a decision is drawn. share: between 0 and 1."""
    found = int(sha256(f"{seed}|{reference}".encode()).hexdigest()[:12], 16) % _PARTS
    return found < share * _PARTS
