"""The words Chinese organisation names are made of, as frozen constants; no logic beyond reading them.

A registered name is  region + brand + trade + legal form,  e.g. 济宁市 + 凯越 + 电力器材 + 有限公司,
then perhaps a branch (汶上分公司) and, for a union, a union suffix (工会委员会). Lists that are stripped
as suffixes are sorted longest first, so the first hit is the right one. Everything is in folded form,
that is, as fold_table() leaves it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

WORDS_DIR: Final = Path(__file__).parent / "words"


class FormKind(StrEnum):
    """What a legal form says about the body behind the name."""

    LIMITED = "limited"
    SHARES = "shares"
    GROUP = "group"
    PARTNERSHIP = "partnership"
    COOPERATIVE = "cooperative"
    COMPANY = "company"
    TRADER = "trader"
    PUBLIC = "public"


class LegalForm(NamedTuple):
    """One ending of a name and its kind."""

    text: str
    kind: FormKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _longest_first(words: frozenset[str] | set[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _forms(kinds: dict[FormKind, str]) -> tuple[LegalForm, ...]:
    forms = [LegalForm(text, kind) for kind, texts in kinds.items() for text in texts.split()]
    return tuple(sorted(forms, key=lambda form: (-len(form.text), form.text)))


# Forms in the sense of the law. Brackets are written half-width, as folding leaves them.
LEGAL_FORMS: Final = _forms(
    {
        FormKind.LIMITED: """
        集团有限责任公司 有限责任公司 集团有限公司 有限责任总公司 有限公司 责任有限公司 有限责任
        有限总公司 有限公司(普通合伙) (集团)有限公司 (集团)有限责任公司 控股有限公司 控股集团有限公司
        控股有限责任公司
        """,
        FormKind.SHARES: """
        集团股份有限公司 股份有限公司 (集团)股份有限公司 控股股份有限公司 控股集团股份有限公司
        股份有限责任公司 股份公司 集团股份公司 股份合作公司 股份合作社 集团股份 股份
        """,
        FormKind.GROUP: "集团总公司 集团公司 控股集团 集团 (集团)公司 (集团)总公司 (集团) 控股公司 控股",
        FormKind.PARTNERSHIP: """
        合伙企业(有限合伙) 合伙企业(普通合伙) 合伙企业(特殊普通合伙) (有限合伙) (普通合伙)
        (特殊普通合伙) 有限合伙企业 普通合伙企业 合伙企业 有限合伙 普通合伙 特殊普通合伙
        """,
        FormKind.COOPERATIVE: """
        农民专业合作社联合社 专业合作社联合社 农民专业合作社 专业合作联社 经济合作社 股份经济合作社
        专业合作社 供销合作社 信用合作社 合作联社 联合社 合作社
        """,
        FormKind.COMPANY: """
        总公司 公司 有限 (个人独资) (个人独资企业) 个人独资企业 (个体工商户) 个体工商户 (个体)
        """,
    }
)

# Nouns that end the names of traders, factories and small firms. They tell little and are often exchanged
# for a legal form when the owner registers anew (附件厂 becomes 附件有限公司).
UNIT_NOUNS: Final = _longest_first(
    _words("""
    厂 总厂 分厂 工厂 加工厂 店 总店 商店 商行 行 商社 商场 商城 商号 超市 便利店 经营部 经销部
    经销处 销售部 营业部 门市部 服务部 批发部 维修部 贸易部 供应站 服务站 加油站 工作室 事务所
    律师事务所 会计师事务所 中心 服务中心 配送中心 馆 场 养殖场 农场 林场 牧场 园 坊 社 旅行社 庄
    部 站 处 所 院 研究院 设计院 研究所 设计所 家庭农场 饭店 餐馆 餐厅 酒店 宾馆 旅馆 酒楼 药店
    药房 大药房 诊所 门诊部 医院 卫生院 学校 幼儿园 培训学校 矿 煤矿 村民委员会 居民委员会 居委会
    村委会
    """)
)

# Bodies that are no firms: the noun belongs to the name and must agree.
PUBLIC_NOUNS: Final = _longest_first(
    _words("""
    人民政府 街道办事处 管理委员会 管委会 委员会 办公室 管理局 监督管理局 局 大学 学院 中学 小学
    幼儿园 中心小学 人民医院 中医院 妇幼保健院 卫生服务中心 协会 商会 学会 基金会 联合会 总工会
    村民委员会 居民委员会 人民法院 人民检察院 公安局 税务局 支队 大队 派出所
    """)
)

UNION_SUFFIXES: Final = _longest_first(
    _words("""
    工会委员会 工会联合会 工会联合委员会 工会联合会委员会 联合工会委员会 联合工会 联合基层工会
    联合基层工会委员会 基层工会委员会 基层工会 基层委员会 机关工会委员会 机关工会 总工会委员会
    总工会 工会工作委员会 工会工委 工会办事处 工会筹备组 工会筹备委员会 工会小组 分工会委员会
    分工会 行业工会联合会 行业工会 区域工会联合会 区域性工会联合会 行业性工会联合会 行业联合工会
    产业工会 职工工会 工会组织 工会
    """)
)
# "中国教育工会常州市委员会": the national industry unions put the word first.
UNION_PREFIXES: Final = _longest_first(
    _words("""
    中国教育工会 中国海员建设工会 中国能源化学地质工会 中国机械冶金建材工会 中国国防邮电工会
    中国财贸轻纺烟草工会 中国农林水利气象工会 中国铁路工会 中国民航工会 中国金融工会 中国工会
    中华全国总工会
    """)
)
UNION_ADJECTIVES: Final = _longest_first(_words("区域性 行业性 区域 行业 联合 基层"))

# A branch follows the name of its head office; the words between tell which branch.
BRANCH_WORDS: Final = _longest_first(
    _words("""
    分公司 支公司 子公司 分店 分厂 分行 支行 分部 分社 分院 分校 分所 分局 分中心 分场 分理处
    营业部 营业厅 营业所 门市部 项目部 项目经理部 办事处 代表处 联络处 经营部 销售部 服务部 专卖店
    专营店 专柜 直营店 加盟店 连锁店 旗舰店 便利店 门店 加油站 加气站 加油加气站 网点 工程处 工程队
    车间 事业部 营销部 营销中心 服务区 收费站
    """)
)
# Words that make a branch wherever they stand at the end; the other BRANCH_WORDS do so only behind a
# legal form.
STRONG_BRANCH_WORDS: Final = _longest_first(
    _words("""
    分公司 支公司 子公司 分店 分厂 分行 支行 分部 分社 分院 分校 分所 分局 分中心 分场 分理处
    项目部 项目经理部
    """)
)

ORDINALS: Final = MappingProxyType(
    {
        text: str(value)
        for value, text in enumerate([*"零一二三四五六七八九十", "十一", "十二", "十三", "十四", "十五"])
    }
)

REGION_ENDINGS: Final = _longest_first(
    _words("""
    壮族自治区 回族自治区 维吾尔自治区 特别行政区 自治区 自治州 自治县 自治旗 地区 林区 特区 新区
    矿区 省 市 区 县 旗 盟 镇 乡 街道 街道办事处
    """)
)
ZONE_ENDINGS: Final = _longest_first(
    _words("""
    经济技术开发区 高新技术产业开发区 高新技术开发区 高新技术产业园区 经济开发区 高新区 经开区
    开发区 工业园区 工业园 产业园区 产业园 保税区 自由贸易试验区 自贸区 示范区 管理区 新区 园区
    """)
)
# Peoples in the names of autonomous places: 恩施土家族苗族自治州 is typed 恩施 or 恩施州.
PEOPLES: Final = _longest_first(
    _words("""
    土家族 苗族 布依族 侗族 藏族 羌族 彝族 哈尼族 傣族 景颇族 傈僳族 回族 白族 壮族 朝鲜族 蒙古族
    蒙古 哈萨克族 哈萨克 柯尔克孜 满族 达斡尔族 鄂温克族 畲族 瑶族 黎族 仫佬族 毛南族 仡佬族 水族
    纳西族 拉祜族 佤族 布朗族 独龙族 怒族 普米族 裕固族 保安族 东乡族 撒拉族 土族 塔吉克 锡伯 各族
    鄂伦春
    """)
)
# Regions gone from the list (or never in it) that names still carry; code of what holds the place now.
OLD_REGIONS: Final = MappingProxyType(
    {
        "莱芜市": "3712",
        "巢湖市": "3401",
        "崇文区": "110101",
        "宣武区": "110102",
        "闸北区": "310106",
        "卢湾区": "310101",
        "南汇区": "310115",
        "塘沽区": "120116",
        "汉沽区": "120116",
        "大港区": "120116",
        "襄樊市": "4206",
        "思茅市": "5308",
        "通什市": "4690",
        "滨湖新区": "3401",
        "浦东新区": "310115",
        "两江新区": "50",
        "雄安新区": "1306",
        "贵安新区": "52",
        "西咸新区": "61",
        "苏州高新区": "320505",
        "沧浪区": "320508",
        "平江区": "320508",
        "金阊区": "320508",
        "白下区": "320104",
        "下关区": "320106",
        "江东区": "330212",
        "北塘区": "320213",
        "崇安区": "320213",
        "南长区": "320213",
        "戚墅堰区": "320412",
        "维扬区": "321002",
        "小河区": "520111",
        "胶南市": "370211",
        "四方区": "370203",
    }
)
COUNTRY_WORDS: Final = ("中国", "中华", "全国")

_OPENING: Final = "（【〔［[{〈《「『＜<｛〖﹙"
_CLOSING: Final = "）】〕］]}〉》」』＞>｝〗﹚"
BRACKETS: Final = MappingProxyType({**dict.fromkeys(_OPENING, "("), **dict.fromkeys(_CLOSING, ")")})
# Signs that carry no meaning in a name; folding drops them.
DROPPED_SIGNS: Final = (
    "·・•‧∙.。,，、;；:：'\"“”‘’`´-—–_－~～!！?？*＊#/\\|+^$%@=°… \u3000\t\r\n\u200b\u200c\u200d\ufeff\u00a0"
)


@cache
def variants() -> tuple[str, str]:
    """Two strings of equal length: traditional or variant characters, and their simplified forms."""
    old, new = (WORDS_DIR / "variants.txt").read_text(encoding="utf-8").split("\n")[:2]
    return old, new


@cache
def fold_table() -> dict[int, str | None]:
    """For str.translate: full width to half width, brackets to (), capitals, simplified; signs dropped."""
    table: dict[int, str | None] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table.update({ord(old): new for old, new in zip(*variants(), strict=True)})
    table.update({ord(old): new for old, new in BRACKETS.items()})
    table.update({ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"})
    table.update({code: chr(code - 0xFEE0).upper() for code in range(0xFF41, 0xFF5B)})
    table.update({ord(sign): None for sign in DROPPED_SIGNS})
    return table


def fold_pairs() -> tuple[str, str, str]:
    """The fold table as SQL translate() wants it: characters, their replacements, characters to drop."""
    kept = {chr(code): new for code, new in fold_table().items() if new is not None and len(new) == 1}
    dropped = "".join(chr(code) for code, new in fold_table().items() if new is None)
    return "".join(kept), "".join(kept.values()), dropped


@cache
def regions() -> tuple[tuple[str, str], ...]:
    """Every province, city and county as (code of 2, 4 or 6 digits, full name), old names included."""
    lines = (WORDS_DIR / "regions.tsv").read_text(encoding="utf-8").splitlines()
    now = [(code, name) for code, name in (line.split("\t") for line in lines)]
    return tuple(now + [(code, name) for name, code in OLD_REGIONS.items()])


@cache
def towns() -> tuple[tuple[str, str], ...]:
    """Towns and streets of the provinces the files hold, as (code of 9 digits, full name)."""
    lines = (WORDS_DIR / "towns.tsv").read_text(encoding="utf-8").splitlines()
    return tuple((code, name) for code, name in (line.split("\t") for line in lines))


@cache
def region_stem(name: str) -> str:
    """The name without its ending: 济宁市 gives 济宁, 恩施土家族苗族自治州 gives 恩施.

    At least two characters stay: 沙县 is itself.
    """
    stem = name
    for ending in REGION_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            stem = name[: -len(ending)]
            break
    shorter = True
    while shorter and stem != name:
        shorter = False
        for people in PEOPLES:
            if stem.endswith(people) and len(stem) >= len(people) + 2:
                stem, shorter = stem[: -len(people)], True
    return stem if len(stem) >= 2 else name


@cache
def region_words() -> MappingProxyType[str, frozenset[str]]:
    """Full names and stems of provinces, cities and counties with the codes each may mean."""
    codes: dict[str, set[str]] = {}
    for code, name in regions():
        for word in {name, region_stem(name)}:
            codes.setdefault(word, set()).add(code)
        if name.endswith("自治州"):
            codes.setdefault(region_stem(name) + "州", set()).add(code)
        if name.endswith("自治县"):
            codes.setdefault(region_stem(name) + "县", set()).add(code)
    return MappingProxyType({word: frozenset(found) for word, found in codes.items()})


@cache
def region_words_longest_first() -> tuple[str, ...]:
    """Every word a name may open with to say where it is, longest first."""
    return _longest_first(set(region_words()))


@cache
def trade_words() -> tuple[str, ...]:
    """Words for what a business does, longest first."""
    return _longest_first(set((WORDS_DIR / "trade_words.txt").read_text(encoding="utf-8").split()))


@cache
def suffix_words() -> tuple[str, ...]:
    """Words that end a business name, longest first; wider and rougher than LEGAL_FORMS and UNIT_NOUNS."""
    return _longest_first(set((WORDS_DIR / "company_suffixes.txt").read_text(encoding="utf-8").split()))
