"""The account of somebody whose data was erased: closed, empty, and without the phone somebody else may have tomorrow."""

import logging
import secrets
from functools import partial

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit, clock
from smartunion.core.actor import system
from smartunion.core.clock import local_date
from smartunion.ground.accounts.flows.sessions import end_all
from smartunion.ground.accounts.models import (
    ApiToken,
    PhoneCode,
    RecoveryCode,
    RoleGrant,
    User,
    WechatIdentity,
)
from smartunion.ground.notices import senders

log = logging.getLogger(__name__)


def close_erased(person_id: int) -> None:
    """Give up everything the person's account holds, inside the erasure's transaction.

    It is closed and signed out everywhere; phone, WeChat, e-mail, password and second factor go, so that whoever gets
    the number next begins with nothing of hers. Who still holds a role keeps the account for that work, by name and
    password, bound to nobody. A last text message says so, sent once the erasure stands.
    """
    user = User.objects.filter(person__pk=person_id).first()
    if user is None:
        return
    at, number = clock.now(), user.mobile
    works = RoleGrant.objects.filter(user=user).active_or_coming(local_date(at)).exists()
    end_all(user)
    WechatIdentity.objects.filter(user=user).delete()
    if number:
        PhoneCode.objects.filter(mobile_index__of=number).delete()
    # The index column follows only when a row is saved through the model, which would keep values read before.
    empty: dict[str, object] = {
        "person": None, "disowned_person_id": None, "mobile": None, "mobile_index": None, "email": None,
    }  # fmt: skip
    if not works:
        ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
        RecoveryCode.objects.filter(user=user).delete()
        empty |= {
            "is_active": False, "username": f"x-{secrets.token_hex(8)}", "name": "", "password": make_password(None),
            "totp_secret": None, "totp_confirmed_at": None,
        }  # fmt: skip
    else:
        empty["name"] = user.username
    User.objects.filter(pk=user.pk).update(**empty)
    audit.record(
        system(),
        "accounts.closed",
        user,
        at=at,
        owner_person_id=person_id,
        data={"erased": True, "works": works},
    )
    if number:
        transaction.on_commit(partial(_say_goodbye, user.pk, number))


def _say_goodbye(user_id: int, number: str) -> None:
    text = _(
        "Your personal data were deleted and your account is closed. What the law keeps no longer tells who you are."
    )
    message = senders.Outgoing(
        id=f"x{user_id}",
        channel="sms",
        to=number,
        title=_("SmartUnion"),
        body=text,
        template="accounts.erased",
    )
    try:
        senders.sender_for("sms").send(message)
    except Exception as error:  # noqa: BLE001  whatever a provider's sender raises, the erasure stands
        log.warning("accounts.goodbye_not_sent id=%s error=%s", user_id, type(error).__name__)
