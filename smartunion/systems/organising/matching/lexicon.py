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

from smartunion.core.codes.numerals import numeral

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
    人民政府 街道办事处 管理委员会 管委会 委员会 办公室 管理局 监督管理局 局 厅 大学 学院 中学 小学
    科学院 文联 作协 出版社 电视台 电台 报社 通讯社 交易所 剧团 歌舞团 艺术团
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

ORDINALS: Final = MappingProxyType({numeral(value): str(value) for value in range(100)})

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
        "莱芜市": "370116",
        "苍山县": "371324",
        "陵县": "371403",
        "淮阴市": "3208",
        "楚州区": "320803",
        "吴县市": "320506",
        "鄞县": "330212",
        "万县市": "500101",
        "通县": "110112",
        "锦西市": "2114",
        "中甸县": "533401",
        "路南县": "530126",
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
# Stems that open far more brands than addresses: read as a region only behind a larger one.
BRAND_LIKE_REGIONS: Final = _words("""
    东方 朝阳 和平 新华 新城 太平 长安 南山 金山 宝山 大同 福田 龙华 向阳 红旗 友谊 新兴 永兴 万年 兴安
    平安 永安 东安 万安 同心 东风 前进 青山 金水 银海 海城 中原 长江 黄河 华容 永福 永泰 永和 安宁 昌平
    明山 东港 东海 南海 北海 海港 天山 昆仑 江海 金湾 建华 富裕 兴隆 兴国 宁海 金川 金平 大兴 古城 城中
    城东 城西 城北 城关 路北 路南 桥东 桥西 东兴 东升 龙湖 龙泉 凤凰 明光 光明 白云 青云 双塔 仙桃 天河
    天宁 天元 天心 雨花 曙光 星子 石林 普安 延长 大名 大安 通化 长乐 长丰 长兴 长治 长岭 长白 万全 万荣
    万盛 宣化 崇文 文峰 中牟 安居 乐业 宝丰 嘉禾 融安 卓尼 富民 富源 嘉善 惠民 永昌 永胜 永新 永春 永嘉
    永康 永登 永寿 永德 永定 永城 永丰 永吉 安吉 安达 安福 安泰 吉安 吉水 泰安 泰和 泰兴 泰来 泰顺
    """)
# Trade words the list in words/ lacks.
MORE_TRADES: Final = _words("""
    大酒店 大药房 新材料 新材 新能源科技 新型建材 养殖 种植 养蜂 养殖业 种养殖 养老 养老服务 砂石 沥青 粉丝 粉条 面粉
    面业 挂面 调味品 调料 酱菜 酱油 食用菌 蔬菜 果蔬 花椒 辣椒 茶 茶具 茶文化 酿酒 酒 白酒 酒水 酒店管理
    餐饮管理 餐饮服务 火锅 烧烤 烘焙 糕点 豆腐 肉食 肉类 肉鸭 水产养殖 畜禽 禽业 孵化 屠宰 生猪 饲料科技
    兽药 农药 化肥 有机肥 肥料 磷肥 复合肥 水煤浆 彩钢 彩板 彩瓦 钢管 钢板 钢丝 钢丝绳 钢球 钢圈 铸钢 特钢
    带钢 轧钢 炼钢 铁矿 矿产 矿产品 矿山 矿山机械 矿山设备 矿山装备 煤矿 煤焦 焦化 焦炭 洗煤 选矿 冶炼 重工
    重型装备 轴承配件 轴承制造 塑编 编织 编织袋 塑料薄膜 塑胶科技 塑胶电子 密封 密封材料 保温 防腐 防水
    防腐保温 涂层 油漆 胶业 胶粘剂 粘合剂 玻纤 玻璃纤维制品 中空玻璃 石英 石膏 石灰 砖 砖厂 砖瓦 新型墙材
    墙材 混凝土搅拌 预制构件 水泥制品 管桩 管件制造 阀门制造 家具制造 木材 木制品 板材 木材加工 地毯 装璜
    装潢设计 幕墙工程 门业 铝材 铝塑 铝合金门窗 塑钢 塑钢门窗 遮阳 针纺 纺织科技 棉纺 棉业 毛纺 毛纺织
    毛纺织品 毛巾 家纺 纱线 织业 服饰贸易 制衣 内衣 袜业 鞋帽 皮具制品 羽绒 羽绒制品 箱包制品 手套 劳保用品
    印务 彩印包装 纸箱 纸板 造纸 包装制品 包装印刷 标签 喷绘 图文广告 快印 传媒广告 文化传播 文化艺术
    文化创意 文旅 文化旅游 旅游开发 旅游服务 农旅 民宿 客栈 电影 影城 电竞 网咖 网吧 直播 数字科技 数据科技
    大数据 云计算 物联网 互联网 互联网科技 人工智能 区块链 智能制造 智能装备 智慧 通信技术 通信科技
    通讯科技 电子科技 电子技术 半导体 集成电路 芯片 光电科技 光学 激光科技 仪表 仪器 自动化设备 自动化科技
    机器人科技 电气科技 电缆科技 电器制造 电热 电力科技 电力安装 送变电 水电 水电开发 水利 水务 供热 热电
    燃气 天燃气 加油 加气 油田 石油技术 油品 石油制品 石化设备 化工科技 精细化学 医化 药品 制药科技 大药房
    医疗科技 医疗用品 医疗服务 医疗美容 美容美发 美容服务 理发 养生 保健服务 康养 体检 健康体检 健康管理
    健康咨询 健康科技 口腔 眼科 生物工程科技 基因 高分子 高新技术 环保科技 环保设备 环境科技 环境服务 污水
    固废 废旧物资 废旧物资回收 物资回收 再生物资 再生物资回收 综合利用 资源再生 园区 产业发展 城市建设
    城市投资 投资管理 投资咨询 投资发展 资产管理 股权投资 创业投资 基金管理 私募基金 融资租赁 小额贷款
    小额贷 融资担保 担保 商业保理 保理 期货 信托 保险经纪 房地产开发 房地产经纪 房产中介 置地 地产开发
    不动产 物业 家政服务 保洁服务 保安服务 劳务 建筑劳务 建筑劳务分包 劳务分包 劳务派遣 劳务服务
    人力资源服务 人才 企业管理 企业管理咨询 企业服务 企业营销策划 营销 商务服务 商务咨询 商务信息咨询
    信息咨询 信息服务 管理咨询 咨询管理 工程咨询 工程管理 工程技术 工程造价 工程勘察 勘察 勘察设计 测绘
    地质 岩土 爆破 钻探 凿岩 土石方 路桥 道路 道路工程 道路运输 市政园林 景观园林 苗木 绿化工程 室内装饰
    装饰工程 装饰设计 装饰材料 建筑装饰 建材销售 建材贸易 五金建材 五金交电 机电设备 机电安装 机械租赁
    设备租赁 设备安装 起重设备 挖掘机 工程机械 汽配 汽修 汽车销售 汽车服务 汽车维修 汽车租赁 二手车 车业
    电动车 机动车 机动车检测 机动车驾驶 驾驶员 驾驶员培训 驾校 代驾 停车 停车场 洗车 物流 物流服务 货运代理
    供应链管理 供应链科技 国际货运 快运 装卸 仓储服务 冷链 冷链物流 进出口贸易 国际贸易 商业 商业管理
    商业运营 百货 日用品 日化用品 化妆品 母婴 玩具 文具 办公设备 办公用品 体育 体育文化 体育发展 健身服务
    教育 教育咨询 教育科技 教育培训 教育信息 幼儿园 培训学校 托管 艺术培训 研学 科技发展 技术服务 技术开发
    技术推广 科技推广 农业科技 农业开发 农业发展 农业技术 生态农业 农林 林业 林产品 中药材种植 农产品销售
    粮食收购 粮油贸易 种业科技 茶业 民族 工艺 银饰 珠宝 古玩 首饰 眼镜 钟表 安全 安全技术 消防技术 消防安全
    安防科技 监控 弱电 网络技术 软件科技 信息系统集成 系统集成 经销 批零 零售 收购 加工 制作 制修 维修 修配
    电气 电器 电机 机械 设备 装备 器材 材料 制品 配件 部件 零部件 附件 工具 刀具 磨具 磨料 磨料磨具 模塑
    注塑 吹塑 塑料泡沫 泡沫 海绵 无纺 非织造布 非织布 帆布 篷布 绳网 索具 钎具 钻具 锻造 锻压 锻件 铸业
    铸造材料 铸造机械 热处理 表面处理 喷涂 电泳 镀锌 机床 农机 农业机械 粮机 泵阀 风机 空调设备 通风
    通风设备 制冷设备 暖通 暖通设备 暖通工程 散热器 锅炉 换热 节能科技 节能建材 太阳能科技 光伏 光伏科技
    风能 新能源汽车 储能
    """)
# One-character names of provinces, by code: 渝农商行 is in 重庆.
_SIGNS: Final = """
11京 12津 13冀 14晋 15蒙 21辽 22吉 23黑 31沪申 32苏 33浙 34皖 35闽 36赣 37鲁 41豫 42鄂 43湘 44粤 45桂 46琼
50渝 51川蜀 52黔贵 53滇云 54藏 61陕秦 62甘陇 63青 64宁 65新 71台 81港 82澳
"""
PROVINCE_SIGNS: Final = MappingProxyType({item[:2]: item[2:] for item in _SIGNS.split()})
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
def trade_words() -> tuple[str, ...]:
    """Words for what a business does, longest first."""
    return _longest_first(set((WORDS_DIR / "trade_words.txt").read_text(encoding="utf-8").split()))
