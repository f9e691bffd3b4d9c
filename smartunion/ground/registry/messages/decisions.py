"""What whoever decided is told when the work stops before its end."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from smartunion.core.clock import local_date
from smartunion.ground.notices import service as notices
from smartunion.ground.notices.templates import Template
from smartunion.ground.registry.models import Restructuring

RESTRUCTURING_WAITS = "registry.restructuring_waits"
RESTRUCTURING_STOPPED = "registry.restructuring_stopped"

TEMPLATES = (
    Template(
        RESTRUCTURING_STOPPED, _("%(kind)s stopped before its end"),
        _(
            "%(name)s: it was tried several times and did not get to its end. Nothing is lost or half written. Carry it on, or "
            "take it back, on its page."
        ),
    ),
    Template(
        RESTRUCTURING_WAITS, _("%(kind)s has stood still for %(days)s days"),
        _(
            "%(name)s: it stopped before its end on %(day)s, and nobody has carried it on. Members and records stand partly here, "
            "partly there. Carry it on, or take it back, on its page."
        ),
    ),
)  # fmt: skip


def tell_restructuring_waits(
    what: Restructuring, *, user_id: int | None, chairs: Iterable[int], since: date, rounds: int, at: datetime
) -> None:
    """Remind of a merger or split that stopped: who let it run last, and the chairs of the union above. rounds: which time."""
    days = (local_date(at) - since).days
    context = {
        "kind": str(what.get_kind_display()),
        "name": what.name,
        "days": days,
        "day": since.isoformat(),
    }
    key, link = f"{RESTRUCTURING_WAITS}:{what.pk}:{since}:{rounds}", f"/desk/restructurings/{what.pk}/"
    if user_id is not None:
        notices.tell(
            template=RESTRUCTURING_WAITS, key=f"{key}:u{user_id}", at=at, user_id=user_id, link=link, context=context
        )  # fmt: skip
    for person_id in chairs:
        notices.tell(
            template=RESTRUCTURING_WAITS, key=f"{key}:{person_id}", at=at, person_id=person_id, link=link,
            context=context,
        )  # fmt: skip


def tell_restructuring_stopped(what: Restructuring, user_id: int, job_id: int, at: datetime) -> None:
    """Tell who decided a merger or split, or carried it on, that its work gave up."""
    notices.tell(
        template=RESTRUCTURING_STOPPED, key=f"{RESTRUCTURING_STOPPED}:{job_id}", at=at, user_id=user_id,
        link=f"/desk/restructurings/{what.pk}/", context={"kind": str(what.get_kind_display()), "name": what.name},
    )  # fmt: skip
