"""The door: one code lets one booking in once, whatever phones without signal did and in which order they are heard."""

import json
from datetime import datetime, timedelta
from itertools import pairwise, permutations
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.engines.offers import service as offers
from smartunion.engines.offers.calendar import folded, ics
from smartunion.engines.offers.flows import checkin, refusing
from smartunion.engines.offers.models import Booking, Offer, Quota, Scan
from smartunion.engines.offers.queries.pages import now_at
from smartunion.engines.offers.rules.checkin import (
    Door,
    Move,
    Outcome,
    Ticket,
    decide,
    decide_exit,
    judged,
    presence,
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


@pytest.mark.parametrize(
    ("ticket", "outcome"),
    [(None, "unknown"), (Ticket(2, "attended"), "wrong_occasion"), (Ticket(1, "attended"), "left"),
     (Ticket(1, "attended", True), "not_inside"), (Ticket(1, "confirmed"), "not_inside")],
)  # fmt: skip
def test_a_code_on_the_way_out_is_decided_as_the_table_says(ticket: Ticket | None, outcome: str) -> None:
    assert decide_exit(ticket, DOOR) == outcome
    assert decide(Ticket(1, "attended", True), DOOR, STARTS) == "returned"


moves = st.lists(
    st.builds(
        Move, st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 2)), st.integers(0, 30), st.uuids(), st.booleans(),
    ), max_size=30, unique_by=lambda move: move.client_id,
)  # fmt: skip


@given(moves, st.integers(0, 40), st.randoms())
def test_what_holds_at_the_door_does_not_depend_on_who_is_heard_first(
    rows: list[Move], share: int, chance: Random
) -> None:
    turned = chance.sample(rows, len(rows))
    times = {"starts_at": datetime(2026, 1, 1, 6), "ends_at": datetime(2026, 1, 1, 18)}

    outcomes = judged(rows)
    assert outcomes == judged(turned)
    assert presence(rows, **times) == presence(turned, **times)
    covered = share_holds(rows, share)
    assert covered == share_holds(turned, share)
    assert len(covered) == min(share, len(rows))
    ways = [outcomes[move.client_id] for move in sorted(rows)]
    good = [way for way in ways if way in ("admitted", "returned", "left")]
    assert good.count("admitted") == min(1, sum(not move.is_exit for move in rows))
    assert all((a == "left") != (b == "left") for a, b in pairwise(good))
    stayed = presence(rows, **times)
    assert stayed is None or 0 <= stayed.closed_s <= 12 * 3600


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


def _minutes(here: World, offer: Offer, reads: list[checkin.Read]) -> Booking:
    for read in reads:
        checkin.check_in(
            actor=here.ali, occasion_id=first(offer).pk, read=read, at=STARTS + timedelta(hours=9)
        )
    return Booking.objects.select_related("offer", "occasion").get(offer=offer)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_who_leaves_is_not_inside_and_her_stays_count_however_they_are_heard(
    here: World, order: tuple[int, ...]
) -> None:
    offer = published(here, certificate_pct=80)
    booking = book(offer, here.members[0])
    code = booking.code
    reads = [
        _read(code, -20, offline=True), _read(code, 60, offline=True, is_exit=True), _read(code, 90, offline=True),
        _read(code, 170, offline=True, is_exit=True),
    ]  # fmt: skip

    booking = _minutes(here, offer, [reads[at] for at in order])

    outcomes = {scan.client_id: scan.outcome for scan in Scan.objects.all()}
    assert [outcomes[read.client_id] for read in reads] == ["admitted", "left", "returned", "left"]
    after = STARTS + timedelta(hours=5)
    assert (booking.present_until(after), booking.present_pct(after)) == ((60 + 80) * 60, 77)
    assert not booking.is_certified(after)
    now = now_at(first(offer))
    assert (now.inside, now.came, now.missing, now.conflicts) == (0, 1, 0, [])


def test_who_comes_back_is_inside_and_who_was_never_in_cannot_leave(here: World) -> None:
    offer = published(here, certificate_pct=50)
    code = book(offer, here.members[0]).code
    reads = [
        _read(code, 5, is_exit=True),
        _read(code, 10),
        _read(code, 30, is_exit=True),
        _read(code, 40),
        _read(code, 41),
    ]

    said = [
        checkin.check_in(
            actor=here.ali, occasion_id=first(offer).pk, read=read, at=STARTS + timedelta(hours=1)
        ).outcome
        for read in reads
    ]

    assert said == ["not_inside", "admitted", "left", "returned", "already_in"]
    assert now_at(first(offer)).inside == 1
    booking = Booking.objects.select_related("offer", "occasion").get(offer=offer)
    assert booking.present_until(STARTS + timedelta(minutes=60)) == 40 * 60
    assert [booking.is_certified(STARTS + timedelta(minutes=m)) for m in (60, 110, 111)] == [
        False,
        True,
        True,
    ]


def test_answers_at_the_door_are_kept_and_older_ones_change_nothing(here: World) -> None:
    asked = (offers.Question("allergy", "过敏吗？", asked="door"), offers.Question("size", "尺码"))
    offer = published(here, questions=asked)
    booking = book(offer, here.members[0])
    told = {"actor": here.ali, "occasion_id": first(offer).pk, "code": booking.code.lower(), "at": INSIDE}

    for minutes, text in ((5, "花生"), (3, "没有"), (5, "别的")):
        at = STARTS + timedelta(minutes=minutes)
        checkin.answer(**told, answers={"allergy": text, "size": "40"}, answered_at=at)

    booking.refresh_from_db()
    assert json.loads(booking.door_answers) == {"allergy": "花生"}
    assert json.loads(booking.answers or "{}") == {}
    with pytest.raises(InvalidInput):
        checkin.answer(**told | {"code": "NOBODY"}, answers={}, answered_at=INSIDE)
    with pytest.raises(NotVisible):
        checkin.answer(**told | {"actor": here.stranger}, answers={}, answered_at=INSIDE)


def test_a_calendar_file_holds_the_booking_in_short_lines(here: World) -> None:
    booking = book(published(here, title="亲子采摘；带帽子, 水" + "长" * 30), here.members[0])
    booking = Booking.objects.select_related("offer", "occasion").get(pk=booking.pk)

    text = ics([booking], at=INSIDE).decode()

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert f"UID:booking-{booking.client_id}@smartunion" in text.replace("\r\n ", "")
    assert "SUMMARY:亲子采摘；带帽子\\, 水" in text.replace("\r\n ", "")
    assert UUID(str(booking.client_id))
    assert "".join(folded("x" * 200)).replace(" ", "") == "x" * 200
