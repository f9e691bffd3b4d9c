"""Repeated rows of a file: looking for many at once finds what looking one by one finds."""

from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from smartunion.ground.registry.imports.repeats import Marks, Repeats

MARKS = st.lists(st.sampled_from("abcdef"), max_size=3, unique=True)


def one_by_one(rows: list[tuple[list[str], list[str]]]) -> list[int | None]:
    """The rule, said plainly: the first row that left a mark keeps it, a row that meets one leaves none."""
    first: dict[str, int] = {}
    found: list[int | None] = []
    for number, (left, looked_for) in enumerate(rows, start=1):
        earlier = min((first[mark] for mark in looked_for if mark in first), default=None)
        found.append(earlier)
        if earlier is None:
            for mark in left:
                first.setdefault(mark, number)
    return found


@given(st.lists(st.tuples(MARKS, MARKS), max_size=12), st.integers(1, 5))
def test_a_batch_meets_whom_its_rows_would_meet_one_after_another(
    rows: list[tuple[list[str], list[str]]], size: int
) -> None:
    marks = [Marks(left, looked_for, n) for n, (left, looked_for) in enumerate(rows, start=1)]

    with closing(Repeats()) as repeats:
        found = [
            earlier
            for start in range(0, len(marks), size)
            for earlier in repeats.meet(marks[start : start + size])
        ]

    assert found == one_by_one(rows)


def test_marks_of_many_batches_are_all_found() -> None:
    rows = [Marks([f"id:{n}"], [f"id:{n}"], n) for n in range(5000)]

    with closing(Repeats()) as repeats:
        for start in range(0, 5000, 700):
            assert repeats.meet(rows[start : start + 700]) == [None] * len(rows[start : start + 700])
        assert repeats.meet(rows) == list(range(5000))
        assert repeats.meet([Marks([], ["id:none"], 1)]) == [None]
