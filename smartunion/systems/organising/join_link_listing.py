"""The desk's list of links made out to one person."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.core.spellings import in_any_spelling
from smartunion.systems.organising.models import LinkState

_TONES = {"used": "done", "open": "waiting"}


def _find(rows: Any, text: str) -> Any:
    return rows.filter(in_any_spelling(text, lambda spelt: Q(name__startswith=spelt)))


LINKS = Listing(
    key="organising.join_links",
    title=_("Links for one person"),
    unit=_("links"),
    columns=(
        Column(key="name", label=_("Name"), priority=1),
        Column(key="state", label=_("State"), kind="state", priority="side",
               label_of=lambda row: LinkState(row.state).label, tone_of=lambda value: _TONES.get(value, "off")),
        Column(key="ends_on", label=pgettext_lazy("organising", "Valid until"), kind="date", sort="ends_on"),
        Column(key="union", label=_("Union"), value="drive.union.name", width=30),
        Column(key="case", label=_("Application"), value=lambda row: row.case.reference if row.case else "", kind="code"),
        Column(key="made_by", label=_("Made by"), priority=3),
        Column(key="created_at", label=pgettext_lazy("join link", "Made"), kind="date", priority=3),
    ),
    order=("-pk",),
    search=Text(key="q", label=_("Name"), find=_find),
    filters=(
        Choice(key="state", label=_("State"), options=LinkState.choices, multiple=True),
        DateRange(key="ends_on", label=pgettext_lazy("organising", "Valid until"), field="ends_on"),
    ),
    row_url=lambda row: f"/desk/joining-links/{row.pk}/",
    empty_title=_("No link for one person yet"),
    empty_text=_("Make one for each worker you talked with: her name and phone are filled in, and nobody else can use it."),
    empty_icon="link-45deg",
)  # fmt: skip
