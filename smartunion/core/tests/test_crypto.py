"""Sealing, opening, rotation, blind index, both suites."""

import hmac

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.crypto.masking import mask_name, mask_phone, mask_resident_id
from smartunion.core.crypto.ring import parse
from smartunion.core.crypto.suites import CannotOpen

A, B, INDEX = "11" * 32, "33" * 32, "22" * 32


@pytest.mark.parametrize("suite", ["aes", "sm"])
@given(text=st.text(max_size=60))
def test_what_was_sealed_opens_again(suite: str, text: str) -> None:
    ring = parse(f"1:{A}", INDEX, suite)

    assert ring.open(ring.seal(text.encode(), b"t.c"), b"t.c").decode() == text


@pytest.mark.parametrize("suite", ["aes", "sm"])
def test_a_column_is_sealed_value_by_value_each_under_its_own_nonce(suite: str) -> None:
    ring = parse(f"2:{B},1:{A}", INDEX, suite)

    sealed = ring.seal_many(["宁海", "", None, "宁海"], b"t.c")

    opened = [None if value is None else ring.open(value, b"t.c").decode() for value in sealed]
    assert opened == ["宁海", None, None, "宁海"]
    assert sealed[0]
    assert sealed[3]
    assert sealed[0][1:13] != sealed[3][1:13]
    assert ring.is_current(sealed[0])


@pytest.mark.parametrize("suite", ["aes", "sm"])
def test_a_changed_or_moved_value_does_not_open(suite: str) -> None:
    ring = parse(f"1:{A}", INDEX, suite)
    sealed = ring.seal(b"33022619900307461X", b"person.resident_id")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])

    with pytest.raises(CannotOpen):
        ring.open(changed, b"person.resident_id")
    with pytest.raises(CannotOpen):
        ring.open(sealed, b"person.mobile")


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key() -> None:
    old = parse(f"1:{A}", INDEX, "aes").seal(b"x", b"")
    both = parse(f"2:sm:{B},1:aes:{A}", INDEX, "sm")

    assert both.open(old, b"") == b"x"
    assert not both.is_current(old)
    assert both.is_current(both.seal(b"x", b""))
    with pytest.raises(CannotOpen):
        parse(f"2:{B}", INDEX, "aes").open(old, b"")


@pytest.mark.parametrize("suite", ["aes", "sm"])
def test_a_column_opens_as_a_whole_whatever_keys_sealed_it(suite: str) -> None:
    before, both = parse(f"1:{A}", INDEX, "aes"), parse(f"2:{suite}:{B},1:aes:{A}", INDEX, suite)
    sealed = [*before.seal_many(["宁海"], b"t.c"), None, *both.seal_many(["象山", ""], b"t.c")]

    assert both.open_many(sealed, b"t.c") == ["宁海", "", "象山", ""]
    for torn in (b"\x02torn", b"\x09" + b"0" * 40):
        with pytest.raises(CannotOpen):
            both.open_many([*sealed, torn], b"t.c")
    with pytest.raises(CannotOpen):
        both.open_many(sealed, b"t.other")


@given(st.text(st.characters(codec="utf-8")))
def test_the_index_is_the_hmac_of_the_standard(text: str) -> None:
    key = bytes(range(32))

    found = parse(f"1:{key.hex()}", key.hex(), "aes").index("resident_id", text)

    assert found == hmac.digest(key, f"resident_id\0{text}".encode(), "sha256")[:16]


def test_the_index_depends_on_purpose_and_value_only() -> None:
    ring = parse(f"1:{A}", INDEX, "aes")

    assert ring.index("mobile", "13800138000") == ring.index("mobile", "13800138000")
    assert ring.index("mobile", "13800138000") != ring.index("resident_id", "13800138000")
    assert len(ring.index("mobile", "1")) == 16


@pytest.mark.parametrize("keys", ["", "1", "x:11", "1:zz", "1:1111", f"1:des:{A}"])
def test_ill_formed_keys_stop_the_start(keys: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        parse(keys, INDEX, "aes")


@pytest.mark.parametrize("index", ["", "11", "zz", f"des:{A}", f"{A},", f"{A};{B}"])
def test_ill_formed_index_keys_stop_the_start(index: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SMARTUNION_INDEX_KEY"):
        parse(f"1:{A}", index, "aes")


def test_a_value_is_indexed_under_the_newest_key_and_looked_up_under_all() -> None:
    old, new = parse(f"1:{A}", INDEX, "aes"), parse(f"1:{A}", f"sm:{B}", "aes")
    both = parse(f"1:{A}", f"sm:{B},{INDEX}", "aes")

    assert both.index("mobile", "1") == new.index("mobile", "1") != old.index("mobile", "1")
    assert both.indexes("mobile", "1") == [new.index("mobile", "1"), old.index("mobile", "1")]


def test_masks() -> None:
    assert mask_resident_id("11010519491231002X") == "110*************2X"
    assert mask_phone("13800138000") == "138****8000"
    assert mask_name("欧阳小波") == "欧***"
    assert mask_resident_id("12") == "**"
