"""My record on the phone: what I see, change, move, end; and what stays closed to everybody else."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.crypto.masking import mask_resident_id
from smartunion.engines.casework import service as casework
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.accounts.tests.factories import make_user, signed_in
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.flows import memberships
from smartunion.ground.registry.models import Correction, Membership, Person, Transfer
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState, TransferState
from smartunion.ground.registry.tests import factories as make
from smartunion.site.portal.record import here_since
from smartunion.systems.organising.tests import joining_world as world

pytestmark = pytest.mark.django_db


@pytest.fixture
def ali() -> tuple[Client, Person, Membership]:
    """阿丽, a member signed in on her phone."""
    spell = make.member(make.union("甲厂工会"), "阿丽")
    return signed_in(make_user("w-ali", person=spell.person)), spell.person, spell


def test_the_record_shows_numbers_masked_and_the_history(ali: tuple[Client, Person, Membership]) -> None:
    client, person, _spell = ali
    number = make.resident_id(7)
    person.resident_id = number
    person.save()

    page = client.get("/me/record/").content.decode()

    assert "甲厂工会" in page
    assert "阿丽" in page
    assert number not in page
    assert f"{number[:6]}" not in page.replace(f"{number[:3]}", "", 1) or number[6:14] not in page


def test_whose_record_says_that_she_died_reads_who_said_so_and_what_helps(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, _person, spell = ali
    assert "登记显示您已去世" not in client.get("/me/record/").content.decode()
    Membership.objects.filter(pk=spell.pk).update(
        state="ended", ended_on=date(2026, 6, 1), end_type="left", reason="deceased"
    )

    page = client.get("/me/record/").content.decode()

    assert "登记显示您已去世" in page
    assert "甲厂工会登记的日期是2026-06-01" in page
    assert 'href="/join/"' not in page


def test_the_record_needs_somebody_signed_in() -> None:
    assert Client().get("/me/record/")["Location"].startswith("/signin/")


def test_details_are_changed_at_once_and_only_by_the_present_version(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, person, _spell = ali

    done = client.post("/me/record/details/", {"version": person.version, "education": "bachelor"})
    stale = client.post("/me/record/details/", {"version": person.version, "education": "doctor"})

    assert done.status_code == 302
    assert stale.status_code == 422
    person.refresh_from_db()
    assert person.education == "bachelor"


def test_a_transfer_is_asked_by_the_name_of_the_employer_and_can_be_withdrawn(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, person, spell = ali
    target = make.union("乙厂工会")
    firm = make.employer("乙厂机械有限公司")
    make.link(target, firm)

    found = client.get("/me/record/move/", {"q": "乙厂机械"}).content.decode()
    asked = client.post("/me/record/move/", {"union": target.pk, "employer": firm.pk})

    assert "乙厂工会" in found
    assert asked.status_code == 302
    move = Transfer.objects.get(person=person)
    assert (move.state, move.to_union_id, move.to_employer_id) == (TransferState.ASKED, target.pk, firm.pk)

    client.post("/me/record/move/withdraw/")

    move.refresh_from_db()
    assert move.state == TransferState.WITHDRAWN
    assert Membership.objects.get(person=person, ended_on=None).pk == spell.pk


def test_asking_for_a_union_that_does_not_exist_changes_nothing(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, person, _spell = ali

    answer = client.post("/me/record/move/", {"union": "99999999"})

    assert answer.status_code == 404
    assert not Transfer.objects.filter(person=person).exists()


def test_leaving_ends_the_membership_today_and_a_second_tap_does_nothing(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, _person, spell = ali

    client.post("/me/record/leave/")
    again = client.post("/me/record/leave/", follow=True)

    spell.refresh_from_db()
    assert (spell.state, spell.ended_on) == (MembershipState.ENDED, clock.today())
    assert again.status_code == 200


def test_an_account_without_a_member_record_is_told_so() -> None:
    client = signed_in(User.objects.create_user("limin", name="李敏", created_at=make.AT))

    assert client.get("/me/record/").status_code == 403


def test_my_registration_form_shows_whole_numbers_only_when_i_ask_for_them(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, person, _spell = ali

    masked = client.get("/me/record/form/")
    clear = client.post("/me/record/form/")
    again = client.post("/me/record/form/", {"masked": "1"}).content.decode()

    page = clear.content.decode()
    assert (person.resident_id in page, person.mobile in page, "甲厂工会" in page) == (True, True, True)
    for shown in (masked.content.decode(), again):
        assert (person.resident_id in shown, person.mobile in shown, "甲厂工会" in shown) == (
            False,
            False,
            True,
        )
    assert ["no-store" in answer["Cache-Control"] for answer in (masked, clear)] == [True, True]
    assert Client().get("/me/record/form/")["Location"].startswith("/signin/")


def test_an_employer_my_own_union_covers_needs_no_transfer(ali: tuple[Client, Person, Membership]) -> None:
    client, _person, spell = ali
    firm, other = make.employer("乙厂机械有限公司"), make.employer("乙厂机械分厂")
    make.link(spell.union, firm)
    make.link(make.union("丙厂工会"), other)

    page = client.get("/me/record/move/", {"q": "乙厂机械"}).content.decode()

    assert ("会籍不用转" in page, page.count("会籍不用转")) == (True, 1)
    assert "乙厂机械有限公司" in page
    assert page.count('name="union"') == 1


def test_whoever_has_no_membership_reads_how_to_join_instead_of_a_refusal(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, _person, spell = ali
    staff = signed_in(make_user("cadre", "cadre", union=spell.union))
    Membership.objects.filter(pk=spell.pk).update(state="ended", ended_on=date(2026, 6, 1), end_type="left")

    pages = {one: one.get("/me/record/move/") for one in (client, staff)}
    sent = staff.post("/me/record/move/", {"union": spell.union_id})

    for page in pages.values():
        said = page.content.decode()
        assert (page.status_code, "没有可转的会籍" in said, 'href="/join/"' in said) == (200, True, True)
    assert sent.status_code == 403
    assert not Transfer.objects.exists()
    card = staff.get("/card/")
    assert (card.status_code, "您还不是会员" in card.content.decode()) == (200, True)
    assert 'href="/card/"' not in staff.get("/me/").content.decode()
    found = staff.get("/services/", {"q": "会员"}).content.decode()
    assert ('href="/me/record/"' in found, 'href="/card/"' in found) == (False, True)
    assert 'href="/me/record/"' in client.get("/services/", {"q": "会员"}).content.decode()


def test_corrections_say_what_stood_there_and_what_stands_now(ali: tuple[Client, Person, Membership]) -> None:
    client, person, _spell = ali
    number = make.resident_id(7)
    for field, before, after in (
        ("sex", "m", "f"),
        ("resident_id", "", number),
        ("started_on", "2026-01-05", "2025-06-01"),
    ):
        Correction.objects.create(
            person=person,
            field=field,
            before=before,
            after=after,
            reason="劳动合同",
            corrected_at=clock.now(),
        )

    page = client.get("/me/record/").content.decode()

    assert "性别：男 → 女" in page
    assert f"证件号码：未登记 → {mask_resident_id(number)}" in page
    assert "会籍起始日：2026-01-05 → 2025-06-01" in page
    assert number not in page


def test_a_correction_taken_back_stays_on_the_record_with_what_became_of_it() -> None:
    here = world.world()
    user = make_user("w-wang", person=make.member(here.union, "王小名").person)
    me = world.acting(user)
    case = casework.start_draft(service_key="record_dispute", actor=me, at=world.NOW, client_id=uuid4())
    casework.save_draft(case_id=case.pk, raw={"item": "name", "right": "王小明"}, actor=me, at=world.NOW)
    case = casework.submit(case_id=case.pk, actor=me, at=world.NOW)
    client = signed_in(user)
    running = client.get("/me/record/").content.decode()

    client.post(f"/cases/{case.pk}/withdraw/", {"version": case.version})
    page = client.get("/me/record/").content.decode()

    assert ("正在核实" in running, "以前申请的结果" in running) == (True, False)
    assert ("正在核实" in page, "以前申请的结果" in page, case.reference in page) == (False, True, True)
    assert "已撤回" in page


def test_a_chair_who_is_a_member_finds_the_desk_from_her_phone_and_a_member_does_not(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, person, spell = ali
    pages = ("/", "/me/")
    assert ["进入工作台" in client.get(page).content.decode() for page in pages] == [False, False]

    user = User.objects.get(person=person)
    RoleGrant.objects.create(user=user, role="chair", union=spell.union, valid_from=date(2026, 1, 1))

    assert ["进入工作台" in client.get(page).content.decode() for page in pages] == [True, True]
    assert 'href="/desk/"' in client.get("/").content.decode()


def test_the_last_day_of_a_silent_union_is_a_day_on_the_phone_and_on_the_desk(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, _person, spell = ali
    other = make.union("乙厂工会", spell.union.parent)
    transfer = make.transfer(spell, other)
    midnight = datetime(2026, 12, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    Transfer.objects.filter(pk=transfer.pk).update(state=TransferState.ACCEPTED, silent_after=midnight)
    chair = make_user("chair")
    RoleGrant.objects.create(user=chair, role="chair", union=spell.union, valid_from=date(2026, 1, 1))
    desk = signed_in(chair)

    pages = [
        client.get("/me/record/"),
        desk.get("/desk/transfers/"),
        desk.get(f"/desk/transfers/{transfer.pk}/"),
        desk.get("/desk/"),
    ]

    for page in pages:
        text = page.content.decode()
        assert "2026-12-04" in text
        assert "2026-12-05" not in text


def test_whoever_was_a_member_reads_when_and_how_it_ended_instead_of_being_told_that_she_never_was(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, person, spell = ali
    memberships.end(
        actor=system(), membership_id=spell.pk, end_type=ChangeType.EXPELLED, reason=ChangeReason.CRIME,
        on=clock.today(), at=clock.now(), note="决定〔2026〕3号",
    )  # fmt: skip
    words = f"您在甲厂工会的会籍已于 {clock.today().isoformat()} 终止（除名）。"

    home, card = (client.get(page).content.decode() for page in ("/", "/card/"))

    assert words in home
    assert 'href="/me/record/"' in home
    assert "该手机号还没有会籍" not in home
    assert words.removesuffix("。") in card
    assert "您还不是会员" not in card
    told = Notice.objects.get(person_id=person.pk, template="registry.expelled").body
    assert "重新入会须由所申请的工会决定" in told
    assert "随时可以重新入会" not in told


def test_nobody_whose_record_says_that_she_died_is_told_to_join_again(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, _person, spell = ali
    Membership.objects.filter(pk=spell.pk).update(
        state="ended", ended_on=date(2026, 6, 1), end_type="left", reason="deceased"
    )

    home, card = (client.get(page).content.decode() for page in ("/", "/card/"))

    for page in (home, card):
        assert "登记显示您已去世" in page
        assert "您能看到这句话，说明登记有误" in page
        assert "重新入会" not in page
    assert "/services/record_dispute/" in card


def test_a_membership_retained_and_restored_is_one_stay_in_the_union(
    ali: tuple[Client, Person, Membership],
) -> None:
    client, person, spell = ali
    began = spell.started_on
    actor = make.chair(spell.union)
    for change, on in ((memberships.retain, date(2026, 5, 4)), (memberships.activate, date(2026, 6, 1))):
        running = Membership.objects.get(person=person, ended_on=None)
        more = {"reason": ChangeReason.UNEMPLOYED} if change is memberships.retain else {}
        change(actor=actor, membership_id=running.pk, on=on, at=clock.now(), **more)

    page = client.get("/me/record/").content.decode()

    running = Membership.objects.get(person=person, ended_on=None)
    assert running.started_on == date(2026, 6, 1)
    label = page.index("在本工会自")
    assert began.isoformat() in page[label : label + 300]
    other = make.union("乙厂工会")
    moved = Membership(pk=0, union=other, started_on=date(2026, 7, 1))
    history = [moved, *Membership.objects.filter(person=person).order_by("-started_on", "-pk")]
    assert here_since(moved, history) == date(2026, 7, 1)
