"""Couriers and drivers of several platforms: one member, the platforms added, nothing refused and nothing doubled."""

from datetime import timedelta

import pytest
from django.test import Client

from smartunion.core.actor import system
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import Employer, Membership, Person, PlatformWork, Transfer
from smartunion.systems.organising.flows import drives
from smartunion.systems.organising.flows.joining import Outcome, join
from smartunion.systems.organising.models import JoiningDrive
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY


@pytest.fixture
def here() -> make.World:
    """Both firms of the world are platform companies, each with a union and a code of its own."""
    world = make.world()
    Employer.objects.filter(pk__in=[world.covered.pk, world.other_firm.pk]).update(is_platform=True)
    return world


def code_of_the_other(here: make.World) -> JoiningDrive:
    data = drives.NewDrive(here.other.pk, "海天入会", TODAY, employer_id=here.other_firm.pk)
    return drives.create_drive(actor=system(), data=data, at=NOW)


def works() -> set[tuple[int, int]]:
    return set(PlatformWork.objects.running().values_list("person_id", "platform_id"))


def test_the_code_of_another_platform_adds_it_and_keeps_one_membership(here: make.World) -> None:
    first = join(code=here.drive.code, form=make.form(1), at=NOW)
    other = code_of_the_other(here)

    answers = [join(code=other.code, form=make.form(1), at=NOW + timedelta(days=1)) for _n in range(2)]

    person = Person.objects.get()
    assert first.outcome == Outcome.JOINED
    assert [(one.outcome, one.union, one.target, one.employer_name) for one in answers] == [
        (Outcome.PLATFORM, here.union, here.other, here.other_firm.name)
    ] * 2
    assert works() == {(person.pk, here.covered.pk), (person.pk, here.other_firm.pk)}
    assert Membership.objects.get().union_id == here.union.pk
    assert Fact.objects.filter(kind="registry.member_joined").count() == 1
    assert not Transfer.objects.exists()


def test_the_platforms_own_code_again_says_that_she_is_a_member(here: make.World) -> None:
    join(code=here.drive.code, form=make.form(1), at=NOW)

    again = join(code=here.drive.code, form=make.form(1), at=NOW)

    assert (again.outcome, again.union, again.target) == (Outcome.PLATFORM, here.union, None)
    assert len(works()) == 1


def test_who_wants_the_transfer_gets_it_asked_for_and_the_platform_added(here: make.World) -> None:
    join(code=here.drive.code, form=make.form(1), at=NOW)
    other = code_of_the_other(here)

    answer = join(code=other.code, form=make.form(1, wants_transfer=True), at=NOW)

    assert answer.outcome == Outcome.TRANSFER
    assert Transfer.objects.get().to_union_id == here.other.pk
    assert len(works()) == 2


def test_a_platform_named_without_a_code_counts_too(here: make.World) -> None:
    join(code=here.drive.code, form=make.form(1), at=NOW)

    answer = join(code="", form=make.form(1, employer_name=here.other_firm.name), at=NOW)

    assert answer.outcome == Outcome.PLATFORM
    assert len(works()) == 2


def test_who_waits_for_an_answer_may_scan_a_second_platform(here: make.World) -> None:
    asked = join(code=here.town_drive.code, form=make.form(1, employer_name=here.covered.name), at=NOW)

    again = join(code=code_of_the_other(here).code, form=make.form(1), at=NOW)

    assert (asked.outcome, again.outcome, again.case) == (Outcome.ASKED, Outcome.ASKED, asked.case)
    assert works() == {(asked.person.pk if asked.person else 0, here.other_firm.pk)}
    assert not Membership.objects.exists()


def test_an_employer_that_is_no_platform_offers_the_transfer_as_before(here: make.World) -> None:
    Employer.objects.update(is_platform=False)
    join(code=here.drive.code, form=make.form(1), at=NOW)

    answer = join(code=code_of_the_other(here).code, form=make.form(1), at=NOW)

    assert (answer.outcome, answer.target) == (Outcome.ELSEWHERE, here.other)
    assert not PlatformWork.objects.exists()


def test_a_stranger_who_types_her_number_does_not_learn_her_union(here: make.World) -> None:
    join(code=here.drive.code, form=make.form(1), at=NOW)
    session = Client()
    stored = session.session
    stored["join_result"] = {
        "outcome": "platform",
        "union": "",
        "employer": here.other_firm.name,
        "target": "",
    }
    stored.save()

    page = session.get("/join/done/").content.decode()

    assert here.other_firm.name in page
    assert here.union.name not in page
