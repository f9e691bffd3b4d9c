"""What the people of the demo say: invented, as such things are said."""

from typing import NamedTuple


class Ask(NamedTuple):
    """A request. days: ago; answer: "" while it waits; hard: difficulty when it is a work order; said: at the call-back."""

    days: int
    wanted: str
    about: str
    words: str
    people: int = 1
    answer: str = ""
    hard: str = ""
    said: str = ""


CARE = (
    Ask(33, "request", "family", "厂里双职工多，寒假孩子没人带，希望工会办个托管班。", 26),
    Ask(31, "request", "family", "能不能办寒假托管班？孩子没人带，放家里不放心", 4),
    Ask(27, "request", "family", "寒假孩子没人带，想问街道有没有托管班", 9),
    Ask(12, "request", "family", "我和老公都上两班，寒假托管班今年还办不办", 2),
)
BUS = (
    Ask(58, "suggest", "activities", "工业园区下晚班没有公交，希望开一班夜班车", 40),
    Ask(55, "request", "activities", "晚上九点半下班，园区夜班车一班都没有，打车要四十块", 12),
    Ask(52, "suggest", "activities", "园区加一班夜班车，和下班时间对上", 18),
)
SINGLE = (
    Ask(
        40,
        "ask",
        "insurance",
        "换了单位，医保断了两个月，生育津贴还能领吗",
        1,
        "断缴在三个月内补缴的，视为连续缴费，可以领。请带缴费记录到社保窗口补缴，工会法律顾问可以陪同。",
        "easy",
        "content",
    ),
    Ask(
        29,
        "request",
        "wages",
        "计件单价从上月起降了一毛，没有开会也没有公示",
        31,
        "已与单位协商：单价调整须经职代会，本月起恢复原单价，差额随本月工资补发。",
        "hard",
        "partly",
    ),
    Ask(
        24,
        "request",
        "safety",
        "喷漆车间口罩一周发一个，不够用",
        15,
        "已改为每天发放，每月由劳动保护监督员抽查。",
        "middle",
        "again",
    ),
    Ask(
        21,
        "suggest",
        "activities",
        "篮球场晚上没灯，下了班打不了球",
        22,
        "已装照明，每晚开到九点。",
        "easy",
        "content",
    ),
    Ask(
        15,
        "request",
        "hours",
        "中班连上十一天没有休息，想请工会和厂里说说",
        9,
        "单位已调整排班，下月起每周至少休一天。",
        "middle",
        "",
    ),
    Ask(6, "ask", "contract", "合同还有一个月到期，单位没说续不续，该怎么办"),
    Ask(3, "request", "hardship", "父亲住院，想问有没有困难补助可以申请"),
    Ask(1, "suggest", "advice", "食堂能不能出一份少油少盐的套餐", 6),
)


class Want(NamedTuple):
    """A wish. upto: told, open, claimed, fulfilled, thanked."""

    days: int
    kind: str
    group: str
    words: str
    title: str
    shown: str
    value: int
    upto: str


WISHES = (
    Want(
        35,
        "child",
        "courier",
        "女儿上三年级，想要一套绘本，快递员收入不稳定",
        "一套三年级绘本",
        "一位快递员想给女儿买一套绘本。",
        160,
        "thanked",
    ),
    Want(
        28,
        "goods",
        "rider",
        "冬天送餐手冻得裂口，想要一副加热手套",
        "一副加热手套",
        "一位外卖配送员冬天送餐手冻裂，想要一副加热手套。",
        120,
        "fulfilled",
    ),
    Want(
        9,
        "skill",
        "worker",
        "想学叉车，自己买书看不懂，有没有人能讲讲",
        "有人教叉车理论",
        "一位企业职工想考叉车证，希望有人讲讲理论题。",
        0,
        "claimed",
    ),
    Want(
        7,
        "goods",
        "sanitation",
        "保温杯坏了，凌晨扫街想喝口热水",
        "一只保温杯",
        "一位环卫工人凌晨上岗，想要一只保温杯。",
        80,
        "open",
    ),
    Want(
        5,
        "company",
        "driver",
        "跑长途一个月回家一次，孩子作业没人看",
        "周末陪孩子写作业",
        "一位货车司机常年跑长途，希望周末有人辅导孩子作业。",
        0,
        "open",
    ),
    Want(
        4,
        "child",
        "worker",
        "儿子喜欢足球，没有球鞋",
        "一双儿童足球鞋",
        "一位企业职工的孩子喜欢足球，想要一双 35 码球鞋。",
        200,
        "open",
    ),
    Want(1, "health", "courier", "腰不好，想要一个护腰", "", "", 0, "told"),
)

CALLS = (
    (
        26,
        "request",
        "hard",
        "wages",
        "建筑工地包工头拖欠十二个人两个月工资",
        12,
        "已协调总包先行支付，十二人工资全部到账。",
        "content",
    ),
    (
        18,
        "ask",
        "easy",
        "union",
        "跑货运没有单位，怎么加入工会",
        1,
        "可扫货车司机联合工会入会码直接加入，已短信发送。",
        "content",
    ),
    (
        11,
        "request",
        "middle",
        "safety",
        "宿舍热水器漏电，麻了两次",
        6,
        "单位已停用并更换，劳动保护监督员现场看过。",
        "partly",
    ),
    (8, "request", "middle", "hours", "超市要求提前半小时到岗不算工时", 20, "", ""),
    (2, "suggest", "easy", "activities", "希望驿站开到晚上十一点", 5, "", ""),
)
QUESTIONS = (
    "单位要我们自己买工作服，合理吗", "跑腿平台扣了保证金不退怎么办", "哺乳假能不能攒到一起休", "厂里食堂刷脸吃饭可以拒绝吗",
    "我爸六十三了还能参加互助保障吗", "电动车进不了小区送货谁管", "夜班补贴最低多少", "疗休养能带家属吗", "工资条一定要给纸的吗",
    "驿站能给电瓶充电吗",
)  # fmt: skip
WARNINGS = (
    (
        16,
        "fraud",
        "谨防“先租车后派单”押金骗局",
        "近期有人以包派单为名收取租车押金后失联。签合同前看清押金退还条款，向工会法律顾问免费咨询。",
        "members",
    ),
    (
        3,
        "hours",
        "极端天气户外作业提醒",
        "气温骤变，户外作业请错峰，单位应提供防护用品和饮水，身体不适立即停工。",
        "members",
    ),
)
