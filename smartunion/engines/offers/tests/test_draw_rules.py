"""The draw as plain arithmetic, and the script of the document that recomputes it."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartunion.engines.offers.rules import draw

PAGE = Path(__file__).parents[4] / "docs/rules/draws.md"


def script() -> str:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def recomputed(secret: str, sizes: Mapping[str, int], rows: list[tuple[int, str]]) -> dict[int, str]:
    """What the script of the document prints: number → the wish it got."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["number", "wishes"])
    writer.writerows(rows)
    out = subprocess.run(  # our own script
        [sys.executable, "-c", script(), secret, json.dumps(sizes)],
        input=text.getvalue(), capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return {int(line.split(" ", 1)[0]): line.split(" ", 1)[1] for line in out.splitlines()[1:]}


def test_the_worked_table_of_the_page() -> None:
    table = dict(
        re.findall(r"^\| (commitment|digest|seed|order|places) \| (.*?) \|$", PAGE.read_text(), re.MULTILINE)
    )
    entries = draw.Entries(range(1, 9))
    seed = draw.seed_of("spring", entries.digest)
    order = list(entries.in_order(seed, expected=3))

    assert table == {
        "commitment": draw.commitment_of("spring"), "digest": entries.digest, "seed": seed,
        "order": ", ".join(map(str, order)), "places": ", ".join(map(str, sorted(order[:3]))),
    }  # fmt: skip
    assert sorted(recomputed("spring", {"1": 3}, [(n, "1:1") for n in range(1, 9)])) == sorted(order[:3])


def test_the_script_is_short() -> None:
    assert len(script().strip().splitlines()) <= 16


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(1, 10**9), max_size=200), st.integers(0, 50))
def test_bands_give_the_order_of_all_ranks(numbers: set[int], expected: int) -> None:
    entries = draw.Entries(sorted(numbers))

    order = list(entries.in_order("seed", expected=expected))

    assert order == sorted(numbers, key=lambda number: (draw.rank_of("seed", number), number))


def test_many_bands_lose_nobody() -> None:
    entries = draw.Entries(range(1, 30_001))

    order = list(entries.in_order("seed", expected=1))

    assert sorted(order) == list(range(1, 30_001))
    ranks = [draw.rank_of("seed", number) for number in order]
    assert ranks == sorted(ranks)


def test_numbers_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="ascend"):
        draw.Entries([2, 1])
    with pytest.raises(ValueError, match="ascend"):
        draw.Entries([1, 1])


NEEDS = st.dictionaries(st.integers(1, 3), st.integers(1, 2), max_size=3)
TICKETS = st.lists(st.lists(NEEDS, min_size=1, max_size=2), max_size=12)


@settings(max_examples=15, deadline=None)
@given(TICKETS, st.lists(st.integers(0, 4), min_size=3, max_size=3))
def test_any_draw_is_within_its_quotas_strands_no_place_and_is_recomputed_by_the_script(
    wishes: list[list[dict[int, int]]], sizes: list[int]
) -> None:
    free = dict(enumerate(sizes, 1))
    entries = draw.Entries(range(1, len(wishes) + 1))
    order = list(entries.in_order(draw.seed_of("s", entries.digest), expected=5))
    given_ = draw.winners([draw.Ticket(n, tuple(wishes[n - 1])) for n in order], free)

    taken = dict.fromkeys(free, 0)
    for number, at in given_.items():
        for quota, places in wishes[number - 1][at].items():
            taken[quota] += places
    assert all(taken[quota] <= free[quota] for quota in free)
    left = {quota: free[quota] - taken[quota] for quota in free}
    for number in order:
        if number not in given_:
            assert all(not w or any(left[q] < n for q, n in w.items()) for w in wishes[number - 1])
    texts = ["|".join(" ".join(f"{q}:{n}" for q, n in w.items()) for w in row) for row in wishes]
    said = recomputed("s", {str(q): n for q, n in free.items()}, [(n, texts[n - 1]) for n in sorted(order)])
    assert said == {number: texts[number - 1].split("|")[at] for number, at in given_.items()}
