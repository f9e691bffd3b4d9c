"""Work for several platforms: one member, one person in every count; rules by table and by chance, flows, reads."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from smartunion.core.actor import STRANGER, system
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.registry import queries, rules
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.merging.core import Asked
from smartunion.ground.registry.models import Membership, Person, PlatformWork
from smartunion.ground.registry.rules import Work, counted
from smartunion.ground.registry.tests import factories as make
from smartunion.ground.registry.tests.test_rules_page import table

DAY = date(2026, 7, 5)
DAYS = st.dates(date(2026, 6, 1), date(2026, 8, 1))
WORKS = st.lists(
    st.builds(
        lambda person, platform, since, length: Work(
            person, platform, since, since + timedelta(days=length) if length is not None else None
        ),
        st.integers(1, 4),
        st.integers(1, 3),
        DAYS,
        st.none() | st.integers(0, 40),
    ),
    max_size=12,
)


def _work(text: str) -> Work:
    person, platform, since, _dash, *until = text.split()
    return Work(
        int(person), ord(platform), date.fromisoformat(since), date.fromisoformat(until[0]) if until else None
    )


@pytest.mark.parametrize("row", table("counted", "platforms"), ids=" ".join)
def test_people_are_counted_as_the_page_says(row: Sequence[str]) -> None:
    works, people, several, by_platform = row
    told = [] if works == "–" else [_work(one.strip()) for one in works.split(";")]

    found = counted(told, DAY)

    named = {ord(one[0]): int(one[1:]) for one in by_platform.split() if one != "–"}
    assert (found.people, found.several, found.by_platform) == (int(people), int(several), named)


@given(WORKS, DAYS)
def test_everybody_counts_once_however_many_rows_she_has(works: list[Work], day: date) -> None:
    found = counted(works, day)

    assert found.people == len({work.person for work in works if work.holds_on(day)})
    assert found.people <= sum(found.by_platform.values())
    assert found.several <= found.people
    assert max(found.by_platform.values(), default=0) <= found.people
    assert counted([*works, *works], day) == found
    assert counted(works[::-1], day) == found
    assert (found.several == 0) == (sum(found.by_platform.values()) == found.people)


class OnePersonsPlatforms(RuleBasedStateMachine):
    """One person takes up and gives up work day by day, as the flows do it."""

    def __init__(self) -> None:
        super().__init__()
        self.works: list[Work] = []
        self.day = DAY

    @rule(platform=st.integers(1, 3))
    def take_up(self, platform: int) -> None:
        if rules.needs_row(self.works, platform):
            earliest = rules.earliest_start(self.works, platform)
            self.works.append(Work(1, platform, max(self.day, earliest or self.day)))

    @rule(platform=st.integers(1, 3))
    def give_up(self, platform: int) -> None:
        self.works = [
            Work(1, work.platform, work.since, max(self.day, work.since))
            if work.platform == platform and work.until is None else work
            for work in self.works
        ]  # fmt: skip

    @rule(days=st.integers(0, 3))
    def wait(self, days: int) -> None:
        self.day += timedelta(days=days)

    @invariant()
    def one_row_a_platform_holds_on_any_day(self) -> None:
        for on in (DAY, self.day, self.day + timedelta(days=1)):
            holding = [work.platform for work in self.works if work.holds_on(on)]
            assert len(holding) == len(set(holding))
            assert counted(self.works, on).people == bool(holding)


TestOnePersonsPlatforms = OnePersonsPlatforms.TestCase


def _platform(name: str) -> int:
    return make.employer(name, is_platform=True).pk


def _take_up(person: Person, platform: int, on: date = make.DAY) -> PlatformWork:
    return registry.platform_work.take_up(
        actor=system(), person_id=person.pk, platform_id=platform, on=on, at=make.AT
    )


@pytest.mark.django_db
def test_a_second_platform_adds_work_and_neither_member_nor_count() -> None:
    who = make.cast()
    person = who.xiaobo.person
    first, second = _platform("甲平台有限公司"), _platform("乙平台有限公司")
    before = queries.counts_of(who.union)

    rows = [_take_up(person, platform) for platform in (first, second, first, second)]

    assert [row.pk for row in rows] == [rows[0].pk, rows[1].pk, rows[0].pk, rows[1].pk]
    assert {work.platform_id for work in queries.platform_work_of(person)} == {first, second}
    assert Membership.objects.filter(person=person).count() == 1
    assert queries.counts_of(who.union) == before
    assert tallies.recount() == []
    found = queries.platform_people(who.cadre)
    assert (found.people, found.several) == (1, 1)
    assert {company.pk: people for company, people in found.platforms} == {first: 1, second: 1}
    person.refresh_from_db()
    assert person.is_new_form is True


@pytest.mark.django_db
def test_the_report_counts_active_people_in_reach_as_the_rule_does() -> None:
    who = make.cast()
    platforms = [_platform(f"{name}平台有限公司") for name in "甲乙丙"]
    members = [make.member(who.union) for _n in range(4)]
    retained = make.member(who.union, state=rules.MembershipState.RETAINED)
    works: list[Work] = []
    for number, spell in enumerate([*members, retained, who.laoqin]):
        for platform in platforms[: number % 3 + 1]:
            _take_up(spell.person, platform)
            if spell in members:
                works.append(Work(spell.person_id, platform, make.DAY))

    found = queries.platform_people(who.cadre)

    expected = counted(works, make.TODAY)
    assert (found.people, found.several) == (expected.people, expected.several) == (4, 2)
    assert {company.pk: people for company, people in found.platforms} == expected.by_platform
    assert [people for _company, people in found.platforms] == [4, 2, 1]
    assert queries.platform_people(STRANGER).people == 0


@pytest.mark.django_db
def test_work_ends_begins_again_and_never_overlaps() -> None:
    who = make.cast()
    platform = _platform("甲平台有限公司")
    row = _take_up(who.xiaobo.person, platform)
    registry.platform_work.give_up(actor=who.xiaobo_actor, work_id=row.pk, on=date(2026, 6, 1), at=make.AT)

    with pytest.raises(StaleState):
        registry.platform_work.give_up(actor=who.ali, work_id=row.pk, on=date(2026, 6, 1), at=make.AT)
    with pytest.raises(InvalidInput) as inside:
        _take_up(who.xiaobo.person, platform, date(2026, 5, 1))
    again = _take_up(who.xiaobo.person, platform, date(2026, 6, 1))

    assert inside.value.field == "on"
    assert (again.pk != row.pk, again.started_on) == (True, date(2026, 6, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        PlatformWork.objects.create(
            person=who.xiaobo.person, platform_id=platform, started_on=DAY, created_at=make.AT
        )


@pytest.mark.django_db
def test_refusals_change_nothing() -> None:
    who = make.cast()
    platform, plain = _platform("甲平台有限公司"), make.employer().pk
    gone = make.employer(is_platform=True, state=rules.EmployerState.CLOSED).pk
    hers = who.xiaobo.person_id

    def taken(actor: object, person_id: int, at_platform: int, on: date = make.DAY) -> None:
        registry.platform_work.take_up(
            actor=actor, person_id=person_id, platform_id=at_platform, on=on, at=make.AT  # type: ignore[arg-type]
        )  # fmt: skip

    for actor in (who.laoqin_actor, STRANGER, make.chair(who.elsewhere)):
        with pytest.raises(NotVisible):
            taken(actor, hers, platform)
    with pytest.raises(NotAllowed):
        taken(make.inspector(who.county), hers, platform)
    for wrong in (plain, gone, 0):
        with pytest.raises(InvalidInput) as refused:
            taken(who.ali, hers, wrong)
        assert refused.value.field == "platform"
    with pytest.raises(InvalidInput) as future:
        taken(who.ali, hers, platform, date(2027, 1, 1))
    assert future.value.field == "on"
    assert not PlatformWork.objects.exists()


@pytest.mark.django_db
def test_a_membership_with_a_platform_as_employer_is_its_first_work() -> None:
    who = make.cast()
    company = make.employer("甲平台有限公司", is_platform=True)
    person = make.person()
    data = registry.NewMembership(person.pk, who.union.pk, make.TODAY, employer_id=company.pk, source="desk")

    registry.memberships.start(actor=who.cadre, data=data, at=make.AT)

    work = PlatformWork.objects.get()
    assert (work.person_id, work.platform_id, work.started_on, work.ended_on) == (
        person.pk,
        company.pk,
        make.TODAY,
        None,
    )


@pytest.mark.django_db
def test_an_employer_that_becomes_a_platform_brings_its_members_along() -> None:
    who = make.cast()
    company = make.employer("甲平台有限公司", looked_after_by=who.county)
    spell = make.member(who.union, employer=company)
    make.member(who.union)

    registry.employers.update_employer(
        actor=who.cadre, employer_id=company.pk, version=company.version, changes={"is_platform": True}, at=make.AT
    )  # fmt: skip

    assert list(PlatformWork.objects.values_list("person_id", "platform_id", "started_on")) == [
        (spell.person_id, company.pk, spell.started_on)
    ]


@pytest.mark.django_db
def test_two_records_of_one_person_become_one_with_each_platform_once() -> None:
    who = make.cast()
    first, second = _platform("甲平台有限公司"), _platform("乙平台有限公司")
    twin = make.person("小波", resident_id=None)
    _take_up(who.xiaobo.person, first)
    for platform in (first, second):
        PlatformWork.objects.create(
            person=twin, platform_id=platform, started_on=make.DAY, created_at=make.AT
        )

    make.membership(twin, who.union, state="ended", ended_on=make.DAY, end_type="left")
    person = Person.objects.get(pk=who.xiaobo.person_id)
    asked = Asked(person.pk, {person.pk: person.version, twin.pk: twin.version}, "身份证号相同，是同一个人")
    registry.merging.merge_people(actor=system(), asked=asked, at=make.AT)

    running = PlatformWork.objects.running().values_list("person_id", "platform_id")
    assert set(running) == {(who.xiaobo.person_id, first), (who.xiaobo.person_id, second)}
    assert len(running) == 2
