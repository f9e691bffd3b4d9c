"""Terms of office: a union asks to hold its re-election, to put it off, or reports a by-election; the union above approves."""

from dataclasses import replace

from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import (
    Definition,
    Field,
    FieldKind,
    Material,
    Option,
    Route,
    Section,
    Step,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, Panel, PrefillAsk, Result, ServiceHandler
from smartunion.engines.casework.rules import Act
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.flows import re_elections, within_terms
from smartunion.systems.organising.flows.of_a_union import union_asked
from smartunion.systems.organising.services.found_union import election_panel
from smartunion.systems.organising.services.found_union_form import FOUND_UNION, ORGANS
from smartunion.systems.organising.services.term_fields import (
    ANSWER,
    CONTACT,
    FEDERATION,
    NUMBER,
    PROMISE,
    SOURCE,
    SUBMITTED,
    UNION,
)
from smartunion.systems.organising.services.term_panels import candidates_panel, term_panel

_STEPS = {step.key: step for step in FOUND_UNION.steps}

RE_ELECTION = Definition(
    key=re_elections.RE_ELECTION,
    title=text("工会换届选举", "Re-election of a union"),
    summary=text(
        "本届任期将满：报候选人、开会选举、报结果，批准后新一届自动登记",
        "The term ends: candidates, election, result; the new term is entered on approval",
    ),
    category="founding",
    icon="calendar-event",
    audience="staff",
    order=30,
    words="换届 改选 换届选举 任期届满 届满 重新选举 新一届委员会 候选人",
    promise=PROMISE,
    source=SOURCE,
    handler=re_elections.RE_ELECTION,
    subject=text("换届：%(union)s", "Re-election: %(union)s"),
    max_papers=2,
    sections=(
        Section("union", text("工会", "Union"), (UNION,)),
        Section(
            "congress",
            text("请示召开大会", "Ask to hold the congress"),
            tuple(
                replace(field, prefill="handler.slate") if field.key == "slate" else field
                for field in _STEPS["candidates"].form
            ),
            help=text(
                "现任委员已带入，不再提名的删去。重名的会员，在姓名后写手机尾号四位。",
                "Those in office are filled in; take out who does not stand again.",
            ),
        ),
        Section("contact", text("联系", "Contact"), (CONTACT,)),
    ),
    materials=(
        Material("request", text("换届请示", "Letter of request"), is_required=False, max_files=2),
    ),
    steps=(
        replace(_STEPS["congress"], route=Route.HANDLER, return_to=""),
        _STEPS["election"],
        replace(
            _STEPS["approve"],
            title=text("批复选举结果", "Approve the result"),
            help=text(
                "选举结果的核验见右侧；批复后新一届任期和班子自动登记，当选人收到通知，未连任的主席不再管理该工会。",
                "The judgement stands at the right; approval enters the term, tells the elected and ends the role of a chair "
                "who was not elected again.",
            ),
            for_applicant=text(
                "上级工会核验选举结果，15 日内批复；批准后新一届自动登记。",
                "The result is judged within 15 days; the new term is entered with it.",
            ),
            form=(NUMBER,),
            outcome="term", approve_label=text("批准选举结果", "Approve the result"),
        ),
    ),
    texts=(
        SUBMITTED,
        (
            "step:election",
            text(
                "%(union)s已同意召开大会。请选举后在“我的办件”里填报结果，%(due)s前完成。",
                "%(union)s agrees to the congress. Hold the election and report it by %(due)s.",
            ),
        ),
        (
            "step:approve",
            text("选举结果已报送%(union)s，最迟%(due)s批复。", "%(union)s has the result and answers by %(due)s."),
        ),
        (
            "approved",
            text(
                "选举结果已批准，新一届已登记。有法人资格的，请办理证书变更或换证。",
                "The new term is entered. Apply for the change or renewal of the certificate.",
            ),
        ),
    ),
    is_rated=False,
)  # fmt: skip

POSTPONEMENT = Definition(
    key=within_terms.POSTPONEMENT,
    title=text("延期换届", "Put a re-election off"),
    summary=text("不能按期换届的，报上级工会批准延期", "When the re-election cannot be held in time"),
    category="founding",
    icon="calendar-plus",
    audience="staff",
    order=31,
    words="延期换届 推迟换届 延长任期 不能按期换届",
    promise=PROMISE,
    source=SOURCE,
    handler=within_terms.POSTPONEMENT,
    subject=text("延期换届：%(union)s", "Re-election put off: %(union)s"),
    max_papers=2,
    sections=(
        Section(
            "what",
            text("申请延期", "What you apply for"),
            (
                UNION,
                Field("until", FieldKind.DATE, text("延期到哪天", "Until"), prefill="handler.until",
                      help=text("已填可延的最后一天，可以改早。", "The last day possible is filled in; earlier ones are fine.")),
                Field("why", FieldKind.TEXT, text("原因", "Why"), minimum=4, maximum=180),
                CONTACT,
            ),
        ),
    ),
    materials=(Material("request", text("延期请示", "Letter of request"), is_required=False, max_files=2),),
    steps=(
        Step(
            "approve", text("批复延期", "Approve the postponement"), roles=FEDERATION, route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN), deadline=ANSWER,
            help=text("延期期间本届班子继续履职；法人证书到期的，另行换证。", "The committee stays in office until then."),
            for_applicant=text("上级工会 15 日内批复。", "Answered within 15 days."),
            form=(NUMBER,),
            outcome="postponed", approve_label=text("同意延期", "Approve"),
        ),
    ),
    texts=(SUBMITTED, ("approved", text("已同意延期换届，请在新的期限前完成选举。", "Put off; hold the election in time."))),
    is_rated=False,
)  # fmt: skip

BY_ELECTION = Definition(
    key=within_terms.BY_ELECTION,
    title=text("补选工会干部", "Report a by-election"),
    summary=text("届中缺额补选主席、副主席或委员，报上级工会批准", "A free post was filled within the term"),
    category="founding",
    icon="person-plus",
    audience="staff",
    order=31,
    words="补选 增补 主席辞职 主席调离 缺额 届中调整",
    promise=PROMISE,
    source=SOURCE,
    handler=within_terms.BY_ELECTION,
    subject=text("补选：%(union)s", "By-election: %(union)s"),
    max_papers=2,
    sections=(
        Section(
            "what",
            text("补选结果", "The outcome"),
            (
                UNION,
                Field(
                    "organ", FieldKind.CHOICE, text("机构", "Organ"),
                    options=(*ORGANS[:2], replace(ORGANS[2], value="women")),
                ),
                Field("post", FieldKind.CHOICE, text("职务", "Post"), options=(
                    Option("chair", text("主席（主任）", "Chair")),
                    Option("vice_chair", text("副主席（副主任）", "Vice-chair")),
                    Option("member", text("委员", "Member")),
                    Option("organiser", text("组织员", "Organising officer")),
                )),
                Field(
                    "name", FieldKind.TEXT, text("当选人", "Who was elected"), maximum=60,
                    help=text(
                        "须是本会会员；重名的，在姓名后写手机尾号四位。",
                        "A member; where names are shared, with the end of the phone.",
                    ),
                ),
                Field(
                    "leaves", FieldKind.CHOICE, text("原任者为何离任", "Why who held it leaves"), is_required=False,
                    options=(
                        Option("resigned", text("辞去职务", "Resigned")),
                        Option("replaced", text("撤换（会员大会决议）", "Replaced by the congress")),
                        Option("moved", text("调离", "Moved away")),
                    ),
                    help=text(
                        "职务仍有人担任的填写，批准后其任职到选举日为止；已登记离任的不填。罢免须全体过半数通过，由上级工会登记表决后再补选。",
                        "Only where somebody still holds the post: approval ends it on the day of the election. A recall needs "
                        "more than half of all and is entered by the union above with its votes first.",
                    ),
                ),
                Field("held_on", FieldKind.DATE, text("选举日期", "Day of the election"), past_only=True),
                Field("due", FieldKind.NUMBER, text("应到人数", "Due to attend"), minimum=1, maximum=1_000_000),
                Field("present", FieldKind.NUMBER, text("实到人数", "Present"), minimum=1, maximum=1_000_000),
                Field(
                    "votes", FieldKind.NUMBER, text("得票", "Votes for her"), minimum=0, maximum=1_000_000,
                    help=text(
                        "按选举规则，须超过应到人数的半数。", "By the election rules more than half of those due.",
                    ),
                ),
                CONTACT,
            ),
        ),
    ),
    materials=(Material("minutes", text("会议记录或选票统计", "Minutes"), is_required=False, max_files=2),),
    steps=(
        Step(
            "approve", text("批复补选结果", "Approve the by-election"), roles=FEDERATION, route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN), deadline=ANSWER,
            help=text("批复后当选人任职到本届届满，并收到通知。", "She holds the post until the term ends, and is told."),
            for_applicant=text("上级工会 15 日内批复。", "Answered within 15 days."),
            form=(NUMBER,),
            outcome="by_elected", approve_label=text("批准补选结果", "Approve"),
        ),
    ),
    texts=(SUBMITTED, ("approved", text("补选结果已批准并登记。", "The by-election is entered."))),
    is_rated=False,
)  # fmt: skip


class AboutATerm(ServiceHandler):
    """What a union asks the union above about its term."""

    def context(self, ask: PrefillAsk) -> dict[str, str]:
        """The union the link names, when the actor works for it."""
        union = union_asked(ask)
        return {"union": str(union.pk)} if union is not None else {}

    def prefill(self, ask: PrefillAsk) -> Values:
        """The union, who serves, the last day possible, who is asking."""
        return re_elections.known(ask)

    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """The nearest federation above."""
        return re_elections.approving(run)

    def panels(self, run: CaseRun) -> list[Panel]:
        """The union and its running term."""
        return [term_panel(run)] if run.case.union is not None else []


class ReElectionHandler(AboutATerm):
    """Knows who serves and who is a member, judges the election, enters the term."""

    key = re_elections.RE_ELECTION
    outcomes = frozenset({"term"})
    questions = frozenset({"union", "planned_on", "meeting", "slate"})
    stations = frozenset({"election", "approve"})
    prefills = frozenset({"union", "slate", "contact"})

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """Her union, a grassroots one, none under way; candidates are members."""
        return re_elections.problems(run)

    def check_step(self, run: CaseRun, step: Step, values: Values) -> list[AnswerProblem]:
        """The election holds, and who was elected is a member."""
        return re_elections.election_problems(run, values) if step.key == "election" else []

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """The term is entered."""
        return re_elections.enter(run)

    def step_values(self, run: CaseRun, step: Step) -> Values:
        """What the register knows for the report on the election."""
        return re_elections.known_of_election(run) if step.key == "election" else {}

    def panels(self, run: CaseRun) -> list[Panel]:
        """The running term, the candidates, and the judgement once there is one."""
        found = super().panels(run)
        if run.case.union is None:
            return found
        return [*found, election_panel(run) if "election" in run.data.steps else candidates_panel(run)]


class PostponementHandler(AboutATerm):
    """Lets the running committee stay in office."""

    key = within_terms.POSTPONEMENT
    outcomes = frozenset({"postponed"})
    questions = frozenset({"union", "until", "why"})
    stations = frozenset({"approve"})
    prefills = frozenset({"union", "until", "contact"})

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """Her union has a term, and the day is within the limits."""
        return within_terms.postponement_problems(run)

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """The term ends later."""
        return within_terms.postpone(run)

    def step_values(self, run: CaseRun, step: Step) -> Values:
        """Nothing is known ahead."""
        return {}


class ByElectionHandler(AboutATerm):
    """Enters who was by-elected."""

    key = within_terms.BY_ELECTION
    outcomes = frozenset({"by_elected"})
    questions = frozenset({"union", "organ", "post", "name", "leaves", "held_on", "due", "present", "votes"})
    stations = frozenset({"approve"})
    prefills = frozenset({"union", "contact"})

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """Her union, a member, a free place."""
        return within_terms.by_election_problems(run)

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """She holds the post."""
        return within_terms.by_elect(run)
