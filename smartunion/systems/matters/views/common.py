"""What the views of this room share."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput


def actor_of(request: HttpRequest) -> Actor:
    """Who asks; put on the request by the middleware."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # our own attribute
    return actor


def ids_of(request: HttpRequest, name: str) -> list[int]:
    """Ticked ids; what is no number, or none a database holds, is left out."""
    return [
        int(one) for one in request.POST.getlist(name) if one.isascii() and one.isdigit() and len(one) < 19
    ]


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
