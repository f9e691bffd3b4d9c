"""Two names are weighed alike from both sides, and sisters are kept apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.organising.matching.names import Veto, compare
from smartunion.systems.organising.matching.names_align import is_subsequence, short_form
from smartunion.systems.organising.matching.names_sound import are_contrasts, likeness
from smartunion.systems.organising.matching.tests.test_names_parse import names

any_name = names | st.text(max_size=20)


@given(any_name, any_name)
def test_order_does_not_matter(one: str, other: str) -> None:
    there, back = compare(one, other), compare(other, one)

    assert there.score == back.score
    assert there.vetoes == back.vetoes
    assert dict(there.reasons) == dict(back.reasons)
    assert {tuple(pair.split("/")) for pair in there.differs} == {
        tuple(pair.split("/")[::-1]) for pair in back.differs
    }


@given(any_name, any_name)
def test_score_is_a_probability(one: str, other: str) -> None:
    assert 0.0 <= compare(one, other).score <= 1.0


@given(names)
def test_name_agrees_with_itself(name: str) -> None:
    evidence = compare(name, name)

    assert evidence.score > 0.95
    assert not evidence.vetoes


@pytest.mark.parametrize(
    ("one", "other", "veto"),
    [
        ("济宁市第一建筑工程有限公司", "济宁市第二建筑工程有限公司", Veto.NUMBER),
        ("凯越商贸有限公司二分公司", "凯越商贸有限公司三分公司", Veto.BRANCH),
        ("凯越商贸有限公司贵阳第一分公司", "凯越商贸有限公司遵义第一分公司", Veto.BRANCH),
        ("凯越商贸有限公司", "凯越商贸有限公司汶上分公司", Veto.BRANCH),
        ("济宁凯越商贸有限公司", "烟台凯越商贸有限公司", Veto.PLACE),
        ("纽威数控装备（苏州）有限公司", "纽威数控装备（上海）有限公司", Veto.PLACE),
        ("凯越东街粮油店", "凯越西街粮油店", Veto.CONTRAST),
        ("贵州靖沣物业管理有限公司", "贵州靖沣商业管理有限公司", Veto.TRADE),
    ],
)
def test_sisters_are_kept_apart(one: str, other: str, veto: Veto) -> None:
    assert veto in compare(one, other).vetoes


@pytest.mark.parametrize(
    ("typed", "registered"),
    [
        ("山东凯岳电力器材有限公司", "山东凯越电力器材有限公司"),
        ("济宁市瑞泽环保科技有限公司", "济宁瑞泽环保科技有限公司"),
        ("章丘市海龙机械有限公司", "济南海龙机械有限公司"),
        ("大同融创商贸有限公司", "大同市融创商贸有限公司"),
        ("諸城市環球木業有限公司", "诸城市环球木业有限责任公司"),
        ("寿光市乐利橡塑公司", "寿光市乐利橡塑有限公司"),
        ("乐陵市志广帆布有限公司", "乐陵市志广帆布制品有限公司"),
    ],
)
def test_usual_slips_score_high_without_veto(typed: str, registered: str) -> None:
    evidence = compare(typed, registered)

    assert evidence.score > 0.8
    assert not evidence.vetoes


def test_legal_form_and_region_alone_make_no_match() -> None:
    assert compare("山东凯越电力器材有限公司", "山东七五能源有限公司").score < 0.05


def test_differing_characters_are_told() -> None:
    evidence = compare("山东凯岳电力器材有限公司", "山东凯越电力器材有限公司")

    assert evidence.differs == ("岳/越",)
    assert "brand_alike" in evidence.features


@given(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
)
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert (likeness(one, other) == 1.0) == (one == other)


@pytest.mark.parametrize(
    ("one", "other", "least"), [("越", "岳", 0.6), ("未", "末", 0.6), ("博", "搏", 0.8), ("鑫", "新", 0.4)]
)
def test_confusable_characters(one: str, other: str, least: float) -> None:
    assert likeness(one, other) >= least


@pytest.mark.parametrize(
    ("one", "other"), [("东", "西"), ("一", "二"), ("上", "下"), ("甲", "乙"), ("南", "北")]
)
def test_members_of_a_series_are_never_slips(one: str, other: str) -> None:
    assert are_contrasts(one, other)
    assert likeness(one, other) == 0.0


@given(st.text(alphabet="甲乙丙丁", min_size=2, max_size=5), st.text(alphabet="甲乙丙丁", max_size=9))
def test_short_form_needs_every_character_in_order(short: str, full: str) -> None:
    fits = len(short) < len(full) and is_subsequence(short, full)

    assert (short_form(short, full) > 0) == fits


def test_fewer_pieces_make_a_better_short_form() -> None:
    assert short_form("浙大自然", "浙江大自然户外用品") > short_form("浙大自然", "浙江大学自由天然")
    assert short_form("大自然", "大自然户外用品") == 1.0
