"""Demands: gathered, taken on, answered to everybody, refused without a trace."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.engines.casework.tests.factories import NOW, TODAY, acting
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.systems.matters.flows import demands as flows
from smartunion.systems.matters.flows.signing import sign_missing
from smartunion.systems.matters.likeness import signature_of
from smartunion.systems.matters.models import CaseTerms, Demand, DemandCase
from smartunion.systems.matters.queries import demands as queries
from smartunion.systems.matters.tests.matters_world import Asked, asked

pytestmark = pytest.mark.django_db


def gathered(made: Asked) -> Demand:
    new = flows.NewDemand("暑托班", "暑假孩子无人照看，希望办暑托班。", [case.pk for case in made.care])
    return flows.gather(actor=made.cadre, data=new, at=NOW)


def told(user_person_id: int | None) -> list[str]:
    rows = Notice.objects.filter(person_id=user_person_id, template="matters.demand")
    return list(rows.order_by("pk").values_list("body", flat=True))


def test_similar_matters_stand_beside_a_case_with_the_words_they_share() -> None:
    made = asked()

    found = queries.similar_to(made.cadre, made.care[0], NOW)

    assert {one.case.pk for one in found} == {made.care[1].pk, made.care[2].pk}
    assert all("孩子没人带" in "".join(one.shared) for one in found)


def test_a_chair_sees_no_matter_of_another_union_beside_hers() -> None:
    made = asked()

    assert queries.similar_to(acting(made.chairs[0]), made.care[0], NOW) == []


def test_old_matters_are_not_offered() -> None:
    made = asked()

    assert queries.similar_to(made.cadre, made.care[0], NOW + timedelta(days=181)) == []


def test_gathering_counts_matters_and_people_and_finds_who_meets_it() -> None:
    made = asked()

    demand = gathered(made)

    assert (demand.union, demand.matters, demand.people) == (made.here.town, 3, 43)
    assert demand.category == "子女托管、家庭照护"
    assert Fact.objects.filter(kind="matters.demand_gathered", path=demand.path).count() == 1
    assert queries.demand_of(made.care[1].pk) == demand


def test_everybody_who_asked_is_told_once_for_each_step() -> None:
    made = asked()
    demand = gathered(made)

    flows.take_on(
        actor=made.cadre, demand_id=demand.pk, plan="七月在街道文化站开班。", due_on=date(2026, 7, 1), at=NOW
    )
    flows.answer(actor=made.cadre, demand_id=demand.pk, text="已开班，收 60 名孩子。", at=NOW)

    for worker in made.workers:
        first, second = told(worker.person_id)
        assert "七月在街道文化站开班" in first
        assert "2026年7月1日" in first
        assert "已开班" in second
    assert Demand.objects.get().state == "answered"
    assert Fact.objects.filter(kind="matters.demand_answered").count() == 1


def test_a_matter_belongs_to_one_demand_only() -> None:
    made = asked()
    demand = gathered(made)
    assert made.wages is not None
    again = flows.NewDemand("又一个", "同样的事", [made.care[0].pk, made.wages.pk])

    with pytest.raises(InvalidInput) as refusal:
        flows.gather(actor=made.cadre, data=again, at=NOW)

    assert refusal.value.field == "cases"
    assert made.care[0].reference in str(refusal.value)
    assert list(Demand.objects.all()) == [demand]
    assert DemandCase.objects.count() == 3


@pytest.mark.parametrize(
    ("title", "text", "count", "field"),
    [
        ("", "有字", 3, "title"),
        ("有字", " ", 3, "text"),
        ("有字", "有字", 1, "cases"),
        ("有字", "长" * 1001, 3, "text"),
    ],
)
def test_what_is_missing_is_named_and_nothing_kept(title: str, text: str, count: int, field: str) -> None:
    made = asked()
    new = flows.NewDemand(title, text, [case.pk for case in made.care[:count]])

    with pytest.raises(InvalidInput) as refusal:
        flows.gather(actor=made.cadre, data=new, at=NOW)

    assert refusal.value.field == field
    assert not Demand.objects.exists()


def test_matters_out_of_reach_cannot_be_gathered() -> None:
    made = asked()
    new = flows.NewDemand("暑托班", "办班", [case.pk for case in made.care])

    with pytest.raises(NotVisible):
        flows.gather(actor=acting(made.chairs[0]), data=new, at=NOW)

    assert not Demand.objects.exists()


def test_a_matter_taken_out_is_counted_no_more_and_can_be_put_in_again() -> None:
    made = asked()
    demand = gathered(made)

    flows.take_out(actor=made.cadre, demand_id=demand.pk, case_id=made.care[2].pk, at=NOW)
    demand.refresh_from_db()
    without = (demand.matters, demand.people)
    with pytest.raises(StaleState):
        flows.take_out(actor=made.cadre, demand_id=demand.pk, case_id=made.care[2].pk, at=NOW)
    offered = [one.case.pk for one in queries.more_like(made.cadre, demand, NOW)]
    flows.add(actor=made.cadre, demand_id=demand.pk, case_ids=offered, at=NOW)
    demand.refresh_from_db()

    assert without == (2, 13)
    assert offered == [made.care[2].pk]
    assert (demand.matters, demand.people) == (3, 43)


def test_a_closed_demand_takes_no_second_answer_and_no_matter() -> None:
    made = asked()
    demand = gathered(made)
    flows.answer(actor=made.cadre, demand_id=demand.pk, text="办了。", at=NOW)

    with pytest.raises(StaleState):
        flows.answer(actor=made.cadre, demand_id=demand.pk, text="又办了。", at=NOW)
    with pytest.raises(StaleState):
        flows.take_out(actor=made.cadre, demand_id=demand.pk, case_id=made.care[0].pk, at=NOW)

    demand.refresh_from_db()
    assert (demand.answer, demand.matters) == ("办了。", 3)


def test_a_demand_given_up_lets_its_matters_go() -> None:
    made = asked()
    demand = gathered(made)

    flows.drop(actor=made.cadre, demand_id=demand.pk, reason="其实是两件事", at=NOW)
    again = gathered(made)

    assert Demand.objects.get(pk=demand.pk).state == "dropped"
    assert again.matters == 3


def test_a_day_in_the_past_is_no_promise() -> None:
    made = asked()
    demand = gathered(made)

    with pytest.raises(InvalidInput) as refusal:
        flows.take_on(
            actor=made.cadre, demand_id=demand.pk, plan="办", due_on=TODAY - timedelta(days=1), at=NOW
        )

    demand.refresh_from_db()
    assert refusal.value.field == "due_on"
    assert (demand.state, demand.plan) == ("open", "")


def test_a_chair_below_neither_sees_nor_answers_the_towns_demand() -> None:
    made = asked()
    demand = gathered(made)

    with pytest.raises((NotVisible, NotAllowed)):
        flows.answer(actor=acting(made.chairs[0]), demand_id=demand.pk, text="我来答", at=NOW)

    assert Demand.objects.get().state == "open"


def test_small_numbers_are_not_told_in_the_sheet() -> None:
    made = asked()
    demand = gathered(made)

    sheet = queries.digest(demand, 5)

    assert (sheet["matters"], sheet["people"]) == (None, 43)
    assert not {"工人0", "桃源0号厂工会"} & set(map(str, sheet.values()))


def test_only_what_is_shown_is_opened_and_what_is_kept_of_the_words_is_sealed() -> None:
    made = asked()
    kept = CaseTerms.objects.get(case=made.care[0])

    with connection.cursor() as cursor:
        cursor.execute("SELECT terms FROM matters_caseterms WHERE id = %s", [kept.pk])
        stored = bytes(cursor.fetchone()[0])

    assert kept.terms == signature_of(queries.words_of(made.care[0]))
    assert kept.terms.encode() not in stored
    with CaptureQueriesContext(connection) as asked_for:
        found = queries.similar_to(made.cadre, made.care[0], NOW, most=1)
    assert len(found) == 1
    opened = [one["sql"] for one in asked_for if '"casework_casefile"."data"' in one["sql"]]
    assert len(opened) == 1


def test_matters_sent_before_are_signed_by_the_job_once() -> None:
    made = asked()
    CaseTerms.objects.all().delete()
    assert queries.similar_to(made.cadre, made.care[0], NOW) == []

    assert sign_missing(at=NOW) == 4
    assert sign_missing(at=NOW) == 0

    assert len(queries.similar_to(made.cadre, made.care[0], NOW)) == 2
