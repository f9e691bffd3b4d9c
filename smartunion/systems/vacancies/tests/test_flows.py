"""From proposal to the end through the real flows; refusals change nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from smartunion.core.actor import STRANGER
from smartunion.core.errors import DomainError, InvalidInput, NotAllowed, NotVisible, StaleState, TooMany
from smartunion.core.jobs.runner import drain
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.systems.vacancies.flows import complaining, issues, proposing, wishes
from smartunion.systems.vacancies.flows.proposing import EmployerRefused
from smartunion.systems.vacancies.models import Complaint, Issue, JobWish, Vacancy
from smartunion.systems.vacancies.queries import Sought, near, open_vacancies
from smartunion.systems.vacancies.tests.world import NOW, TODAY, Place, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Place:
    return place()


def posted() -> list[Vacancy]:
    return list(open_vacancies(Sought(), TODAY))


def test_a_chair_proposes_a_cadre_checks_and_the_issue_posts_it(here: Place) -> None:
    vacancy = here.ready()
    assert (vacancy.path, vacancy.origin_path) == (here.usual.town.path, here.usual.grassroots.path)
    assert posted() == []

    issue = here.issue(vacancy)

    assert (issue.number, issue.posted) == (1, 1)
    assert posted() == [vacancy]
    assert list(Fact.objects.order_by("pk").values_list("kind", "path", "quantity")) == [
        ("vacancies.issue_published", here.usual.town.path, 1), ("vacancies.posted", here.usual.town.path, 1),
    ]  # fmt: skip
    assert here.issue(here.ready(title="质检员")).number == 2


def test_proposing_twice_makes_one(here: Place) -> None:
    data = here.written()

    first = proposing.propose(actor=here.chair, data=data, at=NOW)
    again = proposing.propose(actor=here.chair, data=data, at=NOW)

    assert first.pk == again.pk
    assert Vacancy.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "123"}, "code"), ({"code": "91330226MA2AF00019"}, "code"), ({"title": "工"}, "title"),
        ({"trade": "x"}, "trade"), ({"text": " "}, "text"), ({"headcount": 0}, "headcount"),
        ({"pay_from_yuan": Decimal(0)}, "pay_from_yuan"), ({"pay_to_yuan": Decimal(4999)}, "pay_to_yuan"),
        ({"pay_unit": "year"}, "pay_unit"), ({"region_id": 0}, "region"), ({"contact_name": " "}, "contact_name"),
        ({"contact_phone": "12"}, "contact_phone"), ({"valid_until": date(2026, 4, 2)}, "valid_until"),
        ({"valid_until": date(2026, 3, 1)}, "valid_until"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(
    here: Place, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        here.proposed(**changes)

    assert refused.value.field == field
    assert not Vacancy.objects.exists()


@pytest.mark.parametrize("state", ["closed", "moved"])
def test_an_employer_that_closed_is_refused_with_the_reason_at_every_step(here: Place, state: str) -> None:
    waiting, checked = here.proposed(), here.ready(title="质检员")
    firm = here.usual.firm
    firm.state = state
    firm.save(update_fields=["state"])

    with pytest.raises(EmployerRefused, match="不能发布招聘信息"):
        here.proposed(title="仓管员")
    with pytest.raises(EmployerRefused):
        proposing.check(actor=here.cadre, vacancy_id=waiting.pk, exception="", at=NOW)
    with pytest.raises(StaleState):
        here.issue(checked)
    assert not Issue.objects.exists()
    assert not Fact.objects.exists()

    assert proposing.end_overdue(at=NOW) == 2
    assert set(Vacancy.objects.values_list("state", flat=True)) == {"ended"}


def test_words_that_shut_people_out_need_the_law_that_allows_them(here: Place) -> None:
    vacancy = here.proposed(requirements="限男性，45岁以下")

    with pytest.raises(InvalidInput) as refused:
        proposing.check(actor=here.cadre, vacancy_id=vacancy.pk, exception=" ", at=NOW)
    assert refused.value.field == "exception"
    vacancy.refresh_from_db()
    assert vacancy.state == "proposed"

    done = proposing.check(
        actor=here.cadre, vacancy_id=vacancy.pk, exception="女职工禁忌从事的劳动范围", at=NOW
    )
    assert (done.state, done.exception) == ("ready", "女职工禁忌从事的劳动范围")


def test_who_proposes_does_not_publish_and_strangers_see_nothing(here: Place) -> None:
    vacancy = here.proposed()

    with pytest.raises(NotAllowed):
        proposing.check(actor=here.chair, vacancy_id=vacancy.pk, exception="", at=NOW)
    with pytest.raises(NotVisible):
        proposing.check(actor=here.ali, vacancy_id=vacancy.pk, exception="", at=NOW)
    with pytest.raises(NotAllowed):
        proposing.propose(actor=here.ali, data=here.written(), at=NOW)
    with pytest.raises(NotVisible):
        issues.publish(
            actor=here.chair,
            union_id=here.usual.town.pk,
            vacancy_ids=[vacancy.pk],
            title="",
            foreword="",
            at=NOW,
        )
    vacancy.refresh_from_db()
    assert vacancy.state == "proposed"


def test_the_same_again_is_flagged(here: Place) -> None:
    first, second, other = here.proposed(), here.proposed(title="注塑 工"), here.proposed(title="质检员")

    assert proposing.twins_of(second) == [first]
    assert proposing.twins_of(other) == []


def test_an_issue_publishes_all_or_nothing(here: Place) -> None:
    good, unchecked = here.ready(), here.proposed(title="质检员")

    for chosen in ([], [good.pk, unchecked.pk], [good.pk, 10**9]):
        with pytest.raises(DomainError):
            issues.publish(
                actor=here.cadre,
                union_id=here.usual.town.pk,
                vacancy_ids=chosen,
                title="",
                foreword="",
                at=NOW,
            )

    assert not Issue.objects.exists()
    assert posted() == []


def test_a_complaint_takes_it_off_at_once_and_the_answer_is_told(here: Place) -> None:
    vacancy = here.ready()
    here.issue(vacancy)

    complaining.complain(
        actor=here.ali, vacancy_id=vacancy.pk, fault="money", text="面试时要交三百元押金", at=NOW
    )

    assert posted() == []
    with pytest.raises(NotVisible):
        complaining.complain(actor=here.ali, vacancy_id=vacancy.pk, fault="money", text="再说一遍", at=NOW)
    with pytest.raises(NotAllowed):
        complaining.settle(actor=here.chair, vacancy_id=vacancy.pk, is_right=True, answer="属实", at=NOW)
    assert list(Complaint.objects.visible_to(here.chair)) == []

    complaining.settle(
        actor=here.cadre, vacancy_id=vacancy.pk, is_right=False, answer="已核实为工装费误传", at=NOW
    )
    assert posted() == [vacancy]
    told = Notice.objects.get(user_id=here.usual.ali.pk)
    assert "已恢复发布" in told.body
    assert "已核实为工装费误传" in told.body
    with pytest.raises(StaleState):
        complaining.complain(
            actor=here.ali, vacancy_id=vacancy.pk, fault="money", text="还是要交押金", at=NOW
        )
    assert posted() == [vacancy]


def test_a_confirmed_complaint_keeps_it_off_for_good(here: Place) -> None:
    vacancy = here.ready()
    here.issue(vacancy)
    complaining.complain(actor=here.ali, vacancy_id=vacancy.pk, fault="false", text="没有这个岗位", at=NOW)

    complaining.settle(actor=here.cadre, vacancy_id=vacancy.pk, is_right=True, answer="单位承认", at=NOW)

    vacancy.refresh_from_db()
    assert vacancy.state == "refused"
    with pytest.raises(StaleState):
        complaining.settle(actor=here.cadre, vacancy_id=vacancy.pk, is_right=False, answer="恢复", at=NOW)


def test_nobody_takes_everything_off(here: Place) -> None:
    made = [here.ready(title=f"岗位{number}") for number in range(6)]
    here.issue(*made)

    for one in made[:5]:
        complaining.complain(actor=here.ali, vacancy_id=one.pk, fault="filled", text="早就招满了", at=NOW)
    with pytest.raises(TooMany):
        complaining.complain(actor=here.ali, vacancy_id=made[5].pk, fault="filled", text="早就招满了", at=NOW)
    with pytest.raises(NotAllowed):
        complaining.complain(actor=STRANGER, vacancy_id=made[5].pk, fault="filled", text="早就招满了", at=NOW)
    assert posted() == [made[5]]


def test_a_vacancy_leaves_the_list_on_its_day_and_is_ended_by_the_job(here: Place) -> None:
    vacancy = here.ready()
    here.issue(vacancy)

    assert list(open_vacancies(Sought(), date(2026, 3, 20))) == [vacancy]
    assert list(open_vacancies(Sought(), date(2026, 3, 21))) == []
    assert proposing.end_overdue(at=NOW + timedelta(days=18)) == 0
    assert (proposing.end_overdue(at=NOW + timedelta(days=19)), proposing.end_overdue(at=NOW)) == (1, 0)


def test_search_by_words_trade_place_and_pay(here: Place) -> None:
    vacancy = here.ready()
    here.issue(vacancy)
    town, other = here.usual.town.territory, here.usual.next_town.territory

    for sought, is_found in (
        (Sought("注塑 晨光"), True), (Sought("木工"), False), (Sought("", "factory"), True), (Sought("", "office"), False),
        (Sought(region=town), True), (Sought(region=other), False), (Sought(pay_yuan=Decimal("6500.50")), True),
        (Sought(pay_yuan=Decimal(6501)), False), (Sought("%"), False),
    ):  # fmt: skip
        assert (vacancy in open_vacancies(sought, TODAY)) is is_found, sought
    assert [one.name for one in near(here.ali)] == ["桃源街道", "宁海县"]


def test_a_wish_is_told_of_once_when_an_issue_meets_it(here: Place) -> None:
    wishes.keep(actor=here.ali, words="注塑", trade="", region_id=None, pay_yuan=Decimal(6000), at=NOW)
    wishes.keep(actor=here.ali, words="注塑", trade="", region_id=None, pay_yuan=Decimal(6000), at=NOW)
    wishes.keep(actor=here.ali, words="木工", trade="", region_id=None, pay_yuan=None, at=NOW)
    assert JobWish.objects.count() == 2

    issue = here.issue(here.ready(), here.ready(title="质检员", text="检验成品外观，白班。"))
    drain()
    issues.tell(issue_id=issue.pk, at=NOW)

    told = Notice.objects.get(user_id=here.usual.ali.pk)
    assert told.link == f"/jobs/issues/{issue.pk}/"
    assert "有 1 个岗位" in told.body
    issue.refresh_from_db()
    assert issue.told == 1

    wishes.forget(here.usual.ali.person_id or 0)
    assert not JobWish.objects.exists()


def test_whoever_has_no_union_names_a_place(here: Place) -> None:
    stranger = here.usual.stranger
    from smartunion.engines.casework.tests import factories as make

    with pytest.raises(InvalidInput) as refused:
        wishes.keep(actor=make.acting(stranger), words="", trade="", region_id=None, pay_yuan=None, at=NOW)

    assert refused.value.field == "region"
    assert not JobWish.objects.exists()
