"""A member disputes what the registry says of her: her union looks, corrects or says why not, in time."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core.crypto.masking import mask_phone, mask_resident_id
from smartunion.core.errors import InvalidInput
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
    Reopening,
    Route,
    Section,
    Step,
    Test,
    text,
)
from smartunion.engines.casework.handlers import (
    CaseRun,
    Fact,
    Panel,
    PrefillAsk,
    Result,
    ServiceHandler,
)
from smartunion.engines.casework.rules import Act
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Person
from smartunion.ground.registry.rules import Sex
from smartunion.systems.organising.services.standing import standing_of

#: Items an approval corrects by itself; of the others the union says what it has done.
IDENTITY = ("name", "resident_id", "birth_date", "sex")
_SEX = {"男": Sex.MALE, "女": Sex.FEMALE, "male": Sex.MALE, "female": Sex.FEMALE}

#: What the form says of the record beside the item that is chosen: key of the item → its words.
_ON_RECORD = {
    "name": text("现在登记的姓名", "Name on record"),
    "resident_id": text("现在登记的证件号码", "ID number on record"),
    "birth_date": text("现在登记的出生日期", "Birth date on record"),
    "sex": text("现在登记的性别", "Sex on record"),
    "union": text("现在登记的工会和单位", "Union and employer on record"),
    "dates": text("现在登记的会籍起始日期", "Membership on record since"),
}


def _now(item: str) -> str:
    return f"now_{item}"


RECORD_DISPUTE = Definition(
    key="record_dispute",
    title=text("信息更正", "Correct my record"),
    summary=text(
        "姓名、证件号码、所在工会、入会日期登记错了，工会核实后更正",
        "Name, ID number, union or dates are wrong: your union looks and corrects them",
    ),
    category="membership",
    icon="flag",
    audience="worker",
    order=25,
    words="更正 登记错误 姓名错 身份证错 会籍错 异议 信息不对 不是我的工会",
    promise=text(
        "工会按承诺时限核实答复；不更正的，说明理由。", "Answered in time; a refusal gives its reason."
    ),
    source=text("《个人信息保护法》第四十六条", "Personal Information Protection Law art. 46"),
    handler="record_dispute",
    subject=text("更正登记信息：%(item)s", "Correction: %(item)s"),
    reopening=Reopening("look", 30),
    max_papers=2,
    sections=(
        Section(
            "what",
            text("哪里不对", "What is wrong"),
            (
                Field(
                    "item",
                    FieldKind.CHOICE,
                    text("有误的内容", "What is wrong"),
                    in_digest=True,
                    options=(
                        Option("name", text("姓名", "Name")),
                        Option("resident_id", text("证件号码", "ID number")),
                        Option("birth_date", text("出生日期", "Birth date")),
                        Option("sex", text("性别", "Sex")),
                        Option("union", text("所在工会或单位", "Union or employer")),
                        Option("dates", text("入会、转会、退会日期", "Dates of membership")),
                        Option("other", text("其他", "Other")),
                    ),
                ),
                *(
                    Field(
                        _now(item),
                        FieldKind.TEXT,
                        words,
                        prefill=f"handler.{_now(item)}",
                        is_locked=True,
                        is_required=False,
                        maximum=260,
                        visible_if=Test("item", value=item),
                    )
                    for item, words in _ON_RECORD.items()
                ),
                Field(
                    "right",
                    FieldKind.TEXT,
                    text("正确的内容", "What is right"),
                    maximum=100,
                    help=text(
                        "出生日期写成 1990-03-07；性别写男或女。",
                        "A birth date as 1990-03-07; sex as male or female.",
                    ),
                    why=text("只有核实的工会能看到。", "Seen only by the union that looks."),
                ),
                Field(
                    "about",
                    FieldKind.TEXTAREA,
                    text("说明", "Explanation"),
                    is_required=False,
                    maximum=500,
                ),
            ),
        ),
    ),
    materials=(
        Material(
            "proof",
            text("证明照片", "A paper that shows it"),
            help=text(
                "改姓名或证件号码请拍身份证；其他可拍劳动合同等，没有可不交。",
                "Your ID card for name or number; a labour contract or the like for the rest, if you have one.",
            ),
            is_required=False,
            max_files=2,
            visible_if=Test("item", Op.FILLED),
        ),
    ),
    steps=(
        Step(
            "look",
            text("核实更正", "Look and correct"),
            roles=("chair", "cadre", "admin"),
            route=Route.OWN_UNION,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(7, is_working=True, policy="casework.answer_days"),
            help=text(
                "姓名、证件号码、出生日期、性别：同意后系统自动更正并留痕。所在工会和日期：先在会员页面办理，再写明结果。",
                "Name, number, birth date and sex are corrected by approving. Union and dates: mend them on the member's "
                "page first, then say what was done.",
            ),
            for_applicant=text(
                "工会核对证明，更正后通知您；不更正的会说明理由。",
                "The union looks at the papers and tells you; a refusal gives its reason.",
            ),
            form=(
                Field(
                    "result",
                    FieldKind.TEXTAREA,
                    text("处理结果", "What was done"),
                    is_public=True,
                    maximum=300,
                    why=text("本人会看到这段话。", "The member reads this."),
                ),
            ),
            outcome="correct",
            approve_label=text("同意更正", "Correct it"),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "您的更正申请已送到%(union)s，最迟%(due)s答复您。编号 %(reference)s。",
                "Your request is with %(union)s; you will hear by %(due)s. Reference %(reference)s.",
            ),
        ),
        (
            "approved",
            text(
                "您的登记信息已处理（%(reference)s），可在“我的登记信息”查看。",
                "Your record has been put right (%(reference)s); see “My record”.",
            ),
        ),
    ),
)


class RecordDisputeHandler(ServiceHandler):
    """Corrects who somebody is on approval, with old and new value kept; shows both beside the case."""

    key = "record_dispute"
    outcomes = frozenset({"correct"})
    questions = frozenset({"item", "right"})
    prefills = frozenset(_now(item) for item in _ON_RECORD)

    def prefill(self, ask: PrefillAsk) -> Values:
        """What the registry says now of each item; numbers masked, "not entered" where it says nothing."""
        person = Person.objects.filter(pk=ask.actor.person_id or 0).first()
        if person is None:
            return {}
        now = standing_of(person)
        said = {
            "name": person.name,
            "resident_id": mask_resident_id(person.resident_id),
            "birth_date": person.birth_date.isoformat() if person.birth_date else "",
            "sex": str(person.get_sex_display()) if person.sex else "",
            "union": " · ".join(name for name in (now.union, now.employer) if name),
            "dates": now.since,
        }
        return {_now(item): value or _("not entered") for item, value in said.items()}

    def numbers(self, form: Values) -> frozenset[str]:
        """What is right of an ID number is one itself."""
        return frozenset({"right"} if form.get("item") == "resident_id" else ())

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """A value the registry cannot take is refused now, with what to write, and not by the office days later."""
        item, right = str(run.form.get("item") or ""), str(run.form.get("right") or "").strip()
        person = run.case.person
        if item not in IDENTITY or person is None:
            return []
        try:
            registry.people.check_correction(person, field=item, value=corrected(item, right), at=run.at)
        except InvalidInput as refusal:
            return [AnswerProblem("right", str(refusal))]
        return []

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Write the correction. Raises what people.correct raises, so that a wrong value is refused with its reason."""
        item, right = str(run.form.get("item") or ""), str(run.form.get("right") or "").strip()
        if item not in IDENTITY:
            return Result(_("Looked at and settled by the union."), "/me/record/")
        person = Person.objects.get(pk=run.case.person_id or 0)
        registry.people.correct(
            actor=run.actor, person_id=person.pk, version=person.version, field=item, value=corrected(item, right),
            reason=_("Case %(reference)s") % {"reference": run.case.reference}, at=run.at,
        )  # fmt: skip
        return Result(_("Corrected in the registry."), "/me/record/")

    def panels(self, run: CaseRun) -> list[Panel]:
        """What stands in the registry now."""
        person = run.case.person
        if person is None:
            return []
        now = standing_of(person)
        facts = [
            Fact(_("Name"), person.name),
            Fact(_("ID number"), mask_resident_id(person.resident_id)),
            Fact(_("Birth date"), person.birth_date.isoformat() if person.birth_date else ""),
            Fact(_("Sex"), str(person.get_sex_display())),
            Fact(_("Mobile number"), mask_phone(person.mobile)),
            Fact(_("Membership now"), now.union),
            Fact(_("Employer"), now.employer),
            Fact(pgettext("membership", "Since"), now.since),
        ]
        return [Panel(_("The registry on this person"), facts)]


def corrected(item: str, right: str) -> str | date:
    """The value as `people.correct` takes it. Raises InvalidInput for a day or sex that is none."""
    if item == "birth_date":
        try:
            return date.fromisoformat(right)
        except ValueError:
            raise InvalidInput(
                _("“%(text)s” is no date.") % {"text": right},
                remedy=_("Write a day as 1990-03-07."),
            ) from None
    if item == "sex":
        return _SEX.get(right.lower(), "")
    return right
