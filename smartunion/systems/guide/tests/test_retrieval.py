"""Finding answers: exact tables for the parts, behaviour for the whole, hostile input."""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartunion.core.codes.numerals import numeral
from smartunion.systems.guide import knowledge
from smartunion.systems.guide.retrieval import articles, sayings
from smartunion.systems.guide.retrieval.entries import Entry, Kind
from smartunion.systems.guide.retrieval.guide import CURVES, Guide, longest_shared
from smartunion.systems.guide.retrieval.index import Hit, Index, Tuning
from smartunion.systems.guide.retrieval.text import LONGEST, clean, mask, terms, without_fillers
from smartunion.systems.guide.retrieval.topics import Topics


@pytest.fixture(scope="module")
def guide() -> Guide:
    return knowledge.shipped_guide()


def ids(guide: Guide, question: str) -> list[tuple[str, str]]:
    return [(row.entry.kind.value, row.entry.id) for row in guide.answer(question).rows]


@pytest.mark.parametrize(
    ("given_text", "cleaned"),
    [
        ("  工资\u200b 没\x00发！\n", "工资 没 发！"),
        ("ＡＢＣ１２３", "ABC123"),
        ("", ""),
        ("\u202e\ufeff", ""),
        ("好" * 5000, "好" * LONGEST),
    ],
)
def test_text_is_cleaned(given_text: str, cleaned: str) -> None:
    assert clean(given_text) == cleaned


@pytest.mark.parametrize(
    ("given_text", "masked"),
    [
        ("我的身份证330226199001011234查一下", "我的身份证〔号码〕查一下"),
        ("电话 138-1234-5678 找我", "电话 〔号码〕 找我"),
        ("身份证33022619900101123X", "身份证〔号码〕"),
        ("发到 zhang.san@example.com", "发到 〔邮箱〕"),
        ("我叫王小波，工资没发", "我叫〔姓名〕，工资没发"),
        ("干了3年半，第38条，2026年", "干了3年半，第38条，2026年"),
        ("卡号6222 0200 1234 5678 901", "卡号〔号码〕"),
    ],
)
def test_numbers_and_names_of_persons_are_masked(given_text: str, masked: str) -> None:
    assert mask(given_text) == masked


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_masking_twice_masks_once_and_cleaning_leaves_no_control_character(text: str) -> None:
    once = clean(mask(clean(text)))

    assert mask(once) == once
    assert not [char for char in once if unicodedata.category(char)[0] == "C"]


def test_terms_are_pairs_of_characters_words_and_numbers() -> None:
    assert terms("劳动法第50条, n+1 钱") == ["劳动", "动法", "法第", "50", "条", "n", "1", "钱"]


def test_ways_of_asking_are_left_out_unless_nothing_else_is_said() -> None:
    assert without_fillers("请问年假怎么算") == " 年假 算"
    assert without_fillers("怎么办") == "怎么办"


def test_an_index_counts_rare_words_and_fields() -> None:
    index = Index(
        [
            Entry(Kind.SERVICE, "a", "入会", "职工的事"),
            Entry(Kind.SERVICE, "b", "建会", "职工的事"),
            Entry(Kind.SERVICE, "c", "其他", "职工入会"),
        ],
        Tuning(),
    )

    found = index.search({"入会": 1.0, "职工": 1.0})

    assert [index.entries[hit.at].id for hit in found] == ["a", "c", "b"]
    assert found[0].share < 1.0
    assert index.search({"没有": 1.0}) == []
    assert Index([]).search({"入会": 1.0}) == []
    assert index.idf("入会") > index.idf("职工") > 0


def test_sayings_lead_from_what_is_said_to_what_is_meant() -> None:
    said = sayings.parse(["# a comment", "", "炒鱿鱼 开除 = 解除劳动合同"])

    assert sayings.heard("老板把我炒鱿鱼了", said) == [("炒鱿鱼", "解除劳动合同")]
    assert sayings.heard("解除劳动合同和开除", said) == []
    assert sayings.weighted("开除", ["解除劳动合同"]) == {
        "开除": 1.0, "解除": 0.5, "除劳": 0.5, "劳动": 0.5, "动合": 0.5, "合同": 0.5,
    }  # fmt: skip
    with pytest.raises(ValueError, match="no ="):
        sayings.parse(["炒鱿鱼"])


def test_fields_are_told_apart_by_their_words_and_learn_from_examples() -> None:
    words = {"婚姻": "离婚 结婚", "交通": "公交 堵车"}
    topics = Topics(words)
    taught = Topics(words, [("班车什么时候来", "交通"), ("没有这个", "不在")])

    assert topics.guess("我要离婚")[0].id == "婚姻"
    assert sum(guess.probability for guess in topics.guess("我要离婚")) == pytest.approx(1)
    assert [round(guess.probability, 3) for guess in topics.guess("天气")] == [0.5, 0.5]
    assert taught.guess("班车")[0].id == "交通"
    assert topics.why("我要离婚", "婚姻") == ["离婚"]


def test_every_shipped_article_has_its_own_name_and_a_number_the_law_could_write() -> None:
    found = articles.articles()
    numerals = {numeral(number) for number in range(1, 200)}

    assert len(found) == 1919
    assert len({article.id for article in found}) == 1919
    assert {article.number for article in found} <= numerals
    assert {article.place for article in found} == {"", "浙江省", "宁波市"}


@pytest.mark.parametrize(
    "question",
    ["劳动合同法第38条说了什么", "《中华人民共和国劳动合同法》第三十八条", "劳动合同法的第三十八条"],
)
def test_an_article_named_outright_comes_first(guide: Guide, question: str) -> None:
    first = guide.answer(question).rows[0]

    assert (first.entry.id, first.score, first.reasons[0].code) == ("劳动合同法#三十八", 0.99, "named")


@pytest.mark.parametrize(
    ("question", "kind", "wanted"),
    [
        ("我想加入工会", "service", "join"),
        ("老板三个月没发工资了，想举报", "service", "matter"),
        ("产假多少天", "rule", "女职工劳动保护特别规定#七"),
        ("没签合同能要双倍工资吗", "rule", "劳动合同法#八十二"),
        ("小区物业乱收停车费", "person", "城乡建设"),
        ("离婚财产怎么分", "person", "婚姻家庭"),
    ],
)
def test_plain_questions_get_their_answer_first(guide: Guide, question: str, kind: str, wanted: str) -> None:
    found = guide.answer(question)

    assert found.is_sure
    assert (found.rows[0].entry.kind.value, found.rows[0].entry.id) == (kind, wanted)


@pytest.mark.parametrize("question", ["今天天气怎么样", "asdfghjkl", "红烧肉怎么做", "世界杯谁赢了"])
def test_what_the_guide_does_not_know_it_says(guide: Guide, question: str) -> None:
    assert not guide.answer(question).is_sure


def test_reasons_say_what_was_meant_and_what_matched(guide: Guide) -> None:
    rows = guide.answer("老板压了我两个月工资合法吗").rows
    rule = next(row for row in rows if row.entry.id == "劳动合同法#三十")

    assert ("meant", "老板", "用人单位") in [(one.code, one.first, one.second) for one in rule.reasons]
    assert longest_shared("拖欠我工资三个月", "用人单位拖欠工资的") == ["拖欠", "工资"]
    assert longest_shared("老板拖欠三个月工资", "老板两个月工资没发，拖欠的") == ["老板", "拖欠", "工资"]
    assert longest_shared("我的工资", "他的工资是多少") == ["工资"]


@pytest.mark.parametrize(
    "question",
    ["", "   ", "😀😀😀", "\x00\x01", "<script>alert(1)</script>", "工" * 100_000, "'; DROP TABLE x; --", "第条第条第条", "1" * 5000,
     "第999999条", "《》第一条", "我叫" * 5000],
)  # fmt: skip
def test_hostile_questions_are_answered_or_refused_quietly(guide: Guide, question: str) -> None:
    found = guide.answer(mask(clean(question)))

    assert len(found.rows) <= 5
    assert all(0 <= row.score <= 1 for row in found.rows)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_text_gets_at_most_five_different_answers_in_order_of_score(text: str) -> None:
    rows = _SHARED.answer(text).rows

    assert len({(row.entry.kind, row.entry.id) for row in rows}) == len(rows) <= 5
    assert all(a.score >= b.score for a, b in pairwise(rows[:-1]))


_SHARED = Guide(
    [Entry(Kind.SERVICE, "join", "加入工会", "入会"), Entry(Kind.RULE, "劳动法#一", "《劳动法》第一条", "为了保护劳动者"), Entry(Kind.PERSON, "a", "a")],
    Topics({"a": "离婚", "劳动纠纷": "工资"}),
    (),
)  # fmt: skip


def test_the_curves_are_those_of_the_rule_page() -> None:
    page = (Path(__file__).resolve().parents[4] / "docs" / "rules" / "guide.md").read_text(encoding="utf-8")
    table = re.findall(
        r"^\| .+ \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| (service|article) \| ([\d.]+) \|$", page, re.MULTILINE
    )
    kinds = {"service": Kind.SERVICE, "article": Kind.RULE}

    found = [
        f"{CURVES[kinds[kind]].at(Hit(0, float(b), float(s)), float(f)):.3f}" for s, b, f, kind, _p in table
    ]

    assert len(table) == 4
    assert found == [row[4] for row in table]
