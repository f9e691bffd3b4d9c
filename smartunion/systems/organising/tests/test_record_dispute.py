"""Correcting one's record: the case at one's own union, and what its approval writes."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.core.audit.models import AuditEvent
from smartunion.core.crypto.masking import mask_resident_id
from smartunion.core.errors import InvalidInput
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.service import AnswersRefused
from smartunion.ground.accounts.rules import Role
from smartunion.ground.accounts.tests.factories import make_user
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.ground.registry.rules import Sex
from smartunion.ground.registry.tests import factories as registry_make
from smartunion.systems.organising.services.record_dispute import corrected
from smartunion.systems.organising.tests import joining_world as make


@pytest.mark.parametrize(
    ("item", "right", "value"),
    [
        ("name", "王小明", "王小明"),
        ("birth_date", "1990-03-07", date(1990, 3, 7)),
        ("sex", "女", Sex.FEMALE),
        ("sex", "Male", Sex.MALE),
        ("sex", "不详", ""),
    ],
)
def test_what_was_written_becomes_what_the_registry_takes(item: str, right: str, value: object) -> None:
    assert corrected(item, right) == value


def test_a_day_that_is_none_is_refused_with_the_way_to_write_it() -> None:
    with pytest.raises(InvalidInput) as refusal:
        corrected("birth_date", "九〇年三月")

    assert "1990-03-07" in str(refusal.value)


@pytest.mark.django_db
def test_the_union_corrects_a_name_and_the_old_one_is_kept() -> None:
    here = make.world()
    spell = registry_make.member(here.union, "王小名")
    me = make.acting(make_user("w-wang", person=spell.person))
    case = casework.start_draft(service_key="record_dispute", actor=me, at=make.NOW, client_id=uuid4())
    casework.save_draft(case_id=case.pk, raw={"item": "name", "right": "王小明"}, actor=me, at=make.NOW)
    case = casework.submit(case_id=case.pk, actor=me, at=make.NOW)
    assert case.path == here.union.path

    case = casework.approve(
        on=casework.ActOn(case.pk, case.version, make.acting(here.chair), make.NOW),
        values={"result": "已更正"},
    )

    spell.person.refresh_from_db()
    kept = spell.person.corrections.get()
    assert case.state == "approved"
    assert spell.person.name == "王小明"
    assert (kept.field, kept.before, kept.after) == ("name", "王小名", "王小明")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("item", "right", "said"),
    [
        ("birth_date", "1990-03-07", "出生日期和性别由身份证号码确定。请更正身份证号码。"),
        ("birth_date", "九〇年三月", "“九〇年三月”不是有效日期。日期请写成 1990-03-07。"),
        ("sex", "女", "出生日期和性别由身份证号码确定。请更正身份证号码。"),
        ("resident_id", "110105194912310021", ""),
    ],
)
def test_what_no_registry_can_take_is_refused_before_the_office_looks(
    item: str, right: str, said: str
) -> None:
    here = make.world()
    spell = registry_make.member(here.union, "王小名")
    me = make.acting(make_user("w-wang", person=spell.person))
    case = casework.start_draft(service_key="record_dispute", actor=me, at=make.NOW, client_id=uuid4())
    casework.save_draft(case_id=case.pk, raw={"item": item, "right": right}, actor=me, at=make.NOW)

    with pytest.raises(AnswersRefused) as refusal:
        casework.submit(case_id=case.pk, actor=me, at=make.NOW)

    (problem,) = refusal.value.problems
    assert problem.key == "right"
    assert problem.message == (said or problem.message)
    assert right not in problem.message or item == "birth_date"
    case.refresh_from_db()
    assert case.state == "draft"


@pytest.mark.django_db
def test_what_the_record_says_now_stands_beside_the_item_that_is_disputed() -> None:
    here = make.world()
    spell = registry_make.member(here.union, "王小名")
    type(spell.person).objects.filter(pk=spell.person_id).update(birth_date=date(1990, 3, 7), sex="")
    me = make.acting(make_user("w-wang", person=spell.person))

    case = casework.start_draft(service_key="record_dispute", actor=me, at=make.NOW, client_id=uuid4())

    form = CaseData.load(case.data).form
    assert {key: value for key, value in form.items() if key.startswith("now_")} == {
        "now_name": "王小名",
        "now_resident_id": mask_resident_id(spell.person.resident_id),
        "now_birth_date": "1990-03-07",
        "now_sex": "未登记",
        "now_union": here.union.name,
        "now_dates": spell.started_on.isoformat(),
    }
    assert spell.person.resident_id not in str(form)


@pytest.mark.django_db
@pytest.mark.parametrize("has_closed", [False, True])
def test_what_is_said_of_a_membership_that_ended_goes_to_the_union_that_knows_it(has_closed: bool) -> None:
    here = make.world()
    spell = registry_make.member(here.union, "王小名")
    Membership.objects.filter(pk=spell.pk).update(
        state="ended", ended_on=date(2026, 6, 1), end_type="left", reason="deceased"
    )
    if has_closed:
        TradeUnion.objects.filter(pk=here.union.pk).update(state="closed", closed_on=date(2026, 7, 1))
    me = make.acting(make_user("w-wang", person=spell.person))
    case = casework.start_draft(service_key="record_dispute", actor=me, at=make.NOW, client_id=uuid4())
    casework.save_draft(case_id=case.pk, raw={"item": "other", "right": "我还在世"}, actor=me, at=make.NOW)

    case = casework.submit(case_id=case.pk, actor=me, at=make.NOW)

    above = TradeUnion.objects.get(pk=here.union.parent_id)
    assert case.path == (above if has_closed else here.union).path


RIGHT = "11010519491231002X"


def _number_sent() -> tuple[make.World, CaseFile]:
    here = make.world()
    spell = registry_make.member(here.union, "王小名")
    me = make.acting(make_user("w-wang", person=spell.person))
    case = casework.start_draft(service_key="record_dispute", actor=me, at=make.NOW, client_id=uuid4())
    raw = {"item": "resident_id", "right": RIGHT}
    casework.save_draft(case_id=case.pk, raw=raw, actor=me, at=make.NOW)
    return here, casework.submit(case_id=case.pk, actor=me, at=make.NOW)


@pytest.mark.django_db
def test_a_number_to_be_corrected_is_starred_wherever_the_case_is_shown(client: Client) -> None:
    here, case = _number_sent()
    client.force_login(here.chair)

    for page in ("", "paper/"):
        shown = client.get(f"/desk/cases/{case.pk}/{page}").content.decode()

        assert mask_resident_id(RIGHT) in shown
        assert RIGHT not in shown
    told = client.get(f"/api/v1/casework/cases/{case.pk}").json()
    (right,) = [one for one in told["answers"] if one["key"] == "right"]
    assert (right["value"], right["is_starred"]) == (mask_resident_id(RIGHT), True)
    assert RIGHT not in str(told)


@pytest.mark.django_db
def test_whoever_decides_sees_the_whole_number_once_and_its_owner_reads_why(client: Client) -> None:
    here, case = _number_sent()
    client.force_login(here.chair)
    url = f"/desk/cases/{case.pk}/answers/right/"

    assert client.post(url, {"reason": ""}).status_code == 302
    assert not AuditEvent.objects.filter(event="casework.answer_shown").exists()
    answer = client.post(url, {"reason": "与身份证照片核对"})
    over_api = client.post(
        f"/api/v1/casework/cases/{case.pk}/answers/right", {"reason": "再核对一次"},
        content_type="application/json",
    )  # fmt: skip

    assert RIGHT in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert over_api.json()["value"] == RIGHT
    looks = AuditEvent.objects.filter(event="casework.answer_shown").order_by("pk")
    assert [(one.owner_person_id, one.reason, one.data["field"]) for one in looks] == [
        (case.person_id, "与身份证照片核对", "right"),
        (case.person_id, "再核对一次", "right"),
    ]


@pytest.mark.django_db
def test_an_answer_without_a_hidden_number_and_an_office_that_only_looks_show_nothing(client: Client) -> None:
    here, case = _number_sent()
    client.force_login(here.chair)
    assert client.post(f"/desk/cases/{case.pk}/answers/item/", {"reason": "想看一看"}).status_code == 404
    viewer = make.staff("老关", Role.INSPECTOR, here.union)
    client.force_login(viewer)

    answer = client.post(f"/desk/cases/{case.pk}/answers/right/", {"reason": "想看一看"})

    assert answer.status_code in {403, 404}
    assert not AuditEvent.objects.filter(event="casework.answer_shown").exists()
