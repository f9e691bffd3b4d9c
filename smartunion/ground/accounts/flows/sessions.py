"""Browsers one is signed in with: the list, and signing one or all others out from afar."""

from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.db import transaction

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.models import SignIn, User


@transaction.atomic
def end_sign_in(*, actor: Actor, sign_in_id: int, at: datetime) -> None:
    """Sign one of one's own browsers out. Raises NotVisible."""
    row = get_visible(SignIn.objects.filter(user_id=actor.user_id or -1), sign_in_id)
    _end([row.session_key])
    audit.record(actor, "accounts.signed_out_remotely", at=at, owner_person_id=actor.person_id)


@transaction.atomic
def end_others(*, actor: Actor, session_key: str, at: datetime) -> int:
    """Sign every other browser of one's own out; returns how many."""
    keys = list(
        SignIn.objects.filter(user_id=actor.user_id or -1)
        .exclude(session_key=session_key)
        .values_list("session_key", flat=True)
    )
    _end(keys)
    audit.record(
        actor,
        "accounts.signed_out_remotely",
        at=at,
        owner_person_id=actor.person_id,
        data={"browsers": len(keys)},
    )
    return len(keys)


@transaction.atomic
def note_sign_out(*, actor: Actor, session_key: str, at: datetime) -> None:
    """The browser itself signs out."""
    SignIn.objects.filter(session_key=session_key).delete()
    audit.record(actor, "accounts.signed_out", at=at, owner_person_id=actor.person_id)


def end_all(user: User) -> None:
    """Sign every browser of a user out, inside the caller's flow."""
    _end(list(user.sign_ins.values_list("session_key", flat=True)))


def _end(keys: list[str]) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in keys:
        store(session_key=key).delete()
    SignIn.objects.filter(session_key__in=keys).delete()
