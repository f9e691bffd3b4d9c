"""Joining by code: every kind of answer, one transaction, sending twice joins once, refusals store nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from smartunion.core.actor import system
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.models import User
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices.models import Notice
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.flows import memberships
from smartunion.ground.registry.flows.people.intake import NameDiffers
from smartunion.ground.registry.flows.spells import RecordedDeceased
from smartunion.ground.registry.models import Consent, Membership, Person, Transfer
from smartunion.ground.registry.rules import ChangeReason, ChangeType
from smartunion.systems.organising.flows import drives, joining
from smartunion.systems.organising.flows.joining import CodeClosed, Outcome, PhoneDiffers, PhoneTaken, join
from smartunion.systems.organising.joining_rules import Why
from smartunion.systems.organising.models import Finding, FindingEvent
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY


@pytest.fixture
def here() -> make.World:
    return make.world()


def counts() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in (Person, Membership, Consent, CaseFile, Fact, Notice, Transfer, User)
    }


def test_joining_takes_one_transaction_and_makes_everything(here: make.World) -> None:
    answer = join(code=here.drive.code, form=make.form(1), at=NOW)

    person = Person.objects.get()
    spell = Membership.objects.get()
    assert (answer.outcome, answer.union, answer.user) == (
        Outcome.JOINED,
        here.union,
        User.objects.get(person=person),
    )
    assert (spell.union_id, spell.state, spell.started_on, spell.employer_id) == (
        here.union.pk,
        "active",
        TODAY,
        here.covered.pk,
    )
    assert (person.name, person.mobile, person.birth_date.isoformat()) == (
        "李芳",
        "13900000001",
        "1990-03-07",
    )
    assert set(Consent.objects.values_list("purpose", "text_version")) == {
        ("membership", "2026-11"),
        ("identity_number", "2026-11"),
    }
    case = CaseFile.objects.get()
    assert (case.state, case.person_id, case.drive_id, case.path) == (
        "approved",
        person.pk,
        here.drive.pk,
        here.union.path,
    )
    joined = Fact.objects.get(kind="registry.member_joined")
    assert (joined.path, joined.drive_id, joined.happened_on) == (here.union.path, here.drive.pk, TODAY)
    assert Notice.objects.filter(person_id=person.pk).count() == 1
    assert Notice.objects.filter(user_id=here.chair.pk).count() == 1


def test_the_id_number_is_kept_once_and_sealed(here: make.World) -> None:
    join(code=here.drive.code, form=make.form(1), at=NOW)

    held = casework.CaseData.load(CaseFile.objects.get().data)
    assert make.resident_id(1) not in str(held)
    assert "13900000001" not in str(held)


def test_sending_twice_joins_once_with_the_same_answer(here: make.World) -> None:
    form = make.form(1)
    first = join(code=here.drive.code, form=form, at=NOW)
    before = counts()

    again = join(code=here.drive.code, form=form, at=NOW + timedelta(minutes=5))

    assert (again.outcome, again.case, again.union) == (first.outcome, first.case, first.union)
    assert counts() == before
    with pytest.raises(NotVisible):  # the same id from another phone is nobody's business
        join(code=here.drive.code, form=replace(make.form(2), client_id=form.client_id), at=NOW)


def test_joining_again_shows_the_card(here: make.World) -> None:
    join(code=here.drive.code, form=make.form(1), at=NOW)
    before = counts()

    answer = join(code=here.drive.code, form=make.form(1), at=NOW)

    assert (answer.outcome, answer.union) == (Outcome.HERE, here.union)
    assert counts() == before


@pytest.mark.parametrize(
    ("end_type", "reason", "outcome"),
    [
        (ChangeType.EXPELLED, ChangeReason.CRIME, Outcome.ASKED),
        (ChangeType.LEFT, ChangeReason.OWN_WISH, Outcome.JOINED),
    ],
)
def test_whoever_was_expelled_is_looked_at_first_and_whoever_left_is_taken_in_at_once(
    here: make.World, end_type: ChangeType, reason: ChangeReason, outcome: Outcome
) -> None:
    first = join(code=here.drive.code, form=make.form(1), at=NOW)
    assert first.person is not None
    spell = Membership.objects.get(person=first.person, ended_on=None)
    memberships.end(
        actor=system(),
        membership_id=spell.pk,
        end_type=end_type,
        reason=reason,
        on=TODAY,
        at=NOW,
        note="决定〔2026〕3号",
    )

    answer = join(code=here.drive.code, form=make.form(1), at=NOW + timedelta(days=1))

    assert (answer.outcome, answer.union) == (outcome, here.union)
    running = Membership.objects.filter(person=first.person, ended_on=None)
    assert running.exists() is (outcome is Outcome.JOINED)
    assert tuple(answer.reasons) == ((Why.EXPELLED,) if outcome is Outcome.ASKED else ())


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"id_number": ""}, "resident_id", "请输入证件号码。"),
        ({"id_number": "330226199003070021"}, "resident_id", "校验码"),
        ({"id_number": "33022619900307"}, "resident_id", "位数"),
        ({"id_number": "330226199013070027"}, "resident_id", ""),
        ({"name": "王1"}, "name", ""),
        ({"agreed": frozenset()}, "agree_membership", "同意"),
        ({"agreed": frozenset({"membership"})}, "agree_identity_number", "证件号码"),
    ],
)  # fmt: skip
def test_wrong_input_is_named_and_stores_nothing(
    here: make.World, changes: dict[str, Any], field: str, words: str
) -> None:
    before = counts()

    with pytest.raises(InvalidInput) as refusal:
        join(code=here.drive.code, form=make.form(1, **changes), at=NOW)

    assert refusal.value.field == field
    assert words in str(refusal.value)
    assert make.resident_id(1) not in str(refusal.value)
    assert counts() == before


def test_children_are_told_the_age(here: make.World) -> None:
    before = counts()

    with pytest.raises(InvalidInput) as refusal:
        join(code=here.drive.code, form=make.form(1, id_number=make.resident_id(1, "20110303")), at=NOW)

    assert refusal.value.field == "birth_date"
    assert "16" in str(refusal.value)
    assert counts() == before


def test_other_documents_are_welcome(here: make.World) -> None:
    answer = join(
        code=here.drive.code, form=make.form(1, id_type="passport", id_number="E12345678", sex="f"), at=NOW
    )

    assert answer.outcome == Outcome.JOINED
    person = Person.objects.get()
    assert (person.id_type, person.sex) == ("passport", "f")


def test_a_known_number_under_another_name_is_refused(here: make.World) -> None:
    join(code=here.drive.code, form=make.form(1), at=NOW)
    before = counts()

    with pytest.raises(NameDiffers):
        join(code=here.drive.code, form=make.form(1, name="赵敏"), at=NOW)

    assert counts() == before


@pytest.mark.parametrize("code", ["own", "none"])
def test_whoever_is_recorded_as_deceased_is_refused_before_anybody_is_asked(
    here: make.World, code: str
) -> None:
    join(code=here.drive.code, form=make.form(1), at=NOW)
    Membership.objects.update(state="ended", ended_on=TODAY, end_type="left", reason="deceased")
    before = counts()
    form = replace(make.form(1), client_id=uuid4())

    with pytest.raises(RecordedDeceased) as refused:
        join(code=here.drive.code if code == "own" else "", form=form, at=NOW)

    assert refused.value.field == "resident_id"
    assert counts() == before


def test_a_member_elsewhere_is_offered_the_transfer(here: make.World) -> None:
    other = drives.create_drive(
        actor=system(),
        data=drives.NewDrive(here.other.pk, "海天入会", TODAY, employer_id=here.other_firm.pk),
        at=NOW,
    )
    join(code=other.code, form=make.form(1), at=NOW)
    before = counts()

    offered = join(code=here.drive.code, form=make.form(1), at=NOW)

    assert (offered.outcome, offered.union) == (Outcome.ELSEWHERE, here.other)
    assert counts() == before
    asked = join(code=here.drive.code, form=make.form(1, wants_transfer=True), at=NOW)
    transfer = Transfer.objects.get()
    assert asked.outcome == Outcome.TRANSFER
    assert (transfer.to_union_id, transfer.from_path, transfer.state) == (
        here.union.pk,
        here.other.path,
        "asked",
    )
    assert Membership.objects.get().union_id == here.other.pk


def test_an_employer_without_a_union_means_the_pool_and_a_visit(here: make.World) -> None:
    finding = Finding.objects.create(
        kind="no_union", subject_key=f"employer:{here.bare.pk}", employer=here.bare, path=here.town.path, work_list="task",
        found_at=NOW,
    )  # fmt: skip

    answer = join(code=here.town_drive.code, form=make.form(1, employer_name="宁海恒达物流有限公司"), at=NOW)

    spell = Membership.objects.get()
    assert (answer.outcome, answer.union) == (Outcome.POOLED, here.town)
    assert (spell.state, spell.union_id, spell.employer_id) == ("preparatory", here.town.pk, here.bare.pk)
    assert Fact.objects.get(kind="organising.pool_joined").drive_id == here.town_drive.pk
    assert not Fact.objects.filter(kind="registry.member_joined").exists()
    assert FindingEvent.objects.get(finding=finding).event == "worker_waits"
    assert "宁海恒达物流有限公司" in Notice.objects.get(user_id=here.cadre.pk).body
    assert Person.objects.get().trade == "货车司机"


def test_an_unknown_employer_is_kept_by_name(here: make.World) -> None:
    answer = join(code=here.town_drive.code, form=make.form(1, employer_name="老王汽修铺"), at=NOW)

    assert answer.outcome == Outcome.POOLED
    assert Membership.objects.get().employer_name == "老王汽修铺"
    assert "老王汽修铺" in Notice.objects.get(user_id=here.cadre.pk).body
    with pytest.raises(InvalidInput) as refusal:
        join(code=here.town_drive.code, form=make.form(2), at=NOW)
    assert refusal.value.field == "employer"


def test_a_federations_code_leads_to_the_union_of_the_employer(here: make.World) -> None:
    answer = join(code=here.town_drive.code, form=make.form(1, employer_name="宁海晨光文具有限公司"), at=NOW)

    case = CaseFile.objects.get()
    assert (answer.outcome, answer.reasons) == (Outcome.ASKED, (Why.OTHER_CODE,))
    assert (case.path, case.state, case.step) == (here.union.path, "open", "admit")
    assert not Membership.objects.exists()


def test_without_a_code_the_employer_decides(here: make.World) -> None:
    asked = join(code="", form=make.form(1, employer_name="宁海晨光文具有限公司"), at=NOW)
    pooled = join(code="", form=make.form(2, employer_name="宁海恒达物流有限公司"), at=NOW)
    unknown = join(code="", form=make.form(3, employer_name="无名小店", region_code="330226001"), at=NOW)

    assert [one.outcome for one in (asked, pooled, unknown)] == [
        Outcome.ASKED,
        Outcome.POOLED,
        Outcome.POOLED,
    ]
    assert [one.union for one in (asked, pooled, unknown)] == [here.union, here.town, here.town]


def test_the_chair_decides_what_cannot_be_decided_at_once(here: make.World) -> None:
    PolicyValue.objects.create(
        key="organising.join_needs_approval", path=here.union.path, value=True, valid_from=TODAY, source="本会决定",
        created_at=NOW,
    )  # fmt: skip
    asked = join(code=here.drive.code, form=make.form(1), at=NOW)
    again = join(code=here.drive.code, form=make.form(1), at=NOW)
    assert (asked.outcome, asked.reasons, again.case) == (Outcome.ASKED, (Why.POLICY,), asked.case)
    chair = make.acting(here.chair)
    loaded = casework.load(case_id=asked.case.pk, actor=chair, at=NOW)
    assert [panel.title for panel in loaded.handler.panels(loaded.run())] == [
        "会员库中的此人",
        "名录中的单位",
    ]

    later = NOW + timedelta(days=3)
    casework.approve(on=casework.ActOn(asked.case.pk, loaded.case.version, chair, later))

    spell = Membership.objects.get()
    assert (spell.state, spell.started_on, spell.source) == ("active", later.date(), f"case:{asked.case.pk}")
    assert Fact.objects.get(kind="registry.member_joined").drive_id == here.drive.pk
    person_notices = Notice.objects.filter(person_id=spell.person_id).order_by("pk")
    assert [one.template for one in person_notices] == ["casework.applicant", "registry.started"]


def test_the_chair_may_refuse_with_a_reason(here: make.World) -> None:
    asked = join(code=here.town_drive.code, form=make.form(1, employer_name="宁海晨光文具有限公司"), at=NOW)
    chair = make.acting(here.chair)

    casework.refuse(on=casework.ActOn(asked.case.pk, asked.case.version, chair, NOW), reason="已离职。")

    assert not Membership.objects.exists()
    assert "已离职。" in Notice.objects.filter(person_id=asked.person.pk).latest("pk").body


def test_another_phone_on_record_protects_the_member(here: make.World) -> None:
    join(code=here.drive.code, form=make.form(1), at=NOW)
    before = counts()

    with pytest.raises(PhoneDiffers) as refusal:
        join(code=here.drive.code, form=make.form(1, mobile="13700000077"), at=NOW)

    assert "01" in refusal.value.message
    assert "13900000001" not in str(refusal.value)
    assert "工会" not in refusal.value.message
    assert counts() == before


def test_another_phone_of_somebody_who_is_no_member_is_looked_at(here: make.World) -> None:
    data = registry.PersonData(name="李芳", resident_id=make.resident_id(1), mobile="13611112222")
    person = registry.find_or_create_person(actor=system(), data=data, at=NOW).person

    answer = join(code=here.drive.code, form=make.form(1), at=NOW)
    assert (answer.outcome, answer.reasons) == (Outcome.ASKED, (Why.PHONE,))
    assert answer.user.person_id is None
    casework.approve(on=casework.ActOn(answer.case.pk, answer.case.version, make.acting(here.chair), NOW))

    person.refresh_from_db()
    assert person.mobile == "13900000001"
    assert User.objects.get(pk=answer.user.pk).person_id == person.pk


def test_a_phone_of_somebody_else_can_be_set_free(here: make.World) -> None:
    first = join(code=here.drive.code, form=make.form(1), at=NOW)
    before = counts()

    with pytest.raises(PhoneTaken) as refusal:
        join(code=here.drive.code, form=make.form(2, mobile="13900000001"), at=NOW)

    assert "李*" in refusal.value.message
    assert "李芳" not in str(refusal.value)
    assert counts() == before
    answer = join(code=here.drive.code, form=make.form(2, mobile="13900000001", takes_phone=True), at=NOW)
    first.person.refresh_from_db()
    assert (answer.outcome, first.person.mobile) == (Outcome.JOINED, "")
    assert answer.user.person_id == answer.person.pk
    assert Notice.objects.filter(person_id=first.person.pk, template="accounts.phone_freed").exists()


def test_waiting_people_become_members_when_they_scan_a_unions_code(here: make.World) -> None:
    join(code=here.town_drive.code, form=make.form(1, employer_name="老王汽修铺"), at=NOW)

    answer = join(code=here.drive.code, form=make.form(1), at=NOW)

    assert answer.outcome == Outcome.JOINED
    assert list(Membership.objects.order_by("pk").values_list("state", "union_id")) == [
        ("ended", here.town.pk), ("active", here.union.pk),
    ]  # fmt: skip


def test_codes_that_are_not_open_say_why(here: make.World) -> None:
    with pytest.raises(NotVisible):
        join(code="ZZZZZZZZ", form=make.form(1), at=NOW)
    with pytest.raises(CodeClosed):
        join(code=here.town_drive.code, form=make.form(1), at=NOW + timedelta(days=60))
    drives.close_drive(actor=system(), drive_id=here.drive.pk, reason="换码", at=NOW)
    with pytest.raises(CodeClosed) as refusal:
        join(code=here.drive.code.lower(), form=make.form(1), at=NOW)

    assert here.union.name in refusal.value.message
    assert not Person.objects.exists()


def test_a_join_costs_few_queries(here: make.World, django_assert_max_num_queries: Any) -> None:
    join(code=here.drive.code, form=make.form(1), at=NOW)

    with django_assert_max_num_queries(80):
        answer = join(code=here.drive.code, form=make.form(2), at=NOW)

    assert answer.outcome == Outcome.JOINED
    assert joining.open_drive(f" {here.drive.code.lower()} ", TODAY) == here.drive
    assert uuid4()
