"""The door's pages and API, who was there, calendars to subscribe to, and who was told of each change."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.runner import run_one
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.models import Booking, Change, Occasion, Offer
from smartunion.engines.offers.rules.words import BookingState
from smartunion.ground.accounts.tests.factories import actor
from smartunion.ground.notices.models import Notice
from tests.refusals_world import Town, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns() -> tuple[Town, Town]:
    return build()


@pytest.fixture
def town(towns: tuple[Town, Town]) -> Town:
    return towns[0]


def _client(town: Town, role: str) -> Client:
    client = Client()
    client.force_login(town.people[role])
    return client


def _offer(town: Town, **values: Any) -> Offer:
    """An offer of the town's federation that begins in a minute, with a question at the door."""
    now = clock.now()
    data = {
        "kind": "class", "title": "急救培训", "opens_at": now - timedelta(days=1), "closes_at": now + timedelta(seconds=50),
        "occasions": (offers.OccasionData(now + timedelta(minutes=1), now + timedelta(minutes=101), 9),),
        "allocation": "first_come", "party_max": 3, "certificate_pct": 80,
        "questions": (offers.Question("allergy", "对什么过敏？", asked="door"),),
    } | values  # fmt: skip
    made = offers.create_offer(
        actor=system(), union_id=town.federation.pk, data=offers.OfferData(**data), at=now
    )
    return offers.publish(actor=system(), offer_id=made.pk, at=now)


def _booked(town: Town, offer: Offer, **values: Any) -> Booking:
    phone = _client(town, "worker")
    sent = {"client_id": str(uuid4()), "occasion": [offer.occasions.get().pk], **values}
    assert phone.post(f"/offers/{offer.pk}/book/", sent).status_code == 302
    return Booking.objects.get(offer=offer)


def _api(client: Client, path: str, body: object = None) -> Any:
    address = f"/api/v1/offers/{path}"
    if body is None:
        return client.get(address)
    return client.post(address, json.dumps(body), content_type="application/json")


def test_a_device_reads_codes_over_the_api_as_often_as_it_likes(towns: tuple[Town, Town]) -> None:
    town, other = towns
    offer = _offer(town)
    row, occasion, door = _booked(town, offer), offer.occasions.get(), _client(town, "station")
    at = clock.now()

    def scan(second: int, **more: object) -> dict[str, object]:
        read_at = (at - timedelta(seconds=60 - second)).isoformat()
        return {"client_id": str(uuid4()), "code": row.code, "at": read_at, "gate": "gate-one-1"} | more

    sent = [scan(1), scan(2), scan(3, is_exit=True), scan(4, code="NOBODY"), scan(5)]

    gate = _api(door, f"occasions/{occasion.pk}/gates", {"key": "gate-one-1", "label": "东门"}).json()
    once, again = (
        _api(door, f"occasions/{occasion.pk}/scans", {"scans": sent}).json()["scans"] for _twice in "ab"
    )

    assert (gate["number"], gate["label"], gate["share"]) == (1, "东门", 0)
    assert [one["outcome"] for one in once] == ["admitted", "already_in", "left", "unknown", "returned"]
    assert once == again
    assert [one["is_good"] for one in once] == [True, False, True, False, True]
    now = _api(door, f"occasions/{occasion.pk}/now").json()
    assert (now["inside"], now["came"], now["missing"], now["refused"], now["conflicts"]) == (1, 1, 0, 2, [])
    kept = _api(door, f"occasions/{occasion.pk}/codes")
    assert list(kept.json()["codes"].values()) == [["attended", 1]]
    assert row.code not in kept.content.decode()
    naive = scan(6) | {"at": "2026-05-04T10:00:00"}
    assert _api(door, f"occasions/{occasion.pk}/scans", {"scans": [naive]}).status_code == 422
    stranger = _client(other, "station")
    assert _api(stranger, f"occasions/{occasion.pk}/scans", {"scans": [scan(7)]}).status_code == 404
    assert _api(_client(town, "worker"), f"occasions/{occasion.pk}/now").status_code == 404


def test_answers_at_the_door_are_asked_kept_and_shown_to_organisers_who_are_seen_looking(town: Town) -> None:
    offer = _offer(town)
    row, occasion = _booked(town, offer, guest=["小明"]), offer.occasions.get()
    door, desk = _client(town, "station"), _client(town, "cadre")

    page = door.post(f"/checkin/{occasion.pk}/", {"client_id": str(uuid4()), "code": row.code, "way": "in"})
    assert "对什么过敏？" in page.content.decode()
    assert (
        door.post(f"/checkin/{occasion.pk}/answers/", {"code": row.code, "q_allergy": "花生"}).status_code
        == 302
    )
    sent = {"answers": [{"code": row.code, "at": clock.now().isoformat(), "answers": {"allergy": "青霉素"}},
                        {"code": "NOBODY", "at": clock.now().isoformat(), "answers": {}}]}  # fmt: skip
    heard = door.post(
        f"/checkin/{occasion.pk}/answers/", json.dumps(sent), content_type="application/json"
    ).json()
    closed = desk.get(f"/desk/offers/bookings/{row.pk}/").content.decode()
    opened = desk.post(f"/desk/offers/bookings/{row.pk}/look/").content.decode()

    assert [one["outcome"] for one in heard["answers"]] == ["kept", "refused"]
    assert "青霉素" not in closed
    assert "小明" not in closed
    assert "青霉素" in opened
    assert "小明" in opened
    looks = AuditEvent.objects.filter(event="offers.looked", owner_person_id=row.person_id)
    assert looks.count() == 1
    assert door.post(f"/desk/offers/bookings/{row.pk}/look/").status_code in (403, 404)


def test_the_certificate_needs_the_share_and_a_hand_sets_right_what_the_door_missed(town: Town) -> None:
    offer = _offer(town)
    row, occasion = _booked(town, offer), offer.occasions.get()
    phone, desk = _client(town, "worker"), _client(town, "cadre")
    now = clock.now()
    early = {"starts_at": now - timedelta(hours=2), "ends_at": now - timedelta(minutes=20)}
    Occasion.objects.filter(pk=occasion.pk).update(**early)
    Booking.objects.filter(pk=row.pk).update(
        state="attended",
        attended_at=early["starts_at"],
        left_at=early["starts_at"] + timedelta(minutes=50),
        present_s=3000,
    )

    refused = phone.get(f"/me/bookings/{row.pk}/attendance.pdf").status_code
    said = phone.get(f"/me/bookings/{row.pk}/").content.decode()
    listed = desk.get(f"/desk/offers/occasions/{occasion.pk}/attendance/").content.decode()
    Booking.objects.filter(pk=row.pk).update(state="no_show", attended_at=None, left_at=None, present_s=0)
    noted = desk.post(f"/desk/offers/bookings/{row.pk}/came/")
    paper = phone.get(f"/me/bookings/{row.pk}/attendance.pdf")

    assert refused == 404
    assert "50%" in said
    assert "80%" in said
    assert ">50<" in listed.replace(" ", "").replace("\n", "")
    assert noted.status_code == 302
    assert paper.content.startswith(b"%PDF")
    assert Booking.objects.get(pk=row.pk).present_pct(clock.now()) == 100


def test_a_secret_calendar_shows_hers_until_it_is_withdrawn(towns: tuple[Town, Town]) -> None:
    town, other = towns
    offer = _offer(town)
    row, phone, anybody = _booked(town, offer, guest=["小明"]), _client(town, "worker"), Client()

    phone.post("/me/bookings/calendar/")
    page = phone.get("/me/bookings/calendar/").content.decode()
    address = page.split("/offers/calendar/")[1].split(".ics")[0]
    feed = anybody.get(f"/offers/calendar/{address}.ics")
    text = feed.content.decode().replace("\r\n ", "")

    assert feed["Content-Type"].startswith("text/calendar")
    assert f"UID:booking-{row.client_id}@smartunion" in text
    assert "STATUS:CONFIRMED" in text
    assert row.code not in text
    assert "小明" not in text
    offers.cancel(actor=actor(town.people["cadre"]), booking_id=row.pk, at=clock.now())
    assert b"STATUS:CANCELLED" in anybody.get(f"/offers/calendar/{address}.ics").content
    phone.post("/me/bookings/calendar/", {"act": "revoke"})
    assert anybody.get(f"/offers/calendar/{address}.ics").status_code == 404
    assert anybody.get("/offers/calendar/0000.ics").status_code == 404
    public = anybody.get(f"/offers/calendar/unions/{town.federation.pk}.ics").content.decode()
    assert "急救培训" in public
    assert (
        "急救培训" not in anybody.get(f"/offers/calendar/unions/{other.federation.pk}.ics").content.decode()
    )


def test_a_change_tells_everybody_and_says_how_many(town: Town) -> None:
    now = clock.now()
    later = offers.OccasionData(now + timedelta(days=3), now + timedelta(days=3, hours=2), 9)
    offer = _offer(town, closes_at=now + timedelta(days=1), occasions=(later,))
    row, occasion, desk = _booked(town, offer), offer.occasions.get(), _client(town, "cadre")
    moved = f"{now + timedelta(days=4):%Y-%m-%d}"
    form = {"starts_at": f"{moved}T09:00", "ends_at": f"{moved}T11:00", "place": "东楼", "capacity": "12"}

    assert desk.post(f"/desk/offers/occasions/{occasion.pk}/change/", form).status_code == 302
    assert desk.post(f"/desk/offers/occasions/{occasion.pk}/change/", form).status_code == 302
    Job.objects.exclude(kind="offers.tell_all").delete()
    while run_one():
        pass

    changes = list(Change.objects.filter(offer=offer).order_by("pk").values_list("what", "told"))
    assert changes == [("changed", 1), ("resized", 0)]
    assert "东楼" in Notice.objects.filter(person_id=row.person_id).order_by("-pk")[0].body
    page = desk.get(f"/desk/offers/{offer.pk}/").content.decode()
    assert "已告知 1 人" in page
    assert Occasion.objects.get(pk=occasion.pk).capacity == 12
    wrong = desk.post(f"/desk/offers/occasions/{occasion.pk}/change/", form | {"ends_at": "x"})
    assert wrong.status_code == 422


def test_many_people_are_looked_through_in_pages_found_and_taken_away(town: Town) -> None:
    offer = _offer(town)
    row, desk = _booked(town, offer), _client(town, "cadre")
    made = [
        Booking(
            offer=offer, occasion=row.occasion, path=offer.path, user_id=10**9 + n, state=BookingState.CONFIRMED,
            code=f"C{n:07}", booked_at=row.booked_at, updated_at=row.booked_at,
        )
        for n in range(300)
    ]  # fmt: skip
    Booking.objects.bulk_create(made)

    first = desk.get(f"/desk/offers/{offer.pk}/people/").content.decode()
    found = desk.get(f"/desk/offers/{offer.pk}/people/?q={row.code}").content.decode()
    sheet = desk.get(f"/desk/offers/{offer.pk}/people/?export=csv")

    assert first.count("/desk/offers/bookings/") < 300
    assert f"/desk/offers/bookings/{row.pk}/" in found
    assert found.count('href="/desk/offers/bookings/') <= 2
    lines = b"".join(sheet.streaming_content) if sheet.streaming else sheet.content
    assert lines.decode("utf-8-sig").strip().count("\n") == 301
