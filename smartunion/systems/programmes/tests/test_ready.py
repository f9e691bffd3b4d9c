"""Check-ups by shift, gifts by code, recuperation: adopted, published, booked, come, and what follows, with the numbers of their sources."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from smartunion.core import clock
from smartunion.core.errors import NotAllowed
from smartunion.engines.offers.flows import drawing
from smartunion.engines.offers.flows.offers import close
from smartunion.engines.offers.models import Booking, LimitUse, Occasion, Offer, Quota
from smartunion.engines.offers.service import PRESETS
from smartunion.engines.payments.models import Entry
from smartunion.engines.payments.queries.ledger import ledger_faults, standing_of
from smartunion.ground.accounts.models import User
from smartunion.systems.programmes.flows.front_line import confirm
from smartunion.systems.programmes.models import Budget, FrontLine
from smartunion.systems.programmes.ranking import CheckUp
from smartunion.systems.programmes.rules.priority import is_front_line, points, standing
from smartunion.systems.programmes.tests.adopting import (
    actor,
    adopted,
    at_door,
    begin,
    booking_of,
    client,
    day,
    fund_it,
    fund_of,
    members,
    publish,
    sign_up,
)
from tests.refusals_world import Town, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return build()[0]


def test_every_programme_names_its_source_its_rules_and_what_is_left_open(town: Town) -> None:
    gallery = client(town, "cadre").get("/desk/offers/programmes/").content.decode()

    for one in PRESETS.values():
        assert one.title in gallery
        assert one.source, one.key
        assert one.rules, one.key
        assert one.to_set, one.key
        assert one.example, one.key
    assert client(town, "worker").get("/desk/offers/programmes/").status_code == 404
    assert client(town, "cadre").get("/desk/offers/programmes/none/").status_code == 404


def test_what_the_source_leaves_open_is_set_before_it_is_published(town: Town) -> None:
    offer = adopted(town, "check_up_front_line", c_yuan=["", "", ""], c_payer=["", "", ""])

    refused = client(town, "cadre").post(f"/desk/offers/{offer.pk}/publish/")

    assert refused.status_code == 422
    offer.refresh_from_db()
    assert (offer.state, offer.preset) == ("draft", "check_up_front_line")


def test_check_ups_go_by_need_in_batches_and_no_line_stops(town: Town) -> None:
    offer = adopted(
        town, "check_up_front_line", place="体检中心", repeat_days="1", keep_most="2", c_yuan=["500", "", ""],
        o_capacity=["3", "3"] + [""] * 6,
    )  # fmt: skip
    fund = fund_of(town)
    fund_it(town, offer, fund)
    publish(town, offer)
    people = members(town, 7)
    batches = list(offer.occasions.order_by("pk").values_list("pk", flat=True))
    posts = ["苦脏累险岗位"] * 5 + ["其他岗位"] * 2
    lines = ["一线班组"] * 5 + ["二线班组"] * 2
    for who, post, line in zip(people, posts, lines, strict=True):
        answer = sign_up(town, offer, who, occasion=batches, q_q1=post, q_q2=line)
        assert answer.status_code == 302, answer.content.decode()[-2000:]

    Offer.objects.filter(pk=offer.pk).update(closes_at=clock.now() - timedelta(seconds=1))
    drawing.allot(offer_id=offer.pk, at=clock.now())

    placed = Booking.objects.filter(offer=offer, state="confirmed")
    per_batch = Counter(
        placed.filter(user_id__in=[one.pk for one in people[:5]]).values_list("occasion", flat=True)
    )
    assert per_batch == {batches[0]: 2, batches[1]: 2}
    assert placed.count() == 6
    assert [booking_of(offer, who).state for who in people[5:]] == ["confirmed", "confirmed"]
    waits = Booking.objects.get(offer=offer, state="waiting")
    assert waits.user_id in {one.pk for one in people[:5]}
    assert (waits.score, len(waits.reasons)) == (Decimal(200), 2)
    assert Quota.objects.filter(offer=offer, key="q2=一线班组").count() == 2

    came = placed.filter(occasion=batches[0]).first()
    assert came is not None
    at_door(town, begin(offer), came.code)
    came.refresh_from_db()
    assert came.state == "attended"
    assert standing_of(fund).paid == Decimal("500.00")
    page = client(town, "cadre").get(f"/desk/offers/{offer.pk}/people/?export=csv")
    body = b"".join(page.streaming_content).decode("utf-8", "replace")
    assert "一线班组" not in body
    assert "苦脏累险" not in body


def test_a_heat_package_is_collected_by_code_once_and_booked_against_its_fund(town: Town) -> None:
    offer = adopted(
        town, "gift_heat", place="工会驿站", i_stock=["1000", "", ""], o_start=[day(minutes=30), "", ""], o_end=[day(days=20), "", ""],
        closes_at=day(days=15),
    )  # fmt: skip
    assert offer.occasions.get().capacity == 1000
    refused = client(town, "cadre").post(f"/desk/offers/{offer.pk}/publish/")
    assert refused.status_code == 409
    assert "60,000.00" in refused.content.decode()
    fund = fund_of(town, 60_000)
    fund_it(town, offer, fund)
    assert standing_of(fund).committed == Decimal(60_000)
    publish(town, offer)
    ali, other = members(town, 2)
    assert sign_up(town, offer, ali).status_code == 302
    assert sign_up(town, offer, ali).status_code == 409
    booking = booking_of(offer, ali)
    assert (booking.state, booking.item) == ("confirmed", "i1")
    phone = client(town, ali)
    page = phone.get(f"/me/bookings/{booking.pk}/").content.decode()
    assert "清凉包" in page
    assert booking.code in page

    occasion = begin(offer)
    at_door(town, occasion, booking.code)
    at_door(town, occasion, booking.code)

    booking.refresh_from_db()
    assert booking.state == "attended"
    assert phone.get(f"/me/bookings/{booking.pk}/attendance.pdf").content.startswith(b"%PDF")
    spent = Entry.objects.filter(fund=fund, kind="spend")
    assert [(one.key, one.lines.get(account="paid").yuan) for one in spent] == [
        (f"offers:{offer.pk}:booking:{booking.pk}", Decimal(60))
    ]
    assert sign_up(town, offer, other).status_code == 302  # handing out has begun and goes on
    assert client(town, other).post(f"/me/bookings/{booking_of(offer, other).pk}/cancel/").status_code == 302
    assert Quota.objects.get(offer=offer, key="item=i1").taken == 1

    over = clock.now() - timedelta(hours=3)
    Occasion.objects.filter(offer=offer).update(starts_at=over - timedelta(hours=1), ends_at=over)
    close(actor=actor(town, "cadre"), offer_id=offer.pk, at=clock.now())
    held = Budget.objects.get(offer=offer)
    fund.refresh_from_db()
    stands = standing_of(fund)
    assert (held.set_yuan, held.spent_yuan, held.over_yuan) == (Decimal(60), Decimal(60), Decimal(0))
    assert (stands.paid, stands.committed, stands.available) == (Decimal(60), Decimal(0), Decimal(59_940))
    assert [fault for fault in ledger_faults() if fund.code in fault] == []


def test_a_gift_above_the_ceiling_of_the_place_is_refused_with_its_rule(town: Town) -> None:
    offer = adopted(
        town, "gift_spring_festival", place="职工之家", i_stock=["120", "1", ""], i_yuan=["300", "501", ""]
    )
    refused = client(town, "cadre").post(f"/desk/offers/{offer.pk}/publish/")

    assert refused.status_code == 422
    assert "500" in refused.content.decode()
    assert Offer.objects.get(pk=offer.pk).state == "draft"


def test_recuperation_keeps_nine_tenths_for_the_front_line_and_three_years_between(town: Town) -> None:
    offer = adopted(town, "recuperation_anhui", place="黄山工人疗养院")
    assert (offer.limit_years, offer.limit_period, offer.limit_key) == (3, "years", "recuperation")
    other = Quota.objects.get(offer=offer, occasion=None, scope="group")
    assert (other.key, other.size) == ("q1=其他岗位", 4)
    fund = fund_of(town)
    fund_it(town, offer, fund)
    assert standing_of(fund).committed == Decimal(40_000)
    publish(town, offer)
    shown = client(town, "worker").get(f"/offers/{offer.pk}/").content.decode()
    assert "1,000" in shown
    people = members(town, 7)
    year = offer.occasions.get().starts_at.year
    LimitUse.objects.create(key=f"recuperation:{year - 2}", person=people[6].person, taken=1)
    for at, who in enumerate(people[:6]):
        post = "其他岗位" if at < 5 else "一线生产（工作）岗位"
        assert sign_up(town, offer, who, q_q1=post).status_code == 302
    refused = sign_up(town, offer, people[6], q_q1="一线生产（工作）岗位")
    assert refused.status_code == 409
    assert f"{year + 1}年1月1日起可以再报" in refused.content.decode()  # had one two years before
    assert not Booking.objects.filter(offer=offer, user_id=people[6].pk).exists()
    Offer.objects.filter(pk=offer.pk).update(closes_at=clock.now() - timedelta(seconds=1))

    drawing.allot(offer_id=offer.pk, at=clock.now())

    states = [booking_of(offer, who).state for who in people[:6]]
    assert Counter(states[:5]) == {"offered": 4, "waiting": 1}
    assert states[5] == "offered"

    won = booking_of(offer, people[5])
    assert client(town, people[5]).post(f"/me/bookings/{won.pk}/confirm/").status_code == 302
    at_door(town, begin(offer), won.code)
    assert Budget.objects.get(offer=offer).spent_yuan == Decimal(1000)

    # an appeal: the one in line complains, the union above finds offer, reasons and draw beside it
    waits = next(booking_of(offer, who) for who in people[:5] if booking_of(offer, who).state == "waiting")
    page = client(town, User.objects.get(pk=waits.user_id)).get(f"/me/bookings/{waits.pk}/").content.decode()
    assert f"/services/complaint/?booking={waits.pk}" in page


def test_a_place_she_did_not_have_does_not_count_any_more_once_it_is_set_right(town: Town) -> None:
    offer = adopted(town, "gift_heat", place="工会驿站", i_stock=["5", "", ""])
    fund_it(town, offer, fund_of(town))
    publish(town, offer)
    ali = members(town, 1)[0]
    assert sign_up(town, offer, ali).status_code == 302
    booking = booking_of(offer, ali)
    desk, address = client(town, "cadre"), f"/desk/offers/bookings/{booking.pk}/uncount/"
    assert desk.post(address, {"reason": "没有领到"}).status_code == 409  # it still stands
    Booking.objects.filter(pk=booking.pk).update(state="no_show")
    assert desk.post(address, {"reason": " "}).status_code == 422
    assert client(town, "station").post(address, {"reason": "x"}).status_code == 404
    assert LimitUse.objects.get(person=ali.person).taken == 1

    for _twice in range(2):
        assert desk.post(address, {"reason": "车间停产，没有领到"}).status_code == 302

    booking.refresh_from_db()
    assert (booking.state, booking.limit_key) == ("no_show", "")
    assert LimitUse.objects.get(person=ali.person).taken == 0
    assert list(booking.events.filter(what="not_counted").values_list("note", flat=True)) == [
        "车间停产，没有领到"
    ]


def test_a_gift_of_another_festival_has_a_ceiling_of_its_own(town: Town) -> None:
    offer = adopted(town, "gift_mid_autumn", place="职工之家", i_stock=["80", "", ""], i_yuan=["201", "", ""])
    refused = client(town, "cadre").post(f"/desk/offers/{offer.pk}/publish/")

    assert refused.status_code == 422
    assert "200" in refused.content.decode()
    assert Offer.objects.get(pk=offer.pk).state == "draft"


def test_only_who_has_worked_there_for_three_years_may_come_along(town: Town) -> None:
    offer = adopted(town, "recuperation_shandong", place="青岛工人疗养院", c_yuan=["600", "400", ""])
    assert [one["must"] for one in offer.questions] == ["", "yes"]
    fund_it(town, offer, fund_of(town))
    publish(town, offer)
    ali = members(town, 1)[0]
    answers = {"q_q1": "苦脏累险岗位", "q_q2": "no"}

    assert sign_up(town, offer, ali, **answers).status_code == 422
    assert not Booking.objects.filter(offer=offer).exists()
    assert sign_up(town, offer, ali, **(answers | {"q_q2": "yes"})).status_code == 302


def test_what_was_given_out_late_is_covered_after_the_offer_is_over(town: Town) -> None:
    offer = adopted(town, "gift_heat", place="工会驿站", i_stock=["2", "", ""])
    fund = fund_of(town)
    fund_it(town, offer, fund)
    publish(town, offer)
    ali = members(town, 1)[0]
    assert sign_up(town, offer, ali).status_code == 302
    over = clock.now() - timedelta(hours=3)
    Occasion.objects.filter(offer=offer).update(starts_at=over - timedelta(hours=1), ends_at=over)
    close(actor=actor(town, "cadre"), offer_id=offer.pk, at=clock.now())
    address = f"/desk/programmes/money/{offer.pk}/"
    assert client(town, "finance").post(address, {"fund": fund.pk}).status_code == 409
    answer = client(town, "cadre").post(f"/desk/offers/bookings/{booking_of(offer, ali).pk}/came/")
    assert answer.status_code == 302
    held = Budget.objects.get(offer=offer)
    assert (held.set_yuan, held.over_yuan, held.back_yuan) == (Decimal(0), Decimal(60), Decimal(120))

    fund_it(town, offer, fund)

    held.refresh_from_db()
    assert (held.set_yuan, held.spent_yuan, held.over_yuan, held.back_yuan) == (60, 60, 0, 120)
    assert held.closed_at is not None
    assert standing_of(fund).paid == Decimal(60)
    assert [fault for fault in ledger_faults() if fund.code in fault] == []


def test_limits_over_years_look_both_ways(town: Town) -> None:
    from smartunion.engines.offers.flows import places
    from smartunion.engines.offers.queries.people import person

    who = person(members(town, 1)[0].person.pk)  # type: ignore[union-attr]

    assert places.use_limit("trip:2026", 1, who, years=3)
    assert not places.use_limit("trip:2026", 1, who, years=3)
    assert not places.use_limit("trip:2024", 1, who, years=3)
    assert not places.use_limit("trip:2028", 1, who, years=3)
    assert places.use_limit("trip:2029", 1, who, years=3)
    assert places.use_limit("trip:2023", 1, who, years=3)
    assert dict(LimitUse.objects.filter(taken=1).values_list("key", "taken")) == {
        "trip:2026": 1, "trip:2029": 1, "trip:2023": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "groups", "front"),
    [
        ("苦脏累险岗位", (), True),
        ("其他岗位", (), False),
        ("管理岗位", (), False),
        ("", ("new_form",), True),
        ("", (), False),
    ],
)
def test_who_is_of_the_front_line(answer: str, groups: tuple[str, ...], front: bool) -> None:
    assert is_front_line(answer, groups=groups) is front


def test_points_of_need() -> None:
    assert points(front_line=True, years=1, weight=100) == 110
    assert points(front_line=False, years=None, weight=100) == 100
    assert points(front_line=True, years=None, weight=100) == 200
    assert points(front_line=False, years=40, weight=100) == 100


@pytest.mark.parametrize(
    ("answer", "groups", "confirmed", "held"),
    [
        ("其他岗位", ("new_form",), False, (True, "register")), ("一线班组", (), None, (True, "self")),
        ("一线班组", (), False, (False, "chair")), ("其他岗位", (), True, (True, "chair")), ("", (), None, (False, "self")),
    ],
)  # fmt: skip
def test_the_register_goes_before_the_chair_and_both_before_her_own_word(
    answer: str, groups: tuple[str, ...], confirmed: bool | None, held: tuple[bool, str]
) -> None:
    found = standing(answer, groups=groups, confirmed=confirmed)

    assert (found.is_front, found.source.value) == held


def test_a_chair_confirms_posts_of_her_members_in_one_go_and_it_counts_with_its_source(town: Town) -> None:
    offer = adopted(town, "check_up_front_line", place="体检中心", c_yuan=["500", "", ""])
    fund_it(town, offer, fund_of(town))
    publish(town, offer)
    Offer.objects.filter(pk=offer.pk).update(ranking="front_line_check_up")
    people = members(town, 3)
    for who in people:
        assert sign_up(town, offer, who, q_q1="有毒有害岗位", q_q2="一线班组").status_code == 302
    ids = [str(who.person_id) for who in people[:2]]
    chair, page = client(town, "chair"), "/desk/programmes/front-line/"

    before = chair.get(page).content.decode()
    answer = chair.post(page, {"person": ids[0], "said": "yes"}, follow=True)
    chair.post(page, {"person": ids[1], "said": "no"})
    client(town, "worker").post(page, {"person": ids[1], "said": "yes"})

    assert before.count("本人填报，尚未确认") == 3
    assert "已登记 1 名会员" in answer.content.decode()
    kept = {row.person_id: row.is_front for row in FrontLine.objects.all()}
    assert kept == {people[0].person_id: True, people[1].person_id: False}
    scores = [CheckUp().score(booking_of(offer, who), at=clock.now()) for who in people]
    assert [one.points > 100 for one in scores] == [True, False, True]
    assert ["由工会确认" in one.reasons[0] for one in scores] == [True, True, False]
    with pytest.raises(NotAllowed):
        confirm(
            actor=actor(town, "station"), person_ids=[people[2].person_id or 0], is_front=True, at=clock.now()
        )
    assert FrontLine.objects.count() == 2
