"""Telling whoever a case concerns, in this room's own words."""

from collections.abc import Mapping
from datetime import datetime

from smartunion.engines.casework.models import CaseFile
from smartunion.ground.notices import service as notices


def tell_applicant(
    *, case: CaseFile, template: str, context: Mapping[str, object], key: str, at: datetime
) -> None:
    """One notice to the person of a case, or to the account that filed it; none when it has neither."""
    if case.person_id is not None or case.user_id is not None:
        notices.tell(
            template=template, context=context, key=key, at=at, link=f"/cases/{case.pk}/", person_id=case.person_id,
            user_id=case.user_id if case.person_id is None else None,
        )  # fmt: skip
