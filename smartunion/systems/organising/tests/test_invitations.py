"""The link a town hands to a firm: what it fills in, whom it serves, when it ends."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.html import strip_tags

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.flows.users import worker_for_phone
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Employer
from smartunion.systems.organising.flows import findings, invitations
from smartunion.systems.organising.flows.founding import employer_from
from smartunion.systems.organising.models import Finding, FoundingInvitation
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: NOW)


@pytest.fixture
def here() -> make.World:
    world = make.world()
    Employer.objects.filter(pk=world.bare.pk).update(industry="G", legal_person="秘密人")
    return world


@pytest.fixture
def finding(here: make.World) -> Finding:
    return Finding.objects.create(
        kind="no_union", subject_key=f"employer:{here.bare.pk}", employer=here.bare, path=here.town.path,
        work_list="task", state="visited", found_at=NOW,
    )  # fmt: skip


@pytest.fixture
def worker() -> User:
    return worker_for_phone(mobile="13988880001", at=NOW)


def begun(worker: User, context: dict[str, str]) -> CaseFile:
    return casework.start_draft(
        service_key="found_union", actor=make.acting(worker), at=NOW, client_id=uuid4(), context=context
    )


def test_taking_up_makes_the_link_and_the_link_fills_the_form(
    here: make.World, finding: Finding, worker: User
) -> None:
    findings.take_up(actor=make.acting(here.cadre), finding_id=finding.pk, at=NOW)
    invitation = FoundingInvitation.objects.get(finding=finding)
    assert (len(invitation.code), invitation.ends_on) == (14, TODAY + timedelta(days=90))

    answer = Client().get(f"/f/{invitation.code.lower()}/")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/services/found_union/?invite={invitation.code}",
    )
    case = begun(worker, {"invite": invitation.code})

    data = casework.CaseData.load(case.data)
    assert data.context == {"employer": str(here.bare.pk), "invite": invitation.code}
    assert data.form == {
        "employer": {"id": here.bare.pk, "name": "宁海恒达物流有限公司"},
        "uscc": "91350100M000100Y43",
        "place": {"region": "330226001", "name": "宁海县桃源街道", "detail": "兴海路8号"},
        "staff": 63,
        "business": "交通运输、仓储和邮政业",
        "union_name": "宁海恒达物流有限公司工会",
        "contact": {"name": "", "mobile": "13988880001"},
    }
    assert begun(worker, {"invite": invitation.code}).pk == case.pk  # the link again opens the same form


def test_who_guesses_an_employer_learns_what_the_register_publishes(here: make.World, worker: User) -> None:
    case = begun(worker, {"employer": str(here.bare.pk)})
    page = Client().get(f"/services/found_union/?employer={here.bare.pk}")

    assert "staff" not in casework.CaseData.load(case.data).form
    assert "秘密人" not in case.data
    assert "宁海恒达物流有限公司" in page.content.decode()
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "63" not in strip_tags(f"<main{main}")  # addresses hold the employer's key


@pytest.mark.parametrize("how", ["forged", "taken back", "run out", "closed"])
def test_a_link_that_no_longer_holds_fills_nothing(
    here: make.World, finding: Finding, worker: User, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cadre = make.acting(here.cadre)
    code = invitations.invite(actor=cadre, finding_id=finding.pk, at=NOW).code
    if how == "forged":
        code = code[:-1] + ("A" if code[-1] != "A" else "B")
    elif how == "taken back":
        invitations.take_back(actor=cadre, finding_id=finding.pk, at=NOW)
    elif how == "closed":
        findings.dismiss(actor=cadre, finding_id=finding.pk, reason="已搬离", at=NOW)
    else:
        monkeypatch.setattr("smartunion.core.clock.now", lambda: NOW + timedelta(days=91))

    assert employer_from({"invite": code}, make.acting(worker)) is None
    assert casework.CaseData.load(begun(worker, {"invite": code}).data).context == {}
    answer = Client().get(f"/f/{code}/")
    assert answer.status_code == 404
    assert "此链接已失效" in answer.content.decode()
    assert here.bare.name not in answer.content.decode()


def test_one_link_at_a_time_and_a_new_one_after_it(here: make.World, finding: Finding) -> None:
    cadre = make.acting(here.cadre)
    first = invitations.invite(actor=cadre, finding_id=finding.pk, at=NOW)

    assert invitations.invite(actor=cadre, finding_id=finding.pk, at=NOW).pk == first.pk
    later = invitations.invite(actor=cadre, finding_id=finding.pk, at=NOW + timedelta(days=91))
    assert later.code != first.code
    invitations.take_back(actor=cadre, finding_id=finding.pk, at=NOW)
    with pytest.raises(StaleState):
        invitations.take_back(actor=cadre, finding_id=finding.pk, at=NOW)
    assert FoundingInvitation.objects.filter(closed_at=None).count() == 0


def test_strangers_and_organisers_hand_out_nothing(here: make.World, finding: Finding) -> None:
    stranger = make.staff("老秦", Role.CADRE, here.union)
    organiser = make.staff("阿丽", Role.ORGANISER, here.town)

    with pytest.raises(NotVisible):
        invitations.invite(actor=make.acting(stranger), finding_id=finding.pk, at=NOW)
    with pytest.raises((NotAllowed, NotVisible)):
        invitations.invite(actor=make.acting(organiser), finding_id=finding.pk, at=NOW)
    Finding.objects.filter(pk=finding.pk).update(state="closed")
    with pytest.raises(InvalidInput):
        invitations.invite(actor=make.acting(here.cadre), finding_id=finding.pk, at=NOW)
    assert not FoundingInvitation.objects.exists()


def test_the_finding_page_shows_the_link_to_send(here: make.World, finding: Finding) -> None:
    findings.take_up(actor=make.acting(here.cadre), finding_id=finding.pk, at=NOW)
    code = FoundingInvitation.objects.get().code
    browser = Client()
    browser.force_login(here.cadre)

    page = browser.get(f"/desk/coverage/findings/{finding.pk}/").content.decode()
    png = browser.get(f"/desk/coverage/findings/{finding.pk}/invite.png")
    ended = browser.post(f"/desk/coverage/findings/{finding.pk}/invite/", {"act": "end"})

    assert page.count(f"/f/{code}/") >= 2  # to read and to copy
    assert png.content.startswith(b"\x89PNG")
    assert ended.status_code == 302
    assert browser.get(f"/desk/coverage/findings/{finding.pk}/invite.png").status_code == 404
    assert f"/f/{code}/" not in browser.get(f"/desk/coverage/findings/{finding.pk}/").content.decode()
