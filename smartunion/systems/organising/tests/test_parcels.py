"""Only what changed goes to the phone, and putting it together there gives the whole list again."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.organising.parcels import KINDS, LETTERS, changed, read_have

EMPTY: dict[str, list[dict[str, Any]]] = {name: [] for name in KINDS}
rows = st.dictionaries(st.integers(1, 400), st.text(max_size=3), max_size=60)


def listed(found: dict[int, str]) -> dict[str, Any]:
    return EMPTY | {"findings": [{"finding_id": key, "state": state} for key, state in found.items()]}


def on_the_phone(kept: dict[str, Any], came: dict[str, Any]) -> dict[int, str]:
    """What field.js does with an answer."""
    then, now = kept.get("parcels", {}).get("findings", ""), came["parcels"]["findings"]
    count = len(now) // LETTERS

    def is_same(row: dict[str, Any]) -> bool:
        start = row["finding_id"] % count * LETTERS
        return len(then) == len(now) and then[start : start + LETTERS] == now[start : start + LETTERS]

    whole = [row for row in kept.get("findings", []) if is_same(row)] + came["findings"]
    return {row["finding_id"]: row["state"] for row in whole}


@given(rows, rows)
def test_the_phone_ends_with_the_list_as_it_is(before: dict[int, str], after: dict[int, str]) -> None:
    first = changed(listed(before), {})
    later = changed(listed(after), read_have(f"findings.{first['parcels']['findings']},owed.x"))

    assert on_the_phone({}, first) == before
    assert on_the_phone(first, later) == after


def test_one_change_sends_one_parcel() -> None:
    before = listed(dict.fromkeys(range(1, 641), "open"))
    after = listed(dict.fromkeys(range(1, 641), "open") | {7: "closed"})
    have = read_have(f"findings.{changed(before, {})['parcels']['findings']}")

    assert changed(before, have)["findings"] == []
    assert [row["finding_id"] for row in changed(after, have)["findings"]] == list(range(7, 641, 64))


def test_nonsense_brings_the_whole_list() -> None:
    lists = listed({1: "open", 2: "open"})

    for said in ("", "findings", "findings.abc", "......", "findings." + "é" * 384):
        assert len(changed(lists, read_have(said))["findings"]) == 2
