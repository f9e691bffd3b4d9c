"""The list engine: declare a `Listing`, serve it with `views.listing_response`."""

from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange, Filter, Flag, NumberRange, Text
from smartunion.core.listing.listing import BulkAction, Listing

__all__ = ["BulkAction", "Choice", "Column", "DateRange", "Filter", "Flag", "Listing", "NumberRange", "Text"]
