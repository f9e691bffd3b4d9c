"""Erasing a person's data: the row stays so that counts and history hold, without anything that tells who it was."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import Refusal, StaleState
from smartunion.ground.registry import forgetting
from smartunion.ground.registry.flows.access import person_for
from smartunion.ground.registry.flows.people.looks import checked_reason
from smartunion.ground.registry.models import (
    Correction,
    Membership,
    Merge,
    MergeKind,
    Officer,
    Person,
    PlatformWork,
)


class StillMember(Refusal):
    """A current membership needs the data."""

    code = "still_member"


@transaction.atomic
def erase(*, actor: Actor, person_id: int, version: int, reason: str, at: datetime) -> Person:
    """Delete every personal value of somebody who is no member any more.

    Memberships keep their dates and unions, the audit trail its ids. Raises NotVisible, NotAllowed; InvalidInput naming
    reason; StillMember; StaleState. Source: Personal Information Protection Law art. 19, 47.
    """
    person = person_for(actor, person_id, "members.edit")
    kept_reason = checked_reason(reason)
    if Membership.objects.filter(person=person, ended_on=None).exists():
        raise StillMember(
            _("This person is a member now, and the membership needs her data."),
            remedy=_("End the membership first."),
        )
    moved = Person.objects.filter(pk=person.pk, version=version, erased_at=None).update(
        name="", pinyin="", initials="", sex="", birth_date=None, resident_id=None, resident_id_index=None,
        mobile=None, mobile_index=None, mobile_tail="", ethnicity="", education="", political_status="",
        employment_status="", skill_grade="", hukou_type="", hukou_place="", native_place="", is_migrant=None,
        trade="", row_digest=None, erased_at=at, updated_at=at, version=F("version") + 1,
    )  # fmt: skip
    if moved != 1:
        raise StaleState
    Membership.objects.filter(person=person).update(name_key="")
    Officer.objects.filter(person=person).update(name="")
    Correction.objects.filter(person=person).delete()
    PlatformWork.objects.filter(person=person).delete()
    forgetting.forget(person.pk)
    Merge.objects.filter(kind=MergeKind.PERSON, survivor_id=person.pk).update(record=None)
    audit.record(
        actor, "registry.person_erased", person, at=at, owner_person_id=person.pk, reason=kept_reason
    )
    person.refresh_from_db()
    return person
