"""Terms set otherwise, counted on claims: the sums are those of the rules, nobody is told apart."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.ground.policies.whatif import WhatIfResult
from smartunion.systems.mutual import whatif
from smartunion.systems.mutual.models import Claim, ClaimState, Enrolment, Insured
from smartunion.systems.mutual.queries.claims import dump_event
from smartunion.systems.mutual.rules.claims import Event
from smartunion.systems.mutual.rules.waiting import Spell
from smartunion.systems.mutual.tests.mutual_world import Mutual, enrolled, filed, made
from smartunion.systems.mutual.tests.plans import tianjin, yuecheng

ADMITTED = date(2025, 6, 1)
COVER = [Spell(date(2025, 1, 1), date(2026, 1, 1), 1)]


def stay(cost: int, day: date = ADMITTED) -> Event:
    """A stay in hospital, filed ten days after."""
    return Event(
        "hospital", day + timedelta(days=10), admitted_on=day, hospital_days=6, cost_yuan=Decimal(cost)
    )


def test_percentages_change_what_the_terms_say_and_nothing_else() -> None:
    found = whatif.changed_terms(
        yuecheng(), {whatif.AMOUNT: 150, whatif.CAP: 200, whatif.FREE: 0, whatif.LATER: 30}
    )

    assert (found.benefits[0].ratio, found.benefits[0].free_yuan, found.period_cap_yuan) == (
        Decimal("0.60"), 0, Decimal(6000),
    )  # fmt: skip
    assert found.claim_days == 0  # no limit stays none
    assert whatif.changed_terms(yuecheng(), {whatif.AMOUNT: 900}).benefits[0].ratio == 1
    assert whatif.changed_terms(tianjin(), {}) == tianjin()
    assert whatif.changed_terms(tianjin(), {whatif.WAIT: 50}).no_pay_days == 15


def test_what_an_earlier_claim_would_have_brought_is_gone_from_the_cap_of_the_next() -> None:
    claims = [(stay(7500), Decimal(2800), True), (stay(7500, date(2025, 8, 1)), Decimal(200), True)]

    held, doubled = (
        [one.total_yuan for one in whatif.worked_anew(terms, COVER, claims)]
        for terms in (yuecheng(), whatif.changed_terms(yuecheng(), {whatif.CAP: 200}))
    )

    assert held == [Decimal(2800), Decimal(200)]
    assert doubled == [Decimal(2800), Decimal(2800)]


@pytest.fixture
def world(db: Any) -> Mutual:
    return made()


def many(world: Mutual, count: int) -> None:
    """So many members with one paid claim each: 7,500 own cost, 2,800 paid."""
    enrolment: Enrolment = enrolled(world, world.yuecheng, "2024-11-01")
    case, version = filed(world, "2025-06-01"), world.yuecheng.versions.get()
    Claim.objects.all().delete()
    for number in range(count):
        person = make.person(f"会员{number}")
        Insured.objects.create(
            enrolment=enrolment, plan=world.yuecheng, person=person, number=1, path=enrolment.path, shares=1,
            since_on=date(2025, 1, 1), from_on=date(2025, 1, 1), until_on=date(2026, 1, 1),
        )  # fmt: skip
        own = CaseFile.objects.get(pk=case.pk)
        own.pk, own.reference, own.client_id, own.person, own._state.adding = (
            None,
            f"XD-{number}",
            uuid4(),
            person,
            True,
        )
        own.save()
        Claim.objects.create(
            case=own, plan=world.yuecheng, version=version, person=person, facts=dump_event(stay(7500)), event=f"{number}",
            result="", total_yuan=Decimal(2800), state=ClaimState.PAID, filed_on=stay(7500).filed_on,
        )  # fmt: skip


def counted(world: Mutual, overrides: dict[str, int], **asked: Any) -> WhatIfResult:
    values = {"path": world.here.county.path, "since": date(2025, 1, 1), "until": date(2026, 1, 1)} | asked
    return whatif.run(overrides=overrides, progress=lambda done, total: None, **values)


def test_how_many_of_last_years_claims_would_change_and_what_it_would_cost(world: Mutual) -> None:
    many(world, 12)

    found = counted(world, {whatif.AMOUNT: 50})

    assert (found.counted, found.changed, found.sample) == (12, 12, ())
    assert [(one.before, one.after) for one in found.lines] == [
        (Decimal(33600), Decimal("16800.00")),
        (12, 12),
    ]
    assert counted(world, {whatif.WAIT: 50}).changed == 0
    assert counted(world, {whatif.AMOUNT: 50}, path=world.here.next_town.path).counted == 0


def test_a_few_claims_are_no_number(world: Mutual) -> None:
    many(world, whatif.FEWEST - 1)

    found = counted(world, {whatif.AMOUNT: 50})

    assert (found.counted, found.changed, [(one.before, one.after) for one in found.lines]) == (
        0,
        0,
        [(0, 0)],
    )
