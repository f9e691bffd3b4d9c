"""The pages: what they show, to whom, and what comes back when something is wrong."""

from uuid import uuid4

import pytest
from django.test import Client

from smartunion.engines.casework.tests.factories import NOW, acting
from smartunion.ground.accounts.models import User
from smartunion.systems.matters.flows import demands as flows
from smartunion.systems.matters.models import Demand, Wish
from smartunion.systems.matters.tests.matters_world import CARE, Asked, asked
from smartunion.systems.matters.tests.test_wishes import shown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: NOW)


def client_of(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def posted(made: Asked, **values: object) -> dict[str, object]:
    return {"case": made.care[0].pk, "title": "暑托班", "text": "希望办班"} | values


def test_the_case_page_offers_what_is_like_it() -> None:
    made = asked()

    page = client_of(made.here.town_cadre).get(f"/desk/cases/{made.care[0].pk}/").content.decode()

    assert f"/desk/matters/demands/new/?case={made.care[0].pk}" in page
    assert made.care[1].title in page


def test_gathering_on_the_page_leads_to_the_demand() -> None:
    made = asked()
    client = client_of(made.here.town_cadre)

    page = client.get(f"/desk/matters/demands/new/?case={made.care[0].pk}").content.decode()
    answer = client.post("/desk/matters/demands/new/", posted(made, matter=[case.pk for case in made.care]))

    assert all(words in page for words in CARE)
    demand = Demand.objects.get()
    assert answer.headers["Location"] == f"/desk/matters/demands/{demand.pk}/"
    assert "希望办班" in client.get(f"/desk/matters/demands/{demand.pk}/").content.decode()


def test_what_was_typed_comes_back_with_the_reason() -> None:
    made = asked()

    answer = client_of(made.here.town_cadre).post(
        "/desk/matters/demands/new/", posted(made, matter=[made.care[0].pk])
    )

    assert answer.status_code == 422
    assert "至少两件" in answer.content.decode()
    assert "希望办班" in answer.content.decode()
    assert not Demand.objects.exists()


@pytest.mark.parametrize("given", ["", "abc", "-1", "99999999999999999999", "1e3"])
def test_a_broken_address_of_a_case_is_not_there(given: str) -> None:
    made = asked()

    assert client_of(made.here.town_cadre).get(f"/desk/matters/demands/new/?case={given}").status_code == 404


def test_a_day_that_is_none_is_told_on_the_page() -> None:
    made = asked()
    new = flows.NewDemand("暑托班", "办班", [case.pk for case in made.care])
    demand = flows.gather(actor=made.cadre, data=new, at=NOW)

    answer = client_of(made.here.town_cadre).post(
        f"/desk/matters/demands/{demand.pk}/take/", {"plan": "开班", "due_on": "2026-02-30"}
    )

    demand.refresh_from_db()
    assert answer.status_code == 422
    assert "2026-03-08" in answer.content.decode()
    assert demand.state == "open"


def test_anybody_reads_the_wish_board_and_nobody_reads_a_name() -> None:
    made = asked()
    wish = shown(made)

    page = Client().get("/wishes/").content.decode()

    assert wish.title in page
    assert "阿丽" not in page
    assert made.here.grassroots.name not in page


def test_a_wish_is_taken_up_from_its_card() -> None:
    made = asked()
    wish = shown(made)
    client = client_of(made.workers[0])

    client.post(f"/wishes/{wish.pk}/claim/", {"client_id": str(uuid4())})

    wish.refresh_from_db()
    assert wish.helper_id == made.workers[0].pk
    assert wish.title in client.get("/wishes/mine/").content.decode()


def test_without_the_pages_own_id_nothing_is_taken_up() -> None:
    made = asked()
    wish = shown(made)

    client_of(made.workers[0]).post(f"/wishes/{wish.pk}/claim/", {"client_id": "x"})

    assert Wish.objects.get().state == "open"


def test_the_wisher_thanks_on_her_page() -> None:
    made = asked()
    wish = shown(made)
    Wish.objects.filter(pk=wish.pk).update(state="fulfilled", helper_id=made.workers[0].pk)

    page = client_of(made.here.ali).get("/wishes/mine/").content.decode()
    client_of(made.here.ali).post(f"/wishes/{wish.pk}/thanks/", {"thanks": "谢谢！"})

    wish.refresh_from_db()
    assert f"/wishes/{wish.pk}/thanks/" in page
    assert wish.thanks == "谢谢！"
    assert acting(made.here.ali).person_id == wish.case.person_id
