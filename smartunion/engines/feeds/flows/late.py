"""Extracts that do not come: whoever keeps departments' files is told once for each that is late."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.clock import local_date
from smartunion.core.jobs.context import JobContext
from smartunion.engines.feeds import queries
from smartunion.ground.accounts.queries import holders
from smartunion.ground.notices import service as notices
from smartunion.ground.notices.templates import Template

JOB = "feeds.late"
LATE = "feeds.extract_late"

TEMPLATES = (
    Template(
        LATE, _("An extract is late: %(source)s"),
        _(
            "The next extract of “%(source)s” (%(department)s) was expected on %(due)s. Until it comes, comparisons use the "
            "one before. Ask the department, or bring the file in."
        ),
        channels=(),
    ),
)  # fmt: skip


def late_job(context: JobContext) -> None:
    """The daily job."""
    context.finish({"told": tell_late(at=clock.now())})


def tell_late(*, at: datetime) -> int:
    """Tell the keepers of every late source, once for each day it was expected on. Returns how many sources are late."""
    today = local_date(at)
    found = queries.late(today)
    for one in found:
        row = one.source
        for user_id in holders("feeds.import", row.path, on=today):
            notices.tell(
                template=LATE, key=f"feeds-late:{row.pk}:{one.due_on}:{user_id}", user_id=user_id, at=at,
                context={"source": row.name, "department": row.department, "due": one.due_on},
                link=reverse("feeds:home"),
            )  # fmt: skip
    return len(found)
