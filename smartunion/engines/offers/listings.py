"""Lists of offers and of the people of one."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core import clock
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Text
from smartunion.core.listing.keyset import Rows
from smartunion.core.listing.listing import Listing
from smartunion.engines.offers.models import Booking
from smartunion.engines.offers.rules.words import Allocation, BookingState, OfferKind, OfferState


def who(row: Booking) -> str:
    """Name of the one whose place it is; where participants are nobody's business, her number."""
    if row.offer.is_private:
        return str(pgettext_lazy("offer", "No. %(number)s") % {"number": row.pk})
    return (
        row.person.name
        if row.person is not None
        else str(pgettext_lazy("offer", "somebody without a record"))
    )


def _named(rows: Rows, words: str) -> Rows:
    """By name or code; where desks see no names, by code alone."""
    named = Q(person__name__icontains=words, offer__is_private=False)
    return rows.filter(named | Q(code__icontains=words))


OFFERS = Listing(
    key="offers.offers",
    title=_("Offers"),
    unit=pgettext_lazy("offer", "offers"),
    columns=(
        Column(key="title", label=pgettext_lazy("offer", "Offer"), priority=1, width=34),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: OfferState(row.state).label),
        Column(key="kind", label=pgettext_lazy("offer", "Kind"), kind="words"),
        Column(key="allocation", label=pgettext_lazy("offer", "Places"), kind="words"),
        Column(key="entries", label=pgettext_lazy("offer", "Entries"), kind="number",
               value=lambda row: row.entries if row.commitment else None),
        Column(key="taken", label=pgettext_lazy("offer", "Taken"), kind="number", sort="taken"),
        Column(key="closes_at", label=pgettext_lazy("offer", "Closes"), kind="date", sort="closes_at"),
        Column(key="union", label=pgettext_lazy("offer", "Offered by"), value="union.name", width=30, priority=3),
    ),
    order=("-pk",),
    search=Text(key="q", label=pgettext_lazy("offer", "Title"), fields=("title",)),
    filters=(
        Choice(key="state", label=_("State"), options=OfferState.choices, multiple=True),
        Choice(key="kind", label=pgettext_lazy("offer", "Kind"), options=OfferKind.choices, multiple=True),
        Choice(key="allocation", label=pgettext_lazy("offer", "Places"), options=Allocation.choices),
        DateRange(key="closes", label=pgettext_lazy("offer", "Closes"), field="closes_at", instant=True),
    ),
    row_url=lambda row: f"/desk/offers/{row.pk}/",
    empty_title=_("No offers yet"),
    empty_text=_("An event, a check-up, a class, a trip: write the first one, and members find it on their phones."),
    empty_icon="ticket-perforated",
)  # fmt: skip

PEOPLE = Listing(
    key="offers.people",
    title=_("Participants"),
    unit=pgettext_lazy("offer", "bookings"),
    columns=(
        Column(key="who", label=pgettext_lazy("person", "Name"), value=who, priority=1, width=14),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: BookingState(row.state).label),
        Column(key="number", label=pgettext_lazy("offer", "Number"), value="pk", kind="number", sort="pk"),
        Column(key="starts_at", label=pgettext_lazy("offer", "Occasion"), value="occasion.starts_at", kind="date"),
        Column(key="party", label=pgettext_lazy("offer", "People"), kind="number", sort="party"),
        Column(key="booked_at", label=pgettext_lazy("offer", "Signed up"), kind="date", priority=3),
        Column(key="attended_at", label=pgettext_lazy("offer", "Came in"), kind="date", priority=3),
    ),
    order=("-pk",),
    search=Text(key="q", label=pgettext_lazy("offer", "Name or code"), find=_named),
    filters=(
        Choice(key="state", label=_("State"), options=BookingState.choices, multiple=True),
        DateRange(key="day", label=pgettext_lazy("offer", "Occasion"), field="occasion__starts_at", instant=True),
        DateRange(key="booked", label=pgettext_lazy("offer", "Signed up"), field="booked_at", instant=True),
    ),
    row_url=lambda row: f"/desk/offers/bookings/{row.pk}/",
    empty_title=_("Nobody has signed up yet"),
    empty_text=_("Whoever signs up, waits or is invited stands here at once."),
    empty_icon="people",
)  # fmt: skip


def _minutes(row: Booking) -> int | None:
    return row.present_until(clock.now()) // 60 if row.attended_at is not None else None


def _certified(row: Booking) -> str:
    if row.attended_at is None:
        return ""
    return str(_("Yes") if row.is_certified(clock.now()) else _("No"))


ATTENDANCE = Listing(
    key="offers.attendance",
    title=_("Attendance"),
    unit=pgettext_lazy("offer", "bookings"),
    columns=(
        Column(key="who", label=pgettext_lazy("person", "Name"), value=who, priority=1, width=14),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: BookingState(row.state).label),
        Column(key="party", label=pgettext_lazy("offer", "People"), kind="number", sort="party"),
        Column(key="attended_at", label=pgettext_lazy("offer", "Came in"), kind="date", sort="attended_at"),
        Column(key="left_at", label=pgettext_lazy("attendance", "Left"), kind="date", sort="left_at"),
        Column(key="minutes", label=_("Minutes there"), value=_minutes, kind="number"),
        Column(key="pct", label=_("Share of the time, %"), kind="number",
               value=lambda row: row.present_pct(clock.now()) if row.attended_at is not None else None),
        Column(key="certificate", label=pgettext_lazy("offer", "Certificate"), value=_certified),
    ),
    order=("-attended_at", "pk"),
    search=Text(key="q", label=pgettext_lazy("offer", "Name or code"), find=_named),
    filters=(
        Choice(key="state", label=_("State"), options=BookingState.choices, multiple=True),
        DateRange(key="came", label=pgettext_lazy("offer", "Came in"), field="attended_at", instant=True),
    ),
    row_url=lambda row: f"/desk/offers/bookings/{row.pk}/",
    empty_title=_("Nobody has a place yet"),
    empty_text=_("Whoever has a confirmed place stands here, with the times read at the door."),
    empty_icon="clock-history",
)  # fmt: skip
