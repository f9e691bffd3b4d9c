"""The draw: commit, reveal, rank. Anybody can recompute it with the script of docs/rules/draws.md.

Before sign-up closes only the commitment, sha256(secret), is known. At the draw
    digest = sha256 of the entry numbers in ascending order, each followed by a line feed,
    seed   = sha256("secret:digest"),
    rank   = first 8 bytes of sha256("seed:number"), then the number.
So nobody who knows the secret can choose the entries, and nobody who chooses the entries knows the secret.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import lt

#: quota → places a booking takes of it.
Needs = Mapping[int, int]
_SPAN = 1 << 64
#: Above every digest.
_END = b"\xff" * 33


def commitment_of(secret: str) -> str:
    """What is published before: hexadecimal, 64 digits."""
    return sha256(secret.encode()).hexdigest()


def seed_of(secret: str, digest: str) -> str:
    """The seed of a draw: hexadecimal, 64 digits."""
    return sha256(f"{secret}:{digest}".encode()).hexdigest()


def rank_of(seed: str, number: int) -> int:
    """Turn of an entry, 0 … 2⁶⁴ − 1, lower first; equal ones by number."""
    return int.from_bytes(sha256(f"{seed}:{number}".encode()).digest()[:8])


class Entries:
    """Entry numbers, read once in ascending order, kept as the digits that are hashed."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._blocks: list[bytes] = []
        self._sha = sha256()
        self._count, self._last = 0, -1
        rest = iter(numbers)
        while part := list(itertools.islice(rest, 10_000)):
            self.add(part)

    def add(self, part: Sequence[int]) -> None:
        """Further numbers, all above those before. Raises ValueError when they are not in order."""
        if part:
            self.add_lines(("\n".join(map(str, part)) + "\n").encode())

    def add_lines(self, lines: bytes) -> None:
        """Further numbers in ascending order as decimal digits, each followed by a line feed. Raises ValueError."""
        numbers = list(map(int, lines.split()))
        if (
            not numbers
            or numbers[0] <= self._last
            or not all(map(lt, numbers, itertools.islice(numbers, 1, None)))
        ):
            raise ValueError("entry numbers must ascend")
        self._sha.update(lines)
        self._blocks.append(lines)
        self._count, self._last = self._count + len(numbers), numbers[-1]

    def __len__(self) -> int:
        return self._count

    @property
    def digest(self) -> str:
        """Digest of the numbers: hexadecimal, 64 digits."""
        return self._sha.hexdigest()

    def in_order(self, seed: str, *, expected: int) -> Iterator[int]:
        """The numbers in the order of their ranks. expected: about how many will be asked for; the rest costs little.

        Sorted are only those below a line, and further bands when they are used up; each band hashes every number.
        """
        head = f"{seed}:".encode()
        share = min(1.0, (expected * 1.2 + 1000) / max(1, len(self)))
        low = b""
        while low < _END:
            high = _END if share >= 1 else int(_SPAN * share).to_bytes(8)
            # 32 bytes are compared with 8: below them when the first eight are.
            band = [
                (rank[:8], int(digits))
                for block in self._blocks
                for digits in block.split()
                if low <= (rank := sha256(head + digits).digest()) < high
            ]
            band.sort()
            for _rank, number in band:
                yield number
            low, share = high, share * 4


@dataclass(frozen=True)
class Ticket:
    """What a draw decides on: an entry, or a group that goes together.

    number: of the entry, the lowest of a group; wishes: for each occasion it would take, best first, the quotas it needs.
    """

    number: int
    wishes: tuple[Needs, ...]


def first_that_fits(wishes: Sequence[Needs], free: MutableMapping[int, int]) -> int | None:
    """Position of the first wish whose places are all free, taken off `free`; None when none fits."""
    for at, needs in enumerate(wishes):
        if needs and all(free.get(quota, 0) >= places for quota, places in needs.items()):
            for quota, places in needs.items():
                free[quota] -= places
            return at
    return None


def winners(tickets: Iterable[Ticket], free: Mapping[int, int]) -> dict[int, int]:
    """Who gets what: number → position of the wish, tickets in the order of their ranks. For tests and recomputing."""
    left = dict(free)
    given: dict[int, int] = {}
    for ticket in tickets:
        at = first_that_fits(ticket.wishes, left)
        if at is not None:
            given[ticket.number] = at
    return given
