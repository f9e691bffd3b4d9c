"""Degree subsidies 求学圆梦: whoever has a place hands in the proof, the office compares it, the money is owed through payments."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import StaleState
from smartunion.core.ids import row_ids
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import (
    Appeal,
    Deadline,
    Definition,
    Field,
    FieldKind,
    Material,
    Option,
    Route,
    Rung,
    Section,
    Step,
    payee_fields,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, PrefillAsk, Result, ServiceHandler
from smartunion.engines.casework.rules import Act
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.models import Booking
from smartunion.engines.payments import service as payments
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.programmes.flows import comparing
from smartunion.systems.programmes.models import Proof

PROGRAMME = comparing.SUBSIDY

DEGREE_SUBSIDY = Definition(
    key="degree_subsidy",
    title=text("领取学历提升补助", "Claim a degree subsidy"),
    summary=text("求学圆梦摇中名额后，交毕业证明，核对后打款", "After a place was drawn: hand in the proof, then it is paid"),
    category="skills",
    icon="mortarboard",
    audience="worker",
    order=62,
    words="求学圆梦 学历 补助 大专 本科 学费 助学 学历提升 毕业证 摇号",
    promise=text("十个工作日内核对，同意后打款到您的银行卡。", "Compared in ten working days; then paid to your account."),
    source=text(
        "求学圆梦行动（广东：每人 1,000 元，20,000 个名额，摇号，每人一次）；德州市总工会 2025 年（500 名，每人 1,000 元）",
        "Study-dream action: Guangdong, 20,000 places of 1,000 yuan, drawn, once a person; Dezhou 2025",
    ),
    handler="degree_subsidy",
    rung=Rung.PREFILLED,
    is_narrow=True,
    is_rated=False,
    events=("learning",),
    subject=text("学历提升补助", "Degree subsidy"),
    appeal=Appeal("check", 30),
    sections=(
        Section(
            "place",
            text("名额", "The place"),
            (
                Field(
                    "place", FieldKind.TEXT, text("名额的码", "Code of the place"), prefill="handler.reference", maximum=16,
                    help=text("从“我的预约”进来会自动填好。", "Filled in when you come from “My bookings”."),
                ),
            ),
        ),
        Section(
            "diploma",
            text("学历", "The degree"),
            (
                Field(
                    "degree", FieldKind.CHOICE, text("取得或在读的学历", "Degree"), in_digest=True,
                    options=(
                        Option("college", text("大专", "College")), Option("bachelor", text("本科", "Bachelor")),
                        Option("master", text("硕士及以上", "Master and above")),
                    ),
                ),
                Field("school", FieldKind.TEXT, text("院校", "School"), maximum=60),
                Field(
                    "number", FieldKind.TEXT, text("毕业证编号或学籍在线验证码", "Number of the diploma"),
                    maximum=30,
                    help=text("毕业证右下角；在读的填学信网学籍验证码。", "At the lower right; or the code of the register."),
                ),
            ),
        ),
        Section(
            "account",
            text("收款账户", "The account"),
            payee_fields(service="degree_subsidy", own_only=True),
        ),
    ),
    materials=(
        Material("diploma", text("毕业证或学籍证明照片", "Picture of the diploma"), is_required=False, max_files=2),
    ),
    max_papers=2,
    steps=(
        Step(
            "check",
            text("核对证明", "Compare the proof"),
            roles=("cadre", "admin"),
            route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN),
            deadline=Deadline(10, is_working=True),
            help=text("在学信网核对编号和姓名；同意后转入待付款项。", "Compare number and name; then it is owed."),
            for_applicant=text("工会在学信网核对证明。", "The union compares the proof."),
            approve_label=text("属实，同意发放", "It is right, pay it"),
            outcome="pay",
        ),
    ),
    texts=(
        ("submitted", text("您的证明已收到，%(due)s前核对。", "Received; compared by %(due)s.")),
        ("approved", text("已核对，补助将打到您的银行卡，可在“我的款项”查看。", "Agreed; see My payments.")),
    ),
)  # fmt: skip


class DegreeSubsidyHandler(ServiceHandler):
    """Finds the place that was drawn, keeps a proof to one subsidy, owes the money."""

    key = "degree_subsidy"
    outcomes = frozenset({"pay"})
    prefills = frozenset({"reference"})
    questions = frozenset({"place", "number", "payee", "account", "bank"})

    def context(self, ask: PrefillAsk) -> dict[str, str]:
        """The booking of her own that the link named."""
        booking = _own(ask.context.get("booking", ""), ask)
        return {"booking": str(booking.pk)} if booking is not None else {}

    def prefill(self, ask: PrefillAsk) -> Values:
        """Its code."""
        booking = _own(ask.context.get("booking", ""), ask)
        return {"reference": booking.code} if booking is not None else {}

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """She has a place, the proof is used once, the account can be right and is her own."""
        booking = place_of(run)
        if booking is None:
            return [
                AnswerProblem("place", _("You have no place in a round of degree subsidies with this code."))
            ]
        if booking.occasion.ends_at <= run.at:
            return [AnswerProblem("place", _("The time to hand in the proof has passed."))]
        if Proof.objects.filter(number_index__of=_number(run)).exclude(booking=booking).exists():
            return [AnswerProblem("number", _("This proof has been used for a subsidy already."))]
        person = run.case.person
        found = payments.payee_problem(run.form, person.name if person is not None else "", own_only=True)
        if found is not None:
            return [AnswerProblem(*found)]
        return []

    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """The union whose offer it is."""
        booking = place_of(run)
        return booking.offer.union if booking is not None else None

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Keep the proof, note that she has what she came for, owe the money. Raises StaleState, InvalidInput."""
        booking = place_of(run)
        if booking is None or run.case.person_id is None:
            raise StaleState(_("The place this claim was for is no longer there."))
        amount = amount_of(booking)
        try:
            with transaction.atomic():
                Proof.objects.create(booking=booking, case=run.case, number=_number(run), made_at=run.at)
        except IntegrityError:
            raise StaleState(_("This proof has been used for a subsidy already.")) from None
        offers.fulfil(actor=run.actor, booking_id=booking.pk, at=run.at)
        payments.owe(
            actor=run.actor, at=run.at, programme=PROGRAMME, key=f"booking:{booking.pk}", union_id=booking.offer.union_id,
            person_id=run.case.person_id, amount_yuan=amount, title=booking.offer.title,
            payee=payments.payee_of(run.form),
            record=comparing.record_of(booking), decided_by=run.actor.user_id,
            handled_by=casework.handlers_of(run.case.pk),
        )  # fmt: skip
        return Result(note=_("%(yuan)s yuan, by the rule of the round") % {"yuan": f"{amount:,.2f}"})

    def changed(self, run: CaseRun, act: Act) -> None:
        """What is asked for is compared with claims of all programmes."""
        if act in {Act.SUBMIT, Act.RESUBMIT}:
            comparing.note_proof(run, place_of(run))

    def panels(self, run: CaseRun) -> list[Panel]:
        """The round, her place, and what the claim has in common with others."""
        booking = place_of(run)
        if booking is None:
            return []
        return [
            Panel(
                booking.offer.title,
                [
                    Fact(_("Her place"), f"{booking.code} · {booking.get_state_display()}"),
                    Fact(_("Yuan"), f"{amount_of(booking):,.2f}"),
                    Fact(_("Rule"), booking.offer.basis or "–"),
                ],
            ),
            *comparing.alike_panels(run, booking),
        ]


def amount_of(booking: Booking) -> Decimal:
    """What a place brings, in yuan: the union's part of the costs."""
    return offers.union_yuan((), offers.load_costs(booking.offer.costs))


def place_of(run: CaseRun) -> Booking | None:
    """The applicant's confirmed place with the code she gave."""
    code = squeeze(str(run.form.get("place") or "")).upper()
    rows = Booking.objects.filter(
        person_id=run.case.person_id or -1, code=code, state="confirmed", offer__kind="subsidy"
    )
    return rows.select_related("offer__union", "occasion").first()


def _own(given: str, ask: PrefillAsk) -> Booking | None:
    rows = Booking.objects.of(ask.actor).filter(state="confirmed", offer__kind="subsidy")
    return rows.filter(pk__in=row_ids([given])).first()


def _number(run: CaseRun) -> str:
    return squeeze(str(run.form.get("number", ""))).upper()
