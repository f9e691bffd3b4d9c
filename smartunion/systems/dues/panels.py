"""Contributions on the pages of employers and unions."""

from collections.abc import Mapping
from typing import Any

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.panels import Section
from smartunion.ground.registry.rules import LinkKind
from smartunion.systems.dues.models import REPORT, VIEW, VIEW_OWN, FirmStanding, FundsReport
from smartunion.systems.dues.report_queries import last_year, missing_in

#: Employers named on a union's page.
_SHOWN = 20
#: Reports of funds named there.
_SHOWN_REPORTS = 3


def _employer(actor: Actor, record: Any) -> Mapping[str, Any] | None:
    """Whether it pays is known to whoever organises it; the amounts to whoever looks after contributions."""
    sees = actor.can(VIEW, path=record.territory_path)
    if not sees and not actor.can("organising.view", path=record.territory_path):
        return None
    standing = FirmStanding.objects.filter(pk=record.pk).first()
    return None if standing is None else {"standing": standing, "sees_amounts": sees}


def _union(actor: Actor, record: Any) -> Mapping[str, Any] | None:
    """The employers whose own union it is."""
    if not actor.can(VIEW, path=record.path) and not actor.can(VIEW_OWN, path=record.path):
        return None
    rows = FirmStanding.objects.filter(
        employer__union_links__union=record, employer__union_links__valid_to=None,
        employer__union_links__kind=LinkKind.OWN,
    )  # fmt: skip
    standings = list(rows.select_related("employer").order_by("-owed_yuan", "pk")[:_SHOWN])
    return {"standings": standings} if standings else None


def _reports(actor: Actor, record: Any) -> Mapping[str, Any] | None:
    """The last report of its funds, and whether this one is missing."""
    if not actor.can(VIEW, path=record.path) and not actor.can(VIEW_OWN, path=record.path):
        return None
    year = last_year(clock.today())
    rows = list(
        FundsReport.objects.filter(union=record).order_by("-year", "-half", "-version")[:_SHOWN_REPORTS]
    )
    is_missing = missing_in(year).filter(pk=record.pk).exists()
    return {
        "reports": rows, "missing": year if is_missing else None, "union": record,
        "may_write": actor.can(REPORT, path=record.path),
    } if rows or is_missing else None  # fmt: skip


SECTIONS = (
    Section(
        page="employer", key="dues.standing", template="dues/_section.html", context=_employer, order=120
    ),
    Section(
        page="union", key="dues.employers", template="dues/_union_section.html", context=_union, order=220
    ),
    Section(
        page="union", key="dues.reports", template="dues/_union_reports.html", context=_reports, order=221
    ),
)
