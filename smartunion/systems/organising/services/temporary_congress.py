"""A congress called out of turn: agreed to, held, reported, what it decided entered."""

from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Material,
    Op,
    Option,
    Route,
    Section,
    Step,
    Test,
    Who,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, Panel, PrefillAsk, Result
from smartunion.engines.casework.rules import Act
from smartunion.systems.organising.flows import temporary_congresses as flows
from smartunion.systems.organising.services.found_union_form import ORGANS
from smartunion.systems.organising.services.re_election import AboutATerm
from smartunion.systems.organising.services.term_fields import (
    ANSWER,
    CONTACT,
    FEDERATION,
    NUMBER,
    SUBMITTED,
    UNION,
)

_BY_MEMBERS = Test("called_by", Op.IS, "members")
_ALL = text("会员大会填全体会员，代表大会填全体代表。", "All members, or all representatives.")

TEMPORARY_CONGRESS = Definition(
    key=flows.TEMPORARY,
    title=text("临时召开会员（代表）大会", "A congress out of turn"),
    summary=text(
        "工会委员会或三分之一以上会员提议，临时开会：罢免、补选、重大事项",
        "Proposed by the committee or a third of the members: recalls, by-elections, other matters",
    ),
    category="founding",
    icon="megaphone",
    audience="staff",
    order=31,
    words="临时大会 临时会员大会 临时代表大会 罢免主席 罢免委员 提议开会 三分之一会员",
    promise=text(
        "上级工会自收到之日起 15 日内答复；不同意的，说明理由。", "Answered within 15 days; a refusal gives its reason."
    ),
    source=text("《工会法》第十七条、第十八条", "Trade Union Law art. 17, 18"),
    handler=flows.TEMPORARY,
    subject=text("临时大会：%(union)s", "Congress out of turn: %(union)s"),
    max_papers=4,
    sections=(
        Section("union", text("工会", "Union"), (UNION,)),
        Section(
            "call",
            text("谁提议、开什么会", "Who proposes it, and what for"),
            (
                Field(
                    "called_by", FieldKind.CHOICE, text("由谁提议", "Proposed by"),
                    options=(
                        Option("committee", text("工会委员会", "The committee")),
                        Option("members", text("会员（会员代表）联名", "Members or representatives")),
                    ),
                ),
                Field(
                    "meeting", FieldKind.CHOICE, text("开什么会", "Kind of meeting"),
                    options=(
                        Option("members", text("会员大会", "All members")),
                        Option("representatives", text("会员代表大会", "Representatives")),
                    ),
                ),
                Field(
                    "entitled", FieldKind.NUMBER, text("全体人数", "How many there are in all"), minimum=1, maximum=1_000_000,
                    prefill="handler.entitled", visible_if=_BY_MEMBERS,
                    help=text(
                        "已填登记的有表决权会员数；会员代表大会改填全体代表人数。",
                        "Members with a vote are filled in; for representatives write how many there are.",
                    ),
                ),
                Field(
                    "asking", FieldKind.NUMBER, text("联名提议人数", "How many ask for it"), minimum=1, maximum=1_000_000,
                    visible_if=_BY_MEMBERS,
                    help=text(
                        "须达到全体的三分之一（当地另有规定的，从其规定）。",
                        "A third of all, unless the place has its own rule.",
                    ),
                ),
                Field(
                    "names", FieldKind.TEXTAREA, text("联名人名单", "Who asks for it"), is_required=False, maximum=20_000,
                    visible_if=_BY_MEMBERS,
                    help=text(
                        "一行一人：姓名、证件号码或手机号。填了的逐一与会员库核对，重名的请填号码；只有答复的上级工会能看到。",
                        "One a line: name, ID number or mobile number. Each is looked up among the members; of two of one name "
                        "give the number. Only the union that answers sees it.",
                    ),
                ),
                Field("planned_on", FieldKind.DATE, text("计划开会日期", "Day planned")),
                Field(
                    "agenda", FieldKind.MULTI, text("议什么", "What it decides about"),
                    options=(
                        Option("recall", text("罢免", "Recalls")),
                        Option("by_election", text("补选", "By-elections")),
                        Option("other", text("其他重大事项", "Other matters")),
                    ),
                ),
                Field("why", FieldKind.TEXTAREA, text("提议的理由", "Why"), minimum=4, maximum=500),
            ),
        ),
        Section("contact", text("联系", "Contact"), (CONTACT,)),
    ),
    materials=(
        Material(
            "request", text("联名提议书或委员会决议", "The signed proposal, or the committee's decision"), is_required=False,
            max_files=4,
        ),
    ),
    steps=(
        Step(
            "congress", text("答复临时大会", "Answer the proposal"), roles=FEDERATION, route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN), deadline=ANSWER,
            help=text(
                "提议人数是否达到三分之一见右侧；达到的应当召开。",
                "Whether enough ask for it stands at the right; then the congress has to be held.",
            ),
            for_applicant=text("上级工会 15 日内答复，然后开会。", "Answered within 15 days; then hold the congress."),
            approve_label=text("同意召开", "Agree"), next="report",
        ),
        Step(
            "report", text("报告大会结果", "Report the congress"), Who.APPLICANT, deadline=Deadline(60),
            help=text("开会后，把到会人数和决议填在这里。", "Hold the congress, then enter who was there and what it decided."),
            form=(
                Field("held_on", FieldKind.DATE, text("开会日期", "Day of the congress"), past_only=True),
                Field("due", FieldKind.NUMBER, text("应到人数", "Due to attend"), minimum=1, maximum=1_000_000, help=_ALL),
                Field("present", FieldKind.NUMBER, text("实到人数", "Present"), minimum=1, maximum=1_000_000),
                Field(
                    "recalled", FieldKind.ROWS, text("罢免表决", "Votes to recall"), is_required=False, maximum=30,
                    help=text(
                        "只填通过的罢免；须全体会员（代表）过半数赞成。",
                        "Only recalls that were passed: by more than half of all, there or not.",
                    ),
                    columns=(
                        Field("name", FieldKind.TEXT, text("姓名", "Name"), maximum=60),
                        Field("organ", FieldKind.CHOICE, text("机构", "Organ"), options=ORGANS),
                        Field("votes", FieldKind.NUMBER, text("赞成票", "In favour"), minimum=0, maximum=1_000_000),
                    ),
                ),
                Field("decided", FieldKind.TEXTAREA, text("决议内容", "What was decided"), minimum=4, maximum=1000),
                Field(
                    "minutes", FieldKind.PHOTO, text("会议记录照片", "Photo of the minutes"), is_required=False, maximum=3
                ),
            ),
            next="approve",
        ),
        Step(
            "approve", text("核验大会结果", "Judge the result"), roles=FEDERATION, route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN), deadline=ANSWER, return_to="report",
            help=text(
                "通过后，被罢免的职务自开会之日起终止，本人收到通知；补选另报。",
                "Posts end with the day of the congress and those recalled are told; a by-election is reported apart.",
            ),
            for_applicant=text("上级工会 15 日内核验。", "Judged within 15 days."),
            form=(NUMBER,),
            outcome="held", approve_label=text("大会有效", "The congress holds"),
        ),
    ),
    texts=(
        SUBMITTED,
        (
            "step:report",
            text(
                "%(union)s同意召开临时大会。请开会后在“我的办件”里填报结果，%(due)s前完成。",
                "%(union)s agrees. Hold the congress and report it by %(due)s.",
            ),
        ),
        ("step:approve", text("结果已报送%(union)s，最迟%(due)s核验。", "%(union)s has the result and judges it by %(due)s.")),
        (
            "approved",
            text(
                "临时大会的结果已登记。有职务空缺的，请办理“补选工会干部”。",
                "The result is entered. Report by-elections for the places that are free.",
            ),
        ),
    ),
    is_rated=False,
)  # fmt: skip


class TemporaryCongressHandler(AboutATerm):
    """Judges who may call a congress and whether it held; ends the posts of those recalled."""

    key = flows.TEMPORARY
    outcomes = frozenset({"held"})
    questions = frozenset({"union", "called_by", "meeting", "entitled", "asking", "planned_on"})
    stations = frozenset({"report", "approve"})
    prefills = frozenset({"union", "entitled", "contact"})

    def prefill(self, ask: PrefillAsk) -> Values:
        """The union, how many vote there, who is asking."""
        return flows.prefilled(ask)

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """Her union, a grassroots one with a committee, none under way; enough ask."""
        return flows.problems(run)

    def check_step(self, run: CaseRun, step: Step, values: Values) -> list[AnswerProblem]:
        """Enough were there, and recalls have more than half of all."""
        return flows.report_problems(run, values) if step.key == "report" else []

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Who was recalled holds the post no more."""
        return flows.enter(run)

    def step_values(self, run: CaseRun, step: Step) -> Values:
        """Nothing is known ahead."""
        return {}

    def panels(self, run: CaseRun) -> list[Panel]:
        """The running term, and who calls the congress."""
        found = super().panels(run)
        return [*found, flows.calling_panel(run)] if run.case.union is not None else found
