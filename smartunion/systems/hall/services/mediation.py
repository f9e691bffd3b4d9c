"""A request for mediation: both sides, what is claimed, what happened; the rights desk goes on with the same fields."""

from dataclasses import replace

from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.definition import (
    Appeal,
    Deadline,
    Definition,
    Field,
    FieldKind,
    Op,
    Option,
    Reopening,
    Route,
    Rung,
    Section,
    Step,
    Test,
    text,
)
from smartunion.engines.casework.handlers import CaseRun
from smartunion.engines.casework.rules import Act
from smartunion.systems.hall.services.common import (
    CLAIMED,
    CLAIMS,
    COURT,
    DISPUTES,
    EMPLOYED,
    EMPLOYER,
    EVIDENCE,
    LEARNT_ON,
    MOBILE,
    OFFICES,
    PEOPLE,
    STORY,
    RightsHandler,
    check_claims,
)

MEDIATION = Definition(
    key="mediation",
    title=text("申请劳动争议调解", "Ask for mediation"),
    summary=text(
        "和单位谈不拢，请工会调解：不收费，十五天内有结果",
        "No agreement with the employer: the union mediates, free, within fifteen days",
    ),
    category="rights",
    icon="people",
    audience="worker",
    order=41,
    words="调解 劳动争议 纠纷 单位不给 辞退 加班费 赔偿 欠薪 工资 谈不拢 维权",
    promise=text(
        "三个工作日内答复是否受理；受理后十五日内调解不成，可以申请仲裁。",
        "An answer in three working days; without agreement in fifteen days you may go to arbitration.",
    ),
    source=text(
        "《劳动争议调解仲裁法》第二、五、十、十二、十四条，第二十七条（时效）；《工会法》第二十九条",
        "Labour Dispute Mediation and Arbitration Law art. 2, 5, 10, 12, 14, 27; Trade Union Law art. 29",
    ),
    handler="mediation",
    rung=Rung.PREFILLED,
    is_narrow=True,
    events=("dispute", "wages_owed", "injury"),
    subject=text("调解申请：%(about)s", "Mediation: %(about)s"),
    reopening=Reopening("mediate", 30),
    appeal=Appeal("accept", 30),
    max_papers=0,
    sections=(
        Section(
            "dispute",
            text("争议", "The dispute"),
            (
                EMPLOYER,
                Field(
                    "about",
                    FieldKind.CHOICE,
                    text("争的是什么", "What it is about"),
                    options=DISPUTES,
                    in_digest=True,
                ),
                CLAIMS,
                CLAIMED,
                replace(EMPLOYED, visible_if=Test("about", Op.IS, "wages")),
                LEARNT_ON,
                STORY,
            ),
        ),
        Section(
            "before",
            text("此前情况", "So far"),
            (
                Field(
                    "talked",
                    FieldKind.YES_NO,
                    text("和单位谈过吗", "Have you talked with the employer?"),
                ),
                COURT,
                PEOPLE,
                Field(
                    "way",
                    FieldKind.CHOICE,
                    text("希望怎样调解", "How to meet"),
                    is_required=False,
                    options=(
                        Option("present", text("到场", "In person")),
                        Option("video", text("视频或电话", "By video or phone")),
                        Option("any", text("都可以", "Either")),
                    ),
                ),
                MOBILE,
                EVIDENCE,
            ),
        ),
    ),
    steps=(
        Step(
            "accept",
            text("受理", "Acceptance"),
            roles=OFFICES,
            route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(3, is_working=True),
            help=text(
                "属于劳动争议、对方明确的应当受理；已有生效裁决的不受理，告知救济途径。本件只有承办工会可见。",
                "Accept what is a labour dispute with a named employer; not what has been decided. Only this office sees the case.",
            ),
            for_applicant=text(
                "工会三个工作日内告知是否受理；不受理的说明理由。",
                "The union says within three working days whether it takes it up.",
            ),
            form=(
                Field(
                    "organisation",
                    FieldKind.TEXT,
                    text("调解组织", "Mediating body"),
                    maximum=60,
                    is_public=True,
                ),
            ),
            approve_label=text("受理", "Accept"),
            next="mediate",
        ),
        Step(
            "mediate",
            text("调解", "Mediation"),
            roles=OFFICES,
            acts=(Act.APPROVE, Act.HOLD, Act.FORWARD),
            deadline=Deadline(15),
            help=text(
                "自收到申请之日起十五日内未达成协议的，如实填写，申请人可以申请仲裁。",
                "Without agreement in fifteen days say so: she may go to arbitration.",
            ),
            for_applicant=text(
                "调解员约双方见面；十五日内没有协议，您可以直接申请仲裁。",
                "The mediator brings both together; without agreement in fifteen days you may go to arbitration.",
            ),
            form=(
                Field(
                    "ended",
                    FieldKind.CHOICE,
                    text("结果", "How it ended"),
                    is_public=True,
                    in_digest=True,
                    options=(
                        Option("agreed", text("达成协议", "Agreement")),
                        Option(
                            "none", text("未达成协议，告知可申请仲裁", "No agreement; told of arbitration")
                        ),
                        Option(
                            "refused",
                            text("单位不愿调解，告知可申请仲裁", "Employer unwilling; told of arbitration"),
                        ),
                        Option("settled", text("双方自行和解", "Settled between them")),
                    ),
                ),
                Field(
                    "agreement",
                    FieldKind.TEXTAREA,
                    text("协议内容", "What was agreed"),
                    is_public=True,
                    maximum=1000,
                    visible_if=Test("ended", Op.IS, "agreed"),
                    help=text(
                        "双方签字、调解员签名并加盖调解组织印章后生效。",
                        "In force when both and the mediator have signed and the body has sealed it.",
                    ),
                ),
                Field(
                    "paid_yuan",
                    FieldKind.MONEY,
                    text("约定支付金额", "To be paid"),
                    is_required=False,
                    minimum=0,
                    is_public=True,
                    visible_if=Test("ended", Op.IS, "agreed"),
                ),
                Field(
                    "paper",
                    FieldKind.PHOTO,
                    text("调解协议书", "The agreement"),
                    is_required=False,
                    is_public=True,
                    visible_if=Test("ended", Op.IS, "agreed"),
                ),
                Field(
                    "next",
                    FieldKind.TEXT,
                    text("告知的下一步", "What she was told to do next"),
                    is_required=False,
                    maximum=200,
                    is_public=True,
                ),
            ),
            approve_label=text("结束调解", "Close"),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "您的调解申请（%(reference)s）已送到%(union)s，%(due)s前告知是否受理。",
                "With %(union)s; you hear by %(due)s.",
            ),
        ),
        (
            "approved",
            text(
                "调解（%(reference)s）已结束，请打开查看结果和下一步。",
                "Mediation has ended; open it for the result.",
            ),
        ),
    ),
)


class MediationHandler(RightsHandler):
    """Beside what requests of this kind share: money needs an amount."""

    key = "mediation"
    questions = RightsHandler.questions | {"claims", "employed"}

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """Money needs an amount."""
        return check_claims(run)
