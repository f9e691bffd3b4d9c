"""Degree subsidies 求学圆梦 (S049): conditions, the diploma, once in a life, a draw when places are fewer."""

from datetime import date

from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.paths import ancestors
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
    text,
)
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, Result, ServiceHandler
from smartunion.engines.casework.rules import Act
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.aid.flows import rounds
from smartunion.systems.aid.models import DegreeClaim, SubsidyRound
from smartunion.systems.aid.rules.given import DrawState, RoundState
from smartunion.systems.aid.services.common import PAYEE, payee_of

DEGREE_SUBSIDY = Definition(
    key="degree_subsidy",
    title=text("申请学历提升补助", "Claim a degree subsidy"),
    summary=text(
        "在职取得学历的会员可申请，每人一生一次；名额不够时公开摇号",
        "For members who took a degree beside work: once; drawn when places are few",
    ),
    category="skills",
    icon="mortarboard",
    audience="worker",
    order=62,
    words="求学圆梦 学历 补助 大专 本科 学费 助学 学历提升 毕业证",
    promise=text(
        "十个工作日内核对毕业证；报名截止后公开评定。",
        "The diploma is compared in ten working days; decided after the last day.",
    ),
    source=text(
        "求学圆梦行动（广东：每人 1000 元，名额 20000，摇号，每人一次）",
        "Study-dream action: drawn, once a person",
    ),
    handler="degree_subsidy",
    rung=Rung.PREFILLED,
    is_narrow=True,
    is_rated=False,
    events=("learning",),
    subject=text("学历提升补助", "Degree subsidy"),
    appeal=Appeal("check", 30),
    sections=(
        Section(
            "diploma",
            text("学历", "The degree"),
            (
                Field(
                    "degree",
                    FieldKind.CHOICE,
                    text("取得的学历", "Degree"),
                    in_digest=True,
                    options=(
                        Option("college", text("大专", "College")),
                        Option("bachelor", text("本科", "Bachelor")),
                        Option("master", text("硕士及以上", "Master and above")),
                    ),
                ),
                Field("school", FieldKind.TEXT, text("毕业院校", "School"), maximum=60),
                Field(
                    "number",
                    FieldKind.TEXT,
                    text("毕业证书编号", "Number of the diploma"),
                    maximum=30,
                    help=text("毕业证右下角，一般 18 位。", "At the lower right, mostly 18 digits."),
                ),
                Field("given_on", FieldKind.DATE, text("毕业日期", "Day of the diploma"), past_only=True),
            ),
        ),
        Section("account", text("收款账户", "The account"), PAYEE),
    ),
    materials=(Material("diploma", text("毕业证照片", "Picture of the diploma"), max_files=2),),
    max_papers=2,
    steps=(
        Step(
            "check",
            text("核对毕业证", "Compare the diploma"),
            roles=("aid",),
            route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN),
            deadline=Deadline(10, is_working=True),
            help=text(
                "在学信网核对证书编号、姓名和日期；同意后进入本批评定。",
                "Compare number, name and day; then she stands in the round.",
            ),
            for_applicant=text("工会在学信网核对毕业证。", "The union compares the diploma."),
            approve_label=text("符合条件", "Eligible"),
            outcome="eligible",
        ),
    ),
    texts=(
        ("submitted", text("您的申请已收到，%(due)s前核对完毕业证。", "Received; compared by %(due)s.")),
        (
            "approved",
            text(
                "您的毕业证已核对，符合条件。报名截止后评定，名额不够时公开摇号，结果会通知您。",
                "You are eligible; decided after the last day.",
            ),
        ),
    ),
)


class DegreeSubsidyHandler(ServiceHandler):
    """Finds the round, keeps to once in a life."""

    key = "degree_subsidy"
    outcomes = frozenset({"eligible"})

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """A round takes claims, the diploma is of its days, and she has had none."""
        held = round_of(run.case.person_id, local_date(run.at))
        if held is None:
            return [
                AnswerProblem(
                    "degree",
                    _("No round of degree subsidies takes claims in your union now."),
                )
            ]
        given_on = date.fromisoformat(str(run.form["given_on"]))
        if not held.diploma_from <= given_on <= held.diploma_to:
            words = _("This round is for diplomas given from %(first)s to %(last)s.")
            return [AnswerProblem("given_on", words % {"first": held.diploma_from, "last": held.diploma_to})]
        had = DegreeClaim.objects.exclude(state=DrawState.LOST).exclude(case=run.case)
        if had.filter(person_id=run.case.person_id or -1).exists():
            return [
                AnswerProblem(
                    "degree", _("A degree subsidy is given once; you have had one, or stand in a round.")
                )
            ]
        if had.filter(diploma_index__of=_number(run)).exists():
            return [AnswerProblem("number", _("This diploma has been used for a subsidy already."))]
        return []

    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """The union whose round it is."""
        held = round_of(run.case.person_id, local_date(run.at))
        return held.union if held is not None else None

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """She stands in the round. Raises HadAlready, StaleState, InvalidInput."""
        held = round_of(run.case.person_id, local_date(run.case.submitted_at or run.at))
        if held is None or run.case.person is None:
            raise rounds.HadAlready(_("The round this claim was for is no longer there."))
        rounds.find_eligible(
            actor=run.actor, round_id=held.pk, case=run.case, person=run.case.person, payee=payee_of(run.form), at=run.at,
            diploma=rounds.Diploma(_number(run), date.fromisoformat(str(run.form["given_on"]))),
        )  # fmt: skip
        return Result(note=_("Stands in “%(title)s”") % {"title": held.title})

    def panels(self, run: CaseRun) -> list[Panel]:
        """The round and its conditions."""
        held = round_of(run.case.person_id, local_date(run.case.submitted_at or run.at))
        if held is None:
            return []
        given_on = date.fromisoformat(str(run.form["given_on"]))
        fits = held.diploma_from <= given_on <= held.diploma_to
        days = Fact(
            _("Diplomas from and to"), f"{held.diploma_from} – {held.diploma_to}", str(given_on), fits
        )
        return [Panel(held.title, [days, Fact(_("Places"), f"{held.places:,}")])]


def round_of(person_id: int | None, on: date) -> SubsidyRound | None:
    """The open round of the narrowest union above a member that takes claims on a day."""
    union = casework.own_union(person_id)
    if union is None:
        return None
    held = SubsidyRound.objects.filter(
        path__in=ancestors(union.path), state=RoundState.OPEN, opens_on__lte=on, closes_on__gte=on
    ).select_related("union")
    return max(held, key=lambda one: (len(one.path), one.pk), default=None)


def _number(run: CaseRun) -> str:
    return squeeze(str(run.form["number"])).upper()
