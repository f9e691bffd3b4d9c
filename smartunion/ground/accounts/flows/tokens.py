"""Bearer tokens for scripts and outside systems: shown once, kept as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.models import ApiToken, User

MOST = 20


@transaction.atomic
def create_token(*, actor: Actor, name: str, days: int, at: datetime) -> tuple[ApiToken, str]:
    """A token that acts as its owner; returns the row and the token itself, which is never shown again.

    days: 1–366 until it expires. Raises NotAllowed for a stranger or somebody acting by a token, InvalidInput.
    """
    if actor.user_id is None or actor.source == "api":
        raise NotAllowed(_("Tokens are made on the pages, by somebody who is signed in there."))
    if not name.strip():
        raise InvalidInput(_("Give the token a name that says what uses it."), field="name")
    if not 1 <= days <= 366:
        raise InvalidInput(_("A token is valid for 1 to 366 days."), field="days")
    if ApiToken.objects.filter(user_id=actor.user_id, revoked_at=None).count() >= MOST:
        raise InvalidInput(
            _("You have many tokens already. Withdraw one you no longer use first."), field="name"
        )
    plain = f"su_{secrets.token_urlsafe(30)}"
    row = ApiToken.objects.create(
        user_id=actor.user_id, name=name.strip()[:60], token_hash=token_hash_of(plain), prefix=plain[:8], created_at=at,
        expires_at=at + timedelta(days=days),
    )  # fmt: skip
    audit.record(actor, "accounts.token_created", row, at=at, owner_person_id=actor.person_id)
    return row, plain


@transaction.atomic
def revoke_token(*, actor: Actor, token_id: int, at: datetime) -> None:
    """Withdraw one of one's own tokens. Raises NotVisible, StaleState when it was withdrawn already."""
    row = get_visible(ApiToken.objects.filter(user_id=actor.user_id or -1), token_id)
    if ApiToken.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=at) != 1:
        raise StaleState(
            _("This token had been withdrawn already."),
            remedy=_("It works no more; reload the page to see since when."),
        )
    audit.record(actor, "accounts.token_revoked", row, at=at, owner_person_id=actor.person_id)


def user_of_token(plain: str, *, at: datetime) -> User | None:
    """Whose token this is; None when it is unknown, withdrawn, expired or its owner's account is closed."""
    if not plain.startswith("su_") or len(plain) > 100:
        return None
    live = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=at))
    row = (
        ApiToken.objects.filter(live, token_hash=token_hash_of(plain), user__is_active=True)
        .select_related("user")
        .first()
    )
    if row is None:
        return None
    day = local_date(at)
    if row.last_used_on != day:
        ApiToken.objects.filter(pk=row.pk).update(last_used_on=day)
    return row.user


def token_hash_of(plain: str) -> str:
    """What is stored of a token, by which it is found."""
    return hashlib.sha256(plain.encode()).hexdigest()
