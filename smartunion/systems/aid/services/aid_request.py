"""Regular help for households in the archive (S089): medical and study aid, computed line by line."""

from datetime import date

from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.definition import (
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
from smartunion.engines.payments import service as payments
from smartunion.ground.policies import service as policies
from smartunion.systems.aid.flows import paying
from smartunion.systems.aid.models import AidGiven, HardshipFile
from smartunion.systems.aid.rules import support
from smartunion.systems.aid.rules.support import AidKind, Claimed
from smartunion.systems.aid.services.common import (
    account_problems,
    alike_panels,
    given_in_year,
    live_file,
    note_sent,
    panel_of,
    yuan,
)

_IS_MEDICAL, _IS_STUDY = Test("kind", Op.IS, "medical"), Test("kind", Op.IS, "study")
_ACTS = (Act.APPROVE, Act.REFUSE, Act.RETURN)
_YUAN = text("元", "yuan")

AID_REQUEST = Definition(
    key="aid_request",
    title=text("申请医疗、助学帮扶", "Ask for medical or study aid"),
    summary=text("在档家庭看病、上学有困难，按公开的算法帮扶", "For households in the archive; computed by a public rule"),
    category="care",
    icon="heart-pulse",
    audience="worker",
    order=51,
    words="帮扶 医疗 大病 看病 助学 学费 上学 补助 困难",
    promise=text("十个工作日内决定，款项直接打到您的账户。", "Decided in ten working days; paid to your account."),
    source=text("困难职工医疗、助学帮扶办法（自付部分扣除其他救助；助学不重复）", "Own cost after other aid; nothing twice"),
    handler="aid_request",
    rung=Rung.PREFILLED,
    is_narrow=True,
    is_rated=False,
    events=("illness", "learning"),
    subject=text("帮扶申请", "Claim for aid"),
    appeal=Appeal("decide", 60),
    sections=(
        Section(
            "need",
            text("需要什么帮扶", "Which aid"),
            (
                Field("kind", FieldKind.CHOICE, text("哪一类", "Kind"),
                      options=(Option("medical", text("医疗帮扶", "Medical")), Option("study", text("助学帮扶", "Study")))),
                Field("own_cost", FieldKind.MONEY, text("近十二个月看病自付", "Own cost of illness in twelve months"), minimum=0,
                      unit=_YUAN, is_required=False, visible_if=_IS_MEDICAL, required_if=_IS_MEDICAL),
                Field("other_aid", FieldKind.MONEY, text("其中已得到的其他救助", "Other aid for it"), minimum=0, unit=_YUAN,
                      is_required=False, visible_if=_IS_MEDICAL,
                      help=text("医疗救助、互助保障、慈善等；没有填 0。", "0 if none.")),
                Field("student", FieldKind.TEXT, text("学生姓名、学校", "Student and school"), maximum=60, is_required=False,
                      visible_if=_IS_STUDY, required_if=_IS_STUDY),
                Field("admitted", FieldKind.YES_NO, text("已录取或在读", "Admitted or enrolled"), is_required=False,
                      visible_if=_IS_STUDY, required_if=_IS_STUDY),
                Field("fee", FieldKind.MONEY, text("本学年学费和住宿费", "Fees of the school year"), minimum=0, unit=_YUAN,
                      is_required=False, visible_if=_IS_STUDY, required_if=_IS_STUDY),
                Field("grants", FieldKind.MONEY, text("本学年已得助学金、贷款", "Grants and loans for it"), minimum=0, unit=_YUAN,
                      is_required=False, visible_if=_IS_STUDY),
                Field("about", FieldKind.TEXTAREA, text("说明", "About it"), maximum=300,
                      why=text("加密保存，只有帮扶专员看得到。", "Sealed: seen by the assistance officers alone.")),
            ),
        ),
        Section("account", text("收款账户", "The account"), payee_fields(service="aid_request")),
    ),
    materials=(
        Material("proofs", text("自付费用清单，或录取通知书、在读证明、贷款合同", "Bills, or admission and loan papers"),
                 is_required=False, max_files=9),
    ),
    max_papers=9,
    steps=(
        Step("check", text("核实", "Check"), roles=("aid",), route=Route.OWN_UNION, acts=_ACTS,
             deadline=Deadline(5, is_working=True),
             help=text("核对票据和其他救助；计算过程在右侧。", "Compare bills and other aid; the calculation is beside."),
             for_applicant=text("帮扶专员核对票据。", "The assistance officer compares the bills."),
             approve_label=text("属实", "It is right"), next="decide"),
        Step("decide", text("审批", "Decision"), roles=("aid",), route=Route.PARENT, acts=_ACTS,
             deadline=Deadline(5, is_working=True), apart_from=("check",), outcome="give",
             help=text("金额按公开算法得出，不能手工改。", "The amount follows from the rule and cannot be typed."),
             for_applicant=text("上级工会决定，同意后打款。", "The union above decides; then it is paid."),
             form=(Field("fund", FieldKind.TEXT, text("资金来源", "From which money"), maximum=60),),
             approve_label=text("同意发放", "Give it")),
    ),
    texts=(
        ("submitted", text("您的申请已收到，%(due)s前由%(union)s核实。", "Received; checked by %(due)s.")),
        ("approved", text("您的帮扶申请已通过，款项打到您填写的账户，在“我的帮扶”可以查看。", "Agreed; see My aid.")),
        ("refused", text("您的申请未通过：%(reason)s。六十日内可以请上级工会复核。", "Not agreed: %(reason)s.")),
    ),
)  # fmt: skip


class AidRequestHandler(ServiceHandler):
    """Computes what a claim gives, and owes it."""

    key = "aid_request"
    outcomes = frozenset({"give"})
    # The relation is read as chosen and as older forms wrote it.
    questions = frozenset(field.key for field in AID_REQUEST.fields) - {"relation"}
    stations = frozenset({"decide"})

    def why_not(self, person_id: int | None, on: date) -> str:
        """Not in the archive."""
        if live_file(person_id) is not None:
            return ""
        return _("This help is for households in the archive. Apply for the archive first.")

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """Only households in the archive; the account can be right."""
        if against := self.why_not(run.case.person_id, local_date(run.at)):
            return [AnswerProblem("kind", against)]
        return account_problems(run)

    def changed(self, run: CaseRun, act: Act) -> None:
        """What is asked for is compared with claims of all programmes."""
        note_sent(run, act)

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Decide the aid and owe it. Raises NothingToGive, InvalidInput."""
        file = live_file(run.case.person_id)
        if file is None:
            raise paying.NothingToGive(_("Her file is not in the archive any more."))
        kind = AidKind(str(run.form["kind"]))
        made = paying.grant(
            actor=run.actor, at=run.at,
            data=paying.Grant(
                person_id=file.person_id, union=file.union, kind=kind, claimed=claimed_of(run, file),
                payee=payments.payee_of(run.form), what=_what(run, kind),
                fund=str(run.data.steps["decide"]["fund"]), case=run.case, file=file,
                school_year=_school_year(run) if kind is AidKind.STUDY else None,
            ),
        )  # fmt: skip
        return Result(
            note=_("%(yuan)s yuan, by the calculation") % {"yuan": f"{made.amount_yuan:,.2f}"},
            link="/me/aid/",
        )

    def panels(self, run: CaseRun) -> list[Panel]:
        """The calculation, and what it has in common with others."""
        file = live_file(run.case.person_id)
        worked = panel_of(claimed_of(run, file)) if file is not None else []
        return [*worked, *alike_panels(run)]


def claimed_of(run: CaseRun, file: HardshipFile) -> Claimed:
    """What the claim comes to by the rules of her union's place today."""
    on = local_date(run.at)
    if run.form["kind"] == AidKind.MEDICAL:
        held = policies.values(["aid.medical_ratio", "aid.medical_most_yuan"], path=file.path, on=on)
        return support.medical(
            own_cost_yuan=yuan(run.form, "own_cost"), other_aid_yuan=yuan(run.form, "other_aid"),
            ratio=held["aid.medical_ratio"].value, most_yuan=held["aid.medical_most_yuan"].value,
            given_yuan=given_in_year(file.person_id, AidKind.MEDICAL, on),
        )  # fmt: skip
    student = _what(run, AidKind.STUDY).partition("：")[0] + "："
    had = AidGiven.objects.of(file.person_id).filter(kind=AidKind.STUDY, school_year=_school_year(run))
    return support.study(
        fee_yuan=yuan(run.form, "fee"), other_yuan=yuan(run.form, "grants"),
        most_yuan=policies.value("aid.study_yuan", path=file.path, on=on), is_admitted=run.form.get("admitted") is True,
        has_given=any(one.what.startswith(student) for one in had.exclude(case=run.case)),
    )  # fmt: skip


def _what(run: CaseRun, kind: AidKind) -> str:
    """Sealed words; of study aid the student stands first, since each is helped once a school year."""
    student = squeeze(str(run.form.get("student") or "")).replace("：", " ")
    return f"{student}：{run.form['about']}" if kind is AidKind.STUDY else str(run.form["about"])


def _school_year(run: CaseRun) -> int:
    """The year the school year began in; it begins in August."""
    on = local_date(run.at)
    return on.year if on.month >= 8 else on.year - 1
