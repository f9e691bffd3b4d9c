"""SQLite walks the index of the order where many rows are in reach, and gathers few."""

from datetime import date
from unittest import mock

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from smartunion.core.actor import within
from smartunion.core.listing import keyset, walking
from smartunion.ground.registry.models import ENDED, Employer, Membership, Officer, Person, Term, TradeUnion
from smartunion.ground.registry.queries import dated
from smartunion.ground.registry.queries.members import find_members
from smartunion.ground.registry.tests import factories

pytestmark = pytest.mark.django_db
KEYS = keyset.keys_for(Membership.objects.all(), ("name_key",))


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(
        walking, "PART", 10**9
    )  # keys go on from test to test, so the table seems to hold more
    union = factories.union()
    for name in ("陈一", "安二", "白三"):
        factories.member(union, name)
    return union.path


def _plan(path: str) -> str:
    rows = keyset.ordered(walking.wide(Membership.objects.under(path).filter(ended_on=None)), KEYS)
    return walking.in_order(rows, "name_key").values("pk")[:2].explain()


def test_the_same_rows_come_either_way(town: str) -> None:
    rows = Membership.objects.under(town).filter(ended_on=None)
    gathered = keyset.fetch(rows, KEYS, 2)
    with mock.patch.object(walking, "MANY", 1):
        walked = keyset.fetch(walking.wide(rows), KEYS, 2)
        rest = keyset.fetch(walking.wide(rows), KEYS, 2, after=walked.next)
    assert [row.person.name for row in walked.rows] == ["安二", "白三"]
    assert [row.person.name for row in rest.rows] == ["陈一"]
    assert walked == gathered


def test_only_a_wide_reach_is_walked(town: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many rows a range holds")
    assert "membership_path_state" in _plan(town)
    with mock.patch.object(walking, "MANY", 2):
        assert "membership_by_name" in _plan(town)
        assert "membership_path_state" not in _plan(town)


def test_an_order_without_an_index_is_sorted_and_another_index_may_serve_its_conditions(town: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many rows a range holds")
    rows = Membership.objects.under(town).filter(ended_on=None, started_on__gte=date(2024, 1, 1))
    with mock.patch.object(walking, "MANY", 1):
        assert "membership_since_walk (started_on>?" in walking.wide(rows).explain()
        assert (
            "TEMP B-TREE FOR ORDER BY"
            in walking.in_order(walking.wide(rows), "updated_at").order_by("updated_at").explain()
        )


def test_a_reach_of_several_roots_is_wide_together(town: str) -> None:
    second = factories.union()
    factories.member(second, "丁四")
    rows = Membership.objects.filter(within([town, second.path], "union_path"), ended_on=None)
    with mock.patch.object(walking, "MANY", 3):
        walked = keyset.fetch(walking.wide(rows), KEYS, 10)
    assert [row.person.name for row in walked.rows] == ["安二", "白三", "陈一", "丁四"]


def test_of_a_range_inside_another_only_the_inner_is_asked(town: str) -> None:
    below = factories.union("下级工会", parent=TradeUnion.objects.get(path=town))
    factories.member(below, "丁四")
    rows = Membership.objects.filter(within([town], "union_path"), within([below.path], "union_path"))
    beside = Membership.objects.filter(within([town], "union_path"), within(["9/9/"], "union_path"))
    either = rows.filter(within([town, below.path], "union_path"))

    for asked in (
        rows,
        either,
        Membership.objects.filter(within([below.path], "union_path"), union_path__gte=town),
    ):
        assert [row.person.name for row in walking.wide(asked)] == ["丁四"]
    assert not walking.wide(beside)
    if connection.vendor == "sqlite":
        assert str(walking.wide(rows).query).count('"union_path" >=') == 1
        assert str(walking.wide(either).query).count('"union_path" >=') == 3
        assert str(walking.wide(beside).query).count('"union_path" >=') == 2


def test_a_search_of_a_wide_reach_goes_by_what_it_asks(town: str) -> None:
    rows = Membership.objects.under(town).filter(ended_on=None, state="active")
    asked = rows.filter(name_key__gte="an", name_key__lt="ao")
    tail = rows.get(person__name="安二").person.mobile_tail
    texts = ("安二", "a", "an", "ae", tail, "没有")

    narrow = walking.sought(asked, "name_key")
    with mock.patch.object(walking, "MANY", 2):
        wide = walking.sought(asked, "name_key")
        found = {text: [row.person.name for row in find_members(rows, text)] for text in texts}

    assert [row.person.name for row in narrow] == [row.person.name for row in wide] == ["安二"]
    assert [row.person.name for row in walking.by_alone(asked, "union_path")] == ["安二"]
    assert found == {text: [row.person.name for row in find_members(rows, text)] for text in texts}
    assert found == {
        "安二": ["安二"],
        "a": ["安二"],
        "an": ["安二"],
        "ae": ["安二"],
        tail: ["安二"],
        "没有": [],
    }
    if connection.vendor == "sqlite":
        assert '+"registry_membership"."state"' in str(wide.query)
        assert "+" not in str(narrow.query)
        assert '+"registry_membership"."name_key"' not in str(wide.query)


def test_a_part_of_the_order_that_is_short_is_walked_without_looking_beforehand(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = Membership.objects.under(town).filter(ended_on=None)
    if connection.vendor != "sqlite":
        assert not walking.is_short(rows.filter(name_key__gte="a", name_key__lt="b"), "name_key")
        return  # it knows how many rows a range holds
    for name, value in {"MANY": 2, "SMALL": 0, "SHORT": 2}.items():
        monkeypatch.setattr(walking, name, value)
    factories.member(TradeUnion.objects.get(path=town), "白四")
    Person.objects.update(sex="f")
    rows = walking.wide(rows.filter(person__sex="f"))
    short, long = find_members(rows, "a"), find_members(rows, "b")

    looks = []
    for one in (short, rows):
        with CaptureQueriesContext(connection) as asked:
            walking.in_order(one, "name_key")
        looks.append(any("registry_person" in query["sql"] for query in asked))

    assert looks == [False, True]  # of all members some are looked at first
    assert [walking.is_short(one, "name_key") for one in (short, long, rows)] == [True, True, False]
    factories.member(TradeUnion.objects.get(path=town), "白五")
    assert not walking.is_short(long, "name_key")


def test_whoever_has_left_is_one_of_few(town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many rows a range holds")
    monkeypatch.setattr(walking, "MANY", 2)
    gone = Membership.objects.under(town).filter(ended_on__isnull=False)

    chosen = walking.in_order(walking.wide(gone), "name_key")

    assert '+"registry_membership"."ended_on"' not in str(chosen.query)  # nobody has: they are not walked


def test_a_walk_keeps_readable_only_what_an_index_of_its_order_is_conditioned_on(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many rows a range holds")
    monkeypatch.setattr(walking, "MANY", 2)
    rows = walking.wide(
        Membership.objects.under(town).filter(ENDED, employer=None, employer_name="", ended_on=None)
    )

    chosen = str(walking.in_order(walking.are_many(rows), "name_key").query)

    assert (
        '+"registry_membership"."employer_id" IS NULL' in chosen
    )  # or the index of those without one would serve
    assert '+"registry_membership"."ended_on" IS NULL' in chosen
    assert '+"registry_membership"."end_type"' not in chosen  # that of the few who are gone is by name too


def test_few_of_a_state_are_enough_to_walk_the_index_that_knows_it(town: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many rows a range holds")
    with mock.patch.object(walking, "MANY", 2):
        rows = walking.wide(Membership.objects.under(town).filter(ended_on=None))
    active, begun = rows.filter(state="active"), rows.filter(started_on__gte=date(2000, 1, 1))
    with mock.patch.object(walking, "FEW", 2):
        chosen = [str(walking.in_order(one, "name_key").query) for one in (active, begun)]

    assert '+"registry_membership"."state"' in chosen[0]  # three are more than two
    assert '+"registry_membership"."started_on"' not in chosen[1]  # in no index by name: fewer than 20,000


@pytest.mark.parametrize(
    ("column", "asked", "walks"),
    [("sex", "f", True), ("sex", "m", False), ("birth_date", None, True), ("resident_id_index", None, False)],
)
def test_the_next_rows_of_a_big_table_tell_how_many_meet_the_conditions(
    town: str, column: str, asked: str | None, walks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many rows a range holds")
    Person.objects.update(sex="f", birth_date=None)
    for name, value in {"MANY": 2, "SMALL": 0, "PAGE": 2, "LOOKED_AT": 100}.items():
        monkeypatch.setattr(walking, name, value)
    rows = walking.wide(Membership.objects.under(town).filter(ended_on=None, **{f"person__{column}": asked}))

    with CaptureQueriesContext(connection) as looks:
        chosen = walking.in_order(rows, "name_key")

    assert (f'+"registry_person"."{column}"' in str(chosen.query)) is walks  # no other index may serve
    assert looks[0]["sql"].count("LIMIT") == 2  # a page of them, among the next in reach
    gathered = walking.in_order(
        rows, "name_key", size=10**9
    )  # for a sheet of so many a walk would go too far
    assert f'+"registry_person"."{column}"' not in str(gathered.query)


def test_it_is_the_rows_behind_the_place_that_tell_whether_a_walk_finds_a_page(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many rows a range holds")
    for name, value in {"MANY": 2, "SMALL": 0, "PAGE": 1, "LOOKED_AT": 20}.items():
        monkeypatch.setattr(walking, name, value)
    Person.objects.filter(name__in=["安二", "白三"]).update(sex="f")
    rows = walking.wide(Membership.objects.under(town).filter(ended_on=None, person__sex="f"))

    def walks(after: str) -> bool:
        with CaptureQueriesContext(connection) as asked:
            keyset.fetch(rows, KEYS, 1, after=(after, 0) if after else None)
        return '+"registry_person"."sex"' in asked[-1]["sql"]

    assert walks("")
    assert not walks("ba")  # one alone comes behind, and she is found by her sex


def test_a_reach_that_is_not_wide_is_walked_when_passing_others_costs_less_than_looking_hers_up(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many rows a range holds")
    rows = walking.wide(Membership.objects.under(town).filter(ended_on=None))
    for name, value in {"SMALL": 0, "PASSED": 10**9}.items():
        monkeypatch.setattr(walking, name, value)
    seen = [row.person.name for row in keyset.fetch(rows, KEYS, 2).rows]

    assert seen == ["安二", "白三"]
    assert "membership_by_name" in keyset.ordered(walking.in_order(rows, "name_key"), KEYS).explain()
    assert "+" not in str(walking.in_order(rows, "pk").query)  # the table itself knows no path
    monkeypatch.setattr(walking, "PASSED", 1)
    assert "+" not in str(walking.in_order(rows, "name_key", size=10**9).query)


def test_officers_of_a_wide_reach_are_walked_by_union_and_not_gathered(town: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many rows a range holds")
    leader = factories.cadre(TradeUnion.objects.get(path=town))
    for name in ("甲工会", "乙工会"):
        below = factories.union(name, parent=TradeUnion.objects.get(path=town))
        term = Term.objects.create(
            union=below, ordinal=1, starts_on=date(2024, 1, 1), ends_on=date(2034, 1, 1)
        )
        Officer.objects.create(term=term, name=f"{name}主席", organ="committee", post="chair")
    rows = dated.officers_on(leader, date(2026, 1, 1))
    keys = keyset.keys_for(rows, ("term__union__name_key", "organ", "post"))
    gathered = keyset.fetch(rows, keys, 5)
    with mock.patch.object(walking, "FEW", 2):
        walked = keyset.fetch(rows, keys, 5)
        plan = walking.in_order(rows, keys[0].path)

    assert [row.name for row in walked.rows] == ["乙工会主席", "甲工会主席"]
    assert walked == gathered
    assert '+"registry_tradeunion"."path"' in str(plan.query)
    assert '+"registry_tradeunion"."path"' not in str(
        walking.in_order(rows, keys[0].path).query
    )  # few in reach


def test_firms_from_abroad_are_found_by_their_own_index() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL compares lists of values too")
    abroad = Employer.objects.filter(Q(unit_nature="foreign") | Q(unit_nature="hmt"))
    sql, values = abroad.filter(territory_path__gte="1/", territory_path__lt="10").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)

        assert "employer_from_abroad" in cursor.fetchall()[0][-1]
