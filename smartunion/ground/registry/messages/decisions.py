"""What whoever decided is told when the work stops before its end."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from smartunion.ground.notices import service as notices
from smartunion.ground.notices.templates import Template
from smartunion.ground.registry.models import Restructuring

RESTRUCTURING_STOPPED = "registry.restructuring_stopped"

TEMPLATES = (
    Template(
        RESTRUCTURING_STOPPED, _("%(kind)s stopped before its end"),
        _(
            "%(name)s: it was tried several times and did not get to its end. Nothing is lost or half written. Carry it on, or "
            "take it back, on its page."
        ),
    ),
)  # fmt: skip


def tell_restructuring_stopped(what: Restructuring, user_id: int, job_id: int, at: datetime) -> None:
    """Tell who decided a merger or split, or carried it on, that its work gave up."""
    notices.tell(
        template=RESTRUCTURING_STOPPED, key=f"{RESTRUCTURING_STOPPED}:{job_id}", at=at, user_id=user_id,
        link=f"/desk/restructurings/{what.pk}/", context={"kind": str(what.get_kind_display()), "name": what.name},
    )  # fmt: skip
