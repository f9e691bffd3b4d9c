"""Search: what a text is taken for, and that nobody finds what she may not see."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smartunion.core.actor import STRANGER
from smartunion.ground.registry import queries
from smartunion.ground.registry.models import UnionFormerName, UnionTally
from smartunion.ground.registry.rules.reading import Wanted, read_search
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "wanted", "value"),
    [
        ("", Wanted.NOTHING, ""),
        (" \u200b ", Wanted.NOTHING, ""),
        (make.resident_id(1).lower(), Wanted.RESIDENT_ID, make.resident_id(1)),
        ("139 0000 1234", Wanted.MOBILE, "13900001234"),
        ("+86-13900001234", Wanted.MOBILE, "13900001234"),
        ("1234", Wanted.PHONE_TAIL, "1234"),
        (make.uscc(3), Wanted.CODE, make.uscc(3)),
        ("330226-2026-0007", Wanted.UNION_NUMBER, "330226-2026-0007"),
        ("Wang Xiao", Wanted.PINYIN, "wangxiao"),
        ("ｗｘｍ", Wanted.PINYIN, "wxm"),
        ("L", Wanted.PINYIN, "l"),
        ("王小明", Wanted.NAME, "王小明"),
        ("123", Wanted.NAME, "123"),
        ("330226199013079999", Wanted.CODE, "330226199013079999"),
    ],
)
def test_texts_are_taken_for_what_they_are(text: str, wanted: Wanted, value: str) -> None:
    found = read_search(text, today=make.TODAY)

    assert (found.wanted, found.value) == (wanted, value)


def found(actor: object, text: str) -> tuple[list[str], list[str], list[str]]:
    results = queries.search(actor, text, today=make.TODAY)  # type: ignore[arg-type]
    return (
        [u.name for u in results.unions],
        [e.name for e in results.employers],
        [p.name for p in results.people],
    )


@pytest.mark.parametrize("is_large", [False, True])
def test_people_are_found_by_everything_they_bear_within_reach_only(is_large: bool) -> None:
    who = make.cast()
    if is_large:
        UnionTally.objects.create(union=who.county, all_active=50_000)
    ours = make.membership(make.person("单小明", mobile="13911112222"), who.union).person
    theirs = make.membership(make.person("单小明", mobile="13911113333"), who.elsewhere).person

    for text in (
        "单小明",
        "单小",
        "shanxiaoming",
        "shanx",
        "s",
        "sxm",
        "2222",
        "139-1111-2222",
        ours.resident_id,
    ):
        assert found(who.cadre, text)[2] == ["单小明"], text
    for text in ("3333", "13911113333", theirs.resident_id, "小明", "danxiaoming"):
        assert found(who.cadre, text)[2] == [], text
    results = queries.search(who.cadre, "单小明", today=make.TODAY)
    assert results.people[0].pk == ours.pk
    assert results.people[0].running.union == who.union
    assert queries.search(STRANGER, "单小明", today=make.TODAY).is_empty
    assert found(who.laoqin_actor, "单小明")[2] == []


def test_unions_are_found_inside_their_names_by_former_names_numbers_and_initials() -> None:
    who = make.cast()
    for name in ("文具厂工会", "老文具厂工会"):  # both hold the word: found once
        UnionFormerName.objects.create(union=who.union, name=name, name_key=name, until=make.DAY)

    for text in ("得力", "宁海得力工会", "文具厂", "nhdl", who.union.number):
        assert found(who.cadre, text)[0] == [who.union.name], text
    assert found(who.cadre, "水产")[0] == []
    everything = {who.union.name, who.elsewhere.name, "宁海县总工会", "象山县总工会"}
    assert set(found(make.cadre(None), "工会")[0]) == everything


def test_employers_are_found_by_brand_whole_name_code_and_initials() -> None:
    who = make.cast()
    make.employer("宁波市宁海县得力集团有限公司", looked_after_by=who.county, uscc=make.uscc(77))
    make.employer("象山得力水产有限公司", looked_after_by=who.elsewhere.parent)

    for text in ("得力", "宁海得力", "宁波市宁海县得力", "nbsnhx", make.uscc(77)):
        assert found(who.cadre, text)[1] == ["宁波市宁海县得力集团有限公司"], text
    for text in ("水产", "xsdl", make.uscc(78)):
        assert found(who.cadre, text)[1] == [], text


def test_a_search_costs_the_same_for_one_hit_and_for_many() -> None:
    who = make.cast()
    make.member(who.union, "赵一")
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert len(found(who.cadre, "赵")[2]) == 1
    for number in range(15):
        make.member(who.union, f"赵{chr(0x4E00 + number)}")
    with CaptureQueriesContext(connection) as many:
        assert len(found(who.cadre, "赵")[2]) == 16

    assert len(one) == len(many)


def test_one_with_many_spells_leaves_room_for_the_others_and_all_stand_by_sound() -> None:
    who = make.cast()
    often = make.member(who.union, "赵一")
    for year in range(1980, 2025):
        make.membership(
            often.person, who.union, state="ended", held_as="active", started_on=date(year, 1, 1),
            ended_on=date(year, 6, 1), end_type="left",
        )  # fmt: skip
    for name in ("赵八", "赵子", "赵安"):
        make.member(who.union, name)

    assert found(who.cadre, "赵")[2] == ["赵安", "赵八", "赵一", "赵子"]


def test_history_lists_show_any_day() -> None:
    who = make.cast()
    past = make.member(
        who.union, "甲某", state="ended", held_as="active", started_on=date(2025, 1, 1), ended_on=date(2026, 1, 1),
        end_type="left",
    )  # fmt: skip
    make.link(who.union, make.employer(), valid_from=date(2025, 6, 1))

    def names(day: date) -> list[str]:
        return [m.person.name for m in queries.members_on(who.cadre, who.county, day)]

    assert names(date(2025, 12, 31)) == ["甲某"]
    assert names(date(2026, 2, 1)) == []
    assert names(make.DAY) == ["小波"]
    assert [m.pk for m in queries.spells_of(past.person)] == [past.pk]
    assert queries.member_since(past.person) == date(2025, 1, 1)
    assert queries.links_on(who.cadre, who.county.path, date(2025, 5, 31)).count() == 0
    assert queries.links_on(who.cadre, who.county.path, date(2025, 6, 1)).count() == 1
    assert list(queries.members_on(who.laoqin_actor, who.county, make.DAY)) == []


def test_the_tree_is_read_in_constant_statements() -> None:
    who = make.cast()

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            rows = list(queries.tree_children(who.cadre, who.county))
            assert all(row.n_unions == 1 for row in rows)
        return len(caught)

    few = statements()
    for _n in range(20):
        make.union("", who.county)

    assert statements() == few == 2
    assert [u.name for u in queries.tree_roots(who.cadre)] == ["宁海县总工会"]
    for actor, is_seen in ((who.cadre, True), (who.ali, False)):
        above = queries.ancestors_of(who.union, actor)
        assert [(one, one.is_seen) for one in above] == [(who.county, is_seen)]


def test_a_text_is_found_as_typed_half_width_and_in_simplified_characters() -> None:
    who = make.cast()
    maker = make.employer("宁海传媒ABC有限公司", region=who.union.region)
    make.link(who.union, maker)
    simple, kept = (make.membership(make.person(name), who.union).person for name in ("张传国", "張傳家"))

    assert found(who.cadre, "寧海縣總工會")[0] == ["宁海县总工会"]
    for text in ("傳媒ａｂｃ", "传媒ABC", "寧海傳媒"):
        assert found(who.cadre, text)[1] == [maker.name], text
    assert found(who.cadre, "張傳")[2] == [kept.name, simple.name]
    assert found(who.cadre, "张传")[2] == [simple.name]
