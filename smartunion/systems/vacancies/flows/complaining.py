"""A complaint takes a vacancy off at once; whoever publishes it looks, and posts it again or refuses it for good."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState, TooMany
from smartunion.core.reading import get_visible
from smartunion.ground.notices import service as notices
from smartunion.ground.policies import service as policies
from smartunion.systems.vacancies.flows.proposing import check_in_business, published_by, reason_of, step
from smartunion.systems.vacancies.models import Complaint, Vacancy
from smartunion.systems.vacancies.parameters import COMPLAINTS_A_DAY
from smartunion.systems.vacancies.rules import ComplaintState, Fault, VacancyState


@transaction.atomic
def complain(*, actor: Actor, vacancy_id: int, fault: str, text: str, at: datetime) -> Complaint:
    """Say what is wrong with a posted vacancy; it is off the list from this moment.

    Raises NotAllowed for strangers, TooMany in a day; NotVisible when it is not posted (any more);
    InvalidInput; StaleState when this person complained of it before: what was checked once stays.
    """
    if actor.user_id is None:
        raise NotAllowed(_("Sign in first: you are told what came of it."))
    vacancy = get_visible(Vacancy.objects.open_on(local_date(at)), vacancy_id)
    said = squeeze(text)[:500]
    if fault not in Fault.values:
        raise InvalidInput(_("Choose what is wrong."), field="fault")
    if len(said) < 4:
        raise InvalidInput(_("Say in a few words what happened, so that it can be checked."), field="text")
    most = int(policies.value(COMPLAINTS_A_DAY, path=vacancy.path, on=local_date(at)))
    if Complaint.objects.filter(user_id=actor.user_id, created_at__gt=at - timedelta(days=1)).count() >= most:
        raise TooMany(
            _("You have told of %(n)s vacancies since yesterday.") % {"n": most},
            remedy=_("For more, call the union: the number is on the front page."),
        )
    try:
        with transaction.atomic():
            complaint = Complaint.objects.create(
                vacancy=vacancy, user_id=actor.user_id, fault=fault, text=said, created_at=at
            )
    except IntegrityError:
        raise StaleState(_("You told of this vacancy before, and it was checked then.")) from None
    step(vacancy, VacancyState.HELD, {VacancyState.POSTED})
    audit.record(actor, "vacancies.complained", vacancy, at=at, data={"fault": fault})
    return complaint


@transaction.atomic
def settle(*, actor: Actor, vacancy_id: int, is_right: bool, answer: str, at: datetime) -> Vacancy:
    """Decide on what was complained of: right, and it stays off for good; or not confirmed, and it is posted again.

    Everybody who complained reads the answer. Raises NotVisible, NotAllowed, InvalidInput, StaleState; EmployerRefused
    when it is to be posted again and the employer has closed meanwhile.
    """
    vacancy = published_by(actor, vacancy_id)
    said = reason_of(answer)
    if is_right:
        step(vacancy, VacancyState.REFUSED, {VacancyState.HELD}, reason=said, ended_at=at)
    else:
        check_in_business(vacancy.employer)
        step(vacancy, VacancyState.POSTED, {VacancyState.HELD})
    state = ComplaintState.RIGHT if is_right else ComplaintState.WRONG
    outcome = (
        _("It was checked and taken off for good.") if is_right else _("It was checked and is posted again.")
    )
    for one in list(vacancy.complaints.filter(state=ComplaintState.OPEN)):
        if Complaint.objects.filter(pk=one.pk, state=ComplaintState.OPEN).update(
            state=state, answer=said, settled_at=at
        ):
            notices.tell(
                template="vacancies.settled", key=f"vacancy_complaint:{one.pk}", at=at, user_id=one.user_id,
                context={"title": vacancy.title, "outcome": outcome, "answer": said}, link="/jobs/",
            )  # fmt: skip
    audit.record(actor, "vacancies.complaint_settled", vacancy, at=at, reason=said, data={"right": is_right})
    return vacancy
