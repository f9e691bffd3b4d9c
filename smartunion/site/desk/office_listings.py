"""The desk's lists of terms of office and certificates."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core import clock
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.ground.registry import rules
from smartunion.ground.registry.queries.certificates import standing_is
from smartunion.ground.registry.wording import head_in_words
from smartunion.site.desk.dated import AS_OF

_TERM_STANDINGS = (
    ("ended", _("No election yet, term over")),
    ("vacant", _("No chair: by-election due")),
    ("ending", pgettext_lazy("term", "Ends soon")),
)
_STANDS = {
    "ended": Q(has_ended=True),
    "vacant": Q(has_ended=False, has_no_chair=True),
    "ending": Q(has_ended=False, has_no_chair=False),
}


def _standing(term: Any) -> str:
    """Which of the standings a row of `queries.ending_terms` has."""
    return "ended" if term.has_ended else "vacant" if term.has_no_chair else "ending"


TERMS = Listing(
    key="desk.terms",
    title=_("Terms of office that end"),
    unit=_("unions"),
    columns=(
        Column(key="union", label=_("Union"), value="union.name", sort="union__name", priority=1, width=36),
        Column(
            key="standing",
            label=_("State"),
            priority="side",
            template="desk/_term_standing.html",
            width=20,
            value=lambda term: dict(_TERM_STANDINGS)[_standing(term)],
        ),
        Column(key="ordinal", label=_("Term"), kind="number"),
        Column(key="starts_on", label=_("Began on"), kind="date", sort="starts_on"),
        Column(key="ends_on", label=_("Ends on"), kind="date", sort="ends_on"),
        Column(
            key="head",
            label=_("Head"),
            width=24,
            value=lambda term: head_in_words(term.union.contact_name, term.head_gone_name, term.head_gone_on),
        ),
    ),
    order=("ends_on",),
    search=Text(key="q", label=_("Search"), fields=("union__name",), placeholder=_("Name of the union")),
    filters=(
        Choice(
            key="standing",
            label=_("State"),
            options=_TERM_STANDINGS,
            where=lambda chosen: _STANDS[chosen[0]],
        ),
        DateRange(key="ends_on", label=_("Ends on")),
    ),
    row_url=lambda term: reverse("desk:union_offices", args=[term.union_id]),
    empty_title=_("No term ends soon"),
    empty_text=_(
        "Unions whose last term has ended or ends within ninety days appear here, and those whose chair left."
    ),
)


CERTIFICATES = Listing(
    key="desk.certificates",
    title=_("Certificates"),
    unit=pgettext_lazy("counted", "certificates"),
    columns=(
        Column(key="union", label=_("Union"), value="union.name", sort="union__name", priority=1, width=36),
        Column(
            key="standing", label=_("State"), priority="side", template="desk/_standing.html", width=20,
            value=lambda row: row.standing.label,
        ),
        Column(key="kind", label=_("Kind"), kind="words"),
        Column(key="number", label=_("Number"), width=28),
        Column(key="issued_on", label=_("Issued on"), kind="date", sort="issued_on"),
        Column(key="valid_to", label=_("Valid until"), value="printed_to", kind="date", sort="valid_to"),
        Column(key="change_due_on", label=_("Change to be registered by"), kind="date", sort="change_due_on"),
        Column(key="changes", label=_("What has changed"), value="changed_words", width=24),
        Column(key="issued_for", label=_("Issued for"), kind="words", shown=False),
        Column(key="issued_by", label=_("Issued by"), width=28, priority=3, shown=False),
        Column(key="uscc", label=_("Union's own credit code"), value=lambda row: row.uscc or row.union.uscc, width=20,
               priority=3,
            shown=False),
        Column(key="head", label=_("Legal representative"), shown=False),
        Column(key="ended_on", label=_("Held until"), kind="date", shown=False),
        Column(key="end_reason", label=_("Why it ended"), shown=False, width=30),
    ),
    order=("valid_to",),
    search=Text(key="q", label=_("Search"), fields=("union__name", "number", "name"), placeholder=_("Union or number")),
    filters=(
        AS_OF,
        Choice(
            key="standing", label=_("State"), options=rules.Standing.choices, multiple=True,
            where=lambda chosen: standing_is(chosen, clock.today()),
        ),
        Choice(key="kind", label=_("Kind"), options=rules.CertificateKind.choices),
        DateRange(key="valid_to", label=_("Valid until")),
        DateRange(key="change_due_on", label=_("Change to be registered by"), secondary=True),
        DateRange(key="issued_on", label=_("Issued on"), secondary=True),
    ),
    row_url=lambda row: reverse("desk:union_offices", args=[row.union_id]),
    empty_title=_("No certificates"),
    empty_text=_("Certificates are issued on the page of a union, under “Change”, or applied for by the union itself."),
)  # fmt: skip

OFFICERS = Listing(
    key="desk.officers",
    title=_("Officers"),
    unit=_("people"),
    columns=(
        Column(key="name", label=_("Name"), sort="name", priority=1),
        Column(key="post", label=_("Post"), kind="words", priority="side"),
        Column(key="organ", label=_("Organ"), kind="words"),
        Column(key="union", label=_("Union"), value="term.union.name", sort="term__union__name_key", width=36),
        Column(key="ordinal", label=_("Term"), value="term.ordinal", kind="number", priority=3),
        Column(key="starts_on", label=_("Term began on"), value="term.starts_on", kind="date", sort="term__starts_on"),
        Column(key="ends_on", label=_("Term ends on"), value="term.ends_on", kind="date", sort="term__ends_on"),
        Column(key="began_on", label=_("By-elected on"), kind="date", priority=3, shown=False),
        Column(key="left_on", label=_("Left on"), kind="date", priority=3),
        Column(key="end_reason", label=_("Why it ended"), kind="words", priority=3,
               shown=False),
    ),
    order=("term__union__name_key", "organ", "post"),
    search=Text(key="q", label=_("Search"), fields=("name", "term__union__name"), placeholder=_("Name or union")),
    filters=(
        AS_OF,
        Choice(key="organ", label=_("Organ"), options=rules.Organ.choices, multiple=True),
        Choice(key="post", label=_("Post"), options=rules.Post.choices, multiple=True),
        DateRange(key="ends_on", label=_("Term ends on"), field="term__ends_on", secondary=True),
    ),
    row_url=lambda row: reverse("desk:union_offices", args=[row.term.union_id]),
    empty_title=_("No officers in office"),
    empty_text=_("Enter the outcome of an election on the page of a union, under “Change”."),
)  # fmt: skip
