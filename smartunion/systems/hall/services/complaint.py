"""A complaint about a decision: the union above looks, answers with reasons, and what was wrong is put right."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.ids import row_ids
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Op,
    Option,
    Reopening,
    Route,
    Section,
    Step,
    Test,
    text,
)
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, PrefillAsk, ServiceHandler
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import Act
from smartunion.engines.offers.models import Booking, Offer
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.hall.services.common import OFFICES, last_union, leading_above

#: What the reference of an offer begins with.
_OFFER = "OFFER-"

COMPLAINT = Definition(
    key="complaint",
    title=text("对办理结果有意见", "Complain about a decision"),
    summary=text(
        "办得不对、办得太慢、态度不好：由上一级工会来看", "Wrong, slow or rude: the union above looks at it"
    ),
    category="matters",
    icon="chat-square-dots",
    audience="worker",
    order=39,
    words="投诉 申诉 不满意 意见 复查 办得不对 太慢 不公平 态度 举报工作人员",
    promise=text(
        "上一级工会七个工作日内答复，说明理由。",
        "The union above answers within seven working days, with reasons.",
    ),
    source=text(
        "《中国工会章程》第三条（会员监督批评权）；《个人信息保护法》第五十条（个人权利请求被拒绝的）",
        "ACFTU charter art. 3; Personal Information Protection Law art. 50",
    ),
    handler="complaint",
    is_narrow=True,
    events=("dispute", "my_data"),
    subject=text("对办理结果的意见", "A complaint"),
    reopening=Reopening("look", 30),
    max_papers=0,
    sections=(
        Section(
            "what",
            text("哪件事、为什么", "Which case, and why"),
            (
                Field(
                    "about_case",
                    FieldKind.TEXT,
                    text("办件编号", "Reference"),
                    prefill="handler.reference",
                    is_required=False,
                    maximum=24,
                    help=text(
                        "从那件办件或那个名额的页面点进来会自动填好；不是为某一件事的可不填。",
                        "Filled in when you come from the case or the place; leave it open if it is about none.",
                    ),
                ),
                Field(
                    "why",
                    FieldKind.CHOICE,
                    text("主要问题", "What is wrong"),
                    in_digest=True,
                    options=(
                        Option("wrong", text("结果不对", "The decision")),
                        Option("reason", text("没说清理由", "No reason was given")),
                        Option("slow", text("太慢、没有答复", "Too slow, no answer")),
                        Option("manner", text("态度、方式", "How I was treated")),
                        Option("other", text("其他", "Something else")),
                    ),
                ),
                Field(
                    "about",
                    FieldKind.TEXTAREA,
                    text("说说看", "In your words"),
                    maximum=1000,
                    why=text(
                        "只有上一级工会看得到，原承办人看不到。",
                        "Seen by the union above, not by those it is about.",
                    ),
                ),
                Field(
                    "wish", FieldKind.TEXT, text("希望怎样", "What you want"), is_required=False, maximum=200
                ),
            ),
        ),
    ),
    steps=(
        Step(
            "look",
            text("上级核查", "The union above looks"),
            roles=OFFICES,
            route=Route.HANDLER,
            acts=(Act.APPROVE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(7, is_working=True, policy="casework.answer_days"),
            help=text(
                "先看原办件全程。确有问题的，在原办件里重新办理（重开）或督促原单位，写明结果；没有问题的，把理由讲清楚。",
                "Read the whole case. What was wrong is put right there (reopen it) and said here; what was right is explained.",
            ),
            for_applicant=text(
                "由上一级工会核查，参与原决定的人不参加。",
                "Looked at by the union above, without those who decided.",
            ),
            form=(
                Field(
                    "found",
                    FieldKind.CHOICE,
                    text("核查结论", "Found"),
                    is_public=True,
                    in_digest=True,
                    options=(
                        Option("upheld", text("意见成立", "Upheld")),
                        Option("part", text("部分成立", "Upheld in part")),
                        Option("not", text("意见不成立", "Not upheld")),
                    ),
                ),
                Field(
                    "answer",
                    FieldKind.TEXTAREA,
                    text("答复和理由", "Answer and reasons"),
                    maximum=1000,
                    is_public=True,
                ),
                Field(
                    "done",
                    FieldKind.TEXT,
                    text("怎样纠正", "Put right by"),
                    maximum=200,
                    is_public=True,
                    visible_if=Test("found", Op.IS_NOT, "not"),
                ),
            ),
            approve_label=text("答复", "Answer"),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "您的意见（%(reference)s）由%(union)s核查，%(due)s前答复。",
                "%(union)s looks and answers by %(due)s.",
            ),
        ),
        ("approved", text("您的意见（%(reference)s）已答复，请打开查看。", "Answered; open it to read.")),
    ),
)


class ComplaintHandler(ServiceHandler):
    """Finds the case, place or offer it is about, goes to the union above whoever decided it, shows it beside."""

    key = "complaint"
    questions = frozenset({"about_case"})
    prefills = frozenset({"reference"})

    def context(self, ask: PrefillAsk) -> dict[str, str]:
        """The case or booking of her own, or the offer, that the link named."""
        case = _own(ask.context.get("case", ""), ask)
        if case is not None:
            return {"case": str(case.pk)}
        booking = _own_booking(ask.context.get("booking", ""), ask)
        if booking is not None:
            return {"booking": str(booking.pk)}
        offer = _shown_offer(ask.context.get("offer", ""))
        return {"offer": str(offer.pk)} if offer is not None else {}

    def prefill(self, ask: PrefillAsk) -> Values:
        """Its reference."""
        case = _own(ask.context.get("case", ""), ask)
        if case is not None:
            return {"reference": case.reference}
        booking = _own_booking(ask.context.get("booking", ""), ask)
        if booking is not None:
            return {"reference": booking.code}
        offer = _shown_offer(ask.context.get("offer", ""))
        return {"reference": f"{_OFFER}{offer.pk}"} if offer is not None else {}

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """A reference that is given must be one of hers."""
        if run.form.get("about_case") and about(run) is None and about_offer(run) is None:
            return [
                AnswerProblem(
                    "about_case",
                    _("None of your cases or places has this reference. Leave it open if you are not sure."),
                )
            ]
        return []

    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """The union above the one that decided; without a case, the federation above one's own union."""
        case = about(run)
        if case is not None:
            here = TradeUnion.objects.filter(path=case.path).select_related("parent").first()
            return leading_above(here.parent or here) if here is not None else None
        offered = about_offer(run)
        if offered is not None:
            return leading_above(offered[0].union.parent or offered[0].union)
        own = last_union(run.case.person_id)
        return leading_above(own.parent or own) if own is not None else None

    def panels(self, run: CaseRun) -> list[Panel]:
        """The case, or the offer and her booking, it is about."""
        case = about(run)
        if case is None:
            offered = about_offer(run)
            return [_offer_panel(*offered)] if offered is not None else []
        facts = [
            Fact(_("Case"), case.title, href=reverse("casework:desk_case", args=[case.pk])),
            Fact(_("State"), str(case.get_state_display())),
            Fact(_("Ended"), local_date(case.closed_at).isoformat() if case.closed_at else _("still runs")),
            Fact(_("Reason"), case.decision_reason or "–"),
        ]
        return [Panel(_("The case it is about"), facts)]


def about(run: CaseRun) -> CaseFile | None:
    """The case of the same person or account that the complaint names."""
    cases = CaseFile.objects.filter(reference=str(run.form.get("about_case") or "").strip().upper())
    hers = (
        cases.filter(person=run.case.person_id)
        if run.case.person_id
        else cases.filter(user_id=run.case.user_id or -1)
    )
    return hers.exclude(pk=run.case.pk).first()


def about_offer(run: CaseRun) -> tuple[Offer, Booking | None] | None:
    """The offer the complaint names, with her booking of it: by the code of her booking, or by the offer's number."""
    given = str(run.form.get("about_case") or "").strip().upper()
    person, user = run.case.person_id, run.case.user_id
    hers = Q(person_id=person) if person else Q(user_id=user or -1)
    booking = (
        Booking.objects.filter(hers, code=given).select_related("offer__union").first() if given else None
    )
    if booking is not None:
        return booking.offer, booking
    offer = _shown_offer(given.removeprefix(_OFFER)) if given.startswith(_OFFER) else None
    return (
        (offer, Booking.objects.filter(hers, offer=offer).order_by("-pk").first())
        if offer is not None
        else None
    )


def _offer_panel(offer: Offer, booking: Booking | None) -> Panel:
    facts = [
        Fact(_("Offer"), offer.title, href=reverse("offers:desk_offer", args=[offer.pk])),
        Fact(_("Offered by"), offer.union.name),
        Fact(_("Rule"), offer.basis or "–"),
        Fact(_("Her booking"), str(booking.get_state_display()) if booking else _("none: she was refused")),
    ]
    if booking is not None:
        facts.append(Fact(_("Reason"), " ".join(booking.reasons) or "–"))
    if offer.commitment:
        facts.append(
            Fact(_("The draw"), _("can be recomputed"), href=reverse("offers:drawn", args=[offer.pk]))
        )
    return Panel(_("The offer it is about"), facts)


def _own_booking(given: str, ask: PrefillAsk) -> Booking | None:
    return Booking.objects.of(ask.actor).filter(pk__in=row_ids([given])).first()


def _shown_offer(given: str) -> Offer | None:
    return Offer.objects.shown().filter(pk__in=row_ids([given])).select_related("union").first()


def complain_about(booking: Booking | None, offer: Offer | None) -> str:
    """Address of the complaint about a booking, or about being refused an offer."""
    named = f"booking={booking.pk}" if booking is not None else f"offer={offer.pk if offer else 0}"
    return f"{reverse('casework:service', args=['complaint'])}?{named}"


def _own(given: str, ask: PrefillAsk) -> CaseFile | None:
    return CaseFile.objects.of_applicant(ask.actor).filter(pk__in=row_ids([given])).first()
