"""Work orders follow their case: days by difficulty, answered, called back, taken up again; figures open what they count."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import Client

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.factories import NOW, acting
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.policies.models import PolicyValue
from smartunion.systems.matters.flows import orders as flows
from smartunion.systems.matters.models import WorkOrder
from smartunion.systems.matters.queries import orders as queries
from smartunion.systems.matters.rules.orders import Share, is_in_time
from smartunion.systems.matters.services import MATTER
from smartunion.systems.matters.tests.matters_world import Asked, asked

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Asked:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: LATER)
    world = asked()
    make.published(MATTER)
    return world


def order_of(made: Asked, difficulty: str = "easy") -> WorkOrder:
    case = made.care[0]
    return flows.make_order(
        actor=acting(made.chairs[0]), case_id=case.pk, difficulty=difficulty, order_class="request", at=NOW
    )


def act(order: WorkOrder, who: User, at: datetime) -> casework.ActOn:
    case = CaseFile.objects.get(pk=order.case_id)
    return casework.ActOn(case.pk, case.version, acting(who), at)


def answered(order: WorkOrder, who: User, at: datetime = LATER) -> WorkOrder:
    casework.approve(on=act(order, who, at), values={"answer": "街道将开办暑托班。", "basis": ""})
    order.refresh_from_db()
    return order


def call(**values: object) -> flows.Call:
    given: dict[str, object] = {
        "client_id": UUID(int=5), "order_class": "ask", "difficulty": "middle", "category": "wages",
        "about": "加班费三个月没发", "region": "330226100", "name": "吴先生", "mobile": "13900001111",
    }  # fmt: skip
    return flows.Call(**(given | values))  # type: ignore[arg-type]  # values by name


def test_the_day_follows_from_the_difficulty_and_the_policy_that_holds_and_is_the_cases_too(
    made: Asked,
) -> None:
    PolicyValue.objects.create(
        key="matters.order_easy_days", path=made.here.county.path, value=2, valid_from=NOW.date(), source="甬工〔2026〕3 号",
        created_at=NOW,
    )  # fmt: skip

    order = order_of(made)

    assert order.due_at == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    assert CaseFile.objects.get(pk=order.case_id).due_at == order.due_at
    assert order.reference == made.care[0].reference


def test_answered_in_time_called_back_content_and_closed(made: Asked) -> None:
    order = answered(order_of(made), made.chairs[0])
    assert (order.state, order.in_time) == ("answered", True)

    done = flows.call_back(
        actor=acting(made.chairs[0]), order_id=order.pk, said="content", words="", at=LATER
    )

    assert (done.state, done.said, done.rounds) == ("closed", "content", 1)


def test_not_satisfied_takes_the_case_up_again_and_the_first_answer_stays_counted(made: Asked) -> None:
    order = answered(order_of(made), made.chairs[0], at=NOW + timedelta(days=9))

    again = flows.call_back(
        actor=acting(made.chairs[0]),
        order_id=order.pk,
        said="again",
        words="没说哪天",
        at=NOW + timedelta(days=9),
    )

    case = CaseFile.objects.get(pk=order.case_id)
    assert (again.state, again.rounds, again.in_time, case.state) == ("open", 2, False, "open")
    assert case.due_at == again.due_at
    answered(again, made.chairs[0], at=NOW + timedelta(days=10))
    assert (again.state, again.in_time) == ("answered", False)


def test_what_cannot_be_is_refused_and_changes_nothing(made: Asked) -> None:
    order = order_of(made)
    mine = acting(made.chairs[0])

    with pytest.raises(InvalidInput):
        order_of(made)
    with pytest.raises(StaleState):
        flows.call_back(actor=mine, order_id=order.pk, said="content", words="", at=LATER)
    answered(order, made.chairs[0])
    with pytest.raises(InvalidInput) as refused:
        flows.call_back(actor=mine, order_id=order.pk, said="again", words=" ", at=LATER)
    with pytest.raises(NotVisible):
        flows.call_back(actor=acting(made.chairs[1]), order_id=order.pk, said="content", words="", at=LATER)
    inspector = make.user("督查员", role=Role.INSPECTOR, at=made.here.county)
    with pytest.raises(NotAllowed):
        flows.call_back(actor=acting(inspector), order_id=order.pk, said="content", words="", at=LATER)

    order.refresh_from_db()
    assert (order.state, refused.value.field) == ("answered", "words")


def test_a_call_goes_to_the_union_of_the_place_dispatched_and_twice_is_once(made: Asked) -> None:
    first = flows.take_call(actor=made.cadre, data=call(), at=NOW)
    second = flows.take_call(actor=made.cadre, data=call(), at=NOW)

    assert first.pk == second.pk
    assert (first.channel, first.order_class, first.difficulty, first.union) == (
        "call",
        "ask",
        "middle",
        made.here.town,
    )
    assert first.case.step == "handle"
    assert CaseFile.objects.get(pk=first.case_id).due_at == first.due_at


def test_a_call_about_another_town_waits_there_to_be_dispatched(made: Asked) -> None:
    order = flows.take_call(actor=made.cadre, data=call(region="330226101"), at=NOW)

    assert (order.union, order.case.step) == (made.here.next_town, "dispatch")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"about": "啊"}, "about"), ({"region": "1"}, "region"), ({"category": "x"}, "category")],
)
def test_a_call_without_what_is_needed_leaves_nothing(
    made: Asked, wrong: dict[str, object], field: str
) -> None:
    before = CaseFile.objects.count()

    with pytest.raises(InvalidInput) as refused:
        flows.take_call(actor=made.cadre, data=call(**wrong), at=NOW)

    assert (refused.value.field, CaseFile.objects.count()) == (field, before)


def test_a_matter_is_an_order_from_dispatch_to_call_back(made: Asked) -> None:
    order = flows.take_call(actor=made.cadre, data=call(client_id=uuid4()), at=NOW)
    who = made.here.town_cadre
    casework.approve(on=act(order, who, LATER), values={"result": "已补发"})
    order.refresh_from_db()
    assert order.state == "answered"

    flows.call_back(actor=acting(who), order_id=order.pk, said="again", words="少发一个月", at=LATER)
    casework.approve(on=act(order, who, LATER), values={"result": "全部补发"})
    done = flows.call_back(actor=acting(who), order_id=order.pk, said="partly", words="", at=LATER)

    assert (done.state, done.rounds, done.said) == ("closed", 2, "partly")
    assert CaseFile.objects.get(pk=order.case_id).state == "approved"


def test_every_number_of_the_figures_opens_a_list_of_as_many(made: Asked) -> None:
    answered(order_of(made), made.chairs[0])
    flows.take_call(actor=made.cadre, data=call(), at=NOW)
    leader = make.user("领导", role=Role.LEADER, at=made.here.county)
    client = Client()
    client.force_login(leader)

    found = queries.figures(acting(leader), since=NOW.date(), until=LATER.date())
    page = client.get(f"/desk/matters/orders/figures/?since={NOW:%Y-%m-%d}&until={LATER:%Y-%m-%d}")

    assert (found.whole.counts["taken"], found.whole.in_time, found.whole.satisfied.pct) == (
        2,
        Share(1, 1),
        None,
    )
    assert page.status_code == 200
    for line in [found.whole, *found.unions, *found.subjects]:
        for extra, name in (
            ("", "taken"),
            ("&state=open", "open"),
            ("&time=yes", "in_time"),
            ("&said=reached", "reached"),
        ):
            listed = client.get(f"{line.query}{extra}")
            assert listed.context["page"].count == line.counts[name], (line.name, extra)
        assert parse_qs(urlsplit(line.query).query)["taken_from"] == [f"{NOW:%Y-%m-%d}"]


def test_neither_list_nor_order_says_who_called(made: Asked) -> None:
    order = flows.take_call(actor=made.cadre, data=call(), at=NOW)
    client = Client()
    client.force_login(make.user("领导", role=Role.LEADER, at=made.here.county))

    for address in (
        "/desk/matters/orders/",
        "/desk/matters/orders/?export=csv",
        f"/desk/matters/orders/{order.pk}/",
    ):
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        assert "吴先生" not in body.decode()
        assert b"13900001111" not in body


def test_shares_are_rounded_down_and_nothing_has_no_share() -> None:
    assert [Share(996, 1000).pct, Share(0, 3).pct, Share(0, 0).pct] == [99, 0, None]
    assert is_in_time(NOW, NOW)
    assert not is_in_time(LATER, NOW)


def test_the_pages_take_a_call_and_a_call_back(made: Asked) -> None:
    client = Client()
    client.force_login(made.here.town_cadre)
    sent = {
        "client_id": str(uuid4()), "about": "食堂卫生差", "order_class": "request", "difficulty": "easy", "category": "safety",
        "region": "宁海县桃源街道", "people": "12",
    }  # fmt: skip

    refused = client.post("/desk/matters/orders/call/", sent | {"region": "没有"})
    answer = client.post("/desk/matters/orders/call/", sent)

    order = WorkOrder.objects.get()
    assert refused.status_code == 422
    assert answer.headers["Location"] == f"/desk/matters/orders/{order.pk}/"
    assert "一般" in client.get(answer.headers["Location"]).content.decode()
    assert f"/desk/matters/orders/{order.pk}/" in client.get(f"/desk/cases/{order.case_id}/").content.decode()
    make_page = client.get(f"/desk/matters/orders/of/{made.care[0].pk}/")
    assert made.care[0].reference in make_page.content.decode()
