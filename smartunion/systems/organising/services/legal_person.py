"""Legal persons: a union applies for registration, change, renewal or cancellation; the registering federation examines."""

from smartunion.core.clock import local_date
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import (
    AnyOf,
    Deadline,
    Definition,
    Field,
    FieldKind,
    Format,
    Material,
    Option,
    Route,
    Section,
    Step,
    Test,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, Panel, PrefillAsk, Result, ServiceHandler
from smartunion.engines.casework.rules import Act
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.policies import CERTIFICATE_EXAM_DAYS
from smartunion.ground.registry.rules import IssuedFor
from smartunion.systems.organising.flows import legal_persons as flows
from smartunion.systems.organising.flows.of_a_union import union_asked

FEDERATION = ("cadre", "admin")
_SOURCE = text(
    "《基层工会法人登记管理办法》（总工办发〔2020〕20号）",
    "Rules on the legal-person registration of grassroots unions (ACFTU 2020 no. 20)",
)
_UNION = Field(
    "union", FieldKind.UNION, text("哪家工会", "Which union"), prefill="handler.union", in_digest=True,
    help=text("只能为自己任职的工会申请。", "Only a union you work for."),
)  # fmt: skip
_CONTACT = Field("contact", FieldKind.PERSON, text("经办人", "Who handles it"), prefill="handler.contact")
_EXAM = Deadline(15, is_working=True, policy=CERTIFICATE_EXAM_DAYS)
_EXPLAINED = AnyOf((Test("what", value=IssuedFor.CHANGE), Test("what", value=IssuedFor.REPLACEMENT)))

LEGAL_PERSON = Definition(
    key="legal_person",
    title=text("工会法人资格登记", "Register a union as legal person"),
    summary=text(
        "办理工会法人资格证书：首次登记、变更、到期换证、遗失补证，不收费",
        "The legal-person certificate: first registration, change, renewal, replacement; free of charge",
    ),
    category="founding",
    icon="award",
    audience="staff",
    order=32,
    words="法人资格 法人证书 统一社会信用代码 81开头 变更登记 换证 补证 银行开户",
    promise=text(
        "登记机关自收到申请之日起按规定的工作日审查完毕；不予登记的，说明理由。",
        "Examined within the working days of the rule; a refusal gives its reason.",
    ),
    source=_SOURCE,
    handler="legal_person",
    subject=text("法人资格登记：%(union)s", "Legal person: %(union)s"),
    max_papers=4,
    sections=(
        Section(
            "what",
            text("办理事项", "What you apply for"),
            (
                Field(
                    "what", FieldKind.CHOICE, text("事项", "Matter"), prefill="handler.what", in_digest=True,
                    options=(
                        Option(IssuedFor.FIRST, text("首次登记", "First registration")),
                        Option(IssuedFor.CHANGE, text("变更登记（名称、住所、法定代表人等）", "Change of name, address, head …")),
                        Option(IssuedFor.RENEWAL, text("换届后换证", "Renewal after the election")),
                        Option(IssuedFor.REPLACEMENT, text("遗失、损毁补证", "Replacement of a lost certificate")),
                    ),
                ),
                _UNION,
            ),
        ),
        Section(
            "data",
            text("证书上的内容", "What the certificate is to say"),
            (
                Field("name", FieldKind.TEXT, text("工会名称", "Name of the union"), prefill="handler.name", minimum=2,
                      maximum=120),
                Field("head", FieldKind.TEXT, text("法定代表人（主席）", "Legal representative (chair)"),
                      prefill="handler.head", maximum=60),
                Field("address", FieldKind.TEXT, text("住所", "Address"), prefill="handler.address", minimum=4, maximum=200),
                Field(
                    "about", FieldKind.TEXTAREA, text("变更或补证的原因", "Why"), visible_if=_EXPLAINED, maximum=300,
                    prefill="handler.about",
                    help=text("例如：2026 年 3 月换届，主席变更。", "For example: a new chair since March 2026."),
                ),
                _CONTACT,
            ),
            help=text(
                "已登记的内容自动填好，与实际不一致的直接改，登记后工会档案同时更新。",
                "What is known is filled in; correct what has changed, and the union’s record follows.",
            ),
        ),
    ),
    materials=(
        Material(
            "approval", text("上级工会的批复", "Approval of founding and election"), is_required=False, max_files=2,
            help=text("系统里已有批准文号的不用交。", "Not needed where its number is in the registry."),
        ),
        Material(
            "proof", text("法定代表人身份证明、变更决定等", "Chair’s identity, decision on the change"), is_required=False,
            max_files=2,
        ),
    ),
    steps=(
        Step(
            "examine", text("审查发证", "Examine and issue"), roles=FEDERATION, route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN), deadline=_EXAM,
            help=text(
                "核对右侧登记信息；代码由登记系统赋码后填入，已有代码的不用填。证书编号不填则自动编号，有效期不填则随本届任期。",
                "Compare with the registry. Enter the code once assigned; empty takes the known code, the next number and "
                "the end of the term.",
            ),
            for_applicant=text("登记机关审查申请，符合条件的发证。", "The federation examines and issues the certificate."),
            form=(
                Field("uscc", FieldKind.TEXT, text("统一社会信用代码（81 开头）", "Code (begins with 81)"), is_public=True,
                      is_required=False, format=Format.USCC),
                Field("issued_on", FieldKind.DATE, text("发证日期", "Issued on"), is_public=True, past_only=True),
                Field("valid_to", FieldKind.DATE, text("有效期至", "Valid until"), is_public=True, is_required=False),
                Field("number", FieldKind.TEXT, text("证书编号", "Number"), is_public=True, is_required=False, maximum=40),
            ),
            outcome="certificate", approve_label=text("准予登记并发证", "Register and issue"),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "申请已收到，编号 %(reference)s。%(union)s最迟%(due)s审查完毕。",
                "The application is in, reference %(reference)s. %(union)s examines it by %(due)s.",
            ),
        ),
        ("approved", text("工会法人资格已登记，请到登记机关领取盖章的证书。", "Registered; fetch the sealed certificate.")),
    ),
    is_rated=False,
)  # fmt: skip

LEGAL_PERSON_END = Definition(
    key="legal_person_end",
    title=text("工会法人资格注销", "Cancel a union’s legal person"),
    summary=text(
        "工会不再具有法人资格的，申请注销登记；撤销、合并工会时系统自动注销，不用另外申请",
        "When a union is to be no legal person any more; closing or merging a union cancels by itself",
    ),
    category="founding",
    icon="x-octagon",
    audience="staff",
    order=33,
    words="注销 法人资格 证书 作废",
    promise=LEGAL_PERSON.promise,
    source=_SOURCE,
    handler="legal_person_end",
    subject=text("法人资格注销：%(union)s", "Cancellation: %(union)s"),
    max_papers=2,
    sections=(
        Section(
            "what",
            text("申请注销", "Cancellation"),
            (
                _UNION,
                Field("on", FieldKind.DATE, text("自哪天起", "From"), prefill="today", past_only=True),
                Field("why", FieldKind.TEXT, text("原因和依据", "Reason and decision"), minimum=4, maximum=180),
                _CONTACT,
            ),
        ),
    ),
    materials=(
        Material("decision", text("会员（代表）大会决议或上级批复", "Decision or approval"), is_required=False, max_files=2),
    ),
    steps=(
        Step(
            "cancel", text("审查注销", "Examine and cancel"), roles=FEDERATION, route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN), deadline=_EXAM,
            help=text("收回证书正副本和印章，确认账户已清理。", "Take certificate and seal back; see that the account is settled."),
            for_applicant=text("登记机关审查后注销，请交回证书和印章。", "Hand certificate and seal in."),
            outcome="end", approve_label=text("准予注销", "Cancel"),
        ),
    ),
    texts=(("approved", text("工会法人资格已注销。", "The legal person is cancelled.")),),
    is_rated=False,
)  # fmt: skip


class _OfAUnion(ServiceHandler):
    """What a union applies for with its registrar."""

    def context(self, ask: PrefillAsk) -> dict[str, str]:
        """The union the link names, when the actor works for it."""
        union = union_asked(ask)
        return {"union": str(union.pk)} if union is not None else {}

    def prefill(self, ask: PrefillAsk) -> Values:
        """The union, what is due, and what the registry says of it: as much of it as the form asks for."""
        return flows.known(ask)

    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """The nearest federation at county level or above."""
        return flows.registrar(run)

    def panels(self, run: CaseRun) -> list[Panel]:
        """Registry beside application, and the certificates so far."""
        return flows.panels(run)


class LegalPersonHandler(_OfAUnion):
    """Knows the union and its certificate; issues the new one and lets the record follow."""

    key = "legal_person"
    outcomes = frozenset({"certificate"})
    questions = frozenset({"what", "union", "name", "head", "address"})
    stations = frozenset({"examine"})
    prefills = frozenset({"union", "what", "name", "head", "address", "about", "contact"})

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """The applicant works for the union, it can be a legal person, its certificate fits the matter, nothing runs."""
        return flows.problems(run)

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """The certificate stands, the record says the same."""
        return flows.register(run)

    def step_values(self, run: CaseRun, step: Step) -> Values:
        """The known code, today."""
        code = run.case.union.uscc if run.case.union else ""
        return {"uscc": code, "issued_on": local_date(run.at).isoformat()}


class LegalPersonEndHandler(_OfAUnion):
    """Cancels the certificate of a union that stands on."""

    key = "legal_person_end"
    outcomes = frozenset({"end"})
    questions = frozenset({"union", "on", "why"})
    prefills = frozenset({"union", "contact"})

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """The applicant works for the union, and there is something to cancel."""
        return flows.end_problems(run)

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """The certificate is cancelled."""
        return flows.end(run)
