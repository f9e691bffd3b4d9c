"""Pinyin keys of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.pinyin import MAX_KEY, initials, key_prefixes, name_initials, name_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("王小明", "wangxiaoming wxm"),
        ("单田芳", "shantianfang stf"),
        ("仇英", "qiuying qy"),
        ("解晓东", "xiexiaodong xxd"),
        ("曾国藩", "zengguofan zgf"),
        ("区志强", "ouzhiqiang ozq"),
        ("查良镛", "zhaliangyong zly"),
        ("尉迟敬德", "yuchijingde ycjd"),
        ("尉健行", "weijianxing wjx"),
        ("万俟卨", "moqixie mqx"),
        ("长孙无忌", "zhangsunwuji zswj"),
        ("朴树", "piaoshu ps"),
        ("任女", "rennv rn"),
        ("吕布", "lvbu lb"),
        ("欧阳修", "ouyangxiu oyx"),
        ("  Ｊｏｈｎ Smith ", "johnsmith js"),
        ("", ""),
        ("···", ""),
    ],
)
def test_name_key_reads_surnames_right(name: str, key: str) -> None:
    assert name_key(name) == key


def test_long_names_keep_their_initials_whole() -> None:
    key = name_key("阿卜杜热西提·阿卜杜拉热合曼·买买提")

    assert len(key) <= MAX_KEY
    assert key.endswith(" abdrxtabdlrh")


def test_initials_of_any_text() -> None:
    assert initials("宁海县总工会") == "nhxzgh"
    assert initials("第3车间A班") == "d3cjab"
    assert name_initials("单田芳") == "stf"


@given(st.text(max_size=80))
def test_keys_are_short_ascii_and_lower_case(text: str) -> None:
    key = name_key(text)

    assert len(key) <= MAX_KEY
    assert key.isascii()
    assert key == key.lower()
    assert len(initials(text)) <= 60


@pytest.mark.parametrize(
    ("text", "prefixes"),
    [
        ("王小", ["wangxiao"]),
        ("万", ["wan", "moqi"]),
        ("尉", ["wei", "yuchi"]),
        ("", []),
        ("··", []),
        ("John", ["john"]),
    ],
)
def test_key_prefixes_know_longer_surnames(text: str, prefixes: list[str]) -> None:
    assert key_prefixes(text) == prefixes


@given(st.sampled_from(["万俟卨", "单田芳", "尉迟敬德", "王小明", "阿丽娅·买买提"]), st.integers(1, 4))
def test_a_key_begins_with_one_of_the_prefixes_of_its_beginning(name: str, size: int) -> None:
    assert any(name_key(name).startswith(prefix) for prefix in key_prefixes(name[:size]))
