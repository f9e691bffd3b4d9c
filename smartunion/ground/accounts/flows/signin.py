"""Signing in: password, second factor, and what the audit keeps of each try.

The tries are counted outside of any transaction, so that a refusal does not give them back.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.hashers import check_password as matches
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import STRANGER
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, TooMany
from smartunion.ground.accounts.flows import limits, second_factor
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.flows.sessions import note_signed_in
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.origin import Origin
from smartunion.ground.accounts.rules import NEEDS_TOTP
from smartunion.ground.policies import service as policies

#: Guesses at one account from everywhere together, and at all accounts from one network.
_ANYWHERE = Limit(50, timedelta(hours=1))
_NETWORK = Limit(100, timedelta(hours=1))


class WrongPassword(InvalidInput):
    """Name or password is wrong, or the account is closed: one answer for all."""

    code = "wrong_password"

    def default_message(self) -> str:
        return _("The sign-in name or the password is not right.")


def check_password(*, username: str, password: str, at: datetime, origin: Origin) -> User:
    """The account that name and password belong to. Known and unknown names are answered alike, and as slowly.

    Locks by account and network together (so that a stranger cannot lock somebody out of her own office), by
    account, and by network. Raises WrongPassword, TooMany with the time to come back.
    """
    handle = username.strip().lower()[:60]
    user = User.objects.filter(username=handle).first()
    counted = _counts(handle, origin, at)
    try:
        for key, limit in counted:
            limits.take(key, limit, at=at)
    except TooMany:
        _noted("accounts.signin_locked", user, origin, at)
        raise
    if user is None or not user.has_usable_password():
        make_password(password)  # takes the time a check takes: the clock must not tell who exists
        right = False
    else:
        right = matches(password, user.password, partial(_rehash, user)) and user.is_active
    if not right:
        locked = True in {limits.failed(key, limit, at=at) for key, limit in counted}
        _noted("accounts.signin_locked_now" if locked else "accounts.signin_failed", user, origin, at)
        raise WrongPassword(
            remedy=_("Check both and try again, or ask your administrator for a new password.")
        )
    here, *wider = (key for key, _limit in counted)
    limits.give_back(here)
    for key in wider:
        limits.give_one_back(key)
    assert user is not None
    return user


def check_second_factor(*, user: User, code: str, at: datetime, origin: Origin) -> str:
    """Accept a code of the authenticator app or a recovery code, each once; returns "totp" or "recovery".

    Raises second_factor.WrongFactor, TooMany.
    """
    limit = Limit(5, timedelta(minutes=15), lock=timedelta(minutes=15))
    key = limits.key_of("factor", str(user.pk))
    try:
        limits.take(key, limit, at=at)
        method = second_factor.use(user=user, code=code, at=at)
    except TooMany:
        _noted("accounts.signin_locked", user, origin, at)
        raise
    except second_factor.WrongFactor:
        limits.failed(key, limit, at=at)
        _noted("accounts.factor_failed", user, origin, at)
        raise
    limits.give_back(key)
    return method


def needs_second_factor(user: User, at: datetime) -> bool:
    """Whether a role held today demands a second factor."""
    roles = RoleGrant.objects.active_on(local_date(at)).filter(user=user, role__in=NEEDS_TOTP)
    return roles.exists()


@transaction.atomic(savepoint=False)
def note_sign_in(*, user: User, session_key: str, method: str, at: datetime, origin: Origin) -> None:
    """Keep that a browser is signed in now, for the owner's list, and write it to the audit trail."""
    user.sign_ins.create(
        session_key=session_key, method=method, agent=origin.agent, network=origin.masked, started_at=at
    )
    note_signed_in(user, method, origin, at)


def _counts(handle: str, origin: Origin, at: datetime) -> list[tuple[str, Limit]]:
    held = policies.values(["accounts.lock_after", "accounts.lock_minutes"], path="", on=local_date(at))
    minutes = timedelta(minutes=held["accounts.lock_minutes"].value)
    here = Limit(held["accounts.lock_after"].value, minutes, lock=minutes)
    return [
        (limits.key_of("pw-here", f"{handle}\0{origin.network}"), here),
        (limits.key_of("pw-account", handle), _ANYWHERE),
        (limits.key_of("pw-network", origin.network), _NETWORK),
    ]


def _rehash(user: User, password: str) -> None:
    """An old hash is renewed with today's settings when the password is at hand anyway."""
    User.objects.filter(pk=user.pk, password=user.password).update(password=make_password(password))


def _noted(event: str, user: User | None, origin: Origin, at: datetime) -> None:
    actor = replace(STRANGER, request_id=origin.request_id)
    audit.record(
        actor, event, user, at=at, owner_person_id=user.person_id if user else None,
        data={"agent": origin.agent, "network": origin.masked},
    )  # fmt: skip
