"""What the services of this room share: kinds of disputes, offices, the questions about employer and money."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core.clock import local_date
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.definition import Field, FieldKind, Format, Op, Option, Step, Test, text
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, ServiceHandler
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.service import federation_of_employer, own_union
from smartunion.ground.registry import queries
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.ground.registry.rules import LEADING, UnionState
from smartunion.systems.hall.limitation import last_day_to_claim

#: Offices of federations that may see narrow cases.
OFFICES = ("cadre", "admin")

#: Kinds of disputes; source: Labour Dispute Mediation and Arbitration Law art. 2.
DISPUTES = (
    Option("relation", text("是否存在劳动关系", "Whether there is a labour relation")),
    Option("contract", text("合同的订立、变更、解除", "Making, changing, ending the contract")),
    Option("dismissal", text("辞退、除名、辞职", "Dismissal or leaving")),
    Option("hours", text("工时、休假", "Working hours and leave")),
    Option("insurance", text("社会保险、福利", "Insurance and benefits")),
    Option("wages", text("工资报酬", "Wages")),
    Option("injury", text("工伤医疗费和待遇", "Costs and benefits of a work injury")),
    Option("compensation", text("经济补偿、赔偿金", "Compensation")),
    Option("other", text("其他", "Something else")),
)

EMPLOYER = Field(
    "employer",
    FieldKind.EMPLOYER,
    text("对方单位", "The employer"),
    prefill="person.employer",
    in_digest=True,
    why=text("承办的工会据此联系单位。", "The office writes to it."),
)
CLAIMS = Field(
    "claims",
    FieldKind.ROWS,
    text("您的请求", "What you ask for"),
    minimum=1,
    maximum=10,
    is_required=False,
    help=text("一项一行；没有金额的可不填金额。", "One a line; without an amount leave it open."),
    columns=(
        Field("what", FieldKind.TEXT, text("请求什么", "What"), maximum=60),
        Field("amount", FieldKind.MONEY, text("金额", "Amount"), is_required=False, minimum=0),
        Field("since", FieldKind.DATE, text("从哪天起", "Since"), is_required=False),
    ),
)
CLAIMED = Field(
    "claimed",
    FieldKind.CALC,
    text("请求金额合计", "In all"),
    is_required=False,
    formula="sum(claims.amount)",
    unit=text("元", "yuan"),
)
STORY = Field(
    "story",
    FieldKind.TEXTAREA,
    text("经过和理由", "What happened, and why you are right"),
    maximum=2000,
    help=text("什么时候、什么事、找过单位没有、单位怎么说。", "When, what, what the employer said."),
    why=text("只有承办的工会和调解员看得到。", "Seen by the office and the mediator alone."),
)
LEARNT_ON = Field(
    "learnt_on",
    FieldKind.DATE,
    text("哪天知道权利受侵害", "When you learnt of it"),
    past_only=True,
    help=text(
        "仲裁时效一年，从这天算起；在职期间欠薪不受此限。",
        "Arbitration must be asked for within a year of this day, except wages while employed.",
    ),
)
PEOPLE = Field(
    "people",
    FieldKind.NUMBER,
    text("一共多少人有同样的事", "How many people are concerned"),
    is_required=False,
    minimum=1,
    maximum=10000,
    unit=text("人", "people"),
    in_digest=True,
    help=text("十人以上可以推举代表参加。", "Ten and more may choose representatives."),
)
MOBILE = Field(
    "mobile",
    FieldKind.TEXT,
    text("联系电话", "Phone"),
    format=Format.MOBILE,
    prefill="account.mobile",
    why=text("约时间、送通知用。", "To make appointments."),
)
EMPLOYED = Field("employed", FieldKind.YES_NO, text("还在这家单位干吗", "Do you still work there?"))
COURT = Field(
    "arbitration",
    FieldKind.CHOICE,
    text("仲裁或诉讼", "Arbitration or court"),
    in_digest=True,
    options=(
        Option("none", text("没有申请", "Not asked for")),
        Option("running", text("正在进行", "Running")),
        Option("decided", text("已有裁决或判决", "Decided")),
    ),
)
HELP = Field(
    "help",
    FieldKind.CHOICE,
    text("请工会", "Please"),
    in_digest=True,
    options=(
        Option("advice", text("当面解答", "Advice")),
        Option("paper", text("代写申请书、起诉状", "Draft a paper")),
        Option("negotiate", text("代为协商、调解", "Negotiate")),
        Option("arbitration", text("代理仲裁", "Represent in arbitration")),
        Option("court", text("代理诉讼", "Represent in court")),
    ),
)
GROUP = Field(
    "group",
    FieldKind.MULTI,
    text("您属于", "You are"),
    is_required=False,
    help=text("属于其中一种的，不审查经济状况。", "One of these: your means are not looked at."),
    options=(
        Option("migrant", text("农民工（讨薪、工伤）", "A migrant worker (wages, injury)")),
        Option("model", text("劳动模范", "A model worker")),
        Option("hardship", text("在档困难职工", "Known to be in hardship")),
        Option("disabled", text("残疾职工", "Disabled")),
        Option("woman", text("孕期、产期、哺乳期女职工", "Pregnant or nursing")),
    ),
)
INCOME = Field(
    "income",
    FieldKind.MONEY,
    text("家庭人均月收入", "Monthly income a head in the family"),
    minimum=0,
    required_if=Test("group", Op.EMPTY),
    is_required=False,
    why=text("只用来判断是否符合援助条件，办结后不作他用。", "Only to see whether aid can be given."),
)
EVIDENCE = Field(
    "evidence",
    FieldKind.PHOTO,
    text("证据照片", "Evidence"),
    is_required=False,
    maximum=9,
    help=text(
        "合同、工资单、转账记录、考勤、聊天截图；没有也能申请，单位掌握的由单位提供。",
        "Contract, pay slips, transfers, chats; what the employer holds it must produce.",
    ),
)


class RightsHandler(ServiceHandler):
    """Goes to the federation of the employer's place; shows the employer and how long a claim can still be raised."""

    questions = frozenset({"about", "employer", "learnt_on"})

    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """The office of the employer's place."""
        return office_for(run)

    def panels(self, run: CaseRun) -> list[Panel]:
        """The employer, and the limitation."""
        return [*employer_panel(run), *limitation_panel(run)]


def office_for(run: CaseRun) -> TradeUnion | None:
    """The federation of the employer's place; else the one above the applicant's own union."""
    found = federation_of_employer(run.case.employer)
    if found is not None:
        return found
    return leading_above(own_union(run.case.person_id))


def leading_above(union: TradeUnion | None) -> TradeUnion | None:
    """The nearest federation at or above a union."""
    while union is not None and (union.kind not in LEADING or union.state == UnionState.CLOSED):
        union = union.parent
    return union


def last_union(person_id: int | None) -> TradeUnion | None:
    """Where somebody is a member now, or was last."""
    spell = (
        Membership.objects.filter(person_id=person_id or -1)
        .select_related("union")
        .order_by("-ended_on", "-pk")
    )
    running = spell.filter(ended_on=None).first()
    found = running or spell.first()
    return found.union if found is not None else None


def employer_panel(run: CaseRun) -> list[Panel]:
    """What the registry knows of the employer: its union, and other cases of the same kind against it."""
    employer = run.case.employer
    if employer is None:
        return []
    union = queries.union_for_employer(employer, local_date(run.at))
    same = CaseFile.objects.visible_to(run.actor).filter(employer=employer, service_key=run.case.service_key)
    facts = [
        Fact(_("Social credit code"), employer.uscc or "–"),
        Fact(
            _("Its union"),
            union.name if union else pgettext("its union", "none"),
            href=f"/desk/unions/{union.pk}/" if union else "",
        ),
        Fact(_("Other cases against it"), str(same.exclude(pk=run.case.pk).count())),
    ]
    return [Panel(_("The employer"), facts)]


def limitation_panel(run: CaseRun) -> list[Panel]:
    """The last day on which arbitration can be asked for, from what she said."""
    found = last_day_to_claim(run.form)
    if found is None:
        return []
    day, words = found
    is_over = day is not None and day < local_date(run.at)
    value = day.isoformat() if day is not None else _("no limit yet")
    return [
        Panel(
            _("Limitation"),
            [Fact(_("Arbitration until"), value, given=words if is_over else "", fits=not is_over)],
            words,
        )
    ]


def check_claims(run: CaseRun) -> list[AnswerProblem]:
    """A claim about money names at least one amount."""
    about = run.form.get("about")
    if about not in {"wages", "compensation", "injury"}:
        return []
    claims = run.form.get("claims")
    amounts = (
        [row.get("amount") for row in claims if isinstance(row, dict)] if isinstance(claims, list) else []
    )
    if any(Decimal(str(amount or 0)) > 0 for amount in amounts):
        return []
    return [AnswerProblem("claims", _("Say how much it is about, even roughly: one line with an amount."))]
