"""Support of model workers with little income (S065): living and income looked at each year, computed line by line."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.definition import (
    Appeal,
    Deadline,
    Definition,
    Field,
    FieldKind,
    Material,
    Option,
    Route,
    Rung,
    Section,
    Step,
    payee_fields,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, Panel, Result, ServiceHandler
from smartunion.engines.casework.rules import Act
from smartunion.engines.payments import service as payments
from smartunion.ground.policies import service as policies
from smartunion.systems.aid.flows import paying
from smartunion.systems.aid.models import ModelWorker
from smartunion.systems.aid.queries.standards import StandardMissing, check_set
from smartunion.systems.aid.rules import support
from smartunion.systems.aid.rules.support import AidKind, Claimed
from smartunion.systems.aid.services.common import (
    account_problems,
    alike_panels,
    given_in_year,
    note_sent,
    panel_of,
    yuan,
)

_ACTS = (Act.APPROVE, Act.REFUSE, Act.RETURN)

MODEL_WORKER_AID = Definition(
    key="model_worker_aid",
    title=text("申请劳模困难补助", "Support for model workers"),
    summary=text(
        "收入偏低的劳模，按差额给予补助，每年复核",
        "For model workers with little income; looked at each year",
    ),
    category="care",
    icon="award",
    audience="worker",
    order=53,
    words="劳模 劳动模范 补助 低收入 特困 爱心基金",
    promise=text(
        "十个工作日内决定，款项直接打到您的账户。", "Decided in ten working days; paid to your account."
    ),
    source=text("低收入劳模生活困难补助、特困劳模帮扶（江苏）", "Support of model workers (Jiangsu)"),
    handler="model_worker_aid",
    rung=Rung.PREFILLED,
    is_narrow=True,
    is_rated=False,
    events=("illness", "retirement"),
    subject=text("劳模补助申请", "Claim of a model worker"),
    appeal=Appeal("decide", 60),
    sections=(
        Section(
            "honour",
            text("荣誉和生活", "Honour and living"),
            (
                Field(
                    "honour",
                    FieldKind.CHOICE,
                    text("劳模称号", "Honour"),
                    options=(
                        Option("national", text("全国劳动模范", "National")),
                        Option("provincial", text("省级劳动模范", "Provincial")),
                        Option("city", text("市级劳动模范", "City")),
                    ),
                ),
                Field("year", FieldKind.NUMBER, text("哪年获得", "Honoured in"), minimum=1950, maximum=2100),
                Field(
                    "income",
                    FieldKind.MONEY,
                    text("月收入", "Income a month"),
                    minimum=0,
                    unit=text("元", "yuan"),
                ),
                Field(
                    "living",
                    FieldKind.TEXTAREA,
                    text("生活和健康状况", "Living and health"),
                    maximum=500,
                    why=text("加密保存，只有帮扶专员看得到。", "Sealed: seen by assistance officers alone."),
                ),
            ),
        ),
        Section("account", text("收款账户", "The account"), payee_fields(service="model_worker_aid")),
    ),
    materials=(
        Material(
            "proofs",
            text("劳模证书、收入证明", "Certificate and proof of income"),
            is_required=False,
            max_files=4,
        ),
    ),
    max_papers=4,
    steps=(
        Step(
            "check",
            text("核实", "Check"),
            roles=("aid",),
            route=Route.OWN_UNION,
            acts=_ACTS,
            deadline=Deadline(5, is_working=True),
            help=text("核对劳模称号和收入；计算过程在右侧。", "Compare honour and income."),
            for_applicant=text("帮扶专员核对称号和收入。", "The officer compares honour and income."),
            approve_label=text("属实", "It is right"),
            next="decide",
        ),
        Step(
            "decide",
            text("审批", "Decision"),
            roles=("aid",),
            route=Route.PARENT,
            acts=_ACTS,
            deadline=Deadline(5, is_working=True),
            apart_from=("check",),
            outcome="give",
            help=text("金额按公开算法得出，不能手工改。", "The amount follows from the rule."),
            for_applicant=text("上级工会决定，同意后打款。", "The union above decides."),
            form=(Field("fund", FieldKind.TEXT, text("资金来源", "From which money"), maximum=60),),
            approve_label=text("同意发放", "Give it"),
        ),
    ),
    texts=(
        ("submitted", text("您的申请已收到，%(due)s前由%(union)s核实。", "Received; checked by %(due)s.")),
        ("approved", text("您的补助申请已通过，在“我的帮扶”可以查看。", "Agreed; see My aid.")),
    ),
)


class ModelWorkerAidHandler(ServiceHandler):
    """Keeps the register of model workers, computes what is missing, owes it."""

    key = "model_worker_aid"
    outcomes = frozenset({"give"})
    # The relation is read as chosen and as older forms wrote it.
    questions = frozenset(field.key for field in MODEL_WORKER_AID.fields) - {"relation"}
    stations = frozenset({"decide"})

    def why_not(self, person_id: int | None, on: date) -> str:
        """No member."""
        if casework.own_union(person_id) is not None:
            return ""
        return _("This help is for members. Ask your union to take you in first.")

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """A member; the income line of the place is entered; the account can be right."""
        if against := self.why_not(run.case.person_id, local_date(run.at)):
            return [AnswerProblem("honour", against)]
        try:
            claimed_of(run)
        except StandardMissing as missing:
            return [AnswerProblem("income", str(missing))]
        return account_problems(run)

    def changed(self, run: CaseRun, act: Act) -> None:
        """What is asked for is compared with claims of all programmes."""
        note_sent(run, act)

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Keep living and income of this year, decide and owe. Raises NothingToGive, StandardMissing, InvalidInput."""
        union = casework.own_union(run.case.person_id)
        if union is None or run.case.person_id is None:
            raise paying.NothingToGive(_("This help is for members. Ask your union to take you in first."))
        on = local_date(run.at)
        days = int(policies.value("aid.review_days", path=union.path, on=on))
        seen: dict[str, object] = {
            "union": union, "path": union.path, "honour": str(run.form["honour"]), "honoured_year": int(str(run.form["year"])),
            "living": str(run.form["living"]), "income": str(yuan(run.form, "income")), "reviewed_on": on,
            "review_due_on": on + timedelta(days=days), "updated_at": run.at,
        }  # fmt: skip
        ModelWorker.objects.update_or_create(
            person_id=run.case.person_id, defaults=seen, create_defaults=seen | {"created_at": run.at}
        )
        made = paying.grant(
            actor=run.actor, at=run.at,
            data=paying.Grant(
                person_id=run.case.person_id, union=union, kind=AidKind.MODEL_WORKER, claimed=claimed_of(run),
                payee=payments.payee_of(run.form), what=str(run.form["living"]),
                fund=str(run.data.steps["decide"]["fund"]), case=run.case,
            ),
        )  # fmt: skip
        return Result(
            note=_("%(yuan)s yuan, by the calculation") % {"yuan": f"{made.amount_yuan:,.2f}"},
            link="/me/aid/",
        )

    def panels(self, run: CaseRun) -> list[Panel]:
        """The calculation, and what it has in common with others."""
        try:
            return [*panel_of(claimed_of(run)), *alike_panels(run)]
        except StandardMissing as missing:
            return [Panel(_("Calculation"), note=str(missing))]


def claimed_of(run: CaseRun) -> Claimed:
    """What the claim comes to by the rules of her union's place today. Raises StandardMissing."""
    union, on = casework.own_union(run.case.person_id), local_date(run.at)
    path = union.path if union else ""
    held = policies.values(["aid.model_worker_income_yuan", "aid.model_worker_most_yuan"], path=path, on=on)
    line = held["aid.model_worker_income_yuan"].value
    check_set(line, _("The income line for model workers of this place has not been entered yet."))
    return support.model_worker(
        income_yuan=yuan(run.form, "income"), line_yuan=line, most_yuan=held["aid.model_worker_most_yuan"].value,
        given_yuan=given_in_year(run.case.person_id, AidKind.MODEL_WORKER, on),
    )  # fmt: skip
