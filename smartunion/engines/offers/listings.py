"""Lists of offers and of the people of one."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Text
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


OFFERS = Listing(
    key="offers.offers",
    title=_("Offers"),
    unit=pgettext_lazy("offer", "offers"),
    columns=(
        Column(key="title", label=pgettext_lazy("offer", "Offer"), priority=1, width=34),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: OfferState(row.state).label),
        Column(key="kind", label=pgettext_lazy("offer", "Kind"), value=lambda row: row.get_kind_display()),
        Column(key="allocation", label=pgettext_lazy("offer", "Places"), value=lambda row: row.get_allocation_display()),
        Column(key="entries", label=pgettext_lazy("offer", "Entries"), kind="number", sort="entries"),
        Column(key="winners", label=pgettext_lazy("offer", "Drawn"), kind="number", sort="winners"),
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
    filters=(Choice(key="state", label=_("State"), options=BookingState.choices, multiple=True),),
    empty_title=_("Nobody has signed up yet"),
    empty_text=_("Whoever signs up, waits or is invited stands here at once."),
    empty_icon="people",
)  # fmt: skip
