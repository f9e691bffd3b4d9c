"""Who is told when people join: the union once a day, the organiser when people of an uncovered employer wait."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.paths import ancestors
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices import service as notices
from smartunion.ground.notices.models import Notice
from smartunion.ground.notices.templates import Template
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.systems.organising.models import AreaAssignment, Finding, FindingEvent
from smartunion.systems.organising.rules import FindingKind, FindingState

NEW_MEMBERS = "organising.new_members"
WAITING_WORKER = "organising.waiting_worker"
UNKNOWN_EMPLOYER = "organising.unknown_employer"
UNION_STANDS = "organising.union_stands"

TEMPLATES = (
    Template(
        NEW_MEMBERS, _("New members by code"),
        _("People joined %(union)s by code on %(day)s. You find them in the list of members."), channels=(),
    ),
    Template(
        WAITING_WORKER, _("Somebody of %(employer)s wants to join"),
        _("%(employer)s has no union, and somebody who works there has asked to join. Please visit the firm soon."),
        channels=(),
    ),
    Template(
        UNKNOWN_EMPLOYER, _("An employer nobody knows"),
        _("Somebody wants to join and works for “%(employer)s”, which is not in the registry. Please look into it."),
        channels=(),
    ),
    Template(
        UNION_STANDS, _("%(union)s stands"),
        _(
            "%(union)s has been approved and stands in the tree under number %(number)s. Its joining code is ready: "
            "print the poster or send the link."
        ),
    ),
)  # fmt: skip


def tell_new_member(union: TradeUnion, at: datetime) -> None:
    """Tell the union's chair that people joined, once a day."""
    day = local_date(at)
    if Notice.objects.filter(key__startswith=f"joined:{union.pk}:{day}:").exists():
        return  # told today already: two hundred people in one hour are one message
    for user_id in keepers(union.path, (Role.CHAIR,), at, only_here=True):
        notices.tell(
            template=NEW_MEMBERS, context={"union": union.name, "day": day}, key=f"joined:{union.pk}:{day}:{user_id}",
            at=at, user_id=user_id, link=f"/desk/unions/{union.pk}/",
        )  # fmt: skip


def tell_organiser(
    actor: Actor, employer: Employer | None, employer_name: str, target: TradeUnion, at: datetime
) -> None:
    """A worker's wish is the best reason for a visit: note it on the finding and tell who holds the area."""
    day = local_date(at)
    if employer is None:
        for user_id in keepers(target.path, (Role.CADRE, Role.ADMIN), at):
            notices.tell(
                template=UNKNOWN_EMPLOYER, context={"employer": employer_name},
                key=f"unknown_employer:{target.pk}:{day}:{user_id}:{employer_name[:40]}", at=at, user_id=user_id,
            )  # fmt: skip
        return
    finding = Finding.objects.filter(kind=FindingKind.NO_UNION, subject_key=f"employer:{employer.pk}").first()
    users: list[int] = []
    if finding is not None and finding.state != FindingState.CLOSED:
        FindingEvent.objects.create(
            finding=finding, event="worker_waits", from_state=finding.state, to_state=finding.state, at=at,
            user_id=actor.user_id, actor_name=actor.name,
        )  # fmt: skip
        held = AreaAssignment.objects.looking_after(day).filter(area_id=finding.area_id or -1)
        users = list(held.values_list("user_id", flat=True))
    link = f"/field/visits/{finding.pk}/" if finding is not None and users else ""
    for user_id in users or keepers(target.path, (Role.CADRE, Role.ADMIN), at):
        notices.tell(
            template=WAITING_WORKER, context={"employer": employer.name}, key=f"waits:{employer.pk}:{day}:{user_id}",
            at=at, user_id=user_id, link=link,
        )  # fmt: skip


def keepers(path: str, roles: tuple[Role, ...], at: datetime, *, only_here: bool = False) -> list[int]:
    """Accounts with one of the roles at the union, or (unless only_here) at the nearest union above with anybody."""
    on = local_date(at)
    paths = [path] if only_here else ancestors(path)
    grants = RoleGrant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), role__in=roles, valid_from__lte=on, union__path__in=paths,
        user__is_active=True,
    )  # fmt: skip
    found = [(len(where), user_id) for where, user_id in grants.values_list("union__path", "user_id")]
    nearest = max((depth for depth, _user in found), default=0)
    return list(dict.fromkeys(user_id for depth, user_id in found if depth == nearest))[:20]
