"""The list of hazards on the desk: nothing in it says who told of one."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.ground.registry.models import Region
from smartunion.systems.matters.models import Hazard, SafetyOfficer
from smartunion.systems.matters.rules.hazards import WAITING, HazardKind, HazardLevel, HazardState


def _places(actor: Actor) -> list[tuple[str, str]]:
    seen = Hazard.objects.visible_to(actor).exclude(region=None).values("region").distinct()
    return list(Region.objects.filter(pk__in=seen).order_by("code").values_list("code", "name")[:300])


def _find(rows: "QuerySet[Hazard]", words: str) -> "QuerySet[Hazard]":
    return rows.filter(
        Q(reference__istartswith=words) | Q(place__icontains=words) | Q(about__icontains=words)
    )


def _where(values: list[str]) -> Q:
    """What the tick of the list means: open ones, or those past their day."""
    if "late" in values:
        return Q(state__in=WAITING, due_at__lt=clock.now())
    return Q(state__in=WAITING)


HAZARDS = Listing(
    key="matters.hazards",
    title=_("Hazards"),
    unit=_("hazards"),
    columns=(
        Column(key="what", label=pgettext_lazy("hazard", "Hazard"), value="title", priority=1, width=34),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: HazardState(row.state).label),
        Column(key="due", label=pgettext_lazy("hazard", "Until"), value="due_on", kind="date", sort="due_at",
               template="matters/_hazard_due.html"),
        Column(key="level", label=_("How grave"), value=lambda row: row.get_level_display().partition("：")[0], width=12),
        Column(key="reports", label=_("Told by"), kind="number", sort="reports"),
        Column(key="officer", label=_("Safety officer"), value="officer_name", width=12),
        Column(key="union", label=_("Seen to by"), value="union.name", width=30, priority=3),
        Column(key="region", label=_("Town or street"), value=lambda row: row.region.name if row.region else "", width=14,
               priority=3),
        Column(key="about", label=_("What is dangerous"), width=40, shown=False, priority=3),
        Column(key="reference", label=pgettext_lazy("hazard", "Reference"), kind="code", priority=3, shown=False),
        Column(key="reported_at", label=pgettext_lazy("hazard", "Reported"), kind="date", sort="reported_at",
               priority=3, shown=False),
    ),
    order=("due_at",),
    search=Text(key="q", label=_("Reference, place or words"), find=_find),
    filters=(
        Choice(key="open", label=_("Show"), options=[("1", _("Open ones")), ("late", _("Past their day"))], where=_where),
        Choice(key="state", label=_("State"), options=HazardState.choices, multiple=True),
        Choice(key="kind", label=_("Kind"), options=HazardKind.choices, multiple=True),
        Choice(key="place", label=_("Town or street"), options=_places, field="region__code"),
        Choice(key="level", label=_("How grave"), options=HazardLevel.choices, secondary=True),
        DateRange(key="reported", label=pgettext_lazy("hazard", "Reported"), field="reported_at", instant=True,
                  secondary=True),
        DateRange(key="closed", label=_("Settled"), field="closed_at", instant=True, secondary=True),
    ),
    row_url=lambda row: reverse("matters:hazard", args=[row.pk]),
    empty_title=_("No hazards here"),
    empty_text=_("Workers send a picture of what is dangerous; it stands here until it is put right and checked."),
    empty_icon="shield-check",
)  # fmt: skip

OFFICERS = Listing(
    key="matters.safety_officers",
    title=_("Safety officers"),
    unit=_("safety officers"),
    columns=(
        Column(key="name", label=_("Name"), priority=1, width=16),
        Column(key="union", label=_("Union"), value="union.name", width=34),
        Column(key="trained", label=_("Trained until"), value="trained_until", kind="date", sort="trained_until",
               template="matters/_trained.html"),
        Column(key="since", label=pgettext_lazy("safety officer", "Since"), kind="date", sort="pk"),
        Column(key="end", label="", value=lambda row: "", template="matters/_relieve.html", export=False),
    ),
    order=("pk",),
    search=Text(key="q", label=_("Name or union"), fields=("name", "union__name")),
    filters=(DateRange(key="trained", label=_("Trained until"), field="trained_until"),),
    empty_title=_("No safety officers yet"),
    empty_text=_("Appoint somebody of the union: hazards are given to her to be put right."),
    empty_icon="person-badge",
)  # fmt: skip


def officer_rows(actor: Actor) -> "QuerySet[SafetyOfficer]":
    """Serving safety officers in reach."""
    return SafetyOfficer.objects.visible_to(actor).serving().select_related("union")
