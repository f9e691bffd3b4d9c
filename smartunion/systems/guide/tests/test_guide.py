"""Asking, handing over, teaching, forgetting; pages and API by owner, stranger, cadre and nobody."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.core.actor import STRANGER, Actor, system
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.guide import knowledge
from smartunion.systems.guide.cards import Position, cards
from smartunion.systems.guide.flows import asking, teaching
from smartunion.systems.guide.flows.forgetting import forget_old
from smartunion.systems.guide.flows.teaching import Teaching
from smartunion.systems.guide.models import Asked, Lesson
from smartunion.systems.guide.retrieval.entries import Kind
from smartunion.systems.guide.rules import Channel, LessonKind, distance_km

pytestmark = pytest.mark.django_db
NOW = make.NOW


@pytest.fixture
def town() -> make.World:
    made = make.world()
    make.shipped()
    return made


def put(question: str, token: UUID | None = None) -> asking.Answered:
    return asking.ask(asking=asking.Asking(question, Channel.WEB, token or uuid4()), at=NOW)


def shown(found: asking.Answered, actor: Actor = STRANGER) -> list[tuple[str, str]]:
    return [(card.kind, card.id) for card in cards(found.answers.rows, actor=actor)]


def cadre(town: make.World) -> Actor:
    return make.acting(make.user("林静", role=Role.CADRE, at=town.town))


def test_a_question_is_answered_and_kept_without_numbers_and_without_who_asked(town: make.World) -> None:
    token = uuid4()

    found = put("我叫王小波，电话13812345678，老板三个月没发工资了，想举报", token)

    assert found.is_sure
    assert shown(found)[0] == ("service", "matter")
    kept = Asked.objects.get()
    assert kept.text == "我叫〔姓名〕,电话〔号码〕,老板三个月没发工资了，想举报"
    assert (kept.token, kept.kind, kept.answer_id, kept.is_sure, kept.helped) == (
        token,
        "service",
        "matter",
        True,
        None,
    )
    assert kept.expires_on == make.TODAY + timedelta(days=90)
    assert not {field.name for field in Asked._meta.get_fields()} & {"user", "user_id", "person", "person_id"}
    raw = Asked.objects.extra(select={"sealed": "text"}).values_list("sealed", flat=True).get()
    assert "工资" not in bytes(raw).decode("utf-8", "replace")


def test_sending_twice_is_one_question_and_nothing_to_look_for_is_refused(town: make.World) -> None:
    token = uuid4()
    put("产假多少天", token)
    put("产假多少天", token)

    with pytest.raises(InvalidInput):
        put("😀 ？？")

    assert Asked.objects.count() == 1


def test_what_is_not_known_is_said(town: make.World) -> None:
    found = put("今天天气怎么样")

    assert not found.is_sure
    assert Asked.objects.waiting().count() == 1


def test_an_article_is_shown_with_its_source_and_day(town: make.World) -> None:
    card = cards(put("没签合同能要双倍工资吗").answers.rows, actor=STRANGER)[0]

    assert (card.kind, card.id, card.title) == (
        "rule",
        "劳动合同法#八十二",
        "《中华人民共和国劳动合同法》第八十二条",
    )
    assert card.text.startswith("用人单位自用工之日起超过一个月不满一年未与劳动者订立书面劳动合同的")
    assert (card.since.isoformat() if card.since else "", card.source) == ("2012-12-28", "第七章 法律责任")
    assert "双倍工资" in card.why


def test_local_law_is_only_used_where_it_holds(town: make.World) -> None:
    TradeUnion.objects.filter(territory__isnull=False).update(
        territory=make.region("520100", "贵阳市", "city")
    )

    assert all("浙江" not in key for _kind, key in shown(put("浙江省工伤保险条例第十二条说了什么")))


def test_places_are_offices_with_an_address_and_no_mobile_of_a_person(town: make.World) -> None:
    union = town.town
    seat = union.region
    assert seat is not None
    type(seat).objects.filter(pk=seat.pk).update(lon=121.5, lat=29.5)
    TradeUnion.objects.filter(pk=union.pk).update(address="人民路 1 号", contact_phone="13812345678")
    found = put(f"{union.name}在哪里")

    card = next(
        one
        for one in cards(found.answers.rows, actor=STRANGER, position=Position(121.5, 29.6))
        if one.kind == "place"
    )

    assert (card.title, card.text, card.phone, card.distance_km) == (union.name, "人民路 1 号", "", 11.1)
    TradeUnion.objects.filter(pk=union.pk).update(contact_phone="0574-65551234")
    again = next(one for one in cards(found.answers.rows, actor=STRANGER) if one.kind == "place")
    assert (again.phone, again.distance_km) == ("057465551234", None)
    assert distance_km((121.5, 29.5), (121.5, 29.5)) == 0


def test_a_service_for_officers_offers_no_button_to_a_worker(town: make.World) -> None:
    found = put("工会法人资格证书怎么办")

    worker = next(
        one for one in cards(found.answers.rows, actor=make.acting(town.ali)) if one.id == "legal_person"
    )
    officer = next(one for one in cards(found.answers.rows, actor=cadre(town)) if one.id == "legal_person")

    assert (worker.is_open, officer.is_open) == (False, True)


def test_handing_over_begins_a_case_with_the_question_filled_in(town: make.World) -> None:
    found = put("老板让我签空白合同")
    owner = make.acting(town.ali)

    case = asking.hand_over(token=found.token, actor=owner, at=NOW)
    again = asking.hand_over(token=found.token, actor=owner, at=NOW)

    assert (case.service_key, case.state, case.pk) == ("request", "draft", again.pk)
    form = CaseData.load(case.data).form
    assert (form["about"], form["class"]) == ("老板让我签空白合同", "ask")
    assert Asked.objects.get().handed_at == NOW
    assert CaseFile.objects.count() == 1


def test_handing_over_is_refused_to_nobody_and_for_questions_that_are_gone(town: make.World) -> None:
    found = put("老板让我签空白合同")

    with pytest.raises(NotAllowed):
        asking.hand_over(token=found.token, actor=STRANGER, at=NOW)
    with pytest.raises(NotVisible):
        asking.hand_over(token=uuid4(), actor=make.acting(town.ali), at=NOW)
    with pytest.raises(NotVisible):
        asking.hand_over(token=found.token, actor=make.acting(town.ali), at=NOW + timedelta(days=91))

    assert CaseFile.objects.count() == 0
    assert Asked.objects.get().handed_at is None


def test_everyday_words_count_from_the_next_question_on_and_until_taken_back(town: make.World) -> None:
    question = "想搞个小组织互相撑腰"
    before = put(question)
    asked = Asked.objects.get()
    teacher = cadre(town)

    lesson = teaching.teach(
        teaching=Teaching(LessonKind.EXAMPLE, question, "service", "found_union", asked_id=asked.pk),
        actor=teacher,
        at=NOW,
    )
    taught = put(question)
    teaching.withdraw(lesson_id=lesson.pk, actor=teacher, at=NOW)
    after = put(question)

    assert [found.is_sure for found in (before, taught, after)] == [False, True, False]
    assert shown(taught)[0] == ("service", "found_union")
    asked.refresh_from_db()
    assert asked.settled_at == NOW
    with pytest.raises(StaleState):
        teaching.withdraw(lesson_id=lesson.pk, actor=teacher, at=NOW)


def test_a_lesson_is_taken_back_where_it_was_taught_or_above(town: make.World) -> None:
    words = Teaching(LessonKind.WORDS, "抱团", "service", "join")
    lesson = teaching.teach(teaching=words, actor=cadre(town), at=NOW)

    with pytest.raises(NotAllowed):
        teaching.withdraw(
            lesson_id=lesson.pk,
            actor=make.acting(make.user("邻", role=Role.CADRE, at=town.next_town)),
            at=NOW,
        )
    assert Lesson.objects.standing().count() == 1

    teaching.withdraw(lesson_id=lesson.pk, actor=make.acting(town.county_cadre), at=NOW)
    assert Lesson.objects.standing().count() == 0


def test_a_short_answer_needs_a_question_and_a_source_and_is_shown_with_both(town: make.World) -> None:
    teacher = cadre(town)
    note = Teaching(
        LessonKind.NOTE, "八月起每周六上午开班，在三楼。", question="暑期托管班什么时候开", source=""
    )

    with pytest.raises(InvalidInput) as refused:
        teaching.teach(teaching=note, actor=teacher, at=NOW)
    assert (refused.value.field, Lesson.objects.count()) == ("source", 0)
    teaching.teach(
        teaching=Teaching(LessonKind.NOTE, note.text, question=note.question, source="镇总工会通知 2026-2"),
        actor=teacher,
        at=NOW,
    )

    card = cards(put("暑期托管班几时开").answers.rows, actor=STRANGER)[0]

    assert (card.kind, card.title, card.text, card.source) == (
        "note",
        note.question,
        note.text,
        "镇总工会通知 2026-2",
    )


@pytest.mark.parametrize(
    ("lesson", "field"),
    [
        (Teaching(LessonKind.WORDS, " ", "service", "join"), "text"),
        (Teaching(LessonKind.WORDS, "抱团", "service", "nothing"), "target"),
        (Teaching(LessonKind.WORDS, "抱团", "place", "1"), "target"),
        (Teaching(LessonKind.NOTE, "答" * 401, question="问", source="文"), "text"),
        (Teaching(LessonKind.NOTE, "答", source="文"), "question"),
    ],
)
def test_lessons_that_lead_nowhere_are_refused(town: make.World, lesson: Teaching, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        teaching.teach(teaching=lesson, actor=cadre(town), at=NOW)

    assert refused.value.field == field
    assert Lesson.objects.count() == 0


def test_only_those_who_teach_see_questions_and_change_anything(town: make.World) -> None:
    put("今天天气怎么样")
    worker = make.acting(town.ali)

    with pytest.raises(NotAllowed):
        teaching.teach(teaching=Teaching(LessonKind.WORDS, "抱团", "service", "join"), actor=worker, at=NOW)
    with pytest.raises(NotVisible):
        teaching.settle(asked_id=Asked.objects.get().pk, actor=worker, at=NOW)

    assert list(Asked.objects.visible_to(worker)) == []
    assert Asked.objects.get().settled_at is None


def test_old_questions_go_and_young_ones_stay(town: make.World) -> None:
    put("产假多少天")
    asking.ask(asking=asking.Asking("年假有几天", Channel.KIOSK, uuid4()), at=NOW + timedelta(days=5))

    gone = forget_old(actor=system(), at=NOW + timedelta(days=91))

    assert (gone, [one.text for one in Asked.objects.all()]) == (1, ["年假有几天"])
    assert forget_old(actor=system(), at=NOW + timedelta(days=91)) == 0


def test_the_page_answers_escapes_and_takes_a_thumb(town: make.World) -> None:
    client, token = Client(), str(uuid4())

    page = client.post(
        "/ask/", {"question": "<script>alert(1)</script>产假多少天", "token": token}
    ).content.decode()
    thanks = client.post("/ask/helped/", {"token": token, "helped": "0"})

    assert "女职工生育享受98天产假" in page
    assert "<script>alert" not in page
    assert thanks.status_code == 200
    assert Asked.objects.get().helped is False
    assert client.post("/ask/helped/", {"token": str(uuid4()), "helped": "1"}).status_code == 404
    assert client.post("/ask/helped/", {"token": "x"}).status_code == 422


@pytest.mark.parametrize("question", ["", "😀", "\x00", "？" * 1000])
def test_the_page_says_that_there_is_no_question(town: make.World, question: str) -> None:
    answer = Client().post(
        "/ask/", {"question": question, "token": "not-a-token", "lon": "nan", "lat": "999"}
    )

    assert answer.status_code == 422
    assert Asked.objects.count() == 0


def test_huge_and_strange_questions_get_a_page(town: make.World) -> None:
    for question in ("工" * 100_000, "\u202e工资\x07" * 50, "工资" + "1" * 3000, "' OR 1=1 --工资"):
        assert Client().post("/ask/", {"question": question}).status_code == 200

    assert max(len(one.text) for one in Asked.objects.all()) <= 600


def test_nobody_signed_in_is_asked_to_sign_in_before_passing_on(town: make.World) -> None:
    found = asking.ask(asking=asking.Asking("老板让我签空白合同", Channel.WEB, uuid4()), at=clock.now())
    nobody, owner = Client(), Client()
    owner.force_login(town.ali)

    led = nobody.get(f"/ask/person/?token={found.token}")
    shown_page = owner.get(f"/ask/person/?token={found.token}").content.decode()
    passed = owner.post("/ask/person/", {"token": str(found.token)})

    assert led.status_code == 302
    assert "老板让我签空白合同" in shown_page
    assert passed["Location"] == f"/cases/{CaseFile.objects.get().pk}/fill/"


def test_the_terminal_knows_nobody(town: make.World) -> None:
    client = Client()
    client.force_login(town.ali)

    page = client.post("/kiosk/", {"question": "我想加入工会", "token": str(uuid4())}).content.decode()

    assert town.ali.name not in page
    assert "扫一扫，在自己手机上办" in page
    assert "/ask/person/" not in page
    assert Asked.objects.get().channel == "kiosk"


def test_the_desk_page_is_for_those_who_teach(town: make.World) -> None:
    put("今天天气怎么样")
    worker, teacher = Client(), Client()
    worker.force_login(town.ali)
    teacher.force_login(make.user("林静", role=Role.CADRE, at=town.town))
    asked = Asked.objects.get()

    assert worker.get("/desk/guide/").status_code == 404
    page = teacher.get("/desk/guide/").content.decode()
    taught = teacher.post(
        f"/desk/guide/teach/words/?asked={asked.pk}",
        {"kind": "example", "text": asked.text, "target": "service:matter", "asked": asked.pk},
    )
    wrong = teacher.post("/desk/guide/teach/note/", {"question": "问", "text": "答", "source": ""})

    assert "今天天气怎么样" in page
    assert (taught.status_code, Lesson.objects.get().target_id) == (302, "matter")
    assert wrong.status_code == 422
    assert "今天天气怎么样" not in teacher.get("/desk/guide/").content.decode().partition("mortarboard")[0]
    assert teacher.post(f"/desk/guide/lessons/{Lesson.objects.get().pk}/withdraw/").status_code == 302
    assert Lesson.objects.standing().count() == 0


def test_the_interface_answers_like_the_page(town: make.World) -> None:
    token = str(uuid4())

    answer = _post("/api/v1/guide/questions", {"question": "没签合同能要双倍工资吗", "client_id": token})
    helped = _post("/api/v1/guide/helped", {"client_id": token, "helped": True})
    empty = _post("/api/v1/guide/questions", {"question": "😀", "client_id": str(uuid4())})
    huge = _post("/api/v1/guide/questions", {"question": "工" * 5001, "client_id": str(uuid4())})

    body = answer.json()
    assert (body["is_sure"], body["answers"][0]["kind"], body["answers"][0]["id"]) == (
        True,
        "rule",
        "劳动合同法#八十二",
    )
    assert [one["rank"] for one in body["answers"]] == list(range(1, len(body["answers"]) + 1))
    assert (helped.status_code, Asked.objects.get().helped) == (204, True)
    assert (empty.status_code, huge.status_code) == (422, 422)


def _post(url: str, body: dict[str, Any]) -> Any:
    return Client().post(url, json.dumps(body), content_type="application/json")


def test_one_changed_service_leaves_the_index_of_the_law_as_it_is(town: make.World) -> None:
    before = knowledge.guide()
    one = next(one for one in casework.shipped() if one.key == "matter")
    make.published(replace(one, words=f"{one.words} 白条工资"))

    after = knowledge.guide()

    assert after is not before
    assert after.indexes[Kind.RULE] is before.indexes[Kind.RULE]
    assert after.indexes[Kind.PLACE] is before.indexes[Kind.PLACE]
    assert after.indexes[Kind.SERVICE] is not before.indexes[Kind.SERVICE]
    assert after.topics is before.topics
