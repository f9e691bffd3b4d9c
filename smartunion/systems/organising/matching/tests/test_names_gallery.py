"""A typed name finds its organisation, and is linked unasked only when that is safe."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.organising.matching import gallery as gallery_module
from smartunion.systems.organising.matching.gallery import Decision, Entry, Gallery, Match
from smartunion.systems.organising.matching.gallery_index import ExactIndex, GramIndex
from smartunion.systems.organising.matching.gallery_rules import Doubt

KAIYUE = Entry(
    "E1", "山东凯越电力器材有限公司", ("嘉祥星光照明器材有限公司",), "913708295871583333", "济宁市嘉祥县"
)
FIRMS = (
    KAIYUE,
    Entry("E2", "山东七五能源有限公司", (), "91370826755431343K"),
    Entry("E3", "深圳市鸿富瀚科技股份有限公司"),
    Entry("E4", "浙江大自然户外用品股份有限公司"),
    Entry("E5", "凯越商贸有限公司汶上分公司"),
    Entry("E6", "济宁市第一建筑工程有限公司"),
    Entry("E7", "寿光市乐利橡塑有限公司"),
    Entry("E8", "贵州安顺和平种植场"),
    Entry("E9", "烟台宏达商贸有限公司"),
    Entry("E10", "泗水县博宇机床附件厂（普通合伙）"),
)
# Strangers that make trades and brands as common as they are in a register.
CROWD = tuple(
    Entry(f"C{number}", f"{place}{one}{other}{trade}有限公司")
    for number, (place, one, other, trade) in enumerate(
        (place, one, other, trade)
        for place in ("青岛", "烟台", "贵阳市", "遵义")
        for one in "瑞祥隆昌"
        for other in "泽润恒达"
        for trade in ("商贸", "建材", "科技", "劳务", "木业")
    )
)


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    return Gallery([*FIRMS, *CROWD])


def first(gallery: Gallery, query: str) -> tuple[str, Decision]:
    found = gallery.search(query)
    return (found[0].entity_id, found[0].decision) if found else ("", Decision.NONE)


@pytest.mark.parametrize("entry", FIRMS, ids=lambda entry: entry.entity_id)
def test_registered_name_is_linked_unasked(gallery: Gallery, entry: Entry) -> None:
    assert first(gallery, entry.name) == (entry.entity_id, Decision.AUTO)
    assert first(gallery, entry.name + "工会委员会") == (entry.entity_id, Decision.AUTO)


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("嘉祥星光照明器材有限公司", "E1"),
        ("山东凯岳电力器材有限公司", "E1"),
        ("山东省凯越电力器材有限公司", "E1"),
        ("山东凯越电力器材有限公", "E1"),
        ("山东凯越電力器材有限公司（筹）", "E1"),
        ("某某有限公司（原嘉祥星光照明器材有限公司）", "E1"),
        ("山东凯越电力器材有限公司 913708295871583333", "E1"),
        ("913708295871583333", "E1"),
        ("58715833-3 山东凯越电力器材公司", "E1"),
        ("寿光乐利橡塑公司", "E7"),
        ("泗水县博宇机床附件有限公司", "E10"),
    ],
)
def test_plain_slips_are_linked_unasked(gallery: Gallery, query: str, meant: str) -> None:
    assert first(gallery, query) == (meant, Decision.AUTO)


@pytest.mark.parametrize(
    ("query", "nearest", "doubt"),
    [
        ("凯越商贸有限公司嘉祥分公司", "E5", Doubt.VETO),
        ("济宁市第二建筑工程有限公司", "E6", None),
        ("凯越电力器材有限公司济宁分公司", "E1", Doubt.VETO),
        ("山东凯越电力器材有限公司 91370826755431343K", "E1", Doubt.CODE),
        ("烟台瑞泽商贸有限公司 91370826755431343K", "", None),
    ],
)
def test_what_may_be_another_is_asked(
    gallery: Gallery, query: str, nearest: str, doubt: Doubt | None
) -> None:
    found = gallery.search(query)

    assert all(match.decision is not Decision.AUTO for match in found)
    if doubt is not None:
        assert (found[0].entity_id, found[0].doubt) == (nearest, doubt)


@pytest.mark.parametrize(
    "query",
    [
        "烟台瑞丰商贸有限公司",  # one of many with such names, itself absent
        "济宁市凯盛建筑工程有限公司",
        "安顺张和平茶叶种植服务部",
        "深圳市鸿富科技有限公司",
        "浙江大自然",
        "鸿富",
    ],
)
def test_absent_firm_is_never_linked_unasked(gallery: Gallery, query: str) -> None:
    assert all(match.decision is not Decision.AUTO for match in gallery.search(query))


def test_two_organisations_of_one_name_are_asked() -> None:
    twice = Gallery([Entry("A", "济宁市宏达商贸有限公司"), Entry("B", "济宁市宏达商贸有限公司"), *CROWD])

    found = twice.search("济宁市宏达商贸有限公司")

    assert {match.entity_id for match in found[:2]} == {"A", "B"}
    assert [match.decision for match in found[:2]] == [Decision.ASK, Decision.ASK]


def test_present_name_goes_before_former_name_of_another() -> None:
    renamed = Gallery(
        [Entry("OLD", "甲某商贸有限公司", ("乙某商贸有限公司",)), Entry("NEW", "乙某商贸有限公司")]
    )

    assert all(match.decision is not Decision.AUTO for match in renamed.search("乙某商贸有限公司"))


def test_flawed_code_does_not_stand_against_the_name(gallery: Gallery) -> None:
    assert first(gallery, "山东凯越电力器材有限公司 913708295871583334") == ("E1", Decision.AUTO)


def test_address_decides_between_namesakes() -> None:
    namesakes = Gallery(
        [
            Entry("A", "海龙机械有限公司", address="济南市章丘区刁镇"),
            Entry("B", "海龙机械厂", address="烟台市芝罘区"),
        ]
    )

    assert namesakes.search("章丘市海龙机械")[0].entity_id == "A"
    assert namesakes.search("芝罘海龙机械")[0].entity_id == "B"


@pytest.mark.parametrize(
    "query", ["", " ", "（）", "(((", "有限公司", "x" * 10_000, "\x00", "🏭🏭", "公司" * 500]
)
def test_hostile_queries_link_nothing(gallery: Gallery, query: str) -> None:
    assert all(match.decision is not Decision.AUTO for match in gallery.search(query))


def test_empty_gallery_answers_nothing() -> None:
    assert Gallery([]).search("山东凯越电力器材有限公司") == []
    assert Gallery([Entry("E", "  ")]).search("山东凯越电力器材有限公司") == []


@given(st.text(max_size=12))
def test_scores_are_shares_of_one(query: str) -> None:
    found = SMALL.search(query)

    assert sum(match.score for match in found) <= 1.0 + 1e-9
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
    assert sum(match.decision is Decision.AUTO for match in found) <= 1


SMALL = Gallery(FIRMS)


def test_many_queries_answer_as_one_by_one(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery_module, "_BIG_BATCH", 10)
    queries = [entry.name[: random.Random(n).randint(3, 12)] for n, entry in enumerate(FIRMS * 3)]

    together: list[list[Match]] = list(gallery.search_many(queries, processes=2))

    assert together == [gallery.search(query) for query in queries]


texts = st.lists(st.text(alphabet="甲乙丙丁戊", max_size=6), max_size=8)


@given(texts, st.text(alphabet="甲乙丙丁戊己", min_size=1, max_size=4))
def test_index_agrees_with_looking_through(stored: list[str], asked: str) -> None:
    index = GramIndex(stored)

    assert index.holding_all(asked).tolist() == [
        n for n, text in enumerate(stored) if set(asked) <= set(text)
    ]
    ranked = index.rank(asked, 100).tolist()
    sharing = {n for n, text in enumerate(stored) if set(asked) & set(text)}
    assert set(ranked) >= sharing
    assert len(ranked) == len(set(ranked))


@given(texts, st.text(alphabet="甲乙丙", max_size=3))
def test_exact_index_finds_every_equal_text(stored: list[str], asked: str) -> None:
    assert sorted(ExactIndex(stored).find(asked)) == [n for n, text in enumerate(stored) if text == asked]
