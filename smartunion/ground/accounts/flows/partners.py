"""Partners and their tokens: agreed to by a union, for named scopes, shown once, withdrawn at any time."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, Grant
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.flows.tokens import token_hash_of
from smartunion.ground.accounts.models import Partner, PartnerToken
from smartunion.ground.accounts.scopes import SCOPES
from smartunion.ground.registry.models import TradeUnion

_PREFIX = "sp_"
_MOST = 10


@transaction.atomic
def add_partner(*, actor: Actor, union_id: int, name: str, purpose: str, at: datetime) -> Partner:
    """Agree to an exchange. Raises NotVisible, NotAllowed, InvalidInput naming name or purpose."""
    union = get_visible(TradeUnion.objects.filter(actor.within("accounts.manage", "path")), union_id)
    _no_token(actor)
    if not name.strip():
        raise InvalidInput(_("Name the system."), field="name")
    if not purpose.strip():
        raise InvalidInput(
            _("Say what the exchange is for."), field="purpose", remedy=_("It is kept with the agreement.")
        )
    try:
        with transaction.atomic():
            row = Partner.objects.create(
                name=name.strip()[:60],
                purpose=purpose.strip()[:200],
                union=union,
                path=union.path,
                created_at=at,
            )
    except IntegrityError:
        raise InvalidInput(_("This union has a partner of this name already."), field="name") from None
    audit.record(actor, "accounts.partner_added", row, at=at, reason=row.purpose)
    return row


@transaction.atomic
def issue_token(
    *, actor: Actor, partner_id: int, name: str, scopes: Sequence[str], days: int, at: datetime
) -> tuple[PartnerToken, str]:
    """A token for a partner; returns the row and the token itself, which is never shown again.

    Raises NotVisible, NotAllowed, InvalidInput naming name, scopes or days.
    """
    partner = get_visible(Partner.objects.visible_to(actor), partner_id)
    _no_token(actor)
    wanted = sorted(set(scopes) & SCOPES.keys())
    if not name.strip():
        raise InvalidInput(_("Give the token a name that says what uses it."), field="name")
    if not wanted:
        raise InvalidInput(_("Choose at least one thing the token may be used for."), field="scopes")
    if not 1 <= days <= 366:
        raise InvalidInput(_("A token is valid for 1 to 366 days."), field="days")
    if partner.tokens.filter(revoked_at=None).count() >= _MOST:
        raise InvalidInput(
            _("You have many tokens already. Withdraw one you no longer use first."), field="name"
        )
    plain = f"{_PREFIX}{secrets.token_urlsafe(32)}"
    row = PartnerToken.objects.create(
        partner=partner, name=name.strip()[:60], scopes=wanted, token_hash=token_hash_of(plain), prefix=plain[:8], created_at=at,
        expires_at=at + timedelta(days=days),
    )  # fmt: skip
    audit.record(
        actor, "accounts.partner_token_issued", row, at=at, data={"partner": partner.pk, "scopes": wanted}
    )
    return row, plain


@transaction.atomic
def revoke(*, actor: Actor, token_id: int, at: datetime) -> PartnerToken:
    """Withdraw a token; the next call with it is refused. Raises NotVisible, StaleState."""
    reach = Partner.objects.visible_to(actor)
    row = get_visible(PartnerToken.objects.filter(partner__in=reach).select_related("partner"), token_id)
    if PartnerToken.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=at) != 1:
        raise StaleState(
            _("This token had been withdrawn already."),
            remedy=_("It works no more; reload the page to see since when."),
        )
    audit.record(actor, "accounts.partner_token_revoked", row, at=at, data={"partner": row.partner_id})
    return row


@transaction.atomic
def switch(*, actor: Actor, partner_id: int, is_active: bool, at: datetime) -> Partner:
    """End an exchange with all its tokens, or take it up again. Raises NotVisible, StaleState."""
    partner = get_visible(Partner.objects.visible_to(actor), partner_id)
    if Partner.objects.filter(pk=partner.pk, is_active=not is_active).update(is_active=is_active) != 1:
        raise StaleState
    audit.record(actor, "accounts.partner_switched", partner, at=at, data={"is_active": is_active})
    partner.refresh_from_db()
    return partner


def partner_of_token(plain: str, scope: str, *, at: datetime) -> Partner | None:
    """Whose token this is, when it holds for the scope; None for every other reason alike."""
    if not plain.startswith(_PREFIX) or len(plain) > 100:
        return None
    live = PartnerToken.objects.filter(
        token_hash=token_hash_of(plain), revoked_at=None, expires_at__gt=at, partner__is_active=True
    )
    row = live.select_related("partner__union").first()
    if row is None or scope not in row.scopes:
        return None
    if row.last_used_on != local_date(at):
        PartnerToken.objects.filter(pk=row.pk).update(last_used_on=local_date(at))
    return row.partner


def actor_of_partner(partner: Partner, permissions: frozenset[str]) -> Actor:
    """The partner as an actor: named in the audit, with these permissions in its union's subtree and nothing else."""
    grant = Grant("partner", partner.union_id, partner.path, permissions)
    return Actor(name=partner.name[:80], source="api", grants=(grant,))


def _no_token(actor: Actor) -> None:
    if actor.source == "api":
        raise NotAllowed(_("Tokens are made on the pages, by somebody who is signed in there."))
