"""Names are taken apart the same way however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.systems.organising.matching import lexicon
from smartunion.systems.organising.matching.lexicon import FormKind
from smartunion.systems.organising.matching.names import fold, parse

REGIONS = ["", "山东", "济宁市", "山东省济宁市", "恩施土家族苗族自治州", "吴江区", "余庆县子营街道"]
BRANDS = ["凯越", "舜鹏", "麦克马尼", "一枝笔", "三和", "鑫焱"]
TRADES = ["", "电力器材", "木业", "生物科技", "机床附件"]
FORMS = ["", "有限公司", "股份有限公司", "(集团)有限公司", "厂", "合伙企业(有限合伙)", "有限公司汶上分公司"]
names = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(REGIONS), st.sampled_from(BRANDS), st.sampled_from(TRADES), st.sampled_from(FORMS)
    ),
)


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    parts = parse(text)

    assert parts.core == parts.brand + parts.trade
    assert parse(fold(text)).core_key == parts.core_key


@given(names)
def test_width_brackets_blanks_and_old_characters_do_not_matter(name: str) -> None:
    plain = parse(name)

    for written in (
        full_width(name),
        " ".join(name),
        name.replace("业", "業").replace("电", "電"),
        f"“{name}”。",
    ):
        other = parse(written)
        assert (other.full_key, other.core_key, other.places) == (
            plain.full_key,
            plain.core_key,
            plain.places,
        )


@given(names, st.sampled_from(["工会", "工会委员会", "基层工会委员会", "联合工会"]))
def test_union_reads_as_its_employer(name: str, suffix: str) -> None:
    union = parse(name + suffix)

    assert union.union_suffix == suffix
    assert (union.full_key, union.core_key) == (parse(name).full_key, parse(name).core_key)


@pytest.mark.parametrize(
    "name", ["常州市总工会", "常州市武进区湖塘镇联合工会", "盐城市大丰区工业园区工会联合会"]
)
def test_union_of_a_place_keeps_its_name(name: str) -> None:
    assert parse(name).union_suffix == ""
    assert parse(name).full_key == name


@pytest.mark.parametrize(
    ("name", "region", "brand", "trade", "form", "branch"),
    [
        ("济宁市凯越电力器材有限公司汶上县分公司", "济宁市", "凯越", "电力器材", "有限公司", "汶上"),
        ("济宁红焱煤业有限汶上分公司", "济宁", "红焱", "煤业", "有限", "汶上"),
        ("中国农业银行股份有限公司湄潭县支行", "中国", "农业银行", "", "股份有限公司", "湄潭"),
        ("黔西南州本土商贸有限责任公司二分公司", "黔西南州", "本土", "商贸", "有限责任公司", "2"),
        ("贵州谊品弘科技有限公司贵阳第二十三分公司", "贵州", "谊品弘", "科技", "有限公司", "贵阳23"),
        ("兖矿集团有限公司东滩煤矿", "", "兖矿", "", "集团有限公司", "东滩煤矿"),
        ("无棣恒福盐化有限公司（二厂）", "无棣", "恒福盐化", "", "有限公司", "2"),
        ("德州康飞空调设备有限公可", "德州", "康飞", "空调设备", "有限公可", ""),
        ("茌平县万通木业有限公司", "茌平县", "万通", "木业", "有限公司", ""),
        ("东方锅炉股份有限公司", "", "东方", "锅炉", "股份有限公司", ""),
        ("松原股份", "", "松原", "", "股份", ""),
        ("迪莱不锈钢制品有限公司", "", "迪莱", "不锈钢制品", "有限公司", ""),
        ("上海银行", "上海", "银行", "", "", ""),
    ],
)
def test_parts_of_a_name(name: str, region: str, brand: str, trade: str, form: str, branch: str) -> None:
    parts = parse(name)

    assert (parts.region, parts.brand, parts.trade, parts.legal_form, parts.branch) == (
        region,
        brand,
        trade,
        form,
        branch,
    )


def test_words_in_brackets_go_where_they_belong() -> None:
    assert parse("纽威数控装备（苏州）股份有限公司").places == (frozenset({"3205"}),)
    assert parse("山东凯越(集团)有限公司").kinds == {FormKind.LIMITED, FormKind.GROUP}
    assert parse("博宇机床附件厂（普通合伙）").kinds == {FormKind.TRADER, FormKind.PARTNERSHIP}
    assert parse("华斯达工贸有限公司（冈山工业园）").note == "冈山工业园"
    assert parse("华斯达工贸有限公司（原兴隆工贸有限公司）").former == "兴隆工贸有限公司"
    assert parse("华斯达工贸有限公司（筹）").full_key == "华斯达工贸有限公司"


def test_codes_typed_with_a_name_are_taken_out() -> None:
    parts = parse("山东凯越电力器材有限公司 统一社会信用代码：91370829 5871583333")

    assert parts.codes == ("913708295871583333",)
    assert parts.full_key == "山东凯越电力器材有限公司"


@pytest.mark.parametrize("listed", ["*ST柳化", "ＳＴ柳化", "S*ST柳化", "柳化B", "退市柳化", "柳化退"])
def test_marks_of_the_exchange_are_no_part_of_the_name(listed: str) -> None:
    assert parse(listed).core == "柳化"


def test_region_words_know_old_names_and_short_forms() -> None:
    assert (
        parse("恩施州鸿图纸业").places
        == parse("恩施土家族苗族自治州鸿图纸业").places
        == (frozenset({"4228"}),)
    )
    assert parse("莱芜市正龙建材有限公司").places == (frozenset({"370116"}),)
    assert parse("鼓楼区某某商店").places[0] == {"320106", "320302", "350102", "410204"}


def test_lists_are_longest_first_and_folded() -> None:
    for words in (
        lexicon.UNION_SUFFIXES,
        lexicon.UNIT_NOUNS,
        lexicon.BRANCH_WORDS,
        [f.text for f in lexicon.LEGAL_FORMS],
    ):
        assert [len(word) for word in words] == sorted(map(len, words), reverse=True)
        assert all(fold(word) == word for word in words)


def test_fold_table_leads_nowhere_twice() -> None:
    old, new = lexicon.variants()

    assert len(old) == len(new) == len(set(old))
    assert not set(old) & set(new)


def test_hostile_text_costs_no_time() -> None:
    for text in ("(" * 100_000, "有限公司" * 50_000, "第一" * 50_000, "\x00" * 1000, "工会" * 9999):
        assert len(parse(text).core) <= 300
