"""A claim to mutual aid: what happened and what it cost; checked, worked out line by line, decided; appeal to the union above."""

from datetime import date

from django.utils.translation import gettext as _

from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import (
    AnyOf,
    Appeal,
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
    payee_fields,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, Panel, Result, ServiceHandler
from smartunion.engines.casework.rules import Act
from smartunion.systems.mutual.flows import claims
from smartunion.systems.mutual.models import Insured
from smartunion.systems.mutual.parameters import CHECK_DAYS, DECIDE_DAYS
from smartunion.systems.mutual.rules.terms import What

OFFICE = ("aid",)
_INJURED = AnyOf((Test("what", value=What.DISABILITY), Test("what", value=What.DEATH)))
_TREATED = AnyOf((Test("what", value=What.HOSPITAL), Test("what", value=What.ILLNESS)))
_ILL = Test("what", value=What.ILLNESS)
_WHY = text(
    "只用于核定这次互助金，只有承办人看得到。", "Only to work out this claim; seen by the officer alone."
)

CLAIM = Definition(
    key="mutual_aid_claim",
    title=text("申请职工互助金", "Claim mutual aid"),
    summary=text(
        "参加了互助保障，住院、患大病或意外伤残的，在这里申请互助金",
        "Covered by mutual aid and in hospital, seriously ill or hurt: claim here",
    ),
    category="care",
    icon="heart-pulse",
    audience="worker",
    order=51,
    words="互助 互助保障 互助金 大病 住院 报销 意外 伤残 医疗互助 理赔 癌症",
    promise=text(
        "材料不全的一次告知；核定金额逐项列出计算过程；不予给付的写明每一条理由，可以请上级工会复查。",
        "What is missing is said at once; the sum is shown line by line; a refusal gives every reason and can be appealed.",
    ),
    source=text(
        "中国职工保险互助会申领材料要求（2021 年简介）；各互助计划条款",
        "Papers asked for by the national mutual aid association (2021); terms of each plan",
    ),
    handler="mutual_aid_claim",
    rung=Rung.PREFILLED,
    is_narrow=True,
    events=("illness", "injury"),
    appeal=Appeal("check", 60),
    sections=(
        Section(
            "what",
            text("发生了什么", "What happened"),
            (
                Field(
                    "what", FieldKind.CHOICE, text("情况", "What"), why=_WHY,
                    options=(
                        Option(What.HOSPITAL, text("住院治疗", "In hospital")),
                        Option(What.ILLNESS, text("患重大疾病、特殊疾病", "A serious or special illness")),
                        Option(What.DISABILITY, text("意外伤残", "Disabled by an accident")),
                        Option(What.DEATH, text("身故（亲属申请）", "Death (claimed by relatives)")),
                    ),
                ),
                Field("diagnosis", FieldKind.TEXT, text("医院诊断", "Diagnosis"), maximum=120, visible_if=_TREATED, why=_WHY,
                      help=text("照诊断证明写。", "As the certificate says.")),
                Field("admitted_on", FieldKind.DATE, text("入院日期", "Admitted on"), past_only=True, visible_if=_TREATED),
                Field("pathology_on", FieldKind.DATE, text("病理报告日期", "Day of the pathology report"), past_only=True,
                      is_required=False, visible_if=_ILL,
                      help=text("恶性肿瘤以病理报告日期为准；没有的不填。", "Counts for cancers; leave empty if there is none.")),
                Field("hospital_days", FieldKind.NUMBER, text("住院天数", "Days in hospital"), minimum=0, maximum=3660,
                      unit=text("天", "days"), visible_if=_TREATED),
                Field("happened_on", FieldKind.DATE, text("事故日期", "Day of the accident"), past_only=True,
                      visible_if=_INJURED),
                Field("treated_until", FieldKind.DATE, text("治疗结束日期", "End of treatment"), past_only=True, is_required=False,
                      visible_if=Test("what", value=What.DISABILITY),
                      help=text("还在治疗的不填。", "Leave empty while treatment goes on.")),
            ),
        ),
        Section(
            "cost",
            text("花了多少", "What it cost"),
            (
                Field("cost", FieldKind.MONEY, text("医疗费总额", "Whole cost"), minimum=0, maximum=100000000),
                Field("scheme", FieldKind.MONEY, text("医保已报销", "Paid by the medical scheme"), minimum=0, maximum=100000000),
                Field("other", FieldKind.MONEY, text("单位、商业保险等已支付", "Paid by others"), minimum=0, maximum=100000000,
                      help=text("没有的填 0。先由其他渠道支付，互助金管剩下的。", "0 if none: others pay first.")),
            ),
            visible_if=_TREATED,
        ),
        Section(
            "pay",
            text("互助金打到哪里", "Where to pay"),
            payee_fields(service="mutual_aid_claim"),
        ),
    ),
    materials=(
        Material("bills", text("医疗费发票或结算单", "Bills or settlement"), max_files=9, visible_if=_TREATED,
                 help=text("盖章的结算单，能看清总额、医保支付和自付。",
                     "Stamped, with the whole, the scheme’s and your own part.")),
        Material("diagnosis_paper", text("诊断证明、出院小结", "Diagnosis, discharge papers"), max_files=6, visible_if=_TREATED),
        Material("pathology_paper", text("病理报告", "Pathology report"), is_required=False, max_files=3, visible_if=_ILL),
        Material("grade_paper", text("伤残程度证明", "Proof of the disability"), max_files=4,
                 visible_if=Test("what", value=What.DISABILITY),
                 help=text("二级以上医疗机构或鉴定机构出具。", "By a hospital of the second class or above, or an assessor.")),
        Material("event_paper", text("单位出具的事故情况证明", "The unit’s statement of the event"),
            max_files=3, visible_if=_INJURED),
        Material("death_paper", text("死亡证明、户口注销证明", "Death certificate, household cancellation"), max_files=4,
                 visible_if=Test("what", value=What.DEATH)),
        Material("relation_paper", text("亲属关系证明", "Proof of relation"), is_required=False, max_files=3,
                 visible_if=Test("relation", Op.IS_NOT, "self")),
    ),
    max_papers=5,
    steps=(
        Step(
            "check", text("核对材料", "Check"), roles=OFFICE, route=Route.OWN_UNION,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN, Act.HOLD), deadline=Deadline(10, is_working=True, policy=CHECK_DAYS),
            help=text(
                "打开右侧“核定”页，照票据核对日期、病种和费用，系统逐项计算。缺的材料一次写清楚。",
                "Open the calculation on the right, check days, illness and costs against the papers. Say all that is "
                "missing at once.",
            ),
            for_applicant=text("工会核对材料，缺什么一次告诉您。", "The union checks the papers and says at once what is missing."),
            approve_label=text("材料核对无误", "Papers are right"), next="decide",
        ),
        Step(
            "decide", text("核定", "Decide"), roles=OFFICE, acts=(Act.APPROVE, Act.REFUSE, Act.RETURN),
            deadline=Deadline(5, is_working=True, policy=DECIDE_DAYS),
            help=text(
                "按计算结果给付；不予给付的，照计算页列出的每一条理由写明。",
                "Grant what the calculation says; to refuse, give every reason it lists.",
            ),
            for_applicant=text("工会核定金额，之后由财务付款。", "The union decides; then the finance officer pays."),
            form=(
                Field("union_bank", FieldKind.TEXT, text("工会开户行", "Bank of the union"), is_required=False, maximum=60,
                      help=text("只有付给工会账户的项目（如身故）才填。", "Only for benefits that go to the union’s account.")),
                Field("union_account", FieldKind.TEXT, text("工会账号", "Account of the union"), is_required=False, maximum=40),
            ),
            outcome="grant", approve_label=text("按计算结果给付", "Grant as worked out"),
        ),
    ),
    texts=(
        ("submitted", text("互助金申请已收到，编号 %(reference)s。%(union)s最迟%(due)s核对完材料。",
            "%(union)s checks it by %(due)s.")),
        ("approved", text("您的互助金已核定，打开查看金额和计算过程，财务随后付款。",
            "Granted; open it to see how it was worked out.")),
        ("refused", text("这次申请不能给付互助金。理由：%(reason)s 不同意的，可以请上级工会复查。",
            "Not granted: %(reason)s You can appeal.")),
    ),
)  # fmt: skip


class ClaimHandler(ServiceHandler):
    """Finds the plans, keeps a claim for each, works them out, grants."""

    key = "mutual_aid_claim"
    unasked = True
    outcomes = frozenset({"grant"})
    questions = frozenset(field.key for field in CLAIM.fields)
    stations = frozenset({"check", "decide"})

    def why_not(self, person_id: int | None, on: date) -> str:
        """Never enrolled in any plan."""
        if person_id is not None and Insured.objects.filter(person=person_id).exists():
            return ""
        return _("No mutual aid cover of yours was found. Your union can enrol you.")

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """Covered by some plan that has such a benefit, and the event not claimed before."""
        return claims.problems(run)

    def check_step(self, run: CaseRun, step: Step, values: Values) -> list[AnswerProblem]:
        """Checked papers mean a checked calculation."""
        return claims.unassessed(run) if step.key == "check" else []

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Grant what the calculation says, and owe it."""
        return claims.grant(run)

    def changed(self, run: CaseRun, act: Act) -> None:
        """The claims follow their case."""
        claims.follow(run, act)

    def panels(self, run: CaseRun) -> list[Panel]:
        """Each plan's calculation, and the way to check it."""
        return claims.panels(run)
