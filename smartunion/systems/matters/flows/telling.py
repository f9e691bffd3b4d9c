"""A matter that somebody else tells of: on the phone, or by another system."""

from datetime import datetime
from uuid import UUID

from smartunion.core.actor import Actor
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.casedata import Contact
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import Region


def file_matter(
    *, actor: Actor, client_id: UUID, category: str, about: str, region: Region, contact: Contact, at: datetime,
    detail: str = "", people: int | None = None,
) -> tuple[CaseFile, bool]:  # fmt: skip
    """A case of 反映工情 of the place, and whether it is new; whom to call back is sealed in it.

    The same client_id again is the same case. Raises as casework.file_case.
    """
    answers: dict[str, object] = {
        "category": category, "about": about[:1000], "urgent": False,
        "place": {"region": region.code, "name": region.full_name, "detail": detail},
        "contact": {"name": contact.name, "mobile": contact.mobile},
    }  # fmt: skip
    if people:
        answers["people"] = people
    filing = casework.Filing(
        service_key="matter", answers=answers, client_id=client_id, on_behalf=True, contact=contact
    )
    return casework.file_case(filing=filing, actor=actor, at=at)
