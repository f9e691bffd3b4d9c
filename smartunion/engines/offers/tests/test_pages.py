"""Signing up, the draw, the door and the paper afterwards, on the pages people use."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.utils.timezone import localtime

from smartunion.core import clock
from smartunion.engines.offers.flows import drawing
from smartunion.engines.offers.models import Booking, Feedback, Occasion, Offer
from tests.refusals_world import Town, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return build()[0]


def _client(town: Town, role: str) -> Client:
    client = Client()
    client.force_login(town.people[role])
    return client


def _form(town: Town, **values: object) -> dict[str, object]:
    now = localtime(clock.now())
    moment = lambda **ahead: f"{now + timedelta(**ahead):%Y-%m-%dT%H:%M}"  # noqa: E731
    return {
        "client_id": str(uuid4()), "union": str(town.factory.pk), "kind": "check_up", "title": "职工健康体检",
        "allocation": "draw", "opens_at": moment(hours=-1), "closes_at": moment(hours=1), "party_max": "2",
        "members_only": "on", "cancel_hours": "24", "repeat_days": "3", "o_start": [moment(hours=2)],
        "o_end": [moment(hours=4)], "o_capacity": ["20"], "o_label": ["早班"], "o_place": [""], "s_what": ["group:women"],
        "s_size": ["5"], "a_words": ["穿几码的鞋？"], "a_kind": ["number"], "a_asked": ["sign_up"], "a_required": ["1"],
        "a_options": [""],
    } | values  # fmt: skip


def test_an_offer_is_written_published_entered_drawn_and_its_code_opens_the_door(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, phone = _client(town, "cadre"), _client(town, "worker")
    written = desk.post("/desk/offers/new/", _form(town))
    assert written.status_code == 302, written.content.decode()[:3000]
    offer = Offer.objects.latest("pk")
    assert [one.capacity for one in offer.occasions.order_by("pk")] == [20, 20, 20]
    assert phone.get(f"/offers/{offer.pk}/").status_code == 404
    assert desk.post(f"/desk/offers/{offer.pk}/publish/").status_code == 302
    assert "职工健康体检" in phone.get("/offers/").content.decode()

    occasion = offer.occasions.order_by("pk")[0]
    entry = {"client_id": str(uuid4()), "occasion": [occasion.pk], "guest": ["小明"]}
    refused = phone.post(f"/offers/{offer.pk}/book/", entry)
    assert refused.status_code == 422
    assert Booking.objects.filter(offer=offer).count() == 0
    booked = phone.post(f"/offers/{offer.pk}/book/", entry | {"q_q1": "40"})
    assert booked.status_code == 302, booked.content.decode()[:3000]
    phone.post(f"/offers/{offer.pk}/book/", entry | {"q_q1": "40"})
    booking = Booking.objects.get(offer=offer)
    assert (booking.state, booking.party) == ("entered", 2)

    later = offer.closes_at + timedelta(minutes=5)
    drawing.allot(offer_id=offer.pk, at=later)
    booking.refresh_from_db()
    if booking.state == "offered":
        assert phone.post(f"/me/bookings/{booking.pk}/confirm/").status_code == 302
    booking.refresh_from_db()
    assert booking.state == "confirmed"
    page = phone.get(f"/me/bookings/{booking.pk}/").content.decode()
    assert booking.code in page
    assert "BEGIN:VEVENT" in phone.get(f"/me/bookings/{booking.pk}/calendar.ics").content.decode()
    assert phone.get(f"/me/bookings/{booking.pk}/attendance.pdf").status_code == 404
    shown = Client().get(f"/offers/{offer.pk}/draw/")
    assert Offer.objects.get(pk=offer.pk).seed in shown.content.decode()
    lines = b"".join(Client().get(f"/offers/{offer.pk}/draw.csv").streaming_content).decode()
    assert lines.splitlines()[1].startswith(f"{booking.pk},")

    Occasion.objects.filter(pk=occasion.pk).update(starts_at=clock.now() - timedelta(minutes=5))
    door = _client(town, "station")
    read = door.post(f"/checkin/{occasion.pk}/", {"client_id": str(uuid4()), "code": booking.code})
    assert read.status_code == 200
    booking.refresh_from_db()
    assert booking.state == "attended"
    assert phone.get(f"/me/bookings/{booking.pk}/attendance.pdf").content.startswith(b"%PDF")
    assert phone.post(f"/me/bookings/{booking.pk}/feedback/", {"score": "9"}).status_code == 422
    assert (
        phone.post(f"/me/bookings/{booking.pk}/feedback/", {"score": "5", "text": "很好"}).status_code == 302
    )
    assert Feedback.objects.get(booking=booking).score == 5
    assert desk.get(f"/desk/offers/{offer.pk}/people/").status_code == 200
    assert desk.get(f"/desk/offers/{offer.pk}/").status_code == 200


def test_a_phone_gets_digests_and_sends_its_scans_as_often_as_it_likes(town: Town) -> None:
    desk, phone = _client(town, "cadre"), _client(town, "worker")
    desk.post(
        "/desk/offers/new/", _form(town, allocation="first_come", repeat_days="1", a_words=[""], s_what=[""])
    )
    offer = Offer.objects.latest("pk")
    desk.post(f"/desk/offers/{offer.pk}/publish/")
    occasion = offer.occasions.get()
    phone.post(f"/offers/{offer.pk}/book/", {"client_id": str(uuid4()), "occasion": [occasion.pk]})
    booking = Booking.objects.get(offer=offer)
    Occasion.objects.filter(pk=occasion.pk).update(starts_at=clock.now() - timedelta(minutes=5))

    kept = desk.get(f"/checkin/{occasion.pk}/codes.json").content.decode()
    scan = {"client_id": str(uuid4()), "code": booking.code, "at": clock.now().isoformat(), "is_offline": True,
            "was_let_in": True}  # fmt: skip
    answers = [
        desk.post(f"/checkin/{occasion.pk}/scans/", json.dumps({"scans": [scan]}), content_type="application/json").json()
        for _twice in range(2)
    ]  # fmt: skip

    assert booking.code not in kept
    assert len(json.loads(kept)["codes"]) == 1
    assert answers[0] == answers[1]
    assert answers[0]["scans"][0]["outcome"] == "admitted"
    for wrong in ({"scans": [{"code": "x"}]}, {"scans": 3}, [], {"scans": [scan | {"at": "gestern"}]}):
        sent = desk.post(f"/checkin/{occasion.pk}/scans/", json.dumps(wrong), content_type="application/json")
        assert sent.status_code == 422, wrong
    desk.handler.enforce_csrf_checks = True  # reads a form for its token, and then no body is left
    desk.cookies[settings.CSRF_COOKIE_NAME] = token = get_token(RequestFactory().get("/"))
    form = desk.post(f"/checkin/{occasion.pk}/scans/", {"scans": "[]"}, headers={"X-CSRFToken": token})
    assert form.status_code == 422
