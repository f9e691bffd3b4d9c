"""Closing on the desk: what follows is counted and opened before it happens, and merging is done elsewhere."""

from datetime import timedelta

import pytest
from django.urls import reverse

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.ground.registry.flows import employers
from smartunion.ground.registry.flows.unions import close_union
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, TradeUnion
from smartunion.ground.registry.queries.closings import employer_closing_touches, union_closing_touches
from smartunion.ground.registry.rules import LinkKind, UnionKind
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk
from smartunion.systems.organising.models import Finding, JoiningDrive

pytestmark = pytest.mark.django_db


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def numbers(actor: Actor, union: TradeUnion) -> dict[str, int]:
    return {str(row.label): row.number for row in union_closing_touches(actor, union, clock.today())}


def dossier(desk: Desk) -> Employer:
    """One of everything that hangs on the union: two employers (one covered twice), a code, a finding."""
    union, county = desk.cast.union, desk.cast.county
    alone = make.employer("宁海得力集团有限公司", looked_after_by=county)
    twice = make.employer("宁海二厂有限公司", looked_after_by=county)
    joint = make.union("西店联合工会", county, kind=UnionKind.JOINT)
    make.link(union, alone, LinkKind.OWN)
    make.link(union, twice, LinkKind.JOINT)
    make.link(joint, twice, LinkKind.JOINT)
    JoiningDrive.objects.create(
        code="XDTEST77", title="入会码", union=union, path=union.path, starts_on=make.DAY, created_at=make.AT
    )
    Finding.objects.create(
        kind="closed_union", subject_key=f"union:{union.pk}", path=county.path, work_list="verify", union=union,
        found_at=make.AT,
    )  # fmt: skip
    return alone


def test_what_a_closing_touches_is_counted_and_opens_its_records(desk: Desk) -> None:
    alone = dossier(desk)

    touched = union_closing_touches(desk.cast.cadre, desk.cast.union, clock.today())

    assert {row.label: row.number for row in touched if row.number} == {
        "会员人数": 1,
        "覆盖单位": 2,
        "其中没有其他工会覆盖的": 1,
        "入会码": 1,
        "未办结线索": 1,
        "在该工会任角色的账号": 1,
    }
    left = next(row for row in touched if row.records and row.records[0].label == alone.name)
    assert [record.href for record in left.records] == [f"/desk/employers/{alone.pk}/"]


def test_namesakes_and_people_on_their_way_elsewhere_are_told_before_a_closing(desk: Desk) -> None:
    union, county = desk.cast.union, desk.cast.county
    for door in (1, 9):
        shop = make.employer("力洋小吃店", looked_after_by=county, uscc="", address=f"环镇路{door}号")
        make.link(union, shop, LinkKind.JOINT)
    make.transfer(desk.cast.xiaobo, make.union("西店联合工会", county, kind=UnionKind.JOINT))

    touched = union_closing_touches(desk.cast.cadre, union, clock.today())

    left = next(row for row in touched if row.records and row.records[0].href.startswith("/desk/employers/"))
    assert ["环镇路1号" in left.records[0].label, "环镇路9号" in left.records[1].label] == [True, True]
    assert (
        numbers(desk.cast.cadre, union)["正在转入的申请"],
        numbers(desk.cast.cadre, union)["正在转出的申请"],
    ) == (0, 1)


def test_a_union_closes_only_after_its_preview_and_never_by_merging(desk: Desk) -> None:
    dossier(desk)
    union = desk.cast.union
    address = reverse("desk:union_close", args=[union.pk])
    given = {"on": clock.today().isoformat(), "reason": "企业注销", "version": "1"}

    form = text(desk.cadre.get(address))
    assert 'name="to_union"' not in form
    assert reverse("desk:union_merge", args=[union.pk]) in form

    preview = desk.cadre.post(address, given)
    page = text(preview)
    assert preview.status_code == 200
    assert f"{reverse('desk:union_members', args=[union.pk])}?state=active" in page
    assert f'href="{reverse("joining:drive", args=[JoiningDrive.objects.get().pk])}"' in page
    assert "撤销不能整体撤回" in page
    assert TradeUnion.objects.get(pk=union.pk).state == "active"
    assert EmployerLink.objects.filter(union=union, valid_to=None).count() == 2

    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert desk.cadre.post(address, given | {"on": tomorrow}).status_code == 422
    assert desk.stranger.post(address, given | {"confirm": "on"}).status_code == 404

    done = desk.cadre.post(address, given | {"confirm": "on"})
    assert (done.status_code, done["Location"]) == (302, reverse("desk:union", args=[union.pk]))
    assert TradeUnion.objects.get(pk=union.pk).state == "closed"
    kept = Membership.objects.get(person=desk.cast.xiaobo.person, ended_on=None)
    assert (kept.union, kept.state) == (desk.cast.county, "retained")
    assert desk.cadre.post(address, given).status_code == 422


def test_what_stands_below_is_shown_and_leaves_no_button(desk: Desk) -> None:
    address = reverse("desk:union_close", args=[desk.cast.county.pk])

    page = desk.cadre.post(address, {"on": clock.today().isoformat(), "reason": "撤并", "version": "1"})

    assert page.status_code == 200
    assert reverse("desk:union_below", args=[desk.cast.county.pk]) in text(page)
    assert "btn-danger" not in text(page)
    assert numbers(desk.cast.cadre, desk.cast.county)["下属工会、分会、小组"] == 1


def test_an_employer_closes_with_its_own_union_after_the_preview(desk: Desk) -> None:
    county = desk.cast.county
    firm = make.employer("宁海得力集团有限公司", looked_after_by=county)
    joint = make.union("西店联合工会", county, kind=UnionKind.JOINT)
    make.link(desk.cast.union, firm, LinkKind.OWN)
    make.link(joint, firm, LinkKind.JOINT)
    there = make.member(joint, "王一", employer=firm)
    address = reverse("desk:employer_close", args=[firm.pk])
    given = {"on": clock.today().isoformat(), "reason": "注销", "version": "1"}

    touched = employer_closing_touches(desk.cast.cadre, firm, clock.today())
    assert [row.number for row in touched[:3]] == [1, 1, 1]
    assert [record.href for record in touched[2].records] == [f"/desk/people/{there.person_id}/"]
    page = text(desk.cadre.post(address, given))
    assert reverse("desk:employer_absorb", args=[firm.pk]) in page
    assert f"{reverse('desk:union_members', args=[desk.cast.union.pk])}?state=active" in page
    assert Employer.objects.get(pk=firm.pk).state == "active"

    assert desk.cadre.post(address, given | {"confirm": "on"}).status_code == 302
    assert Employer.objects.get(pk=firm.pk).state == "closed"
    assert TradeUnion.objects.get(pk=desk.cast.union.pk).state == "closed"
    assert Membership.objects.get(person=there.person, ended_on=None).state == "retained"


def test_what_there_is_none_of_is_named_in_one_line(desk: Desk) -> None:
    empty = make.union("宁海县交通运输工会", desk.cast.county, kind=UnionKind.INDUSTRY)
    address = reverse("desk:union_close", args=[empty.pk])

    page = desk.cadre.post(address, {"version": 1, "on": clock.today().isoformat(), "reason": "批复"})

    assert page.status_code == 200
    assert page.context["shown"] == []
    assert page.context["untouched"].split("、")[:3] == ["下属工会", "分会", "小组"]
    assert "没有需要终止或移交的事项" in text(page)
    assert reverse("desk:union_merge", args=[empty.pk]) not in text(page)


def test_a_closed_union_says_who_keeps_its_members_and_a_decision_is_no_end_of_the_employer(
    desk: Desk,
) -> None:
    union, today = desk.cast.union, clock.today()
    close_union(
        actor=desk.cast.cadre,
        union_id=union.pk,
        version=union.version,
        on=today,
        reason="会员大会决议",
        at=clock.now(),
    )

    history = reverse("desk:union_history", args=[union.pk])
    said, members = (
        text(desk.cadre.get(history)),
        text(desk.cadre.get(reverse("desk:union_members", args=[union.pk]))),
    )
    kept = Membership.objects.get(person=desk.cast.xiaobo.person, ended_on=None)

    assert f"{today.isoformat()} · 1 人的会籍由{desk.cast.county.name}保留" in said
    assert "或由上级工会保留会籍" in members
    assert f'href="{history}"' in members
    assert (kept.union, kept.state, kept.reason) == (desk.cast.county, "retained", "union_closed")


def test_an_employer_that_ends_is_the_reason_why_its_members_are_retained(desk: Desk) -> None:
    firm = make.employer(looked_after_by=desk.cast.county)
    make.link(desk.cast.union, firm, LinkKind.OWN)
    Membership.objects.filter(pk=desk.cast.xiaobo.pk).update(employer=firm)

    employers.close_employer(
        actor=desk.cast.cadre, employer_id=firm.pk, version=firm.version, on=clock.today(), reason="注销",
        at=clock.now(),
    )  # fmt: skip

    kept = Membership.objects.get(person=desk.cast.xiaobo.person, ended_on=None)
    assert (kept.union, kept.state, kept.reason) == (desk.cast.county, "retained", "employer_closed")
