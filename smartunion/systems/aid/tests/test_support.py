"""Regular help: computed, refused with the reason, owed once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.actor import Actor, system
from smartunion.core.errors import DutiesApart
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.definition import FieldKind
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.service import AnswersRefused
from smartunion.engines.casework.tests.factories import NOW, acting
from smartunion.engines.payments import service as payments
from smartunion.engines.payments.models import Payable
from smartunion.ground.accounts.models import User
from smartunion.systems.aid.flows import paying
from smartunion.systems.aid.flows.paying import NothingToGive
from smartunion.systems.aid.models import AidGiven, ModelWorker
from smartunion.systems.aid.queries.years import load_lines
from smartunion.systems.aid.rules import support
from smartunion.systems.aid.services.aid_request import AID_REQUEST
from smartunion.systems.aid.tests.aid_world import Aided, agreed, aided, applied, ask, enter, on

YUAN = st.decimals(0, 200_000, places=2)
MEDICAL: dict[str, object] = {
    "kind": "medical", "own_cost": "30000", "other_aid": "12000", "about": "丈夫透析自付", "payee": "阿丽", "relation": "self",
    "account": "12345678", "bank": "宁海农商行",
}  # fmt: skip
STUDY: dict[str, object] = {
    "kind": "study", "student": "小米 宁海一中", "admitted": True, "fee": "6000", "grants": "2000", "about": "学费",
    "payee": "阿丽", "relation": "self", "account": "12345678", "bank": "宁海农商行",
}  # fmt: skip


@given(YUAN, YUAN, YUAN, YUAN)
def test_medical_aid_is_never_more_than_what_is_left_or_the_year_allows(
    own: Decimal, other: Decimal, most: Decimal, had: Decimal
) -> None:
    found = support.medical(
        own_cost_yuan=own, other_aid_yuan=other, ratio=Decimal("0.50"), most_yuan=most, given_yuan=had
    )

    assert 0 <= found.amount_yuan <= max(Decimal(0), own - other)
    assert found.amount_yuan + had <= max(most, had)
    assert bool(found.refusal) == (found.amount_yuan == 0)


@given(YUAN, YUAN, YUAN, st.booleans(), st.booleans())
def test_study_aid_never_pays_a_fee_twice(
    fee: Decimal, other: Decimal, most: Decimal, admitted: bool, had: bool
) -> None:
    found = support.study(fee_yuan=fee, other_yuan=other, most_yuan=most, is_admitted=admitted, has_given=had)

    assert found.amount_yuan + other <= max(fee, other)
    if had or not admitted:
        assert found.amount_yuan == 0


def test_a_model_workers_support_is_what_is_missing_up_to_the_most() -> None:
    low = support.model_worker(
        income_yuan=Decimal(2400), line_yuan=Decimal(3000), most_yuan=Decimal(20000), given_yuan=Decimal(5000)
    )
    enough = support.model_worker(
        income_yuan=Decimal(3000), line_yuan=Decimal(3000), most_yuan=Decimal(20000), given_yuan=Decimal(0)
    )

    assert (low.amount_yuan, enough.amount_yuan) == (Decimal("7200.00"), Decimal(0))
    assert low.lines[1].formula == "(3,000.00 − 2,400.00) × 12 = 7,200.00"
    assert enough.refusal


@pytest.fixture
def world(db: None) -> Aided:
    made = aided()
    agreed(made, applied(made))
    return made


def decided(world: Aided, case: CaseFile) -> CaseFile:
    casework.approve(on=on(case, world.officer("town")))
    casework.approve(on=on(case, world.officer("county")), values={"fund": "中央财政帮扶资金"})
    case.refresh_from_db()
    return case


def test_medical_aid_is_computed_owed_and_settled(world: Aided) -> None:
    case = decided(world, ask(world.ali, "aid_request", MEDICAL))

    aid, owed = AidGiven.objects.get(), Payable.objects.get()
    assert (case.state, aid.state, aid.amount_yuan, aid.what) == (
        "approved",
        "owed",
        Decimal("9000.00"),
        "丈夫透析自付",
    )
    assert [line.formula for line in load_lines(aid.lines)] == [
        "30,000.00 − 12,000.00 = 18,000.00",
        "18,000.00 × 50% = 9,000.00",
        "10,000.00 − 0.00 = 10,000.00",
    ]
    assert (owed.amount_yuan, owed.person, owed.decided_by_id) == (
        aid.amount_yuan,
        world.here.ali.person,
        world.officers["county"].pk,
    )
    assert "透析" not in owed.title
    assert owed.handled_by == [world.officers["town"].pk]  # she checked it, so she pays no part of it

    paying.settled(owed, "paid", NOW)

    aid.refresh_from_db()
    assert (aid.state, aid.settled_on) == ("paid", date(2026, 3, 2))


def test_what_is_for_households_in_the_archive_is_open_to_them_alone(world: Aided) -> None:
    def barred(who: Actor) -> set[str]:
        return {offer.definition.key for offer in casework.offers(who, NOW) if offer.may is False}

    assert barred(world.ali) == set()
    assert barred(acting(world.here.xiaobo)) == {"aid_request"}
    assert barred(acting(world.here.stranger)) == {"aid_request", "model_worker_aid"}


def test_the_year_allows_no_more_than_its_most_and_then_says_so(world: Aided) -> None:
    decided(world, ask(world.ali, "aid_request", MEDICAL))
    decided(world, ask(world.ali, "aid_request", MEDICAL))
    assert sorted(AidGiven.objects.values_list("amount_yuan", flat=True)) == [Decimal(1000), Decimal(9000)]
    third = ask(world.ali, "aid_request", MEDICAL)

    with pytest.raises(NothingToGive):
        decided(world, third)

    assert (AidGiven.objects.count(), Payable.objects.count()) == (2, 2)


def test_study_aid_is_given_once_to_each_student_and_school_year(world: Aided) -> None:
    decided(world, ask(world.ali, "aid_request", STUDY))
    assert AidGiven.objects.get().amount_yuan == Decimal("4000.00")

    with pytest.raises(NothingToGive):
        decided(world, ask(world.ali, "aid_request", STUDY))
    decided(world, ask(world.ali, "aid_request", STUDY | {"student": "小明 宁海二中"}))

    assert AidGiven.objects.count() == 2


def test_a_refused_claim_is_appealed_to_the_union_above(world: Aided) -> None:
    case = ask(world.ali, "aid_request", MEDICAL)
    casework.refuse(on=on(case, world.officer("town")), reason="票据不全")

    casework.appeal(on=on(case, world.ali), reason="票据在医院盖章后补上了")

    case.refresh_from_db()
    assert (case.state, case.step, case.path) == ("open", "decide", world.here.county.path)
    casework.approve(on=on(case, world.officer("county")), values={"fund": "工会经费"})
    assert AidGiven.objects.get().state == "owed"


def test_who_has_no_file_cannot_claim_and_who_checked_does_not_decide(world: Aided) -> None:
    xiaobo = acting(world.here.xiaobo)
    with pytest.raises(AnswersRefused):
        ask(xiaobo, "aid_request", MEDICAL | {"payee": "小波"})
    case = ask(world.ali, "aid_request", MEDICAL)
    casework.approve(on=on(case, world.officer("town")))
    CaseFile.objects.filter(pk=case.pk).update(path=world.here.town.path)

    with pytest.raises(DutiesApart):
        casework.approve(on=on(case, world.officer("town")), values={"fund": "x"})

    assert AidGiven.objects.count() == 0


MODEL: dict[str, object] = {
    "honour": "provincial", "year": "2005", "income": "2400", "living": "独居，慢性病", "payee": "阿丽", "relation": "self", "account": "12345678",
    "bank": "宁海农商行",
}  # fmt: skip


def test_a_model_worker_gets_what_is_missing_and_is_kept_for_the_next_review(world: Aided) -> None:
    with pytest.raises(AnswersRefused):
        ask(world.ali, "model_worker_aid", MODEL)
    enter("aid.model_worker_income_yuan", 3000)

    decided(world, ask(world.ali, "model_worker_aid", MODEL))

    kept, aid = ModelWorker.objects.get(), AidGiven.objects.get()
    assert (kept.honour, kept.income, kept.review_due_on) == ("provincial", "2400.00", date(2027, 3, 2))
    assert (aid.kind, aid.amount_yuan) == ("model_worker", Decimal("7200.00"))
    with pytest.raises(NothingToGive):
        decided(world, ask(world.ali, "model_worker_aid", MODEL | {"income": "3000"}))
    assert AidGiven.objects.count() == 1
    page = _opened(world.officers["town"], "aid:model_workers")
    assert ("阿*" in page, "省级劳动模范" in page, "2027-03-02" in page) == (True, True, True)
    assert not any(word in page for word in ("阿丽", "慢性病", "2400"))


def _opened(officer: User, name: str, *args: int) -> str:
    client = Client()
    client.force_login(officer)
    return client.get(reverse(name, args=args)).content.decode()


@pytest.mark.django_db
def test_aid_that_shares_a_phone_an_account_or_a_paper_with_a_claim_of_any_programme_is_flagged_and_paid(
    world: Aided,
) -> None:
    payments.note_traits(
        at=NOW, programme="other", record="other.claim:1", union_path=world.here.grassroots.path, person_id=None,
        traits=payments.Traits(phone="13800138000", account="12345678"),
    )  # fmt: skip

    case = ask(world.ali, "aid_request", MEDICAL)
    before = _opened(world.officers["town"], "casework:desk_case", case.pk)
    decided(world, case)

    assert ("与其他申请有相同之处" in before, "****5678" in before) == (True, True)
    aid = AidGiven.objects.get()
    (found,) = payments.likenesses(f"aid.case:{aid.case_id}")
    assert (found.record, {shown for _what, shown in found.evidence}) == (
        "other.claim:1",
        {"****8000", "****5678"},
    )
    assert Payable.objects.get().state == "owed"


def test_a_case_begun_with_the_older_questions_about_the_account_goes_on_with_them(world: Aided) -> None:
    older = tuple(
        replace(section, fields=tuple(
            replace(field, kind=FieldKind.TEXT, options=(), is_required=False) if field.key == "relation" else field
            for field in section.fields
        ))
        for section in AID_REQUEST.sections
    )  # fmt: skip
    casework.publish(
        definition=replace(AID_REQUEST, sections=older), actor=system(), at=NOW, source="shipped"
    )
    case = ask(world.ali, "aid_request", MEDICAL | {"payee": "阿强", "relation": "丈夫"})

    fresh = [one.service.key for one in casework.ship(actor=system(), at=NOW)]
    decided(world, case)

    assert "aid_request" in fresh
    assert case.service_version.number < casework.current_version("aid_request").number  # type: ignore[union-attr]
    owed = Payable.objects.get()
    assert (owed.payee_kind, owed.payee_relation, owed.payee_name) == ("family", "丈夫", "阿强")


def test_an_account_that_cannot_be_right_is_said_when_it_is_sent(world: Aided) -> None:
    with pytest.raises(AnswersRefused) as refused:
        ask(world.ali, "aid_request", MEDICAL | {"account": "6222021234567890123"})

    assert [one.key for one in refused.value.problems] == ["account"]
