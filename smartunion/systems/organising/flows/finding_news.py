"""Who is told what becomes of a finding: the town when a visit finds a firm real, the organisers when others go on with it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices import service as notices
from smartunion.ground.notices.models import Notice
from smartunion.ground.notices.templates import Template
from smartunion.systems.organising.flows.joining_news import keepers
from smartunion.systems.organising.models import AreaAssignment, Finding, Visit

FOUND_REAL = "organising.found_real"
MANY = "organising.many_findings"

TEMPLATES = (
    Template(
        FOUND_REAL, _("%(subject)s: visited, no union yet"),
        _("%(name)s was there and found no union. Please take it up."), channels=(),
    ),
    Template(
        "organising.finding_taken_up", _("%(subject)s: taken up by the town"),
        _("%(name)s goes on with it. You need not visit the firm again for now."), channels=(),
    ),
    Template(
        "organising.finding_founding", _("%(subject)s: a union is being founded"),
        _("The preparatory group has been approved. People of the firm can join already."), channels=(),
    ),
    Template(
        "organising.finding_founded", _("%(subject)s: the union stands"),
        _("The union has been approved, and the finding is closed. Thank you for your visits."), channels=(),
    ),
    Template(
        "organising.finding_founding_ended", _("%(subject)s: the founding came to nothing"),
        _("The application was refused or withdrawn. The town goes on with it."), channels=(),
    ),
    Template(
        "organising.finding_dismissed", _("%(subject)s: closed at the desk"), _("Reason: %(note)s"), channels=()
    ),
    Template(
        MANY, _("More findings have moved on"),
        _("So many of your findings were decided today that the others are not told one by one. See your lists."),
        channels=(),
    ),
)  # fmt: skip
#: Messages of one kind a person gets a day; a desk may decide about hundreds of findings at once.
MOST_A_DAY = 10


def tell_organisers(finding: Finding, event: str, *, actor: Actor, note: str = "", at: datetime) -> None:
    """Tell who holds the area or has been there; events without a text tell nobody."""
    template = f"organising.finding_{event}"
    if template not in {one.key for one in TEMPLATES}:
        return
    on = local_date(at)
    held = AreaAssignment.objects.looking_after(on).filter(area_id=finding.area_id or -1)
    users = set(held.values_list("user_id", flat=True))
    users |= set(Visit.objects.filter(finding=finding).values_list("user_id", flat=True))
    _tell(template, finding, sorted(users - {actor.user_id or 0, 0}), actor.name, note, at)


def tell_town(finding: Finding, *, actor: Actor, at: datetime) -> None:
    """A visit found a firm without a union: the cadres responsible may take it up."""
    users = [user for user in keepers(finding.path, (Role.CADRE,), at) if user != actor.user_id]
    _tell(FOUND_REAL, finding, users, actor.name, "", at)


def _tell(template: str, finding: Finding, users: list[int], name: str, note: str, at: datetime) -> None:
    day = local_date(at)
    for user_id in users:
        mine = Notice.objects.filter(user_id=user_id, template=template, key__startswith=f"finding:{day}:")
        if mine.count() >= MOST_A_DAY:
            notices.tell(
                template=MANY, context={}, key=f"findings:{day}:{template}:{user_id}", at=at, user_id=user_id,
                link="/desk/coverage/lists/",
            )  # fmt: skip
            continue
        notices.tell(
            template=template, context={"subject": finding.subject_name[:80], "name": name, "note": note},
            key=f"finding:{day}:{finding.pk}:{finding.version}:{user_id}", at=at, user_id=user_id,
            link=f"/desk/coverage/findings/{finding.pk}/",
        )  # fmt: skip
