"""A new phone: who is registered under a number she no longer has shows herself, and her union confirms it in one tap."""

from django.utils.translation import gettext as _

from smartunion.core.crypto.masking import mask_phone, mask_resident_id
from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Format,
    Route,
    Section,
    Step,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, Result, ServiceHandler
from smartunion.engines.casework.rules import Act
from smartunion.systems.organising.flows import new_phones as flows
from smartunion.systems.organising.services.standing import standing_of

NEW_PHONE = Definition(
    key="new_phone",
    title=text("换了手机号", "My phone number has changed"),
    summary=text(
        "原来登记的号码不用了：报姓名和证件号，由您的工会一键确认",
        "The number on record is not yours any more: name and ID number, confirmed by your union",
    ),
    category="membership",
    icon="phone-flip",
    audience="anyone",
    order=13,
    words="换号 手机号 换手机 号码不用了 登录不了 收不到验证码 原号码 停机",
    promise=text("您的工会三个工作日内确认，结果发到新号码。", "Confirmed within three working days; told to the new number."),
    source=text(
        "《个人信息保护法》第四十六条（更正、补充）；《工会会员会籍管理办法》（2016）",
        "Personal Information Protection Law art. 46; membership measures of 2016",
    ),
    handler="new_phone",
    page="joining:new_phone",
    is_narrow=True,
    subject=text("更换登记手机号", "A new phone number"),
    max_papers=0,
    sections=(
        Section(
            "who",
            text("您是谁", "Who you are"),
            (
                Field("name", FieldKind.TEXT, text("姓名", "Name"), maximum=60),
                Field("number", FieldKind.TEXT, text("新号码", "New number"), format=Format.MOBILE),
            ),
        ),
    ),
    steps=(
        Step(
            "confirm", text("确认是本人", "Confirm that it is she"), roles=("chair", "cadre", "admin"), route=Route.OWN_UNION,
            acts=(Act.APPROVE, Act.REFUSE), deadline=Deadline(3, is_working=True),
            help=text(
                "当面、电话或视频认出是本人即可确认；拿不准的，请本人带证件来或不予同意。原号码已收到提醒。",
                "Recognise her in person, by phone or by video, then confirm; not sure: refuse. The old number has been told.",
            ),
            for_applicant=text("您的工会认出是您，点一下就换好。", "Your union recognises you and confirms with one tap."),
            outcome="phone", approve_label=text("是本人，换号", "It is she: change the number"),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "有人报您的姓名和证件号，申请把您登记的手机号换成另一个号码，由您的工会核实。如果不是您本人，请打开此件撤回。",
                "Somebody with your name and ID number asks to change your phone number; your union looks. Not you? Open this "
                "and take it back.",
            ),
        ),
        ("approved", text("您登记的手机号已换成新号码，用新号码登录就是您的会籍。", "Your new number is registered.")),
    ),
    is_rated=False,
)  # fmt: skip


class NewPhoneHandler(ServiceHandler):
    """Takes the proven number over on approval; tells the new number when it is not."""

    key = "new_phone"
    outcomes = frozenset({"phone"})

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """The number proven by code replaces the one on record. Raises InvalidInput when that proof is gone."""
        flows.take_over(case=run.case, context=run.data.context, actor=run.actor, at=run.at)
        return Result(_("The new number is on the record."), "/me/record/")

    def changed(self, run: CaseRun, act: Act) -> None:
        """Whoever asked is told at her new number; the record itself is told by the case."""
        if act is Act.REFUSE:
            flows.tell_refused(case=run.case, context=run.data.context, at=run.at)

    def panels(self, run: CaseRun) -> list[Panel]:
        """Whom the registry knows by that ID number, and both numbers."""
        person = run.case.person
        if person is None:
            return []
        now = standing_of(person)
        facts = [
            Fact(_("Name"), person.name),
            Fact(_("ID number"), mask_resident_id(person.resident_id)),
            Fact(_("Phone on record"), mask_phone(person.mobile)),
            Fact(_("New number, proven by code"), mask_phone(str(run.form.get("number", "")))),
            Fact(_("Employer"), now.employer),
            Fact(_("Membership now"), now.union),
        ]
        return [Panel(_("The registry on this person"), facts, _("Name and ID number given fit the record."))]
