"""Small wishes 微心愿: told to the union, shown without a name, taken up by helpers (S018)."""

from decimal import Decimal

from smartunion.core.codes.folding import squeeze
from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Option,
    Route,
    Section,
    Step,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, Result, ServiceHandler
from smartunion.engines.casework.rules import Act, CaseState
from smartunion.systems.matters.flows import wishes as flows
from smartunion.systems.matters.models import Wish
from smartunion.systems.matters.services.common import OFFICES

KINDS = (
    Option("goods", text("生活用品", "Things for daily life")),
    Option("child", text("孩子学习", "A child’s learning")),
    Option("skill", text("学技能", "Learning a skill")),
    Option("health", text("健康关爱", "Health and care")),
    Option("company", text("陪伴帮忙", "Company and a helping hand")),
    Option("other", text("其他", "Other")),
)
GROUPS = (
    Option("courier", text("快递员", "A courier")),
    Option("rider", text("外卖配送员", "A rider")),
    Option("driver", text("司机", "A driver")),
    Option("worker", text("企业职工", "A worker")),
    Option("sanitation", text("环卫工人", "A street cleaner")),
    Option("other", text("其他职工", "Another worker")),
)

WISH = Definition(
    key="wish",
    title=text("许个微心愿", "A small wish"),
    summary=text(
        "五百元以内的小心愿，工会隐去姓名后公布，热心人来认领",
        "A wish of up to five hundred yuan: shown without your name, taken up by somebody who helps",
    ),
    category="matters",
    icon="star",
    audience="worker",
    order=34,
    words="心愿 微心愿 愿望 许愿 帮忙 礼物 书包 文具 关爱 困难",
    promise=text("三个工作日内答复；公布后有人认领就告诉您。", "Answered within three working days."),
    source=text("“馨”想事成微心愿服务计划的做法（盐南高新区总工会）", "Micro-wish plan of a district federation"),
    handler="wish",
    subject=text("心愿：%(kind)s", "Wish: %(kind)s"),
    sections=(
        Section(
            "what",
            text("您的心愿", "Your wish"),
            (
                Field("kind", FieldKind.CHOICE, text("哪一类", "What kind"), options=KINDS, in_digest=True),
                Field(
                    "wish",
                    FieldKind.TEXTAREA,
                    text("想要什么、为什么", "What you wish for, and why"),
                    maximum=300,
                    help=text(
                        "不用写姓名、住址、病情。工会会改写成看不出是谁的话再公布。",
                        "No names, address or illness. The union words it so that nobody recognises you.",
                    ),
                ),
                Field(
                    "value",
                    FieldKind.NUMBER,
                    text("大约多少钱", "About how much"),
                    is_required=False,
                    minimum=0,
                    maximum=10000,
                    unit=text("元", "yuan"),
                ),
                Field("group", FieldKind.CHOICE, text("您是", "You are"), options=GROUPS, in_digest=True),
            ),
        ),
    ),
    max_papers=0,
    steps=(
        Step(
            "look",
            text("工会了解", "The union looks"),
            roles=OFFICES,
            route=Route.OWN_UNION,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(3, is_working=True),
            help=text(
                "改写成看不出是谁的一句话；超出微心愿的，请说明可以申请哪项帮扶。",
                "Word it so that nobody is recognised; what is too big is an application for aid: say which.",
            ),
            for_applicant=text("工会改写后公布，不出现您的姓名。", "Shown in the union’s words, without your name."),
            form=(
                Field("title", FieldKind.TEXT, text("公布的标题", "Title shown"), maximum=30, is_public=True),
                Field("words", FieldKind.TEXTAREA, text("公布的内容", "Words shown"), maximum=200, is_public=True),
            ),
            outcome="show",
            approve_label=text("公布心愿", "Show it"),
            next="fulfil",
        ),
        Step(
            "fulfil",
            text("等待圆愿", "Waiting to be fulfilled"),
            roles=OFFICES,
            acts=(Act.APPROVE, Act.REFUSE),
            deadline=Deadline(60),
            help=text(
                "认领人把东西交到工会，由工会转交；到期无人认领的，工会自己想办法。",
                "The helper brings it to the union, the union hands it on; nobody by the last day: find a way.",
            ),
            for_applicant=text("有人认领就告诉您，东西由工会转交。", "You are told when somebody takes it up."),
            form=(
                Field("handed", FieldKind.TEXTAREA, text("怎么圆的愿", "How it was fulfilled"), maximum=300, is_public=True),
            ),
            outcome="fulfilled",
            approve_label=text("已圆愿", "Fulfilled"),
        ),
    ),
    texts=(
        ("submitted", text("您的心愿已收到，%(due)s前答复。", "We have your wish; you are answered by %(due)s.")),
        (
            "step:fulfil",
            text("您的心愿已公布（不含姓名），有人认领就告诉您。", "Your wish is shown without your name."),
        ),
        ("approved", text("您的心愿已圆。可以在办件里说一声谢谢。", "Your wish is fulfilled. You can say thanks.")),
    ),
)  # fmt: skip


class WishHandler(ServiceHandler):
    """Shows the wish when the union lets it be seen, and ends it with the case."""

    key = "wish"
    outcomes = frozenset({"show", "fulfilled"})
    questions = frozenset({"kind", "value", "group"})
    stations = frozenset({"look", "fulfil"})

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Show the wish, or close it as fulfilled. Raises InvalidInput, StaleState."""
        if outcome == "show":
            words = run.data.steps["look"]
            wish = flows.show(actor=run.actor, case=run.case, data=_shown(run, words), at=run.at)
            return Result(note=wish.title, link="/wishes/")
        shown = Wish.objects.filter(case=run.case).first()
        if shown is not None:
            flows.close_by_union(
                wish=shown, told=str(run.data.steps["fulfil"]["handed"]), actor=run.actor, at=run.at
            )
        return Result()

    def changed(self, run: CaseRun, act: Act) -> None:
        """A case that ended without the wish takes it off the board."""
        if run.case.state in (CaseState.REFUSED, CaseState.WITHDRAWN):
            shown = Wish.objects.filter(case=run.case).first()
            if shown is not None:
                flows.end(wish=shown, at=run.at)


def _shown(run: CaseRun, words: dict[str, object]) -> flows.Shown:
    value = run.form.get("value")
    return flows.Shown(
        title=squeeze(str(words["title"])), text=squeeze(str(words["words"])), kind=str(run.form["kind"]),
        group=str(run.form.get("group", "")), value_yuan=Decimal(value) if isinstance(value, int) else None,
    )  # fmt: skip
