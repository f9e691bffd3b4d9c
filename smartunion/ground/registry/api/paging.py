"""Pages of the API: a sealed cursor says where the next one begins, so that page 10,000 costs what page 1 costs."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja import Field, Schema

from smartunion.core.errors import InvalidInput
from smartunion.core.listing import keyset
from smartunion.core.listing.walking import wide

LIMIT = 200


class Paging(Schema):
    """Where a page begins and how long it is."""

    cursor: str = Field(
        "", max_length=2000, description="`next` of the page before; empty for the first page."
    )
    limit: int = Field(50, ge=1, le=LIMIT, description="Rows on a page.")


def page(rows: "QuerySet[Any, Any]", order: tuple[str, ...], paging: Paging, scope: str) -> dict[str, Any]:
    """Items and the cursor of the next page, None on the last. Raises InvalidInput for a foreign cursor.

    scope: list the cursor belongs to; one of another list is refused.
    """
    keys = keyset.keys_for(rows, order)
    after = None
    if paging.cursor:
        try:
            after = keyset.read_cursor(paging.cursor, scope, len(keys))
        except keyset.BadCursor:
            raise InvalidInput(
                _("The cursor belongs to another list, or was changed."),
                remedy=_("Begin with the first page, without a cursor."), field="cursor",
            ) from None  # fmt: skip
    found = keyset.fetch(wide(rows), keys, paging.limit, after=after)
    return {
        "items": found.rows,
        "next": keyset.write_cursor(found.next, scope) if found.next is not None else None,
    }
