"""First come: places, limits, the waiting list, cancelling, lapsing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.engines.offers import jobs
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.flows import refusing
from smartunion.engines.offers.flows.occasions import end_called_off
from smartunion.engines.offers.models import Ban, Booking, BookingEvent, LimitUse, Quota
from smartunion.engines.offers.tests.world import (
    CLOSES,
    NOW,
    STARTS,
    book,
    check_books,
    drafted,
    first,
    occasion,
    published,
    states,
    taken,
    wish,
    world,
)
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice

pytestmark = pytest.mark.django_db


def test_a_place_is_confirmed_told_and_counted() -> None:
    here = world()
    offer = published(here)

    made = book(offer, here.members[0])

    assert (made.state, taken(offer)) == ("confirmed", [1])
    assert Fact.objects.get(kind="offers.booked").person_id == here.members[0].person_id
    assert made.code in Notice.objects.get(person_id=here.members[0].person_id).body
    assert BookingEvent.objects.get(booking=made).what == "confirmed"


def test_the_same_request_twice_books_once() -> None:
    here = world()
    offer = published(here)
    asked = wish(offer)

    rows = [offers.book(actor=here.members[0], wish=asked, at=NOW) for _n in range(2)]

    assert rows[0].pk == rows[1].pk
    assert taken(offer) == [1]
    with pytest.raises(StaleState):
        offers.book(actor=here.members[1], wish=asked, at=NOW)


def test_a_booking_counts_against_every_quota_and_against_none_when_one_is_full() -> None:
    here = world()
    union = offers.QuotaData("union", 1, path=here.union.path)
    total = offers.QuotaData("all", 9)
    offer = published(here, occasion(5, union), quotas=(total,))

    book(offer, here.members[0])
    second = book(offer, here.members[1])
    third = book(offer, here.laoqin)

    assert [second.state, third.state] == ["waiting", "confirmed"]
    assert taken(offer) == [2, 1, 2]
    check_books(offer)


def test_who_does_not_wait_is_refused_and_nothing_stays() -> None:
    here = world()
    offer = published(here, occasion(1))
    book(offer, here.members[0])

    with pytest.raises(refusing.Full):
        book(offer, here.members[1], waits=False)

    assert states(offer) == ["confirmed"]


def test_a_place_given_up_goes_to_the_next_whom_it_fits() -> None:
    here = world()
    offer = published(here, occasion(2), party_max=2)
    place = book(offer, here.members[0])
    book(offer, here.members[1])
    pair = book(offer, here.members[2], guests=("小明",))
    single = book(offer, here.members[3])

    offers.cancel(actor=here.members[0], booking_id=place.pk, at=NOW)

    pair.refresh_from_db()
    single.refresh_from_db()
    assert (pair.state, single.state, single.expires_at) == ("waiting", "offered", NOW + timedelta(hours=24))
    assert taken(offer) == [2]
    check_books(offer)


def test_a_group_waits_together() -> None:
    here = world()
    offer = published(here, occasion(2))
    places = [book(offer, who) for who in here.members[:2]]
    pair = [book(offer, who, group_code="g7") for who in here.members[2:4]]
    offers.cancel(actor=here.members[0], booking_id=places[0].pk, at=NOW)
    assert [row.state for row in Booking.objects.filter(group_code="G7")] == ["waiting", "waiting"]

    offers.cancel(actor=here.members[1], booking_id=places[1].pk, at=NOW)

    assert [Booking.objects.get(pk=row.pk).state for row in pair] == ["offered", "offered"]
    check_books(offer)


def test_what_is_not_confirmed_in_time_goes_on() -> None:
    here = world()
    offer = published(here, occasion(1), needs_confirming=True)
    held = book(offer, here.members[0])
    waits = book(offer, here.members[1])
    assert (held.state, held.expires_at, waits.state) == ("held", NOW + timedelta(minutes=15), "waiting")
    later = NOW + timedelta(minutes=15)

    assert (jobs.expire(later), jobs.expire(later)) == (1, 0)

    assert states(offer) == ["lapsed", "offered"]
    with pytest.raises(StaleState):
        offers.confirm(actor=here.members[0], booking_id=held.pk, at=later)
    assert offers.confirm(actor=here.members[1], booking_id=waits.pk, at=later).state == "confirmed"
    check_books(offer)


def test_who_declines_makes_room() -> None:
    here = world()
    offer = published(here, occasion(1))
    place = book(offer, here.members[0])
    line = [book(offer, who) for who in here.members[1:3]]
    offers.cancel(actor=here.members[0], booking_id=place.pk, at=NOW)

    offers.decline(actor=here.members[1], booking_id=line[0].pk, at=NOW)

    assert states(offer) == ["cancelled", "declined", "offered"]


def test_one_booking_a_person_and_one_limit_across_offers() -> None:
    here = world()
    trips = [published(here, occasion(3), limit_key="recuperation") for _n in range(2)]
    kept = book(trips[0], here.members[0])

    with pytest.raises(refusing.AlreadyBooked):
        book(trips[0], here.members[0])
    with pytest.raises(refusing.LimitSpent):
        book(trips[1], here.members[0])

    assert (taken(trips[0]), taken(trips[1])) == ([1], [0])
    assert LimitUse.objects.get().key == "recuperation:2026"
    offers.cancel(actor=here.members[0], booking_id=kept.pk, at=NOW)
    assert book(trips[1], here.members[0]).state == "confirmed"


def test_refusals_say_why_and_change_nothing() -> None:
    here = world()
    draft = drafted(here)
    own = published(here, audience_path=here.union.path)
    soon = published(here, opens_at=NOW + timedelta(hours=1))

    with pytest.raises(NotVisible):
        book(draft, here.members[0])
    with pytest.raises(refusing.NotEligible):
        book(own, here.laoqin)
    with pytest.raises(refusing.NotOpen):
        book(soon, here.members[0])
    with pytest.raises(refusing.NotOpen):
        book(own, here.members[0], at=CLOSES)
    with pytest.raises(InvalidInput):
        book(own, here.members[0], guests=("小明",))
    with pytest.raises(NotAllowed):
        book(own, here.stranger, person_id=here.members[0].person_id)

    assert (Booking.objects.count(), Notice.objects.count()) == (0, 0)


def test_only_the_holder_and_the_manager_may_cancel() -> None:
    here = world()
    offer = published(here)
    place = book(offer, here.members[0])

    for other in (here.members[1], here.laoqin, here.stranger):
        with pytest.raises(NotVisible):
            offers.cancel(actor=other, booking_id=place.pk, at=NOW)

    assert taken(offer) == [1]
    assert offers.cancel(actor=here.ali, booking_id=place.pk, at=NOW, reason="天气").state == "cancelled"
    assert taken(offer) == [0]


def test_a_place_is_passed_on_and_accepted() -> None:
    here = world()
    offer = published(
        here, occasion(1, offers.QuotaData("union", 1, path=here.union.path)), is_transferable=True
    )
    place, to = book(offer, here.members[0]), here.members[1].person_id
    assert to is not None

    heir = offers.pass_on(actor=here.members[0], booking_id=place.pk, person_id=to, client_id=uuid4(), at=NOW)

    place.refresh_from_db()
    assert (place.state, place.transferred_to_id, heir.state) == ("transferred", heir.pk, "offered")
    assert offers.confirm(actor=here.members[1], booking_id=heir.pk, at=NOW).state == "confirmed"
    assert taken(offer) == [1, 1]
    check_books(offer)


def test_an_invitation_keeps_its_place() -> None:
    here = world()
    offer = published(here, occasion(1), allocation="invitation")
    to = here.members[0].person_id
    assert to is not None
    with pytest.raises(refusing.ByInvitation):
        book(offer, here.members[1])

    row = offers.invite(actor=here.ali, occasion_id=first(offer).pk, person_id=to, client_id=uuid4(), at=NOW)

    assert (row.state, taken(offer)) == ("invited", [1])
    offers.decline(actor=here.members[0], booking_id=row.pk, at=NOW)
    assert taken(offer) == [0]


def test_who_does_not_come_waits_and_is_let_in_again() -> None:
    here = world()
    offer = published(here, occasion(2), ban_days=10)
    came, missed = book(offer, here.members[0]), book(offer, here.members[1])
    Booking.objects.filter(pk=came.pk).update(state="attended")
    after = STARTS + timedelta(hours=6)

    assert (jobs.note_absences(after), jobs.note_absences(after)) == (1, 0)

    missed.refresh_from_db()
    row = Ban.objects.get()
    assert (missed.state, (row.until_on - after.date()).days) == ("no_show", 10)
    next_one = published(
        here, occasion(2, starts_at=after + timedelta(days=3)), closes_at=after + timedelta(days=2)
    )
    with pytest.raises(refusing.Banned):
        book(next_one, here.members[1], at=after)
    offers.lift_ban(actor=here.ali, ban_id=row.pk, reason="当天加班", at=after)
    assert book(next_one, here.members[1], at=after).state == "confirmed"


def test_nobody_is_noted_absent_where_nobody_was_checked_in() -> None:
    here = world()
    offer = published(here, occasion(2))
    book(offer, here.members[0])

    assert jobs.note_absences(STARTS + timedelta(hours=6)) == 0

    assert states(offer) == ["confirmed"]


def test_calling_off_ends_every_booking_and_tells_why() -> None:
    here = world()
    offer = published(here, occasion(1))
    place, waits = book(offer, here.members[0]), book(offer, here.members[1])

    offers.call_off(actor=here.ali, offer_id=offer.pk, reason="台风", at=NOW)

    assert (end_called_off(offer_id=offer.pk, at=NOW), end_called_off(offer_id=offer.pk, at=NOW)) == (2, 0)
    assert (states(offer), taken(offer)) == (["cancelled", "cancelled"], [0])
    for row in (place, waits):
        assert "台风" in Notice.objects.filter(person_id=row.person_id).order_by("-pk")[0].body
    with pytest.raises(refusing.NotOpen):
        book(offer, here.members[2])


def test_more_places_go_to_the_line_and_fewer_than_taken_are_refused() -> None:
    here = world()
    offer = published(here, occasion(1))
    book(offer, here.members[0])
    waits = book(offer, here.members[1])
    quota = Quota.objects.get(offer=offer)

    with pytest.raises(InvalidInput):
        offers.resize_quota(actor=here.ali, quota_id=quota.pk, size=0, at=NOW)
    offers.resize_quota(actor=here.ali, quota_id=quota.pk, size=2, at=NOW)

    waits.refresh_from_db()
    assert (waits.state, first(offer).capacity) == ("offered", 2)


def test_questions_are_answered_and_sealed() -> None:
    here = world()
    asked = (offers.Question("size", "衣服尺码", "choice", is_required=True, options=("M", "L")),)
    offer = published(here, questions=asked)

    with pytest.raises(InvalidInput) as refusal:
        book(offer, here.members[0])
    row = book(offer, here.members[0], answers={"size": "L", "other": "x"})

    assert (refusal.value.field, Booking.objects.get(pk=row.pk).answers) == ("size", '{"size": "L"}')


def test_a_stranger_sees_no_booking() -> None:
    here = world()
    row = book(published(here), here.members[0])

    with pytest.raises(ObjectDoesNotExist):
        Booking.objects.visible_to(here.stranger).get(pk=row.pk)
    assert list(Booking.objects.visible_to(here.members[0])) == [row]
    assert list(Booking.objects.visible_to(here.ali)) == [row]
    assert list(Booking.objects.visible_to(here.members[1])) == []
