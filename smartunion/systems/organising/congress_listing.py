"""The desk's list of congresses."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, Text
from smartunion.core.listing.listing import Listing
from smartunion.systems.organising.models import CongressState

CONGRESSES = Listing(
    key="organising.congresses",
    title=_("Congresses"),
    unit=_("congresses"),
    columns=(
        Column(key="name", label=_("Association"), priority=1, width=36),
        Column(key="federation", label=_("Federation"), value="federation.name", width=30),
        Column(key="state", label=_("State"), kind="state", priority="side"),
        Column(key="cluster", label=_("Cluster or area")),
        Column(key="held_on", label=_("Day of the congress"), kind="date"),
        Column(key="letter_number", label=_("Number of the letter"), kind="code"),
    ),
    order=("-id",),
    search=Text(key="q", label=pgettext_lazy("organisation", "Name"), fields=("name",)),
    filters=(Choice(key="state", label=_("State"), options=CongressState.choices),),
    row_url=lambda row: reverse("congress:congress", args=[row.pk]),
    empty_title=_("No congress yet"),
    empty_text=_("A congress is set up when the preparation of an association of unions is approved."),
    empty_icon="people",
)
