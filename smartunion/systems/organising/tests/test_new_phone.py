"""A member whose number on record is gone shows herself by name and ID number; her union confirms with one tap."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.core.errors import InvalidInput
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.flows.users import worker_for_phone
from smartunion.ground.accounts.models import User
from smartunion.ground.notices.models import Notice
from smartunion.systems.organising.flows import new_phones
from smartunion.systems.organising.flows.joining import join
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
OLD, NEW = "13900000001", "13700000077"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> make.World:
    world = make.world()
    monkeypatch.setattr(clock, "now", lambda: make.NOW)
    join(code=world.drive.code, form=make.form(1), at=make.NOW)
    return world


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(user: User, **changes: str) -> Any:
    form = make.form(1)
    values = {"name": form.name, "id_number": form.id_number, "client_id": str(uuid4())} | changes
    return browser(user).post("/join/new-phone/", values)


def said(answer: Any) -> str:
    """What the page tells, without what every page carries."""
    return re.findall(r'<div class="outcome">.*?</div>', answer.content.decode(), re.S)[0]


def approve(here: make.World, case: CaseFile) -> None:
    casework.approve(on=casework.ActOn(case.pk, case.version, make.acting(here.chair), make.NOW))


def test_the_join_page_leads_there_and_one_tap_of_the_chair_moves_the_record(here: make.World) -> None:
    old, new = User.objects.get(mobile_index__of=OLD), worker_for_phone(mobile=NEW, at=make.NOW)
    person = old.person
    assert person is not None
    page = browser(new).get("/join/new-phone/").content.decode()
    assert "137****0077" in page
    assert "换了手机号" in browser(new).get("/services/").content.decode()

    answer = asked(new)

    case = CaseFile.objects.get(service_key="new_phone")
    assert (answer.status_code, case.person_id, case.user_id, case.path, case.is_narrow) == (
        200, person.pk, None, here.union.path, True,
    )  # fmt: skip
    assert here.union.name not in answer.content.decode()
    assert case.reference not in answer.content.decode()
    assert browser(new).get(f"/cases/{case.pk}/").status_code == 404
    assert (
        browser(old).get(f"/cases/{case.pk}/").status_code == 200
    )  # who still holds the old number sees it and takes it back
    told = Notice.objects.get(person_id=person.pk, link=f"/cases/{case.pk}/")
    assert "不是您本人" in told.body
    asked(new)
    assert CaseFile.objects.filter(service_key="new_phone").count() == 1
    desk = browser(here.chair).get(f"/desk/cases/{case.pk}/").content.decode()
    assert ("139****0001" in desk, "137****0077" in desk, NEW in desk) == (True, True, False)

    approve(here, case)

    person.refresh_from_db()
    new.refresh_from_db()
    old.refresh_from_db()
    assert (person.mobile, new.person_id, old.person_id) == (NEW, person.pk, None)
    assert browser(new).get("/card/").status_code == 200
    assert browser(new).get("/join/new-phone/").status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "别人"},
        {"id_number": make.resident_id(7)},
        {"name": "别人", "id_number": make.resident_id(8)},
    ],
)
def test_whoever_is_not_found_hears_the_same(here: make.World, wrong: dict[str, str]) -> None:
    new = worker_for_phone(mobile=NEW, at=make.NOW)
    found = asked(new, **wrong)

    assert CaseFile.objects.filter(service_key="new_phone").count() == 0
    other = asked(new)
    assert CaseFile.objects.filter(service_key="new_phone").count() == 1
    assert (found.status_code, said(found)) == (other.status_code, said(other))
    assert "核对姓名和证件号" in said(found)


def test_a_refusal_reaches_the_new_number_and_changes_nothing(here: make.World) -> None:
    old, new = User.objects.get(mobile_index__of=OLD), worker_for_phone(mobile=NEW, at=make.NOW)
    asked(new)
    case = CaseFile.objects.get(service_key="new_phone")

    on = casework.ActOn(case.pk, case.version, make.acting(here.chair), make.NOW)
    casework.refuse(on=on, reason="电话里不是本人。")

    old.refresh_from_db()
    assert (old.mobile, old.person_id is not None) == (OLD, True)
    told = Notice.objects.get(user_id=new.pk)
    assert "电话里不是本人" in told.body
    assert here.union.name not in told.body


def test_nobody_asks_too_often_with_a_wrong_number_or_from_an_account_of_a_record(here: make.World) -> None:
    new, old = worker_for_phone(mobile=NEW, at=make.NOW), User.objects.get(mobile_index__of=OLD)
    assert asked(new, id_number="33022619900307000X").status_code == 422
    assert asked(new, name=" ").status_code == 422
    assert asked(old).status_code == 302
    assert Client().get("/join/new-phone/").status_code == 302
    bare = User.objects.create(username="bare", name="无号码", created_at=make.NOW)
    assert browser(bare).get("/join/new-phone/")["Location"] == "/me/phone/"
    assert [asked(new).status_code for _turn in range(6)] == [200] * 5 + [429]


def test_a_proof_that_is_gone_confirms_nothing(here: make.World) -> None:
    new = worker_for_phone(mobile=NEW, at=make.NOW)
    asked(new)
    case = CaseFile.objects.get(service_key="new_phone")
    new_phones_user = User.objects.get(pk=new.pk)
    new_phones_user.mobile = ""
    new_phones_user.save(update_fields=["mobile", "mobile_index"])

    with pytest.raises(InvalidInput):
        approve(here, case)

    case.refresh_from_db()
    assert (case.state, new_phones.SERVICE) == ("open", "new_phone")
    assert User.objects.get(mobile_index__of=OLD).person_id == case.person_id
