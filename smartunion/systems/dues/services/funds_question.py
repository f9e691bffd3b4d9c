"""A question about a union's report of its funds, answered beside the report for every member to read."""

from django.utils.translation import gettext as _

from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Route,
    Section,
    Step,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, PrefillAsk, Result, ServiceHandler
from smartunion.engines.casework.rules import Act
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.dues.models import FundsAnswer, FundsReport

FUNDS_QUESTION = Definition(
    key="funds_question",
    title=text("问一问工会经费", "Ask about the union’s funds"),
    summary=text(
        "看了经费收支报告有疑问，工会书面答复，问答公开在报告下面，不出现您的姓名",
        "A question about the report of funds, answered in writing beside the report, without your name",
    ),
    category="matters",
    icon="cash-coin",
    audience="worker",
    order=39,
    words="工会经费 会费 公开 账目 花在哪里 收支 经审 监督 钱去哪了 财务公开",
    promise=text("十个工作日内答复。", "Answered within ten working days."),
    source=text(
        "《工会法》第四十五条：经费收支情况定期向会员大会或者会员代表大会报告，接受监督",
        "Trade Union Law art. 45: income and spending are reported to the members and supervised by them",
    ),
    handler="funds_question",
    subject=text("经费提问", "Question about funds"),
    sections=(
        Section(
            "about",
            text("您的问题", "Your question"),
            (
                Field(
                    "question",
                    FieldKind.TEXTAREA,
                    text("想问什么", "What do you want to know"),
                    maximum=500,
                    help=text("比如：慰问支出比预算多，多在哪里？", "Such as: why was more spent on activities than planned?"),
                ),
            ),
        ),
    ),
    max_papers=0,
    steps=(
        Step(
            "answer",
            text("答复", "Answer"),
            roles=("cadre", "admin", "chair"),
            route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(10, is_working=True),
            help=text(
                "问题改写成看不出是谁问的一句话，与答复一起公开在报告下面，全体会员可见。",
                "Word the question so that nobody is recognised: it stands with the answer beside the report.",
            ),
            for_applicant=text("工会答复，问答公开在报告下面，不出现您的姓名。", "Answered beside the report, without your name."),
            form=(
                Field("asked", FieldKind.TEXTAREA, text("公开的问题", "Question as published"), maximum=500, is_public=True),
                Field("answer", FieldKind.TEXTAREA, text("答复", "Answer"), maximum=1000, is_public=True),
            ),
            outcome="answer",
            approve_label=text("公开答复", "Publish the answer"),
        ),
    ),
    texts=(
        ("submitted", text("您的问题已收到，%(union)s在%(due)s前答复。", "%(union)s answers by %(due)s.")),
        ("approved", text("您的问题已答复，请打开查看。", "Your question is answered; open it to read.")),
    ),
)  # fmt: skip


class FundsQuestionHandler(ServiceHandler):
    """Knows which report is meant, and puts the answer beside it."""

    key = "funds_question"
    outcomes = frozenset({"answer"})
    questions = frozenset({"question"})
    stations = frozenset({"answer"})

    def context(self, ask: PrefillAsk) -> dict[str, str]:
        """The report the link names, where its union tells it to whoever asks; else the newest one told to her."""
        report = _meant(ask.context.get("report", ""), ask.actor.person_id)
        return {"report": str(report.pk)} if report is not None else {}

    def greeting(self, ask: PrefillAsk) -> str:
        """Which report the question is about."""
        report = _meant(ask.context.get("report", ""), ask.actor.person_id)
        if report is None:
            return ""
        return _("About the report of %(union)s: %(span)s.") % {
            "union": report.union.name, "span": report.title,
        }  # fmt: skip

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """There is a report to ask about."""
        if _report_of(run) is None:
            return [AnswerProblem("question", _("Your union has not published a report of its funds yet."))]
        return []

    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """To the union whose report it is."""
        report = _report_of(run)
        return report.union if report is not None else None

    def step_values(self, run: CaseRun, step: Step) -> dict[str, object]:
        """The question as it was asked, to be worded."""
        return {"asked": run.form.get("question", "")}

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Put question and answer beside the report. Raises InvalidInput where the report is gone."""
        report = _report_of(run)
        if report is None:
            raise InvalidInput(_("The report asked about is no longer there."))
        words = run.data.steps["answer"]
        FundsAnswer.objects.update_or_create(
            case=run.case,
            defaults={
                "union": report.union, "year": report.year, "half": report.half, "answered_at": run.at,
                "question": squeeze(str(words["asked"]))[:500], "answer": str(words["answer"]).strip()[:1000],
            },
        )  # fmt: skip
        return Result(note=report.title, link=f"/funds/{report.pk}/")


def _meant(given: str, person_id: int | None) -> FundsReport | None:
    rows = FundsReport.objects.told_to(person_id).select_related("union")
    if given.isdigit():
        return rows.filter(pk=int(given[:18])).first()
    return rows.filter(state="published").order_by("-union__depth", "-year", "-half").first()


def _report_of(run: CaseRun) -> FundsReport | None:
    given = run.data.context.get("report", "")
    if given.isdigit():
        return FundsReport.objects.select_related("union").filter(pk=int(given[:18])).first()
    return _meant("", run.case.person_id)
