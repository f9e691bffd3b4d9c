"""Application for the archive of workers in difficulty (S089): the form, and the four reviews."""

from smartunion.engines.casework.definition import (
    Appeal,
    Branch,
    Deadline,
    Definition,
    Field,
    FieldKind,
    Material,
    Op,
    Option,
    Route,
    Rung,
    Section,
    Step,
    Test,
    text,
)
from smartunion.engines.casework.rules import Act
from smartunion.systems.aid.rules.hardship import MOST_PEOPLE, Exclusion
from smartunion.systems.aid.rules.reviews import Levels

_ZH = {
    Exclusion.PRIVATE_SCHOOL: "子女就读收费超过公办学校两倍的民办学校",
    Exclusion.STUDY_ABROAD: "自费出国（境）留学",
    Exclusion.SECOND_HOME: "有两套以上住房",
    Exclusion.COSTLY_CAR: "有非生活、工作必需的高档车辆",
    Exclusion.OWN_COMPANY: "开办企业且有盈利",
    Levels.FOUR: "四级：基层工会、上级工会、产业或县级工会、帮扶中心",
    Levels.THREE: "三级：基层工会、上级工会、帮扶中心",
    Levels.TWO: "两级：基层工会、上级工会",
}
_YUAN = text("元", "yuan")
_SEALED = text(
    "加密保存，只有正在审核的人和帮扶专员看得到；每次查看都留名，您能看到。",
    "Sealed: seen by whoever reviews and by the assistance officer; you can read who looked.",
)

MEMBERS = Field(
    "members",
    FieldKind.ROWS,
    text("一起生活的家庭成员（含本人）", "Family living together, yourself included"),
    minimum=1,
    maximum=MOST_PEOPLE,
    help=text(
        "一人一行；收入填全年到手的，没有填 0。", "One a line; income of the whole year after tax, 0 if none."
    ),
    why=_SEALED,
    columns=(
        Field("name", FieldKind.TEXT, text("姓名", "Name"), maximum=30),
        Field("relation", FieldKind.TEXT, text("与本人关系", "Relation"), maximum=20),
        Field("income", FieldKind.MONEY, text("全年可支配收入", "Income of the year"), minimum=0),
        Field(
            "health",
            FieldKind.TEXT,
            text("健康、就学就业情况", "Health, school or work"),
            is_required=False,
            maximum=60,
        ),
    ),
)
EXPENSES = Field(
    "expenses",
    FieldKind.ROWS,
    text("全年刚性支出", "Expenses of the year that could not be avoided"),
    is_required=False,
    maximum=20,
    help=text(
        "看病自付、学费、房租等非花不可的钱，扣除报销和其他救助。",
        "Own cost of illness, school fees, rent, after what others paid.",
    ),
    why=_SEALED,
    columns=(
        Field("what", FieldKind.TEXT, text("用在哪里", "For what"), maximum=40),
        Field("amount", FieldKind.MONEY, text("金额", "Amount"), minimum=0),
    ),
)
YEAR = (
    MEMBERS,
    Field(
        "income",
        FieldKind.CALC,
        text("全家全年收入", "Income of the family"),
        is_required=False,
        formula="sum(members.income)",
        unit=_YUAN,
    ),
    EXPENSES,
    Field(
        "rigid",
        FieldKind.CALC,
        text("刚性支出合计", "Such expenses in all"),
        is_required=False,
        formula="sum(expenses.amount)",
        unit=_YUAN,
    ),
    Field(
        "struck",
        FieldKind.YES_NO,
        text(
            "本年有家人因灾害或重大事故致残、身故",
            "Somebody was disabled or died in a disaster or major event",
        ),
        is_required=False,
    ),
    Field(
        "loss",
        FieldKind.MONEY,
        text("本年因意外造成的损失或支出", "Loss or expense by an accident in the year"),
        is_required=False,
        minimum=0,
        unit=_YUAN,
    ),
    Field(
        "migrant", FieldKind.YES_NO, text("您是外来务工人员", "You are a migrant worker"), is_required=False
    ),
    Field(
        "labour_months",
        FieldKind.NUMBER,
        text("在本地工作满多少个月", "Months of work here"),
        is_required=False,
        minimum=0,
        maximum=600,
        visible_if=Test("migrant", Op.IS, True),
        required_if=Test("migrant", Op.IS, True),
    ),
    Field(
        "lives_in_city",
        FieldKind.YES_NO,
        text("在本地城镇居住", "You live in the city"),
        is_required=False,
        visible_if=Test("migrant", Op.IS, True),
        required_if=Test("migrant", Op.IS, True),
    ),
    Field(
        "exclusions",
        FieldKind.MULTI,
        text("有没有下列情形（没有就不选）", "Does any of this apply?"),
        is_required=False,
        options=tuple(Option(one.value, text(_ZH[one], one.value.replace("_", " "))) for one in Exclusion),
    ),
)

_ACTS = (Act.APPROVE, Act.REFUSE, Act.RETURN)


def _review(key: str, zh: str, en: str, **more: object) -> Step:
    values: dict[str, object] = {
        "roles": ("aid",),
        "acts": _ACTS,
        "deadline": Deadline(10, is_working=True),
        "form": (Field(f"opinion_{key}", FieldKind.TEXTAREA, text("审核意见", "Opinion"), maximum=300),),
        "outcome": "reviewed",
        "approve_label": text("同意", "Agree"),
        "help": text(
            "核对家庭人口、收入和支出；计算过程在右侧逐行列出。本件只有经办人可见，请勿张贴、转发名单。",
            "Check people, income and expenses; the calculation is beside. Only who reviews sees this; publish no list.",
        ),
    }
    return Step(key, text(zh, en), **(values | more))  # type: ignore[arg-type]  # values by name


HARDSHIP_FILE = Definition(
    key="hardship_file",
    title=text("申请建立困难职工档案", "Apply for the hardship archive"),
    summary=text(
        "家里收入低、有大病或遇到意外的，建档后按规定享受常态化帮扶",
        "For households with little income, illness or an accident: regular help",
    ),
    category="care",
    icon="heart",
    audience="worker",
    order=50,
    words="困难 帮扶 低保 大病 意外 救助 建档 困难职工 生活困难 助困",
    promise=text(
        "每级审核十个工作日；不同意的说明理由，可以请上级工会复核。",
        "Ten working days a review; a refusal gives its reason and can be appealed.",
    ),
    source=text(
        "困难职工认定标准（青岛工会自测）；《工会法》关于帮扶职工的规定",
        "Categories of workers in difficulty; Trade Union Law on assistance",
    ),
    handler="hardship_file",
    rung=Rung.PREFILLED,
    is_narrow=True,
    is_rated=False,
    events=("illness", "family"),
    subject=text("帮扶建档申请", "Application for the archive"),
    appeal=Appeal("centre", 60),
    self_test=(
        Field(
            "self_member",
            FieldKind.YES_NO,
            text(
                "家庭人均每月结余低于当地低保标准的两倍，或今年遇到意外",
                "Left a month and head: below twice the minimum living standard, or an accident this year",
            ),
            help=text(
                "不清楚的，先用“困难自测”算一算，不保存任何内容。",
                "Not sure: the self-test computes it and keeps nothing.",
            ),
        ),
    ),
    sections=(
        Section("family", text("家庭情况", "The household"), YEAR),
        Section(
            "cause",
            text("困难原因", "The cause"),
            (
                Field("cause", FieldKind.TEXTAREA, text("为什么困难", "Why"), maximum=500, why=_SEALED),
                Field(
                    "reviews",
                    FieldKind.CHOICE,
                    text("由谁审核", "Who reviews"),
                    prefill="handler.reviews",
                    is_locked=True,
                    options=tuple(Option(one.value, text(_ZH[one], str(one.value))) for one in Levels),
                ),
                Field(
                    "pledge",
                    FieldKind.YES_NO,
                    text(
                        "我承诺以上内容真实，同意工会为审核查阅",
                        "What I wrote is true; the union may check it",
                    ),
                    help=text(
                        "如有虚假，取消资格并退回已领款项。",
                        "If it is not, the file is removed and aid is returned.",
                    ),
                ),
            ),
        ),
    ),
    materials=(
        Material(
            "proofs",
            text("收入、病历、学费等证明", "Proofs of income, illness, fees"),
            is_required=False,
            max_files=9,
        ),
    ),
    max_papers=9,
    steps=(
        _review(
            "unit",
            "基层工会审核",
            "Union of the unit",
            roles=("chair", "aid"),
            route=Route.OWN_UNION,
            next="higher",
            for_applicant=text("您单位的工会先核实情况。", "Your own union checks first."),
        ),
        _review(
            "higher",
            "上级工会审核",
            "Union above",
            route=Route.PARENT,
            apart_from=("unit",),
            next="",
            branches=(
                Branch(Test("reviews", Op.IS, "four"), "industry"),
                Branch(Test("reviews", Op.IS, "three"), "centre"),
            ),
            for_applicant=text("上级工会的帮扶专员复核。", "The assistance officer of the union above."),
        ),
        _review(
            "industry",
            "产业或县级工会审核",
            "Industry or county union",
            route=Route.PARENT,
            apart_from=("higher",),
            next="centre",
            for_applicant=text("产业工会或县级工会审核。", "The industry or county union."),
        ),
        _review(
            "centre",
            "帮扶中心审批",
            "Assistance centre",
            route=Route.PARENT,
            apart_from=("unit", "higher", "industry"),
            for_applicant=text("帮扶中心作最后决定。", "The assistance centre decides."),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "您的申请已收到，%(due)s前由%(union)s审核。在“我的帮扶”可以随时查看进度。",
                "Received; %(union)s reviews it by %(due)s.",
            ),
        ),
        (
            "approved",
            text(
                "您的申请已通过，档案已建立。请打开“我的帮扶”查看可以申请的帮扶。",
                "Your file is open; see My aid.",
            ),
        ),
        (
            "refused",
            text(
                "您的申请未通过：%(reason)s。六十日内可以请上级工会复核。",
                "Not agreed: %(reason)s. You can appeal within sixty days.",
            ),
        ),
    ),
)
