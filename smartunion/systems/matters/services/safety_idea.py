"""Ideas for safety 我为安全生产献一计 (S084): looked at, adopted or not with reasons, what came of it told."""

from smartunion.engines.casework.definition import (
    Branch,
    Deadline,
    Definition,
    Field,
    FieldKind,
    Op,
    Option,
    Route,
    Section,
    Step,
    Test,
    text,
)
from smartunion.engines.casework.rules import Act
from smartunion.systems.matters.services.common import OFFICES, GatheredHandler

SAFETY_IDEA = Definition(
    key="safety_idea",
    title=text("为安全生产献一计", "An idea for safety"),
    summary=text(
        "您最懂身边的风险：一条主意，工会和单位一起看，采不采纳都说明理由",
        "You know the risks around you: one idea, looked at and answered with reasons",
    ),
    category="matters",
    icon="lightbulb",
    audience="worker",
    order=35,
    words="安全 生产 献计 建议 点子 主意 改进 劳动保护 五小",
    promise=text("十五个工作日内答复是否采纳。", "Told within fifteen working days whether it is adopted."),
    source=text(
        "“我为安全生产献一计”线上活动（吴江）；《安全生产法》第五十三条：有权提出建议",
        "“My idea for safety” (Wujiang); Work Safety Law art. 53: the right to make suggestions",
    ),
    handler="safety_idea",
    subject=text("安全金点子：%(field)s", "Idea for safety: %(field)s"),
    sections=(
        Section(
            "idea",
            text("您的主意", "Your idea"),
            (
                Field(
                    "field",
                    FieldKind.CHOICE,
                    text("哪方面", "About"),
                    in_digest=True,
                    options=(
                        Option("machine", text("机械设备", "Machines")),
                        Option("electric", text("用电", "Electricity")),
                        Option("fire", text("消防疏散", "Fire and escape routes")),
                        Option("chemical", text("粉尘化学品", "Dust and chemicals")),
                        Option("height", text("高处作业", "Work at height")),
                        Option("traffic", text("厂内和道路交通", "Traffic")),
                        Option("gear", text("防护用品", "Protective gear")),
                        Option("training", text("培训和制度", "Training and rules")),
                        Option("other", text("其他", "Other")),
                    ),
                ),
                Field(
                    "idea",
                    FieldKind.TEXTAREA,
                    text("现在有什么风险，怎么改", "The risk today, and how to mend it"),
                    maximum=1000,
                ),
                Field("seen", FieldKind.PHOTO, text("照片或草图", "Photos or a sketch"), is_required=False, maximum=4),
            ),
        ),
    ),
    max_papers=0,
    steps=(
        Step(
            "review",
            text("评议", "Review"),
            roles=OFFICES,
            route=Route.OWN_UNION,
            acts=(Act.APPROVE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(15, is_working=True),
            help=text("和单位安全员一起看，写明理由。", "Look at it with the firm’s safety staff; say why."),
            for_applicant=text("工会和单位安全员一起看，采不采纳都说明理由。", "Answered with reasons either way."),
            form=(
                Field(
                    "verdict",
                    FieldKind.CHOICE,
                    text("意见", "Verdict"),
                    is_public=True,
                    in_digest=True,
                    options=(
                        Option("adopt", text("采纳", "Adopted")),
                        Option("later", text("有道理，条件成熟再做", "Sound, when possible")),
                        Option("not", text("暂不采纳", "Not adopted")),
                    ),
                ),
                Field("why", FieldKind.TEXTAREA, text("理由", "Reasons"), maximum=500, is_public=True),
            ),
            branches=(Branch(Test("verdict", Op.IS, "adopt"), "done"),),
            approve_label=text("答复", "Answer"),
        ),
        Step(
            "done",
            text("落实", "Carried out"),
            roles=OFFICES,
            acts=(Act.APPROVE, Act.FORWARD),
            deadline=Deadline(60),
            help=text("写明做了什么、有什么效果、给了什么奖励。", "What was done, what it brought, how it was rewarded."),
            for_applicant=text("落实之后告诉您做了什么、效果怎样。", "You are told what was done and what it brought."),
            form=(
                Field("effect", FieldKind.TEXTAREA, text("做了什么、效果怎样", "What was done"), maximum=500, is_public=True),
                Field("reward", FieldKind.TEXT, text("奖励", "Reward"), is_required=False, maximum=60, is_public=True),
            ),
            approve_label=text("已落实", "Carried out"),
        ),
    ),
    texts=(
        ("submitted", text("您的金点子已收到，%(union)s在%(due)s前答复。", "%(union)s answers by %(due)s.")),
        ("step:done", text("您的金点子被采纳了，正在落实。谢谢您！", "Your idea is adopted. Thank you!")),
        ("approved", text("您的金点子（%(reference)s）有结果了，请打开查看。", "There is a result; open it to read.")),
    ),
)  # fmt: skip


class SafetyIdeaHandler(GatheredHandler):
    """Nothing beyond the definition but the similar ones beside it."""

    key = "safety_idea"
    questions = frozenset({"idea"})
