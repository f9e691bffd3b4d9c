"""The lists of the room."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange
from smartunion.core.listing.listing import Listing
from smartunion.systems.mutual.models import EnrolmentState, Plan


def _plans(actor: Actor) -> list[tuple[str, str]]:
    rows = Plan.objects.visible_to(actor).order_by("title", "pk").values_list("pk", "title")[:200]
    return [(str(pk), title) for pk, title in rows]


ENROLMENTS = Listing(
    key="mutual.enrolments",
    title=pgettext_lazy("mutual", "Enrolments"),
    unit=pgettext_lazy("mutual", "enrolments"),
    columns=(
        Column(key="union", label=_("Union"), value="union.name", priority=1, width=28),
        Column(key="plan", label=pgettext_lazy("mutual", "Plan"), value="plan.title", width=28),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side",
               label_of=lambda row: row.get_state_display()),
        Column(key="from_on", label=pgettext_lazy("mutual", "From"), kind="date"),
        Column(key="until_on", label=pgettext_lazy("mutual", "Until"), kind="date", sort="until_on"),
        Column(key="people", label=_("People"), kind="number"),
        Column(key="shares", label=_("Shares a person"), kind="number"),
        Column(key="price", label=_("To be paid by the unit (yuan)"), value="price_yuan", kind="number", priority=3),
        Column(key="enrolled_at", label=_("Enrolled on"), kind="date", priority=3, shown=False),
    ),
    order=("-until_on",),
    filters=(
        Choice(key="plan", label=pgettext_lazy("mutual", "Plan"), options=_plans, field="plan_id"),
        Choice(key="state", label=_("State"), options=EnrolmentState.choices),
        DateRange(key="until", label=pgettext_lazy("mutual", "Until"), field="until_on"),
    ),
    row_url=lambda row: reverse("mutual:enrolment", args=[row.pk]),
    empty_title=_("No unit is enrolled yet"),
    empty_text=_("Open a plan and enrol the people of a unit: each with as many shares, whoever cannot be is listed with the "
    "reason."),
    empty_icon="heart-pulse",
    empty_href="/desk/mutual/",
    empty_action=_("To the plans"),
)  # fmt: skip

INSURED = Listing(
    key="mutual.insured",
    title=_("Insured people"),
    unit=_("people"),
    columns=(
        Column(key="name", label=pgettext_lazy("mutual", "Name"), value="person.name", priority=1),
        Column(key="plan", label=pgettext_lazy("mutual", "Plan"), value="plan.title", width=28),
        Column(key="shares", label=_("Shares"), kind="number", priority="side"),
        Column(key="since_on", label=_("Counts from"), kind="date"),
        Column(key="from_on", label=pgettext_lazy("mutual", "From"), kind="date"),
        Column(key="until_on", label=pgettext_lazy("mutual", "Until"), kind="date", sort="until_on"),
        Column(key="union", label=_("Union"), value="enrolment.union.name", width=28, priority=3),
    ),
    order=("-until_on",),
    filters=(
        Choice(key="plan", label=pgettext_lazy("mutual", "Plan"), options=_plans, field="plan_id"),
        DateRange(key="until", label=pgettext_lazy("mutual", "Until"), field="until_on"),
    ),
    row_url=lambda row: reverse("mutual:enrolment", args=[row.enrolment_id]),
    empty_title=_("Nobody is insured yet"),
    empty_text=_("Whoever a unit enrols is listed here with the day from which her cover counts."),
    empty_icon="people",
)  # fmt: skip
