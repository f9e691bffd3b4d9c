"""The words firm names are made of. Brands are invented; trades follow what the place is known for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cluster:
    """A trade: its GB/T 4754 section and division, words firms and small businesses of it carry in their names."""

    key: str
    section: str
    division: str
    words: tuple[str, ...]
    small: tuple[str, ...]
    firm_weight: float
    small_weight: float


def _cluster(key: str, place: str, words: str, small: str, firm: float, shop: float) -> Cluster:
    return Cluster(key, place[0], place[1:], tuple(words.split()), tuple(small.split()), firm, shop)


CLUSTERS: tuple[Cluster, ...] = (
    _cluster(
        "stationery",
        "C24",
        "文具 文具制品 文体用品 办公用品 文教用品 制笔",
        "文具厂 文具加工厂 文具配件厂",
        8,
        2,
    ),
    _cluster(
        "mould", "C35", "模具 模具制造 模塑 精密模具 模具科技 模业", "模具厂 模具加工厂 模具配件加工厂", 9, 3
    ),
    _cluster(
        "auto_parts",
        "C36",
        "汽车零部件 汽车配件 汽配 车业 汽车饰件 汽车电器 汽车科技",
        "汽配厂 汽车配件加工厂",
        8,
        2,
    ),
    _cluster(
        "outdoor",
        "C24",
        "户外用品 旅游用品 休闲用品 露营装备 户外休闲用品 运动器材",
        "户外用品厂 帐篷加工厂",
        5,
        1,
    ),
    _cluster(
        "lamps", "C38", "灯具 照明 照明电器 光电 灯饰 照明科技 电筒", "灯具厂 灯具配件厂 电筒配件厂", 6, 2
    ),
    _cluster(
        "hardware",
        "C33",
        "五金 五金制品 金属制品 五金工具 紧固件 五金机械",
        "五金厂 五金加工厂 五金配件厂",
        7,
        5,
    ),
    _cluster(
        "plastics", "C29", "塑料制品 塑业 橡塑 塑胶 塑料科技 橡胶制品", "塑料厂 塑料制品厂 注塑加工厂", 6, 3
    ),
    _cluster("appliances", "C38", "电器 家用电器 电子 小家电 电气 智能电器", "电器配件厂 电子加工厂", 6, 1.5),
    _cluster(
        "machinery",
        "C34",
        "机械 机械制造 自动化设备 智能装备 轴承 气动元件 液压",
        "机械配件厂 机械加工厂",
        6,
        2,
    ),
    _cluster("textile", "C18", "服饰 服装 针织 纺织 制衣", "服装加工厂 针织厂 制衣厂", 4, 2),
    _cluster("food", "C13", "食品 水产品 冷冻食品 农产品加工", "食品厂 豆制品加工厂 水产加工厂", 2, 1.5),
    _cluster("paper", "C22", "包装 纸制品 彩印 印务", "纸箱厂 彩印厂 包装厂", 3, 1),
    _cluster(
        "farming", "A01", "农业开发 农业科技 果蔬 水产养殖 生态农业", "养殖场 家庭农场 果蔬种植场", 2, 4
    ),
    _cluster(
        "building", "E48", "建筑工程 建设 市政园林 装饰工程 建筑劳务 建设工程", "装潢部 建筑队 门窗店", 5, 3
    ),
    _cluster(
        "wholesale",
        "F51",
        "贸易 进出口 商贸 物资 国际贸易 供应链管理",
        "经营部 建材经营部 五金经营部 食品经营部 百货商行",
        14,
        14,
    ),
    _cluster(
        "retail",
        "F52",
        "电子商务 超市 医药连锁 汽车销售 家居",
        "超市 便利店 服装店 水果店 烟酒店 手机店 建材店 药店 小店 鞋店 母婴店 花店",
        5,
        24,
    ),
    _cluster(
        "transport", "G54", "物流 运输 货运代理 快递 仓储 国际货运", "货运部 搬运服务部 物流服务部", 3, 3
    ),
    _cluster(
        "catering",
        "H62",
        "餐饮管理 酒店 餐饮 大酒店 酒店管理",
        "小吃店 餐馆 面馆 快餐店 饭店 奶茶店 早餐店 火锅店 烧烤店 农家乐 民宿",
        2,
        15,
    ),
    _cluster("software", "I65", "信息技术 网络科技 软件 数字科技 信息科技", "网络工作室 电脑经营部", 3, 1),
    _cluster("property", "K70", "房地产开发 置业 物业服务 物业管理 房产经纪", "房产中介服务部", 2, 1),
    _cluster(
        "business",
        "L72",
        "企业管理咨询 人力资源 广告传媒 文化传媒 会展服务 企业管理",
        "广告部 图文店 租赁站",
        4,
        2,
    ),
    _cluster("research", "M74", "检测技术 工程设计 环保科技 新材料科技 工程咨询", "设计工作室", 2, 0.5),
    _cluster(
        "household",
        "O80",
        "家政服务 汽车维修 洗涤服务 美容",
        "理发店 美容院 汽修店 洗车店 家政服务部 足浴店 干洗店 维修部",
        1.5,
        10,
    ),
    _cluster("schooling", "P83", "教育科技 教育咨询 教育培训", "书画培训部", 1, 0.3),
    _cluster("health", "Q84", "医疗器械 门诊部 健康管理 医院管理", "口腔诊所 中医诊所", 0.8, 0.7),
    _cluster("leisure", "R90", "文化传播 体育发展 文化创意 影视文化", "棋牌室 台球室 网吧", 1, 2),
)

# Where a trade is more than usually at home: town → (cluster, factor).
HOME: dict[str, dict[str, float]] = {
    "330226111": {"lamps": 6, "outdoor": 6, "hardware": 3, "appliances": 2, "plastics": 2},
    "330226003": {"stationery": 5, "auto_parts": 3, "mould": 2},
    "330226001": {"mould": 4, "stationery": 2, "business": 3, "catering": 1.5, "software": 3},
    "330226002": {"mould": 4, "stationery": 4, "auto_parts": 2, "retail": 1.5},
    "330226004": {"auto_parts": 4, "machinery": 2},
    "330226101": {"food": 4, "farming": 4, "hardware": 1.5},
    "330226102": {"auto_parts": 3, "machinery": 2, "farming": 2},
    "330226108": {"stationery": 3, "plastics": 2, "outdoor": 2},
    "330226112": {"outdoor": 3, "catering": 2, "farming": 2},
    "330226106": {"catering": 3, "leisure": 2}, "330226110": {"food": 2, "transport": 3},
    "330282": {"appliances": 4, "machinery": 3}, "330281": {"mould": 4, "lamps": 2, "plastics": 2},
    "330213": {"machinery": 2, "textile": 3}, "330225": {"textile": 4, "food": 2},
    "330206": {"plastics": 2, "transport": 4},
    "330212": {"textile": 2, "software": 2, "business": 2}, "330203": {"business": 3, "software": 2, "wholesale": 2},
    "330211": {"hardware": 3, "transport": 2},
}  # fmt: skip

# Characters brands are made of, most common first.
BRAND_FIRST = (
    "金华新德宏鑫永兴东天盛海恒立瑞博凯嘉创佳诚泰万众中亿宁力双富三远大星康振鼎裕福汇安光明旭荣信联百顺长利飞雅欧建"
    "益正锦奥普卓思晨宝腾龙威美甬大越凌启耀科爱尚润浩杰优晟国维方精铭世帝益超路一易高景琪航圣迈朗翔艾亚派特莱拓盈皓"
)
BRAND_SECOND = (
    "达盛鑫丰泰华兴源利成德隆顺通发信美佳宇诚辉力安瑞邦林昌腾峰润康特科尔洋海杰光升宏豪博创伟龙亚星日月威欧远祥联业"
    "迪凯格乐派莱雅福恒荣航越凌霖易奇森翔图朗诺来久尚方嘉旺捷飞阳克斯曼普马克维艺诗帆晟铭翼益胜隆正和"
)
BRAND_THIRD = "达尔特斯克莱德美丰盛格曼雅林诺迪来宝瑞普朗奇"
# Characters mistaken for one another when a firm's name is typed.
_BRAND_ALIKE = (
    "凯楷铠恺 岳越悦月 鑫新欣兴馨 华桦骅 宏弘洪鸿虹 盛胜升晟 瑞锐睿 佳嘉加家 丰峰锋枫 诚成城程 恒亨衡 "
    "泰太 亿益易逸依艺 博勃铂 耀曜 力利立丽 远元源原圆缘 明铭名鸣 宇羽雨禹 龙隆 腾藤 金锦今 晨辰 "
    "汇惠慧卉 辉晖徽 永勇 联莲 捷杰洁 得德 禾和合 正政振 祥翔 旺望 东冬 昌畅 百佰柏 科可 优友佑 奥澳 "
    "迪帝蒂 星兴 尚上 雅亚 健建剑 伟玮威维 阳洋扬 宝保 林霖琳 豪浩皓 双霜 福富 达大 顿盾 特铁 格阁 普浦 "
    "朗郎 启起 创闯 众中 思斯"
)
BRAND_ALIKE = tuple(_BRAND_ALIKE.split())
_ROADS = (
    "人民路 中山路 兴宁路 桃源路 气象路 金水路 竹口路 科园路 兴工路 创业路 工业路 振兴路 滨海路 新兴路 "
    "环城东路 环城西路 学府路 银河路 北大街 中大街 兴海路 模具路 科技大道 园区一路 园区二路 园区三路 "
    "望海路 兴业路 富民路 迎宾路 天寿路 西电路 徐霞客大道 象山港路 甬临路 文昌路 和平路 解放路 建设路 "
    "东海路 滨江路 纬一路 纬二路 经三路 经五路"
)
ROADS = tuple(_ROADS.split())
ZONES: tuple[tuple[str, str, str], ...] = (
    ("330226Z01", "宁海经济开发区", "330226"), ("330226Z02", "宁波南部滨海新区", "330226"),
    ("330226Z03", "宁海生物产业园", "330226"), ("330282Z01", "宁波前湾新区", "330282"),
    ("330206Z01", "宁波经济技术开发区", "330206"), ("330212Z01", "宁波国家高新区", "330212"),
    ("330281Z01", "余姚经济开发区", "330281"), ("330211Z01", "宁波石化经济技术开发区", "330211"),
)  # fmt: skip
