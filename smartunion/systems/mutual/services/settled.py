"""Mutual aid without application (免申即享): a case of record for what a settlement file entitled somebody to."""

from smartunion.engines.casework.definition import (
    Definition,
    Field,
    FieldKind,
    Reopening,
    Route,
    Rung,
    Section,
    Step,
    text,
)
from smartunion.engines.casework.rules import Act

SETTLED = Definition(
    key="mutual_aid_settled",
    title=text("互助保障（免申即享）", "Mutual aid without application"),
    summary=text("住院结算后自动核定，不用申请", "Worked out from the hospital’s settlement; nothing to apply for"),
    category="care",
    icon="heart-pulse",
    audience="worker",
    order=52,
    source=text("医疗互助“免申即享”做法；各计划条款", "Practice of mutual aid without application; terms of each plan"),
    rung=Rung.GRANTED,
    is_narrow=True,
    is_listed=False,
    reopening=Reopening("confirm", 60),
    sections=(
        Section(
            "stay",
            text("结算数据", "Settlement"),
            (
                Field("plan", FieldKind.TEXT, text("互助计划", "Plan"), maximum=80),
                Field("admitted_on", FieldKind.DATE, text("入院日期", "Admitted on")),
                Field("amount", FieldKind.MONEY, text("核定互助金", "Granted"), minimum=0),
            ),
        ),
    ),
    max_papers=0,
    steps=(
        Step(
            "confirm", text("确认", "Confirm"), roles=("aid",), route=Route.OWN_UNION, acts=(Act.APPROVE, Act.REFUSE),
            help=text("核对结算数据和计算过程后确认。", "Check the settlement and the calculation, then confirm."),
            for_applicant=text("工会根据结算数据核定，不用您申请。",
                "The union works it out from the settlement; you need not apply."),
        ),
    ),
    texts=(
        ("approved", text("您的住院互助金已核定，不用申请。打开查看金额和计算过程。",
            "Granted without application; open it to see how.")),
    ),
)  # fmt: skip
