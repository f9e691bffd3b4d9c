"""Money for an offer: set aside by whoever keeps the fund, booked as people get their thing or place, the rest put back."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible, Refusal, StaleState
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.models import Booking, Offer
from smartunion.engines.payments import service as payments
from smartunion.systems.programmes.models import Budget
from smartunion.systems.programmes.queries import needed_yuan

PROGRAMME = "offers"
ENTRY = payments.Programme(
    PROGRAMME, gettext_lazy("Gifts, check-ups, trips and classes"), is_sealed=False, in_kind=True
)
_ATTEMPTS = 5


class NotFunded(Refusal):
    """What an offer costs the union has not been set aside, or not in the amount it costs now."""

    code = "not_funded"
    status = 409


def is_funded(offer: Offer) -> bool:
    """Whether what an offer costs the union is set aside for it. Subsidies are owed to people, not set aside."""
    need = needed_yuan(offer)
    held = Budget.objects.filter(offer=offer, closed_at=None).values_list("set_yuan", flat=True).first()
    return need == (held or 0)


def check_funded(offer: Offer, actor: Actor) -> None:
    """Raise NotFunded before an offer is published whose money is not there, or was set aside by who publishes it."""
    if not is_funded(offer):
        raise NotFunded(
            _("This costs the union up to %(yuan)s yuan, which have not been set aside yet.")
            % {"yuan": f"{needed_yuan(offer):,.2f}"},
            remedy=_("A finance officer sets them aside under “Money for offers”; then publish it."),
        )  # fmt: skip
    held = Budget.objects.filter(offer=offer, closed_at=None).first()
    if held is not None and held.user_id is not None and held.user_id == actor.user_id:
        raise NotFunded(
            _("Whoever sets the money aside does not publish the offer."),
            remedy=_("Let a colleague publish it: two people look at what costs money."),
        )


@transaction.atomic
def set_aside(*, actor: Actor, offer_id: int, fund_id: int, at: datetime) -> Budget:
    """Set aside what an offer costs the union at most; what was set aside before and differs is put back first.

    Of an offer that is over only what was given out uncovered is set aside.
    Raises NotVisible; InvalidInput (nothing to set aside); StaleState (over, and everything covered); FundTooSmall.
    """
    offer = Offer.objects.filter(pk=offer_id).filter(actor.within("funds.manage", "path")).first()
    if offer is None:
        raise NotVisible
    if offer.state not in ("draft", "published", "allotted"):
        return _cover_late(offer, fund_id, actor, at)
    need = needed_yuan(offer)
    if need <= 0:
        raise InvalidInput(_("This offer costs the union nothing."), field="fund")
    held = _held(offer, fund_id, actor, at)
    more = need - held.set_yuan
    if held.fund_id != fund_id:
        if held.spent_yuan:
            raise StaleState(
                _("Some of it has been spent from the fund it was set aside in."),
                remedy=_("Stay with that fund."),
            )
        _put_back(held, held.set_yuan, actor, at)
        more = need
    if more < 0 and need < held.spent_yuan:
        raise StaleState(_("More than that has been given out already."))
    if more < 0:
        _put_back(held, -more, actor, at)
    elif more > 0:
        _reserve(held, fund_id, more, actor, at)
    _settle_over(held, actor, at)
    offers.name_fund(offer_id=offer.pk, fund=f"{held.fund.name}（{held.fund.get_source_display()}）", at=at)
    audit.record(
        actor, "programmes.money_set_aside", held, at=at, data={"offer": offer.pk, "yuan": str(need)}
    )
    return held


def _cover_late(offer: Offer, fund_id: int, actor: Actor, at: datetime) -> Budget:
    """What was given out after the rest had gone back: set aside in the same fund and booked at once."""
    held = Budget.objects.filter(offer=offer, over_yuan__gt=0).select_related("fund", "offer").first()
    if held is None:
        raise StaleState(_("This offer is over; nothing is set aside for it any more."))
    if held.fund_id != fund_id:
        raise StaleState(
            _("Some of it has been spent from the fund it was set aside in."),
            remedy=_("Stay with that fund."),
        )
    late = held.over_yuan
    _reserve(held, fund_id, late, actor, at)
    _settle_over(held, actor, at)
    _change(held, {"closed_at": at})
    audit.record(
        actor, "programmes.money_set_aside", held, at=at, data={"offer": offer.pk, "yuan": str(late)}
    )
    return held


def _held(offer: Offer, fund_id: int, actor: Actor, at: datetime) -> Budget:
    funds = payments.funds_for(actor, path=offer.path, programme=PROGRAMME, at=at)
    fund = funds.filter(pk=fund_id).first()
    if fund is None:
        raise InvalidInput(_("Choose one of the funds of the list."), field="fund")
    try:
        with transaction.atomic():
            held, _made = Budget.objects.select_related("fund").get_or_create(
                offer=offer,
                defaults={"path": offer.path, "fund": fund, "user_id": actor.user_id, "actor_name": actor.name[:80], "set_at": at},
            )  # fmt: skip
    except IntegrityError:
        raise StaleState from None
    return held


def _reserve(held: Budget, fund_id: int, yuan: Decimal, actor: Actor, at: datetime) -> None:
    before = held.set_yuan
    _change(held, {
        "set_yuan": before + yuan, "fund_id": fund_id, "round": held.round + 1, "user_id": actor.user_id,
        "actor_name": actor.name[:80], "set_at": at, "closed_at": None,
    })  # fmt: skip
    payments.reserve(
        actor=actor, at=at, fund_id=fund_id, path=held.path, programme=PROGRAMME, yuan=yuan,
        key=f"{held.offer_id}:set:{held.round}", text=held.offer.title,
    )  # fmt: skip


def _put_back(held: Budget, yuan: Decimal, actor: Actor, at: datetime) -> None:
    if yuan <= 0:
        return
    _change(held, {"set_yuan": held.set_yuan - yuan, "round": held.round + 1})
    payments.give_back(
        actor=actor, at=at, fund_id=held.fund_id, programme=PROGRAMME, yuan=yuan,
        key=f"{held.offer_id}:back:{held.round}", text=held.offer.title,
    )  # fmt: skip


def _change(held: Budget, values: Mapping[str, object]) -> None:
    """Compare-and-set on the row as it was read. Raises StaleState."""
    same = Budget.objects.filter(
        pk=held.pk,
        set_yuan=held.set_yuan,
        spent_yuan=held.spent_yuan,
        over_yuan=held.over_yuan,
        round=held.round,
    )
    if same.update(**values) != 1:
        raise StaleState(
            _("The money for this offer is being changed at this moment."), remedy=_("Please try once more.")
        )
    held.refresh_from_db()


def spend_for(booking: Booking, *, actor: Actor, at: datetime) -> None:
    """Book what somebody who came costs the union; once for a booking. What is no longer covered waits, nobody is sent away."""
    offer = booking.offer
    yuan = offers.union_yuan(
        offers.load_items(offer.items),
        offers.load_costs(offer.costs),
        item=booking.item,
        places=booking.party,
    )
    if yuan <= 0 or needed_yuan(offer) <= 0:
        return
    for _attempt in range(_ATTEMPTS):
        held = Budget.objects.filter(offer=offer).select_related("fund", "offer").first()
        if held is None:
            return
        try:
            with transaction.atomic():
                _book(held, yuan, f"{offer.pk}:booking:{booking.pk}", actor, at)
        except StaleState:  # somebody else came in at another door this moment
            continue
        return
    raise StaleState


def _book(held: Budget, yuan: Decimal, key: str, actor: Actor, at: datetime) -> None:
    if held.closed_at is not None or held.spent_yuan + yuan > held.set_yuan:
        _change(held, {"over_yuan": held.over_yuan + yuan})
        return
    booked = payments.spend(
        actor=actor,
        at=at,
        fund_id=held.fund_id,
        programme=PROGRAMME,
        key=key,
        yuan=yuan,
        text=held.offer.title,
    )
    if booked:
        _change(held, {"spent_yuan": held.spent_yuan + yuan})


def _settle_over(held: Budget, actor: Actor, at: datetime) -> None:
    """Book what waited, as far as what is set aside now covers it."""
    yuan = min(held.over_yuan, held.set_yuan - held.spent_yuan)
    if yuan <= 0:
        return
    _change(
        held,
        {"over_yuan": held.over_yuan - yuan, "spent_yuan": held.spent_yuan + yuan, "round": held.round + 1},
    )
    payments.spend(
        actor=actor, at=at, fund_id=held.fund_id, programme=PROGRAMME, yuan=yuan,
        key=f"{held.offer_id}:over:{held.round}", text=held.offer.title,
    )  # fmt: skip


def close_for(offer: Offer, *, actor: Actor, at: datetime) -> None:
    """Nothing of an offer is given any more: what is left goes back into the fund."""
    held = Budget.objects.filter(offer=offer, closed_at=None).select_related("fund", "offer").first()
    if held is None:
        return
    left = held.set_yuan - held.spent_yuan
    _put_back(held, left, actor, at)
    _change(held, {"closed_at": at, "back_yuan": held.back_yuan + left})
