"""The second factor: enrolling an authenticator app, using its codes once, recovery codes."""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.codes.folding import fold_code
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.ids import readable
from smartunion.ground.accounts import totp
from smartunion.ground.accounts.models import RecoveryCode, User

RECOVERY_CODES = 10


class WrongFactor(InvalidInput):
    """The code is wrong, too old, or was used before."""

    code = "wrong_factor"

    def default_message(self) -> str:
        return _("This code is not right, or it was used before.")


@transaction.atomic
def begin(*, user: User) -> str:
    """A secret to enrol with, kept until it is proven; the one in preparation when there is one already.

    Raises StaleState when a second factor is set up (it must be reset first).
    """
    if user.has_totp:
        raise StaleState(
            _("A second factor is set up already."),
            remedy=_(
                "Sign in with its code. If the phone is lost, ask the administrator of your federation to reset it."
            ),
        )
    if not user.totp_secret:
        user.totp_secret = totp.new_secret()
        user.save(update_fields=["totp_secret"])
    return str(user.totp_secret)


@transaction.atomic
def confirm(*, actor: Actor, user: User, code: str, at: datetime) -> list[str]:
    """Prove the app with its first code; returns ten recovery codes, shown once and never again.

    Raises WrongFactor, StaleState when it was set up a moment ago.
    """
    counter = (
        totp.matching_counter(user.totp_secret, fold_code(code), at.timestamp()) if user.totp_secret else None
    )
    if counter is None:
        raise WrongFactor(
            field="code",
            remedy=_("Wait for the next code in the app and enter that. Is the clock of the phone right?"),
        )
    fresh = User.objects.filter(pk=user.pk, totp_confirmed_at=None)
    if fresh.update(totp_confirmed_at=at, totp_last_counter=counter) != 1:
        raise StaleState
    user.refresh_from_db()
    audit.record(actor, "accounts.totp_enrolled", user, at=at, owner_person_id=user.person_id)
    return _new_codes(user)


@transaction.atomic
def renew_codes(*, actor: Actor, user: User, at: datetime) -> list[str]:
    """Ten new recovery codes; the old ones stop working. Raises NotAllowed without a second factor."""
    if not user.has_totp:
        raise NotAllowed(_("Set up the second factor first."))
    audit.record(actor, "accounts.recovery_codes_renewed", user, at=at, owner_person_id=user.person_id)
    return _new_codes(user)


@transaction.atomic
def remove(*, actor: Actor, user: User, at: datetime) -> None:
    """Take one's own second factor away (after proving it, where no role demands it). Raises StaleState."""
    if (
        User.objects.filter(pk=user.pk)
        .exclude(totp_confirmed_at=None)
        .update(totp_secret=None, totp_confirmed_at=None)
        != 1
    ):
        raise StaleState
    user.recovery_codes.all().delete()
    audit.record(actor, "accounts.totp_removed", user, at=at, owner_person_id=user.person_id)


def use(*, user: User, code: str, at: datetime) -> str:
    """Use up a code: "totp" or "recovery". Each works once, of two browsers sending the same code one wins.

    Raises WrongFactor.
    """
    text = fold_code(code).replace("-", "").upper()
    counter = totp.matching_counter(user.totp_secret, text, at.timestamp()) if text.isdigit() else None
    if counter is not None:
        newer = User.objects.filter(pk=user.pk, totp_last_counter__lt=counter)
        if newer.update(totp_last_counter=counter) == 1:
            return "totp"
    elif text and RecoveryCode.objects.filter(user=user, used_at=None, code_hash=_hash(user, text)).update(
        used_at=at
    ):
        return "recovery"
    raise WrongFactor(
        field="code", remedy=_("Enter the six digits the app shows now, or one of your recovery codes.")
    )


def _new_codes(user: User) -> list[str]:
    codes = [readable(8) for _number in range(RECOVERY_CODES)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, code_hash=_hash(user, code)) for code in codes])
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def _hash(user: User, code: str) -> str:
    return hmac.new(
        settings.SECRET_KEY.encode(), f"recovery\0{user.pk}\0{code}".encode(), hashlib.sha256
    ).hexdigest()
