"""Employers put together or taken apart on the desk: previewed, decided, taken back; wrong lines are named."""

import pytest
from django.urls import reverse

from smartunion.core import clock
from smartunion.core.jobs import runner
from smartunion.ground.registry.models import Employer, Membership, Restructuring, TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


class Firms:
    """甲 with the cast's union and 小波, 乙 with one of its own."""

    def __init__(self, desk: Desk) -> None:
        county = desk.cast.county
        self.first = make.employer("宁海甲公司", looked_after_by=county)
        self.second = make.employer("宁海乙公司", looked_after_by=county)
        make.link(desk.cast.union, self.first)
        self.other = make.union("宁海乙公司工会", county)
        make.link(self.other, self.second)
        Membership.objects.filter(pk=desk.cast.xiaobo.pk).update(employer=self.first)
        self.given = {
            "into": self.second.uscc,
            "on": clock.today().isoformat(),
            "reason": "吸收合并决议",
            "version": "1",
        }


def test_an_employer_goes_into_another_after_a_preview_and_comes_back(desk: Desk) -> None:
    firms = Firms(desk)
    address = reverse("desk:employer_absorb", args=[firms.first.pk])
    assert address in text(desk.cadre.get(reverse("desk:employer", args=[firms.first.pk])))

    preview = desk.cadre.post(address, firms.given)
    assert (preview.status_code, Restructuring.objects.count()) == (200, 0)
    assert "宁海乙公司工会" in text(preview)
    assert 'name="confirm" value="on"' in text(preview)
    decided = desk.cadre.post(address, firms.given | {"confirm": "on"})
    made = Restructuring.objects.get()
    assert decided["Location"] == reverse("desk:restructuring", args=[made.pk])
    runner.drain()

    page = text(desk.cadre.get(reverse("desk:restructuring", args=[made.pk])))
    assert "宁海甲公司" in page
    assert "宁海乙公司工会" in page
    assert "宁海甲公司" in text(desk.cadre.get(reverse("desk:restructurings")))
    assert Employer.objects.get(pk=firms.first.pk).state == "closed"
    assert Membership.objects.get(person=desk.cast.xiaobo.person, ended_on=None).union == firms.other
    assert desk.stranger.get(reverse("desk:restructuring", args=[made.pk])).status_code == 404
    undone = desk.cadre.post(reverse("desk:restructuring_undo", args=[made.pk]), {"reason": "决议撤销"})
    assert undone.status_code == 302
    runner.drain()
    assert TradeUnion.objects.get(pk=desk.cast.union.pk).state == "active"
    assert Membership.objects.get(person=desk.cast.xiaobo.person, ended_on=None).union == desk.cast.union


def test_a_part_goes_by_a_pasted_list_and_wrong_lines_are_named(desk: Desk) -> None:
    firms = Firms(desk)
    twin = make.member(desk.cast.union, "王同名", employer=firms.first)
    make.member(desk.cast.union, "王同名", employer=firms.first)
    address = reverse("desk:employer_hive_off", args=[firms.first.pk])

    wrong = desk.cadre.post(address, firms.given | {"people": "小波\n\n李查无\n王同名"})
    assert wrong.status_code == 422
    assert "第3行" in text(wrong)
    assert "第4行" in text(wrong)
    people = f"小波\n{twin.person.mobile}\n小波"
    preview = desk.cadre.post(address, firms.given | {"people": people})
    assert preview["Cache-Control"] == "no-store"
    desk.cadre.post(address, firms.given | {"people": people, "confirm": "on"})
    runner.drain()

    gone = Membership.objects.filter(employer=firms.second, union=firms.other, ended_on=None)
    assert set(gone.values_list("person_id", flat=True)) == {desk.cast.xiaobo.person_id, twin.person_id}
    assert Membership.objects.filter(employer=firms.first, ended_on=None).count() == 1


def test_others_cannot(desk: Desk) -> None:
    firms = Firms(desk)

    for name in ("desk:employer_absorb", "desk:employer_hive_off"):
        address = reverse(name, args=[firms.first.pk])
        assert desk.stranger.post(address, firms.given | {"confirm": "on"}).status_code == 404
        assert desk.inspector.post(address, firms.given | {"confirm": "on"}).status_code in {403, 404}
    assert not Restructuring.objects.exists()
