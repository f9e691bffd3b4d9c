"""A case through real flows: who may act, what is written, who is told; refusals change nothing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from smartunion.core.actor import Actor, system
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.engines.casework import reach, service
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.definition import Route, text
from smartunion.engines.casework.flows import acting, drafts
from smartunion.engines.casework.flows.filing import NotConfirmed
from smartunion.engines.casework.flows.publishing import DefinitionNotSound
from smartunion.engines.casework.flows.reminding import drop_old_drafts, remind
from smartunion.engines.casework.lifecycle import ActNotPossible, AlreadyTold
from smartunion.engines.casework.models import CaseEvent, CaseFile, ServiceVersion
from smartunion.engines.casework.queries import queue
from smartunion.engines.casework.queries.versions import definition_for
from smartunion.engines.casework.rules import Act, CaseState
from smartunion.engines.casework.service import ActOn, AnswersRefused
from smartunion.engines.casework.succession import CASES, SEALED
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.strategies import WISH
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice

pytestmark = pytest.mark.django_db
NOW = make.NOW
GOOD = {"kind": "goods", "about": "想要一把遮阳伞", "people": "12"}


@pytest.fixture
def town() -> make.World:
    made = make.world()
    make.published(
        replace(
            WISH,
            steps=(replace(WISH.steps[0], route=Route.OWN_UNION, roles=("cadre", "chair")), WISH.steps[1]),
        )
    )
    return made


def begin(actor: Actor, raw: dict[str, object] | None = None) -> CaseFile:
    case = service.start_draft(service_key="wish", actor=actor, at=NOW, client_id=uuid4())
    return service.save_draft(case_id=case.pk, raw=raw or dict(GOOD), actor=actor, at=NOW)


def sent(actor: Actor) -> CaseFile:
    return service.submit(case_id=begin(actor).pk, actor=actor, at=NOW)


def on(case: CaseFile, actor: Actor, *, later: int = 0, version: int | None = None) -> ActOn:
    return ActOn(case.pk, version or case.version, actor, NOW + timedelta(days=later))


def told(user_id: int | None = None, person_id: int | None = None) -> list[str]:
    return list(
        Notice.objects.filter(user_id=user_id, person_id=person_id)
        .order_by("pk")
        .values_list("body", flat=True)
    )


def test_a_case_is_sent_once_and_goes_to_the_right_office(town: make.World) -> None:
    ali = make.acting(town.ali)
    case = begin(ali)

    first = service.submit(case_id=case.pk, actor=ali, at=NOW)
    again = service.submit(case_id=case.pk, actor=ali, at=NOW)

    stored = CaseFile.objects.get()
    assert (first.pk, again.pk) == (stored.pk, stored.pk)
    assert (stored.state, stored.step, stored.path, stored.origin_path) == (
        "open",
        "accept",
        town.grassroots.path,
        town.grassroots.path,
    )
    assert stored.title == "微心愿：物品"
    assert stored.digest == {"kind": "物品", "people": "12"}
    assert stored.due_at == datetime.fromisoformat(
        "2026-03-06T00:00:00+08:00"
    )  # three working days: Thursday is the last
    assert CaseData.load(stored.data).form == {"kind": "goods", "about": "想要一把遮阳伞", "people": 12}
    assert list(stored.events.values_list("act", "from_state", "to_state", "to_step")) == [
        ("submit", "draft", "open", "accept")
    ]
    assert Fact.objects.filter(kind="casework.case_submitted", path=town.grassroots.path).count() == 1
    assert told(person_id=town.ali.person_id) == [
        f"您的办件 {stored.reference} 现由宁海晨光文具有限公司工会办理（受理），2026年3月5日前告诉您结果。"
    ]
    assert told(user_id=town.xiaobo.pk) == ["微心愿：物品已到“受理”环节，请于2026年3月5日前办理。"]
    assert told(user_id=town.town_cadre.pk) == []


def test_answers_are_sealed_in_the_database(town: make.World) -> None:
    from django.db import connection

    sent(make.acting(town.ali))

    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM casework_casefile")
        assert "遮阳伞".encode() not in bytes(cursor.fetchone()[0])


def test_starting_twice_gives_one_draft(town: make.World) -> None:
    ali, key = make.acting(town.ali), uuid4()

    one = service.start_draft(service_key="wish", actor=ali, at=NOW, client_id=key)
    two = service.start_draft(service_key="wish", actor=ali, at=NOW, client_id=key)
    three = service.start_draft(service_key="wish", actor=ali, at=NOW, client_id=uuid4())

    assert one.pk == two.pk == three.pk
    with pytest.raises(StaleState):
        service.start_draft(service_key="wish", actor=make.acting(town.stranger), at=NOW, client_id=key)


def test_wrong_answers_are_named_and_nothing_is_sent(town: make.World) -> None:
    ali = make.acting(town.ali)
    case = begin(ali, {"kind": "other", "people": "0"})

    with pytest.raises(AnswersRefused) as refusal:
        service.submit(case_id=case.pk, actor=ali, at=NOW)

    assert [problem.key for problem in refusal.value.problems] == ["which", "about", "people"]
    assert CaseFile.objects.get().state == CaseState.DRAFT
    assert not CaseEvent.objects.exists()
    assert not Notice.objects.exists()
    assert not Fact.objects.exists()


def test_drafts_are_seen_by_nobody_else(town: make.World) -> None:
    case = begin(make.acting(town.ali))

    for other in (town.xiaobo, town.town_cadre, town.stranger):
        with pytest.raises(NotVisible):
            service.load(case_id=case.pk, actor=make.acting(other), at=NOW)
        with pytest.raises(NotVisible):
            service.save_draft(case_id=case.pk, raw={}, actor=make.acting(other), at=NOW)


def test_the_office_approves_step_by_step(town: make.World) -> None:
    ali, chair = make.acting(town.ali), make.acting(town.xiaobo)
    case = sent(ali)

    service.approve(on=on(case, chair))
    case.refresh_from_db()
    done = service.approve(on=on(case, chair), values={"done": "伞已送到岗亭。"})

    done.refresh_from_db()
    assert (done.state, done.step, done.due_at, done.closed_at) == ("approved", "", None, NOW)
    assert CaseData.load(done.data).steps == {"accept": {}, "do": {"done": "伞已送到岗亭。"}}
    assert list(done.events.order_by("pk").values_list("act", "step", "actor_name")) == [
        ("submit", "", "阿丽"), ("approve", "accept", "小波"), ("approve", "do", "小波"),
    ]  # fmt: skip
    assert Fact.objects.get(kind="casework.case_closed").attrs == {"service": "wish", "state": "approved"}
    assert AuditEvent.objects.filter(event="casework.case_approve").count() == 2
    assert len(told(person_id=town.ali.person_id)) == 3


def test_a_step_without_its_fields_is_not_approved(town: make.World) -> None:
    ali, chair = make.acting(town.ali), make.acting(town.xiaobo)
    case = sent(ali)
    case = service.approve(on=on(case, chair))

    with pytest.raises(AnswersRefused) as refusal:
        service.approve(on=on(case, chair))

    assert refusal.value.message == "请填写“办理情况”。"
    assert CaseFile.objects.get().step == "do"


def test_who_may_act(town: make.World) -> None:
    case = sent(make.acting(town.ali))

    with pytest.raises(NotVisible):
        service.approve(on=on(case, make.acting(town.stranger)))
    with pytest.raises(NotAllowed):
        service.approve(on=on(case, make.acting(town.ali)))
    service.approve(on=on(case, make.acting(town.county_cadre)))  # the union above may stand in

    assert CaseFile.objects.get().step == "do"


def test_nobody_decides_her_own_case(town: make.World) -> None:
    chair = make.acting(town.xiaobo)
    case = sent(chair)

    with pytest.raises(NotAllowed):
        service.approve(on=on(case, chair))

    assert CaseFile.objects.get().step == "accept"
    service.approve(on=on(case, make.acting(town.town_cadre)))


def test_two_officers_at_once_the_second_is_told(town: make.World) -> None:
    case = sent(make.acting(town.ali))
    seen = case.version
    service.approve(on=on(case, make.acting(town.xiaobo), version=seen))

    with pytest.raises(StaleState) as refusal:
        service.refuse(on=on(case, make.acting(town.town_cadre), version=seen), reason="重复")

    assert refusal.value.message == "小波刚刚处理了这个办件（同意）。"
    assert CaseFile.objects.get().state == CaseState.OPEN
    assert CaseEvent.objects.count() == 2


def test_writing_itself_is_compare_and_set(town: make.World) -> None:
    """Both passed the check before either wrote: the database lets one through."""
    from smartunion.engines.casework.flows.loading import load
    from smartunion.engines.casework.flows.moving import write
    from smartunion.engines.casework.lifecycle import after
    from smartunion.engines.casework.rules import Act

    case = sent(make.acting(town.ali))
    one = load(case_id=case.pk, actor=make.acting(town.xiaobo), at=NOW)
    two = load(case_id=case.pk, actor=make.acting(town.town_cadre), at=NOW)
    write(one, Act.APPROVE, after(one.definition, one.position, Act.APPROVE, {}))

    with pytest.raises(StaleState):
        write(two, Act.REFUSE, after(two.definition, two.position, Act.REFUSE, {}), reason="重复")

    assert CaseFile.objects.get().state == CaseState.OPEN


def test_refusing_needs_a_reason_and_tells_it(town: make.World) -> None:
    case, chair = sent(make.acting(town.ali)), make.acting(town.xiaobo)

    with pytest.raises(InvalidInput):
        service.refuse(on=on(case, chair), reason="  ")
    service.refuse(on=on(case, chair), reason="同一心愿已办理。")

    stored = CaseFile.objects.get()
    assert (stored.state, stored.decision_reason) == ("refused", "同一心愿已办理。")
    assert (
        told(person_id=town.ali.person_id)[-1]
        == f"很抱歉，您的办件 {case.reference} 未能通过。原因：同一心愿已办理。"
    )


def test_return_once_with_everything_and_resubmit(town: make.World) -> None:
    ali, chair = make.acting(town.ali), make.acting(town.xiaobo)
    case = sent(ali)

    with pytest.raises(ActNotPossible):
        service.return_case(on=on(case, chair), missing={})
    case = service.return_case(on=on(case, chair), missing={"about": "请写明尺寸", "photo": "", "evil": "x"})
    assert (case.state, case.step) == ("supplement", "accept")
    assert "说说情况：请写明尺寸；照片。" in told(person_id=town.ali.person_id)[-1]
    with pytest.raises(AnswersRefused):
        service.resubmit(on=on(case, ali), values={"about": ""})
    case = service.resubmit(on=on(case, ali, later=2), values={"about": "直径一米二"})

    stored = CaseFile.objects.get()
    assert (stored.state, stored.step) == ("open", "accept")
    assert stored.due_at == datetime.fromisoformat("2026-03-10T00:00:00+08:00")  # the clock starts again
    assert CaseData.load(stored.data).form["about"] == "直径一米二"
    with pytest.raises(AlreadyTold):
        service.return_case(on=on(case, chair, later=2), missing={"kind": "换一类"})
    service.return_case(on=on(case, chair, later=2), missing={"about": "还是不清楚"})


def test_return_inside_the_house(town: make.World) -> None:
    ali, chair = make.acting(town.ali), make.acting(town.xiaobo)
    case = service.approve(on=on(sent(ali), chair))

    case = service.return_case(on=on(case, chair), missing={}, reason="请先核实")

    assert (case.state, case.step) == ("open", "accept")


def test_forward_keeps_the_last_day(town: make.World) -> None:
    case, chair = sent(make.acting(town.ali)), make.acting(town.xiaobo)
    due = case.due_at
    elsewhere = make.union("杭州市总工会", territory=make.region("330100", "杭州市", "city"))

    with pytest.raises(InvalidInput):
        service.forward(on=on(case, chair), to_union_id=elsewhere.pk, reason="不归我们")
    case = service.forward(on=on(case, chair), to_union_id=town.town.pk, reason="需要街道办理")

    stored = CaseFile.objects.get()
    assert (stored.path, stored.origin_path, stored.due_at, stored.step) == (
        town.town.path,
        town.grassroots.path,
        due,
        "accept",
    )
    assert len(told(user_id=town.town_cadre.pk)) == 1
    # 小波 began it: she still sees it, and may no longer act.
    with pytest.raises(NotAllowed):
        service.approve(on=on(stored, chair))


def test_an_applicant_urges_after_some_days_and_not_again_the_same_day(town: make.World) -> None:
    ali, chair = make.acting(town.ali), make.acting(town.xiaobo)
    case = sent(ali)
    before = told(user_id=town.xiaobo.pk)
    with pytest.raises(StaleState, match="3月5日"):
        acting.urge(on=on(case, ali, later=2))
    with pytest.raises(NotAllowed):
        acting.urge(on=on(case, chair, later=3))
    assert told(user_id=town.xiaobo.pk) == before

    case = acting.urge(on=on(case, ali, later=3))

    assert (case.state, case.step, case.events.latest("pk").act) == ("open", "accept", "urge")
    assert told(user_id=town.xiaobo.pk) == [*before, "阿丽 催办“微心愿：物品”，正在等待答复。"]
    assert not Notice.objects.filter(key__contains=":above:").exists()
    with pytest.raises(StaleState, match="3月8日"):
        acting.urge(on=on(case, ali, later=3))
    late = acting.urge(on=on(case, ali, later=30))
    assert Notice.objects.filter(
        key=f"case:{case.pk}:{late.version}:urge:above:{town.town_cadre.pk}"
    ).exists()
    ended = service.withdraw(on=on(late, ali, later=30))
    with pytest.raises(ActNotPossible):
        acting.urge(on=on(ended, ali, later=60))


def test_withdraw_note_rate_reopen(town: make.World) -> None:
    ali, chair = make.acting(town.ali), make.acting(town.xiaobo)
    case = sent(ali)
    case = service.add_note(on=on(case, ali), note="可以周六送来")
    case = service.add_note(on=on(case, chair), note="仓库有货", is_public=False)
    case = service.approve(on=on(case, chair))
    case = service.approve(on=on(case, chair), values={"done": "已办"})

    with pytest.raises(InvalidInput):
        service.rate(on=on(case, ali), rating=6)
    with pytest.raises(InvalidInput):
        service.rate(on=on(case, ali), rating=1, again=True)
    case = service.rate(on=on(case, ali), rating=1, words="伞是坏的", again=True)

    stored = CaseFile.objects.get()
    assert (stored.state, stored.step, stored.rating, stored.closed_at) == ("open", "do", None, None)
    assert list(stored.events.order_by("pk").values_list("act", flat=True)) == [
        "submit", "note", "note", "approve", "approve", "rate", "reopen",
    ]  # fmt: skip
    stored = service.approve(on=on(stored, chair), values={"done": "换了新的"})
    stored = service.rate(on=on(stored, ali), rating=5)
    with pytest.raises(ActNotPossible):
        service.rate(on=on(stored, ali), rating=4)
    with pytest.raises(ActNotPossible):
        service.reopen(on=on(stored, ali, later=31), reason="又坏了")
    with pytest.raises(ActNotPossible):
        service.withdraw(on=on(stored, ali))


def test_withdraw_while_it_runs(town: make.World) -> None:
    ali = make.acting(town.ali)
    case = service.withdraw(on=on(sent(ali), ali))

    assert CaseFile.objects.get().state == CaseState.WITHDRAWN
    with pytest.raises(ActNotPossible):
        service.approve(on=on(case, make.acting(town.xiaobo)))


def test_assign(town: make.World) -> None:
    ali, chair = make.acting(town.ali), make.acting(town.xiaobo)
    case = sent(ali)

    with pytest.raises(InvalidInput):
        service.assign(on=on(case, make.acting(town.county_cadre)), to_user_id=town.stranger.pk)
    case = service.assign(on=on(case, make.acting(town.county_cadre)), to_user_id=town.xiaobo.pk)

    assert queue.mine(queue.open_cases(chair), chair).get().pk == case.pk
    assert told(user_id=town.xiaobo.pk)[-1] == "周科把“微心愿：物品”交给您办理。"


def test_queue_counts_and_order(town: make.World) -> None:
    ali, chair, cadre = make.acting(town.ali), make.acting(town.xiaobo), make.acting(town.town_cadre)
    late = sent(ali)
    CaseFile.objects.filter(pk=late.pk).update(due_at=NOW - timedelta(days=1))
    soon = sent(make.acting(town.xiaobo))
    CaseFile.objects.filter(pk=soon.pk).update(due_at=NOW + timedelta(days=1), assignee_id=town.town_cadre.pk)
    no_day = sent(ali)
    CaseFile.objects.filter(pk=no_day.pk).update(due_at=None)
    begin(ali)

    assert [case.pk for case in queue.open_cases(chair)] == [late.pk, soon.pk, no_day.pk]
    assert queue.counts(cadre, NOW) == queue.QueueCounts(all=3, mine=1, free=2, overdue=1, soon=1)
    assert queue.counts(make.acting(town.stranger), NOW).all == 0
    assert queue.counts(ali, NOW).all == 0


def test_versions_never_change_under_a_running_case(town: make.World) -> None:
    ali = make.acting(town.ali)
    case = sent(ali)
    shorter = replace(WISH, title=text("新心愿"), steps=(replace(WISH.steps[0], next=""),), reopening=None)

    version = make.published(shorter)

    assert version.number == 2
    assert make.published(shorter).pk == version.pk
    assert definition_for(CaseFile.objects.get(pk=case.pk)).title == text("微心愿", "Small wish")
    assert service.approve(on=on(case, make.acting(town.xiaobo))).step == "do"
    assert (
        service.start_draft(service_key="wish", actor=ali, at=NOW, client_id=uuid4()).service_version_id
        == version.pk
    )


def test_unsound_definitions_are_refused_with_their_places(town: make.World) -> None:
    with pytest.raises(DefinitionNotSound) as refusal:
        make.published(replace(WISH, steps=(replace(WISH.steps[0], next="accept"), WISH.steps[1])))

    assert refusal.value.field == "steps[0].next"
    assert [problem.place for problem in refusal.value.problems] == ["steps[0].next", "steps[1]"]
    assert ServiceVersion.objects.count() == 1
    with pytest.raises(NotAllowed):
        service.publish(definition=WISH, actor=make.acting(town.xiaobo), at=NOW)


def test_on_behalf_at_the_counter(town: make.World) -> None:
    chair = make.acting(town.xiaobo)
    values: dict[str, Any] = {
        "service_key": "wish",
        "actor": chair,
        "at": NOW,
        "client_id": uuid4(),
        "path": town.grassroots.path,
    }

    with pytest.raises(InvalidInput):
        service.start_on_behalf(**values, name="阿丽", mobile="12345")
    with pytest.raises(NotAllowed):
        service.start_on_behalf(**values | {"path": town.town.path}, name="阿丽", mobile="13800138000")
    case = service.start_on_behalf(**values, name="阿丽", mobile="138 0013 8000")
    service.save_draft(case_id=case.pk, raw=dict(GOOD), actor=chair, at=NOW)
    with pytest.raises(NotConfirmed):
        service.submit(case_id=case.pk, actor=chair, at=NOW)
    assert CaseFile.objects.get().state == CaseState.DRAFT
    case = service.submit(case_id=case.pk, actor=chair, at=NOW, confirmed="验证码")

    assert case.events.get(act=Act.SUBMIT).note == "验证码"
    assert (case.on_behalf, case.person_id, case.user_id) == (True, town.ali.person_id, town.xiaobo.pk)
    assert len(told(person_id=town.ali.person_id)) == 1
    assert service.load(case_id=case.pk, actor=make.acting(town.ali), at=NOW).case.pk == case.pk
    service.approve(on=on(case, chair))  # typed for somebody else: not her own case


def test_reminders_are_sent_once(town: make.World) -> None:
    case = sent(make.acting(town.ali))
    before = Notice.objects.count()

    remind(actor=system(), at=NOW)
    assert Notice.objects.count() == before
    for _ in range(2):
        remind(actor=system(), at=NOW + timedelta(days=2))
    assert Notice.objects.count() == before + 1
    for _ in range(2):
        remind(actor=system(), at=NOW + timedelta(days=5))

    assert Notice.objects.count() == before + 3  # the holder again, and the union above
    assert "已超期" in told(user_id=town.town_cadre.pk)[-1]
    assert case.pk


def test_the_union_above_learns_no_more_of_a_narrow_case_than_that_somebody_is_late(town: make.World) -> None:
    case = sent(make.acting(town.ali))
    CaseFile.objects.filter(pk=case.pk).update(is_narrow=True, title="工资被欠：宁海宏达厂")
    remind(actor=system(), at=NOW + timedelta(days=5))

    above = Notice.objects.get(key__contains=":above:")
    assert above.link == "/desk/cases/"
    assert "宏达" not in f"{above.title}{above.body}"
    assert "宏达" in Notice.objects.exclude(pk=above.pk).latest("pk").body


def test_a_sealed_service_is_open_to_the_roles_of_its_steps_alone(
    town: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "SEALED", {})
    case = sent(make.acting(town.ali))
    CaseFile.objects.filter(pk=case.pk).update(is_narrow=True)
    cadre = make.acting(town.town_cadre)
    aid = make.acting(make.user("帮扶员", role=Role.AID, at=town.town))
    CaseFile.objects.filter(pk=case.pk).update(path=town.town.path)
    assert CaseFile.objects.at_desk(cadre).exists()

    reach.seal(case.service_key, {"aid"})

    seen = [CaseFile.objects.at_desk(who).exists() for who in (cadre, aid, make.acting(town.county_cadre))]
    assert seen == [False, True, False]
    assert not CaseFile.objects.held_by(cadre).exists()
    assert CaseFile.objects.visible_to(make.acting(town.ali)).exists()
    with pytest.raises(ValueError, match="sealed"):
        reach.seal(case.service_key, {"aid"})


def test_the_preview_of_a_closing_tells_of_no_case_to_who_may_not_open_it(
    town: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "SEALED", {})
    begin(make.acting(town.xiaobo))
    case = sent(make.acting(town.ali))
    CaseFile.objects.filter(pk=case.pk).update(is_narrow=True, path=town.town.path, union=town.grassroots)
    reach.seal(case.service_key, {"aid"})
    cadre = make.acting(town.town_cadre)
    aid = make.acting(make.user("帮扶员", role=Role.AID, at=town.town))

    told = [
        (CASES.count(who, town.grassroots), len(CASES.records(who, town.grassroots))) for who in (cadre, aid)
    ]

    assert told == [(0, 0), (1, 1)]
    hidden = [
        (SEALED.count(who, town.grassroots), SEALED.records(who, town.grassroots)) for who in (cadre, aid)
    ]
    assert hidden == [(1, []), (0, [])]  # that there is one is told, what it is about is not


def test_old_drafts_go(town: make.World) -> None:
    begin(make.acting(town.ali))
    kept = sent(make.acting(town.xiaobo))

    assert drop_old_drafts(actor=system(), at=NOW + timedelta(days=89)) == 0
    assert drop_old_drafts(actor=system(), at=NOW + timedelta(days=91)) == 1

    assert [case.pk for case in CaseFile.objects.all()] == [kept.pk]


def test_filing_by_code_is_idempotent(town: make.World) -> None:
    key = uuid4()
    filing = service.Filing("wish", {"kind": "goods", "about": "伞"}, key, person=town.ali.person)

    one, is_new = service.file_case(
        filing=filing, actor=system(), at=NOW, approve_note="符合条件，自动受理。"
    )
    two, again = service.file_case(filing=filing, actor=system(), at=NOW, approve_note="符合条件，自动受理。")

    assert (is_new, again, one.pk) == (True, False, two.pk)
    assert (one.state, one.step) == ("open", "do")
    assert list(one.events.order_by("pk").values_list("act", "note")) == [
        ("submit", ""),
        ("approve", "符合条件，自动受理。"),
    ]
    with pytest.raises(StaleState):
        service.file_case(
            filing=replace(filing, person=town.stranger.person), actor=make.acting(town.stranger), at=NOW
        )


def test_may_forward_only_near(town: make.World) -> None:
    chair, path = make.acting(town.xiaobo), town.town.path
    unions = [town.county, town.next_town, town.grassroots]

    assert [acting.may_forward(path, one, chair) for one in unions] == [True, True, True]
    assert [acting.may_forward(path, one, make.acting(town.ali)) for one in unions] == [True, True, False]


def test_references_are_readable() -> None:
    assert drafts.new_reference(make.TODAY).startswith("260302-")
    assert len(drafts.new_reference(make.TODAY)) == 13
