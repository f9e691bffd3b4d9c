"""A number she no longer has stands on her record: she shows herself by name and ID number, her union confirms.

What the registry holds is never told to whoever asks: she gets the same answer whether somebody is found or not, and the
number on record is told that somebody asked (docs/rules/joining.md).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.codes import resident_id
from smartunion.core.codes.folding import fold_code, squeeze
from smartunion.core.errors import InvalidInput, NotAllowed
from smartunion.core.ids import row_id
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import RUNNING
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.flows.phones import free_phone
from smartunion.ground.accounts.flows.users import worker_for_phone
from smartunion.ground.accounts.models import User
from smartunion.ground.notices import service as notices
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Membership, Person

SERVICE = "new_phone"
_ASKS = Limit(5, timedelta(hours=24))


def ask(*, name: str, id_number: str, client_id: UUID, actor: Actor, at: datetime) -> None:
    """Ask the union of whoever bears this name and ID number to take the account's proven number over.

    Says the same whether there is such a member or not. Raises NotAllowed (no account with a proven number, or one that
    belongs to a record already), InvalidInput naming name or id_number, TooMany (five a day).
    """
    user = User.objects.filter(pk=actor.user_id or -1).first()
    if user is None or not user.mobile:
        raise NotAllowed(_("Sign in with your new number first."))
    if user.person_id is not None:
        raise NotAllowed(
            _("Your account and its number belong to your record already."),
            remedy=_("A newer number is entered under “Me → Security”."),
        )
    if not squeeze(name):
        raise InvalidInput(_("Please write your name."), field="name")
    code = _checked_id(id_number, at)
    limits.take(limits.key_of("new-phone", str(user.pk)), _ASKS, at=at)
    person = registry.person_by_resident_id(code)
    if person is not None and person.erased_at is None and person.name == squeeze(name):
        _file(person, user, client_id, at)


def _checked_id(text: str, at: datetime) -> str:
    """The number of a resident ID, whose check digit must fit, or of another document as it is written."""
    found, code = resident_id.check(text, today=local_date(at)), fold_code(text)
    if found.ok:
        return found.code
    if len(code) in {15, 18} or len(code) < 5:
        raise InvalidInput(found.messages[0], field="id_number")
    return code


@transaction.atomic
def _file(person: Person, user: User, client_id: UUID, at: datetime) -> None:
    if person.mobile == user.mobile:
        worker_for_phone(mobile=user.mobile, at=at)
        return
    held = Membership.objects.filter(person=person, ended_on=None).select_related("union", "employer").first()
    running = CaseFile.objects.filter(person=person, service_key=SERVICE, state__in=RUNNING)
    if held is None or running.exists():
        return
    casework.file_case(
        filing=casework.Filing(
            SERVICE, {"name": person.name, "number": user.mobile}, client_id, person=person, union=held.union,
            contact=casework.Contact(person.name, user.mobile), context={"account": str(user.pk)},
        ),
        actor=system(_("New phone number")), at=at,
    )  # fmt: skip


def take_over(*, case: CaseFile, context: Mapping[str, str], actor: Actor, at: datetime) -> None:
    """Put the account's number on the record, and the record to the account; others who have it are told.

    Raises InvalidInput when the account or its number is gone.
    """
    user, person = _account(context), case.person
    if user is None or person is None or not user.mobile or user.person_id not in {None, person.pk}:
        raise InvalidInput(
            _("Whoever asked has given this number up meanwhile."), remedy=_("Refuse it; she can ask again.")
        )
    everything = system(_("New phone number"))
    for other in registry.people_by_mobile(user.mobile):
        if other.pk != person.pk:
            free_phone(actor=everything, person=other, at=at)
    registry.people.update_person(
        actor=everything, person_id=person.pk, version=person.version, changes={"mobile": user.mobile}, at=at
    )
    worker_for_phone(mobile=user.mobile, at=at)
    audit.record(actor, "organising.phone_confirmed", case, at=at, owner_person_id=person.pk)


def tell_refused(*, case: CaseFile, context: Mapping[str, str], at: datetime) -> None:
    """Tell whoever asked, at the new number, without saying whose record it was."""
    user = _account(context)
    if user is None:
        return
    text = _("Your new number was not confirmed: %(reason)s Show your ID to your union, then ask again.") % {
        "reason": case.decision_reason
    }
    notices.tell(
        template="casework.applicant", context={"title": _("New phone number"), "state": case.get_state_display(), "text": text},
        key=f"new_phone:{case.pk}:{case.version}", at=at, user_id=user.pk, link="/join/new-phone/",
    )  # fmt: skip


def _account(context: Mapping[str, str]) -> User | None:
    return User.objects.filter(pk=row_id(context.get("account", "")), is_active=True).first()
