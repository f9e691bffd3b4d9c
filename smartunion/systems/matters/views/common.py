"""What the views of this room share."""

from io import BytesIO

from django.http import HttpRequest

from smartunion.ground.registry.models import Region
from smartunion.systems.matters.flows.hazards import MOST_PHOTOS, Upload, intake_limit


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
