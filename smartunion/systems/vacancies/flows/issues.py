"""An issue of vacancies: put together from what was checked, published at once, told to those who look for such work."""

from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.jobs.flows import enqueue
from smartunion.core.reading import get_visible
from smartunion.core.together import together
from smartunion.ground.facts import ledger
from smartunion.ground.notices import service as notices
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import EmployerState
from smartunion.systems.vacancies import rules
from smartunion.systems.vacancies.models import MANAGE, Issue, JobWish, Vacancy
from smartunion.systems.vacancies.parameters import ISSUE_PUBLISHED, POSTED
from smartunion.systems.vacancies.rules import Fits, Offered, VacancyState

TELL = "vacancies.tell_issue"
BATCH = 500
MOST = 200
TEMPLATES = (
    notices.Template(
        "vacancies.issue", gettext_lazy("Work for you: issue %(number)s of %(union)s"),
        gettext_lazy("%(n)s vacancies fit what you look for, among them “%(title)s”. Open the issue to read them and to call."),
        channels=(),
    ),
    notices.Template(
        "vacancies.settled", gettext_lazy("Your complaint about “%(title)s”"), gettext_lazy("%(outcome)s %(answer)s"),
        channels=(),
    ),
)  # fmt: skip


@transaction.atomic
def publish(
    *, actor: Actor, union_id: int, vacancy_ids: list[int], title: str, foreword: str, at: datetime
) -> Issue:
    """Publish the next issue of a union with these checked vacancies of its area, 1 to 200.

    Raises NotVisible, NotAllowed; InvalidInput; StaleState when one of them is no longer checked and waiting, past its
    day or its employer closed, or when somebody published this number a moment ago. Then nothing was published.
    """
    union = get_visible(TradeUnion.objects.filter(actor.within(MANAGE, "path")), union_id)
    wanted = sorted(set(vacancy_ids))
    if not 1 <= len(wanted) <= MOST:
        raise InvalidInput(
            _("Choose between 1 and %(n)s vacancies for the issue.") % {"n": MOST}, field="vacancies"
        )
    number = rules.first_free(
        Issue.objects.filter(union=union).order_by("-number").values_list("number", flat=True)[:1]
    )
    try:
        with transaction.atomic():
            issue = Issue.objects.create(
                union=union, path=union.path, number=number, title=squeeze(title)[:60], foreword=squeeze(foreword)[:300],
                posted=len(wanted), published_at=at, user_id=actor.user_id, publisher_name=actor.name[:80],
            )  # fmt: skip
    except IntegrityError:
        raise StaleState(_("Somebody published this issue a moment ago.")) from None
    rows = Vacancy.objects.filter(
        within((union.path,)), pk__in=wanted, state=VacancyState.READY, valid_until__gte=local_date(at),
        employer__state=EmployerState.ACTIVE,
    )  # fmt: skip
    good = list(rows.values_list("pk", flat=True))
    moved = Vacancy.objects.filter(pk__in=good, state=VacancyState.READY).update(
        state=VacancyState.POSTED, issue=issue, posted_at=at
    )
    if moved != len(wanted):
        raise StaleState(
            _("One of the vacancies can no longer be posted: its day has passed, or somebody changed it."),
            remedy=_("Reload the page and choose again."),
        )
    _keep_facts(actor, issue, at)
    enqueue(
        actor=actor, kind=TELL, title=_("Tell subscribers"), payload={"issue": issue.pk}, at=at,
        queue_key=f"issue:{issue.pk}",
    )  # fmt: skip
    audit.record(
        actor, "vacancies.issue_published", issue, at=at, data={"number": number, "vacancies": len(wanted)}
    )
    return issue


def tell(*, issue_id: int, at: datetime) -> int:
    """Tell everybody in reach whose wish an issue meets, once each; safe to run twice. Returns how many."""
    issue = Issue.objects.select_related("union").get(pk=issue_id)
    posted = list(issue.vacancies.filter(state=VacancyState.POSTED).select_related("employer").order_by("pk"))
    told = 0
    for batch in _by_user():
        with together():
            for user_id, wishes in batch.items():
                hits = [one for one in posted if any(_meets(wish, one, issue.path) for wish in wishes)]
                if hits:
                    told += 1
                    notices.tell(
                        template="vacancies.issue", key=f"issue:{issue.pk}:{user_id}", at=at, user_id=user_id,
                        context={"number": issue.number, "union": issue.union.name, "n": len(hits), "title": hits[0].title},
                        link=f"/jobs/issues/{issue.pk}/",
                    )  # fmt: skip
    Issue.objects.filter(pk=issue.pk).update(told=told)
    return told


def offered_of(vacancy: Vacancy) -> Offered:
    """A vacancy as a wish is compared with it."""
    text = " ".join((vacancy.title, vacancy.employer.name, vacancy.text, vacancy.requirements, vacancy.place))
    return Offered(text, vacancy.trade, vacancy.region_path, vacancy.pay_to_yuan, vacancy.pay_unit)


def _meets(wish: JobWish, vacancy: Vacancy, path: str) -> bool:
    if wish.region is None and not wish.path.startswith(path):
        return False
    place = wish.region.path if wish.region else ""
    return rules.fits(Fits(wish.words, wish.trade, place, wish.pay_yuan), offered_of(vacancy))


def _by_user() -> Iterator[dict[int, list[JobWish]]]:
    """Wishes gathered by person, so many people at a time; no read stays open between them."""
    last = 0
    while True:
        users = list(
            JobWish.objects.filter(user_id__gt=last).order_by("user_id").values_list("user_id", flat=True).distinct()[:BATCH]
        )  # fmt: skip
        if not users:
            return
        found: dict[int, list[JobWish]] = {}
        for wish in JobWish.objects.filter(user_id__in=users).select_related("region"):
            found.setdefault(wish.user_id, []).append(wish)
        yield found
        last = users[-1]


def _keep_facts(actor: Actor, issue: Issue, at: datetime) -> None:
    day = local_date(at)
    ledger.record(
        actor=actor, kind=ISSUE_PUBLISHED, key=f"vacancy_issue:{issue.pk}", happened_on=day, at=at, path=issue.path, subject=issue
    )  # fmt: skip
    ledger.record_many(
        [
            ledger.NewFact(
                POSTED, f"vacancy_posted:{one.pk}", day, one.path, "vacancies.vacancy", one.pk,
                attrs={"trade": one.trade, "places": one.headcount},
            )
            for one in issue.vacancies.order_by("pk")
        ],
        actor=actor, at=at,
    )  # fmt: skip
