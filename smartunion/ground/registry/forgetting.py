"""What other rooms keep about a person and give up when her data is erased (registered in apps.py)."""

from collections.abc import Callable

#: Called inside the erasure's transaction with the person's id.
REGISTERED: list[Callable[[int], None]] = []


def register(*forget: Callable[[int], None]) -> None:
    """Add what a room gives up. Raises ValueError when it is added twice."""
    for one in forget:
        if one in REGISTERED:
            raise ValueError(f"{one.__qualname__} is registered twice")
        REGISTERED.append(one)


def forget(person_id: int) -> None:
    """Give up everything rooms keep about the person."""
    for one in REGISTERED:
        one(person_id)
