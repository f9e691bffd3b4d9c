"""Field matters 工情: reported on the spot, dispatched, handled, fed back, closed or taken up again."""

from smartunion.core.ids import row_id
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Op,
    Option,
    Reopening,
    Route,
    Section,
    Step,
    Test,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, PrefillAsk
from smartunion.engines.casework.rules import Act
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.systems.matters.flows import orders
from smartunion.systems.matters.services.common import CATEGORIES, OFFICES, GatheredHandler

MATTER = Definition(
    key="matter",
    title=text("反映工情", "Report a matter"),
    summary=text(
        "工资、社保、安全、矛盾苗头、职工困难，看到就报，有人管、有回音",
        "Wages, safety, conflicts, hardship: seen, reported, answered",
    ),
    category="matters",
    icon="megaphone",
    audience="anyone",
    order=30,
    words="工情 反映 投诉 举报 欠薪 工资 社保 安全 隐患 加班 合同 纠纷 困难 求助 建议 12351",
    promise=text(
        "一个工作日内交办，按难易程度限时办结，办结后回访。",
        "Dispatched within a working day, handled by difficulty, called back.",
    ),
    source=text(
        "全国总工会 12351 职工服务热线运行规则（2023）：按三类难度限时、回访、质检",
        "Rules of the 12351 hotline (2023)",
    ),
    handler="matter",
    subject=text("工情：%(category)s", "Matter: %(category)s"),
    own_case_ok=True,
    reopening=Reopening("handle", 30),
    sections=(
        Section(
            "what",
            text("什么事", "What it is about"),
            (
                Field(
                    "category",
                    FieldKind.CHOICE,
                    text("类别", "Category"),
                    in_digest=True,
                    options=CATEGORIES,
                ),
                Field(
                    "about",
                    FieldKind.TEXTAREA,
                    text("说说情况", "What happened"),
                    maximum=1000,
                    help=text(
                        "时间、地点、谁、怎么回事。不用写身份证号。",
                        "When, where, who, how. No ID numbers please.",
                    ),
                ),
                Field(
                    "people",
                    FieldKind.NUMBER,
                    text("涉及多少人", "People affected"),
                    minimum=1,
                    maximum=100000,
                    unit=text("人", "people"),
                    is_required=False,
                    in_digest=True,
                ),
                Field(
                    "urgent",
                    FieldKind.YES_NO,
                    text("有人身危险，或马上可能停工、聚集", "Danger to people, or a stoppage looming"),
                    in_digest=True,
                ),
                Field("seen", FieldKind.PHOTO, text("现场照片", "Photos"), is_required=False, maximum=6),
            ),
        ),
        Section(
            "where",
            text("在哪里", "Where"),
            (
                Field(
                    "place", FieldKind.PLACE, text("地点", "Place"), in_digest=True, prefill="handler.place"
                ),
                Field(
                    "employer",
                    FieldKind.EMPLOYER,
                    text("涉及单位", "Employer concerned"),
                    is_required=False,
                    prefill="handler.employer",
                    in_digest=True,
                ),
            ),
        ),
        Section(
            "who",
            text("怎么联系您", "How to reach you"),
            (
                Field(
                    "contact",
                    FieldKind.PERSON,
                    text("联系人", "Contact"),
                    prefill="account.name",
                    why=text(
                        "只有承办这件事的人能看到；不会告诉被反映的单位。",
                        "Seen only by those who handle it, never by the employer.",
                    ),
                ),
            ),
            visible_if=Test("category", Op.FILLED),
        ),
    ),
    max_papers=0,
    steps=(
        Step(
            "dispatch",
            text("受理交办", "Dispatch"),
            roles=OFFICES,
            route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(1, is_working=True, policy="organising.matter_dispatch_days"),
            help=text(
                "定难度、定承办；不归本级的转办。",
                "Set the difficulty and who handles it; forward what is not yours.",
            ),
            for_applicant=text(
                "工会核对情况，确定承办单位和办结期限。",
                "The union looks at it and decides who handles it by when.",
            ),
            form=(
                Field(
                    "level",
                    FieldKind.CHOICE,
                    text("难易程度", "Difficulty"),
                    in_digest=True,
                    options=(
                        Option("easy", text("一般（3 个工作日）", "Easy (3 working days)")),
                        Option("middle", text("较难（7 个工作日）", "Middling (7 working days)")),
                        Option("hard", text("疑难（15 个工作日）", "Hard (15 working days)")),
                    ),
                ),
                Field(
                    "order",
                    FieldKind.TEXTAREA,
                    text("交办要求", "What is to be done"),
                    is_required=False,
                    maximum=500,
                ),
            ),
            approve_label=text("交办", "Dispatch"),
            next="handle",
        ),
        Step(
            "handle",
            text("办理", "Handling"),
            roles=OFFICES,
            acts=(Act.APPROVE, Act.FORWARD, Act.RETURN),
            deadline=Deadline(
                7, is_working=True, by_field="level", by_value=(("easy", 3), ("middle", 7), ("hard", 15))
            ),
            help=text(
                "到现场核实，依法处理，写清结果。", "Look on the spot, act by the law, write the result."
            ),
            for_applicant=text(
                "承办单位到现场核实处理，期限按难易程度确定。",
                "Looked at on the spot and handled, in a time that fits its difficulty.",
            ),
            form=(
                Field(
                    "result",
                    FieldKind.TEXTAREA,
                    text("办理结果", "Result"),
                    is_public=True,
                    maximum=1000,
                    why=text("反映人会看到这段话。", "The reporter reads this."),
                ),
                Field(
                    "proof",
                    FieldKind.PHOTO,
                    text("办理照片", "Photos"),
                    is_public=True,
                    is_required=False,
                    maximum=6,
                ),
            ),
            approve_label=text("办完了", "Done"),
            return_to="dispatch",
            next="feedback",
        ),
        Step(
            "feedback",
            text("回访反馈", "Call back"),
            roles=OFFICES,
            acts=(Act.APPROVE, Act.RETURN),
            deadline=Deadline(3, is_working=True),
            help=text(
                "把结果告诉反映人，问一声是否满意；没办好的退回重办。",
                "Tell the reporter, ask whether it is right; give back what is not.",
            ),
            for_applicant=text(
                "工会联系您，核实是否办好；没办好退回重办。",
                "The union calls you and asks whether it is right.",
            ),
            form=(
                Field(
                    "reached",
                    FieldKind.CHOICE,
                    text("回访情况", "Call back"),
                    options=(
                        Option("content", text("已告知，满意", "Told, content")),
                        Option("partly", text("已告知，基本满意", "Told, partly content")),
                        Option("not", text("已告知，不满意但已解释", "Told, not content, explained")),
                        Option("unreached", text("三次未联系上", "Not reached in three tries")),
                    ),
                ),
                Field(
                    "said",
                    FieldKind.TEXTAREA,
                    text("反映人的意见", "What the reporter said"),
                    is_required=False,
                    maximum=500,
                ),
            ),
            approve_label=text("办结", "Close"),
            return_to="handle",
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "您反映的情况已收到，编号 %(reference)s，由%(union)s受理，%(due)s前交办。凭编号可随时查询。",
                "We have your report, reference %(reference)s; %(union)s dispatches it by %(due)s.",
            ),
        ),
        (
            "step:handle",
            text(
                "您反映的情况正在办理，承办：%(union)s，%(due)s前办结。",
                "Being handled by %(union)s until %(due)s.",
            ),
        ),
        (
            "step:feedback",
            text(
                "您反映的情况已办理，工会会联系您核实结果。",
                "It has been handled; the union will call you about the result.",
            ),
        ),
        (
            "approved",
            text(
                "您反映的情况（%(reference)s）已办结。不满意的，30 天内可要求重新办理。",
                "Closed (%(reference)s). Not content? You can have it taken up again within 30 days.",
            ),
        ),
    ),
)


class MatterHandler(GatheredHandler):
    """Sends a matter to the federation of the place or employer, or to the reporter's own union."""

    key = "matter"
    questions = frozenset({"about", "place"})
    stations = frozenset({"dispatch", "handle", "feedback"})
    prefills = frozenset({"place", "employer"})

    def context(self, ask: PrefillAsk) -> dict[str, str]:
        """An employer the link names (a visit's page): public register data."""
        return {key: value for key, value in ask.context.items() if key == "employer" and row_id(value)}

    def prefill(self, ask: PrefillAsk) -> Values:
        """Employer and place of the visit it was begun from."""
        number = row_id(ask.context.get("employer", ""))
        employer = Employer.objects.filter(pk=number).select_related("region").first()
        if employer is None:
            return {}
        place = {"region": employer.region.code if employer.region else "", "detail": employer.address}
        if employer.region is not None:
            place["name"] = employer.region.full_name
        return {"employer": {"id": employer.pk, "name": employer.name}, "place": place}

    def changed(self, run: CaseRun, act: Act) -> None:
        """What is kept of its words, and its work order, follow."""
        super().changed(run, act)
        orders.follow(run, act)

    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """The federation of the employer, else of the place, else the reporter's own union."""
        place = run.form.get("place")
        return (
            casework.federation_of_employer(run.case.employer)
            or casework.federation_of_place(place if isinstance(place, dict) else {})
            or casework.own_union(run.case.person_id)
        )
