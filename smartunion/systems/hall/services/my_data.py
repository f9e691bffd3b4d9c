"""A person's own data as cases: a file of everything at once; deletion by an office that names what the law keeps."""

from dataclasses import replace

from django.utils.translation import gettext as _

from smartunion.core.actor import system
from smartunion.core.clock import local_date
from smartunion.core.errors import Refusal
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.definition import (
    Appeal,
    Deadline,
    Definition,
    Field,
    FieldKind,
    Material,
    Op,
    Option,
    Route,
    Rule,
    Rung,
    Section,
    Step,
    Test,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, Result, ServiceHandler
from smartunion.engines.casework.rules import Act
from smartunion.engines.casework.service import drop_folder, running_titles
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Membership, Person, TradeUnion
from smartunion.systems.hall.retention import kept
from smartunion.systems.hall.services.common import OFFICES, last_union, leading_above

#: Optional particulars of a person: given by choice, so taken back by choice.
OPTIONAL = (
    "ethnicity",
    "education",
    "political_status",
    "skill_grade",
    "hukou_type",
    "hukou_place",
    "native_place",
    "trade",
)
KNOWN = Rule(
    "known",
    text("登记里有您", "Known to the register"),
    Test("member.state", Op.FILLED),
    text("登记里没有您的信息。", "The register holds nothing of you."),
    text("只有账号的，在“我的 → 账号安全”里管理。", "An account alone is managed under “Me → Security”."),
)

DATA_EXPORT = Definition(
    key="data_export",
    title=text("带走我的数据", "Take my data along"),
    summary=text(
        "登记、会籍、办件、消息、谁看过：一个文件全给您",
        "Record, memberships, cases, messages, who looked: all in one file",
    ),
    category="my_data",
    icon="download",
    audience="worker",
    order=80,
    words="导出 我的数据 个人信息 复制 查阅 下载 带走 可携带",
    promise=text(
        "当场可下载，七天内有效，过期可再点一次。", "At once, for seven days; after that tap again."
    ),
    source=text(
        "《个人信息保护法》第四十五条；《网络数据安全管理条例》（2024）第二十五条",
        "Personal Information Protection Law art. 45; network data regulation of 2024 art. 25",
    ),
    handler="data_export",
    rung=Rung.ONE_TAP,
    is_narrow=True,
    events=("my_data",),
    eligibility=(KNOWN,),
    materials=(
        Material(
            "authority",
            text("本人身份证或委托书", "Your ID card, or an authority"),
            text(
                "本人登录办理的不用交；窗口代办的才需要。", "Only where somebody at a counter asks for you."
            ),
            is_required=False,
            max_files=2,
        ),
    ),
    max_papers=2,
    steps=(
        Step(
            "give",
            text("提供文件", "The file"),
            roles=OFFICES,
            route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN),
            deadline=Deadline(15),
            at_once=True,
            help=text(
                "本人已登录并验证手机，一般由系统当场提供。",
                "She has signed in; the program gives it at once.",
            ),
            for_applicant=text("核对是您本人登录，当场给出文件。", "Given at once, as you have signed in."),
            outcome="give",
            approve_label=text("提供", "Give"),
        ),
    ),
    texts=(
        (
            "approved",
            text(
                "您的数据文件已备好（%(reference)s），七天内打开下载。", "Your file is ready for seven days."
            ),
        ),
    ),
    is_rated=False,
)

DATA_DELETION = Definition(
    key="data_deletion",
    title=text("删除我的数据", "Delete my data"),
    summary=text(
        "能删的都删；法律要求留的，逐项告诉您为什么、留多久",
        "What can go goes; what the law keeps is named, with why and how long",
    ),
    category="my_data",
    icon="trash3",
    audience="worker",
    order=81,
    words="删除 注销 个人信息 删掉 清除 不想留 隐私",
    promise=text(
        "十五日内办结；不能删的逐项说明理由。", "Within fifteen days; what stays is explained item by item."
    ),
    source=text(
        "《个人信息保护法》第十九、四十七、五十条；《网络安全法》第二十一条；《民法典》第一百八十八条",
        "Personal Information Protection Law art. 19, 47, 50; Cybersecurity Law art. 21; Civil Code art. 188",
    ),
    handler="data_deletion",
    is_narrow=True,
    events=("my_data",),
    appeal=Appeal("decide", 30),
    subject=text("删除个人信息", "Deletion of data"),
    max_papers=0,
    sections=(
        Section(
            "what",
            text("删什么", "What to delete"),
            (
                Field(
                    "what",
                    FieldKind.CHOICE,
                    text("请删除", "Please delete"),
                    in_digest=True,
                    options=(
                        Option(
                            "optional",
                            text(
                                "选填信息和材料夹（会籍照常）",
                                "Optional details and my papers; I stay a member",
                            ),
                        ),
                        Option(
                            "all",
                            text("全部个人信息（须先退会）", "Everything; only after leaving the union"),
                        ),
                    ),
                    help=text(
                        "选填信息：民族、学历、政治面貌、技能等级、户籍、籍贯、工种。姓名、证件号、手机号是会籍必需的，退会后才能删。",
                        "Ethnicity, education, politics, skill, household, origin, trade. A membership needs name, number, phone.",
                    ),
                ),
                Field("why", FieldKind.TEXT, text("原因", "Why"), is_required=False, maximum=200),
            ),
        ),
    ),
    steps=(
        Step(
            "decide",
            text("核实并删除", "Check and delete"),
            roles=OFFICES,
            route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN),
            deadline=Deadline(15),
            help=text(
                "右侧列出依法保留的内容。同意后系统立即删除，不能恢复。",
                "Beside stands what the law keeps. Approving deletes at once, for good.",
            ),
            for_applicant=text(
                "工会核实后由系统删除；依法要留的逐项告知。",
                "The program deletes once the office has looked; what stays is named.",
            ),
            outcome="delete",
            approve_label=text("删除", "Delete"),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "您的删除请求（%(reference)s）已送到%(union)s，%(due)s前办结。",
                "With %(union)s; done by %(due)s.",
            ),
        ),
        (
            "approved",
            text(
                "您的个人信息已按请求删除（%(reference)s）；依法保留的内容和期限见办件页。",
                "Deleted as asked; what the law keeps stands in the case.",
            ),
        ),
    ),
)


class _OwnData(ServiceHandler):
    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """The federation above the union she belongs or belonged to."""
        return leading_above(last_union(run.case.person_id))


class DataExportHandler(_OwnData):
    """The file is made when it is opened, from what is held then; nothing lies about."""

    key = "data_export"
    outcomes = frozenset({"give"})

    def settles(self, run: CaseRun, step: Step) -> bool:
        """Only for whoever is signed in as this person: at a counter an officer hands nothing over by herself."""
        return run.case.person_id is not None and run.actor.person_id == run.case.person_id

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Open the door to the file for a week."""
        return Result(_("The file can be downloaded for seven days."), f"/me/data/{run.case.pk}/")


class DataDeletionHandler(_OwnData):
    """Deletes on approval; names on both sides what is kept, why and how long."""

    key = "data_deletion"
    questions = frozenset({"what"})
    outcomes = frozenset({"delete"})

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """Everything can only go after leaving, and when nothing of hers runs any more."""
        if run.case.person_id is None:
            return [
                AnswerProblem(
                    "what", _("The register holds no record of yours, so there is nothing to delete.")
                )
            ]
        if run.form.get("what") != "all":
            return []
        if Membership.objects.filter(person=run.case.person_id, ended_on=None).exists():
            words = _(
                "You are a member now, and the membership needs your name, number and phone. Leave the union first "
                "under “My record”, or have the optional details deleted."
            )
            return [AnswerProblem("what", words)]
        running = running_titles(run.case.person_id, except_case=run.case.pk or 0)
        if running:
            words = _("These cases of yours still run: %(cases)s. Withdraw them or wait until they end.")
            return [AnswerProblem("what", words % {"cases": "、".join(running)})]
        return []

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Delete. Raises StillMember, StillRunning, StaleState."""
        person = Person.objects.get(pk=run.case.person_id or 0)
        by = replace(system(), user_id=run.actor.user_id, name=run.actor.name)
        reason = _("Case %(reference)s") % {"reference": run.case.reference}
        if run.form.get("what") != "all":
            registry.people.update_person(
                actor=by,
                person_id=person.pk,
                version=person.version,
                changes=dict.fromkeys(OPTIONAL, ""),
                at=run.at,
            )
            papers = drop_folder(person.pk)
            return Result(
                _("Optional details deleted, %(count)s papers deleted.") % {"count": papers}, "/me/record/"
            )
        running = running_titles(person.pk, except_case=run.case.pk)
        if running:
            raise StillRunning(
                _("Cases of this person still run: %(cases)s.") % {"cases": "、".join(running)},
                remedy=_("Wait until they have ended."),
            )
        registry.people.erase(actor=by, person_id=person.pk, version=person.version, reason=reason, at=run.at)
        names = "、".join(str(one.what) for one in kept(_years(run)))
        return Result(
            _("Deleted. Kept by law, without your name where possible: %(names)s.") % {"names": names},
            "/me/data/",
        )

    def panels(self, run: CaseRun) -> list[Panel]:
        """What stays, why, how long."""
        facts = [Fact(str(one.what), f"{one.how_long}（{one.source}）") for one in kept(_years(run))]
        return [Panel(_("Kept by law"), facts, _("Everything else goes."))]


class StillRunning(Refusal):
    """Something of hers is not finished."""

    code = "still_running"


def _years(run: CaseRun) -> int:
    return int(policies.value("casework.keep_years", path="", on=local_date(run.at)))
