"""Unions and employers suggested while somebody types, and what is said of a name that is none."""

import pytest
from django.test import Client
from django.urls import reverse

from smartunion.core import clock
from smartunion.ground.registry.models import EmployerLink
from smartunion.ground.registry.rules import UnionKind
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.forms.members import MemberForm
from smartunion.site.desk.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def names(client: Client, page: str, **asked: object) -> list[str]:
    return [row["name"] for row in client.get(reverse(page), asked).json()["rows"]]


def test_unions_in_reach_that_stand_are_suggested_by_part_of_their_name(desk: Desk) -> None:
    county = desk.cast.county
    make.union("宁海强蛟联合工会", county, kind=UnionKind.JOINT)
    make.union("宁海强蛟镇总工会", county, kind=UnionKind.FEDERATION, level="town")
    make.union("宁海强蛟旧工会", county, state="closed", closed_on=make.DAY)
    make.union("慈溪强蛟工会", desk.cast.elsewhere)

    found = names(desk.cadre, "desk:pick_union", q="强蛟", may="registry.edit")

    assert set(found) == {"宁海强蛟联合工会", "宁海强蛟镇总工会"}
    assert names(desk.cadre, "desk:pick_union", q="强蛟", kind="joint") == ["宁海强蛟联合工会"]
    assert names(desk.cadre, "desk:pick_union", q="强蛟", may="nothing.known") == []
    assert names(desk.cadre, "desk:pick_union", q="") == []
    assert names(desk.stranger, "desk:pick_union", q="强蛟") == ["慈溪强蛟工会"]


def test_employers_of_one_name_are_told_apart_by_their_code(desk: Desk) -> None:
    county = desk.cast.county
    twins = [make.employer("宁海双生有限公司", looked_after_by=county) for _twin in range(2)]
    make.employer("宁海独生有限公司", looked_after_by=county)

    assert set(names(desk.cadre, "desk:pick_employer", q="双生")) == {row.uscc for row in twins}
    assert names(desk.cadre, "desk:pick_employer", q="独生") == ["宁海独生有限公司"]
    assert names(desk.stranger, "desk:pick_employer", q="独生") == []


def test_employers_of_one_name_without_a_code_are_picked_by_what_tells_them_apart(desk: Desk) -> None:
    union, county = desk.cast.union, desk.cast.county
    place = make.region("力洋镇", make.region())
    first = make.employer(
        "力洋小吃店", looked_after_by=county, uscc="", region=place, address="环镇路1号", legal_person="王芳"
    )
    second = make.employer("力洋小吃店", looked_after_by=county, uscc="", address="环镇路9号")
    make.employer("力洋小吃店", looked_after_by=desk.cast.elsewhere, uscc="")
    texts = [f"力洋小吃店#{row.pk}" for row in (first, second)]
    page = reverse("desk:union_cover", args=[union.pk])
    given = {"kind": "own", "on": clock.today().isoformat()}

    refused = desk.cadre.post(page, given | {"employer": "力洋小吃店"}).content.decode()
    rows = desk.cadre.get(reverse("desk:pick_employer"), {"q": "力洋小吃"}).json()["rows"]

    told = f"{texts[0]}（宁海县力洋镇，环镇路1号，法定代表人：王芳）；{texts[1]}（环镇路9号）"
    assert f"有多家同名单位，请改填其中一项：{told}<" in refused
    assert [row["name"] for row in rows] == texts
    assert not EmployerLink.objects.exists()
    assert desk.cadre.post(page, given | {"employer": texts[1].replace("#", " ＃")}).status_code == 302
    assert EmployerLink.objects.get().employer == second


def test_the_only_employer_of_a_union_is_filled_in_so_that_it_means_this_one(desk: Desk) -> None:
    union, county = desk.cast.union, desk.cast.county
    mine = make.employer("力洋小吃店", looked_after_by=county, uscc="")
    make.employer("力洋小吃店", looked_after_by=county, uscc="")
    make.link(union, mine)

    form = MemberForm(make.cadre(county), union)

    assert form["employer"].value() == f"力洋小吃店#{mine.pk}"


def test_a_name_that_is_none_is_answered_with_those_that_come_near(desk: Desk) -> None:
    union, county = desk.cast.union, desk.cast.county
    make.union("宁海强蛟联合工会", county, kind=UnionKind.JOINT)
    given = {"to_union": "强蛟", "on": clock.today().isoformat(), "reason": "决议", "version": "1"}

    answer = desk.cadre.post(reverse("desk:union_merge", args=[union.pk]), given)

    assert answer.status_code == 422
    assert "您要找的是不是：宁海强蛟联合工会？" in answer.content.decode()
