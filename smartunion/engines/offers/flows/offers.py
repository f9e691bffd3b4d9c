"""Making, publishing, ending and calling off offers."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.ids import uuid7
from smartunion.core.jobs.flows import enqueue
from smartunion.core.reading import get_visible
from smartunion.engines.offers.flows import changes
from smartunion.engines.offers.handlers import FOLLOWERS, HANDLERS
from smartunion.engines.offers.models import Occasion, Offer, Quota
from smartunion.engines.offers.presets import PRESETS
from smartunion.engines.offers.rules import draw
from smartunion.engines.offers.rules.conditions import GROUPS, Conditions
from smartunion.engines.offers.rules.questions import Asked, Question, QuestionKind
from smartunion.engines.offers.rules.questions import check as check_questions
from smartunion.engines.offers.rules.terms import Cost, Item, answer_group, item_group
from smartunion.engines.offers.rules.terms import check as check_terms
from smartunion.engines.offers.rules.words import (
    RUNNING,
    Allocation,
    ChangeKind,
    LimitPeriod,
    OfferState,
    QuotaScope,
)
from smartunion.ground.registry.models import TradeUnion

#: Key of the job that tells everybody of a change, and of the one that cancels what was called off.
TELL_ALL = "offers.tell_all"
CALL_OFF = "offers.call_off"


@dataclass(frozen=True)
class QuotaData:
    """A share of the places. path: of a union; key: of a group or device; size: places."""

    scope: str
    size: int
    path: str = ""
    key: str = ""
    label: str = ""


@dataclass(frozen=True)
class OccasionData:
    """One time and place. capacity: for everybody together; quotas: shares within it."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    label: str = ""
    place: str = ""
    quotas: tuple[QuotaData, ...] = ()


@dataclass(frozen=True)
class OfferData:
    """What an offer says; fields as in the model. quotas: over all occasions together."""

    kind: str
    title: str
    opens_at: datetime
    closes_at: datetime
    occasions: tuple[OccasionData, ...]
    summary: str = ""
    details: str = ""
    place: str = ""
    audience_path: str = ""
    allocation: str = Allocation.DRAW
    conditions: Conditions = field(default_factory=Conditions)
    questions: tuple[Question, ...] = ()
    quotas: tuple[QuotaData, ...] = ()
    party_max: int = 1
    per_person: int = 1
    limit_key: str = ""
    limit_per: int = 1
    limit_period: str = LimitPeriod.YEAR
    limit_years: int = 1
    items: tuple[Item, ...] = ()
    costs: tuple[Cost, ...] = ()
    fewest: int = 0
    keep_key: str = ""
    keep_most: int = 0
    absences_most: int = 0
    attendance_pct: int = 0
    is_private: bool = False
    consent: str = ""
    basis: str = ""
    needs_confirming: bool = False
    is_transferable: bool = False
    cancel_hours: int = 24
    ban_days: int | None = None
    certificate_pct: int = 0
    ranking: str = ""
    fund: str = ""
    preset: str = ""
    client_id: UUID = field(default_factory=uuid7)


@transaction.atomic
def create_offer(*, actor: Actor, union_id: int, data: OfferData, at: datetime) -> Offer:
    """A draft of an offer with its occasions and quotas. The same client_id again: the same offer.

    Raises NotVisible, NotAllowed; InvalidInput naming the field.
    """
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can("offers.manage", path=union.path)
    again = Offer.objects.filter(client_id=data.client_id, union=union).first()
    if again is not None:
        return again
    check(data)
    offer = Offer.objects.create(
        **_values(data), client_id=data.client_id, union=union, path=union.path, user_id=actor.user_id,
        actor_name=actor.name[:80], created_at=at, updated_at=at,
    )  # fmt: skip
    _put_occasions(offer, data)
    audit.record(actor, "offers.offer_created", offer, at=at)
    return offer


@transaction.atomic
def revise_offer(*, actor: Actor, offer_id: int, data: OfferData, version: int, at: datetime) -> Offer:
    """Write a draft anew. Raises NotVisible, NotAllowed, StaleState (published, or changed meanwhile), InvalidInput."""
    offer = managed(actor, offer_id)
    check(data)
    rows = Offer.objects.filter(pk=offer.pk, state=OfferState.DRAFT, version=version)
    values = _values(data) | {"fund": data.fund or offer.fund}
    if rows.update(**values, updated_at=at, version=F("version") + 1) != 1:
        raise StaleState
    offer.quotas.all().delete()
    offer.occasions.all().delete()
    _put_occasions(offer, data)
    audit.record(actor, "offers.offer_revised", offer, at=at)
    offer.refresh_from_db()
    return offer


def _values(data: OfferData) -> dict[str, object]:
    values = {
        key: value for key, value in asdict(data).items() if key not in ("occasions", "quotas", "client_id")
    }
    values["conditions"] = data.conditions.dump()
    values["questions"] = [question.dump() for question in data.questions]
    values["items"] = [item.dump() for item in data.items]
    values["costs"] = [cost.dump() for cost in data.costs]
    values["ends_at"] = max(occasion.ends_at for occasion in data.occasions)
    return values


def _put_occasions(offer: Offer, data: OfferData) -> None:
    for one in data.occasions:
        occasion = Occasion.objects.create(
            offer=offer, label=one.label, place=one.place, starts_at=one.starts_at, ends_at=one.ends_at,
            capacity=one.capacity,
        )  # fmt: skip
        everybody = QuotaData(QuotaScope.ALL, one.capacity)
        _put_quotas(offer, occasion, (everybody, *one.quotas, *_kept(data)))
    stock = [
        QuotaData(QuotaScope.GROUP, one.stock, key=item_group(one.key), label=one.label[:60])
        for one in data.items
    ]
    _put_quotas(offer, None, (*data.quotas, *stock))


def _kept(data: OfferData) -> list[QuotaData]:
    """Of those who give the same answer at most so many at one occasion: a line that never stops, a class of many firms."""
    question = next((one for one in data.questions if one.key == data.keep_key), None)
    if question is None or not data.keep_most:
        return []
    return [
        QuotaData(QuotaScope.GROUP, data.keep_most, key=answer_group(question.key, answer), label=answer[:60])
        for answer in question.options
    ]


def _put_quotas(offer: Offer, occasion: Occasion | None, quotas: Sequence[QuotaData]) -> None:
    Quota.objects.bulk_create([Quota(offer=offer, occasion=occasion, **asdict(quota)) for quota in quotas])


def check(data: OfferData) -> None:
    """Raise InvalidInput naming the field of an offer that cannot be."""
    if not data.title.strip():
        raise InvalidInput(_("Give the offer a name."), field="title")
    if data.closes_at <= data.opens_at:
        raise InvalidInput(_("Sign-up has to close after it opens."), field="closes_at")
    if not 1 <= len(data.occasions) <= 200:
        raise InvalidInput(_("An offer needs between one and 200 occasions."), field="occasions")
    if min(data.party_max, data.per_person, data.limit_per) < 1 or data.party_max > 20:
        raise InvalidInput(_("One to twenty people come together."), field="party_max")
    if not 0 <= data.certificate_pct <= 100:
        raise InvalidInput(_("A share lies between 0 and 100 percent."), field="certificate_pct")
    if data.allocation == Allocation.RANKED and data.ranking not in HANDLERS:
        raise InvalidInput(_("Say by what need is ranked."), field="ranking")
    check_questions(data.questions)
    known = frozenset(GROUPS) | answer_groups(data.questions)
    for occasion in data.occasions:
        _check_occasion(occasion, data, known)
    _check_quotas(data.quotas, known)
    check_terms(data.items, data.costs)
    _check_course(data)


def answer_groups(questions: Sequence[Question]) -> frozenset[str]:
    """Keys of the groups that answers put people in: those to choices asked at sign-up."""
    return frozenset(
        answer_group(one.key, answer)
        for one in questions
        if one.kind == QuestionKind.CHOICE and one.asked == Asked.SIGN_UP
        for answer in one.options
    )


def _check_course(data: OfferData) -> None:
    kept = next((one for one in data.questions if one.key == data.keep_key), None)
    asks = (
        kept is not None
        and kept.is_required
        and kept.kind == QuestionKind.CHOICE
        and kept.asked == Asked.SIGN_UP
    )
    if data.keep_most and not asks:
        words = _("Choose a question with answers to choose from that everybody answers at sign-up.")
        raise InvalidInput(words, field="keep_question")
    if kept is not None and len(data.occasions) * len(kept.options) > 4000:
        raise InvalidInput(
            _("These are too many occasions and answers to keep apart."), field="keep_question"
        )
    if data.limit_period == LimitPeriod.YEARS and not 2 <= data.limit_years <= 20:
        raise InvalidInput(_("Write in how many years, 2 to 20."), field="limit_years")
    if not 0 <= data.attendance_pct <= 100 or data.absences_most > 60:
        raise InvalidInput(_("A share of the days lies between 0 and 100."), field="attendance_pct")
    if data.fewest > max(one.capacity for one in data.occasions):
        raise InvalidInput(_("An occasion has fewer places than are needed to hold it."), field="fewest")


def _check_occasion(one: OccasionData, data: OfferData, known: frozenset[str]) -> None:
    if one.ends_at <= one.starts_at:
        raise InvalidInput(_("An occasion ends after it begins."), field="ends_at")
    scarce = data.allocation in (Allocation.DRAW, Allocation.RANKED)
    if one.starts_at < data.closes_at and scarce:
        raise InvalidInput(_("Sign-up has to close before the first occasion begins."), field="closes_at")
    if not 1 <= one.capacity <= 10_000_000:
        raise InvalidInput(_("An occasion has at least one place."), field="capacity")
    _check_quotas(one.quotas, known)


def _check_quotas(quotas: Sequence[QuotaData], known: frozenset[str]) -> None:
    seen: set[tuple[str, str, str]] = set()
    for quota in quotas:
        named = (quota.scope, quota.path, quota.key)
        if quota.size < 0 or named in seen or (quota.scope == QuotaScope.UNION and not quota.path):
            raise InvalidInput(_("Each share of the places is named once, with its number."), field="quotas")
        if quota.scope == QuotaScope.GROUP and quota.key not in known:
            raise InvalidInput(_("Choose one of the groups of the list."), field="quotas")
        seen.add(named)


def managed(actor: Actor, offer_id: int) -> Offer:
    """An offer the actor manages. Raises NotVisible, NotAllowed (may only check in)."""
    offer = get_visible(Offer.objects.visible_to(actor), offer_id)
    actor.check_can("offers.manage", path=offer.path)
    return offer


@transaction.atomic
def publish(*, actor: Actor, offer_id: int, at: datetime) -> Offer:
    """Show an offer to those it is for; of a draw the commitment stands from now on.

    Again: the same offer. Raises NotVisible, NotAllowed, StaleState; InvalidInput (sign-up would be over already, or naming
    what the ready programme leaves to the federation); what followers raise.
    """
    offer = managed(actor, offer_id)
    if offer.state == OfferState.PUBLISHED:
        return offer
    if offer.closes_at <= at:
        raise InvalidInput(_("Sign-up would be over already. Choose a later day."), field="closes_at")
    check_complete(offer)
    for follower in FOLLOWERS:
        follower.publishing(offer, actor=actor, at=at)
    values: dict[str, object] = {}
    if offer.allocation in (Allocation.DRAW, Allocation.RANKED):
        secret = secrets.token_hex(32)
        values = {"secret": secret, "commitment": draw.commitment_of(secret)}
    rows = Offer.objects.filter(pk=offer.pk, state=OfferState.DRAFT)
    if (
        rows.update(
            state=OfferState.PUBLISHED, published_at=at, updated_at=at, version=F("version") + 1, **values
        )
        != 1
    ):
        raise StaleState
    offer.refresh_from_db()
    audit.record(actor, "offers.published", offer, at=at, data={"commitment": offer.commitment})
    return offer


def check_complete(offer: Offer) -> None:
    """Raise InvalidInput naming a field that the ready programme wants filled in."""
    preset = PRESETS.get(offer.preset)
    for name in preset.required if preset else ():
        if not getattr(offer, name):
            raise InvalidInput(
                _("“%(field)s” has still to be set: the source leaves it to you.") % {"field": field_words(name)},
                remedy=_("Choose “Change” and fill it in."), field=name,
            )  # fmt: skip


def field_words(name: str) -> str:
    """What a field of an offer is called."""
    known = {
        "items": _("kinds and stock"), "costs": _("who pays what"), "consent": _("consent at sign-up"),
        "place": pgettext("offer", "place"), "basis": _("the rule it follows"), "details": _("all about it"),
    }  # fmt: skip
    return known.get(name, name)


def _tell_ended(offer: Offer, actor: Actor, at: datetime) -> None:
    for follower in FOLLOWERS:
        follower.ended(offer, actor=actor, at=at)


@transaction.atomic
def name_fund(*, offer_id: int, fund: str, at: datetime) -> None:
    """Say from which money the union's part comes; members read it. Called by whoever set it aside."""
    Offer.objects.filter(pk=offer_id).update(fund=fund[:60], updated_at=at)


@transaction.atomic
def close(*, actor: Actor, offer_id: int, at: datetime) -> Offer:
    """End an offer whose last occasion is over. Again: the same. Raises NotVisible, NotAllowed, StaleState."""
    offer = managed(actor, offer_id)
    if offer.state == OfferState.CLOSED:
        return offer
    last = offer.occasions.filter(cancelled_at=None).aggregate(last=Max("ends_at"))["last"]
    if last is not None and last > at:
        raise StaleState(
            _("An occasion is still to come."), remedy=_("Call the offer off, or wait until it is over.")
        )
    rows = Offer.objects.filter(pk=offer.pk, state__in=sorted(RUNNING))
    if rows.update(state=OfferState.CLOSED, closed_at=at, updated_at=at, version=F("version") + 1) != 1:
        raise StaleState
    audit.record(actor, "offers.closed", offer, at=at)
    offer.refresh_from_db()
    _tell_ended(offer, actor, at)
    return offer


@transaction.atomic
def call_off(*, actor: Actor, offer_id: int, reason: str, at: datetime) -> Offer:
    """Call an offer off: no place is given from now on, everybody who signed up is told why.

    Raises NotVisible, NotAllowed, InvalidInput naming reason, StaleState (over already).
    """
    offer = managed(actor, offer_id)
    if offer.state == OfferState.CANCELLED:
        return offer
    if not reason.strip():
        raise InvalidInput(_("Say why: everybody who signed up reads it."), field="reason")
    rows = Offer.objects.filter(pk=offer.pk, state__in=[OfferState.DRAFT, *sorted(RUNNING)])
    if (
        rows.update(
            state=OfferState.CANCELLED,
            reason=reason.strip()[:300],
            closed_at=at,
            updated_at=at,
            version=F("version") + 1,
        )
        != 1
    ):
        raise StaleState
    offer.quotas.order_by("pk").update(
        is_open=False
    )  # waits for bookings on their way; none gets past it afterwards
    change = changes.note(offer, ChangeKind.ALL_OFF, actor=actor, at=at, text=reason.strip())
    job = {"offer": offer.pk, "change": change.pk}
    enqueue(actor=actor, kind=CALL_OFF, title=offer.title, payload=job, at=at)
    audit.record(actor, "offers.called_off", offer, at=at, reason=reason)
    offer.refresh_from_db()
    _tell_ended(offer, actor, at)
    return offer
