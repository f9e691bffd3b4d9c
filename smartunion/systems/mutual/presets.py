"""Ready terms with their sources. What a source does not give stays None: the federation sets it, nobody guesses."""

from decimal import Decimal

from smartunion.systems.mutual.rules.terms import Basis, Benefit, DateRule, Illness, Period, Terms, What

_TIANJIN = "天津市总工会职工互助保险合作社《在职职工重大疾病及住院互助保障计划》（2019 年，gh.tjnu.edu.cn）"
_NATIONAL = "中国职工保险互助会《职工互助保障计划简介》（gonghui.wxc.edu.cn，2021 年）"
_YUECHENG = "绍兴市越城区总工会职工医疗互助保障公告（2024 年）"

_P = DateRule.PATHOLOGY

TIANJIN = Terms(
    key="tianjin_2019",
    title="在职职工重大疾病及住院互助保障计划",
    price_yuan=Decimal(55),
    card_price_yuan=Decimal(45),
    max_shares=3,
    under_ages=(("m", 60), ("f", 55), ("f_senior", 60)),
    no_pay_days=30,
    reduced_until_days=90,
    renewal_days=30,
    months_choices=(12, 24, 36),
    illnesses=(
        Illness("cancer", "恶性肿瘤", _P), Illness("heart_attack", "急性心肌梗塞"), Illness("kidney", "慢性肾衰竭（尿毒症）"),
        Illness("leukaemia", "白血病"), Illness("brain_tumour", "良性脑肿瘤"), Illness("burns", "严重Ⅲ度烧伤、烫伤"),
        Illness("transplant", "重要器官移植"), Illness("bypass", "冠状动脉搭桥术"), Illness("valve", "心脏瓣膜手术"),
        Illness("aorta", "主动脉手术"), Illness("hepatitis", "急性或亚急性重症肝炎"), Illness("stroke", "脑中风后遗症"),
        Illness("myasthenia", "重症肌无力"), Illness("alzheimer", "严重阿尔茨海默病"), Illness("motor_neurone", "严重运动神经元病"),
        Illness("aplastic", "重型再生障碍性贫血"),
    ),
    benefits=(
        Benefit("serious", "重大疾病互助金", Basis.FIXED, What.ILLNESS, needs_illness=True, once=True),
        Benefit("hospital", "住院互助金", Basis.PER_DAY),
    ),
    source=_TIANJIN,
    sources=(
        ("under_ages", "第一条"), ("price_yuan", "第二条第 1 项"), ("max_shares", "第二条第 2 项"), ("same_shares",
            "第二条第 3 项"),
        ("months_choices", "第三条第 1 项"), ("renewal_days", "第三条第 3 项"), ("illnesses", "第四条"), ("no_pay_days",
            "第五条第 1 项"),
        ("reduced_until_days", "第五条第 1 项"),
    ),
)  # fmt: skip

YUECHENG = Terms(
    key="yuecheng_2024",
    title="越城区职工医疗互助保障",
    price_yuan=Decimal(60),
    period=Period.CALENDAR_YEAR,
    enrol_from=(10, 20),
    enrol_until=(12, 20),
    needs_scheme=True,
    benefits=(Benefit("hospital", "住院医疗互助金", Basis.RATIO),),
    source=_YUECHENG,
)

ACCIDENT = Terms(
    key="national_accident",
    title="在职职工意外伤害互助保障计划",
    disability_days=180,
    benefits=(
        Benefit(
            "disability", "伤残互助金", Basis.FIXED, What.DISABILITY, date_rule=DateRule.ACCIDENT, waits=False
        ),
        Benefit(
            "death",
            "身故互助金",
            Basis.FIXED,
            What.DEATH,
            date_rule=DateRule.ACCIDENT,
            waits=False,
            once=True,
        ),
    ),
    source=_NATIONAL,
    sources=(("months_choices", "一、保障期限：一年"), ("disability_days", "二、第 4 项")),
)
CHILDREN = Terms(
    key="national_children",
    title="在职职工子女意外伤害互助保障计划",
    disability_days=180,
    benefits=(
        Benefit(
            "disability",
            "子女伤残互助金",
            Basis.FIXED,
            What.DISABILITY,
            date_rule=DateRule.ACCIDENT,
            waits=False,
        ),
    ),
    source=_NATIONAL,
    sources=(("months_choices", "一、保障期限：一年"), ("disability_days", "二、第 4 项")),
)
WOMEN = Terms(
    key="national_women",
    title="在职女职工特殊疾病互助保障计划",
    months_choices=(24,),
    only_sex="f",
    benefits=(
        Benefit(
            "illness",
            "女职工特殊疾病互助金",
            Basis.FIXED,
            What.ILLNESS,
            needs_illness=True,
            once=True,
            date_rule=_P,
        ),
    ),
    source=_NATIONAL,
    sources=(("months_choices", "一、保障期限：两年"),),
)
SERIOUS = Terms(
    key="national_serious",
    title="在职职工重大疾病互助保障计划",
    months_choices=(36,),
    benefits=(
        Benefit("illness", "重大疾病互助金", Basis.FIXED, What.ILLNESS, needs_illness=True, once=True),
    ),
    source=_NATIONAL,
    sources=(("months_choices", "一、保障期限：三年"),),
)

PRESETS = {one.key: one for one in (TIANJIN, YUECHENG, ACCIDENT, CHILDREN, WOMEN, SERIOUS)}
