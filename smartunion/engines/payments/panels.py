"""What waits for whoever pays, on the desk's first page."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.panels import Panel, PanelRow, PanelRows
from smartunion.core.templatetags.smartunion import number, when
from smartunion.engines.payments.models import Payable, PaymentList
from smartunion.engines.payments.programmes import label_of
from smartunion.engines.payments.rules.accounts import mask_name
from smartunion.engines.payments.rules.states import ListState, PayableState

_SHOWN = 5


def _release(actor: Actor) -> PanelRows | None:
    """Lists that wait for her release or bank file; not her own."""
    waiting = PaymentList.objects.filter(
        actor.within("payments.release", "path"), state__in=[ListState.PROPOSED, ListState.RELEASED]
    ).exclude(Q(state=ListState.PROPOSED) & Q(made_by_id=actor.user_id or -1))
    rows = [
        PanelRow(
            title=row.number, href=reverse("payments:list", args=[row.pk]), side=str(row.get_state_display()),
            note=_("%(n)s payments, %(yuan)s yuan, prepared by %(who)s")
            % {"n": row.count, "yuan": number(row.total_yuan), "who": row.made_by_name},
        )
        for row in waiting.order_by("pk")[:_SHOWN]
    ]  # fmt: skip
    return PanelRows(total=waiting.count(), rows=rows, href=reverse("payments:lists"))


def _owed(actor: Actor) -> PanelRows | None:
    """What came back from the bank first, then what is owed and on no list; the oldest first."""
    waiting = Payable.objects.filter(
        actor.within("payments.prepare", "path"), state__in=[PayableState.OWED, PayableState.FAILED]
    )
    rows = [
        PanelRow(
            title=f"{mask_name(row.person.name)} · {number(row.amount_yuan)}", note=label_of(row.programme),
            href=reverse("payments:payable", args=[row.pk]),
            side=row.fail_reason if row.state == PayableState.FAILED else when(row.owed_at),
            tone="red" if row.state == PayableState.FAILED else "",
        )
        for row in waiting.select_related("person").order_by("state", "pk")[:_SHOWN]
    ]  # fmt: skip
    return PanelRows(total=waiting.count(), rows=rows, href=reverse("payments:owed"))


PANELS = (
    Panel(
        key="payments.release", title=pgettext_lazy("payments", "Lists waiting for you"), icon="list-check",
        permission="payments.release", render=_release, order=20,
        empty=gettext_lazy("No list waits for a release or its bank file."),
    ),
    Panel(
        key="payments.owed", title=pgettext_lazy("payments", "To be paid"), icon="cash-coin", permission="payments.prepare",
        render=_owed, order=21, empty=gettext_lazy("Everything owed is on a list or paid."),
    ),
)  # fmt: skip
