"""Joining a union: the case behind a scanned code, and what its approval does."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core.clock import local_date
from smartunion.core.crypto.masking import mask_phone, mask_resident_id
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
from smartunion.engines.casework.rules import Act
from smartunion.ground.accounts.flows.users import worker_for_phone
from smartunion.ground.accounts.models import User
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Membership, Person, TradeUnion
from smartunion.ground.registry.rules import LEADING, IdType, MembershipState
from smartunion.systems.organising.joining_rules import Why

JOIN = Definition(
    key="join",
    title=text("加入工会", "Join a union"),
    summary=text(
        "扫工会的二维码，或按单位名称入会，一分钟填完", "Scan a code or name your employer; it takes a minute"
    ),
    category="membership",
    icon="person-plus",
    audience="anyone",
    order=10,
    words="入会 加入 会员 参加工会 扫码 怎么入会 新就业 货车司机 快递 外卖 网约车",
    promise=text(
        "符合条件当场入会；需要核实的，由工会按承诺时限答复。",
        "At once when all is clear; else within the time promised.",
    ),
    source=text(
        "《工会法》第三条；《工会会员会籍管理办法》（2016）",
        "Trade Union Law art. 3; membership measures of 2016",
    ),
    handler="join",
    page="joining:start",
    subject=text("入会：%(employer)s", "Joining: %(employer)s"),
    sections=(
        Section(
            "who",
            text("入会申请", "Application"),
            (
                Field("name", FieldKind.TEXT, text("姓名", "Name")),
                Field(
                    "id_type",
                    FieldKind.CHOICE,
                    text("证件类型", "ID"),
                    options=(
                        Option(IdType.RESIDENT, text("居民身份证", "Resident ID card")),
                        Option(IdType.PERMIT, text("居住证或永久居留身份证", "Residence permit")),
                        Option(IdType.PASSPORT, text("护照", "Passport")),
                        Option(IdType.MILITARY, text("军人证件", "Military ID")),
                        Option(
                            IdType.HK_MACAO,
                            text("港澳居民来往内地通行证", "Hong Kong and Macao travel permit"),
                        ),
                        Option(IdType.TAIWAN, text("台湾居民来往大陆通行证", "Taiwan travel permit")),
                        Option(IdType.OTHER, text("其他证件", "Other document")),
                    ),
                ),
                Field("employer", FieldKind.EMPLOYER, text("工作单位", "Employer"), in_digest=True),
                Field(
                    "reasons",
                    FieldKind.TEXTAREA,
                    text("需要核实的原因", "Why it has to be looked at"),
                    is_required=False,
                ),
            ),
        ),
    ),
    materials=(
        Material(
            "work_proof",
            text("能证明在该单位工作的材料", "Something that shows you work there"),
            text(
                "工会核实不了时才请您补：工牌、合同、工资条任一张。",
                "Only when asked: badge, contract or pay slip.",
            ),
            is_required=False,
        ),
    ),
    max_papers=1,
    steps=(
        Step(
            "admit",
            text("审核入会", "Admission"),
            roles=("chair", "cadre", "admin"),
            route=Route.GIVEN_UNION,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(7, is_working=True, policy="casework.answer_days"),
            help=text(
                "核对单位和手机号；会籍从同意之日起算。不属于本工会的，请转给所在单位的工会。",
                "Check employer and phone; membership begins today. Forward people of other unions.",
            ),
            for_applicant=text(
                "工会核对您的单位和手机号，结果会发短信告诉您；会籍从同意之日起算。",
                "The union checks employer and phone and writes to you; membership begins on the day it agrees.",
            ),
            outcome="membership",
            approve_label=text("同意入会", "Take in"),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "您的入会申请已送到%(union)s，最迟%(due)s答复您。编号 %(reference)s，不用再次提交。",
                "Your application is with %(union)s; you will hear by %(due)s. Reference %(reference)s.",
            ),
        ),
        (
            "refused",
            text(
                "很抱歉，这次没有入会成功。原因：%(reason)s 如有疑问可联系%(union)s，或向上级工会反映。",
                "Your application was not granted. Reason: %(reason)s You can ask %(union)s or the union above.",
            ),
        ),
    ),
    is_rated=False,
)


class JoinHandler(ServiceHandler):
    """Starts the membership on the day of approval; shows registry and application side by side."""

    key = "join"
    outcomes = frozenset({"membership"})
    tells = frozenset({"approved"})  # the registry tells every new member itself

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Take the applicant in. A case filed as already decided only records the decision."""
        if run.data.context.get("outcome") != "asked" or run.case.person is None:
            return Result()
        union = TradeUnion.objects.get(path=run.case.path)
        state = MembershipState.PREPARATORY if union.kind in LEADING else MembershipState.ACTIVE
        employer = run.form.get("employer")
        row = registry.memberships.start(
            actor=run.actor,
            at=run.at,
            data=registry.NewMembership(
                person_id=run.case.person.pk,
                union_id=union.pk,
                on=local_date(run.at),
                state=state,
                employer_id=run.case.employer_id,
                source=f"case:{run.case.pk}",
                drive_id=run.case.drive_id,
                employer_name=str(employer.get("name", "")) if isinstance(employer, dict) else "",
            ),
        )
        if Why.PHONE in run.data.context.get("reasons", "").split():
            _take_phone(run, run.case.person)
        return Result(
            _("%(union)s, member since %(day)s") % {"union": union.name, "day": row.started_on}, "/card/"
        )

    def panels(self, run: CaseRun) -> list[Panel]:
        """Who the registry thinks she is, and who covers the employer."""
        person = run.case.person
        if person is None:
            return []
        return [_person_panel(run, person), *_employer_panel(run)]


def _take_phone(run: CaseRun, person: Person) -> None:
    """The officer has looked: the phone proven by code replaces the one on record, and the account is hers."""
    user = User.objects.filter(pk=run.case.user_id or -1).first()
    if user is None or not user.mobile:
        return
    registry.people.update_person(
        actor=run.actor,
        person_id=person.pk,
        version=person.version,
        changes={"mobile": user.mobile},
        at=run.at,
    )
    worker_for_phone(mobile=user.mobile, at=run.at)


def _person_panel(run: CaseRun, person: Person) -> Panel:
    user = User.objects.filter(pk=run.case.user_id or -1).first()
    proven = user.mobile if user is not None else ""
    same = bool(proven) and proven == person.mobile
    held = Membership.objects.filter(person=person, ended_on=None).select_related("union").first()
    facts = [
        Fact(_("Name"), person.name),
        Fact(_("ID number"), mask_resident_id(person.resident_id)),
        Fact(_("Phone on record"), mask_phone(person.mobile), mask_phone(proven), same if proven else None),
        Fact(_("Birth date"), person.birth_date.isoformat() if person.birth_date else ""),
        Fact(_("Membership now"), held.union.name if held is not None else pgettext("organising", "none")),
    ]
    note = "" if same else _("If you take her in, the phone proven by code replaces the one on record.")
    return Panel(_("The registry on this person"), facts, note)


def _employer_panel(run: CaseRun) -> list[Panel]:
    employer = run.case.employer
    if employer is None:
        return []
    union = registry.union_for_employer(employer, local_date(run.at))
    facts = [
        Fact(_("Employer"), employer.name),
        Fact(_("USCC"), employer.uscc),
        Fact(_("Address"), employer.address),
        Fact(_("Union covering it"), union.name if union is not None else pgettext("organising", "none")),
    ]
    return [Panel(_("The registry on the employer"), facts)]
