"""Degree subsidies, classes, holiday care, friendship, cover and screening: from the adopted programme to what follows, and back by complaint."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.definitions import shipped
from smartunion.engines.casework.flows.acting import ActOn
from smartunion.engines.casework.flows.filing import AnswersRefused
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as cases
from smartunion.engines.offers.flows import drawing, roll
from smartunion.engines.offers.jobs import call_off_thin, end_courses
from smartunion.engines.offers.models import Ban, Booking, Occasion, Offer, RollMark
from smartunion.engines.payments import service as payments
from smartunion.engines.payments.models import LikenessPair, Payable
from smartunion.engines.payments.tests.payments_world import card
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.facts.models import Fact
from smartunion.systems.programmes.flows import comparing, meeting, roster
from smartunion.systems.programmes.models import Badge, Budget, Proof, Yes
from smartunion.systems.programmes.services.degree_subsidy import DEGREE_SUBSIDY
from smartunion.systems.programmes.tests.adopting import (
    actor,
    adopted,
    at_door,
    begin,
    booking_of,
    client,
    fund_it,
    fund_of,
    members,
    publish,
    sign_up,
)
from tests.refusals_world import Town, build

pytestmark = pytest.mark.django_db
CARD = card(7)


@pytest.fixture
def town() -> Town:
    return build()[0]


def who_is(user: User) -> Actor:
    return actor_of(user, on=clock.today(), source="web")


def asked(user: User, service: str, context: dict[str, str], **answers: object) -> CaseFile:
    me, at = who_is(user), clock.now()
    case = casework.start_draft(service_key=service, actor=me, at=at, client_id=uuid4(), context=context)
    known = casework.CaseData.load(case.data).form
    casework.save_draft(case_id=case.pk, raw={**known, **answers}, actor=me, at=at)
    casework.submit(case_id=case.pk, actor=me, at=at)
    case.refresh_from_db()
    return case


def drawn(offer: Offer) -> None:
    Offer.objects.filter(pk=offer.pk).update(closes_at=clock.now() - timedelta(seconds=1))
    drawing.allot(offer_id=offer.pk, at=clock.now())


def proof_of(who: User, booking: Booking, **more: object) -> CaseFile:
    answers: dict[str, object] = {
        "degree": "bachelor", "school": "国家开放大学", "number": "511611202505000001", "payee": who.name, "account": CARD,
        "bank": "宁海农商行",
    } | more  # fmt: skip
    return asked(who, "degree_subsidy", {"booking": str(booking.pk)}, **answers)


def test_a_degree_subsidy_is_drawn_proven_and_owed_and_the_draw_can_be_complained_about(town: Town) -> None:
    cases.published(DEGREE_SUBSIDY)
    cases.published(next(one for one in shipped() if one.key == "complaint"))
    offer = publish(town, adopted(town, "degree_draw", o_capacity=["2"] + [""] * 6))
    people = members(town, 4)
    for who in people:
        assert sign_up(town, offer, who).status_code == 302
    drawn(offer)
    won = [who for who in people if booking_of(offer, who).state == "confirmed"]
    assert len(won) == 2
    booking = booking_of(offer, won[0])
    page = client(town, won[0]).get(f"/me/bookings/{booking.pk}/").content.decode()
    assert f"/services/degree_subsidy/?booking={booking.pk}" in page
    form = client(town, won[0]).get(f"/services/degree_subsidy/?booking={booking.pk}").content.decode()
    assert f'name="booking" value="{booking.pk}"' in form  # the link's booking goes on to the form

    with pytest.raises(AnswersRefused) as refused:
        proof_of(won[0], booking, payee="别人")
    assert [one.key for one in refused.value.problems] == ["payee"]
    case = proof_of(won[0], booking)
    assert case.path == town.federation.path
    case.refresh_from_db()
    payments.note_traits(
        at=clock.now(), programme="other", record="other.claim:1", union_path=town.federation.path, person_id=None,
        traits=payments.Traits(account=CARD),
    )  # fmt: skip
    assert [one.record for one in payments.likenesses(f"programmes.proof:{booking.pk}")] == ["other.claim:1"]
    beside = client(town, "cadre").get(f"/desk/cases/{case.pk}/").content.decode()
    assert ("与其他申请有相同之处" in beside, f"****{CARD[-4:]}" in beside) == (True, True)
    casework.approve(on=ActOn(case.pk, case.version, actor(town, "cadre"), clock.now()))

    booking.refresh_from_db()
    owed = Payable.objects.get(programme="degree_subsidy")
    assert (booking.state, owed.amount_yuan, owed.person_id, owed.state) == (
        "attended", Decimal(1000), won[0].person_id, "owed",
    )  # fmt: skip
    assert not Budget.objects.filter(offer=offer).exists()
    with pytest.raises(AnswersRefused) as twice:  # one diploma serves once
        proof_of(won[1], booking_of(offer, won[1]))
    assert [one.key for one in twice.value.problems] == ["number"]
    assert Proof.objects.count() == 1

    lost = next(who for who in people if who not in won)
    theirs = booking_of(offer, lost)
    assert f"booking={theirs.pk}" in client(town, lost).get(f"/me/bookings/{theirs.pk}/").content.decode()
    complaint = asked(lost, "complaint", {"booking": str(theirs.pk)}, why="wrong", about="摇号不公平")
    assert casework.CaseData.load(complaint.data).form["about_case"] == theirs.code
    assert complaint.path == town.federation.parent.path  # type: ignore[union-attr]


def test_a_complaint_about_being_refused_names_the_offer_and_a_stranger_cannot_name_a_booking(
    town: Town,
) -> None:
    cases.published(next(one for one in shipped() if one.key == "complaint"))
    offer = publish(town, adopted(town, "women_care", place="职工之家"))
    man, woman = members(town, 1, sex="m")[0], members(town, 1, sex="f")[0]
    assert sign_up(town, offer, man).status_code == 422
    page = client(town, man).get(f"/offers/{offer.pk}/").content.decode()
    assert f"/services/complaint/?offer={offer.pk}" in page
    assert sign_up(town, offer, woman).status_code == 302

    asked(man, "complaint", {"offer": str(offer.pk)}, why="reason", about="为什么不让我报")
    with pytest.raises(AnswersRefused):
        asked(man, "complaint", {}, about_case=booking_of(offer, woman).code, why="wrong", about="x")


def test_a_class_is_held_from_ten_people_on_and_called_off_with_nine(town: Town) -> None:
    held, thin = (
        publish(town, adopted(town, "class_menu", place="车间会议室", details="西点课，陈老师", title=title))
        for title in ("西点课", "茶艺课")
    )
    people = members(town, 10)
    for who in people:
        assert sign_up(town, held, who).status_code == 302
    for who in people[:9]:
        assert sign_up(town, thin, who).status_code == 302
    Offer.objects.filter(pk__in=[held.pk, thin.pk]).update(closes_at=clock.now() - timedelta(seconds=1))

    assert call_off_thin(clock.now()) == 1
    assert call_off_thin(clock.now()) == 0

    assert held.occasions.get().cancelled_at is None
    assert thin.occasions.get().cancelled_at is not None
    came = booking_of(held, people[0])
    at_door(town, begin(held), came.code)
    answer = client(town, people[0]).post(
        f"/me/bookings/{came.pk}/feedback/", {"score": "5", "text": "老师讲得好"}
    )
    assert answer.status_code == 302


def care(town: Town, families: int, places: int) -> tuple[Offer, Occasion, list[User]]:
    offer = publish(
        town, adopted(town, "holiday_care", place="智能幼儿学校", o_capacity=[str(places * 2)] + [""] * 6)
    )
    people = members(town, families)
    for at, who in enumerate(people):
        refused = sign_up(town, offer, who, guest=[f"小朋友{at}"], q_q1="一年级", q_q2="奶奶")
        assert refused.status_code == 422  # nobody's data are handed on without consent
        answer = sign_up(town, offer, who, guest=[f"小朋友{at}"], q_q1="一年级", q_q2="奶奶", consent="1")
        assert answer.status_code == 302, answer.content.decode()[-1500:]
    drawn(offer)
    occasion = offer.occasions.get()
    start = clock.now().replace(hour=0, minute=30, second=0, microsecond=0) - timedelta(days=28)
    start -= timedelta(days=start.weekday())
    Occasion.objects.filter(pk=occasion.pk).update(
        starts_at=start, ends_at=start + timedelta(days=25, hours=9)
    )
    occasion.refresh_from_db()
    return offer, occasion, people


def marked(town: Town, occasion: Occasion, booking: Booking, marks: list[str]) -> None:
    for on, mark in zip(roll.days_of(occasion), marks, strict=False):
        answer = client(town, "station").post(
            f"/checkin/{occasion.pk}/roll/",
            {"on": on.isoformat(), "booking": [booking.pk], f"mark_{booking.pk}": mark},
        )
        assert answer.status_code == 302, answer.content.decode()[-1500:]


def test_holiday_care_counts_days_as_its_source_does(town: Town) -> None:
    offer, occasion, people = care(town, 2, 2)
    assert len(roll.days_of(occasion)) == 20
    good, bad = (booking_of(offer, who) for who in people)
    Offer.objects.filter(pk=offer.pk).update(absences_most=0)
    marked(town, occasion, good, ["present"] * 13 + ["absent"] * 5 + ["excused"] * 2)
    marked(town, occasion, bad, ["present"] * 12 + ["absent"] * 6 + ["excused"] * 2)

    assert end_courses(clock.now()) == 2
    assert end_courses(clock.now()) == 0

    assert [booking_of(offer, who).state for who in people] == ["attended", "attended"]
    assert list(Ban.objects.values_list("booking", flat=True)) == [bad.pk]
    assert RollMark.objects.count() == 40
    shown = client(town, people[1]).get(f"/offers/{offer.pk}/").content.decode()
    assert "70" in shown


def test_three_days_without_notice_give_the_place_to_the_next_and_excused_ones_do_not(town: Town) -> None:
    offer, occasion, people = care(town, 2, 1)
    here = next(who for who in people if booking_of(offer, who).state == "confirmed")
    next_one = next(who for who in people if who != here)
    booking = booking_of(offer, here)
    Occasion.objects.filter(pk=occasion.pk).update(ends_at=clock.now() + timedelta(days=8))
    occasion.refresh_from_db()
    ahead = next(day for day in roll.days_of(occasion) if day > clock.today())
    assert (
        client(town, here).post(f"/me/bookings/{booking.pk}/excuse/", {"on": ahead.isoformat()}).status_code
        == 302
    )
    assert RollMark.objects.get().by_her

    marked(town, occasion, booking, ["absent", "excused", "absent"])
    booking.refresh_from_db()
    assert booking.state == "confirmed"
    marked(town, occasion, booking, ["absent", "excused", "absent", "absent"])

    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert booking.reasons
    assert booking_of(offer, next_one).state in {"waiting", "offered"}
    with pytest.raises(InvalidInput):
        roll.mark_roll(
            actor=actor(town, "station"),
            occasion_id=occasion.pk,
            on=date(2020, 1, 1),
            marks={},
            at=clock.now(),
        )


def test_who_meets_again_is_known_to_two_who_both_want_it_and_to_nobody_else(town: Town) -> None:
    offer = publish(town, adopted(town, "friendship", place="职工之家", allocation="first_come"))
    people = members(town, 3, birth_date=date(1998, 5, 1))
    for who in people:
        assert sign_up(town, offer, who).status_code == 302
    occasion = begin(offer)
    for who in people:
        at_door(town, occasion, booking_of(offer, who).code)
    one, two, three = (Badge.objects.get(booking=booking_of(offer, who)) for who in people)
    assert [one.number, two.number, three.number] == [1, 2, 3]
    phones = [client(town, who) for who in people]
    urls = [f"/me/meetings/{badge.booking_id}/" for badge in (one, two, three)]
    for at, (phone, url) in enumerate(zip(phones, urls, strict=True)):
        phone.post(url, {"act": "badge", "called": f"阿{at}", "contact": f"wx-secret-{at}"})
    assert phones[0].post(urls[0], {"number": "9"}).status_code == 422
    assert phones[0].post(urls[0], {"number": "1"}).status_code == 422

    phones[0].post(urls[0], {"number": "2"})
    assert "wx-secret" not in phones[1].get(urls[1]).content.decode().replace("wx-secret-1", "")
    phones[1].post(urls[1], {"number": "1"})
    phones[2].post(urls[2], {"number": "1"})

    assert "wx-secret-1" in phones[0].get(urls[0]).content.decode()
    assert "wx-secret-0" in phones[1].get(urls[1]).content.decode()
    assert "wx-secret-2" not in phones[0].get(urls[0]).content.decode()
    assert "wx-secret-0" not in phones[2].get(urls[2]).content.decode()
    assert phones[2].get(urls[0]).status_code == 404
    phones[1].post(urls[1], {"act": "back", "number": "1"})
    assert "wx-secret-1" not in phones[0].get(urls[0]).content.decode()

    for role in ("cadre", "admin", "chair", "leader", "inspector", "station"):
        desk = client(town, role)
        for url in (
            f"/desk/offers/{offer.pk}/", f"/desk/offers/{offer.pk}/people/", f"/desk/offers/{offer.pk}/people/?export=csv",
            f"/checkin/{occasion.pk}/", "/desk/", "/desk/offers/", urls[0],
        ):  # fmt: skip
            answer: Any = desk.get(url)  # Any: streamed or not
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert not [
                name
                for name in ("工友0", "工友1", "工友2", "wx-secret")
                if name in body.decode("utf-8", "replace")
            ], (role, url)
    assert set(Fact.objects.filter(kind__startswith="offers.").values_list("person_id", flat=True)) == {None}
    assert meeting.forget_meetings(clock.now()) == 0
    assert meeting.forget_meetings(clock.now() + timedelta(days=31)) == 3
    assert Yes.objects.count() == 0


def test_cover_is_handed_on_with_consent_once_a_year_and_the_number_comes_back(town: Town) -> None:
    offer = adopted(
        town,
        "accident_cover",
        i_stock=["4099", "", ""],
        details="人保财险，自办理之日起一年",
        group="",
        members_only="on",
    )
    fund = fund_of(town, 102_475)
    fund_it(town, offer, fund)
    publish(town, offer)
    ali, other = members(town, 2)
    assert sign_up(town, offer, ali).status_code == 422
    assert sign_up(town, offer, ali, consent="1").status_code == 302
    assert sign_up(town, offer, ali, consent="1").status_code == 409
    assert client(town, "chair").get(f"/desk/programmes/{offer.pk}/roster/").status_code == 404
    desk = client(town, "cadre")
    assert desk.get(f"/desk/programmes/{offer.pk}/roster/").status_code == 200
    assert desk.post(f"/desk/programmes/{offer.pk}/roster/file/", {"to": ""}).status_code == 422

    listed = desk.post(
        f"/desk/programmes/{offer.pk}/roster/file/", {"to": "人保财险宁海支公司"}
    ).content.decode()
    booking = booking_of(offer, ali)
    assert booking.code in listed
    assert ali.name in listed
    assert other.name not in listed
    back = desk.post(
        f"/desk/programmes/{offer.pk}/roster/numbers/", {"numbers": f"{booking.code},PICC-001\nXX,1\n"}
    )
    assert "XX,1" in back.content.decode()

    booking.refresh_from_db()
    assert (booking.state, booking.issued) == ("attended", "PICC-001")
    assert "PICC-001" in client(town, ali).get(f"/me/bookings/{booking.pk}/").content.decode()
    assert Budget.objects.get(offer=offer).spent_yuan == Decimal(25)
    assert roster.bring_back(
        actor=actor(town, "cadre"), offer_id=offer.pk, text=f"{booking.code},PICC-001", at=clock.now()
    ) == (1, [])


def test_screening_shows_numbers_and_no_uptake_and_costs_what_its_source_says(town: Town) -> None:
    offer = adopted(town, "screening_two_cancers", place="妇幼保健院", o_capacity=["400"] + [""] * 6)
    fund = fund_of(town)
    fund_it(town, offer, fund)
    assert Budget.objects.get(offer=offer).set_yuan == Decimal(208_000)
    publish(town, offer)
    woman = members(town, 1, sex="f", birth_date=date(1985, 5, 1))[0]
    old = members(town, 1, sex="f", birth_date=date(1960, 5, 1))[0]
    assert sign_up(town, offer, old, consent="1").status_code == 422
    assert sign_up(town, offer, woman, consent="1").status_code == 302
    listed: Any = client(town, "cadre").get(f"/desk/offers/{offer.pk}/people/?export=csv")  # Any: streamed
    body = b"".join(listed.streaming_content).decode("utf-8", "replace")

    assert woman.name not in body
    assert str(booking_of(offer, woman).pk) in body
    assert offer.title not in client(town, "chair").get("/desk/").content.decode()


def test_who_gets_a_gift_with_the_phone_of_somebody_else_is_flagged_and_gets_it(town: Town) -> None:
    offer = publish(town, adopted(town, "women_care", place="职工之家"))
    Offer.objects.filter(pk=offer.pk).update(costs=[{"by": "union", "yuan": "10"}])
    people = members(town, 3, sex="f")
    for who, mobile in zip(people, ("13800138000", "13800138000", "13900139000"), strict=True):
        assert who.person is not None
        who.person.mobile = mobile
        who.person.save()
    for who in people:
        assert sign_up(town, offer, who).status_code == 302
    rows = [booking_of(offer, who) for who in people]
    Booking.objects.filter(offer=offer).update(state="confirmed")

    first = comparing.compare_places(at=clock.now())
    again = comparing.compare_places(at=clock.now())

    (pair,) = LikenessPair.objects.filter(programme="offers")
    assert (first, again) == (3, 0)
    assert {pair.record, pair.other_record} == {f"offers.booking:{row.pk}" for row in rows[:2]}
    assert [kind for kind, _shown in pair.evidence] == ["phone"]
    assert set(Booking.objects.filter(offer=offer).values_list("state", flat=True)) == {"confirmed"}
    assert pair not in LikenessPair.objects.visible_to(actor(town, "cadre"))
    assert pair in LikenessPair.objects.visible_to(actor(town, "finance"))
