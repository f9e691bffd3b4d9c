"""The account behind a proven phone."""

import pytest

from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.ground.accounts.flows.users import AccountClosed, unlink_person, worker_for_phone
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.tests.factories import AT, MOBILE, actor, make_person, make_user

pytestmark = pytest.mark.django_db


def test_the_first_proof_of_a_phone_makes_an_account_without_password() -> None:
    user = worker_for_phone(mobile="+86 138-0013-8000", at=AT)

    assert (user.mobile, user.name, user.person, user.has_usable_password()) == (
        MOBILE,
        "138****8000",
        None,
        False,
    )
    assert worker_for_phone(mobile=MOBILE, at=AT) == user
    assert User.objects.count() == 1


def test_the_account_belongs_to_the_one_person_with_the_number() -> None:
    person = make_person()

    user = worker_for_phone(mobile=MOBILE, at=AT)

    assert (user.person, user.name) == (person, "阿丽")
    assert AuditEvent.objects.get(event="accounts.person_linked").owner_person_id == person.pk


def test_a_number_shared_by_several_binds_nobody() -> None:
    make_person("阿丽")
    make_person("小波")

    assert worker_for_phone(mobile=MOBILE, at=AT).person is None


def test_an_erased_person_is_nobody() -> None:
    person = make_person()
    person.erased_at = AT
    person.save()

    assert worker_for_phone(mobile=MOBILE, at=AT).person is None


def test_an_account_made_before_joining_is_bound_later() -> None:
    user = worker_for_phone(mobile=MOBILE, at=AT)
    person = make_person()

    assert worker_for_phone(mobile=MOBILE, at=AT) == user
    user.refresh_from_db()
    assert user.person == person


def test_a_new_phone_in_the_registry_moves_the_person_to_it() -> None:
    person = make_person(mobile="13900139000")
    old = worker_for_phone(mobile="13900139000", at=AT)
    person.mobile = MOBILE
    person.save()

    new = worker_for_phone(mobile=MOBILE, at=AT)

    old.refresh_from_db()
    assert (new.person, old.person) == (person, None)


@pytest.mark.parametrize("number", ["", "123", "02583661234", "138001380001", "１３８００１３８００"])
def test_what_is_no_mobile_makes_no_account(number: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        worker_for_phone(mobile=number, at=AT)

    assert refused.value.field == "mobile"
    assert not User.objects.exists()


def test_a_closed_account_stays_closed() -> None:
    user = worker_for_phone(mobile=MOBILE, at=AT)
    User.objects.update(is_active=False)
    make_person()

    with pytest.raises(AccountClosed):
        worker_for_phone(mobile=MOBILE, at=AT)

    user.refresh_from_db()
    assert user.person is None


def test_staff_with_the_number_is_the_same_account() -> None:
    staff = make_user("limin", mobile=MOBILE)

    assert worker_for_phone(mobile=MOBILE, at=AT) == staff


def test_this_is_not_me_lets_go_of_the_person() -> None:
    person = make_person()
    user = worker_for_phone(mobile=MOBILE, at=AT)

    unlink_person(actor=actor(user), user_id=user.pk, at=AT)

    user.refresh_from_db()
    assert (user.person, user.name) == (None, "138****8000")
    with pytest.raises(StaleState):
        unlink_person(actor=actor(user), user_id=user.pk, at=AT)
    assert AuditEvent.objects.get(event="accounts.person_unlinked").owner_person_id == person.pk
    assert worker_for_phone(mobile=MOBILE, at=AT).person is None
