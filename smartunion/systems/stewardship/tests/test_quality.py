"""Scores: the published table, counted from records, kept fresh, and every number opening its list."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.actor import system
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import Employer, Membership, Person, Term, TradeUnion
from smartunion.ground.registry.service import people
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.stewardship.flows.scoring import count, count_all, refresh
from smartunion.systems.stewardship.models import FaultCount, UnionQuality
from smartunion.systems.stewardship.queries import faults, scores
from smartunion.systems.stewardship.queries.scores import children_of, score_of
from smartunion.systems.stewardship.repair_lists import repair_list_for
from smartunion.systems.stewardship.rules.quality import (
    BY_KEY,
    RULES,
    Points,
    Subject,
    gains,
    of_subject,
    points,
)

PAGE = Path(__file__).parents[4] / "docs" / "rules" / "data_quality.md"


def test_the_page_has_the_rules_and_weights_of_the_program() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (\w+) \| (\d) \| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )

    assert rows == [(rule.key, rule.subject.value, str(rule.weight), rule.source) for rule in RULES]


def test_the_worked_table_of_the_page() -> None:
    rows = re.findall(
        r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\S+) \|",
        PAGE.read_text(encoding="utf-8"),
        re.M,
    )

    assert len(rows) == 5
    for members, no_number, no_sex, unions, no_head, due, kept, score in rows:
        found = points(
            {Subject.MEMBER: int(members), Subject.UNION: int(unions)},
            {"member_no_number": int(no_number), "member_no_sex": int(no_sex), "union_no_head": int(no_head)},
        )
        assert (found.due, found.kept) == (int(due), int(kept))
        assert str(found.score).lower() == score


@given(st.integers(1, 500), st.data())
def test_scores_lie_between_nothing_and_all_and_mending_adds_what_was_promised(
    members: int, data: st.DataObject
) -> None:
    broken = {rule.key: data.draw(st.integers(0, members)) for rule in of_subject(Subject.MEMBER)}

    found = points({Subject.MEMBER: members}, broken)

    assert found.score is not None
    assert Decimal(0) <= found.score <= 100
    assert (found.score == 100) == (not any(number for key, number in broken.items() if BY_KEY[key].weight))
    promised = sum((gain.number * gain.rule.weight for gain in gains(found, broken)), 0)
    assert found.kept + promised == found.due


@pytest.mark.django_db
def test_a_union_is_counted_from_its_records() -> None:
    cast = make.cast()
    make.membership(make.person("王海燕", resident_id="", sex="f", birth_date=date(1990, 1, 1)), cast.union)
    make.membership(
        make.person("李小明", sex="m", birth_date=date(2020, 1, 1), employment_status="on_post"), cast.union
    )
    make.membership(
        make.person("老金", resident_id=""), cast.union, state="ended", ended_on=make.TODAY, end_type="left"
    )
    firm = make.employer(
        looked_after_by=cast.county, state="closed", address="a", unit_nature="private", industry="C"
    )
    make.link(cast.union, firm)

    count([cast.union.pk, cast.county.pk], at=make.AT)

    told = dict(FaultCount.objects.filter(union=cast.union).values_list("rule", "number"))
    assert told == {
        "member_no_number": 1, "member_no_employer": 3, "member_too_young": 1, "member_no_birth": 1, "member_no_sex": 1,
        "member_no_status": 2, "union_no_head": 1, "union_no_phone": 1, "union_no_term": 1, "union_no_founding": 1,
        "union_no_place": 1, "employer_no_place": 1, "employer_closed": 1, "member_identity_open": 2,
    }  # fmt: skip
    row = UnionQuality.objects.get(pk=cast.union.pk)
    lost = sum(BY_KEY[key].weight * number for key, number in told.items())
    assert (row.records, row.due - row.kept) == (5, lost)
    assert UnionQuality.objects.get(pk=cast.county.pk).due == 0


@pytest.mark.django_db
@pytest.mark.parametrize("rule", [rule.key for rule in RULES])
def test_every_number_opens_exactly_the_records_it_counts(rule: str) -> None:
    cast = make.cast()
    make.membership(make.person("王海燕", resident_id="", mobile=""), cast.union)
    make.union("空工会", cast.county, uscc="91330226000000001X")
    make.link(cast.union, make.employer("老店", looked_after_by=cast.county, uscc=""))
    count_all(at=make.AT)

    listed = faults.broken(rule, actor=system(), path=cast.county.path, on=make.TODAY).distinct().count()

    counted = FaultCount.objects.filter(path__startswith=cast.county.path, rule=rule)
    assert listed == sum(one.number for one in counted)
    shown = [gain.number for gain in score_of(cast.county.path).gains if gain.rule.key == rule]
    assert shown == ([listed] if listed and BY_KEY[rule].weight else [])


@pytest.mark.django_db
def test_a_change_is_counted_again_and_nothing_else() -> None:
    cast = make.cast()
    other = make.union("别的工会", cast.county)
    person = make.person("王海燕", mobile="")
    make.membership(person, cast.union)
    count_all(at=make.AT)
    assert refresh(at=make.AT) == 0

    people.update_person(
        actor=cast.cadre, person_id=person.pk, version=1, changes={"mobile": "13900007777"}, at=make.AT
    )
    later = make.AT + timedelta(minutes=5)
    assert refresh(at=later) == 1

    assert not FaultCount.objects.filter(union=cast.union, rule="member_no_mobile").exists()
    assert UnionQuality.objects.get(pk=cast.union.pk).counted_at == later
    assert UnionQuality.objects.get(pk=other.pk).counted_at == make.AT


@pytest.mark.django_db
def test_a_subtree_is_the_sum_of_its_records_and_the_lowest_stands_first() -> None:
    cast = make.cast()
    town = make.federation("西店镇总工会", cast.county)
    make.union("西店云海工会", town, contact_name="李敏")
    count_all(at=make.AT)

    rows = {row.union_id: Points(row.due, row.kept) for row in UnionQuality.objects.all()}
    total = score_of(cast.county.path).points

    inside = [pk for pk in rows if pk not in {cast.elsewhere.pk, cast.elsewhere.parent_id}]
    assert total == Points(sum(rows[pk].due for pk in inside), sum(rows[pk].kept for pk in inside))
    scores = [child.score for child in children_of(cast.county)]
    assert scores == sorted(scores, key=lambda score: score or Decimal(0))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "rule", "page"),
    [
        ("cadre", "employer_no_code", "desk:employer_edit"),
        ("organiser", "employer_no_code", "desk:employer"),
        ("organiser", "union_no_phone", "desk:union"),
        ("chair", "union_no_phone", "desk:union"),
        ("chair", "member_no_status", "desk:person_edit"),
        ("inspector", "member_no_status", "desk:person"),
    ],
)
def test_a_row_leads_to_the_form_that_mends_it_or_to_the_record_of_who_may_only_read(
    role: str, rule: str, page: str
) -> None:
    cast = make.cast()
    firm = make.employer("无码厂", uscc="")
    make.link(cast.union, firm)
    user = User.objects.create_user(role, "unit-test-only-1", name="李敏", created_at=make.AT)
    RoleGrant.objects.create(user=user, role=role, union=cast.union, valid_from=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    record = {"employer": firm.pk, "union": cast.union.pk, "member": cast.xiaobo.person_id}[
        rule.split("_")[0]
    ]

    address = reverse(page, args=[record])
    listed = client.get(reverse("stewardship:faults", args=[cast.union.pk, rule])).content.decode()

    assert f'href="{address}"' in listed
    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_a_closed_employer_is_read_where_nothing_can_be_changed_any_more() -> None:
    cast = make.cast()
    firm = make.employer("关了的厂", uscc="", state="closed")
    make.link(cast.union, firm)
    row = faults.broken("employer_no_code", actor=cast.cadre, path=cast.union.path, on=make.TODAY).get(
        employer=firm
    )

    assert repair_list_for(cast.cadre, "employer_no_code", cast.union.path).rows_url(row) == reverse(
        "desk:employer", args=[firm.pk]
    )


@pytest.mark.django_db
def test_pages_open_for_who_may_look_and_ask_the_same_for_one_and_fifty_rows() -> None:
    cast = make.cast()
    user = User.objects.create_user("cadre", "unit-test-only-1", name="李敏", created_at=make.AT)
    RoleGrant.objects.create(user=user, role="cadre", union=cast.county, valid_from=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    address = reverse("stewardship:faults", args=[cast.county.pk, "member_no_number"])

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    Person.objects.filter(pk=cast.xiaobo.person_id).update(resident_id=None, resident_id_index=None)
    count_all(at=make.AT)
    page = client.get(reverse("stewardship:score", args=[cast.county.pk])).content.decode()
    assert address in page
    asked()
    once = asked()
    for number in range(49):
        make.membership(make.person(f"王{chr(0x4E00 + number)}", resident_id=""), cast.union)
    assert asked() == once
    assert client.get(reverse("stewardship:score", args=[cast.elsewhere.pk])).status_code == 404
    assert client.get(reverse("stewardship:faults", args=[cast.county.pk, "no_such"])).status_code == 404


@pytest.mark.django_db
def test_a_score_is_what_the_page_says_and_mending_records_moves_it_to_full() -> None:
    """By hand, weights of docs/rules/data_quality.md: union 19, two members 22 each, employer 11: 74 points due.

    Lost: no phone and no founding day (3 + 1), her mobile (3), his employer and state (3 + 1), the firm's code (3): 14.
    """
    cast = make.cast()
    whole = {"birth_date": date(1990, 3, 7), "sex": "f", "employment_status": "on_post"}
    firm = make.employer("宁海甲厂", looked_after_by=cast.county, uscc="", region=cast.county.region or make.region("甲村"),
                         address="1 号", unit_nature="private", industry="C")  # fmt: skip
    union = make.union("宁海甲厂工会", cast.county, contact_name="李敏", region=firm.region, uscc="")
    Term.objects.create(union=union, ordinal=1, starts_on=date(2025, 1, 1), ends_on=date(2029, 12, 31))
    make.link(union, firm)
    her = make.membership(make.person("王海燕", mobile="", **whole), union, employer=firm)
    his = make.membership(make.person("李小明", **whole | {"employment_status": ""}), union)

    def score() -> tuple[int, int, str]:
        count([union.pk], at=make.AT)
        row = UnionQuality.objects.get(pk=union.pk)
        return row.due, row.kept, str(Points(row.due, row.kept).score)

    assert score() == (74, 60, "81.0")
    found = {(one.rule, one.number) for one in FaultCount.objects.filter(union=union)}
    assert found == {
        ("union_no_phone", 1), ("union_no_founding", 1), ("member_no_mobile", 1), ("member_no_employer", 1),
        ("member_no_status", 1), ("employer_no_code", 1), ("member_identity_open", 2),
    }  # fmt: skip
    steps = [
        (lambda: Person.objects.filter(pk=her.person_id).update(mobile="13900007777", mobile_index=b"x"), 63, "85.1"),
        (lambda: Membership.objects.filter(pk=his.pk).update(employer=firm), 66, "89.1"),
        (lambda: Person.objects.filter(pk=his.person_id).update(employment_status="on_post"), 67, "90.5"),
        (lambda: Employer.objects.filter(pk=firm.pk).update(uscc=make.uscc(77)), 70, "94.5"),
        (lambda: TradeUnion.objects.filter(pk=union.pk).update(contact_phone="13900008888"), 73, "98.6"),
        (lambda: TradeUnion.objects.filter(pk=union.pk).update(founded_on=date(2015, 1, 1)), 74, "100.0"),
    ]  # fmt: skip
    for mend, kept, shown in steps:
        mend()
        assert score() == (74, kept, shown)
    assert {one.rule for one in FaultCount.objects.filter(union=union)} == {
        "member_identity_open"
    }  # weighs nothing


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("born", "on", "is_too_young"),
    [
        (date(2010, 11, 30), date(2026, 11, 30), False), (date(2010, 11, 29), date(2026, 11, 30), False),
        (date(2010, 12, 1), date(2026, 11, 30), True), (date(2012, 2, 29), date(2028, 2, 28), True),
        (date(2012, 2, 29), date(2028, 2, 29), False), (date(2012, 3, 1), date(2028, 2, 29), True),
    ],
)  # fmt: skip
def test_whoever_has_had_the_sixteenth_birthday_is_not_too_young(
    born: date, on: date, is_too_young: bool
) -> None:
    cast = make.cast()
    young = make.membership(make.person("小李", birth_date=born), cast.union)

    found = faults.broken("member_too_young", actor=system(), path=cast.union.path, on=on)

    assert (young in found) == is_too_young


#: Rule → indexes that find them, where they are not named after it.
_OF_THE_FEW = {
    "member_no_employer": ("membership_no_firm",), "member_firm_closed": ("employer_closed",),
    "member_too_young": ("person_born_late",), "employer_no_address": ("employer_address_head",),
    "employer_no_place": ("registry_employer_region_id",),
}  # fmt: skip


def _forget_statistics() -> None:
    """What a test before has counted of nearly empty tables would have SQLite read them whole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")
        cursor.execute("ANALYZE sqlite_schema")


@pytest.mark.django_db
@pytest.mark.parametrize("rule", sorted(faults._LACKING))
def test_the_few_who_lack_something_are_found_by_an_index_of_theirs(rule: str) -> None:
    """Without one SQLite reads every member of a city to show that nobody lacks anything."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL counts what an index holds")
    name, lacks = faults._LACKING[rule]
    rows = faults.rows_of(BY_KEY[rule].subject)
    model = rows.model._meta.get_field(name).related_model if name else rows.model
    _forget_statistics()

    plan = model.objects.filter(**lacks(date(2026, 11, 30))).order_by().values("pk").explain()

    assert any(
        f"INDEX {index}" in plan
        for index in _OF_THE_FEW.get(rule, (rule.replace("member", "person").replace("_no_", "_lacks_"),))
    )


@pytest.mark.django_db
def test_a_list_of_many_who_lack_something_shows_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make.cast()
    lacking = make.membership(make.person("王海燕", mobile=""), cast.union)
    make.membership(make.person("李建国", mobile="13700000001"), cast.union)
    gathered = faults.broken("member_no_mobile", actor=system(), path=cast.county.path, on=make.TODAY)
    monkeypatch.setattr(faults, "_GATHERED", 0)

    asked_of_each = faults.broken("member_no_mobile", actor=system(), path=cast.county.path, on=make.TODAY)

    assert lacking in gathered
    assert set(asked_of_each) == set(gathered)

    monkeypatch.undo()
    for name in ("孙一", "周二", "吴三", "郑四"):  # more than there are members of the county
        make.person(name, mobile="")
    by_path = faults.broken("member_no_mobile", actor=system(), path=cast.county.path, on=make.TODAY)
    assert set(by_path) == set(gathered)


@pytest.mark.django_db
def test_too_many_to_count_anew_are_told_as_they_were_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make.cast()
    monkeypatch.setattr(scores, "FEW", 2)
    rows = [
        FaultCount(union=one, path=one.path, rule="member_no_sex", number=2)
        for one in (cast.union, cast.county)
    ]
    FaultCount.objects.bulk_create(rows)

    assert [scores.many_faults(one.path, "member_no_sex") for one in (cast.county, cast.union)] == [4, None]
    known = repair_list_for(cast.cadre, "member_no_sex", cast.county.path).known
    assert known is not None
    assert (known(cast.cadre, {}), known(cast.cadre, {"q": "王"})) == (4, None)
