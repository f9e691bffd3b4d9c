"""What the views of this room share."""

from io import BytesIO
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.ground.registry.models import Region
from smartunion.systems.matters.flows.hazards import MOST_PHOTOS, Upload, intake_limit


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


def uploads_of(request: HttpRequest) -> list[Upload]:
    """The pictures sent under "photo", at most one more than a flow takes."""
    given = [one for one in request.FILES.getlist("photo") if one.size]
    return [Upload(BytesIO(one.read(intake_limit()))) for one in given[: MOST_PHOTOS + 1]]


def region_code(text: str) -> str:
    """The code of a place given by code or by its full name; what is neither comes back as it is."""
    said = text.strip()[:120]
    if not said:
        return ""
    row = Region.objects.filter(code=said).first() or Region.objects.filter(full_name=said).first()
    return row.code if row else said


def version_of(request: HttpRequest) -> int:
    """The version of the record the page showed; 0 when it says none."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
