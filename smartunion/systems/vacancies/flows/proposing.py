"""A vacancy: proposed, checked, refused, ended."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes import phone, uscc
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Employer, Region, TradeUnion
from smartunion.ground.registry.rules import EmployerState, fold_name
from smartunion.systems.vacancies import rules, wording
from smartunion.systems.vacancies.models import MANAGE, Vacancy
from smartunion.systems.vacancies.parameters import VALID_DAYS
from smartunion.systems.vacancies.rules import ALIVE, PayUnit, Trade, VacancyState

HIGHEST_YUAN = Decimal(1_000_000)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A vacancy as written. code: the employer's USCC; region_id: place of work; pay in yuan per pay_unit."""

    client_id: UUID
    code: str
    title: str
    trade: str
    text: str
    requirements: str
    headcount: int
    pay_from_yuan: Decimal
    pay_to_yuan: Decimal
    pay_unit: str
    region_id: int
    place: str
    contact_name: str
    contact_phone: str
    valid_until: date


class EmployerRefused(InvalidInput):
    """This employer's vacancies are not posted; the reason is in the message."""

    code = "employer_refused"


def checked_employer(actor: Actor, code: str) -> Employer:
    """The employer with this code, in business and in the actor's reach.

    Raises EmployerRefused: a code that cannot be right, an employer nobody registered or outside the reach, one that
    closed or moved away, one that no federation looks after.
    """
    found = uscc.check(code)
    if not found.ok:
        raise EmployerRefused(
            _("This is no unified social credit code."), field="code",
            remedy=_("Copy the 18 characters from the business licence."),
        )  # fmt: skip
    employer = Employer.objects.visible_to(actor).filter(uscc=found.code).first()
    if employer is None:
        raise EmployerRefused(
            _("No employer with this code is registered in your area."), field="code",
            remedy=_("Check the code, or have the employer entered in the register first."),
        )  # fmt: skip
    check_in_business(employer)
    return employer


def check_in_business(employer: Employer) -> None:
    """Raises EmployerRefused with the reason when its vacancies may not be posted (any more)."""
    if employer.state != EmployerState.ACTIVE:
        raise EmployerRefused(
            _("%(name)s is registered as “%(state)s”; its vacancies are not posted.")
            % {"name": employer.name, "state": employer.get_state_display()},
            field="code", remedy=_("If it is in business after all, have its record corrected first."),
        )  # fmt: skip
    if not employer.territory_path:
        raise EmployerRefused(
            _("No federation looks after %(name)s yet, so nobody could publish it.") % {"name": employer.name},
            field="code", remedy=_("Have its place entered in the register first."),
        )  # fmt: skip


@transaction.atomic
def propose(*, actor: Actor, data: Written, at: datetime) -> Vacancy:
    """Propose a vacancy to the federation that looks after the employer; the same client_id again is the same one.

    Raises NotAllowed; EmployerRefused; InvalidInput naming its field. Words that shut people out are not refused here:
    they are named on the page and must be gone, or explained, before it is posted.
    """
    actor.check_can(MANAGE)
    employer = checked_employer(actor, data.code)
    union = TradeUnion.objects.filter(path=employer.territory_path).first()
    if union is None:
        raise NotAllowed
    today = local_date(at)
    _check_texts(data)
    _check_pay(data)
    most = int(policies.value(VALID_DAYS, path=union.path, on=today))
    if not today <= data.valid_until <= today + timedelta(days=most):
        raise InvalidInput(
            _("A vacancy is open for between today and %(n)s days.") % {"n": most}, field="valid_until"
        )
    region = Region.objects.filter(pk=data.region_id, valid_to=None).first()
    if region is None:
        raise InvalidInput(_("Choose the place from the list."), field="region")
    number = phone.check(data.contact_phone)
    if not number.ok:
        raise InvalidInput(_("This is no telephone number."), field="contact_phone")
    vacancy, _made = Vacancy.objects.get_or_create(
        client_id=data.client_id,
        defaults={
            "union": union, "path": union.path, "origin_path": _origin(actor, employer), "employer": employer,
            "title": squeeze(data.title), "title_key": fold_name(data.title)[:40], "trade": data.trade,
            "text": data.text.strip(), "requirements": data.requirements.strip(), "headcount": data.headcount,
            "pay_from_yuan": data.pay_from_yuan, "pay_to_yuan": data.pay_to_yuan, "pay_unit": data.pay_unit,
            "region": region, "region_path": region.path, "place": squeeze(data.place)[:120],
            "contact_name": squeeze(data.contact_name)[:40], "contact_phone": number.code, "valid_until": data.valid_until,
            "proposer_id": actor.user_id, "proposer_name": actor.name[:80], "created_at": at,
        },
    )  # fmt: skip
    if _made:
        audit.record(actor, "vacancies.proposed", vacancy, at=at, data={"employer": employer.pk})
    return vacancy


@transaction.atomic
def check(*, actor: Actor, vacancy_id: int, exception: str, at: datetime) -> Vacancy:
    """Say that it may be posted. exception: why words that were warned of may stand; needed when there are any.

    Raises NotVisible; NotAllowed for whoever does not publish here; EmployerRefused; InvalidInput; StaleState.
    """
    vacancy = published_by(actor, vacancy_id)
    check_in_business(vacancy.employer)
    said = squeeze(exception)[:300]
    if wording.warnings_of(vacancy.title, vacancy.text, vacancy.requirements) and len(said) < 4:
        raise InvalidInput(
            _("Words in it shut people out or ask for money; it is not posted like this."), field="exception",
            remedy=_("Refuse it with the reason, or say which law allows these words here."),
        )  # fmt: skip
    step(vacancy, VacancyState.READY, {VacancyState.PROPOSED}, checked_at=at, exception=said)
    audit.record(actor, "vacancies.checked", vacancy, at=at, reason=said)
    return vacancy


@transaction.atomic
def refuse(*, actor: Actor, vacancy_id: int, reason: str, at: datetime) -> Vacancy:
    """Not posted, with the reason the proposer reads. Raises NotVisible, NotAllowed, InvalidInput, StaleState."""
    vacancy = published_by(actor, vacancy_id)
    said = reason_of(reason)
    step(vacancy, VacancyState.REFUSED, {VacancyState.PROPOSED, VacancyState.READY}, reason=said, ended_at=at)
    audit.record(actor, "vacancies.refused", vacancy, at=at, reason=said)
    return vacancy


@transaction.atomic
def end(*, actor: Actor, vacancy_id: int, reason: str, at: datetime) -> Vacancy:
    """The place is taken, or no longer offered: by whoever proposed or publishes it. Raises as refuse."""
    vacancy = get_visible(Vacancy.objects.visible_to(actor).select_related("employer"), vacancy_id)
    said = reason_of(reason)
    before = {VacancyState.PROPOSED, VacancyState.READY, VacancyState.POSTED}
    step(vacancy, VacancyState.ENDED, before, reason=said, ended_at=at)
    audit.record(actor, "vacancies.ended", vacancy, at=at, reason=said)
    return vacancy


def end_overdue(*, at: datetime, limit: int = 1000) -> int:
    """End what is past its day, and what is offered by employers that closed. Returns how many; safe to run twice."""
    alive = Vacancy.objects.filter(state__in=[state for state in ALIVE if state != VacancyState.HELD])
    past = alive.filter(valid_until__lt=local_date(at)).values_list("pk", flat=True)[:limit]
    done = alive.filter(pk__in=list(past)).update(
        state=VacancyState.ENDED, ended_at=at, reason=str(_("Its last day has passed."))
    )
    gone = alive.exclude(employer__state=EmployerState.ACTIVE).values_list("pk", flat=True)[:limit]
    return done + alive.filter(pk__in=list(gone)).update(
        state=VacancyState.ENDED, ended_at=at, reason=str(_("The employer is no longer in business here."))
    )


def published_by(actor: Actor, vacancy_id: int) -> Vacancy:
    """A vacancy the actor publishes. Raises NotVisible, NotAllowed for whoever merely proposed it."""
    rows = Vacancy.objects.visible_to(actor).select_related("employer", "union", "region", "issue")
    vacancy = get_visible(rows, vacancy_id)
    actor.check_can(MANAGE, path=vacancy.path)
    return vacancy


def step(vacancy: Vacancy, to: VacancyState, before: set[VacancyState], **values: object) -> None:
    """Move it by compare-and-set. Raises StaleState."""
    allowed = [state for state in before if to in rules.MOVES[state]]
    if Vacancy.objects.filter(pk=vacancy.pk, state__in=allowed).update(state=to, **values) != 1:
        raise StaleState
    vacancy.refresh_from_db()


def reason_of(text: str) -> str:
    """A reason somebody will read. Raises InvalidInput."""
    said = squeeze(text)[:300]
    if len(said) < 2:
        raise InvalidInput(_("Say why: it is read by those whom it concerns."), field="reason")
    return said


def twins_of(vacancy: Vacancy) -> list[Vacancy]:
    """Other live vacancies that look like the same: same employer and title, or the same title and place, newest first."""
    same = Q(employer_id=vacancy.employer_id, title_key=vacancy.title_key)
    rows = Vacancy.objects.filter(same, state__in=ALIVE).exclude(pk=vacancy.pk)
    return list(rows.select_related("employer").order_by("-pk")[:5])


def _origin(actor: Actor, employer: Employer) -> str:
    """The widest union the actor proposes for; the publishing federation itself when it lies in her reach."""
    if actor.can(MANAGE, path=employer.territory_path):
        return str(employer.territory_path)
    return actor.paths(MANAGE)[0]


def _check_texts(data: Written) -> None:
    if not 2 <= len(squeeze(data.title)) <= 40:
        raise InvalidInput(_("Write the job's title in 2 to 40 characters."), field="title")
    if data.trade not in Trade.values:
        raise InvalidInput(_("Choose what kind of work it is."), field="trade")
    if not 4 <= len(data.text.strip()) <= 600:
        raise InvalidInput(_("Say in 4 to 600 characters what the work is."), field="text")
    if len(data.requirements.strip()) > 300:
        raise InvalidInput(_("Write at most 300 characters."), field="requirements")
    if not 1 <= data.headcount <= 9999:
        raise InvalidInput(_("Write how many people are wanted, from 1 to 9,999."), field="headcount")
    if len(squeeze(data.contact_name)) < 1:
        raise InvalidInput(_("Say whom to ask for."), field="contact_name")


def _check_pay(data: Written) -> None:
    if data.pay_unit not in PayUnit.values:
        raise InvalidInput(_("Choose what the pay is for."), field="pay_unit")
    if not 0 < data.pay_from_yuan <= HIGHEST_YUAN:
        raise InvalidInput(_("Write the pay in yuan: “negotiable” helps nobody."), field="pay_from_yuan")
    if not data.pay_from_yuan <= data.pay_to_yuan <= HIGHEST_YUAN:
        raise InvalidInput(_("The higher pay must not lie below the lower one."), field="pay_to_yuan")
