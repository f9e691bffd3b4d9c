"""Which matters are alike: the labelled pairs of docs/rules/demands.md, and what always holds."""

from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.matters.likeness import alike

CARE = "厂里双职工多，暑假孩子没人带，希望工会办个暑托班。"
OTHERS = {
    1: "我们三家企业的工人都问，暑假能不能办暑托班，孩子放家里不放心",
    2: "暑期托管班今年还办吗？孩子上二年级，白天没人照看",
    3: "车间温度太高，希望工会和厂里说说装个风扇",
    4: "希望工会组织一次篮球比赛",
    5: "加班费从三月起没有发，问了人事说再等等",
    6: "食堂饭菜太贵，十八块一份，希望工会反映一下",
}
WORDS = st.text(alphabet="暑托班孩子工资加班食堂风扇希望工会没人带。 ab1", max_size=40)


def test_what_asks_for_the_same_is_found_and_nothing_else() -> None:
    found = [one.key for one in alike(CARE, OTHERS)]

    assert set(found) == {1, 2}
    assert found[0] == 1


def test_words_in_both_are_told_longest_first() -> None:
    (first, *_rest) = alike(CARE, OTHERS)

    assert "暑托班" in "".join(first.shared)
    assert list(first.shared) == sorted(first.shared, key=len, reverse=True)
    assert len(first.shared) <= 3


def test_polite_words_alone_bind_nothing() -> None:
    asked = "希望工会组织一次春游"

    assert [
        one.key for one in alike(asked, {1: "希望工会帮忙要回欠的工资", 2: "希望工会和老板谈谈加班"})
    ] == []


@given(WORDS, st.dictionaries(st.integers(1, 9), WORDS, max_size=6))
def test_scores_lie_between_nothing_and_the_same(text: str, others: dict[int, str]) -> None:
    found = alike(text, others, least=0.0)

    assert {one.key for one in found} == set(others)
    assert all(0 <= one.score <= 1 for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert all(piece in others[one.key].lower() for piece in one.shared)


@given(st.text(alphabet="暑托班孩子工资加班食堂", min_size=2, max_size=30))
def test_a_text_is_wholly_like_itself(text: str) -> None:
    (one,) = alike(text, {1: text}, least=0.0)

    assert one.score > 0.999
