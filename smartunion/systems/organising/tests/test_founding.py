"""Founding a union from application to the standing union, with refusals on the way; field matters beside it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from smartunion.core.actor import Actor
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.flows.loading import load
from smartunion.engines.casework.models import CaseEvent, CaseFile
from smartunion.engines.casework.service import ActOn, AnswersRefused
from smartunion.engines.casework.telling import last_day
from smartunion.ground.accounts.flows.users import worker_for_phone
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.models import (
    Certificate,
    Employer,
    EmployerLink,
    Membership,
    Officer,
    Term,
    TradeUnion,
)
from smartunion.ground.registry.tests import factories as registry
from smartunion.systems.organising.flows.founding import employer_from
from smartunion.systems.organising.flows.joining import Outcome, join
from smartunion.systems.organising.models import Finding, JoiningDrive
from smartunion.systems.organising.queries.joint_partners import Why, partners_of
from smartunion.systems.organising.services.found_union import FoundUnionHandler
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY


@pytest.fixture
def here() -> make.World:
    return make.world()


@pytest.fixture
def applicant(here: make.World) -> User:
    user = worker_for_phone(mobile="13988880001", at=NOW)
    User.objects.filter(pk=user.pk).update(name="王芳")
    return User.objects.get(pk=user.pk)


@pytest.fixture
def finding(here: make.World) -> Finding:
    return Finding.objects.create(
        kind="no_union", subject_key=f"employer:{here.bare.pk}", employer=here.bare, path=here.town.path, work_list="work",
        state="visited", found_at=NOW,
    )  # fmt: skip


FORM: dict[str, object] = {
    "employer": {"name": "宁海恒达物流有限公司"},
    "place": {"region": "桃源街道", "detail": "兴海路8号"},
    "staff": "63",
    "kind": "own",
    "union_name": "宁海恒达物流有限公司工会",
    "group": [{"name": "王芳", "job": "调度"}, {"name": "李强"}],
    "contact": {"name": "王芳", "mobile": "13988880001"},
}
ELECTION: dict[str, object] = {
    "held_on": "2026-03-20", "members": "40", "women": "3", "due": "40", "present": "36", "term_years": "5", "candidates": "4",
    "committee": [
        {"name": "王芳", "post": "chair", "votes": "35"}, {"name": "李强", "post": "vice_chair", "votes": "30"},
        {"name": "张敏", "post": "member", "votes": "28"},
    ],
    "audit": [{"name": "刘洋", "post": "chair", "votes": "33"}],
    "women_committee": [{"name": "陈静", "post": "member"}],
    "has_relatives": "no",
}  # fmt: skip


SLATE: dict[str, object] = {
    "planned_on": "2026-03-20", "meeting": "members",
    "slate": [
        {"name": "王芳", "organ": "committee", "post": "chair"}, {"name": "李强", "organ": "committee", "post": "vice_chair"},
        {"name": "张敏", "organ": "committee", "post": "member"}, {"name": "赵磊", "organ": "committee", "post": "member"},
        {"name": "刘洋", "organ": "audit", "post": "chair"}, {"name": "陈静", "organ": "women_committee", "post": "member"},
    ],
}  # fmt: skip


def letter(case: CaseFile, actor: Actor) -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (30, 30)).save(out, "PNG")
    out.seek(0)
    casework.add_photo(case_id=case.pk, slot="application", data=out, name="申请书.png", actor=actor, at=NOW)


def applied(actor: Actor, **changes: object) -> CaseFile:
    case = casework.start_draft(service_key="found_union", actor=actor, at=NOW, client_id=uuid4())
    casework.save_draft(case_id=case.pk, raw=FORM | changes, actor=actor, at=NOW)
    letter(case, actor)
    return casework.submit(case_id=case.pk, actor=actor, at=NOW)


def agreed(case: CaseFile, me: Actor, cadre: Actor) -> None:
    """The group approved, the candidates reported and agreed to: the election comes next."""
    casework.approve(on=on(case, cadre))
    casework.resubmit(on=on(case, me), values=SLATE)
    casework.approve(on=on(case, cadre))


def on(case: CaseFile, actor: Actor, days: int = 0) -> ActOn:
    case.refresh_from_db()
    return ActOn(case.pk, case.version, actor, NOW + timedelta(days=days))


def test_the_whole_way_to_a_standing_union(here: make.World, applicant: User, finding: Finding) -> None:
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    case = applied(me)
    assert (case.path, case.step, case.employer_id, case.title) == (
        here.town.path,
        "group",
        here.bare.pk,
        "建会：宁海恒达物流有限公司",
    )
    assert last_day(case.due_at).isoformat() == "2026-03-17"  # fifteen calendar days

    casework.approve(on=on(case, cadre))
    finding.refresh_from_db()
    assert (finding.state, finding.case_id) == ("founding", case.pk)
    code = JoiningDrive.objects.get(employer=here.bare).code
    for number in (11, 12):
        name = {11: "王芳", 12: "李强"}[number]
        answer = join(code=code, form=make.form(number, name=name), at=NOW + timedelta(days=1))
        assert answer.outcome == Outcome.POOLED
    case.refresh_from_db()
    assert (case.state, case.step) == ("supplement", "candidates")
    loaded = load(case_id=case.pk, actor=me, at=NOW)
    assert loaded.handler.step_values(loaded.run(), loaded.step)["slate"] == [
        {"name": "王芳", "organ": "committee", "post": "member"},
        {"name": "李强", "organ": "committee", "post": "member"},
    ]
    casework.resubmit(on=on(case, me, 2), values=SLATE)
    loaded = load(case_id=case.pk, actor=cadre, at=NOW + timedelta(days=2))
    assert (loaded.case.state, loaded.case.step) == ("open", "congress")
    joined_by = {fact.label: fact.fits for fact in loaded.handler.panels(loaded.run())[-1].facts}
    assert (joined_by["王芳"], joined_by["李强"], joined_by["张敏"]) == (True, True, False)
    casework.approve(on=on(case, cadre, 3), values={"congress_number": "桃工〔2026〕2号"})

    loaded = load(case_id=case.pk, actor=me, at=NOW + timedelta(days=3))
    known = loaded.handler.step_values(loaded.run(), loaded.step)
    assert known["members"] == 2
    assert known["audit"] == [{"name": "刘洋", "post": "chair"}]
    assert len(known["committee"]) == 4
    case.refresh_from_db()
    assert (case.state, case.step) == ("supplement", "election")
    casework.resubmit(on=on(case, me, 18), values=ELECTION)
    case.refresh_from_db()
    assert (case.state, case.step) == ("open", "approve")
    assert last_day(case.due_at).isoformat() == "2026-04-04"
    panels = load(case_id=case.pk, actor=cadre, at=NOW + timedelta(days=19)).handler.panels(
        load(case_id=case.pk, actor=cadre, at=NOW + timedelta(days=19)).run()
    )
    assert [panel.note for panel in panels][-1].startswith("选举有效。")
    done = casework.approve(
        on=on(case, cadre, 20),
        values={
            "approved_name": "宁海恒达物流有限公司工会",
            "founded_on": "2026-03-21",
            "approval_number": "桃工〔2026〕3号",
        },
    )

    union = TradeUnion.objects.get(name="宁海恒达物流有限公司工会")
    assert (union.parent_id, union.kind, union.level, union.state) == (
        here.town.pk,
        "independent",
        "grassroots",
        "active",
    )
    assert union.founded_on.isoformat() == "2026-03-21"
    assert union.founding_mode == "independent"
    assert union.contact_name == "王芳"
    assert EmployerLink.objects.get(union=union, valid_to=None).employer_id == here.bare.pk
    term = Term.objects.get(union=union)
    assert (term.starts_on.isoformat(), term.ends_on.isoformat(), term.due_count, term.present_count) == (
        "2026-03-20",
        "2031-03-20",
        40,
        36,
    )
    assert Officer.objects.filter(term=term).count() == 5
    assert Officer.objects.get(term=term, organ="committee", post="chair").person.name == "王芳"
    assert Certificate.objects.get(union=union).approval_number == "桃工〔2026〕3号"
    assert set(
        Membership.objects.filter(union=union, ended_on=None).values_list("person__name", "state")
    ) == {("王芳", "active"), ("李强", "active")}
    own_code = JoiningDrive.objects.get(union=union)
    assert own_code.closed_at is None
    assert JoiningDrive.objects.get(code=code).closed_at is not None
    finding.refresh_from_db()
    assert (finding.state, finding.closed_because) == ("closed", "founded")
    assert RoleGrant.objects.get(user=applicant, role="chair").union_id == union.pk
    assert done.state == "approved"
    event = done.events.latest("pk")
    assert union.number in event.data["result"]
    assert event.data["link"] == f"/j/{own_code.code}/"
    templates = set(Notice.objects.filter(user_id=applicant.pk).values_list("template", flat=True))
    assert {"casework.applicant", "organising.union_stands"} <= templates
    joined = join(code=own_code.code, form=make.form(13), at=NOW + timedelta(days=21))
    assert (joined.outcome, joined.union) == (Outcome.JOINED, union)


def test_the_elected_are_told_and_the_head_keeps_the_union_though_another_applied(
    here: make.World, applicant: User, finding: Finding
) -> None:
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    case = applied(me)
    casework.approve(on=on(case, cadre))
    code = JoiningDrive.objects.get(employer=here.bare).code
    for number, name in ((11, "李强"), (12, "张敏")):
        join(code=code, form=make.form(number, name=name), at=NOW + timedelta(days=1))
    casework.resubmit(on=on(case, me), values=SLATE)
    casework.approve(on=on(case, cadre))
    committee = [
        {"name": "李强", "post": "chair", "votes": "35"}, {"name": "王芳", "post": "vice_chair", "votes": "30"},
        {"name": "张敏", "post": "member", "votes": "28"},
    ]  # fmt: skip
    casework.resubmit(on=on(case, me, 18), values=ELECTION | {"committee": committee})

    done = casework.approve(
        on=on(case, cadre, 20), values={"approved_name": "恒达物流工会", "founded_on": "2026-03-21"}
    )

    union = TradeUnion.objects.get(name="恒达物流工会")
    head = Officer.objects.get(term__union=union, organ="committee", post="chair")
    grant = RoleGrant.objects.get(union=union)
    assert (grant.role, grant.user.person_id) == ("chair", head.person_id)
    assert Notice.objects.get(template="organising.union_stands").user_id == grant.user_id
    assert head.person is not None
    assert (union.contact_name, union.contact_phone) == ("李强", head.person.mobile)
    told = Notice.objects.filter(template="registry.post_taken")
    posts = Officer.objects.filter(term__union=union, person__isnull=False)
    assert set(told.values_list("person_id", flat=True)) == set(posts.values_list("person_id", flat=True))
    assert set(posts.values_list("name", flat=True)) == {"李强", "张敏"}
    assert "还没有账号" not in done.events.latest("pk").data["result"]


def test_an_officer_who_applies_for_others_heads_nothing(
    here: make.World, applicant: User, finding: Finding
) -> None:
    officer, cadre = make.acting(make.staff("周静", Role.CADRE, here.town)), make.acting(here.cadre)
    case = applied(officer)
    agreed(case, officer, cadre)
    casework.resubmit(on=on(case, officer, 18), values=ELECTION)

    casework.approve(
        on=on(case, cadre, 20), values={"approved_name": "恒达物流工会", "founded_on": "2026-03-21"}
    )

    assert TradeUnion.objects.filter(name="恒达物流工会").exists()
    assert not RoleGrant.objects.filter(union__name="恒达物流工会").exists()


def test_a_head_who_has_no_account_is_named_to_the_office(
    here: make.World, applicant: User, finding: Finding
) -> None:
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    case = applied(me)
    agreed(case, me, cadre)
    committee = [
        {"name": "李强", "post": "chair", "votes": "35"}, {"name": "王芳", "post": "vice_chair", "votes": "30"},
        {"name": "张敏", "post": "member", "votes": "28"},
    ]  # fmt: skip
    casework.resubmit(on=on(case, me, 18), values=ELECTION | {"committee": committee})

    done = casework.approve(
        on=on(case, cadre, 20), values={"approved_name": "恒达物流工会", "founded_on": "2026-03-21"}
    )

    assert "李强" in done.events.latest("pk").data["result"]
    assert "账号" in done.events.latest("pk").data["result"]
    assert not RoleGrant.objects.filter(union__name="恒达物流工会").exists()


def founded(case: CaseFile, me: Actor, cadre: Actor, **values: object) -> TradeUnion:
    """The whole way from an application to its union."""
    agreed(case, me, cadre)
    casework.resubmit(on=on(case, me, 18), values=ELECTION)
    given = {"approved_name": "桃源街道物流联合工会", "founded_on": "2026-03-21"} | values
    casework.approve(on=on(case, cadre, 20), values=given)
    return TradeUnion.objects.get(name="桃源街道物流联合工会")


def neighbour(here: make.World, name: str, **values: object) -> Finding:
    firm = registry.employer(name, looked_after_by=here.town, region=here.bare.region)
    kept = {
        "path": here.town.path,
        "work_list": "work",
        "state": "taken_up",
        "mode": "joint",
        "found_at": NOW,
    }
    return Finding.objects.create(
        kind="no_union", subject_key=f"employer:{firm.pk}", employer=firm, **{**kept, **values}
    )


def test_a_joint_founding_covers_its_partners_closes_their_findings_and_keeps_its_way(
    here: make.World, applicant: User, finding: Finding
) -> None:
    partner, other = neighbour(here, "宁海甲物流有限公司"), neighbour(here, "宁海乙物流有限公司")
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    case = applied(
        me, kind="joint", partners=[{"name": "宁海甲物流有限公司"}], union_name="桃源街道物流联合工会"
    )

    union = founded(case, me, cadre)

    assert (union.kind, union.founding_mode) == ("joint", "joint")
    assert set(union.employer_links.values_list("employer_id", flat=True)) == {
        here.bare.pk,
        partner.employer_id,
    }
    for one in (finding, partner, other):
        one.refresh_from_db()
    assert [(one.state, one.closed_because) for one in (finding, partner, other)] == [
        ("closed", "founded"), ("closed", "founded"), ("taken_up", ""),
    ]  # fmt: skip


def test_the_office_sees_the_proposed_way_with_its_reasons_and_the_applicant_is_told_it_is_her_turn(
    here: make.World, applicant: User, finding: Finding
) -> None:
    reasons = [{"code": "foreign"}, {"code": "people_unknown"}]
    Finding.objects.filter(pk=finding.pk).update(mode="independent", mode_reasons=reasons)
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    case = applied(me)

    loaded = load(case_id=case.pk, actor=cadre, at=NOW)
    facts = loaded.handler.panels(loaded.run())[0].facts[-2:]
    casework.approve(on=on(case, cadre))
    client = Client()
    client.force_login(applicant)
    form = client.get(f"/cases/{case.pk}/fill/").content.decode()

    assert [(one.label, one.value, one.href) for one in facts] == [
        ("建会方式建议", "单独建会", f"/desk/coverage/findings/{finding.pk}/"),
        ("原因", "外商或港澳台投资企业，应单独建会。职工人数不明。", ""),
    ]
    assert "轮到您了" in form
    assert "还需要补充" not in form


def test_people_of_every_firm_of_a_joint_founding_join_by_their_code_vote_and_are_taken_in(
    here: make.World, applicant: User, finding: Finding
) -> None:
    partner = neighbour(here, "宁海甲物流有限公司").employer
    assert partner is not None
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    case = applied(
        me, kind="joint", partners=[{"name": "宁海甲物流有限公司"}], union_name="桃源街道物流联合工会"
    )
    casework.approve(on=on(case, cadre))
    drives = JoiningDrive.objects.filter(employer__in=[here.bare, partner])
    codes = dict(drives.values_list("employer_id", "code"))
    told = case.events.latest("pk").data["result"]
    assert told.startswith("筹备期入会码（每家单位一个）：")
    assert all(code in told for code in codes.values())
    for number, firm, name in ((11, here.bare, "李强"), (12, partner, "张敏")):
        join(code=codes[firm.pk], form=make.form(number, name=name), at=NOW + timedelta(days=1))
    casework.resubmit(on=on(case, me), values=SLATE)
    loaded = load(case_id=case.pk, actor=cadre, at=NOW)
    fits = {fact.label: fact.fits for fact in loaded.handler.panels(loaded.run())[-1].facts}
    assert (fits["李强"], fits["张敏"], fits["王芳"]) == (True, True, False)
    casework.approve(on=on(case, cadre))
    loaded = load(case_id=case.pk, actor=me, at=NOW)
    assert loaded.handler.step_values(loaded.run(), loaded.step)["members"] == 2
    casework.resubmit(on=on(case, me, 18), values=ELECTION)

    given = {"approved_name": "桃源街道物流联合工会", "founded_on": "2026-03-21"}
    casework.approve(on=on(case, cadre, 20), values=given)

    union = TradeUnion.objects.get(name="桃源街道物流联合工会")
    members = Membership.objects.filter(union=union, ended_on=None, state="active")
    assert set(members.values_list("person__name", "employer_id")) == {
        ("李强", here.bare.pk),
        ("张敏", partner.pk),
    }
    officers = dict(Officer.objects.filter(term__union=union).values_list("name", "person__name"))
    assert (officers["李强"], officers["张敏"]) == ("李强", "张敏")
    assert not JoiningDrive.objects.filter(code__in=codes.values(), closed_at=None).exists()
    assert JoiningDrive.objects.get(union=union).employer_id is None


def test_a_firm_of_a_joint_union_founds_its_own_and_its_members_go_over_with_their_history(
    here: make.World, applicant: User, finding: Finding
) -> None:
    joint = registry.union("桃源街道商铺联合工会", here.town, kind="joint", level="grassroots")
    EmployerLink.objects.create(
        union=joint, union_path=joint.path, employer=here.bare, kind="joint", valid_from=date(2025, 1, 1)
    )
    spells = {
        name: registry.membership(
            registry.person(name), joint, employer=here.bare, started_on=date(2025, 1, 1)
        )
        for name in ("李强", "张敏")
    }
    stays = registry.membership(registry.person("赵磊"), joint, started_on=date(2025, 1, 1))
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    draft = casework.start_draft(service_key="found_union", actor=me, at=NOW, client_id=uuid4())
    casework.save_draft(case_id=draft.pk, raw=FORM, actor=me, at=NOW)
    run = load(case_id=draft.pk, actor=me, at=NOW).run()
    form = {"kind": "own", "employer": {"id": here.bare.pk, "name": here.bare.name}}
    (caution,) = FoundUnionHandler().cautions(replace(run, data=replace(run.data, form=form)))
    assert caution.startswith("宁海恒达物流有限公司现由桃源街道商铺联合工会覆盖。")
    letter(draft, me)
    case = casework.submit(case_id=draft.pk, actor=me, at=NOW)
    agreed(case, me, cadre)
    loaded = load(case_id=case.pk, actor=me, at=NOW)
    assert loaded.handler.step_values(loaded.run(), loaded.step)["members"] == 2
    casework.resubmit(on=on(case, me, 18), values=ELECTION)

    given = {"approved_name": "宁海恒达物流有限公司工会", "founded_on": "2026-03-21"}
    done = casework.approve(on=on(case, cadre, 20), values=given)

    union = TradeUnion.objects.get(name="宁海恒达物流有限公司工会")
    day = date(2026, 3, 21)
    assert list(here.bare.union_links.order_by("pk").values_list("union__name", "kind", "valid_to")) == [
        (joint.name, "joint", day), (union.name, "own", None),
    ]  # fmt: skip
    for name, spell in spells.items():
        spell.refresh_from_db()
        now = Membership.objects.get(person=spell.person, ended_on=None)
        assert (spell.ended_on, spell.end_type, spell.reason) == (day, "transferred_out", "union_founded"), (
            name
        )
        assert (now.union, now.state, now.started_on) == (union, "active", day)
    stays.refresh_from_db()
    assert (stays.ended_on, stays.union) == (None, joint)
    officers = Officer.objects.filter(term__union=union, person__isnull=False)
    assert set(officers.values_list("name", flat=True)) == {"李强", "张敏"}
    assert "会员 2 人" in done.events.latest("pk").data["result"]


@pytest.mark.parametrize(
    ("proposed", "chosen", "kept"),
    [("industry", "", "industry"), ("joint", "", "independent"), ("", "regional", "regional")],
)
def test_the_way_of_founding_is_proposed_to_the_office_and_hers_counts(
    here: make.World, applicant: User, finding: Finding, proposed: str, chosen: str, kept: str
) -> None:
    Finding.objects.filter(pk=finding.pk).update(mode=proposed)
    me, cadre = make.acting(applicant), make.acting(here.cadre)

    union = founded(applied(me), me, cadre, **({"founding_mode": chosen} if chosen else {}))

    assert union.founding_mode == kept


def test_who_takes_up_a_joint_founding_finds_the_neighbours_filled_in(
    here: make.World, applicant: User, finding: Finding
) -> None:
    Finding.objects.filter(pk=finding.pk).update(mode="joint")
    neighbour(here, "宁海甲物流有限公司")
    neighbour(here, "宁海乙物流有限公司", state="open")
    neighbour(here, "宁海丙物流有限公司", mode="independent")

    drafts = [
        casework.start_draft(
            service_key="found_union", actor=make.acting(user), at=NOW, client_id=uuid4(),
            context={"employer": str(here.bare.pk)},
        )
        for user in (here.cadre, applicant)
    ]  # fmt: skip

    mine, hers = (casework.CaseData.load(draft.data).form for draft in drafts)
    assert (mine["kind"], mine["partners"]) == ("joint", [{"name": "宁海甲物流有限公司"}])
    assert "kind" not in hers
    assert "partners" not in hers


def namesakes(here: make.World) -> list[Employer]:
    """Two shops of one name, told apart by their address."""
    return [
        registry.employer(
            "力洋小吃店",
            uscc="",
            address=f"环镇路{door}号",
            region=here.town.territory,
            looked_after_by=here.town,
        )
        for door in (1, 9)
    ]


def problems_of(me: Actor, **answers: Any) -> dict[str, str]:
    """What the form says to whoever sends it, by field."""
    with pytest.raises(AnswersRefused) as refused:
        applied(me, **answers)
    assert not CaseFile.objects.exclude(state="draft").exists()
    return {one.key: one.message for one in refused.value.problems}


def test_a_partner_that_may_be_several_firms_is_asked_about_and_the_one_chosen_is_covered(
    here: make.World, applicant: User, finding: Finding
) -> None:
    first, second = namesakes(here)
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    joint = {"kind": "joint", "union_name": "桃源街道餐饮联合工会"}

    said = problems_of(me, **joint, partners=[{"name": "力洋小吃店"}])

    assert set(said) == {"partners"}
    assert "“力洋小吃店”有多个同名单位" in said["partners"]
    assert all(
        f"力洋小吃店#{one.pk}" in said["partners"] and one.address in said["partners"]
        for one in (first, second)
    )
    union = founded(applied(me, **joint, partners=[{"name": f"力洋小吃店#{second.pk}"}]), me, cadre)
    assert set(union.employer_links.values_list("employer_id", flat=True)) == {here.bare.pk, second.pk}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("宁海晨光文具有限公司", "已有单独建立的工会（宁海晨光文具有限公司工会）"),
        ("宁海丁物流有限公司", "已登记注销"),
    ],
)
def test_a_partner_no_joint_union_may_cover_is_refused_with_the_reason(
    here: make.World, applicant: User, finding: Finding, name: str, said: str
) -> None:
    Employer.objects.filter(pk=neighbour(here, "宁海丁物流有限公司").employer_id).update(state="closed")

    found = problems_of(
        make.acting(applicant), kind="joint", partners=[{"name": name}], union_name="桃源街道物流联合工会"
    )

    assert f"“{name}”{said}。请从名单中去掉" in found["partners"]


def test_a_firm_with_a_union_of_its_own_founds_no_joint_one_either(here: make.World, applicant: User) -> None:
    found = problems_of(
        make.acting(applicant), employer={"id": here.covered.pk, "name": here.covered.name}, kind="joint",
        partners=[{"name": "没有登记的小店"}], union_name="桃源街道物流联合工会",
    )  # fmt: skip

    assert set(found) == {"employer"}


def test_partners_the_register_does_not_know_or_that_changed_since_are_named_to_the_office(
    here: make.World, applicant: User, finding: Finding
) -> None:
    partner, gone = neighbour(here, "宁海甲物流有限公司"), neighbour(here, "宁海戊物流有限公司")
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    registry.employer("外镇物流有限公司")
    named = [
        "宁海甲物流有限公司",
        "没有登记的小店",
        "宁海戊物流有限公司",
        "宁海甲物流有限公司",
        "外镇物流有限公司",
    ]
    case = applied(
        me, kind="joint", partners=[{"name": one} for one in named], union_name="桃源街道物流联合工会"
    )
    Employer.objects.filter(pk=gone.employer_id).update(state="closed")

    panel = next(
        one
        for one in FoundUnionHandler().panels(load(case_id=case.pk, actor=cadre, at=NOW).run())
        if one.title == "联合建会的单位"
    )
    union = founded(case, me, cadre)

    assert [(one.label, one.value, one.fits) for one in panel.facts] == [
        ("宁海甲物流有限公司", "将被覆盖", True), ("没有登记的小店", "单位库中没有", False), ("宁海戊物流有限公司", "已登记注销", False),
        ("外镇物流有限公司", "属于其他总工会辖区", False),
    ]  # fmt: skip
    assert set(union.employer_links.values_list("employer_id", flat=True)) == {
        here.bare.pk,
        partner.employer_id,
    }
    note = CaseEvent.objects.filter(case=case, data__has_key="result").latest("pk").data["result"]
    assert (
        "未覆盖：没有登记的小店（单位库中没有）、宁海戊物流有限公司（已登记注销）、外镇物流有限公司（属于其他总工会辖区）。"
        in note
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"present": "26"}, "present"),
        ({"committee": [{"name": "王芳", "post": "chair", "votes": "20"}]}, "committee"),
        ({"audit": []}, "audit"),
        ({"audit": [{"name": "王芳", "post": "chair", "votes": "33"}]}, "audit"),
        ({"women": "30"}, "women_committee"),
        ({"has_relatives": "yes"}, "has_relatives"),
        ({"held_on": "2026-09-20"}, "held_on"),
        ({"members": "many"}, "members"),
    ],
)
def test_a_void_election_is_told_with_its_rule_and_changes_nothing(
    here: make.World, applicant: User, changes: dict[str, Any], field: str
) -> None:
    me = make.acting(applicant)
    case = applied(me)
    agreed(case, me, make.acting(here.cadre))

    with pytest.raises(AnswersRefused) as refusal:
        casework.resubmit(on=on(case, me, 20), values=ELECTION | changes)

    assert refusal.value.problems[0].key.split(".")[0] == field
    case.refresh_from_db()
    assert (case.state, case.step) == ("supplement", "election")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"planned_on": "2026-02-01"}, "planned_on"),
        ({"slate": [{"name": "刘洋", "organ": "audit", "post": "chair"}]}, "slate"),
        (
            {"slate": [{"name": "王芳", "organ": "committee", "post": post} for post in ("chair", "member")]},
            "slate",
        ),
    ],
)
def test_candidates_that_cannot_stand_are_refused(
    here: make.World, applicant: User, changes: dict[str, Any], field: str
) -> None:
    me = make.acting(applicant)
    case = applied(me)
    casework.approve(on=on(case, make.acting(here.cadre)))

    with pytest.raises(AnswersRefused) as refusal:
        casework.resubmit(on=on(case, me), values=SLATE | changes)

    assert [problem.key for problem in refusal.value.problems] == [field]
    case.refresh_from_db()
    assert (case.state, case.step) == ("supplement", "candidates")


def test_candidates_are_given_back_to_the_applicant(here: make.World, applicant: User) -> None:
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    case = applied(me)
    casework.approve(on=on(case, cadre))
    casework.resubmit(on=on(case, me), values=SLATE)

    casework.return_case(on=on(case, cadre), missing={}, reason="请补一名女职工候选人。")

    case.refresh_from_db()
    assert (case.state, case.step) == ("supplement", "candidates")
    casework.resubmit(on=on(case, me), values=SLATE)
    case.refresh_from_db()
    assert (case.state, case.step) == ("open", "congress")


def test_a_result_can_be_given_back_and_a_founding_refused(
    here: make.World, applicant: User, finding: Finding
) -> None:
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    case = applied(me)
    agreed(case, me, cadre)
    casework.resubmit(on=on(case, me, 18), values=ELECTION)

    casework.return_case(on=on(case, cadre, 19), missing={}, reason="请补会议记录照片。")
    case.refresh_from_db()
    assert (case.state, case.step) == ("supplement", "election")
    assert "请补会议记录照片。" in Notice.objects.filter(user_id=applicant.pk).latest("pk").body
    casework.resubmit(on=on(case, me, 20), values=ELECTION)
    casework.refuse(on=on(case, cadre, 21), reason="单位已搬离。")

    finding.refresh_from_db()
    assert (finding.state, finding.case_id) == ("taken_up", None)
    assert not TradeUnion.objects.filter(name__contains="恒达").exists()


def test_a_taken_name_refuses_the_whole_approval(here: make.World, applicant: User) -> None:
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    case = applied(me)
    agreed(case, me, cadre)
    casework.resubmit(on=on(case, me, 18), values=ELECTION)
    before = TradeUnion.objects.count()

    with pytest.raises(Exception, match="宁海晨光文具有限公司工会"):
        casework.approve(
            on=on(case, cadre, 20), values={"approved_name": here.union.name, "founded_on": "2026-03-21"}
        )

    case.refresh_from_db()
    assert (
        case.step,
        TradeUnion.objects.count(),
        EmployerLink.objects.filter(employer=here.bare).count(),
    ) == ("approve", before, 0)


def test_nobody_founds_twice_or_beside_a_standing_union(here: make.World, applicant: User) -> None:
    me = make.acting(applicant)
    applied(me)

    with pytest.raises(AnswersRefused) as twice:
        applied(make.acting(worker_for_phone(mobile="13988880002", at=NOW)))
    with pytest.raises(AnswersRefused) as covered:
        applied(
            make.acting(worker_for_phone(mobile="13988880003", at=NOW)),
            employer={"name": "宁海晨光文具有限公司"},
        )

    assert "已有人提交建会申请" in twice.value.message
    assert here.union.name in covered.value.message


def test_at_most_three_papers(here: make.World, applicant: User) -> None:
    me = make.acting(applicant)
    case = casework.start_draft(service_key="found_union", actor=me, at=NOW, client_id=uuid4())
    casework.save_draft(case_id=case.pk, raw=FORM, actor=me, at=NOW)

    with pytest.raises(AnswersRefused) as refusal:
        casework.submit(case_id=case.pk, actor=me, at=NOW)

    assert [problem.key for problem in refusal.value.problems] == ["application"]


def test_an_unknown_employer_is_entered_on_approval(here: make.World, applicant: User) -> None:
    me, cadre = make.acting(applicant), make.acting(here.cadre)
    case = applied(me, employer={"name": "宁海无名机械厂"}, union_name="宁海无名机械厂工会")
    assert case.employer_id is None
    assert case.path == here.town.path

    casework.approve(on=on(case, cadre))

    case.refresh_from_db()
    assert case.employer.name == "宁海无名机械厂"
    assert case.employer.region == here.town.territory


def test_the_form_knows_what_the_finding_knows(here: make.World, applicant: User, finding: Finding) -> None:
    cadre, me = make.acting(here.cadre), make.acting(applicant)

    for_cadre = casework.start_draft(
        service_key="found_union",
        actor=cadre,
        at=NOW,
        client_id=uuid4(),
        context={"finding": str(finding.pk)},
    )
    for_worker = casework.start_draft(
        service_key="found_union",
        actor=me,
        at=NOW,
        client_id=uuid4(),
        context={"employer": str(here.bare.pk)},
    )

    known = casework.CaseData.load(for_cadre.data).form
    assert known["employer"] == {"id": here.bare.pk, "name": "宁海恒达物流有限公司"}
    assert (known["uscc"], known["staff"], known["union_name"]) == (
        "91350100M000100Y43",
        63,
        "宁海恒达物流有限公司工会",
    )
    assert "staff" not in casework.CaseData.load(for_worker.data).form  # head counts are not public
    assert employer_from({"finding": str(finding.pk)}, me) is None


def test_a_matter_from_the_field_to_the_answer(here: make.World, applicant: User) -> None:
    me, cadre, chair = make.acting(applicant), make.acting(here.cadre), make.acting(here.chair)
    case = casework.start_draft(
        service_key="matter", actor=me, at=NOW, client_id=uuid4(), context={"employer": str(here.covered.pk)}
    )
    raw = {
        **casework.CaseData.load(case.data).form, "category": "wages", "about": "三名司机两个月没发工资", "people": "3",
        "urgent": "no", "contact": {"name": "王芳", "mobile": "13988880001"},
    }  # fmt: skip
    casework.save_draft(case_id=case.pk, raw=raw, actor=me, at=NOW)
    case = casework.submit(case_id=case.pk, actor=me, at=NOW)
    assert (case.path, case.step, case.title) == (here.town.path, "dispatch", "工情：工资报酬")
    assert last_day(case.due_at).isoformat() == "2026-03-03"

    case = casework.forward(on=on(case, cadre), to_union_id=here.union.pk, reason="请单位工会先了解")
    case = casework.approve(on=on(case, chair), values={"level": "hard", "order": "三天内见面"})
    assert last_day(case.due_at).isoformat() == "2026-03-23"  # fifteen working days
    case = casework.approve(on=on(case, chair, 3), values={"result": "已补发"})
    case = casework.return_case(on=on(case, chair, 4), missing={}, reason="还差一人")
    case = casework.approve(on=on(case, chair, 5), values={"result": "三人均已补发"})
    case = casework.approve(on=on(case, chair, 6), values={"reached": "content", "said": "谢谢"})

    assert case.state == "approved"
    assert list(case.events.order_by("pk").values_list("act", flat=True)) == [
        "submit", "forward", "approve", "approve", "return", "approve", "approve",
    ]  # fmt: skip
    case = casework.rate(on=on(case, me, 7), rating=2, words="又拖了", again=True)
    assert (case.state, case.step) == ("open", "handle")


def posted(answers: dict[str, Any]) -> dict[str, str]:
    """Answers as the page sends them."""
    flat: dict[str, str] = {}
    for key, given in answers.items():
        parts = given if isinstance(given, dict) else {"": given}
        rows = enumerate(given) if isinstance(given, list) else []
        flat |= {f"{key}.{number}.{name}": text for number, row in rows for name, text in row.items()}
        flat |= {
            f"{key}.{part}" if part else key: text for part, text in parts.items() if isinstance(text, str)
        }
    return flat


def test_whoever_names_a_partner_the_register_does_not_know_is_told_before_sending(
    here: make.World, applicant: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: NOW)
    neighbour(here, "宁海甲物流有限公司")
    me = make.acting(applicant)
    client.force_login(applicant)
    case = casework.start_draft(service_key="found_union", actor=me, at=NOW, client_id=uuid4())
    letter(case, me)
    partners = [{"name": "宁海甲物流有限公司"}, {"name": "没有登记的小店"}]
    sent = posted(FORM | {"kind": "joint", "union_name": "桃源街道物流联合工会", "partners": partners}) | {
        "do": "send"
    }
    address = reverse("casework:fill", args=[case.pk])

    page = client.post(address, sent)

    case.refresh_from_db()
    words = "单位库中没有“没有登记的小店”。请对照营业执照核对名称，或填写统一社会信用代码；如名称无误，须由上级工会先登记该单位，否则联合工会不覆盖它。"
    assert (case.state, page.status_code) == ("draft", 200)
    assert f'name="cautioned" value="{words}"' in page.content.decode()
    assert "“宁海甲物流有限公司”" not in page.content.decode()
    assert client.post(address, sent | {"cautioned": "别的"}).status_code == 200
    assert client.post(address, sent | {"cautioned": words}).status_code == 302
    case.refresh_from_db()
    assert case.state == "open"


def test_thirty_partners_are_looked_up_as_fast_as_one(here: make.World) -> None:
    for name in ("甲", "乙", "乙", "丙", "丁"):
        registry.employer(f"力洋{name}小吃店", looked_after_by=here.town)
    names = [f"力洋{name}小吃店" for name in "甲乙丙丁"] + [f"没有登记的{number}店" for number in range(24)]
    names += [here.covered.name, here.covered.uscc]

    def asked(number: int) -> tuple[int, list[Any]]:
        with CaptureQueriesContext(connection) as seen:
            found = partners_of({"partners": [{"name": name} for name in names[:number]]}, here.bare)
        return len(seen), found

    once, _one = asked(2)
    all_of_them, found = asked(30)

    assert all_of_them <= once + 2  # by number, and by code
    assert [one.why for one in found[:4]] == [None, Why.SEVERAL, None, None]
    assert {one.why for one in found[4:28]} == {Why.UNKNOWN}
    assert [(one.why, one.union) for one in found[28:]] == [(Why.OWN_UNION, f"{here.covered.name}工会")]
