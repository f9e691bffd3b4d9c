"""Whose a phone number is: a new number for oneself, a number taken off somebody who no longer holds it.

Both happen only after a code sent to the number has come back (flows.codes.check): the phone itself is the proof.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.errors import InvalidInput
from smartunion.core.reading import get_visible
from smartunion.ground.accounts import wording
from smartunion.ground.accounts.flows.codes import checked_mobile
from smartunion.ground.accounts.flows.users import unlink_person
from smartunion.ground.accounts.models import User
from smartunion.ground.notices import service as notices
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Person

#: What a code for a new number is sent for.
PURPOSE = "new_phone"


@transaction.atomic
def change_mobile(*, actor: Actor, mobile: str, at: datetime) -> str:
    """Make a number, proven by code, one's own: on the account, and on the member record if there is one.

    Whoever had it before loses it and is told: another person's record, an account that signed in with it.
    Returns the number as 11 digits. Raises InvalidInput for a number that is none or one's own already;
    NotVisible without an account.
    """
    number = checked_mobile(mobile)
    user = get_visible(User.objects.filter(pk=actor.user_id or -1), actor.user_id)
    if user.mobile == number:
        raise InvalidInput(_("This is your number already."), field="mobile")
    person = Person.objects.filter(pk=actor.person_id or -1, erased_at=None).first()
    for other in registry.people_by_mobile(number):
        if person is None or other.pk != person.pk:
            free_phone(actor=actor, person=other, at=at)
    _free_account(actor, number, user, at)
    user.mobile = number
    user.save(update_fields=["mobile", "mobile_index"])
    if person is None:
        User.objects.filter(pk=user.pk, person=None, name__contains="*").update(name=mask_phone(number))
    elif person.mobile != number:
        registry.people.update_person(
            actor=actor, person_id=person.pk, version=person.version, changes={"mobile": number}, at=at
        )
    audit.record(actor, "accounts.mobile_changed", user, at=at, owner_person_id=actor.person_id)
    return number


@transaction.atomic
def free_phone(*, actor: Actor, person: Person, at: datetime) -> None:
    """Take a number off somebody who no longer has it: whoever holds the phone has proven it by a code. She is told."""
    user = User.objects.filter(person=person).first()
    if user is not None and user.mobile == person.mobile:
        unlink_person(actor=actor.acting_as(user_id=user.pk), user_id=user.pk, at=at)
    registry.people.update_person(
        actor=actor.acting_as(person_id=person.pk), person_id=person.pk, version=person.version,
        changes={"mobile": ""}, at=at,
    )  # fmt: skip
    notices.tell(
        template=wording.PHONE_FREED, context={}, key=f"phone_freed:{person.pk}:{person.version}", at=at,
        person_id=person.pk, channels=(),
    )  # fmt: skip


def _free_account(actor: Actor, number: str, mine: User, at: datetime) -> None:
    """Another account that signed in with the number signs in with it no longer; what it holds stays where it is."""
    other = User.objects.filter(mobile_index__of=number).exclude(pk=mine.pk).first()
    if other is None:
        return
    other.mobile = ""
    other.save(update_fields=["mobile", "mobile_index"])
    audit.record(actor, "accounts.mobile_released", other, at=at, owner_person_id=other.person_id)
