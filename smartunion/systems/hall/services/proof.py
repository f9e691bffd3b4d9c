"""A certificate of membership: one tap, made at once, checked by whoever scans it."""

from smartunion.engines.casework.definition import (
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
from smartunion.engines.casework.handlers import CaseRun, Result, ServiceHandler
from smartunion.engines.casework.rules import Act
from smartunion.systems.hall.flows.proofs import issue

PROOF = Definition(
    key="membership_proof",
    title=text("开会员证明", "Certificate of membership"),
    summary=text("点一下就开好，PDF 可转发，扫码可验真", "One tap: a PDF to pass on, checked by scanning it"),
    category="membership",
    icon="patch-check",
    audience="worker",
    order=15,
    words="证明 会员证明 开证明 会籍证明 工会证明 在会证明 打印证明",
    promise=text(
        "符合条件当场开出；系统查不到会籍的，由工会核实后开。",
        "At once when you are a member; else your union looks.",
    ),
    source=text(
        "《中国工会章程》第三条、《工会会员会籍管理办法》（2016）；国务院“免申即享”“一次不用跑”改革要求",
        "ACFTU charter art. 3; membership measures of 2016",
    ),
    handler="membership_proof",
    rung=Rung.ONE_TAP,
    events=("proof", "new_job", "change_job"),
    eligibility=(
        Rule(
            "member",
            text("现在是工会会员", "A member of a union now"),
            Test("member.is_member", Op.IS, True),
            text("登记里没有您现在的会籍。", "The register holds no present membership of yours."),
            text("先入会，约一分钟；刚入会的请等工会同意。", "Join first; it takes a minute."),
        ),
    ),
    sections=(
        Section(
            "what",
            text("证明用途", "What for"),
            (
                Field(
                    "purpose",
                    FieldKind.CHOICE,
                    text("用在哪里", "For"),
                    is_required=False,
                    in_digest=True,
                    help=text(
                        "不选也能开；选了会印在证明上。", "Not needed; what you choose is printed on it."
                    ),
                    options=(
                        Option("benefit", text("办理工会服务、领取福利", "A union service or benefit")),
                        Option("aid", text("申请帮扶救助", "Asking for help")),
                        Option("study", text("报名培训、竞赛、评选", "A class, contest or award")),
                        Option("station", text("使用驿站等服务阵地", "Stations and places")),
                        Option("other", text("其他", "Something else")),
                    ),
                ),
                Field(
                    "since",
                    FieldKind.TEXTAREA,
                    text("在哪家工会、什么时候入的会", "Where and when you joined"),
                    is_required=False,
                    maximum=300,
                    help=text(
                        "登记里是会员的不用写。", "Not needed when the register knows you as a member."
                    ),
                ),
            ),
        ),
    ),
    materials=(
        Material(
            "old_card",
            text("原来的会员证或入会登记表", "Your old card or form"),
            text("登记里是会员的不用交。", "Not needed when the register knows you as a member."),
            is_required=False,
            folder="membership_card",
        ),
    ),
    max_papers=1,
    steps=(
        Step(
            "issue",
            text("开具证明", "Issue"),
            roles=("chair", "cadre", "admin"),
            route=Route.OWN_UNION,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN),
            deadline=Deadline(3, is_working=True),
            at_once=True,
            help=text(
                "系统没有自动开出的，请先核对会籍。",
                "Look at the membership first: the program could not decide.",
            ),
            for_applicant=text("登记里是会员的，系统当场开出。", "Made at once for members."),
            outcome="issue",
            approve_label=text("开具", "Issue"),
        ),
    ),
    texts=(
        (
            "approved",
            text(
                "您的会员证明已开好（%(reference)s），打开即可下载。",
                "Your certificate is ready (%(reference)s).",
            ),
        ),
    ),
    is_rated=False,
)


class ProofHandler(ServiceHandler):
    """Issues the certificate on approval, whoever approved."""

    key = "membership_proof"
    outcomes = frozenset({"issue"})

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Issue it from the membership that runs now. Raises NoMembership."""
        proof = issue(case=run.case, purpose=str(run.form.get("purpose") or ""), actor=run.actor, at=run.at)
        return Result(proof.number, f"/papers/{proof.number}/")
