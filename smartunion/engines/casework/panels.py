"""What waits at the actor's offices, on the desk's first page."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.panels import Panel, PanelRow, PanelRows
from smartunion.core.templatetags.smartunion import when
from smartunion.engines.casework.queries.looks import waiting
from smartunion.engines.casework.queries.queue import open_cases
from smartunion.engines.casework.telling import last_day

_SHOWN = 5


def _cases(actor: Actor) -> PanelRows | None:
    """Cases her offices hold, first due first: those given to her are marked; sealed ones only where she opens them."""
    waiting_cases, now = open_cases(actor), clock.now()
    rows = [
        PanelRow(
            title=row.title, href=reverse("casework:desk_case", args=[row.pk]),
            note=f"{row.reference} · {_('yours')}" if row.assignee_id == actor.user_id else row.reference,
            side=when(last_day(row.due_at)) if row.due_at else "",
            tone="red" if row.due_at and row.due_at <= now else "",
        )
        for row in waiting_cases[:_SHOWN]
    ]  # fmt: skip
    return PanelRows(total=waiting_cases.count(), rows=rows, href=reverse("casework:queue"))


def _looks(actor: Actor) -> PanelRows | None:
    """Decisions drawn for a second look that she may take; nothing where none are."""
    drawn = waiting(actor)
    rows = [
        PanelRow(
            title=row.case.title, href=reverse("casework:desk_case", args=[row.case_id]), note=row.case.reference,
            side=when(row.decided_on),
        )
        for row in drawn.select_related("case").order_by("decided_on", "pk")[:_SHOWN]
    ]  # fmt: skip
    href = f"{reverse('casework:second_looks')}?verdict=open"
    return PanelRows(total=drawn.count(), rows=rows, href=href) if rows else None


PANELS = (
    Panel(
        key="casework.cases", title=pgettext_lazy("desk", "Cases waiting"), icon="inbox", permission="cases.handle",
        render=_cases, order=10, empty=gettext_lazy("No case waits at your offices."),
    ),
    Panel(
        key="casework.looks", title=pgettext_lazy("desk", "Drawn for a second look"), icon="search-heart",
        permission="cases.handle", render=_looks, order=25,
    ),
)  # fmt: skip
