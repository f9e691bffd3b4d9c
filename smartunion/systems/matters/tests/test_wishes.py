"""Wishes: shown without names, taken up once, fulfilled, thanked."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.core.errors import DutiesApart, InvalidInput, NotVisible, StaleState
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests.factories import NOW, acting
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.systems.matters.flows import wishes as flows
from smartunion.systems.matters.models import Wish
from smartunion.systems.matters.tests.matters_world import Asked, asked

pytestmark = pytest.mark.django_db


def wished(made: Asked, value: int = 120) -> CaseFile:
    answers: dict[str, object] = {
        "kind": "child",
        "wish": "想给孩子买一套绘本",
        "value": value,
        "group": "rider",
    }
    filing = casework.Filing(
        service_key="wish", answers=answers, client_id=uuid4(), person=made.here.ali.person
    )
    case, _refused = casework.file_case(filing=filing, actor=acting(made.here.ali), at=NOW)
    return case


def shown(made: Asked) -> Wish:
    case = wished(made)
    on = casework.ActOn(case.pk, case.version, acting(made.here.xiaobo), NOW)
    casework.approve(on=on, values={"title": "一套绘本", "words": "外卖配送员想给上小学的孩子买一套绘本。"})
    return Wish.objects.get(case=case)


def test_the_union_shows_a_wish_in_its_own_words() -> None:
    made = asked()

    wish = shown(made)

    assert (wish.title, wish.kind, wish.group, wish.state, wish.value_yuan) == (
        "一套绘本",
        "child",
        "rider",
        "open",
        120,
    )
    assert "阿丽" not in wish.title + wish.text
    assert list(Wish.objects.shown()) == [wish]


def test_what_is_too_dear_is_not_shown() -> None:
    made = asked()
    case = wished(made, value=900)
    on = casework.ActOn(case.pk, case.version, acting(made.here.xiaobo), NOW)

    with pytest.raises(InvalidInput) as refusal:
        casework.approve(on=on, values={"title": "手机", "words": "想要一部手机"})

    case.refresh_from_db()
    assert refusal.value.field == "value"
    assert (case.step, Wish.objects.count()) == ("look", 0)


def test_one_helper_takes_it_up_and_a_second_tap_changes_nothing() -> None:
    made = asked()
    wish = shown(made)
    helper, rival = acting(made.workers[0]), acting(made.workers[1])
    mine = uuid4()

    first = flows.claim(actor=helper, wish_id=wish.pk, client_id=mine, at=NOW)
    again = flows.claim(actor=helper, wish_id=wish.pk, client_id=mine, at=NOW)
    with pytest.raises(StaleState):
        flows.claim(actor=rival, wish_id=wish.pk, client_id=uuid4(), at=NOW)

    assert first.pk == again.pk == wish.pk
    wish.refresh_from_db()
    assert (wish.helper_id, wish.state, wish.give_back_on) == (helper.user_id, "claimed", date(2026, 4, 1))
    (news,) = Notice.objects.filter(template="matters.wish", person_id=made.here.ali.person_id)
    assert "工人0" not in news.title + news.body
    assert not Wish.objects.shown().exists()


def test_nobody_takes_up_her_own_wish() -> None:
    made = asked()
    wish = shown(made)

    with pytest.raises(DutiesApart):
        flows.claim(actor=acting(made.here.ali), wish_id=wish.pk, client_id=uuid4(), at=NOW)

    wish.refresh_from_db()
    assert wish.state == "open"


def test_fulfilled_thanked_and_counted_once() -> None:
    made = asked()
    wish = shown(made)
    helper = acting(made.workers[0])
    flows.claim(actor=helper, wish_id=wish.pk, client_id=uuid4(), at=NOW)

    flows.fulfil(actor=helper, wish_id=wish.pk, told="绘本已交到工会。", at=NOW)
    flows.thank(actor=acting(made.here.ali), wish_id=wish.pk, text="孩子很喜欢！", at=NOW)
    with pytest.raises(StaleState):
        flows.thank(actor=acting(made.here.ali), wish_id=wish.pk, text="再谢一次", at=NOW)
    case = CaseFile.objects.get(pk=wish.case_id)
    on = casework.ActOn(case.pk, case.version, acting(made.here.xiaobo), NOW)
    casework.approve(on=on, values={"handed": "绘本已转交"})

    wish.refresh_from_db()
    assert (wish.state, wish.told, wish.thanks) == ("fulfilled", "绘本已交到工会。", "孩子很喜欢！")
    assert Fact.objects.filter(kind="matters.wish_fulfilled").count() == 1
    (thanks,) = Notice.objects.filter(user_id=helper.user_id, template="matters.wish")
    assert "孩子很喜欢" in thanks.body
    assert "阿丽" not in thanks.body


def test_only_the_helper_fulfils_or_gives_back() -> None:
    made = asked()
    wish = shown(made)
    flows.claim(actor=acting(made.workers[0]), wish_id=wish.pk, client_id=uuid4(), at=NOW)

    for act in (
        lambda who: flows.fulfil(actor=who, wish_id=wish.pk, told="x", at=NOW),
        lambda who: flows.give_back(actor=who, wish_id=wish.pk, at=NOW),
    ):
        with pytest.raises(NotVisible):
            act(acting(made.workers[1]))

    flows.give_back(actor=acting(made.workers[0]), wish_id=wish.pk, at=NOW)
    assert list(Wish.objects.shown()) == [wish]


def test_a_day_let_pass_frees_the_wish_for_others() -> None:
    made = asked()
    wish = shown(made)
    flows.claim(actor=acting(made.workers[0]), wish_id=wish.pk, client_id=uuid4(), at=NOW)

    kept = flows.free_overdue(at=NOW + timedelta(days=30))
    freed = flows.free_overdue(at=NOW + timedelta(days=31))

    wish.refresh_from_db()
    assert (kept, freed) == (0, 1)
    assert (wish.state, wish.helper_id) == ("open", None)


def test_a_wish_taken_back_leaves_the_board() -> None:
    made = asked()
    wish = shown(made)
    case = CaseFile.objects.get(pk=wish.case_id)

    casework.withdraw(on=casework.ActOn(case.pk, case.version, acting(made.here.ali), NOW))

    wish.refresh_from_db()
    assert wish.state == "ended"
    with pytest.raises(StaleState):
        flows.claim(actor=acting(made.workers[0]), wish_id=wish.pk, client_id=uuid4(), at=NOW)


def test_a_wish_on_the_desk_leads_to_its_case_only_where_that_may_be_opened(client: Client) -> None:
    made = asked()
    wish = shown(made)
    CaseFile.objects.filter(pk=wish.case_id).update(is_narrow=True)
    led = {}
    for who in (made.here.xiaobo, made.here.town_cadre):
        client.force_login(who)
        [line] = client.get("/desk/matters/wishes/").context["page"].lines
        led[who.name] = line.url
        if line.url:
            assert client.get(line.url).status_code == 200
        else:
            assert client.get(f"/desk/cases/{wish.case_id}/").status_code == 404

    assert [bool(url) for url in led.values()] == [True, False]
