"""Deciding together and apart, clocks that stand still, appeals, second looks, papers given once."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.actor import Actor, system
from smartunion.core.errors import DutiesApart, InvalidInput, NotAllowed
from smartunion.core.files.models import StoredFile
from smartunion.engines.casework import reach, service
from smartunion.engines.casework.definition import (
    Agree,
    Appeal,
    Deadline,
    Definition,
    Material,
    Op,
    Route,
    Rule,
    Test,
    Voice,
    text,
)
from smartunion.engines.casework.definition.conditions import AllOf, AnyOf
from smartunion.engines.casework.eligibility import facts_of, verdict, weigh
from smartunion.engines.casework.flows import second_looks
from smartunion.engines.casework.flows.materials import reuse_papers
from smartunion.engines.casework.flows.second_looks import draw, draw_due, look
from smartunion.engines.casework.lifecycle import ActNotPossible, TwiceSpoken
from smartunion.engines.casework.models import CaseFile, CaseMaterial, SecondLook
from smartunion.engines.casework.panels import PANELS
from smartunion.engines.casework.queries.handled import handlers_of
from smartunion.engines.casework.queries.looks import by_service
from smartunion.engines.casework.queries.materials import folder_of
from smartunion.engines.casework.rules import Act
from smartunion.engines.casework.sampling import is_drawn, seed_of
from smartunion.engines.casework.service import ActOn
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.strategies import WISH
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices.models import Notice

pytestmark = pytest.mark.django_db
NOW = make.NOW
ACCEPT, DO = WISH.steps
VOICES = (Voice("law", text("法律工作部")), Voice("money", text("财务部")))


@pytest.fixture
def town() -> make.World:
    return make.world()


def sent(town: make.World, definition: Definition) -> CaseFile:
    make.published(
        replace(
            definition, steps=(replace(definition.steps[0], route=Route.OWN_UNION), *definition.steps[1:])
        )
    )
    ali = make.acting(town.ali)
    case = service.start_draft(service_key="wish", actor=ali, at=NOW, client_id=uuid4())
    raw: dict[str, object] = {"kind": "goods", "about": "想要一把遮阳伞", "people": "12"}
    service.save_draft(case_id=case.pk, raw=raw, actor=ali, at=NOW)
    return service.submit(case_id=case.pk, actor=ali, at=NOW)


def on(case: CaseFile, actor: Actor, days: int = 0) -> ActOn:
    case.refresh_from_db()
    return ActOn(case.pk, case.version, actor, NOW + timedelta(days=days))


def chain(case: CaseFile) -> list[tuple[str, str]]:
    return list(case.events.order_by("pk").values_list("act", "to_state"))


def second_cadre(town: make.World) -> Actor:
    return make.acting(make.user("何芳", role=Role.CADRE, at=town.town))


def jointly(agree: Agree) -> Definition:
    return replace(WISH, steps=(replace(ACCEPT, voices=VOICES, agree=agree), DO))


def test_all_departments_must_agree_each_by_another_person(town: make.World) -> None:
    case, lin, he = sent(town, jointly(Agree.ALL)), make.acting(town.town_cadre), second_cadre(town)

    service.approve(on=on(case, lin), voice="money")
    with pytest.raises(TwiceSpoken):
        service.approve(on=on(case, lin), voice="law")
    with pytest.raises(ActNotPossible):
        service.approve(on=on(case, he), voice="money")
    case.refresh_from_db()
    assert (case.state, case.step, case.version) == ("open", "accept", 4)
    service.approve(on=on(case, he))

    case.refresh_from_db()
    assert (case.state, case.step) == ("open", "do")
    assert chain(case) == [("submit", "open"), ("agree", "open"), ("approve", "open")]
    assert [event.data.get("voice") for event in case.events.order_by("pk")] == [None, "money", "law"]


def test_one_refusal_ends_what_all_must_agree_to(town: make.World) -> None:
    case = sent(town, jointly(Agree.ALL))

    service.refuse(on=on(case, make.acting(town.town_cadre)), reason="不属于帮扶范围", voice="law")

    case.refresh_from_db()
    assert (case.state, case.decision_reason) == ("refused", "不属于帮扶范围")


def test_any_department_can_agree_and_all_must_refuse(town: make.World) -> None:
    case, lin, he = sent(town, jointly(Agree.ANY)), make.acting(town.town_cadre), second_cadre(town)

    service.refuse(on=on(case, lin), reason="材料看不清", voice="law")
    case.refresh_from_db()
    assert (case.state, case.decision_reason) == ("open", "")
    service.refuse(on=on(case, he), reason="预算已用完")

    case.refresh_from_db()
    assert case.state == "refused"
    assert chain(case) == [("submit", "open"), ("disagree", "open"), ("refuse", "refused")]


def test_whoever_approved_may_not_pay(town: make.World) -> None:
    case = sent(town, replace(WISH, steps=(ACCEPT, replace(DO, apart_from=("accept",)))))
    lin = make.acting(town.town_cadre)
    service.approve(on=on(case, lin))

    with pytest.raises(DutiesApart):
        service.approve(on=on(case, lin), values={"done": "已付"})
    case.refresh_from_db()
    assert (case.state, case.step) == ("open", "do")
    service.add_note(on=on(case, lin), note="请财务付款")
    service.approve(on=on(case, second_cadre(town)), values={"done": "已付"})

    case.refresh_from_db()
    assert case.state == "approved"


def may_hold() -> Definition:
    step = replace(ACCEPT, acts=(Act.APPROVE, Act.REFUSE, Act.HOLD), deadline=Deadline(5, is_working=True))
    return replace(WISH, steps=(step, DO))


def test_a_held_case_keeps_the_working_days_it_had(town: make.World) -> None:
    case, lin = sent(town, may_hold()), make.acting(town.town_cadre)
    assert case.due_at == datetime.fromisoformat("2026-03-10T00:00:00+08:00")  # Monday + 5: Monday the 9th

    with pytest.raises(InvalidInput):
        service.hold(on=on(case, lin), reason="")
    service.hold(on=on(case, lin, days=2), reason="等医院出证明")
    case.refresh_from_db()
    assert (case.state, case.step, case.due_at) == ("held", "accept", None)
    assert Notice.objects.filter(person_id=town.ali.person_id).latest("pk").body == (
        f"您的办件 {case.reference} 暂缓办理：等医院出证明。恢复之前，办理期限停止计算。"
    )
    with pytest.raises(ActNotPossible):
        service.approve(on=on(case, lin, days=3))
    service.resume(on=on(case, lin, days=14))

    case.refresh_from_db()
    assert (case.state, case.held_at) == ("open", None)
    assert case.due_at == datetime.fromisoformat(
        "2026-03-20T00:00:00+08:00"
    )  # three left from the 16th: the 19th


def test_a_late_case_stays_late_after_a_hold(town: make.World) -> None:
    case, lin = sent(town, may_hold()), make.acting(town.town_cadre)
    due = case.due_at

    service.hold(on=on(case, lin, days=20), reason="等法院")
    service.resume(on=on(case, lin, days=30))

    case.refresh_from_db()
    assert case.due_at == due


def test_an_appeal_goes_above_once_to_other_people(town: make.World) -> None:
    case = sent(
        town,
        replace(WISH, steps=(replace(ACCEPT, roles=("cadre", "chair")), DO), appeal=Appeal("accept", 60)),
    )
    chair, ali, county = make.acting(town.xiaobo), make.acting(town.ali), make.acting(town.county_cadre)
    lin = make.acting(town.town_cadre)
    service.refuse(on=on(case, chair), reason="不符合")

    with pytest.raises(ActNotPossible):
        service.appeal(on=on(case, ali, days=60), reason="太晚了")
    with pytest.raises(NotAllowed):
        service.appeal(on=on(case, lin), reason="替她申诉")
    service.appeal(on=on(case, ali, days=3), reason="材料是齐的")
    case.refresh_from_db()
    assert (case.state, case.step, case.path, case.closed_at, case.decision_reason) == (
        "open",
        "accept",
        town.town.path,
        None,
        "",
    )

    service.refuse(on=on(case, lin, days=4), reason="仍不符合")
    with pytest.raises(ActNotPossible):
        service.appeal(on=on(case, ali, days=5), reason="再申诉")
    case.refresh_from_db()
    assert case.state == "refused"
    assert county.can("cases.handle", path=case.path)


def test_who_decided_may_not_decide_the_appeal(town: make.World) -> None:
    case = sent(town, replace(WISH, appeal=Appeal("accept", 60)))
    lin, ali = make.acting(town.town_cadre), make.acting(town.ali)
    service.refuse(on=on(case, lin), reason="不符合")
    service.appeal(on=on(case, ali, days=1), reason="材料是齐的")

    case.refresh_from_db()
    assert case.path == town.town.path
    with pytest.raises(DutiesApart):
        service.approve(on=on(case, lin, days=2))
    service.approve(on=on(case, second_cadre(town), days=2))

    case.refresh_from_db()
    assert case.step == "do"


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=40), st.decimals(0, 1, places=3))
def test_the_draw_can_be_worked_out_again(references: list[str], share: Decimal) -> None:
    seed = seed_of(references)

    assert seed == seed_of(reversed(references))
    drawn = [one for one in references if is_drawn(seed, one, share)]
    assert drawn == [one for one in references if is_drawn(seed_of(sorted(references)), one, share)]
    assert not drawn or share > 0
    assert share < 1 or drawn == references


def test_share_drawn_is_about_the_share_asked() -> None:
    references = [f"260302-{number:06}" for number in range(5000)]

    drawn = sum(is_drawn(seed_of(references), one, Decimal("0.1")) for one in references)

    assert 400 < drawn < 600


def test_a_second_look_is_drawn_once_and_taken_by_somebody_else(town: make.World) -> None:
    from smartunion.ground.policies.models import PolicyValue

    PolicyValue.objects.create(
        key="casework.second_look_share",
        path="",
        value="1",
        valid_from=date(2020, 1, 1),
        source="试点",
        created_at=NOW,
    )
    case, lin = sent(town, WISH), make.acting(town.town_cadre)
    service.refuse(on=on(case, lin), reason="不符合")

    rows = draw(actor=system(), day=make.TODAY, at=NOW + timedelta(days=1))
    again = draw(actor=system(), day=make.TODAY, at=NOW + timedelta(days=1))

    assert ([row.case_id for row in rows], again) == ([case.pk], [])
    assert rows[0].seed == seed_of([case.reference])
    with pytest.raises(DutiesApart):
        look(look_id=rows[0].pk, verdict="right", note="", actor=lin, at=NOW)
    with pytest.raises(InvalidInput):
        look(look_id=rows[0].pk, verdict="wrong", note=" ", actor=second_cadre(town), at=NOW)
    look(look_id=rows[0].pk, verdict="wrong", note="应先退回补正", actor=second_cadre(town), at=NOW)

    row = SecondLook.objects.get()
    assert (row.verdict, row.user_name) == ("wrong", "何芳")
    assert Notice.objects.filter(user_id=town.town_cadre.pk, body__contains="应先退回补正").count() == 1


def test_whoever_handled_a_step_or_owns_the_case_takes_no_second_look_at_it(
    town: make.World, client: Client
) -> None:
    _share("casework.second_look_share", "1")
    case, lin, he = sent(town, WISH), make.acting(town.town_cadre), second_cadre(town)
    service.approve(on=on(case, lin))
    service.refuse(on=on(case, he), reason="不符合")
    (row,) = draw(actor=system(), day=make.TODAY, at=NOW + timedelta(days=1))
    own = replace(make.acting(make.user("复核", role=Role.CADRE, at=town.town)), person_id=case.person_id)

    for barred in (lin, he, own):
        with pytest.raises(DutiesApart):
            look(look_id=row.pk, verdict="right", note="", actor=barred, at=NOW)
    client.force_login(town.town_cadre)
    page = client.get(f"/desk/cases/{case.pk}/").content.decode()

    row.refresh_from_db()
    assert (row.verdict, row.decider_id) == ("", he.user_id)
    assert f"/second-looks/{row.pk}/" not in page
    other = make.user("何其", role=Role.CADRE, at=town.town)
    client.force_login(other)
    assert "second-look" in client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert look(look_id=row.pk, verdict="right", note="", actor=make.acting(other), at=NOW).verdict == "right"
    assert handlers_of(case.pk) == {lin.user_id, he.user_id}


def _share(key: str, value: str) -> None:
    from smartunion.ground.policies.models import PolicyValue

    PolicyValue.objects.create(
        key=key, path="", value=value, valid_from=date(2020, 1, 1), source="试点", created_at=NOW
    )


def test_of_a_sealed_service_a_colleague_of_the_same_role_looks_and_nobody_else(
    town: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "SEALED", {"wish": frozenset({"cadre", "chair"})})
    monkeypatch.setattr(second_looks, "SEALED", reach.SEALED)
    _share("casework.second_look_share", "0")
    _share("casework.sealed_second_look_share", "1")
    case, lin = sent(town, replace(WISH, is_narrow=True)), make.acting(town.town_cadre)
    service.refuse(on=on(case, lin), reason="不符合")

    drawn = draw(actor=system(), day=make.TODAY, at=NOW + timedelta(days=1))

    seen = {
        who: SecondLook.objects.visible_to(actor).count()
        for who, actor in (
            ("colleague", second_cadre(town)), ("above", make.acting(town.county_cadre)), ("stranger", make.acting(town.stranger)),
        )
    }  # fmt: skip
    assert [row.case_id for row in drawn] == [case.pk]
    assert seen == {"colleague": 1, "above": 0, "stranger": 0}


def test_a_narrow_case_that_is_neither_sealed_nor_about_money_is_not_drawn(town: make.World) -> None:
    _share("casework.second_look_share", "1")
    case, lin = sent(town, replace(WISH, is_narrow=True)), make.acting(town.town_cadre)
    service.refuse(on=on(case, lin), reason="不符合")

    assert draw(actor=system(), day=make.TODAY, at=NOW + timedelta(days=1)) == []


def test_what_decides_about_money_is_drawn_at_the_higher_share_narrow_or_not(
    town: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_looks, "ABOUT_MONEY", {"wish"})
    _share("casework.second_look_share", "0")
    _share("casework.sealed_second_look_share", "1")
    case, lin = sent(town, replace(WISH, is_narrow=True)), make.acting(town.town_cadre)
    service.refuse(on=on(case, lin), reason="不符合")

    (row,) = draw(actor=system(), day=make.TODAY, at=NOW + timedelta(days=1))

    assert (row.case_id, SecondLook.objects.visible_to(second_cadre(town)).count()) == (case.pk, 1)
    assert not SecondLook.objects.visible_to(make.acting(town.county_cadre)).exists()


def test_days_the_site_stood_still_are_drawn_from_later_and_no_day_twice(town: make.World) -> None:
    _share("casework.second_look_share", "1")
    lin = make.acting(town.town_cadre)
    for _number in range(2):
        service.refuse(on=on(sent(town, WISH), lin), reason="不符合")

    late = draw_due(actor=system(), at=NOW + timedelta(days=5))
    service.reopen(on=on(CaseFile.objects.order_by("pk")[0], lin), reason="再看一次")

    assert (late, draw_due(actor=system(), at=NOW + timedelta(days=5, hours=6))) == (2, 0)


def test_the_page_says_who_has_to_look_and_what_was_found_of_each_service(
    town: make.World, client: Client
) -> None:
    _share("casework.second_look_share", "0.25")
    _share("casework.sealed_second_look_share", "1")
    lin, he = make.acting(town.town_cadre), second_cadre(town)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(second_looks, "ABOUT_MONEY", {"wish"})
        for reason in ("不符合", "超出范围"):
            service.refuse(on=on(sent(town, WISH), lin), reason=reason)
        first, _second = draw(actor=system(), day=make.TODAY, at=NOW + timedelta(days=1))
    look(look_id=first.pk, verdict="wrong", note="应先退回", actor=he, at=NOW + timedelta(days=1))
    client.force_login(town.town_cadre)

    (row,) = by_service(lin, make.TODAY + timedelta(days=1))
    page = client.get("/desk/cases/second-looks/?verdict=open").content.decode()

    assert (row.drawn, row.open, row.wrong) == (2, 1, 1)
    assert f"{town.grassroots.name}：未经手此件的工作人员" in page
    assert ("100%" in page, page.count("还没复看") > 0) == (True, True)


def test_the_first_page_shows_the_cases_and_second_looks_that_wait(town: make.World, client: Client) -> None:
    _share("casework.second_look_share", "1")
    lin, he = make.acting(town.town_cadre), second_cadre(town)
    sealed = sent(town, replace(WISH, is_narrow=True))
    CaseFile.objects.filter(pk=sealed.pk).update(path=town.next_town.path)
    decided, waits = sent(town, WISH), sent(town, WISH)
    service.refuse(on=on(decided, lin), reason="不符合")
    draw(actor=system(), day=make.TODAY, at=NOW + timedelta(days=1))
    shown = {panel.key: panel.render for panel in PANELS}

    cases, looks = shown["casework.cases"](he), shown["casework.looks"](he)

    assert cases is not None
    assert looks is not None
    assert ([row.href for row in cases.rows], cases.total) == ([f"/desk/cases/{waits.pk}/"], 1)
    assert ([row.href for row in looks.rows], looks.total) == ([f"/desk/cases/{decided.pk}/"], 1)
    assert shown["casework.looks"](lin) is None  # she decided it
    client.force_login(town.town_cadre)
    assert waits.reference in client.get("/desk/").content.decode()


def test_some_cases_have_a_share_of_their_own(town: make.World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        second_looks, "SHARES", [lambda ids: dict.fromkeys(ids, "casework.sealed_second_look_share")]
    )
    _share("casework.second_look_share", "0")
    _share("casework.sealed_second_look_share", "1")
    case, lin = sent(town, WISH), make.acting(town.town_cadre)
    service.refuse(on=on(case, lin), reason="不符合")

    drawn = draw(actor=system(), day=make.TODAY, at=NOW + timedelta(days=1))

    assert [(row.case_id, row.share) for row in drawn] == [(case.pk, 1)]


def test_a_paper_given_once_can_be_used_again(town: make.World) -> None:
    definition = replace(
        WISH, materials=(Material("card", text("身份证"), folder="id_card", is_required=False),)
    )
    first = sent(town, definition)
    file = StoredFile.objects.create(
        path="x",
        name="x.jpg",
        media_type="image/jpeg",
        size_bytes=1,
        sha256="a",
        created_at=NOW,
        purpose="case",
    )
    CaseMaterial.objects.create(case=first, slot="card", file=file, added_at=NOW, folder="id_card")
    ali = make.acting(town.ali)
    draft = service.start_draft(service_key="wish", actor=ali, at=NOW, client_id=uuid4())

    assert {key: kept.rows[0].file_id for key, kept in folder_of(draft).items()} == {"id_card": file.pk}
    reuse_papers(case_id=draft.pk, slot="card", actor=ali, at=NOW)
    reuse_papers(case_id=draft.pk, slot="card", actor=ali, at=NOW)

    assert [row.file_id for row in draft.materials.all()] == [file.pk]
    strange = service.start_draft(
        service_key="wish", actor=make.acting(town.stranger), at=NOW, client_id=uuid4()
    )
    with pytest.raises(InvalidInput):
        reuse_papers(case_id=strange.pk, slot="card", actor=make.acting(town.stranger), at=NOW)


def test_rules_say_met_unmet_or_unknown(town: make.World) -> None:
    member = Rule("member", text("会员满一年"), Test("member.months", Op.AT_LEAST, 12), text("会龄不足一年"))
    poor = Rule("poor", text("家庭困难"), Test("poor", Op.IS, True), text("不属于困难家庭"))
    definition = replace(WISH, eligibility=(member, poor))

    known = facts_of(town.ali.person_id, make.TODAY)
    stranger = facts_of(town.stranger.person_id, make.TODAY)

    assert known["member.months"] == 26
    assert [one.is_met for one in weigh(definition, known)] == [True, None]
    assert [one.is_met for one in weigh(definition, stranger | {"poor": True})] == [False, True]
    assert facts_of(None, make.TODAY) == {}


def test_what_is_unknown_counts_only_where_it_could_matter() -> None:
    yes, no, open_ = Test("a", Op.IS, 1), Test("b", Op.IS, 1), Test("c", Op.IS, 1)
    known = {"a": 1, "b": 2}

    assert verdict(AnyOf((open_, yes)), known) is True
    assert verdict(AllOf((open_, no)), known) is False
    assert verdict(AllOf((open_, yes)), known) is None
    assert verdict(AnyOf((open_, no)), known) is None
