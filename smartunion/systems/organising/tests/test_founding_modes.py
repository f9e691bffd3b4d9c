"""The four ways of founding: the worked table, the finding's page and lists, shares by group of firms."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.models import Employer
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.comparison.employers import _nature
from smartunion.systems.organising.flows.modes import propose_modes
from smartunion.systems.organising.founding_modes import (
    Firm,
    FoundingMode,
    Thresholds,
    industry_of,
    is_new_form,
    propose_mode,
)
from smartunion.systems.organising.models import Finding
from smartunion.systems.organising.queries import modes, segments
from smartunion.systems.organising.queries.day import day_list
from smartunion.systems.organising.queries.segments import Segment
from smartunion.systems.organising.tests.field_world import AT, TODAY, Town, finding, town
from smartunion.systems.organising.tests.test_rules_pages import rows

LIMITS = Thresholds(100, 25, 3, 3, frozenset("EGHO"))


@pytest.mark.parametrize("row", rows("founding_modes.md", "modes"))
def test_modes(row: list[str]) -> None:
    people, nature, industry, neighbours, same, mode, reasons = ("" if cell == "–" else cell for cell in row)
    firm = Firm(
        "宁海某厂",
        int(people) if people else None,
        nature,
        industry,
        neighbours=int(neighbours),
        same_industry=int(same),
    )

    found = propose_mode(firm, LIMITS)

    assert (found.mode, [one["code"] for one in found.reasons]) == (mode, reasons.split())


def test_the_last_firm_of_a_village_without_a_union_is_told_so_in_words() -> None:
    assert modes.mode_sentences([{"code": "alone", "firms": 0}, {"code": "alone", "firms": 2}]) == [
        "本村（社区）其他单位均已建会，由属地工会兜底吸收。",
        "本村（社区）只有 2 家其他单位未建会，由属地工会兜底吸收。",
    ]


FIRMS = st.builds(
    Firm, name=st.sampled_from(["宁海某厂", "宁海顺达物流有限公司"]), people=st.none() | st.integers(0, 400),
    nature=st.sampled_from(["", "private", "foreign"]), industry=st.sampled_from(["", "C", "G"]),
    neighbours=st.integers(0, 9), same_industry=st.integers(0, 9),
)  # fmt: skip


@given(FIRMS)
def test_every_firm_gets_a_way_with_reasons_in_words_and_nobody_is_turned_away(firm: Firm) -> None:
    found = propose_mode(firm, LIMITS)

    assert found.mode in FoundingMode.values
    assert len(modes.mode_sentences(found.reasons)) == len(found.reasons) >= 1
    if firm.people is not None and firm.people >= LIMITS.alone_people:
        assert found.mode in {FoundingMode.INDEPENDENT, FoundingMode.INDUSTRY}


@pytest.mark.parametrize(
    ("name", "recorded", "letter"),
    [
        ("宁海顺达物流有限公司", "", "G"),
        ("宁海顺达物流有限公司", "C", "C"),
        ("宁海新日家政服务部", "", "O"),
        ("宁海某厂", "", ""),
    ],
)
def test_the_industry_is_recorded_or_told_by_the_name(name: str, recorded: str, letter: str) -> None:
    assert industry_of(name, recorded) == letter
    assert is_new_form(name) == (name != "宁海某厂")


def test_the_register_says_whose_money_it_is() -> None:
    said = ["有限责任公司(港澳台投资、外商投资)", "外商独资", "有限责任公司(港澳台独资)", "有限责任公司", ""]

    assert [_nature(one) for one in said] == ["foreign", "foreign", "hmt", "", ""]


@pytest.fixture
def world(db: None) -> Town:
    return town()


def bare(world: Town, name: str, people: int | None, **values: Any) -> Finding:
    place = values.pop("region", None)
    firm = make.employer(name, looked_after_by=world.federation, region=place, insured_count=people, **values)
    return finding(world, employer=firm, subject_key=f"employer:{firm.pk}", headcount=people)


def mode_of(one: Finding) -> str:
    one.refresh_from_db()
    return one.mode


def test_modes_are_proposed_with_the_numbers_around_and_written_once(world: Town) -> None:
    village = make.region("崔家村", world.federation.territory)
    lead = bare(world, "宁海大厂", 274)
    haul = [bare(world, f"宁海{number}号物流有限公司", 40) for number in range(4)]
    small = bare(world, "宁海小坊", None, region=village)
    for number in range(3):
        make.employer(f"村店{number}", looked_after_by=world.federation, region=village)

    assert propose_modes(path=world.federation.path, at=AT) == 6
    assert propose_modes(path=world.federation.path, at=AT) == 0

    assert [mode_of(lead), mode_of(haul[0]), mode_of(small)] == ["independent", "industry", "joint"]
    assert haul[0].mode_reasons[0] == {"code": "industry", "industry": "G", "firms": 3}
    assert small.mode_reasons == [{"code": "people_unknown"}, {"code": "neighbours", "firms": 3}]


def test_people_the_register_knows_count_where_no_comparison_counted_them(world: Town) -> None:
    firm = make.employer("宁海王国塑料有限公司", looked_after_by=world.federation, staff_count=130)
    one = finding(world, employer=firm, headcount=None)
    counted = finding(
        world, employer=make.employer(looked_after_by=world.federation, staff_count=130), headcount=30
    )

    propose_modes(path="", at=AT)

    for row in (one, counted):
        row.refresh_from_db()
    assert [reason["code"] for reason in one.mode_reasons] == ["leading"]
    assert [reason["code"] for reason in counted.mode_reasons] == ["own"]


def test_a_policy_of_the_place_moves_the_limit(world: Town) -> None:
    one = bare(world, "宁海大厂", 60)
    propose_modes(path="", at=AT)
    assert one.__class__.objects.get(pk=one.pk).mode_reasons == [{"code": "own", "people": 60, "from": 25}]

    PolicyValue.objects.create(
        key="organising.mode_leading_people",
        path=world.federation.path,
        value=50,
        valid_from=TODAY,
        source="文件",
        created_at=AT,
    )

    assert propose_modes(path="", at=AT) == 1
    one.refresh_from_db()
    assert one.mode_reasons == [{"code": "leading", "people": 60, "from": 50}]


def test_the_mode_stands_on_the_finding_the_list_and_the_day(world: Town) -> None:
    lead, other = bare(world, "宁海大厂", 274), bare(world, "宁海小坊", 12)
    propose_modes(path="", at=AT)
    client = Client()
    client.force_login(world.people["林静"])

    page = client.get(reverse("coverage:finding", args=[lead.pk])).content.decode()
    listed = client.get(reverse("coverage:list", args=["task"]), {"mode": "independent"}).content.decode()

    assert "有 274 名职工" in page
    assert "宁海大厂" in listed
    assert "宁海小坊" not in listed
    stops = {stop.finding_id: stop.reasons[-1] for stop in day_list(world.actor("阿丽"), TODAY)}
    assert stops[lead.pk] == "建会方式建议：单独建会。"
    assert stops[other.pk] == "建会方式建议：属地工会兜底。"


def firms_of(world: Town) -> None:
    covered = make.employer("甲公司", looked_after_by=world.federation, insured_count=120)
    make.link(world.unions[0], covered)
    make.employer("乙公司", looked_after_by=world.federation, insured_count=130)
    make.employer("丙快递公司", looked_after_by=world.federation, insured_count=30)
    make.employer("丁公司", looked_after_by=world.elsewhere, insured_count=5, unit_nature="foreign")
    make.employer("戊公司", looked_after_by=world.elsewhere, insured_count=200, state="closed")


def test_shares_by_group_and_town_say_their_denominators(world: Town) -> None:
    firms_of(world)
    leader = make.actor("领导", frozenset({"organising.view"}), world.federation.parent)

    units_below = segments.units_below(leader)
    with CaptureQueriesContext(connection) as asked:
        whole, *units = segments.shares(leader, units_below, LIMITS)

    # All firms are gone through twice, those that departments name once.
    assert len([one for one in asked if "FILTER" in one["sql"]]) == 3
    assert {key: (one.covered, one.total, one.pct) for key, one in whole.shares.items() if one.total} == {
        "leading": (1, 2, 50), "own": (0, 1, 0), "foreign": (0, 1, 0), "new_form": (0, 1, 0),
    }  # fmt: skip
    assert {unit.name: (unit.shares["leading"].total, unit.shares["foreign"].total) for unit in units} == {
        "西店镇总工会": (2, 0), "深甽镇总工会": (0, 1),
    }  # fmt: skip
    found = {one.name: one.cover for one in segments.segment_firms(leader, Segment.LEADING, LIMITS)}
    assert found == {"甲公司": "own", "乙公司": "none"}


def test_numbers_open_their_firms_and_the_queries_do_not_grow(world: Town) -> None:
    firms_of(world)
    client = Client()
    client.force_login(world.people["林静"])
    urls = [reverse("coverage:indicators"), reverse("coverage:segment", args=["leading"])]

    def asked() -> list[int]:
        counts = []
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as made:
                assert client.get(url).status_code == 200
            counts.append(len(made))
        return counts

    before = asked()
    assert "乙公司" in client.get(urls[1], {"cover": "none"}).content.decode()
    assert "甲公司" not in client.get(urls[1], {"cover": "none"}).content.decode()
    assert client.get(reverse("coverage:segment", args=["others"])).status_code == 404
    for number in range(3):
        make.link(
            world.joint, make.employer(f"己{number}", looked_after_by=world.federation, insured_count=150)
        )

    assert asked() == before
    assert Employer.objects.filter(insured_count=150).count() == 3
