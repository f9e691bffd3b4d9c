"""A new number for oneself: proven by a code, taken off whoever had it, told to her."""

import re

import pytest
from django.test import Client

from smartunion.core.errors import InvalidInput
from smartunion.ground.accounts.flows import phones
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.tests.factories import AT, actor, make_person, make_user, signed_in
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.models import Person

pytestmark = pytest.mark.django_db
OLD, NEW = "13800138000", "13900139000"


@pytest.fixture
def ali() -> User:
    """阿丽 with her number on record and on her account."""
    return make_user("w-ali", person=make_person("阿丽", OLD), mobile=OLD)


def numbers() -> dict[str, str]:
    return {person.name: person.mobile for person in Person.objects.all()}


def test_the_number_moves_on_account_and_record(ali: User) -> None:
    phones.change_mobile(actor=actor(ali), mobile="139 0013 9000", at=AT)

    ali.refresh_from_db()
    assert ali.mobile == NEW
    assert numbers() == {"阿丽": NEW}
    assert User.objects.get(mobile_index=ali.mobile_index) == ali


def test_whoever_had_the_number_loses_it_and_is_told(ali: User) -> None:
    qin = make_person("老秦", NEW)
    account = make_user("w-qin", person=qin, mobile=NEW)

    phones.change_mobile(actor=actor(ali), mobile=NEW, at=AT)

    account.refresh_from_db()
    assert numbers() == {"阿丽": NEW, "老秦": ""}
    assert (account.mobile, account.person) == ("", None)
    assert Notice.objects.filter(person_id=qin.pk, template="accounts.phone_freed").count() == 1


def test_ones_own_number_again_is_refused_and_changes_nothing(ali: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        phones.change_mobile(actor=actor(ali), mobile=OLD, at=AT)

    assert refusal.value.field == "mobile"
    assert numbers() == {"阿丽": OLD}


def test_the_pages_ask_for_the_number_then_for_its_code(ali: User, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]  # pytest-django's settings
    client: Client = signed_in(ali)

    asked = client.post("/me/phone/", {"mobile": NEW}, follow=True)
    code = re.search(r"验证码为 (\d{6})", asked.content.decode())
    assert code is not None
    wrong = client.post("/me/phone/code/", {"code": f"{(int(code[1]) + 1) % 1_000_000:06d}"})

    assert wrong.status_code in {400, 422}
    assert numbers() == {"阿丽": OLD}

    done = client.post("/me/phone/code/", {"code": code[1]})

    assert done.status_code == 302
    assert numbers() == {"阿丽": NEW}


def test_the_pages_take_the_number_off_whoever_had_it(ali: User, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]  # pytest-django's settings
    qin = make_person("老秦", NEW)
    account = make_user("w-qin", person=qin, mobile=NEW)
    client: Client = signed_in(ali)
    asked = client.post("/me/phone/", {"mobile": NEW}, follow=True)
    code = re.search(r"验证码为 (\d{6})", asked.content.decode())
    assert code is not None

    done = client.post("/me/phone/code/", {"code": code[1]})

    account.refresh_from_db()
    assert done.status_code == 302
    assert numbers() == {"阿丽": NEW, "老秦": ""}
    assert (account.mobile, account.person) == ("", None)
    assert Notice.objects.filter(person_id=qin.pk, template="accounts.phone_freed").count() == 1


def test_the_code_page_without_a_number_leads_back(ali: User) -> None:
    assert signed_in(ali).get("/me/phone/code/")["Location"] == "/me/phone/"
