"""Benefits that need an employer that pays its contributions say so, with the reason (domain rules 5.6)."""

import pytest

from smartunion.engines.casework.eligibility import facts_of as known_of
from smartunion.engines.offers.queries.people import facts_of
from smartunion.engines.offers.rules.conditions import Conditions, unmet
from smartunion.ground.registry.models import Person
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.dues.flows import payments
from smartunion.systems.dues.tests import world
from smartunion.systems.dues.tests.world import AT, Place, extract, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    made = world.place()
    extract(
        made.county,
        row(made.covered.name, 202607, 50_000, due=50_000),
        row(made.bare.name, 202607, 1, due=50_000),
    )
    payments.renew(at=AT)
    payments.count(at=AT)
    return made


def works_for(place: Place, employer: object) -> Person:
    return make.membership(make.person(), place.union, employer=employer).person


def test_offers_and_services_know_whether_the_employer_pays(place: Place) -> None:
    people = [works_for(place, one) for one in (place.covered, place.bare, None)]

    assert [known_of(one.pk, make.TODAY).get("employer.pays_dues") for one in people] == [True, False, None]
    assert ["dues_paid" in facts_of(one.pk).groups for one in people] == [True, False, False]


def test_whose_employer_does_not_pay_reads_why_not(place: Place) -> None:
    wanted = Conditions(group="dues_paid")
    said = [
        unmet(wanted, facts_of(works_for(place, one).pk), audience_path="", on=make.TODAY)
        for one in (place.covered, place.bare)
    ]

    assert said == [
        [],
        ["仅限所在单位正常缴纳工会经费的会员，目前没有您所在单位正常缴纳的记录。请向工会反映。"],
    ]
