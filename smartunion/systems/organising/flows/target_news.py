"""Who is told about targets of a drive: the unit that is asked, and whoever leads the drive when it answers."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices import service as notices
from smartunion.ground.notices.templates import Template
from smartunion.systems.organising.flows.joining_news import keepers
from smartunion.systems.organising.models import Target

PROPOSED = "organising.target_proposed"
CHANGED = "organising.target_changed"
AGREED = "organising.target_agreed"
WITHDRAWN = "organising.target_withdrawn"
_ANSWERING = (Role.CADRE, Role.ADMIN, Role.CHAIR)

TEMPLATES = (
    Template(
        PROPOSED, _("A target is proposed to %(unit)s: %(quantity)s"),
        _(
            "%(who)s proposes %(quantity)s to %(unit)s in “%(drive)s”, to be reached by %(until)s. Open the page, look at "
            "the numbers behind it, and agree or say what would be right."
        ),
        channels=(),
    ),
    Template(
        CHANGED, _("The target of %(unit)s is now %(quantity)s"),
        _(
            "%(who)s has changed the target of %(unit)s in “%(drive)s” from %(before)s to %(quantity)s. It counts as "
            "proposed until you agree again."
        ),
        channels=(),
    ),
    Template(
        AGREED, _("%(unit)s: target agreed"),
        _("%(by)s has agreed to %(quantity)s for %(unit)s in “%(drive)s”."), channels=(),
    ),
    Template(
        WITHDRAWN, _("The target of %(unit)s has been taken back"),
        _("%(who)s has taken the target of %(unit)s in “%(drive)s” back. Reason: %(reason)s"), channels=(),
    ),
)  # fmt: skip


def tell_proposed(target: Target, *, actor: Actor, at: datetime) -> None:
    """The unit finds the proposal in its inbox."""
    _tell(PROPOSED, target, target.path, actor, at, until=target.ends_on)


def tell_changed(target: Target, before: int, *, actor: Actor, at: datetime) -> None:
    """The unit is asked again, with the number before."""
    _tell(CHANGED, target, target.path, actor, at, before=before)


def tell_agreed(target: Target, *, actor: Actor, at: datetime) -> None:
    """Whoever leads the drive, and the unit when somebody wrote its answer down for it."""
    assert target.drive is not None
    for path in dict.fromkeys((target.drive.path, target.path)):
        _tell(AGREED, target, path, actor, at, by=target.agreed_by)


def tell_withdrawn(target: Target, reason: str, *, actor: Actor, at: datetime) -> None:
    """The unit hears that nothing is asked any more, and why."""
    _tell(WITHDRAWN, target, target.path, actor, at, reason=reason)


def _tell(template: str, target: Target, path: str, actor: Actor, at: datetime, **more: object) -> None:
    """One message each to the accounts nearest to a path, but for the one who acts."""
    drive = target.drive
    assert drive is not None
    unit = f"{target.union.name} · {target.platform}" if target.platform else target.union.name
    context = {"unit": unit, "quantity": target.quantity, "drive": drive.title, "who": actor.name, **more}
    for user_id in keepers(path, _ANSWERING, at):
        if user_id != actor.user_id:
            notices.tell(
                template=template, context=context, at=at, user_id=user_id, link=f"/desk/drives/{drive.pk}/progress/",
                key=f"{template}:{target.pk}:{at.timestamp():.0f}:{user_id}",
            )  # fmt: skip
