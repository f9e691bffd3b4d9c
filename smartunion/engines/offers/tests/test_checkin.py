"""The door: one code lets one booking in once, whatever phones without signal did and in which order they are heard."""

from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.errors import NotVisible
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.calendar import folded, ics
from smartunion.engines.offers.flows import checkin, refusing
from smartunion.engines.offers.models import Booking, Quota, Scan
from smartunion.engines.offers.queries.pages import now_at
from smartunion.engines.offers.rules.checkin import (
    Door,
    Entry,
    Outcome,
    Ticket,
    decide,
    first_entry,
    share_holds,
    tidy,
)
from smartunion.engines.offers.rules.words import BookingState
from smartunion.engines.offers.tests.world import STARTS, World, book, first, published, world
from smartunion.ground.facts.models import Fact

INSIDE = STARTS + timedelta(minutes=10)
DOOR = Door(1, STARTS, STARTS + timedelta(hours=3), timedelta(minutes=60))


@pytest.mark.parametrize(
    ("ticket", "minutes", "outcome"),
    [
        (None, 0, "unknown"), (Ticket(2, "confirmed"), 0, "wrong_occasion"), (Ticket(1, "attended"), 0, "already_in"),
        (Ticket(1, "cancelled"), 0, "cancelled"), (Ticket(1, "transferred"), 0, "cancelled"),
        (Ticket(1, "waiting"), 0, "not_confirmed"), (Ticket(1, "offered"), 0, "not_confirmed"),
        (Ticket(1, "confirmed"), -61, "too_early"), (Ticket(1, "confirmed"), -60, "admitted"),
        (Ticket(1, "confirmed"), 180, "admitted"), (Ticket(1, "confirmed"), 181, "too_late"),
        (Ticket(1, "no_show"), 30, "admitted"),
    ],
)  # fmt: skip
def test_a_code_is_decided_as_the_table_says(ticket: Ticket | None, minutes: int, outcome: str) -> None:
    assert decide(ticket, DOOR, STARTS + timedelta(minutes=minutes)) == outcome


def test_every_state_has_an_answer_at_the_door() -> None:
    let_in = {state for state in BookingState if decide(Ticket(1, state), DOOR, STARTS) == Outcome.ADMITTED}

    assert let_in == {BookingState.CONFIRMED, BookingState.NO_SHOW}


def test_a_code_is_read_as_people_type_it() -> None:
    assert tidy(" ab3-4 cd\n") == "AB34CD"
    assert tidy("Ａ" * 20 + "9" * 20) == "9" * 12


entries = st.lists(
    st.builds(
        Entry, st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 2)), st.integers(0, 30),
        st.uuids(),
    ), max_size=30, unique_by=lambda entry: entry.client_id,
)  # fmt: skip


@given(entries, st.integers(0, 40), st.randoms())
def test_which_entry_holds_does_not_depend_on_who_is_heard_first(
    rows: list[Entry], share: int, chance: object
) -> None:
    turned = rows[::-1]

    assert first_entry(rows) == first_entry(turned)
    covered = share_holds(rows, share)
    assert covered == share_holds(turned, share)
    assert len(covered) == min(share, len(rows))


@pytest.fixture
def here(db: None) -> World:
    return world()


def _read(code: str, minutes: int = 10, key: str = "", offline: bool = False, **more: object) -> checkin.Read:
    return checkin.Read(
        client_id=uuid4(), code=code, at=STARTS + timedelta(minutes=minutes), gate_key=key, is_offline=offline,
        was_let_in=offline, **more,
    )  # type: ignore[arg-type]  # fmt: skip


def test_a_code_lets_in_once_and_the_same_request_gets_the_same_answer(here: World) -> None:
    offer = published(here)
    booking = book(offer, here.members[0])
    read = _read(booking.code.lower())

    one = checkin.check_in(actor=here.ali, occasion_id=first(offer).pk, read=read, at=INSIDE)
    again = checkin.check_in(actor=here.ali, occasion_id=first(offer).pk, read=read, at=INSIDE)
    other = checkin.check_in(actor=here.ali, occasion_id=first(offer).pk, read=_read(booking.code), at=INSIDE)

    assert (one.outcome, again.pk, other.outcome) == ("admitted", one.pk, "already_in")
    assert Scan.objects.count() == 2
    assert Fact.objects.filter(key=f"offers:{booking.pk}:attended").count() == 1
    now = now_at(first(offer))
    assert (now.inside, now.missing, now.refused, now.conflicts) == (1, 0, 1, [])


def test_a_stranger_s_door_is_not_there(here: World) -> None:
    offer = published(here)
    booking = book(offer, here.members[0])

    for who in (here.stranger, here.members[0]):
        with pytest.raises(NotVisible):
            checkin.check_in(actor=who, occasion_id=first(offer).pk, read=_read(booking.code), at=INSIDE)

    booking.refresh_from_db()
    assert (booking.state, Scan.objects.count()) == ("confirmed", 0)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_two_phones_without_signal_let_the_same_code_in_and_the_first_entry_holds(
    here: World, order: tuple[int, ...]
) -> None:
    offer = published(here)
    occasion, booking = first(offer), book(offer, here.members[0])
    for key in ("gate-east-1", "gate-west-2"):
        checkin.open_gate(actor=here.ali, occasion_id=occasion.pk, key=key, label="", share=0, at=STARTS)
    reads = [
        _read(booking.code, 12, "gate-east-1", True), _read(booking.code, 5, "gate-west-2", True),
        _read(booking.code, 5, "gate-east-1", True),
    ]  # fmt: skip

    for at in order:
        checkin.sync(
            actor=here.ali, occasion_id=occasion.pk, reads=[reads[at]], at=INSIDE + timedelta(hours=1)
        )

    booking.refresh_from_db()
    outcomes = {scan.client_id: scan.outcome for scan in Scan.objects.all()}
    assert [outcomes[read.client_id] for read in reads] == ["already_in", "already_in", "admitted"]
    assert (booking.attended_at, booking.device_key) == (reads[2].at, "gate-east-1")
    now = now_at(occasion)
    assert now.inside == 1
    assert {scan.client_id for scan in now.conflicts} == {reads[0].client_id, reads[1].client_id}
    assert Fact.objects.filter(key=f"offers:{booking.pk}:attended").count() == 1


def test_a_booking_cancelled_after_the_phone_took_its_list_is_a_conflict_with_its_rule(here: World) -> None:
    offer = published(here)
    occasion, booking = first(offer), book(offer, here.members[0])
    offers.cancel(actor=here.members[0], booking_id=booking.pk, at=STARTS - timedelta(hours=30))

    [scan] = checkin.sync(
        actor=here.ali, occasion_id=occasion.pk, reads=[_read(booking.code, offline=True)], at=INSIDE
    )

    assert (scan.outcome, scan.was_let_in) == ("cancelled", True)
    assert [one.pk for one in now_at(occasion).conflicts] == [scan.pk]
    assert Booking.objects.get(pk=booking.pk).state == "cancelled"


def test_a_device_gives_the_places_reserved_for_it_and_no_more(here: World) -> None:
    offer = published(here)
    occasion = first(offer)
    gate = checkin.open_gate(
        actor=here.ali, occasion_id=occasion.pk, key="gate-east-1", label="", share=1, at=STARTS
    )
    with pytest.raises(refusing.Full):
        checkin.open_gate(
            actor=here.ali, occasion_id=occasion.pk, key="gate-west-2", label="", share=2, at=STARTS
        )
    late, early = (_read("", minute, "gate-east-1", True, is_walk_in=True) for minute in (9, 3))

    checkin.sync(actor=here.ali, occasion_id=occasion.pk, reads=[late, early], at=INSIDE)

    outcomes = {scan.client_id: scan.outcome for scan in Scan.objects.all()}
    assert outcomes == {late.client_id: "share_spent", early.client_id: "admitted"}
    assert Quota.objects.get(occasion=occasion).taken == 1
    assert now_at(occasion).inside == 1
    checkin.close_gate(actor=here.ali, gate_id=gate.pk, at=INSIDE)
    assert Quota.objects.get(occasion=occasion).taken == 1


def test_places_a_device_did_not_give_go_back_when_it_is_sent_home(here: World) -> None:
    offer = published(here)
    gate = checkin.open_gate(
        actor=here.ali, occasion_id=first(offer).pk, key="gate-east-1", label="", share=2, at=STARTS
    )

    for _twice in range(2):
        checkin.close_gate(actor=here.ali, gate_id=gate.pk, at=INSIDE)

    assert Quota.objects.get(occasion=first(offer)).taken == 0


def test_a_calendar_file_holds_the_booking_in_short_lines(here: World) -> None:
    booking = book(published(here, title="亲子采摘；带帽子, 水" + "长" * 30), here.members[0])
    booking = Booking.objects.select_related("offer", "occasion").get(pk=booking.pk)

    text = ics([booking], at=INSIDE).decode()

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert f"UID:booking-{booking.client_id}@smartunion" in text.replace("\r\n ", "")
    assert "SUMMARY:亲子采摘；带帽子\\, 水" in text.replace("\r\n ", "")
    assert UUID(str(booking.client_id))
    assert "".join(folded("x" * 200)).replace(" ", "") == "x" * 200
