"""Whose data is erased has no account any more, and her phone number is free for whoever gets it next."""

from datetime import date, timedelta
from typing import Any

import pytest

from smartunion.core.actor import system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.crypto.ring import ring
from smartunion.core.errors import NotAllowed
from smartunion.ground.accounts.flows.users import worker_for_phone
from smartunion.ground.accounts.models import ApiToken, PhoneCode, RoleGrant, SignIn, User, WechatIdentity
from smartunion.ground.accounts.tests.factories import (
    AT,
    MOBILE,
    PASSWORD,
    Sent,
    actor,
    make_person,
    make_union,
    make_user,
    signed_in,
)
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Membership, Person, TradeUnion

pytestmark = pytest.mark.django_db


def erase(person: Person) -> None:
    union = TradeUnion.objects.first() or make_union()
    Membership.objects.create(
        person=person, union=union, union_path=union.path, state="ended", held_as="active", started_on=date(2024, 1, 1),
        ended_on=date(2026, 1, 1), created_at=AT, updated_at=AT,
    )  # fmt: skip
    registry.people.erase(
        actor=system(), person_id=person.pk, version=person.version, reason="本人请求", at=AT
    )


def test_her_account_is_closed_empty_and_says_goodbye_and_the_next_holder_begins_with_nothing(
    django_capture_on_commit_callbacks: Any,
) -> None:
    person = make_person()
    user = worker_for_phone(mobile=MOBILE, at=AT)
    browser = signed_in(user)
    assert browser.get("/me/").status_code == 200
    SignIn.objects.create(user=user, session_key=browser.session.session_key, method="code", started_at=AT)
    WechatIdentity.objects.create(user=user, app_id="a", open_id="o", created_at=AT)
    PhoneCode.objects.create(
        mobile_index=ring().index("mobile", MOBILE), purpose="signin", code_hash="x", sent_at=AT,
        expires_at=AT + timedelta(minutes=5),
    )  # fmt: skip
    ApiToken.objects.create(user=user, name="t", token_hash="h", prefix="p", created_at=AT)
    Sent.messages.clear()

    with django_capture_on_commit_callbacks(execute=True):
        erase(person)

    user.refresh_from_db()
    assert (user.is_active, user.mobile, user.mobile_index, user.email, user.person, user.name) == (
        False, "", None, "", None, "",
    )  # fmt: skip
    assert not user.has_usable_password()
    assert (WechatIdentity.objects.count(), PhoneCode.objects.count(), SignIn.objects.count()) == (0, 0, 0)
    assert ApiToken.objects.get().revoked_at is not None
    assert browser.get("/me/").status_code == 302
    assert [(one.to, "删除" in one.body) for one in Sent.messages] == [(MOBILE, True)]
    assert AuditEvent.objects.get(event="accounts.closed").data == {"erased": True, "works": False}
    # Somebody else gets the number: a new account, a record of her own, nothing of the one before.
    other = make_person("小波")
    fresh = worker_for_phone(mobile=MOBILE, at=AT)
    assert (fresh.pk != user.pk, fresh.person, fresh.name) == (True, other, "小波")


def test_who_works_for_a_union_keeps_that_account_and_nothing_of_the_person(
    django_capture_on_commit_callbacks: Any,
) -> None:
    person = make_person()
    user = make_user("ali", "cadre", union=make_union(), person=person, mobile=MOBILE)
    Sent.messages.clear()

    Sent.failure = RuntimeError("provider")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            erase(person)
    finally:
        Sent.failure = None

    user.refresh_from_db()
    assert (user.is_active, user.mobile, user.person, user.name) == (True, "", None, "ali")
    assert user.check_password(PASSWORD)
    assert RoleGrant.objects.filter(user=user).count() == 1
    assert worker_for_phone(mobile=MOBILE, at=AT).pk != user.pk


def test_nobody_without_an_account_is_closed_and_a_refused_erasure_closes_nothing() -> None:
    alone = make_person("小波", "13900139000")
    erase(alone)
    assert User.objects.count() == 0
    person = make_person()
    user = worker_for_phone(mobile=MOBILE, at=AT)

    with pytest.raises(NotAllowed):
        registry.people.erase(
            actor=actor(user), person_id=person.pk, version=person.version, reason="试", at=AT
        )

    user.refresh_from_db()
    assert (user.is_active, user.mobile) == (True, MOBILE)
