"""Requests 诉求: a question, a request or a suggestion to one's own union, answered by kind (12351 classes)."""

from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Option,
    Reopening,
    Route,
    Section,
    Step,
    text,
)
from smartunion.engines.casework.handlers import CaseRun
from smartunion.engines.casework.rules import Act
from smartunion.systems.matters.flows import orders
from smartunion.systems.matters.services.common import CATEGORIES, OFFICES, GatheredHandler

REQUEST = Definition(
    key="request",
    title=text("提诉求、问问题", "Ask the union"),
    summary=text(
        "想问的、想办的、想建议的，写给自己的工会，三个工作日内答复",
        "A question, a request, a suggestion to your own union: answered within three working days",
    ),
    category="matters",
    icon="chat-left-text",
    audience="worker",
    order=31,
    words="诉求 咨询 请求 建议 意见 提问 怎么办 暑托班 托管 食堂 宿舍 培训 活动 班车 12351",
    promise=text("咨询三个工作日、请求七个工作日、建议十五个工作日内答复。", "Answered in 3, 7 or 15 working days."),
    source=text("全国总工会 12351 职工服务热线运行规则（2023）：咨询、请求、建议分类办理", "Rules of the 12351 hotline (2023)"),
    handler="request",
    subject=text("诉求：%(category)s", "Request: %(category)s"),
    reopening=Reopening("answer", 30),
    sections=(
        Section(
            "what",
            text("您想说什么", "What you want to say"),
            (
                Field(
                    "class",
                    FieldKind.CHOICE,
                    text("这是", "This is"),
                    in_digest=True,
                    options=(
                        Option("ask", text("咨询：想弄清楚一件事", "A question")),
                        Option("request", text("请求：希望工会办一件事", "A request")),
                        Option("suggest", text("建议：有个主意", "A suggestion")),
                    ),
                ),
                Field("category", FieldKind.CHOICE, text("关于", "About"), options=CATEGORIES, in_digest=True),
                Field(
                    "about",
                    FieldKind.TEXTAREA,
                    text("说说看", "In your words"),
                    maximum=1000,
                    help=text("不用写身份证号和别人的姓名。", "No ID numbers, no names of others, please."),
                ),
                Field(
                    "people",
                    FieldKind.NUMBER,
                    text("有多少人和您想法一样", "How many want the same"),
                    is_required=False,
                    minimum=1,
                    maximum=100000,
                    unit=text("人", "people"),
                    in_digest=True,
                ),
                Field("seen", FieldKind.PHOTO, text("照片", "Photos"), is_required=False, maximum=3),
            ),
        ),
    ),
    max_papers=0,
    steps=(
        Step(
            "answer",
            text("答复", "Answer"),
            roles=OFFICES,
            route=Route.OWN_UNION,
            acts=(Act.APPROVE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(
                7, is_working=True, by_field="class", by_value=(("ask", 3), ("request", 7), ("suggest", 15))
            ),
            help=text(
                "写清楚办了什么、按什么规定；不归本级的转办。几个人提同一件事的，汇成一个需求一起答复。",
                "Say what was done and by which rule; forward what is not yours; gather what several people ask.",
            ),
            for_applicant=text("您的工会答复；不满意可以再提。", "Your union answers; not content, take it up again."),
            form=(
                Field("answer", FieldKind.TEXTAREA, text("答复", "Answer"), maximum=1000, is_public=True),
                Field("basis", FieldKind.TEXT, text("依据", "Based on"), is_required=False, maximum=120, is_public=True),
            ),
            approve_label=text("答复", "Answer"),
        ),
    ),
    texts=(
        ("submitted", text("您的诉求已收到，编号 %(reference)s，%(union)s在%(due)s前答复。", "%(union)s answers by %(due)s.")),
        ("approved", text("您的诉求（%(reference)s）已答复，请打开查看。不满意可以再提。", "Answered; open it to read.")),
    ),
)  # fmt: skip


class RequestHandler(GatheredHandler):
    """The similar ones beside it, and the work order it may become."""

    key = "request"
    questions = frozenset({"class", "about"})
    stations = frozenset({"answer"})

    def changed(self, run: CaseRun, act: Act) -> None:
        """What is kept of its words, and its work order, follow."""
        super().changed(run, act)
        orders.follow(run, act)
