"""Making accounts and keeping them: staff by whoever manages accounts above them, workers by their phone."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import STRANGER, Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import fold_code
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.errors import DutiesApart, InvalidInput, NotAllowed, Refusal, StaleState
from smartunion.core.ids import readable
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.flows.codes import checked_mobile
from smartunion.ground.accounts.flows.roles import grant_role, revoke_role
from smartunion.ground.accounts.flows.sessions import end_all
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Person

__all__ = [
    "change_password", "check_manages", "create_staff", "grant_role", "new_workers", "reset_password", "reset_totp", "revoke_role",
    "set_active", "unlink_person", "worker_for_phone",
]  # fmt: skip


class AccountClosed(Refusal):
    """Whoever holds this account may not sign in until it is opened again."""

    code = "account_closed"
    status = 403


@transaction.atomic
def create_staff(
    *, actor: Actor, username: str, name: str, role: Role, union_id: int | None, at: datetime, mobile: str = "",
    valid_to: date | None = None, password: str | None = None, is_demo: bool = False,
) -> tuple[User, str]:  # fmt: skip
    """Make a staff account with its first role; returns it and its one-time password (shown once, must be changed).

    username: letters, digits, dot, dash or underscore, 3–40. union_id: where the role holds; None: everywhere
    (operators). password: given ones are kept and need no change (commands and the demo).
    Raises NotAllowed outside the actor's reach, InvalidInput for a taken or impossible name or a taken mobile.
    """
    handle = _checked_username(username)
    if not name.strip():
        raise InvalidInput(_("Enter the person's name."), field="name")
    first = password or first_password()
    user = User(
        username=handle, name=name.strip()[:60], mobile=checked_mobile(mobile) if mobile else "",
        password=make_password(first), must_change_password=password is None, is_demo=is_demo, created_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        field = "username" if User.objects.filter(username=handle).exists() else "mobile"
        text = (
            _("This sign-in name is taken.")
            if field == "username"
            else _("This mobile number has an account already.")
        )
        raise InvalidInput(
            text, field=field, remedy=_("Choose another one, or give the existing account a role.")
        ) from None
    audit.record(actor, "accounts.staff_created", user, at=at)
    grant_role(actor=actor, user_id=user.pk, role=role, union_id=union_id, at=at, valid_to=valid_to)
    return user, first


@transaction.atomic
def reset_password(*, actor: Actor, user_id: int, at: datetime) -> str:
    """Give somebody a new one-time password, shown once; every browser of hers is signed out.

    Raises NotVisible, NotAllowed when she holds a role beyond the actor's reach.
    """
    user = _managed(actor, user_id, at)
    first = first_password()
    User.objects.filter(pk=user.pk).update(password=make_password(first), must_change_password=True)
    end_all(user)
    audit.record(actor, "accounts.password_reset", user, at=at, owner_person_id=user.person_id)
    return first


@transaction.atomic
def reset_totp(*, actor: Actor, user_id: int, at: datetime) -> None:
    """Take away a lost second factor; she enrols anew at her next sign-in. Raises as `reset_password`."""
    user = _managed(actor, user_id, at)
    User.objects.filter(pk=user.pk).update(totp_secret=None, totp_confirmed_at=None)
    user.recovery_codes.all().delete()
    audit.record(actor, "accounts.totp_reset", user, at=at, owner_person_id=user.person_id)


@transaction.atomic
def set_active(*, actor: Actor, user_id: int, is_active: bool, at: datetime) -> None:
    """Close or reopen an account. Raises as `reset_password`; DutiesApart for one's own account."""
    user = _managed(actor, user_id, at)
    if user.pk == actor.user_id:
        raise DutiesApart(_("You cannot close your own account."), remedy=_("Ask another administrator."))
    if User.objects.filter(pk=user.pk, is_active=not is_active).update(is_active=is_active) != 1:
        raise StaleState
    if not is_active:
        end_all(user)
    event = "accounts.reopened" if is_active else "accounts.closed"
    audit.record(actor, event, user, at=at, owner_person_id=user.person_id)


@transaction.atomic
def change_password(*, user: User, password: str, at: datetime, actor: Actor) -> None:
    """Set one's own password (checked by the form); other browsers are signed out by it."""
    hashed = make_password(password)
    User.objects.filter(pk=user.pk).update(password=hashed, must_change_password=False)
    user.password, user.must_change_password = hashed, False
    audit.record(actor, "accounts.password_changed", user, at=at, owner_person_id=user.person_id)


@transaction.atomic
def worker_for_phone(*, mobile: str, at: datetime, actor: Actor = STRANGER) -> User:
    """The account of whoever has proven to hold this phone; made when there is none, bound to her person if known.

    Bound when exactly one person is registered with the number (a number shared by several binds nobody). When that
    person still has the account of an earlier phone, it moves: the registry says which number is hers now.
    Raises InvalidInput for a number that is none, AccountClosed.
    """
    number = checked_mobile(mobile)
    user = User.objects.filter(mobile_index__of=number).first() or _new_worker(number, at, actor)
    if not user.is_active:
        raise AccountClosed(
            _("This account is closed."), remedy=_("Ask your union or its federation to reopen it.")
        )
    if user.person_id is None:
        _bind(user, number, at, actor)
    return user


def new_workers(*, people: Sequence[Person], at: datetime, actor: Actor = STRANGER) -> list[User]:
    """Accounts of people who were just entered and have proven their phones, in their order. Inside a transaction.

    For phones no account and nobody else in the registry has. Raises IntegrityError when one got an account meanwhile.
    """
    users = [_worker(person.mobile, at, person) for person in people]
    User.objects.bulk_create(users)
    for user in users:
        audit.record(actor, "accounts.worker_created", user, at=at)
        audit.record(actor, "accounts.person_linked", user, at=at, owner_person_id=user.person_id)
    return users


@transaction.atomic
def unlink_person(*, actor: Actor, user_id: int, at: datetime) -> None:
    """This is not me: the account lets go of a person it was bound to by phone number alone. Only one's own."""
    user = get_visible(User.objects.filter(pk=actor.user_id or -1), user_id)
    person_id = user.person_id
    name = mask_phone(user.mobile) or user.username
    bound = User.objects.filter(pk=user.pk, person__pk=person_id or -1)
    if bound.update(person=None, disowned_person_id=person_id, name=name) != 1:
        raise StaleState(
            _("No member record belongs to this account any more."),
            remedy=_(
                "Reload the page. Your own record is found again by its phone number when you sign in with it."
            ),
        )
    audit.record(actor, "accounts.person_unlinked", user, at=at, owner_person_id=person_id)


def check_manages(actor: Actor, user: User, on: date) -> None:
    """Raise NotAllowed unless every role the user holds lies inside the actor's reach.

    Otherwise resetting the password of somebody with a wider role would be a way to get that role.
    """
    for grant in RoleGrant.objects.filter(user=user).active_on(on).select_related("union"):
        everywhere_only = grant.role == Role.OPERATOR and "" not in actor.paths("accounts.manage")
        if everywhere_only or not actor.can("accounts.manage", path=grant.path):
            raise NotAllowed(
                _("This account holds a role beyond the unions you look after."),
                remedy=_("Ask the administrator of the federation where that role is held."),
            )


def first_password() -> str:
    """A one-time password that is easy to read aloud: three groups of four."""
    return "-".join(readable(4) for _group in range(3))


def _managed(actor: Actor, user_id: int, at: datetime) -> User:
    user = get_visible(User.objects.visible_to(actor), user_id)
    actor.check_can("accounts.manage")
    check_manages(actor, user, local_date(at))
    return user


def _checked_username(text: str) -> str:
    handle = fold_code(text).lower()
    if not 3 <= len(handle) <= 40 or not all(ch.isalnum() or ch in "._-" for ch in handle):
        raise InvalidInput(
            _("A sign-in name has 3 to 40 letters or digits."), field="username",
            remedy=_("Dots, dashes and underscores are allowed; blanks are not."),
        )  # fmt: skip
    if handle.startswith("w-") or (handle.isdigit() and len(handle) == 11):
        raise InvalidInput(_("This sign-in name is reserved. Choose another one."), field="username")
    return handle


def _worker(number: str, at: datetime, person: Person | None = None) -> User:
    return User(
        username=f"w-{secrets.token_hex(8)}", name=person.name if person is not None else mask_phone(number),
        mobile=number, password=make_password(None), person=person, created_at=at,
    )  # fmt: skip


def _new_worker(number: str, at: datetime, actor: Actor) -> User:
    user = _worker(number, at)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        return User.objects.get(
            mobile_index__of=number
        )  # the same phone in another browser, a moment earlier
    audit.record(actor, "accounts.worker_created", user, at=at)
    return user


def _bind(user: User, number: str, at: datetime, actor: Actor) -> None:
    found = list(Person.objects.filter(mobile_index__of=number, erased_at=None)[:2])
    if len(found) != 1:
        return
    person = found[0]
    if user.disowned_person_id == person.pk:
        return
    User.objects.filter(person=person).exclude(pk=user.pk).update(person=None)
    if User.objects.filter(pk=user.pk, person=None).update(person=person, name=person.name) == 1:
        user.person, user.name = person, person.name
        audit.record(actor, "accounts.person_linked", user, at=at, owner_person_id=person.pk)
