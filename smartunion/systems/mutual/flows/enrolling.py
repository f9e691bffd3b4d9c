"""Units are enrolled, renewed, and taken back before they begin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotVisible, StaleState
from smartunion.core.jobs import flows as jobs
from smartunion.core.reading import get_visible
from smartunion.ground.notices import service as notices
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.mutual.models import Enrolment, EnrolmentState, Insured, Plan, PlanVersion
from smartunion.systems.mutual.queries.covers import Person, own_unions, people_for, version_for
from smartunion.systems.mutual.rules.terms import Period, Terms, is_open_on, period_for
from smartunion.systems.mutual.wording import CANNOT

ENROL = "mutual.enrol"
TOLD_AT_ONCE = 200
#: How far ahead a period may begin.
AHEAD = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a unit enrols. people: ids, None for everybody who can be; seniors: ids of senior posts (another age);
    in_scheme: it says that all are in the city medical scheme; renews: the enrolment before.
    """

    client_id: UUID
    plan_id: int
    union_id: int
    from_on: date
    shares: int
    months: int = 12
    people: frozenset[int] | None = None
    seniors: frozenset[int] = frozenset()
    card_holders: int = 0
    in_scheme: bool = False
    renews_id: int | None = None


@transaction.atomic
def enrol(*, actor: Actor, at: datetime, wanted: Wanted) -> Enrolment:
    """Enrol the people of a unit, each with as many shares; nobody when one of those named cannot be.

    The same client_id again is the same enrolment. A renewal is the same act: who was covered until at most the plan's days
    before keeps her start day. Raises NotVisible, NotAllowed, InvalidInput; StaleState when somebody was enrolled elsewhere
    meanwhile.
    """
    known = Enrolment.objects.visible_to(actor).filter(client_id=wanted.client_id).first()
    if known is not None:
        return known
    plan = get_visible(Plan.objects.visible_to(actor).filter(is_open=True), wanted.plan_id)
    union = get_visible(TradeUnion.objects.visible_to(actor), wanted.union_id)
    actor.check_can(ENROL, path=union.path)
    if not union.path.startswith(plan.path):
        raise NotVisible
    version, terms, period = check_period(plan, wanted, at)
    chosen = _chosen(union, plan, terms, wanted, period)
    return _keep(actor, at, wanted, plan, union, version, terms, period, chosen)


def check_period(plan: Plan, wanted: Wanted, at: datetime) -> tuple[PlanVersion, Terms, tuple[date, date]]:
    """The version a unit enrols under and the period it gets. Raises InvalidInput naming from_on, months, shares, in_scheme."""
    today = local_date(at)
    if not today <= wanted.from_on <= today + AHEAD:
        raise InvalidInput(
            _("Cover begins today or later, within a year."),
            remedy=_("Cover cannot begin in the past: nobody may be enrolled after something has happened."), field="from_on",
        )  # fmt: skip
    version = version_for(plan.pk, wanted.from_on)
    if version is None:
        raise InvalidInput(_("The plan has no terms for that day yet."), field="from_on")
    terms = version.read()
    if not is_open_on(terms, today):
        window = [
            f"{month:02d}-{day:02d}"
            for month, day in (terms.enrol_from or (1, 1), terms.enrol_until or (12, 31))
        ]
        raise InvalidInput(
            _("This plan takes units from %(first)s to %(last)s only.")
            % {"first": window[0], "last": window[1]},
            remedy=_("Enrol in the next window; the plan has no late entry."), field="from_on",
        )  # fmt: skip
    if terms.period is Period.MONTHS and wanted.months not in terms.months_choices:
        raise InvalidInput(_("Choose one of the plan’s lengths."), field="months")
    if not 1 <= wanted.shares <= terms.max_shares:
        raise InvalidInput(
            _("Between 1 and %(most)s shares a person, the same for everybody in the unit.") % {"most": terms.max_shares},
            field="shares",
        )  # fmt: skip
    if terms.needs_scheme and not wanted.in_scheme:
        raise InvalidInput(
            _("Confirm that everybody enrolled is in the city medical scheme."), field="in_scheme"
        )
    return version, terms, period_for(terms, wanted.from_on, wanted.months)


def _chosen(
    union: TradeUnion, plan: Plan, terms: Terms, wanted: Wanted, period: tuple[date, date]
) -> list[Person]:
    people = people_for(union, plan, terms, *period, wanted.seniors)
    if wanted.people is None:
        chosen = [one for one in people if one.code is None]
    else:
        chosen = [one for one in people if one.person_id in wanted.people]
        if len(chosen) != len(wanted.people):
            raise InvalidInput(
                _("Some of those chosen are no longer active members here."),
                remedy=_("Reload the page and choose again."), field="people",
            )  # fmt: skip
        _check_all_can(chosen)
    if not chosen:
        raise InvalidInput(
            _("There is nobody to enrol."), remedy=_("The list says why for each member."), field="people"
        )
    if not 0 <= wanted.card_holders <= len(chosen):
        raise InvalidInput(_("No more holders of the card than people."), field="card_holders")
    return chosen


def _check_all_can(chosen: Sequence[Person]) -> None:
    cannot = [one for one in chosen if one.code is not None]
    if cannot:
        words = "；".join(f"{one.name}：{CANNOT[one.code]}" for one in cannot[:10] if one.code)
        raise InvalidInput(
            ngettext("One person cannot be enrolled: %(who)s.", "%(count)s people cannot be enrolled: %(who)s.", len(cannot))
            % {"count": len(cannot), "who": words},
            remedy=_("Leave them out, or put the register right first. Nothing was entered."), field="people",
        )  # fmt: skip


def _keep(
    actor: Actor, at: datetime, wanted: Wanted, plan: Plan, union: TradeUnion, version: PlanVersion, terms: Terms,
    period: tuple[date, date], chosen: Sequence[Person],
) -> Enrolment:  # fmt: skip
    from_on, until_on = period
    renews = None
    if wanted.renews_id is not None:
        renews = get_visible(
            Enrolment.objects.visible_to(actor).filter(plan=plan, union=union), wanted.renews_id
        )
    try:
        with transaction.atomic():
            made = Enrolment.objects.create(
                plan=plan, version=version, union=union, path=union.path, from_on=from_on, until_on=until_on,
                shares=wanted.shares, people=len(chosen), card_holders=wanted.card_holders,
                price_yuan=price_of(terms, len(chosen), wanted), renews=renews, client_id=wanted.client_id,
                enrolled_at=at, user_id=actor.user_id, user_name=actor.name[:80],
            )  # fmt: skip
            Insured.objects.bulk_create([
                Insured(
                    enrolment=made, plan=plan, person_id=one.person_id, number=one.number + 1, path=union.path,
                    shares=wanted.shares, since_on=one.starts[0], from_on=from_on, until_on=until_on,
                )
                for one in chosen
            ], batch_size=500)  # fmt: skip
    except IntegrityError:
        raise StaleState(
            _("Somebody of these was enrolled a moment ago. Nothing was entered."),
            remedy=_("Reload the page to see who can still be enrolled."),
        ) from None
    audit.record(
        actor, "mutual.unit_enrolled", made, at=at,
        data={"plan": plan.key, "people": len(chosen), "shares": wanted.shares, "from": from_on.isoformat()},
    )  # fmt: skip
    jobs.enqueue(
        actor=actor,
        kind="mutual.tell_enrolled",
        title=_("Tell everybody enrolled"),
        payload={"enrolment": made.pk},
        at=at,
    )
    return made


def price_of(terms: Terms, people: int, wanted: Wanted) -> Decimal:
    """What the unit pays: price a share and year × shares × years, the lower one for holders of the card."""
    years = Decimal(wanted.months) / 12 if terms.period is Period.MONTHS else Decimal(1)
    price = terms.price_yuan or Decimal(0)
    card = terms.card_price_yuan if terms.card_price_yuan is not None else price
    each = price * (people - wanted.card_holders) + card * wanted.card_holders
    return (each * wanted.shares * years).quantize(Decimal("0.01"))


def tell_all(*, enrolment_id: int, at: datetime, progress: Callable[[int, int], None]) -> int:
    """Everybody enrolled reads in her own inbox what covers her and until when. Returns how many; safe to repeat."""
    made = Enrolment.objects.select_related("plan").get(pk=enrolment_id)
    if made.state != EnrolmentState.STANDS:
        return 0
    people = list(Insured.objects.filter(enrolment=made).order_by("pk").values_list("person_id", flat=True))
    context = {
        "plan": made.plan.title, "from": made.from_on.isoformat(), "until": made.until_on.isoformat(),
        "shares": str(made.shares),
    }  # fmt: skip
    for at_row in range(0, len(people), TOLD_AT_ONCE):
        with transaction.atomic():
            for person_id in people[at_row : at_row + TOLD_AT_ONCE]:
                notices.tell(
                    template="mutual.enrolled", context=context, key=f"mutual.enrolled:{made.pk}:{person_id}", at=at,
                    person_id=person_id, link="/me/cover/",
                )  # fmt: skip
        progress(min(at_row + TOLD_AT_ONCE, len(people)), len(people))
    return len(people)


@transaction.atomic
def cancel(*, actor: Actor, at: datetime, enrolment_id: int, reason: str) -> Enrolment:
    """Take an enrolment back before its first day, with a reason. Raises NotVisible, NotAllowed, InvalidInput, StaleState."""
    made = get_visible(Enrolment.objects.visible_to(actor), enrolment_id)
    actor.check_can(ENROL, path=made.path)
    told = squeeze(reason)[:200]
    if not told:
        raise InvalidInput(_("Say why it is taken back."), field="reason")
    if made.from_on <= local_date(at):
        raise InvalidInput(
            _("Cover has begun on %(day)s and runs to its end.") % {"day": made.from_on.isoformat()},
            remedy=_("A mistake in it is put right with the federation that runs the plan."), field="reason",
        )  # fmt: skip
    moved = Enrolment.objects.filter(pk=made.pk, state=EnrolmentState.STANDS).update(
        state=EnrolmentState.CANCELLED, reason=told
    )
    if moved != 1:
        raise StaleState
    Insured.objects.filter(enrolment=made).update(until_on=F("from_on"))
    audit.record(actor, "mutual.enrolment_cancelled", made, at=at, reason=told)
    made.refresh_from_db()
    return made


def may_enrol(actor: Actor, plan: Plan) -> bool:
    """Whether the actor has a unit that this plan is offered to."""
    return plan.is_open and any(union.path.startswith(plan.path) for union in own_unions(actor))
