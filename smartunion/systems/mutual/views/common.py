"""What the views of this room share."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput


def client_id_of(request: HttpRequest) -> UUID:
    """The page's own id of this act. Raises InvalidInput."""
    try:
        return UUID(request.POST.get("client_id", ""))
    except ValueError:
        raise InvalidInput(
            _("The page sent no id of its own."),
            remedy=_("Reload the page and try again."),
            field="client_id",
        ) from None


def number_of(request: HttpRequest, name: str) -> int:
    """A whole number of the form; 0 when it says none."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
