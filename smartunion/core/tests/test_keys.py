"""Prefix ranges."""

from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.keys import following

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(TEXT.filter(bool), TEXT)
def test_following_comes_behind_everything_that_begins_with_the_text(text: str, rest: str) -> None:
    end = following(text)

    assert end == "" or (text + rest).encode() < end.encode()


@given(TEXT.filter(bool), TEXT)
def test_nothing_else_lies_in_the_range(text: str, other: str) -> None:
    end = following(text)

    inside = text.encode() <= other.encode() and (end == "" or other.encode() < end.encode())

    assert inside == other.startswith(text)
