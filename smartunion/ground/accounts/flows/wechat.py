"""Linking WeChat accounts to ours, and finding ours by them."""

from datetime import datetime

from django.db import IntegrityError, transaction

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.models import User, WechatIdentity
from smartunion.ground.accounts.wechat import Identity


@transaction.atomic
def user_of(*, identity: Identity, at: datetime) -> User | None:
    """Whose WeChat account this is, also when it comes by another app of the same operator; None when unknown."""
    known = (
        WechatIdentity.objects.filter(app_id=identity.app_id, open_id=identity.open_id)
        .select_related("user")
        .first()
    )
    if known is None and identity.union_id:
        known = WechatIdentity.objects.filter(union_id=identity.union_id).select_related("user").first()
        if known is not None:
            _keep(known.user, identity, at)
    if known is None or not known.user.is_active:
        return None
    return known.user


@transaction.atomic
def link(*, user: User, identity: Identity, at: datetime) -> None:
    """Link a WeChat account to the account whose phone was just proven; a link to another account is moved."""
    WechatIdentity.objects.filter(app_id=identity.app_id, open_id=identity.open_id).exclude(
        user=user
    ).delete()
    _keep(user, identity, at)
    actor = Actor(user_id=user.pk, person_id=user.person_id, name=user.name)
    audit.record(actor, "accounts.wechat_linked", user, at=at, owner_person_id=user.person_id)


@transaction.atomic
def unlink(*, actor: Actor, identity_id: int, at: datetime) -> None:
    """Let go of one's own WeChat account, in all apps. Raises NotVisible."""
    row = get_visible(WechatIdentity.objects.filter(user_id=actor.user_id or -1), identity_id)
    WechatIdentity.objects.filter(user_id=row.user_id).delete()
    audit.record(actor, "accounts.wechat_unlinked", at=at, owner_person_id=actor.person_id)


def _keep(user: User, identity: Identity, at: datetime) -> None:
    row = WechatIdentity(
        user=user, app_id=identity.app_id, open_id=identity.open_id, union_id=identity.union_id, created_at=at
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        pass  # linked by the same person in another window a moment ago
