"""Plans, enrolling, renewing; claims from the form to the payment, refused, appealed."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from smartunion.core.actor import system
from smartunion.core.errors import DutiesApart, InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.jobs.models import Job
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.flows.acting import appeal
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests.factories import acting
from smartunion.engines.payments.models import Payable
from smartunion.engines.payments.programmes import PROGRAMMES
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.flows import merging
from smartunion.ground.registry.models import Person
from smartunion.systems.mutual.flows import claims, enrolling, plans
from smartunion.systems.mutual.models import Claim, Enrolment, Insured, Plan, PlanVersion
from smartunion.systems.mutual.presets import TIANJIN
from smartunion.systems.mutual.queries.claims import shown_lines, shown_reasons
from smartunion.systems.mutual.queries.covers import covers_of
from smartunion.systems.mutual.rules.waiting import Wait
from smartunion.systems.mutual.tests.mutual_world import Mutual, act, enrolled, filed, made, on
from smartunion.systems.mutual.tests.plans import tianjin, yuecheng

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Mutual:
    return made()


def draft_of(terms: object, day: str) -> plans.Draft:
    return plans.Draft(terms=terms, valid_from=date.fromisoformat(day), source="县总〔2026〕3 号")  # type: ignore[arg-type]


def test_a_version_is_published_only_when_every_term_is_set(world: Mutual) -> None:
    with pytest.raises(InvalidInput) as refusal:
        plans.publish_version(
            actor=acting(world.admin),
            at=on("2026-01-05"),
            plan_id=world.tianjin.pk,
            draft=draft_of(TIANJIN, "2026-02-01"),
        )

    assert refusal.value.field == "claim_days"
    assert PlanVersion.objects.filter(plan=world.tianjin).count() == 1


def test_a_new_version_ends_the_one_before_and_cannot_reach_back(world: Mutual) -> None:
    actor = acting(world.admin)
    with pytest.raises(InvalidInput):
        plans.publish_version(
            actor=actor,
            at=on("2026-03-05"),
            plan_id=world.tianjin.pk,
            draft=draft_of(tianjin(), "2026-03-04"),
        )

    plans.publish_version(
        actor=actor, at=on("2026-03-05"), plan_id=world.tianjin.pk, draft=draft_of(tianjin(), "2026-04-01")
    )

    held = (
        PlanVersion.objects.filter(plan=world.tianjin)
        .order_by("number")
        .values_list("valid_from", "valid_to")
    )
    assert list(held) == [(date(2024, 1, 1), date(2026, 4, 1)), (date(2026, 4, 1), None)]


def test_only_who_runs_the_plan_publishes(world: Mutual) -> None:
    with pytest.raises(NotAllowed):
        plans.set_open(actor=world.chair, at=on("2026-03-05"), plan_id=world.tianjin.pk, is_open=False)
    with pytest.raises(NotVisible):
        plans.set_open(
            actor=acting(world.here.stranger), at=on("2026-03-05"), plan_id=world.tianjin.pk, is_open=False
        )
    assert Plan.objects.get(pk=world.tianjin.pk).is_open


def test_a_unit_is_enrolled_everybody_with_as_many_shares_and_told(world: Mutual) -> None:
    entered = enrolled(world, world.tianjin, "2025-03-01", shares=2, card_holders=1)

    rows = Insured.objects.filter(enrolment=entered).values_list(
        "person__name", "shares", "since_on", "until_on"
    )
    assert sorted(rows) == [
        ("小波", 2, date(2025, 3, 1), date(2026, 3, 1)), ("阿丽", 2, date(2025, 3, 1), date(2026, 3, 1)),
    ]  # fmt: skip
    assert entered.price_yuan == Decimal("200.00")  # (55 + 45) × 2 shares × 1 year
    assert Job.objects.filter(kind="mutual.tell_enrolled").count() == 1
    assert (
        enrolling.tell_all(enrolment_id=entered.pk, at=on("2025-03-01"), progress=lambda done, total: None)
        == 2
    )
    enrolling.tell_all(enrolment_id=entered.pk, at=on("2025-03-01"), progress=lambda done, total: None)
    assert Notice.objects.filter(template="mutual.enrolled").count() == 2


def test_the_same_sending_enrols_once(world: Mutual) -> None:
    first = enrolled(world, world.tianjin, "2025-03-01", client_id=UUID(int=7))

    assert enrolled(world, world.tianjin, "2025-03-01", client_id=UUID(int=7)).pk == first.pk
    assert Insured.objects.count() == 2


def test_nobody_is_enrolled_when_one_of_those_named_cannot_be(world: Mutual) -> None:
    Person.objects.filter(pk=world.ali.pk).update(birth_date=date(1960, 1, 1))
    everybody = frozenset({world.ali.pk, world.here.xiaobo.person_id or 0})

    with pytest.raises(InvalidInput) as refusal:
        enrolled(world, world.tianjin, "2025-03-01", people=everybody)

    assert "阿丽" in str(refusal.value)
    assert not Insured.objects.exists()
    assert enrolled(world, world.tianjin, "2025-03-01").people == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"shares": 4}, "shares"),
        ({"months": 18}, "months"),
        ({"from_on": date(2025, 2, 28)}, "from_on"),
        ({"card_holders": 3}, "card_holders"),
    ],
)
def test_what_the_plan_does_not_allow_is_refused(
    world: Mutual, values: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        enrolled(world, world.tianjin, "2025-03-01", **values)

    assert refusal.value.field == field
    assert not Enrolment.objects.exists()


def test_yuecheng_takes_no_unit_outside_its_window(world: Mutual) -> None:
    with pytest.raises(InvalidInput):
        enrolled(world, world.yuecheng, "2024-12-21")

    entered = enrolled(world, world.yuecheng, "2024-12-20")

    assert (entered.from_on, entered.until_on, entered.price_yuan) == (
        date(2025, 1, 1),
        date(2026, 1, 1),
        Decimal("120.00"),
    )


def test_a_renewal_in_time_keeps_the_start_day_also_from_another_unit(world: Mutual) -> None:
    first = enrolled(world, world.tianjin, "2025-03-01", shares=1)
    renewed = enrolled(world, world.tianjin, "2026-03-20", shares=2, renews_id=first.pk)

    assert set(Insured.objects.filter(enrolment=renewed).values_list("since_on", flat=True)) == {
        date(2025, 3, 1)
    }
    cover = covers_of(world.ali.pk, date(2026, 4, 1))[0]
    assert [(one.since, one.wait, one.until) for one in cover.shares] == [
        (date(2025, 3, 1), Wait.FULL, None), (date(2026, 3, 20), Wait.NO_PAY, date(2026, 4, 19)),
    ]  # fmt: skip


def test_nobody_is_covered_twice_and_of_two_enrolments_at_once_one_wins(world: Mutual) -> None:
    enrolled(world, world.tianjin, "2025-03-01")

    with pytest.raises(InvalidInput):
        enrolled(world, world.tianjin, "2025-04-01")
    assert Insured.objects.count() == 2


def test_an_enrolment_is_taken_back_before_it_begins_only(world: Mutual) -> None:
    entered = enrolled(world, world.tianjin, "2025-03-01", from_on=date(2025, 4, 1))
    with pytest.raises(InvalidInput):
        enrolling.cancel(actor=world.chair, at=on("2025-04-01"), enrolment_id=entered.pk, reason="重复")

    enrolling.cancel(actor=world.chair, at=on("2025-03-02"), enrolment_id=entered.pk, reason="重复")

    assert covers_of(world.ali.pk, date(2025, 4, 5)) == []
    with pytest.raises(StaleState):
        enrolling.cancel(actor=world.chair, at=on("2025-03-02"), enrolment_id=entered.pk, reason="重复")


def decided(world: Mutual, case: CaseFile, **facts: object) -> CaseFile:
    """Checked by the town's officer and granted."""
    at = on("2025-09-01")
    for one in Claim.objects.filter(case=case):
        claims.assess(actor=acting(world.officer), at=at, claim_id=one.pk, seen=one.version_seen, facts=facts)
    casework.approve(on=act(case, world.officer, at), values={})
    return casework.approve(on=act(case, world.officer, at), values={"union_bank": "", "union_account": ""})


def test_yuecheng_from_the_form_to_the_payment(world: Mutual) -> None:
    enrolled(world, world.yuecheng, "2024-11-01")
    case = filed(world, "2025-06-01")

    claim = Claim.objects.get(case=case)
    assert [(line.formula, line.yuan) for line in shown_lines(claim.shown)] == [
        ("20000.00 − 12000.00 − 1000.00", Decimal("7000.00")), ("(7000.00 − 500) × 40%", Decimal("2600.00")),
    ]  # fmt: skip
    assert (case.path, case.is_narrow) == (world.here.town.path, True)
    decided(world, case, scheme_yuan=Decimal(12500))

    claim.refresh_from_db()
    owed = Payable.objects.get(programme="mutual_aid")
    assert (claim.state, claim.total_yuan, owed.amount_yuan, owed.payee_name) == (
        "granted",
        Decimal("2400.00"),
        Decimal("2400.00"),
        "阿丽",
    )
    assert (owed.decided_by_id, owed.handled_by) == (world.officer.pk, [world.officer.pk])
    settled = PROGRAMMES["mutual_aid"].settled
    assert settled is not None
    settled(owed, "failed", on("2025-09-10"))
    claim.refresh_from_db()
    assert claim.state == "failed"
    settled(owed, "paid", on("2025-09-12"))
    claim.refresh_from_db()
    assert (claim.state, claim.paid_at) == ("paid", on("2025-09-12"))


def test_tianjin_in_the_waiting_days_is_refused_with_its_reason_and_appealed_to_the_county(
    world: Mutual,
) -> None:
    enrolled(world, world.tianjin, "2025-03-01", shares=2)
    case = filed(world, "2025-03-25")
    claim = Claim.objects.get(case=case)
    at = on("2025-04-05")
    claims.assess(actor=acting(world.officer), at=at, claim_id=claim.pk, seen=1, facts={})
    casework.approve(on=act(case, world.officer, at), values={})

    with pytest.raises(InvalidInput):
        casework.approve(on=act(case, world.officer, at), values={})
    claim.refresh_from_db()
    reasons = shown_reasons(claim.shown)
    assert len(reasons) == 1
    assert "2025-03-31" in reasons[0]
    casework.refuse(on=act(case, world.officer, at), reason=reasons[0])
    claim.refresh_from_db()
    assert (claim.state, claim.total_yuan) == ("refused", Decimal(0))
    assert not Payable.objects.exists()

    appeal(on=act(case, world.here.ali, at), reason="入院日期写错了，是四月二日。")
    case.refresh_from_db()
    claim.refresh_from_db()
    assert (case.path, claim.state, claim.is_assessed) == (world.here.county.path, "open", False)
    with pytest.raises(NotVisible):
        claims.assess(
            actor=acting(world.officer), at=at, claim_id=claim.pk, seen=claim.version_seen, facts={}
        )
    claims.assess(
        actor=acting(world.above),
        at=at,
        claim_id=claim.pk,
        seen=claim.version_seen,
        facts={"admitted_on": date(2025, 4, 2), "hospital_days": 6},
    )
    casework.approve(on=act(case, world.above, at), values={})
    casework.approve(on=act(case, world.above, at), values={})
    claim.refresh_from_db()
    assert (claim.state, claim.total_yuan) == ("granted", Decimal("120.00"))  # 20 × 6 × (0.5 + 0.5)


def test_the_papers_are_not_right_before_the_calculation_was_checked(world: Mutual) -> None:
    enrolled(world, world.yuecheng, "2024-11-01")
    case = filed(world, "2025-06-01")

    with pytest.raises(InvalidInput):
        casework.approve(on=act(case, world.officer, on("2025-07-01")), values={})


def test_one_event_is_claimed_once(world: Mutual) -> None:
    enrolled(world, world.yuecheng, "2024-11-01")
    filed(world, "2025-06-01")

    with pytest.raises(InvalidInput) as refusal:
        filed(world, "2025-06-01")

    assert refusal.value.field == "what"
    assert Claim.objects.count() == 1
    filed(world, "2025-07-01")
    assert Claim.objects.count() == 2


def test_who_is_covered_by_nothing_is_told_so(world: Mutual) -> None:
    with pytest.raises(InvalidInput) as refusal:
        filed(world, "2025-06-01")

    assert refusal.value.field == "what"
    assert not Claim.objects.exists()
    [before] = casework.offers(acting(world.here.ali), on("2025-06-01"))
    assert (before.may, before.why_not) == (
        False,
        "没有查到您的互助保障。参加后出险的才能申请，单位工会可以为您办理参加。",
    )
    enrolled(world, world.tianjin, "2025-06-01")
    [after] = casework.offers(acting(world.here.ali), on("2025-06-01"))
    assert (after.may, after.why_not) == (None, "")


@pytest.mark.parametrize(
    ("answers", "field"), [({"account": "62220"}, "account"), ({"payee": "老秦"}, "payee")]
)
def test_an_account_that_cannot_be_right_is_said_at_once(
    world: Mutual, answers: dict[str, object], field: str
) -> None:
    enrolled(world, world.yuecheng, "2024-11-01")

    with pytest.raises(InvalidInput) as refusal:
        filed(world, "2025-06-01", **answers)

    assert refusal.value.field == field


def test_a_claim_is_worked_out_by_the_version_of_its_day(world: Mutual) -> None:
    enrolled(world, world.yuecheng, "2024-11-01")
    better = yuecheng()
    better = replace(better, benefits=(replace(better.benefits[0], ratio=Decimal("0.6")),))
    plans.publish_version(
        actor=acting(world.admin),
        at=on("2025-05-01"),
        plan_id=world.yuecheng.pk,
        draft=draft_of(better, "2025-06-01"),
    )

    early, late = (
        Claim.objects.get(case=filed(world, "2025-05-31")),
        Claim.objects.get(case=filed(world, "2025-06-01")),
    )

    assert (early.version.number, early.worked_yuan) == (1, Decimal("2600.00"))
    assert (late.version.number, late.worked_yuan) == (
        2,
        Decimal("3000.00"),
    )  # 3,900 before the cap of the period


def test_the_cap_of_the_period_counts_what_was_granted_since(world: Mutual) -> None:
    enrolled(world, world.yuecheng, "2024-11-01")
    first, second = filed(world, "2025-05-31"), filed(world, "2025-07-01")

    decided(world, first)
    decided(world, second)

    assert list(Claim.objects.order_by("pk").values_list("total_yuan", flat=True)) == [
        Decimal("2600.00"),
        Decimal("400.00"),
    ]


def test_a_serious_illness_needs_its_place_on_the_list(world: Mutual) -> None:
    enrolled(world, world.tianjin, "2025-01-01", shares=3)
    case = filed(world, "2025-06-01", what="illness", diagnosis="乳腺癌", pathology_on="2025-06-05")
    claim = Claim.objects.get(case=case)
    assert "16" in shown_reasons(claim.shown)[0]

    decided(world, case, illness="cancer")

    claim.refresh_from_db()
    assert (claim.total_yuan, claim.shown["event_on"]) == (Decimal("30000.00"), "2025-06-05")


def test_claims_are_for_the_office_that_holds_them_and_the_member(world: Mutual) -> None:
    enrolled(world, world.yuecheng, "2024-11-01")
    claim = Claim.objects.get(case=filed(world, "2025-06-01"))

    seen = {
        who.name for who in (world.officer, world.above, world.admin, world.here.xiaobo, world.here.town_cadre, world.here.ali,
                             world.here.stranger)
        if Claim.objects.visible_to(acting(who)).filter(pk=claim.pk).exists()
    }  # fmt: skip

    assert seen == {"王芳", "阿丽"}


def test_nobody_decides_her_own_claim(world: Mutual) -> None:
    enrolled(world, world.yuecheng, "2024-11-01")
    claim = Claim.objects.get(case=filed(world, "2025-06-01"))
    herself = world.here.ali
    RoleGrant.objects.create(user=herself, role=Role.AID, union=world.here.town, valid_from=date(2020, 1, 1))

    with pytest.raises(DutiesApart):
        claims.assess(actor=acting(herself), at=on("2025-07-01"), claim_id=claim.pk, seen=1, facts={})
    assert not Claim.objects.get(pk=claim.pk).is_assessed


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"cost_yuan": Decimal(-1)}, "cost_yuan"), ({"hospital_days": -1}, "hospital_days"), ({"admitted_on": date(2026, 1, 1)}, "admitted_on"),
     ({"illness": "flu"}, "illness")],
)  # fmt: skip
def test_facts_that_cannot_be_are_refused(world: Mutual, facts: dict[str, object], field: str) -> None:
    enrolled(world, world.yuecheng, "2024-11-01")
    claim = Claim.objects.get(case=filed(world, "2025-06-01"))

    with pytest.raises(InvalidInput) as refusal:
        claims.assess(
            actor=acting(world.officer), at=on("2025-07-01"), claim_id=claim.pk, seen=1, facts=facts
        )

    assert refusal.value.field == field
    with pytest.raises(StaleState):
        claims.assess(actor=acting(world.officer), at=on("2025-07-01"), claim_id=claim.pk, seen=9, facts={})


def test_a_withdrawn_claim_can_be_filed_again(world: Mutual) -> None:
    enrolled(world, world.yuecheng, "2024-11-01")
    case = filed(world, "2025-06-01")

    casework.withdraw(on=act(case, world.here.ali, on("2025-06-12")))

    assert Claim.objects.get(case=case).state == "withdrawn"
    assert Claim.objects.get(case=filed(world, "2025-06-01")).state == "open"


def test_enrolling_is_for_the_chair_of_the_unit(world: Mutual) -> None:
    wanted = enrolling.Wanted(
        client_id=uuid4(),
        plan_id=world.tianjin.pk,
        union_id=world.here.grassroots.pk,
        from_on=date(2025, 3, 1),
        shares=1,
    )

    with pytest.raises(NotAllowed):
        enrolling.enrol(actor=acting(world.officer), at=on("2025-03-01"), wanted=wanted)
    with pytest.raises(NotVisible):
        enrolling.enrol(actor=acting(world.here.stranger), at=on("2025-03-01") + timedelta(0), wanted=wanted)
    assert not Enrolment.objects.exists()


def test_merging_two_records_of_one_person_refuses_nothing_and_keeps_both_claims(world: Mutual) -> None:
    enrolled(world, world.yuecheng, "2024-11-01")
    case = filed(world, "2025-06-01")
    twin = world.here.xiaobo.person
    assert twin is not None
    mine = Claim.objects.get(case=case)
    other = filed_again(case, mine, twin)
    keys = {one.pk: one.version for one in Person.objects.filter(pk__in=[world.ali.pk, twin.pk])}

    merging.merge_people(
        actor=system(), asked=merging.Asked(world.ali.pk, keys, "同一个人登记了两次"), at=on("2025-07-01")
    )

    assert set(Claim.objects.filter(person=world.ali).values_list("pk", "state")) == {
        (mine.pk, "open"),
        (other.pk, "open"),
    }
    assert Insured.objects.filter(person=world.ali, plan=world.yuecheng).count() == 2


def filed_again(case: CaseFile, claim: Claim, person: Person) -> Claim:
    """The same event claimed on another record."""
    other = CaseFile.objects.get(pk=case.pk)
    other.pk, other.reference, other.client_id, other.person, other._state.adding = (
        None,
        "XD-2",
        uuid4(),
        person,
        True,
    )
    other.save()
    return Claim.objects.create(
        case=other, plan=claim.plan, version=claim.version, person=person, facts=claim.facts, event=claim.event,
        result=claim.result, filed_on=claim.filed_on,
    )  # fmt: skip
