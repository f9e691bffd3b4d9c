"""What can happen: kinds of facts, registered by the rooms that write them (in apps.py)."""

from dataclasses import dataclass

from django.utils.functional import Promise

Label = str | Promise


@dataclass(frozen=True)
class FactKind:
    """One kind: `key` is "room.what_happened" and never changes; label and unit are lazy texts."""

    key: str
    label: Label
    unit: Label = ""


KINDS: dict[str, FactKind] = {}


def register(*kinds: FactKind) -> None:
    """Add kinds; raises ValueError when a key is taken or longer than 40 characters."""
    for kind in kinds:
        if kind.key in KINDS:
            raise ValueError(f"fact kind {kind.key} is registered twice")
        if len(kind.key) > 40:
            raise ValueError(f"fact kind {kind.key} is longer than 40 characters")
        KINDS[kind.key] = kind


def check_known(key: str) -> None:
    """Raise ValueError for a kind nobody registered: its numbers would have no name on any screen."""
    if key not in KINDS:
        raise ValueError(
            f"fact kind {key!r} is not registered; call facts.kinds.register in the room's apps.py"
        )
