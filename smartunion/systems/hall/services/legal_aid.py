"""A request for legal aid of the union: whom against, which help, what was earned; the rights desk sends the lawyer."""

from smartunion.engines.casework.definition import (
    Appeal,
    Deadline,
    Definition,
    Field,
    FieldKind,
    Material,
    Option,
    Reopening,
    Route,
    Rung,
    Section,
    Step,
    text,
)
from smartunion.engines.casework.rules import Act
from smartunion.systems.hall.services.common import (
    DISPUTES,
    EMPLOYER,
    EVIDENCE,
    GROUP,
    HELP,
    INCOME,
    LEARNT_ON,
    MOBILE,
    OFFICES,
    PEOPLE,
    STORY,
    RightsHandler,
)

LEGAL_AID = Definition(
    key="legal_aid",
    title=text("申请工会法律援助", "Ask for legal aid"),
    summary=text(
        "打官司、仲裁请不起律师，工会免费派律师", "A lawyer for arbitration or court, paid by the union"
    ),
    category="rights",
    icon="bank",
    audience="worker",
    order=42,
    words="法律援助 律师 打官司 仲裁 起诉 代写 法律咨询 维权 欠薪 工伤",
    promise=text(
        "五个工作日内决定；不援助的说明理由，可以请上级工会复查。",
        "Decided in five working days; a refusal gives its reason and can be appealed.",
    ),
    source=text(
        "《工会法》第二十二条、第三十条；《工会法律援助办法》（总工发〔2008〕52号，文号和条文未能核对，请对照现行文本）；"
        "农民工讨薪：《保障农民工工资支付条例》第四十五条",
        "Trade Union Law art. 22, 30; union legal-aid measures of 2008 (number and text not checked: compare with the "
        "text in force); migrant workers' wages: regulation of 2019 art. 45",
    ),
    handler="legal_aid",
    rung=Rung.PREFILLED,
    is_narrow=True,
    events=("dispute", "wages_owed", "injury"),
    subject=text("法律援助：%(help)s", "Legal aid: %(help)s"),
    reopening=Reopening("decide", 30),
    appeal=Appeal("decide", 30),
    sections=(
        Section(
            "need",
            text("需要什么帮助", "Which help"),
            (
                HELP,
                EMPLOYER,
                Field("about", FieldKind.CHOICE, text("事由", "About"), options=DISPUTES, in_digest=True),
                LEARNT_ON,
                STORY,
                Field(
                    "hearing_on",
                    FieldKind.DATE,
                    text("开庭日期", "Day of the hearing"),
                    is_required=False,
                    help=text("已经定了开庭的请写，工会优先办。", "If it is fixed: those go first."),
                ),
            ),
        ),
        Section(
            "means",
            text("您的情况", "About you"),
            (
                GROUP,
                INCOME,
                PEOPLE,
                MOBILE,
                EVIDENCE,
            ),
        ),
    ),
    materials=(
        Material(
            "id_card",
            text("身份证", "ID card"),
            is_required=False,
            max_files=2,
            folder="id_card",
            help=text(
                "请律师代理时才需要；以前交过的可直接使用。",
                "Only for a lawyer to act for you; one given before is reused.",
            ),
        ),
    ),
    max_papers=1,
    steps=(
        Step(
            "decide",
            text("审查", "Decision"),
            roles=OFFICES,
            route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(5, is_working=True),
            help=text(
                "只看是否属于劳动权益、是否符合条件；开庭临近的先办。本件只有承办工会可见。",
                "Whether it is about labour rights and the conditions are met; hearings first. Only this office sees the case.",
            ),
            for_applicant=text(
                "工会五个工作日内决定是否援助。", "The union decides within five working days."
            ),
            form=(
                Field(
                    "reach",
                    FieldKind.TEXT,
                    text("联系谁", "Whom to reach"),
                    maximum=80,
                    is_public=True,
                    help=text(
                        "律师或值班人员的姓名和电话，申请人会看到。",
                        "Name and phone of the lawyer; she reads it.",
                    ),
                ),
                Field(
                    "scope", FieldKind.TEXT, text("援助内容", "What is given"), maximum=120, is_public=True
                ),
            ),
            approve_label=text("给予援助", "Give aid"),
            next="follow",
        ),
        Step(
            "follow",
            text("办理回访", "Follow-up"),
            roles=OFFICES,
            acts=(Act.APPROVE, Act.HOLD, Act.FORWARD),
            deadline=Deadline(60),
            help=text(
                "办结后填写结果；等仲裁、法院的可以挂起。",
                "Say how it ended; put on hold while a court decides.",
            ),
            for_applicant=text(
                "律师联系您；办结后工会回访。", "The lawyer gets in touch; the union asks you afterwards."
            ),
            form=(
                Field(
                    "ended",
                    FieldKind.CHOICE,
                    text("结果", "How it ended"),
                    is_public=True,
                    in_digest=True,
                    options=(
                        Option("won", text("主张得到支持", "Upheld")),
                        Option("part", text("部分得到支持", "Upheld in part")),
                        Option("lost", text("未得到支持", "Not upheld")),
                        Option("settled", text("和解", "Settled")),
                        Option("done", text("咨询、文书已完成", "Advice or paper given")),
                    ),
                ),
                Field(
                    "recovered_yuan",
                    FieldKind.MONEY,
                    text("挽回金额", "Recovered"),
                    is_required=False,
                    minimum=0,
                    is_public=True,
                ),
            ),
            approve_label=text("办结", "Close"),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "您的法律援助申请（%(reference)s）已送到%(union)s，%(due)s前答复。",
                "With %(union)s; decided by %(due)s.",
            ),
        ),
    ),
)


class LegalAidHandler(RightsHandler):
    """Nothing beyond what requests of this kind share."""

    key = "legal_aid"
