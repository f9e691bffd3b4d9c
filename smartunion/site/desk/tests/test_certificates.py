"""Certificates on the desk: issued, shown with what is due, printed, cancelled; what stays closed to others."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from smartunion.core import clock
from smartunion.ground.registry.models import Certificate, TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk, account

pytestmark = pytest.mark.django_db
CODE = make.uscc(5, "81330226")


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def certificate(union: TradeUnion, **values: object) -> Certificate:
    return Certificate.objects.create(**{
        "union": union, "number": f"证{Certificate.objects.count()}", "kind": "legal_person", "issued_on": make.DAY,
        "valid_to": clock.today() + timedelta(days=900), "issued_by": "宁海县总工会", "name": union.name, "uscc": CODE, **values,
    })  # fmt: skip


def test_a_certificate_is_issued_listed_with_its_change_printed_and_cancelled(desk: Desk) -> None:
    union, today = desk.cast.union, clock.today()
    given = {
        "kind": "legal_person", "issued_on": today.isoformat(), "valid_to": (today + timedelta(days=800)).isoformat(), "uscc": CODE,
    }  # fmt: skip
    made = desk.cadre.post(reverse("desk:union_certificate", args=[union.pk]), given)
    assert made.status_code == 302
    row = Certificate.objects.get()
    assert (row.uscc, row.state, row.registrar) == (CODE, "valid", desk.cast.county)
    union.refresh_from_db()
    renamed = {
        "name": "宁海得力集团工会",
        "on": today.isoformat(),
        "reason": "更名",
        "version": union.version,
    }
    desk.cadre.post(reverse("desk:union_rename", args=[union.pk]), renamed)

    due = text(desk.cadre.get(reverse("desk:certificates"), {"standing": "change_due"}))
    offices = text(desk.ali.get(reverse("desk:union_offices", args=[union.pk])))
    home = text(desk.cadre.get(reverse("desk:home")))
    history = text(desk.cadre.get(reverse("desk:union_history", args=[union.pk])))
    assert row.number in due
    assert "待办变更登记" in due
    assert row.number not in text(desk.cadre.get(reverse("desk:certificates"), {"standing": "valid"}))
    assert "工会名称已有变化" in offices
    assert f"{reverse('casework:service', args=['legal_person'])}?union={union.pk}" in offices
    assert "法人登记待办" in home
    assert "法人登记事项有变" in history

    paper = desk.ali.get(reverse("desk:certificate_paper", args=[row.pk]))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    cancel = reverse("desk:certificate_cancel", args=[row.pk])
    assert desk.cadre.post(cancel, {"on": today.isoformat(), "reason": ""}).status_code == 422
    assert desk.cadre.post(cancel, {"on": today.isoformat(), "reason": "不再独立"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.end_reason) == ("cancelled", "不再独立")
    assert "不再独立" in text(desk.cadre.get(reverse("desk:union", args=[union.pk])))


def test_a_town_leaves_legal_persons_to_the_county_and_the_chair_asks_for_the_end(desk: Desk) -> None:
    town = make.federation("西店镇总工会", desk.cast.county)
    union = make.union("西店五金工会", town)
    cadre, chair, row = account("吴江", "cadre", town), account("陈芳", "chair", union), certificate(union)
    offices = reverse("desk:union_offices", args=[union.pk])
    cancel = reverse("desk:certificate_cancel", args=[row.pk])
    ending = f"{reverse('casework:service', args=['legal_person_end'])}?union={union.pk}"

    form = text(cadre.get(reverse("desk:union_certificate", args=[union.pk])))
    refused = cadre.get(cancel)

    assert "建会证书" in form
    assert "工会法人资格证书" not in form
    assert (refused.status_code, "的法人资格由" in text(refused)) == (403, True)
    assert cancel not in text(cadre.get(offices))
    assert cancel in text(desk.cadre.get(offices))
    assert ending in text(chair.get(offices))
    assert ending not in text(desk.cadre.get(offices))


def test_what_holds_stands_first_then_the_newest_and_a_cancelled_legal_person_is_called_so(
    desk: Desk,
) -> None:
    today, offices = clock.today(), reverse("desk:union_offices", args=[desk.cast.union.pk])
    for number, (state, day) in enumerate((("replaced", 900), ("cancelled", 20), ("replaced", 500))):
        since = today - timedelta(days=day)
        certificate(desk.cast.union, number=f"证{number}", state=state, issued_on=since, ended_on=today)

    page = text(desk.ali.get(offices))

    assert [page.index(f"证{number}<") for number in (1, 2, 0)] == sorted(
        page.index(f"证{n}<") for n in range(3)
    )
    assert f"法人资格已于{today.isoformat()}注销。" in page
    assert "尚未登记法人资格" not in page
    certificate(desk.cast.union, number="证9", issued_on=today - timedelta(days=950))
    page = text(desk.ali.get(offices))
    assert page.index("证9<") < page.index("证1<")


def test_others_neither_see_nor_cancel_it(desk: Desk) -> None:
    row = certificate(desk.cast.union)
    paper, cancel = (
        reverse("desk:certificate_paper", args=[row.pk]),
        reverse("desk:certificate_cancel", args=[row.pk]),
    )

    assert desk.stranger.get(paper).status_code == 404
    assert desk.nobody.get(paper).status_code == 302
    assert desk.stranger.post(cancel, {"on": clock.today().isoformat(), "reason": "试试"}).status_code == 404
    assert desk.ali.post(cancel, {"on": clock.today().isoformat(), "reason": "试试"}).status_code in {
        403,
        404,
    }
    assert row.number not in text(desk.stranger.get(reverse("desk:certificates")))
    row.refresh_from_db()
    assert row.state == "valid"


def test_an_office_is_said_to_have_a_code_only_and_unions_are_found_by_it(desk: Desk) -> None:
    office = make.union("西店镇工会工作委员会", desk.cast.county, kind="committee_office", level="town")

    page = text(desk.cadre.get(reverse("desk:union_offices", args=[office.pk])))
    found = text(desk.cadre.get(reverse("desk:unions"), {"legal": "code_only"}))

    assert "派出机构" in page
    assert reverse("casework:service", args=["legal_person"]) not in page
    assert office.name in found
    assert desk.cast.union.name not in found


def test_the_list_takes_the_same_queries_for_one_row_and_for_many(desk: Desk) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert desk.cadre.get(reverse("desk:certificates")).status_code == 200
        return len(seen)

    certificate(desk.cast.union)
    queries()
    one = queries()
    for number in range(3):
        certificate(
            make.union(f"第{number}家工会", desk.cast.county), changes=["name"], change_due_on=clock.today()
        )

    assert queries() == one
