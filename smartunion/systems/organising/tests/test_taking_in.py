"""The safety net: a joint union of the place takes in a firm that cannot found alone."""

import pytest
from django.test import Client

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import EmployerLink, Membership, TradeUnion
from smartunion.ground.registry.rules import UnionKind
from smartunion.systems.organising.flows.joining import join
from smartunion.systems.organising.flows.taking_in import take_in, unions_for
from smartunion.systems.organising.models import Finding
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
AT, ON = make.NOW, make.TODAY


@pytest.fixture
def here() -> make.World:
    return make.world()


@pytest.fixture
def finding(here: make.World) -> Finding:
    return Finding.objects.create(
        kind="no_union", subject_key=f"employer:{here.bare.pk}", employer=here.bare, path=here.town.path,
        work_list="task", mode="regional", found_at=AT, reasons=[{"code": "no_union"}],
    )  # fmt: skip


@pytest.fixture
def joint(here: make.World) -> TradeUnion:
    made = make._union("桃源街道小微企业联合工会", here.town, "J1")
    TradeUnion.objects.filter(pk=made.pk).update(kind=UnionKind.JOINT)
    return TradeUnion.objects.get(pk=made.pk)


def test_the_firm_is_covered_its_waiting_people_become_members_and_the_finding_is_closed(
    here: make.World, finding: Finding, joint: TradeUnion
) -> None:
    form = make.form(1, employer_name=here.bare.name, employer_id=here.bare.pk)
    waiting = join(code=here.town_drive.code, form=form, at=AT)
    assert waiting.outcome.value == "pooled"

    closed = take_in(
        actor=make.acting(here.cadre), finding_id=finding.pk, union_id=joint.pk, note="已与单位商定", at=AT
    )

    link = EmployerLink.objects.get(employer=here.bare, valid_to=None)
    assert (link.union_id, link.kind, link.valid_from, link.source) == (
        joint.pk, "joint", ON, f"finding:{finding.pk}"
    )  # fmt: skip
    now = Membership.objects.get(person=waiting.person, ended_on=None)
    assert (now.union_id, now.state, now.employer_id) == (joint.pk, "active", here.bare.pk)
    assert (closed.state, closed.closed_because) == ("closed", "founded")
    assert closed.events.get(event="taken_in").note == "桃源街道小微企业联合工会；已与单位商定"


def test_only_a_standing_joint_union_of_the_place_takes_it_in(
    here: make.World, finding: Finding, joint: TradeUnion
) -> None:
    cadre = make.acting(here.cadre)
    assert list(unions_for(finding)) == [joint]

    with pytest.raises(InvalidInput):
        take_in(actor=cadre, finding_id=finding.pk, union_id=here.union.pk, at=AT)
    TradeUnion.objects.filter(pk=joint.pk).update(state="closed", closed_on=ON)
    with pytest.raises(InvalidInput):
        take_in(actor=cadre, finding_id=finding.pk, union_id=joint.pk, at=AT)

    finding.refresh_from_db()
    assert finding.state == "open"
    assert not EmployerLink.objects.filter(employer=here.bare).exists()


def test_a_chair_decides_nothing_here_and_a_second_click_says_who_was_first(
    here: make.World, finding: Finding, joint: TradeUnion
) -> None:
    with pytest.raises((NotVisible, NotAllowed)):
        take_in(actor=make.acting(here.chair), finding_id=finding.pk, union_id=joint.pk, at=AT)
    take_in(actor=make.acting(here.cadre), finding_id=finding.pk, union_id=joint.pk, at=AT)

    with pytest.raises(InvalidInput) as refusal:
        take_in(actor=make.acting(here.cadre), finding_id=finding.pk, union_id=joint.pk, at=AT)

    assert "林静" in str(refusal.value)
    assert EmployerLink.objects.filter(employer=here.bare).count() == 1


def test_the_page_offers_it(here: make.World, finding: Finding, joint: TradeUnion) -> None:
    client = Client()
    client.force_login(here.cadre)
    address = f"/desk/coverage/findings/{finding.pk}/"

    assert joint.name in client.get(address).content.decode()
    client.post(f"{address}take_in/", {"union": joint.pk, "reason": ""})

    page = client.get(address).content.decode()
    assert "由本地联合工会吸收" in page
    assert 'name="union"' not in page
    organiser = make.staff("小郑", Role.ORGANISER, here.town)
    client.force_login(organiser)
    assert client.post(f"{address}take_in/", {"union": joint.pk}).status_code in {403, 404}


def test_over_the_api(here: make.World, finding: Finding, joint: TradeUnion) -> None:
    client = Client()
    client.force_login(here.cadre)
    address = f"/api/v1/organising/findings/{finding.pk}/take-in"

    wrong = client.post(address, {"union_id": here.union.pk}, content_type="application/json")
    done = client.post(address, {"union_id": joint.pk}, content_type="application/json")

    assert (wrong.status_code, done.status_code, done.json()["state"]) == (422, 200, "closed")
    assert EmployerLink.objects.get(employer=here.bare, valid_to=None).union_id == joint.pk
