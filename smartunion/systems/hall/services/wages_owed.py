"""Wages not paid, one thing: one form sends the mediation request and, where wanted, the request for a lawyer (S030, S123)."""

from dataclasses import replace

from smartunion.engines.casework.definition import (
    Definition,
    Feed,
    Field,
    FieldKind,
    Op,
    Route,
    Rung,
    Section,
    Step,
    Test,
    text,
)
from smartunion.engines.casework.rules import Act
from smartunion.systems.hall.services.common import (
    CLAIMED,
    COURT,
    DISPUTES,
    EMPLOYED,
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
)

#: Asked only of whoever wants a lawyer too.
WITH_LAWYER = Test("lawyer", Op.IS, True)

WAGES_OWED = Definition(
    key="wages_owed",
    title=text("欠薪求助一件事", "Wages not paid"),
    summary=text(
        "填一张表，调解、法律援助一起办，一条线看进度",
        "One form for mediation and a lawyer, one line to follow",
    ),
    category="rights",
    icon="cash-coin",
    audience="worker",
    order=40,
    words="欠薪 拖欠工资 工资没有发 没有发工资 不发工资 工资没发 讨薪 要工资 老板不给钱 少发工资 扣工资 加班费",
    promise=text(
        "三个工作日内受理调解，五个工作日内决定是否派律师。",
        "Taken up in three working days, a lawyer decided in five.",
    ),
    source=text(
        "《劳动法》第五十条；《保障农民工工资支付条例》；《劳动争议调解仲裁法》第九、十、十四条；《工会法》第二十二、三十条",
        "Labour Law art. 50; migrant workers' wages regulation; Mediation Law art. 9, 10, 14; Union Law art. 22, 30",
    ),
    rung=Rung.PREFILLED,
    is_narrow=True,
    events=("wages_owed", "dispute"),
    subject=text("欠薪求助", "Wages not paid"),
    max_papers=0,
    sections=(
        Section(
            "owed",
            text("欠了多少", "What is owed"),
            (
                EMPLOYER,
                Field(
                    "claims",
                    FieldKind.ROWS,
                    text("欠哪几笔", "What is owed"),
                    minimum=1,
                    maximum=10,
                    columns=(
                        Field(
                            "what",
                            FieldKind.TEXT,
                            text("哪一段、什么钱", "Which months, what for"),
                            maximum=60,
                        ),
                        Field("amount", FieldKind.MONEY, text("金额", "Amount"), minimum=0),
                        Field("since", FieldKind.DATE, text("应发日期", "Due on"), is_required=False),
                    ),
                ),
                CLAIMED,
                EMPLOYED,
                LEARNT_ON,
                STORY,
            ),
        ),
        Section(
            "wish",
            text("想怎么办", "What you want"),
            (
                Field(
                    "lawyer",
                    FieldKind.YES_NO,
                    text("同时申请工会派律师", "Ask for a lawyer too"),
                    help=text(
                        "调解不成要仲裁时用得上；选“是”就不用再填一张表。",
                        "For arbitration if mediation fails; no second form.",
                    ),
                ),
                replace(GROUP, visible_if=WITH_LAWYER),
                replace(INCOME, visible_if=WITH_LAWYER, why=text("")),
                PEOPLE,
                MOBILE,
                EVIDENCE,
                COURT,
                Field("talked", FieldKind.YES_NO, text("向单位要过吗", "Have you asked the employer?")),
                Field(
                    "about",
                    FieldKind.CHOICE,
                    text("事由", "About"),
                    is_required=True,
                    in_digest=False,
                    options=tuple(one for one in DISPUTES if one.value in {"wages", "compensation"}),
                ),
                replace(
                    HELP,
                    label=text("律师帮什么", "Which help"),
                    visible_if=WITH_LAWYER,
                    in_digest=False,
                    options=tuple(one for one in HELP.options if one.value != "negotiate"),
                ),
            ),
        ),
    ),
    feeds=(
        Feed("mediation", text("调解", "Mediation")),
        Feed("legal_aid", text("法律援助", "Legal aid"), WITH_LAWYER),
    ),
    steps=(
        Step(
            "parts",
            text("各部门办理", "The offices at work"),
            roles=OFFICES,
            route=Route.EMPLOYER_FEDERATION,
            acts=(Act.APPROVE, Act.FORWARD),
            help=text("各部分办完后自动办结；不用在这里处理。", "Closes by itself when all parts are done."),
            for_applicant=text("每一部分由谁办、办到哪一步，都在下面。", "Who has which part stands below."),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "已收到（%(reference)s），各部分同时办理，一条线看进度。", "Received; all parts run at once."
            ),
        ),
    ),
)
