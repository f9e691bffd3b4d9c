"""Founding an association of unions: preparation approved, congress held, result approved with a numbered letter."""

from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import (
    Deadline,
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
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, Result, ServiceHandler
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import Act
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import UnionKind
from smartunion.systems.organising.flows import associations
from smartunion.systems.organising.queries.congresses import attendance, officers

FEDERATION = ("cadre", "admin")

FOUND_ASSOCIATION = Definition(
    key="found_association",
    title=text("筹建工会联合会", "Found an association of unions"),
    summary=text(
        "行业或区域内的几家工会联合起来，召开代表大会，成立工会联合会",
        "Unions of one trade or area hold a congress and found their association",
    ),
    category="founding",
    icon="people",
    audience="staff",
    order=30,
    words="工会联合会 行业工会 区域工会 行业协会 代表大会 选举 批复 片区 商圈 园区",
    promise=text("上级工会收到申请和大会结果后，均在 15 日内批复。", "Answered within 15 days, twice."),
    source=text(
        "《工会法》第十一条、第十二条、第十六条；《工会基层组织选举工作条例》",
        "Trade Union Law art. 11, 12, 16; election regulation",
    ),
    handler="found_association",
    subject=text("筹建：%(name)s", "Association: %(name)s"),
    sections=(
        Section(
            "what",
            text("要成立的联合会", "The association"),
            (
                Field("federation", FieldKind.UNION, text("审批的上级工会", "Approving federation"), in_digest=True),
                Field(
                    "kind", FieldKind.CHOICE, text("类型", "Kind"), in_digest=True,
                    options=(
                        Option(UnionKind.ASSOCIATION_INDUSTRY, text("行业性工会联合会", "Industry association")),
                        Option(UnionKind.ASSOCIATION_AREA, text("区域性工会联合会", "Area association")),
                    ),
                ),
                Field("name", FieldKind.TEXT, text("联合会名称", "Name"), minimum=4, maximum=120),
                Field(
                    "association", FieldKind.TEXT, text("依托的行业协会、商会", "Trade association"), maximum=120,
                    is_required=False,
                ),
                Field(
                    "cluster", FieldKind.TEXT, text("产业集群或片区", "Cluster or area"), maximum=60, is_required=False,
                    help=text("例如：家政服务、石材加工、老街商圈。", "For example: domestic services."),
                ),
            ),
        ),
        Section(
            "members",
            text("成员工会", "Member unions"),
            (
                Field(
                    "unions", FieldKind.ROWS, text("参加的工会", "Unions taking part"), minimum=2, maximum=200,
                    help=text("写工会全称，须在上级工会的组织树里。", "Full names as in the tree."),
                    columns=(Field("name", FieldKind.TEXT, text("工会名称", "Union"), maximum=120),),
                ),
                Field(
                    "group", FieldKind.ROWS, text("筹备组成员", "Preparatory group"), minimum=1, maximum=15,
                    columns=(
                        Field("name", FieldKind.TEXT, text("姓名", "Name"), maximum=60),
                        Field("job", FieldKind.TEXT, text("单位和职务", "Employer and post"), maximum=60, is_required=False),
                    ),
                ),
                Field(
                    "places", FieldKind.NUMBER, text("拟选代表名额", "Representatives planned"), minimum=3, maximum=1000,
                    unit=text("名", "people"),
                ),
                Field("contact", FieldKind.PERSON, text("联系人", "Contact"), prefill="account.name"),
            ),
        ),
    ),
    materials=(
        Material("application", text("筹建申请", "Application letter"), max_files=3, is_required=False),
    ),
    max_papers=1,
    steps=(
        Step(
            "group", text("批准筹备", "Approve the preparation"), roles=FEDERATION, route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN),
            deadline=Deadline(15, policy="organising.founding_answer_days"),
            help=text(
                "核对成员工会和筹备组；同意后生成代表大会，名单、签到、投票、计票都在里面。",
                "Check the unions and the group; approval sets up the congress.",
            ),
            for_applicant=text("上级工会核对成员工会和筹备组，15 日内批复。", "Answered within 15 days."),
            outcome="group", approve_label=text("同意筹备", "Approve the preparation"), next="congress",
        ),
        Step(
            "congress", text("召开代表大会", "Hold the congress"), roles=FEDERATION, acts=(Act.APPROVE, Act.REFUSE),
            deadline=Deadline(90),
            help=text(
                "在代表大会页面登记代表、签到、投票、计票；大会闭幕后，由上级工会确认报送。",
                "Run the congress on its page; confirm here when it has ended.",
            ),
            for_applicant=text("召开代表大会，选举三个委员会。", "Hold the congress and elect the three committees."),
            outcome="held", approve_label=text("大会已闭幕，报送结果", "Report the result"), next="approve",
        ),
        Step(
            "approve", text("批复成立", "Approve the association"), roles=FEDERATION, acts=(Act.APPROVE, Act.REFUSE),
            deadline=Deadline(15, policy="organising.founding_answer_days"),
            help=text(
                "选举结果见右侧；批复后联合会进入组织树，任期、证书、批复文号一并生成。",
                "Approval sets the association up with its term, certificate and letter.",
            ),
            for_applicant=text("上级工会核验选举结果，15 日内批复。", "Judged within 15 days."),
            form=(
                Field("approved_name", FieldKind.TEXT, text("批准的名称", "Approved name"), is_public=True, minimum=4, maximum=120),
                Field("founded_on", FieldKind.DATE, text("成立日期", "Founded on"), is_public=True, past_only=True),
            ),
            outcome="union", approve_label=text("批准成立", "Approve"),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "筹建申请已收到，编号 %(reference)s。%(union)s最迟%(due)s批复。",
                "The application is in, reference %(reference)s. %(union)s answers by %(due)s.",
            ),
        ),
        ("approved", text("工会联合会已批准成立，批复文件可在代表大会页面下载。", "The association stands; its letter is ready.")),
    ),
    is_rated=False,
)  # fmt: skip


class FoundAssociationHandler(ServiceHandler):
    """Checks the unions, sets the congress up, and the association once it is elected."""

    key = "found_association"
    outcomes = frozenset({"group", "held", "union"})
    questions = frozenset({"federation", "kind", "name", "association", "cluster", "unions"})
    stations = frozenset({"approve"})

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """Every member union stands below the approving federation; the name is not running in another case."""
        return associations.problems(run)

    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """The federation chosen."""
        return associations.federation_of(run)

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Preparation: a congress; congress: only when it has ended; approval: the association stands."""
        if outcome == "group":
            return associations.set_up_congress(run)
        if outcome == "held":
            return associations.report_congress(run)
        return associations.set_up(run)

    def step_values(self, run: CaseRun, step: Step) -> Values:
        """The name applied for, today."""
        if step.key != "approve":
            return {}
        return {"approved_name": run.form.get("name", ""), "founded_on": local_date(run.at).isoformat()}

    def panels(self, run: CaseRun) -> list[Panel]:
        """The unions as the registry knows them, and the congress."""
        return [_unions_panel(run), *_congress_panel(run)]


def _unions_panel(run: CaseRun) -> Panel:
    found = associations.member_unions(run)
    facts = [Fact(one.name, one.get_kind_display(), href=f"/desk/unions/{one.pk}/") for one in found]
    return Panel(_("Member unions in the registry"), facts)


def _congress_panel(run: CaseRun) -> list[Panel]:
    case: CaseFile = run.case
    congress = associations.congress_of(case)
    if congress is None:
        return []
    now = attendance(congress)
    facts = [
        Fact(_("Congress"), congress.get_state_display(), href=f"/desk/congresses/{congress.pk}/"),
        Fact(_("Representatives due"), str(now.due)),
    ]
    facts += [Fact(f"{seat.organ.label} · {seat.post.label}", seat.name) for seat in officers(congress)]
    return [Panel(_("The congress and its result"), facts)]
