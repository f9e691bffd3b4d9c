"""Who is told what at each step, in the words of the definition or the general ones."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.clock import local_date
from smartunion.core.paths import ancestors
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.definition import Definition, Step, Text, Who
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.notices import service as notices
from smartunion.ground.notices.templates import Template
from smartunion.ground.registry.models import TradeUnion

#: Most officers told of one case: a big federation's whole staff need not ring at once.
MOST_TOLD = 20

TEMPLATES = (
    Template(
        "casework.applicant",
        gettext_lazy("%(title)s: %(state)s"),
        gettext_lazy("%(text)s"),
        channels=("sms",),
    ),
    Template("casework.desk", gettext_lazy("%(title)s: %(step)s"), gettext_lazy("%(text)s"), channels=()),
)


@dataclass(frozen=True)
class News:
    """What happened, for the words: key of the definition's text ("submitted", "step:…"), state in words, reason."""

    key: str
    state: str
    general: str
    reason: str = ""


def tell_applicant(case: CaseFile, definition: Definition, data: CaseData, news: News, at: datetime) -> None:
    """A notice to the person the case concerns and to the account that filed it, once each."""
    text = words(case, definition, data, news)
    context = {"title": str(definition.title), "state": news.state, "text": text}
    key = f"case:{case.pk}:{case.version}:{news.key}"
    link = f"/cases/{case.pk}/"
    if case.person_id is not None:
        notices.tell(
            template="casework.applicant",
            context=context,
            key=f"{key}:p",
            at=at,
            person_id=case.person_id,
            link=link,
        )
    elif case.user_id is not None:
        notices.tell(
            template="casework.applicant",
            context=context,
            key=f"{key}:u",
            at=at,
            user_id=case.user_id,
            link=link,
        )
    if case.on_behalf and case.user_id is not None:
        notices.tell(
            template="casework.desk", context=context | {"step": news.state}, key=f"{key}:u", at=at,
            user_id=case.user_id, link=f"/desk/cases/{case.pk}/",
        )  # fmt: skip


def tell_holders(
    case: CaseFile, definition: Definition, step: Step, text: str, key: str, at: datetime, *, link: str = ""
) -> list[int]:
    """A notice to the officers who hold the step: the assignee, else those of the handling union, else the next above.

    link: where it leads when they may not open the case itself. Returns the account ids told.
    """
    users = [case.assignee_id] if case.assignee_id is not None else holders(case.path, step, at)
    for user_id in users:
        notices.tell(
            template="casework.desk", context={"title": case.title, "step": str(step.title), "text": text},
            key=f"{key}:{user_id}", at=at, user_id=user_id, link=link or f"/desk/cases/{case.pk}/",
        )  # fmt: skip
    return users


def holders(path: str, step: Step, at: datetime) -> list[int]:
    """Accounts with a role of the step at the union, or at the nearest union above that has anybody; at most 20."""
    if step.who is Who.APPLICANT:
        return []
    on = local_date(at)
    grants = RoleGrant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), Q(union__path__in=ancestors(path)) | Q(union=None),
        role__in=step.roles, valid_from__lte=on, user__is_active=True,
    )  # fmt: skip
    rows = grants.order_by("user_id").values_list("user_id", "union__path")
    found = [(len(path or ""), user_id) for user_id, path in rows]
    nearest = max((depth for depth, _user in found), default=0)
    return list(dict.fromkeys(user_id for depth, user_id in found if depth == nearest))[:MOST_TOLD]


def words(case: CaseFile, definition: Definition, data: CaseData, news: News) -> str:
    """The definition's text for this news with its places filled, else the general sentence."""
    places = places_of(case, definition, data, news.reason)
    chosen = definition.text(news.key)
    return chosen.fill(places) if chosen else Text(news.general).fill(places)


def places_of(case: CaseFile, definition: Definition, data: CaseData, reason: str) -> dict[str, str]:
    """Values of the places texts may hold."""
    step = definition.step(case.step) if case.step else None
    return {
        "title": case.title,
        "reference": case.reference,
        "union": union_name(case.path),
        "reason": reason or case.decision_reason,
        "due": due_words(case.due_at),
        "name": data.contact.name,
        "employer": case.employer.name if case.employer is not None else "",
        "step": str(step.title) if step else "",
    }


def union_name(path: str) -> str:
    """Name of the union at a path, empty when there is none."""
    return TradeUnion.objects.filter(path=path).values_list("name", flat=True).first() or "" if path else ""


def due_words(due_at: datetime | None) -> str:
    """The last day of a time limit in words. due_at is the end of that day, midnight of the next."""
    if due_at is None:
        return _("no fixed day")
    return date_format(last_day(due_at), "DATE_FORMAT")


def last_day(due_at: datetime) -> date:
    """The last day of a time limit that ends at this instant."""
    return localtime(due_at - timedelta(seconds=1)).date()
