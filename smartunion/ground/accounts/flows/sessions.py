"""Browsers one is signed in with: the list, and signing one or all others out from afar."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.reading import get_visible
from smartunion.core.web.sessions import SessionStore
from smartunion.ground.accounts.models import SignIn, User
from smartunion.ground.accounts.origin import Origin

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Opening(NamedTuple):
    """Somebody with a new account whose browser is signed in. held: what its session holds beside that."""

    user: User
    origin: Origin
    held: Mapping[str, Any]


def open_many(*, openings: Sequence[Opening], method: str, at: datetime) -> list[SessionStore]:
    """Sessions of browsers in which people with new accounts are signed in, with as many statements as for one.

    In their order, inserted; `web.adopt` brings each to its browser. New accounts have no role yet, hence no second
    factor and no shorter stay. Inside a transaction.
    """
    made = [SessionStore.holding({**_marks(one.user), **one.held}) for one in openings]
    rows = [session.row() for session in made]
    Session.objects.bulk_create(rows)
    SignIn.objects.bulk_create([
        SignIn(user=one.user, session_key=row.session_key, method=method, agent=one.origin.agent,
               network=one.origin.masked, started_at=at)
        for one, row in zip(openings, rows, strict=True)
    ])  # fmt: skip
    User.objects.filter(pk__in=[one.user.pk for one in openings]).update(last_login=at)
    for one in openings:
        note_signed_in(one.user, method, one.origin, at)
    return made


def note_signed_in(user: User, method: str, origin: Origin, at: datetime) -> None:
    """Write a sign-in to the audit trail."""
    who = Actor(user_id=user.pk, person_id=user.person_id, name=user.name, request_id=origin.request_id)
    audit.record(
        who, "accounts.signed_in", user, at=at, owner_person_id=user.person_id,
        data={"method": method, "agent": origin.agent, "network": origin.masked},
    )  # fmt: skip


def _marks(user: User) -> dict[str, str]:
    """What Django's `login` puts into a session."""
    return {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }


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
