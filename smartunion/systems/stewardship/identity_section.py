"""What an authority said of a name and a number: on the person's page, in her own record, and in the file of her data."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy, pgettext

from smartunion.core.actor import Actor
from smartunion.core.panels import Section
from smartunion.ground.registry.taking_along import Part, Row
from smartunion.systems.stewardship.models import IdentityCheck


def _context(actor: Actor, record: Any) -> Mapping[str, Any] | None:
    check = IdentityCheck.objects.filter(pk=record.pk).first()
    if check is None:
        return None
    check.person = record
    return {"check": check, "is_own": actor.person_id == record.pk}


SECTIONS = tuple(
    Section(
        page=page, key="stewardship.identity", template="stewardship/_identity.html", context=_context,
        permission=permission, order=90,
    )
    for page, permission in (("person", "members.view"), ("record", ""))
)  # fmt: skip


def _rows(person_id: int) -> Sequence[Row]:
    check = IdentityCheck.objects.filter(pk=person_id).first()
    if check is None:
        return []
    return [{
        pgettext("own data", "Given to"): check.sent_to,
        pgettext("own data", "Given on"): check.sent_on,
        pgettext("own data", "Answer"): str(check.get_outcome_display()),
        pgettext("own data", "Answered by"): check.answered_by,
        pgettext("own data", "Answered on"): check.as_of,
    }]  # fmt: skip


CHAPTER = Part("identity", gettext_lazy("Real-name comparison"), _rows)
