"""What the desk's forms do: the right thing, or nothing, with the reason beside the field."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from smartunion.core import clock
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry import queries
from smartunion.ground.registry.models import (
    Certificate,
    Employer,
    EmployerLink,
    Membership,
    Officer,
    Person,
    Term,
    TermPostponement,
    TradeUnion,
    Transfer,
)
from smartunion.ground.registry.rules import MembershipState
from smartunion.ground.registry.tests import factories as make
from smartunion.site.desk.tests.conftest import Desk
from smartunion.systems.organising.queries.entered_terms import REFUSES

pytestmark = pytest.mark.django_db


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def url(name: str, record: object) -> str:
    return reverse(f"desk:{name}", args=[record.pk])  # type: ignore[attr-defined]


NEW = {
    "name": "单小明", "id_type": "resident", "resident_id": make.resident_id(901), "mobile": "13900005678",
    "confirmed_by": "paper", "employer": "", "employer_name": "", "on": "",
}  # fmt: skip


def entered(**values: str) -> dict[str, str]:
    return NEW | {"on": clock.today().isoformat()} | values


def test_a_member_is_entered_by_hand_and_the_page_leads_to_her(desk: Desk) -> None:
    employer = make.employer("得力集团有限公司", looked_after_by=desk.cast.county)
    make.link(desk.cast.union, employer)

    answer = desk.ali.post(url("member_add", desk.cast.union), entered(employer=employer.uscc))

    row = Membership.objects.get(person__name="单小明")
    assert (answer.status_code, answer["Location"]) == (302, url("person", row.person))
    assert (row.union, row.state, row.employer, row.confirmed_by) == (
        desk.cast.union,
        "active",
        employer,
        "paper",
    )
    assert make.resident_id(901) not in answer["Location"]


def test_with_a_passport_birth_date_and_sex_are_written_because_its_number_does_not_tell_them(
    desk: Desk,
) -> None:
    passport = {"name": "Emma Roy", "id_type": "passport", "resident_id": "E12345678"}
    refused = desk.ali.post(url("member_add", desk.cast.union), entered(**passport))
    assert (refused.status_code, text(refused).count("这种证件的号码不含这一项，请填写。")) == (422, 4)
    assert not Person.objects.filter(name="Emma Roy").exists()

    told = {"birth_date": "1990-03-07", "sex": "f"}
    desk.ali.post(url("member_add", desk.cast.union), entered(**passport, **told))

    person = Membership.objects.get(person__name="Emma Roy").person
    assert (person.birth_date, person.sex, person.id_type) == (date(1990, 3, 7), "f", "passport")
    assert "护照" in text(desk.ali.get(url("person", person)))


def test_what_is_wrong_with_a_new_member_stands_beside_its_field(desk: Desk) -> None:
    before = Person.objects.count()
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()

    for wrong, words in [
        ({"resident_id": "330226199003070016"}, "证件号码"), ({"mobile": "12"}, "手机"), ({"name": "1"}, "姓名"),
        ({"on": tomorrow}, "尚未到来"), ({"confirmed_by": ""}, "必"), ({"employer": "没有的单位"}, "单位"),
    ]:  # fmt: skip
        answer = desk.ali.post(url("member_add", desk.cast.union), entered(**wrong))
        assert answer.status_code == 422, wrong
        assert words in text(answer), wrong
    assert Person.objects.count() == before
    assert Membership.objects.count() == 2


def test_a_member_of_another_union_can_be_asked_over_with_the_same_form(desk: Desk) -> None:
    laoqin = desk.cast.laoqin.person
    data = entered(name="老秦", resident_id=laoqin.resident_id)

    refused = desk.ali.post(url("member_add", desk.cast.union), data)
    assert refused.status_code == 422
    assert 'name="ask"' in text(refused)
    assert desk.cast.elsewhere.name not in text(refused)
    asked = desk.ali.post(url("member_add", desk.cast.union), data | {"ask": "1"})

    transfer = Transfer.objects.get()
    assert (asked.status_code, asked["Location"]) == (302, url("transfer", transfer))
    assert (transfer.person, transfer.state, transfer.to_union) == (laoqin, "accepted", desk.cast.union)
    wrong_name = desk.ali.post(url("member_add", desk.cast.union), data | {"ask": "1", "name": "老钱"})
    assert wrong_name.status_code == 422
    assert Transfer.objects.count() == 1


def test_a_leading_union_takes_people_into_its_pool(desk: Desk) -> None:
    answer = desk.cadre.post(url("member_add", desk.cast.county), entered(employer_name="还没建会的厂"))

    row = Membership.objects.get(person__name="单小明")
    assert answer.status_code == 302
    assert (row.union, row.state, row.employer_name) == (desk.cast.county, "preparatory", "还没建会的厂")


def test_transfers_are_answered_from_the_inbox(desk: Desk) -> None:
    first = make.transfer(desk.cast.laoqin, desk.cast.union)
    assert "老秦" in text(desk.ali.get("/desk/transfers/"))
    assert desk.ali.post(url("transfer_release", first)).status_code == 403
    desk.ali.post(url("transfer_accept", first))
    first.refresh_from_db()
    assert first.state == "accepted"

    no_reason = desk.stranger.post(url("transfer_refuse", first), {"reason": ""}, follow=True)
    assert "理由" in text(no_reason)
    desk.stranger.post(url("transfer_release", first))

    first.refresh_from_db()
    assert first.state == "done"
    assert Membership.objects.get(person=desk.cast.laoqin.person, ended_on=None).union == desk.cast.union
    late = desk.ali.post(url("transfer_accept", first), follow=True)
    assert "已办结" in text(late)


def test_memberships_are_retained_restored_moved_and_ended(desk: Desk) -> None:
    today = clock.today().isoformat()
    spell = desk.cast.xiaobo
    second = make.union("二厂工会", desk.cast.county)

    def running() -> Membership:
        return Membership.objects.get(person=spell.person, ended_on=None)

    desk.ali.post(url("membership_retain", running()), {"reason": "unemployed", "on": today})
    assert running().state == "retained"
    desk.ali.post(url("membership_restore", running()), {"on": today})
    assert running().state == "active"
    moved = {"union": second.number, "reason": "employment_changed", "on": today}
    assert desk.ali.post(url("membership_move", running()), moved).status_code == 422
    desk.cadre.post(url("membership_move", running()), moved)
    assert running().union == second
    mixed = desk.cadre.post(url("membership_end", running()), {"change": "expelled:own_wish", "on": today})
    assert mixed.status_code == 422
    desk.cadre.post(
        url("membership_end", running()), {"change": "left:own_wish", "on": today, "note": "本人书面申请"}
    )

    assert not Membership.objects.filter(person=spell.person, ended_on=None).exists()
    assert queries.counts_of(desk.cast.county).active == 0


@pytest.mark.parametrize(
    ("covered", "asked", "told"),
    [
        (1, "旧厂已停业。不填即为工会现在覆盖的新0厂。", "旧厂已停业，用人单位现登记为新0厂。"),
        (0, "不填即为暂无单位。", "旧厂已停业，请在“变更用人单位”中登记现用人单位。"),
    ],
)
def test_who_restores_a_member_of_a_closed_firm_is_told_where_she_works(
    desk: Desk, covered: int, asked: str, told: str
) -> None:
    closed = make.employer("旧厂", state="closed")
    spell = make.member(desk.cast.union, state="retained", employer=closed)
    for number in range(covered):
        make.link(desk.cast.union, make.employer(f"新{number}厂"))

    form = text(desk.ali.get(url("membership_restore", spell)))
    page = text(
        desk.ali.post(url("membership_restore", spell), {"on": clock.today().isoformat()}, follow=True)
    )

    assert asked in form
    assert told in page


def test_a_stale_edit_shows_both_versions_and_stores_nothing_until_sent_again(desk: Desk) -> None:
    union = desk.cast.union
    form = {"version": "1", "address": "桃源街道 2 号", "contact_name": "阿丽"}
    desk.cadre.post(url("union_edit", union), form | {"address": "跃龙街道 1 号"})

    stale = desk.cadre.post(url("union_edit", union), form)
    page = text(stale)
    assert stale.status_code == 422
    assert "跃龙街道 1 号" in page
    assert "桃源街道 2 号" in page
    assert 'name="version" value="2"' in page
    assert TradeUnion.objects.get(pk=union.pk).address == "跃龙街道 1 号"
    again = desk.cadre.post(url("union_edit", union), form | {"version": "2"})

    assert again.status_code == 302
    assert TradeUnion.objects.get(pk=union.pk).address == "桃源街道 2 号"


def test_a_union_is_set_up_founded_named_moved_and_closed(desk: Desk) -> None:
    county, today = desk.cast.county, clock.today().isoformat()
    made = desk.cadre.post(
        url("union_new", county),
        {"name": "宁海新厂工会", "kind": "independent", "level": "grassroots", "state": "preparatory", "founded_on": ""},
    )  # fmt: skip
    union = TradeUnion.objects.get(name="宁海新厂工会")
    assert (made.status_code, made["Location"], union.state) == (302, url("union", union), "preparatory")
    twin = desk.cadre.post(
        url("union_new", county),
        {"name": "宁海新厂工会", "kind": "independent", "level": "grassroots", "state": "active"},
    )
    assert twin.status_code == 422
    desk.cadre.post(url("union_found", union), {"founded_on": today})
    desk.cadre.post(
        url("union_rename", union), {"version": "2", "name": "宁海新材工会", "on": today, "reason": "更名"}
    )
    town = make.federation("西店镇总工会", county)
    wrong = desk.cadre.post(
        url("union_move", union), {"version": "3", "parent": desk.cast.elsewhere.number, "reason": "x"}
    )
    assert wrong.status_code == 422
    desk.cadre.post(
        url("union_move", union), {"version": "3", "parent": "西店镇总工会", "reason": "属地管理"}
    )
    union.refresh_from_db()
    assert (union.name, union.state, union.parent, union.version) == ("宁海新材工会", "active", town, 4)
    desk.cadre.post(
        url("union_close", union),
        {"version": "4", "on": today, "reason": "企业注销", "confirm": "on"},
    )
    union.refresh_from_db()
    assert union.state == "closed"
    assert "宁海新厂工会 → 宁海新材工会" in text(desk.cadre.get(url("union_history", union)))


def test_a_term_entered_by_hand_is_judged_as_a_ballot_is(desk: Desk) -> None:
    union = desk.cast.union
    data = {
        "starts_on": "2026-03-01",
        "years": "5",
        "chair": "阿丽",
        "committee": "小波",
        "has_relatives": "on",
    }
    said = ("委员应为 3 至 5 人；现填 2 人。", "企业主要负责人的近亲属不得作为本企业")
    rule = PolicyValue.objects.create(
        key=REFUSES, path="", value=True, valid_from=date(2020, 1, 1), source="章程", created_at=make.AT
    )

    refused = desk.cadre.post(url("union_term", union), data)
    entered = Term.objects.filter(union=union).exists()
    rule.delete()
    cautioned = desk.cadre.post(url("union_term", union), data, follow=True)

    assert (refused.status_code, entered) == (422, False)
    for answer in (refused, cautioned):
        assert all(one in text(answer) for one in said)
    assert sorted(Officer.objects.values_list("name", flat=True)) == ["小波", "阿丽"]


def test_an_election_is_entered_as_people_write_names(desk: Desk) -> None:
    data = {
        "starts_on": "2026-03-01", "years": "5", "due_count": "30", "present_count": "28", "chair": "阿丽",
        "committee": "小波、王一\n赵二", "audit_chair": "钱会计", "women_chair": "阿丽",
    }  # fmt: skip

    few = desk.cadre.post(url("union_term", desk.cast.union), data | {"present_count": "10"})
    done = desk.cadre.post(url("union_term", desk.cast.union), data)
    issued = desk.cadre.post(
        url("union_certificate", desk.cast.union),
        {"kind": "founding", "issued_on": "2026-03-02", "number": ""},
    )

    assert few.status_code == 422
    assert "20" in text(few)
    assert (done.status_code, issued.status_code) == (302, 302)
    assert sorted(Officer.objects.values_list("organ", "name")) == sorted([
        ("committee", "阿丽"), ("committee", "小波"), ("committee", "王一"), ("committee", "赵二"),
        ("audit", "钱会计"), ("women", "阿丽"),
    ])  # fmt: skip
    assert Certificate.objects.get().valid_to == date(2031, 3, 1)
    assert "王一" in text(desk.cadre.get(url("union_offices", desk.cast.union)))

    late = {"until": "2031-06-01", "approval_number": "宁总工〔2031〕1号", "reason": "企业改制"}
    left = (date(2031, 3, 1) - clock.today()).days
    unsure = desk.cadre.post(url("union_postpone", desk.cast.union), late)
    assert (unsure.status_code, TermPostponement.objects.count()) == (422, 0)
    assert f"本届还有{left}天才届满；换届在届满前90天开始筹备" in text(unsure)
    late |= {"early": "on"}
    too_late = desk.cadre.post(url("union_postpone", desk.cast.union), late | {"until": "2032-06-01"})
    assert too_late.status_code == 422
    assert desk.cadre.post(url("union_postpone", desk.cast.union), late).status_code == 302
    assert "企业改制" in text(desk.cadre.get(url("union_offices", desk.cast.union)))


def test_an_employer_is_entered_covered_changed_and_closed(desk: Desk) -> None:
    place = make.region("宁海县")
    TradeUnion.objects.filter(pk=desk.cast.county.pk).update(territory=place)
    today = clock.today().isoformat()
    data = {
        "name": "宁海得力集团有限公司",
        "uscc": make.uscc(77),
        "region": str(place.pk),
        "staff_count": "60",
    }

    wrong = desk.cadre.post(reverse("desk:employer_new"), data | {"uscc": "91330226MA00000000"})
    desk.cadre.post(reverse("desk:employer_new"), data)
    employer = Employer.objects.get()
    twin = desk.cadre.post(reverse("desk:employer_new"), data)
    desk.cadre.post(url("union_cover", desk.cast.union), {"employer": employer.uscc, "on": today})
    changed = desk.cadre.post(url("employer_edit", employer), data | {"version": "1", "staff_count": "80"})

    assert (wrong.status_code, twin.status_code, changed.status_code) == (422, 422, 302)
    assert EmployerLink.objects.get().union == desk.cast.union
    page = text(desk.cadre.get(url("employer", employer)))
    assert desk.cast.union.name in page
    assert "80" in page
    assert desk.stranger.get(url("employer", employer)).status_code == 404
    desk.cadre.post(
        url("employer_close", employer), {"version": "2", "on": today, "reason": "注销", "confirm": "on"}
    )
    employer.refresh_from_db()
    assert employer.state == "closed"
    assert TradeUnion.objects.get(pk=desk.cast.union.pk).state == "closed"
    assert (
        Membership.objects.get(person=desk.cast.xiaobo.person, ended_on=None).state
        == MembershipState.RETAINED
    )


def test_a_person_is_changed_corrected_and_erased(desk: Desk) -> None:
    person = desk.cast.xiaobo.person

    desk.ali.post(
        url("person_edit", person),
        {"version": "1", "education": "bachelor", "is_migrant": "true", "mobile": ""},
    )
    person.refresh_from_db()
    assert (person.education, person.is_migrant, person.version) == ("bachelor", True, 2)
    assert person.mobile
    wrong = desk.ali.post(
        url("person_correct", person), {"version": "2", "field": "name", "text": "1", "reason": "更名了呀"}
    )
    assert wrong.status_code == 422
    desk.ali.post(
        url("person_correct", person),
        {"version": "2", "field": "name", "text": "肖波", "reason": "派出所更名"},
    )
    person.refresh_from_db()
    assert person.name == "肖波"
    still = desk.ali.post(url("person_erase", person), {"version": "3", "reason": "本人要求删除"})
    assert still.status_code == 422
    assert "会员" in text(still)
