"""What other rooms keep about a person and give up when her data is erased (registered in apps.py)."""

from collections.abc import Callable

#: Called inside the erasure's transaction with the person's id.
REGISTERED: list[Callable[[int], None]] = []
#: Called after all others: they let go of the account, by which other rooms find what is hers.
LAST: list[Callable[[int], None]] = []


def register(*forget: Callable[[int], None], is_last: bool = False) -> None:
    """Add what a room gives up. Raises ValueError when it is added twice."""
    for one in forget:
        if one in (*REGISTERED, *LAST):
            raise ValueError(f"{one.__qualname__} is registered twice")
        (LAST if is_last else REGISTERED).append(one)


def forget(person_id: int) -> None:
    """Give up everything rooms keep about the person."""
    for one in (*REGISTERED, *LAST):
        one(person_id)
