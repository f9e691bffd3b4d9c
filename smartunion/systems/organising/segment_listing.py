"""The list behind the shares of a group of firms."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, NumberRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.systems.organising.ledger_rules import Cover
from smartunion.systems.organising.models import EmployerMark, MarkKind
from smartunion.systems.organising.unit_filter import Unit


def _in_unit(values: list[str]) -> Q:
    return Q(territory_path__gte=values[0], territory_path__lt=values[0][:-1] + "0")


def _labels(actor: Actor) -> list[tuple[str, str]]:
    marks = (
        EmployerMark.objects.visible_to(actor)
        .filter(employer__isnull=False)
        .exclude(label="")
        .order_by("label")
    )
    return [(label, label) for label in marks.values_list("label", flat=True).distinct()[:300]]


def _named(values: list[str]) -> Q:
    return Q(pk__in=EmployerMark.objects.filter(label=values[0], employer__isnull=False).values("employer"))


FIRMS = Listing(
    key="organising.segment",
    title=_("Firms that ought to have a union"),
    unit=pgettext_lazy("organising", "employers"),
    columns=(
        Column(key="name", label=_("Employer"), sort="name_key", priority=1, width=36),
        Column(key="cover", label=_("Cover"), kind="state", label_of=lambda row: Cover(row.cover).label, sort="cover",
               priority="side", template="organising/ledger/_cover.html"),
        Column(key="union", label=_("Union"), width=34, template="organising/ledger/_unions.html",
               value=lambda row: "、".join(link.union.name for link in row.open_links)),
        Column(key="heads", label=_("People"), value="insured_count", kind="number",
            sort="insured_count"),
        Column(key="place", label=_("Place"), value="region.full_name", width=30),
        Column(key="uscc", label=_("USCC"), kind="code", shown=False, width=22),
    ),
    order=("-insured_count", "name_key"),
    search=Text(key="q", label=pgettext_lazy("organisation", "Name"), fields=("name",)),
    filters=(
        Unit(permission="organising.view", key="unit", label=_("Federation"), where=_in_unit),
        Choice(key="cover", label=_("Cover"), options=Cover.choices, multiple=True),
        NumberRange(key="people", label=_("People"), field="insured_count"),
        Choice(key="named", label=_("Cluster, grade or project"), options=_labels, where=_named),
    ),
    row_url=lambda row: reverse("desk:employer", args=[row.pk]),
    empty_title=_("No such firm here"),
    empty_text=_("Firms come with the market register, their people with social insurance."),
)  # fmt: skip

UNKNOWN_MARKS = Listing(
    key="organising.unknown_marks",
    title=_("Rows that mean no firm we know"),
    unit=pgettext_lazy("register", "entries"),
    columns=(
        Column(key="name", label=_("Firm as the extract writes it"), value="name", sort="name", priority=1, width=36),
        Column(key="kind", label=_("What it says"), kind="words", priority=2),
        Column(key="label", label=_("Cluster, grade or project"), value="label", width=36),
        Column(key="source", label=_("Extract"), value="snapshot.source.name", width=24),
        Column(key="as_of", label=_("Drawn on"), value="snapshot.as_of", kind="date"),
    ),
    order=("name",),
    search=Text(key="q", label=pgettext_lazy("organisation", "Name"), fields=("name",)),
    filters=(Choice(key="kind", label=_("What it says"), options=MarkKind.choices, multiple=True),),
    empty_title=_("Every row means a firm we know"),
    empty_text=_("Rows whose code and name no single firm in business has stand here until the next extract."),
    empty_icon="check2-circle",
)  # fmt: skip
