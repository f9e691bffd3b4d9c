"""Who is told about work in the field: visits that arrive late, conflicts, hand-overs, the end of a quarter."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices import service as notices
from smartunion.ground.notices.templates import Template
from smartunion.systems.organising.duty import Quarter
from smartunion.systems.organising.flows.joining_news import keepers
from smartunion.systems.organising.models import AreaAssignment, HandOver, Visit

LATE_VISIT = "organising.late_visit"
CONTESTED = "organising.visit_contested"
HAND_OVER = "organising.hand_over"
HANDED_OVER = "organising.handed_over"
TAKEN_OVER = "organising.taken_over"
REPLACED = "organising.hand_over_replaced"
QUARTER_ENDS = "organising.quarter_ends"

TEMPLATES = (
    Template(
        LATE_VISIT, _("A visit arrived after the hand-over"),
        _(
            "%(who)s had noted a visit to %(subject)s on %(day)s without signal; it has arrived now. The area is yours, "
            "so please read the note before you go there."
        ),
        channels=(),
    ),
    Template(
        CONTESTED, _("An organiser saw it otherwise"),
        _(
            "%(who)s visited %(subject)s on %(day)s and disagrees with what was decided meanwhile. Please read her note, "
            "and open the finding again if she is right."
        ),
        channels=(),
    ),
    Template(
        HAND_OVER, _("%(area)s is being handed over"),
        _(
            "From %(day)s on %(new)s holds %(area)s, until then %(old)s. Open findings, promises and notes stand on one "
            "page: read it, write what the other should know, and confirm."
        ),
    ),
    Template(
        HANDED_OVER, _("%(area)s: handed over"),
        _("%(who)s has read the page, left a note and handed %(area)s over. Please read it and confirm."), channels=(),
    ),
    Template(
        REPLACED, _("%(area)s: the hand-over is called off"),
        _("The hand-over of %(area)s to %(new)s on %(day)s does not take place; %(instead)s looks after it."),
        channels=(),
    ),
    Template(
        TAKEN_OVER, _("%(area)s: taken over"), _("%(who)s has taken %(area)s over with everything on the page."),
        channels=(),
    ),
    Template(
        QUARTER_ENDS, _("Unions still to be visited this quarter"),
        _("Until %(day)s, %(count)s unions of your areas are still to be visited. They stand on your quarter's list."),
    ),
)  # fmt: skip


def tell_late_visit(visit: Visit, *, actor: Actor, at: datetime) -> None:
    """Tell whoever holds the area now that a visit of somebody else has come in."""
    day = local_date(at)
    holder = AreaAssignment.objects.looking_after(day).filter(area_id=visit.area_id or -1).first()
    if holder is None or holder.user_id == visit.user_id or actor.can("organising.view", path=visit.path):
        return  # nobody to tell, or the desk itself was there
    notices.tell(
        template=LATE_VISIT, context=_about(visit, actor), key=f"late_visit:{visit.client_id}", at=at,
        user_id=holder.user_id, link=_link(visit),
    )  # fmt: skip


def tell_contested(visit: Visit, *, actor: Actor, at: datetime) -> None:
    """Tell the desk nearest above that an organiser disagrees with what it decided."""
    for user_id in keepers(visit.path, (Role.CADRE, Role.ADMIN), at):
        notices.tell(
            template=CONTESTED, context=_about(visit, actor), key=f"contested:{visit.pk}:{user_id}", at=at,
            user_id=user_id, link=_link(visit),
        )  # fmt: skip


def _about(visit: Visit, actor: Actor) -> dict[str, object]:
    subject = visit.finding.subject_name if visit.finding else visit.union.name if visit.union else ""
    return {"who": actor.name, "subject": subject, "day": local_date(visit.noted_at)}


def _link(visit: Visit) -> str:
    return f"/desk/coverage/findings/{visit.finding_id}/" if visit.finding_id else ""


def tell_hand_over(made: HandOver, *, at: datetime) -> None:
    """Tell both sides where the page is."""
    old = made.from_user.name if made.from_user else "–"
    for user_id in filter(None, (made.from_user_id, made.to_user_id)):
        notices.tell(
            template=HAND_OVER, key=f"hand_over:{made.pk}:{user_id}", at=at, user_id=user_id, link=page_of(made),
            context={"area": made.area.name, "day": made.on, "new": made.to_user.name, "old": old},
        )  # fmt: skip


def tell_replaced(made: HandOver, instead: User, *, at: datetime) -> None:
    """Tell both sides that it does not take place."""
    for user_id in filter(None, (made.from_user_id, made.to_user_id)):
        notices.tell(
            template=REPLACED, key=f"replaced:{made.pk}:{user_id}", at=at, user_id=user_id, link=page_of(made),
            context={"area": made.area.name, "day": made.on, "new": made.to_user.name, "instead": instead.name},
        )  # fmt: skip


def tell_given(made: HandOver, *, actor: Actor, at: datetime) -> None:
    """Tell the new organiser that the old one has confirmed."""
    notices.tell(
        template=HANDED_OVER, context={"area": made.area.name, "who": actor.name}, key=f"given:{made.pk}", at=at,
        user_id=made.to_user_id, link=page_of(made),
    )  # fmt: skip


def tell_taken(made: HandOver, *, actor: Actor, at: datetime) -> None:
    """Tell the old organiser and who made the hand-over that it is complete."""
    for user_id in {made.from_user_id, made.user_id} - {None, actor.user_id}:
        notices.tell(
            template=TAKEN_OVER, context={"area": made.area.name, "who": actor.name},
            key=f"taken:{made.pk}:{user_id}", at=at, user_id=user_id, link=page_of(made),
        )  # fmt: skip


def tell_quarter_ends(user_id: int, count: int, quarter: Quarter, *, at: datetime) -> bool:
    """Remind an organiser once a quarter of how many unions are still to be visited. False when told already."""
    notice = notices.tell(
        template=QUARTER_ENDS, context={"day": quarter.end - timedelta(days=1), "count": count},
        key=f"quarter_ends:{quarter}:{user_id}", at=at, user_id=user_id, link="/desk/coverage/quarter/?state=due&state=overdue",
    )  # fmt: skip
    return notice.created_at == at


def page_of(made: HandOver) -> str:
    """Address of the page both sides see."""
    return f"/desk/coverage/handovers/{made.pk}/"
