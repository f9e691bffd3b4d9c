"""Mergers and splits on the desk: nothing happens before the preview was seen, and the way back is on the page."""

from datetime import date

import pytest
from django.urls import reverse

from smartunion.core import clock
from smartunion.core.jobs import runner
from smartunion.core.jobs.models import Job
from smartunion.engines.casework.models import CaseFile, Service, ServiceVersion
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.flows import officers, restructuring, tallies
from smartunion.ground.registry.models import Certificate, Membership, Restructuring, Term, TradeUnion
from smartunion.ground.registry.rules import Elected, LinkKind, Organ, Post, UnionKind
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk
from smartunion.systems.organising.models import JoiningDrive

pytestmark = pytest.mark.django_db


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def drive(union: TradeUnion) -> JoiningDrive:
    return JoiningDrive.objects.create(
        code="XDTEST77", title="入会码", union=union, path=union.path, starts_on=make.DAY, created_at=make.AT
    )


def test_a_merger_is_previewed_decided_carried_out_and_taken_back(desk: Desk) -> None:
    union, target = desk.cast.union, make.union("宁海强蛟工会", desk.cast.county)
    code, address = drive(union), reverse("desk:union_merge", args=[union.pk])
    given = {
        "to_union": target.number, "on": clock.today().isoformat(), "reason": "两会合并决议", "version": "1"
    }  # fmt: skip

    preview = desk.cadre.post(address, given)
    assert (preview.status_code, Restructuring.objects.count()) == (200, 0)
    assert "入会码" in text(preview)
    assert 'name="confirm" value="on"' in text(preview)

    decided = desk.cadre.post(address, given | {"confirm": "on"})
    what = Restructuring.objects.get()
    assert (decided.status_code, decided["Location"]) == (302, reverse("desk:restructuring", args=[what.pk]))
    assert desk.cadre.get(decided["Location"]).status_code == 200

    runner.drain()
    assert "functools" not in text(desk.cadre.get(reverse("desk:restructurings")))
    code.refresh_from_db()
    assert (code.union, code.path) == (target, target.path)
    assert Membership.objects.get(person=desk.cast.xiaobo.person, ended_on=None).union == target
    assert not RoleGrant.objects.filter(union=union, valid_to=None).exists()
    assert "小波" not in text(desk.cadre.get(decided["Location"]))

    undone = desk.cadre.post(reverse("desk:restructuring_undo", args=[what.pk]), {"reason": "决议撤销"})
    assert undone.status_code == 302
    runner.drain()
    code.refresh_from_db()
    assert code.union == union
    assert Membership.objects.get(person=desk.cast.xiaobo.person, ended_on=None).union == union
    assert RoleGrant.objects.filter(union=union, valid_to=None).count() == 1
    assert tallies.recount() == []


def test_the_preview_names_the_running_terms_of_both(desk: Desk) -> None:
    union, target = desk.cast.union, make.union("宁海强蛟工会", desk.cast.county)
    today = clock.today()
    starts, ends = today.replace(year=today.year - 1, day=1), today.replace(year=today.year + 4, day=1)
    for of, ordinal in ((union, 2), (target, 5)):
        Term.objects.create(union=of, ordinal=ordinal, starts_on=starts, ends_on=ends)
    given = {"to_union": target.number, "on": today.isoformat(), "reason": "两会合并决议", "version": "1"}

    preview = text(desk.cadre.post(reverse("desk:union_merge", args=[union.pk]), given))

    assert f"{union.name}本届任期" in preview
    assert f"第2届（{starts.isoformat()}至{ends.isoformat()}）：当日提前结束，不再换届" in preview
    assert f"{target.name}本届任期" in preview
    assert f"第5届（{starts.isoformat()}至{ends.isoformat()}）：照常任职，期满按时换届" in preview
    Term.objects.filter(union=target).delete()
    without = text(desk.cadre.post(reverse("desk:union_merge", args=[union.pk]), given))
    assert "照常任职" not in without
    assert f"{target.name}本届任期" in without  # among what there is none of


def test_what_cannot_be_merged_stands_beside_its_field(desk: Desk) -> None:
    address = reverse("desk:union_merge", args=[desk.cast.union.pk])
    given = {"on": clock.today().isoformat(), "reason": "决议", "version": "1"}

    for number in (desk.cast.county.number, desk.cast.elsewhere.number, "没有的工会"):
        answer = desk.cadre.post(address, given | {"to_union": number})
        assert answer.status_code == 422
    assert not Restructuring.objects.exists()


def test_the_entries_can_be_changed_after_the_preview_and_a_closed_union_has_none(desk: Desk) -> None:
    union, target = desk.cast.union, make.union("宁海强蛟工会", desk.cast.county)
    address = reverse("desk:union_merge", args=[union.pk])
    given = {
        "to_union": target.number, "on": clock.today().isoformat(), "reason": "合并决议", "version": "1",
        "confirm": "on",
    }  # fmt: skip

    again = desk.cadre.post(address, given | {"edit": "1"})
    assert not Restructuring.objects.exists()
    assert 'value="合并决议"' in text(again)

    TradeUnion.objects.filter(pk=union.pk).update(state="closed", closed_on=make.DAY)
    assert desk.cadre.post(address, given | {"confirm": ""}).status_code == 422


def test_a_split_offers_the_employers_the_union_covers(desk: Desk) -> None:
    joint = make.union("西店联合工会", desk.cast.county, kind=UnionKind.JOINT)
    firm = make.employer("宁海一厂有限公司", looked_after_by=desk.cast.county)
    make.link(joint, firm, LinkKind.JOINT)
    make.member(joint, employer=firm)
    address = reverse("desk:union_split", args=[joint.pk])
    assert "宁海一厂有限公司" in text(desk.cadre.get(address))
    given = {
        "name": "宁海一厂工会", "kind": "independent", "employers": [str(firm.pk)], "reason": "单独建会", "version": "1",
        "on": clock.today().isoformat(),
    }  # fmt: skip

    assert desk.cadre.post(address, given).status_code == 200
    assert not TradeUnion.objects.filter(name="宁海一厂工会").exists()
    assert desk.cadre.post(address, given | {"confirm": "on"}).status_code == 302
    runner.drain()

    new = TradeUnion.objects.get(name="宁海一厂工会")
    assert new.memberships.filter(ended_on=None).count() == 1
    page = desk.cadre.get(reverse("desk:restructuring", args=[Restructuring.objects.get().pk]))
    assert "宁海一厂工会" in text(page)


def test_name_and_kind_of_a_split_follow_from_its_employers(desk: Desk) -> None:
    joint = make.union("西店联合工会", desk.cast.county, kind=UnionKind.JOINT)
    firms = [
        make.employer(name, looked_after_by=desk.cast.county)
        for name in ("宁海一厂有限公司", "宁海二厂有限公司")
    ]
    for firm in firms:
        make.link(joint, firm, LinkKind.JOINT)
    member = make.member(joint, employer=firms[0])
    address = reverse("desk:union_split", args=[joint.pk])
    given = {"reason": "单独建会", "version": "1", "on": clock.today().isoformat(), "name": "", "kind": ""}

    several = desk.cadre.post(address, given | {"employers": [str(firm.pk) for firm in firms]})
    preview = desk.cadre.post(address, given | {"employers": [str(firms[0].pk)]})
    decided = desk.cadre.post(address, given | {"employers": [str(firms[0].pk)], "confirm": "on"})

    assert (several.status_code, "请填写新工会名称" in text(several)) == (422, True)
    assert "宁海一厂有限公司工会委员会" in text(preview)
    assert "独立基层工会" in text(preview)
    assert "30 天内可以撤回" in text(preview)
    assert f"{reverse('desk:union_members', args=[joint.pk])}?state=active" in text(preview)
    assert decided.status_code == 302
    runner.drain()
    new = TradeUnion.objects.get(name="宁海一厂有限公司工会委员会")
    assert (new.kind, member.person.memberships.get(ended_on=None).union) == (UnionKind.INDEPENDENT, new)
    page = text(desk.cadre.get(decided["Location"]))
    assert reverse("desk:union_term", args=[new.pk]) in page


def test_open_cases_go_to_the_successor_and_say_so(desk: Desk, case: CaseFile) -> None:
    target = make.union("宁海强蛟工会", desk.cast.county)
    address = reverse("desk:union_merge", args=[desk.cast.union.pk])
    given = {
        "to_union": target.number, "on": clock.today().isoformat(), "reason": "决议", "version": "1", "confirm": "on"
    }  # fmt: skip

    desk.cadre.post(address, given)
    runner.drain()

    case.refresh_from_db()
    assert (case.union, case.path) == (target, target.path)
    assert target.name in case.events.get().note


def test_a_merger_and_its_undoing_are_told_to_all_whom_they_touch(desk: Desk, case: CaseFile) -> None:
    union, target = desk.cast.union, make.union("宁海强蛟工会", desk.cast.county)
    coming = make.transfer(make.member(make.union("西店工会", desk.cast.county), "老赵"), union)
    certificate = Certificate.objects.create(
        union=union, number="工法证字1号", kind="legal_person", issued_on=make.DAY, issued_by="县总工会",
        valid_to=date(2031, 1, 1), uscc="81330226MC0000001A",
    )  # fmt: skip
    user, member = User.objects.get(username="阿丽"), desk.cast.xiaobo.person_id
    term = officers.NewTerm(make.DAY, 5, [Elected(Organ.COMMITTEE, Post.CHAIR, "小波", person_id=member)])
    officers.set_term(actor=desk.cast.cadre, union_id=union.pk, data=term, at=make.AT)
    given = {"to_union": target.number, "on": clock.today().isoformat(), "reason": "决议", "confirm": "on"}
    version = TradeUnion.objects.get(pk=union.pk).version

    def told(**who: int) -> list[str]:
        return list(Notice.objects.filter(**who).order_by("pk").values_list("template", flat=True))

    desk.cadre.post(reverse("desk:union_merge", args=[union.pk]), given | {"version": str(version)})
    runner.drain()
    what = Restructuring.objects.get()
    page = text(desk.cadre.get(reverse("desk:union", args=[union.pk])))
    assert ("并入" in page, f'href="{reverse("desk:union", args=[target.pk])}"' in page) == (True, True)
    assert "尚未登记法人资格" not in page
    assert "张贴入会二维码" not in text(desk.cadre.get(reverse("desk:union_members", args=[union.pk])))
    assert told(user_id=user.pk) == ["accounts.role_revoked"]
    assert told(person_id=coming.person_id) == ["registry.transfer_redirected"]

    desk.cadre.post(reverse("desk:restructuring_undo", args=[what.pk]), {"reason": "决议撤销"})
    runner.drain()

    assert told(user_id=user.pk) == ["accounts.role_revoked", "accounts.role_granted"]
    assert told(person_id=coming.person_id) == ["registry.transfer_redirected"] * 2
    after = [one for one in told(person_id=member) if one.endswith(("undone", "certificate_holds"))]
    assert sorted(after) == ["registry.certificate_holds", "registry.restructuring_undone"]
    back = Notice.objects.get(person_id=member, template="registry.restructuring_undone")
    assert f"您仍在{union.name}" in back.body
    certificate.refresh_from_db()
    assert certificate.ended_on is None
    assert [union.name in one.note for one in case.events.order_by("pk")] == [True, True]
    assert case.events.latest("pk").note == f"合并已撤回，本事项由{union.name}继续办理。"
    for one in (union, target):
        assert "撤回合并" in text(desk.cadre.get(reverse("desk:union_history", args=[one.pk])))
    assert "并入" not in text(desk.cadre.get(reverse("desk:union", args=[union.pk]))).replace(
        "并入其他工会", ""
    )


def test_a_new_union_for_which_something_was_entered_stays_and_that_is_said(desk: Desk) -> None:
    joint = make.union("西店联合工会", desk.cast.county, kind=UnionKind.JOINT)
    firms = [make.employer(name, looked_after_by=desk.cast.county) for name in ("宁海一厂", "宁海二厂")]
    for firm in firms:
        make.link(joint, firm, LinkKind.JOINT)
    member = make.member(joint, "林婷", employer=firms[0])
    today = clock.today().isoformat()
    given = {
        "employers": [str(firms[0].pk)],
        "name": "",
        "kind": "",
        "reason": "单独建会",
        "version": "1",
        "on": today,
    }
    decided = desk.cadre.post(reverse("desk:union_split", args=[joint.pk]), given | {"confirm": "on"})
    runner.drain()
    new = TradeUnion.objects.get(name="宁海一厂工会委员会")
    page = text(desk.cadre.get(decided["Location"]))
    assert f"/desk/unions/{new.pk}/members/?since_from={today}&amp;since_to={today}" in page
    desk.cadre.post(
        reverse("desk:union_term", args=[new.pk]), {"starts_on": today, "years": "5", "chair": "林婷"}
    )
    what = Restructuring.objects.get()

    desk.cadre.post(reverse("desk:restructuring_undo", args=[what.pk]), {"reason": "弄错了"})
    runner.drain()

    page = text(desk.cadre.get(decided["Location"]))
    assert f"{new.name}予以保留" in page
    assert f'href="{reverse("desk:union_close", args=[new.pk])}"' in page
    assert f"/desk/unions/{new.pk}/members/" not in page
    assert member.person.memberships.get(ended_on=None).union == joint


@pytest.fixture
def case(desk: Desk) -> CaseFile:
    """An open case of the union that merges."""
    union = desk.cast.union
    service = Service.objects.create(key="t", title="t")
    version = ServiceVersion.objects.create(service=service, number=1, definition={}, published_at=make.AT)
    return CaseFile.objects.create(
        reference="T1", service_version=version, service_key="t", title="t", state="open", union=union, path=union.path,
        created_at=make.AT, updated_at=make.AT,
    )  # fmt: skip


def test_a_union_and_the_list_say_that_a_merger_is_under_way_or_stopped(desk: Desk) -> None:
    county = desk.cast.county
    other = make.union("西店联合工会", county, kind=UnionKind.JOINT)
    what = restructuring.decide_merge(
        actor=desk.cast.cadre, union_id=desk.cast.union.pk, target_id=other.pk, version=desk.cast.union.version,
        on=clock.today(), reason="合并", at=clock.now(),
    )  # fmt: skip
    page, link = reverse("desk:union", args=[other.pk]), reverse("desk:restructuring", args=[what.pk])
    running = text(desk.cadre.get(page))
    close = reverse("desk:union_close", args=[other.pk])
    asked = {"on": clock.today().isoformat(), "reason": "试试", "version": other.version}

    refused = desk.cadre.post(close, asked)
    Job.objects.filter(pk=what.job_id).update(state="failed", finished_at=clock.now())
    stopped, listed = text(desk.cadre.get(page)), text(desk.cadre.get(reverse("desk:restructurings")))

    assert f"{desk.cast.union.name} → {other.name}：正在办理。" in running
    assert f'href="{link}"' in running
    assert "的合并决定正在办理。" in text(refused)
    assert "将要发生的变动" not in text(refused)
    assert f"{desk.cast.union.name} → {other.name}：办理中断，尚未完成。" in stopped
    assert f"{other.name} · {clock.today().isoformat()}" in text(
        desk.cadre.get(reverse("desk:union_history", args=[desk.cast.union.pk]))
    )
    assert "办理中断" in listed
    assert "办理中断" in text(desk.cadre.get(link))
