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
from smartunion.systems.organising.queries.segments import units_below


def _units(actor: Actor) -> list[tuple[str, str]]:
    return [(unit.path, unit.name) for unit in units_below(actor)]


def _in_unit(values: list[str]) -> Q:
    return Q(territory_path__gte=values[0], territory_path__lt=values[0][:-1] + "0")


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
        Choice(key="unit", label=_("Federation"), options=_units, where=_in_unit),
        Choice(key="cover", label=_("Cover"), options=Cover.choices, multiple=True),
        NumberRange(key="people", label=_("People"), field="insured_count"),
    ),
    row_url=lambda row: reverse("desk:employer", args=[row.pk]),
    empty_title=_("No such firm here"),
    empty_text=_("Firms come with the market register, their people with social insurance."),
)  # fmt: skip
