"""What pages send beside their fields: the id of an act, the version or key of a record."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.core.numbers import whole_number


def client_id_of(posted: Mapping[str, str]) -> UUID:
    """The page's own id of an act, so that a second tap does nothing twice. Raises InvalidInput naming client_id."""
    try:
        return UUID(posted.get("client_id", ""))
    except ValueError:
        raise InvalidInput(
            _("The page sent no id of its own."),
            remedy=_("Reload the page and try again."),
            field="client_id",
        ) from None


def number_of(posted: Mapping[str, str], name: str, *, digits: int = 8) -> int:
    """A whole number of at most so many digits; 0, which no record and no version has, when it says none."""
    return whole_number(posted.get(name, ""), digits=digits) or 0
