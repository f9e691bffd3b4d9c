"""Counselling: hours are taken once, nobody but the two reads, danger goes first and up."""

import itertools
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.actor import Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.accounts.tests import factories as accounts
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.counselling import forgetting, rules
from smartunion.systems.counselling.flows import consulting, handing, hours
from smartunion.systems.counselling.flows.consulting import Asking
from smartunion.systems.counselling.models import Consultation, Counsellor, HandOver, Message, Slot
from smartunion.systems.counselling.rules import Rank, State, Topic, Way

NOW = timezone.make_aware(datetime(2026, 3, 2, 9, 0))
HOURS = hours.Hours(date(2026, 3, 3), time(14), time(16), 50, Way.PHONE, "0574-1234")


@dataclass
class World:
    """阿丽 works in the factory; 温 counsels in the town, 许 at the centre of the county; 老秦 is a stranger."""

    ali: User
    stranger: User
    wen: User
    xu: User
    cadre: User


def acting(user: User) -> Actor:
    return actor_of(user, on=NOW.date())


@pytest.fixture
def world(db) -> World:
    county = make.federation("宁海县总工会")
    town = make.federation("西店镇总工会", county)
    factory = make.union("云海工会", town)
    ali = make.person("阿丽")
    make.membership(ali, factory)
    made = World(
        ali=accounts.make_user("阿丽", person=ali),
        stranger=accounts.make_user("老秦", person=make.person("老秦")),
        wen=accounts.make_user("温", Role.COUNSELLOR, union=town),
        xu=accounts.make_user("许", Role.COUNSELLOR, union=county),
        cadre=accounts.make_user("林静", Role.ADMIN, union=county),
    )
    for user, rank in ((made.wen, Rank.BRANCH), (made.xu, Rank.CENTRE)):
        hours.introduce(
            actor=acting(user), profile=hours.Profile(rank, f"{user.name}老师", "国家二级心理咨询师"), at=NOW
        )
    return made


def asked(user: User, words: str = "最近总睡不着", **given: object) -> Consultation:
    asking = Asking(client_id=uuid4(), topic=Topic.SLEEP, words=words, alias="小草", **given)  # type: ignore[arg-type]
    return consulting.ask(actor=acting(user), asking=asking, at=NOW)


def test_hours_follow_one_another_and_end_in_time() -> None:
    found = rules.hours(date(2026, 3, 3), time(14), time(16), 50)

    assert [(at.hour, at.minute) for at in found] == [(14, 0), (14, 50)]


@given(st.integers(20, 120), st.integers(0, 23), st.integers(0, 23))
def test_no_hour_runs_beyond_its_end(minutes: int, first: int, last: int) -> None:
    on = date(2026, 3, 3)

    found = rules.hours(on, time(first), time(last), minutes)

    assert all(at + timedelta(minutes=minutes) <= datetime.combine(on, time(last)) for at in found)
    assert all(b - a == timedelta(minutes=minutes) for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("words", "danger"),
    [
        ("我不想活了", True), ("真 的 想 死", True), ("I could KILL MYSELF", True), ("工资太低，想换工作", False), ("", False),
    ],
)  # fmt: skip
def test_words_of_danger_are_seen(words: str, danger: bool) -> None:
    assert rules.is_danger(words) is danger


def test_hours_are_offered_once(world: World) -> None:
    first = hours.offer(actor=acting(world.wen), hours=HOURS, at=NOW)
    again = hours.offer(actor=acting(world.wen), hours=HOURS, at=NOW)

    assert (first, again, Slot.objects.count()) == (2, 0, 2)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"on": date(2026, 3, 1)}, "first"), ({"on": date(2027, 3, 1)}, "first"),
        ({"way": Way.VISIT, "place": " "}, "place"), ({"weeks": 16, "last": time(19), "minutes": 20}, "weeks"),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_are_refused(world: World, change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        hours.offer(actor=acting(world.wen), hours=replace(HOURS, **change), at=NOW)  # type: ignore[arg-type]

    assert refusal.value.field == field
    assert not Slot.objects.exists()


def test_an_hour_is_taken_by_one_person_and_free_again_when_she_withdraws(world: World) -> None:
    hours.offer(actor=acting(world.wen), hours=HOURS, at=NOW)
    slot = Slot.objects.order_by("starts_at")[0]
    mine = asked(world.ali, "", slot_id=slot.pk)

    with pytest.raises(NotVisible):
        asked(world.stranger, "", slot_id=slot.pk)
    consulting.withdraw(actor=acting(world.ali), consultation_id=mine.pk, at=NOW)
    second = asked(world.stranger, "", slot_id=slot.pk)

    assert (second.slot_id, second.counsellor.name) == (slot.pk, "温老师")
    assert Consultation.objects.filter(slot=slot, state=State.OPEN).count() == 1


def test_sending_twice_makes_one(world: World) -> None:
    asking = Asking(client_id=uuid4(), topic=Topic.STRESS, words="压力大")

    first = consulting.ask(actor=acting(world.ali), asking=asking, at=NOW)
    again = consulting.ask(actor=acting(world.ali), asking=asking, at=NOW)

    assert (first.pk, Consultation.objects.count()) == (again.pk, 1)


def test_who_names_nobody_comes_to_the_nearest_one(world: World) -> None:
    assert asked(world.ali).counsellor.user_id == world.wen.pk


def test_the_fourth_open_one_is_refused(world: World) -> None:
    for _number in range(3):
        asked(world.ali)

    with pytest.raises(InvalidInput):
        asked(world.ali)
    assert Consultation.objects.count() == 3


def test_only_the_two_see_it_whatever_the_role_of_others(world: World) -> None:
    row = asked(world.ali)

    seen = {
        user.name: list(Consultation.objects.visible_to(acting(user)).values_list("pk", flat=True))
        for user in (world.ali, world.wen, world.xu, world.cadre, world.stranger)
    }

    assert seen == {"阿丽": [row.pk], "温": [row.pk], "许": [], "林静": [], "老秦": []}


def test_the_tables_the_audit_trail_and_the_notices_do_not_say_who_asked(world: World) -> None:
    row = asked(world.ali, "我叫阿丽，我睡不着")
    with connection.cursor() as cursor:
        cursor.execute(
            "select owner, words, alias, topic from counselling_consultation where id = %s", [row.pk]
        )
        stored = b"|".join(bytes(value) for value in cursor.fetchone())

    events = AuditEvent.objects.filter(event="counselling.asked")
    told = Notice.objects.get(template="counselling.asked")

    assert str(world.ali.pk).encode() != stored.split(b"|")[0]
    assert "睡不着".encode() not in stored
    assert [event.user_id for event in events] == [None]
    assert (told.user_id, "阿丽" in told.body + told.title) == (world.wen.pk, False)


def test_both_write_and_each_is_told_without_a_word_of_it(world: World) -> None:
    row = asked(world.ali)
    client_id = uuid4()

    for _again in range(2):
        consulting.write(
            actor=acting(world.wen),
            consultation_id=row.pk,
            client_id=client_id,
            body="您好，先说说睡前在想什么？",
            at=NOW,
        )
    consulting.write(
        actor=acting(world.ali), consultation_id=row.pk, client_id=uuid4(), body="在想欠薪的事", at=NOW
    )

    row.refresh_from_db()
    assert list(Message.objects.order_by("pk").values_list("by_counsellor", flat=True)) == [True, False]
    assert row.answered_at == NOW
    told = Notice.objects.get(user_id=world.ali.pk)
    assert (told.title, told.link) == ("您的预约有新消息", f"/counselling/{row.pk}/")
    with pytest.raises(NotVisible):
        consulting.write(
            actor=acting(world.cadre), consultation_id=row.pk, client_id=uuid4(), body="x", at=NOW
        )


def test_an_end_is_counted_where_the_counsellor_serves_without_the_person(world: World) -> None:
    row = asked(world.ali)

    consulting.end(actor=acting(world.wen), consultation_id=row.pk, state=State.CLOSED, at=NOW)

    fact = Fact.objects.get(kind="counselling.held")
    me = Counsellor.objects.get(user=world.wen)
    assert (fact.path, fact.person_id, fact.subject_id) == (me.path, None, me.pk)
    with pytest.raises(StaleState):
        consulting.write(
            actor=acting(world.ali), consultation_id=row.pk, client_id=uuid4(), body="还在吗", at=NOW
        )


def test_handing_on_needs_consent_unless_a_life_may_be_in_danger(world: World) -> None:
    calm, danger = asked(world.ali), asked(world.ali, "活不下去了")
    to = Counsellor.objects.get(user=world.xu)

    def hand(row: Consultation, *, agreed: bool) -> HandOver:
        return handing.hand_on(
            actor=acting(world.wen),
            consultation_id=row.pk,
            to_id=to.pk,
            summary="需要进一步帮助",
            was_agreed=agreed,
            at=NOW,
        )

    with pytest.raises(InvalidInput) as refusal:
        hand(calm, agreed=False)
    hand(danger, agreed=False)

    assert refusal.value.field == "was_agreed"
    calm.refresh_from_db()
    danger.refresh_from_db()
    assert (calm.counsellor_id == to.pk, danger.counsellor_id == to.pk) == (False, True)
    assert list(Consultation.objects.visible_to(acting(world.wen))) == [calm]
    assert Notice.objects.filter(user_id=world.xu.pk, template="counselling.urgent").count() == 1


def test_to_a_hospital_it_ends_here(world: World) -> None:
    row = asked(world.ali)

    handing.hand_on(
        actor=acting(world.wen),
        consultation_id=row.pk,
        to_id=None,
        summary="建议精神科门诊",
        was_agreed=True,
        at=NOW,
    )

    row.refresh_from_db()
    assert row.state == State.OUTSIDE


def test_danger_nobody_answers_goes_up_a_level_once(world: World) -> None:
    row = asked(world.ali, "不想活了")
    calm = asked(world.ali)

    early = handing.escalate(at=NOW + timedelta(minutes=29))
    due = handing.escalate(at=NOW + timedelta(minutes=31))
    again = handing.escalate(at=NOW + timedelta(minutes=32))
    nobody_above = handing.escalate(at=NOW + timedelta(days=1))

    row.refresh_from_db()
    calm.refresh_from_db()
    assert (early, due, again, nobody_above) == (0, 1, 0, 0)
    assert (row.counsellor.user_id, calm.counsellor.user_id) == (world.xu.pk, world.wen.pk)


def test_an_answered_one_stays_where_it_is(world: World) -> None:
    row = asked(world.ali, "不想活了")
    consulting.write(actor=acting(world.wen), consultation_id=row.pk, client_id=uuid4(), body="我在", at=NOW)

    assert handing.escalate(at=NOW + timedelta(days=1)) == 0


def test_erasure_takes_everything_of_hers_and_nothing_of_others(world: World) -> None:
    asked(world.ali)
    other = asked(world.stranger)
    assert world.ali.person_id is not None
    chapter = forgetting.PART.read(world.ali.person_id)

    forgetting.forget(world.ali.person_id)

    assert [row["内容"] for row in chapter] == ["最近总睡不着"]
    assert list(Consultation.objects.all()) == [other]


def test_who_is_no_counsellor_may_not_introduce_herself(world: World) -> None:
    with pytest.raises(NotAllowed):
        hours.introduce(
            actor=acting(world.cadre), profile=hours.Profile(Rank.ROOM, "林", "证书 123456"), at=NOW
        )


def test_the_pages_walk_from_asking_to_an_answer(world: World) -> None:
    ali, wen = accounts.signed_in(world.ali), accounts.signed_in(world.wen)
    home = ali.get(reverse("counselling:home")).content.decode()
    sent = ali.post(
        reverse("counselling:ask"),
        {"topic": "sleep", "words": "活不下去了", "client_id": str(uuid4())},
        follow=True,
    )
    row = Consultation.objects.get()
    queue = wen.get(reverse("counselling:queue")).content.decode()
    answered = wen.post(
        reverse("counselling:write", args=[row.pk]),
        {"body": "我在听", "client_id": str(uuid4())},
        follow=True,
    ).content.decode()
    mine = ali.get(reverse("counselling:consultation", args=[row.pk])).content.decode()

    assert "温老师" in home
    assert "12356" in sent.content.decode()
    assert "危急" in queue
    assert "我在听" in answered
    assert "我在听" in mine
    assert (
        accounts.signed_in(world.cadre).get(reverse("counselling:consultation", args=[row.pk])).status_code
        == 404
    )
