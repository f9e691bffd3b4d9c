"""The pages of joining, the card and the codes, without a browser: with and without scripts, by everybody."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.audit.models import AuditEvent
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.models import PhoneCode, User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry.models import Membership, Person, Transfer
from smartunion.ground.registry.tests import factories
from smartunion.systems.organising.flows import drives
from smartunion.systems.organising.flows.helping import note_help
from smartunion.systems.organising.flows.joining_entry import Joined, Outcome
from smartunion.systems.organising.flows.joining_place import Workplace, employer_of
from smartunion.systems.organising.models import JoinHelp, JoiningDrive
from smartunion.systems.organising.queries import cards
from smartunion.systems.organising.queries.drives import progress
from smartunion.systems.organising.tests import joining_world as make

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def here(settings: Any) -> make.World:
    settings.DEMO = True  # the code of the text message is shown
    return make.world()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled(number: int = 1, **changes: str) -> dict[str, str]:
    form = make.form(number)
    values = {
        "name": form.name, "id_number": form.id_number, "mobile": form.mobile, "client_id": str(form.client_id),
        "agree_membership": "1", "agree_identity_number": "1", "id_type": "resident", "do": "join",
    }  # fmt: skip
    return values | changes


def joined(client: Client, url: str, values: dict[str, str], **extra: Any) -> Any:
    """Ask for a code and send the form, as the script does."""
    said = client.post(url, values | {"do": "code"}, headers=JSON).json()
    return client.post(url, values | {"code": said["shown"]}, **extra)


def test_the_whole_way_with_scripts(here: make.World) -> None:
    client, url = Client(), f"/j/{here.drive.code}/"
    page = client.get(url).content.decode()
    assert here.union.name in page
    assert here.covered.name in page
    assert "no-store" in client.get(url)["Cache-Control"]

    answer = joined(client, url, filled(), headers=JSON)

    assert answer.json() == {"outcome": "joined", "url": "/join/done/"}
    done = client.get("/join/done/").content.decode()
    assert "欢迎您，李芳" in done
    assert here.union.name in done
    card = client.get("/card/").content.decode()
    assert "李芳" in card
    assert make.resident_id(1) not in card
    assert Fact.objects.filter(kind="organising.join_started", drive_id=here.drive.pk).count() == 1


def test_the_whole_way_without_scripts(here: make.World) -> None:
    client, url = Client(), f"/j/{here.drive.code}/"

    asked = client.post(url, filled() | {"do": "code"}).content.decode()
    code = re.search(r"演示：验证码是 (\d{6})", asked)[1]
    assert 'value="李芳"' in asked
    answer = client.post(url, filled(code=code))

    assert answer["Location"] == "/join/done/"
    assert Membership.objects.get().union_id == here.union.pk


def test_whoever_scans_the_code_of_her_firms_own_union_is_not_asked_where_she_works(here: make.World) -> None:
    JoiningDrive.objects.update(employer=None)
    client, url = Client(), f"/j/{here.drive.code}/"
    written = f'name="employer_name" value="{here.covered.name}"'

    assert written in client.get(url).content.decode()
    factories.link(here.union, factories.employer("另一家厂"))

    assert 'name="employer_name" value=""' in client.get(url).content.decode()


@pytest.mark.parametrize(("empty", "field"), [("name", "name"), ("id_number", "id_number")])
def test_what_is_missing_is_said_from_the_top(here: make.World, empty: str, field: str) -> None:
    answer = Client().post(f"/j/{here.drive.code}/", filled(mobile="") | {empty: ""}, headers=JSON)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not Person.objects.exists()


def test_a_second_tap_gets_the_same_answer(here: make.World) -> None:
    client, url, values = Client(), f"/j/{here.drive.code}/", filled()
    said = client.post(url, values | {"do": "code"}, headers=JSON).json()
    first = client.post(
        url, values | {"code": said["shown"], "id_number": "330226199003070021"}, headers=JSON
    )
    token = first.json()["phone_token"]  # the phone is proven; only the ID has to be corrected

    again = [
        client.post(url, values | {"phone_token": token}, headers=JSON).json()["outcome"] for _ in range(2)
    ]

    assert (first.status_code, first.json()["field"]) == (422, "id_number")
    assert again == ["joined", "joined"]
    assert (Person.objects.count(), Membership.objects.count(), CaseFile.objects.count()) == (1, 1, 1)


def test_a_proof_belongs_to_one_phone(here: make.World) -> None:
    client, url = Client(), f"/j/{here.drive.code}/"
    said = client.post(url, filled() | {"do": "code"}, headers=JSON).json()
    token = client.post(url, filled(code=said["shown"], id_number="1"), headers=JSON).json()["phone_token"]

    stolen = client.post(url, filled(2, phone_token=token), headers=JSON)
    forged = client.post(url, filled(1, phone_token=token[:-2] + "xx"), headers=JSON)

    assert [(one.status_code, one.json()["field"]) for one in (stolen, forged)] == [
        (422, "code"),
        (422, "code"),
    ]
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mobile": "123"}, "mobile"),
        ({"id_number": "33022619900307002"}, "id_number"),
        ({"id_type": "magic"}, "id_type"),
        ({"birth_date": "heute"}, "birth_date"),
        ({"sex": "weiblich"}, "sex"),
        ({"sex": "m"}, "sex"),
        ({"agree_membership": ""}, "agree_membership"),
        ({"name": ""}, "name"),
        ({"id_number": make.resident_id(1, "20111111")}, "birth_date"),
    ],
)
def test_errors_stand_at_their_field_in_both_ways(
    here: make.World, changes: dict[str, str], field: str
) -> None:
    client, url = Client(), f"/j/{here.drive.code}/"
    said = client.post(url, filled() | {"do": "code"}, headers=JSON).json()

    scripted = client.post(url, filled(code=said["shown"]) | changes, headers=JSON)
    plain = client.post(url, filled(phone_token=scripted.json()["phone_token"], code=said["shown"]) | changes)

    assert (scripted.status_code, scripted.json()["field"]) == (422, field)
    assert plain.status_code == 422
    assert scripted.json()["message"][:6] in plain.content.decode()
    assert not Membership.objects.exists()
    assert not CaseFile.objects.exists()


def test_codes_that_are_not_open_offer_another_way(here: make.World) -> None:
    unknown = Client().get("/j/NOSUCHCD/")
    drives.close_drive(actor=system(), drive_id=here.drive.pk, reason="换码", at=clock.now())
    closed = Client().get(f"/j/{here.drive.code}/")

    assert (unknown.status_code, closed.status_code) == (404, 410)
    assert 'href="/join/"' in closed.content.decode()
    assert Client().post(f"/j/{here.drive.code}/", filled(), headers=JSON).status_code == 410


def test_joining_without_a_code_by_the_employer(here: make.World) -> None:
    client = Client()
    found = client.get("/join/employers/", {"q": "恒达"}).json()["rows"]

    answer = joined(
        client,
        "/join/",
        filled(employer_name=found[0]["name"], employer_id=str(found[0]["id"])),
        headers=JSON,
    )

    assert answer.json()["outcome"] == "pooled"
    assert Membership.objects.get().employer_id == here.bare.pk
    assert "宁海恒达物流有限公司还没有工会" in client.get("/join/done/").content.decode()
    assert "预备会员" in client.get("/card/").content.decode()


def test_a_member_elsewhere_asks_for_the_transfer_on_the_next_page(here: make.World) -> None:
    other = drives.create_drive(
        actor=system(),
        data=drives.NewDrive(here.other.pk, "海天", clock.today(), employer_id=here.other_firm.pk),
        at=clock.now(),
    )
    joined(Client(), f"/j/{other.code}/", filled())
    PhoneCode.objects.all().delete()
    from smartunion.ground.accounts.models import Attempt

    Attempt.objects.all().delete()
    client = Client()

    answer = joined(client, f"/j/{here.drive.code}/", filled(client_id=str(uuid4())), headers=JSON)
    page = client.get("/join/done/").content.decode()
    asked = client.post("/join/transfer/")

    assert answer.json()["outcome"] == "elsewhere"
    assert here.other.name in page
    assert here.union.name in page
    assert asked["Location"] == "/join/done/"
    assert Transfer.objects.get().to_union_id == here.union.pk
    assert "已申请转会" in client.get("/join/done/").content.decode()


def test_filling_in_for_others_keeps_the_officer_signed_in(here: make.World) -> None:
    chair = browser(here.chair)

    joined(chair, f"/j/{here.drive.code}/", filled())

    assert "代职工填写" in chair.get(f"/j/{here.drive.code}/").content.decode()
    assert "代职工填写" not in Client().get(f"/j/{here.drive.code}/").content.decode()
    done = chair.get("/join/done/").content.decode()
    assert "代别人填写" in done
    assert f'href="/j/{here.drive.code}/">下一位' in done  # not the form that asks for the employer again
    assert chair.get("/desk/drives/").status_code == 200


def test_the_record_says_who_filled_it_in_and_she_sees_what_came_of_it(here: make.World) -> None:
    chair, form, url = browser(here.chair), filled(), f"/j/{here.drive.code}/"
    said = chair.post(url, form | {"do": "code"}, headers=JSON).json()

    for _time in range(2):
        chair.post(url, form | {"code": said["shown"]})
    joined(Client(), f"/j/{here.drive.code}/", filled(2))

    person = Membership.objects.order_by("pk").first().person  # type: ignore[union-attr]  # she has just joined
    lines = chair.get("/desk/helped/").context["page"].lines
    looks = AuditEvent.objects.filter(event="organising.join_helped", owner_person_id=person.pk)
    assert [(row.user_id, row.case.person_id) for row in JoinHelp.objects.all()] == [
        (here.chair.pk, person.pk)
    ]
    assert [looks.count(), looks.get().user_id] == [1, here.chair.pk]
    assert len(lines) == 1
    page = chair.get("/desk/helped/").content.decode()
    assert (person.name in page, "是会员" in page or "已入会" in page) == (True, True)
    other = browser(make.staff("小波", Role.CHAIR, here.union))
    assert other.get("/desk/helped/").context["page"].count == 0


def test_a_case_that_stood_before_is_nobodys_help(here: make.World) -> None:
    joined(Client(), f"/j/{here.drive.code}/", filled())
    case = CaseFile.objects.get(service_key="join")
    answer = Joined(Outcome.ASKED, here.union, case, case.person)

    noted = note_help(actor=make.acting(here.chair), answer=answer, client_id=uuid4(), at=clock.now())

    assert (noted, JoinHelp.objects.count()) == (None, 0)


def test_nothing_is_told_without_a_finished_application(here: make.World) -> None:
    assert Client().get("/join/done/")["Location"] == "/card/"
    assert Client().get("/card/")["Location"].startswith("/signin/")
    assert Client().post("/join/transfer/").status_code == 401
    assert browser(here.chair).post("/join/transfer/").status_code == 404


def member_with_card(here: make.World) -> tuple[Client, Membership]:
    client = Client()
    joined(client, f"/j/{here.drive.code}/", filled())
    return client, Membership.objects.select_related("union").get()


def test_a_station_checks_a_card_by_scan_and_by_number(here: make.World) -> None:
    member, spell = member_with_card(here)
    station = browser(make.staff("驿站", Role.STATION, here.town))
    code = member.get("/card/code/").json()
    token = cards.shown(spell, clock.now()).token

    scanned = station.get(f"/c/{token}/").content.decode()
    typed = station.post("/desk/verify/", {"number": code["number"]}).content.decode()

    for page in (scanned, typed):
        assert "李*" in page
        assert here.union.name in page
        assert "李芳" not in page
        assert "13900000001" not in page
    looks = AuditEvent.objects.filter(event="organising.card_verified")
    assert [look.owner_person_id for look in looks] == [spell.person_id] * 2
    assert station.post("/desk/verify/", {"number": "12345678"}).status_code == 422
    assert station.get("/c/1-2-3/").status_code == 422


def test_the_card_and_its_check_say_the_day_she_first_joined(here: make.World) -> None:
    member, spell = member_with_card(here)
    was = spell.started_on.replace(year=2019, day=3)
    Membership.objects.create(
        person=spell.person, union=here.union, union_path=here.union.path, state="ended", held_as="active",
        started_on=was, ended_on=was.replace(year=2020), end_type="transferred_out", created_at=clock.now(),
        updated_at=clock.now(),
    )  # fmt: skip
    station = browser(make.staff("驿站", Role.STATION, here.town))
    number = member.get("/card/code/").json()["number"]

    assert was.isoformat() in member.get("/card/").content.decode()
    assert was.isoformat() in station.post("/desk/verify/", {"number": number}).content.decode()


def test_cards_tell_strangers_nothing(here: make.World) -> None:
    _member, spell = member_with_card(here)
    token = cards.shown(spell, clock.now()).token

    for client in (Client(), browser(make.staff("老秦", Role.LEADER, here.town))):
        page = client.get(f"/c/{token}/").content.decode()
        assert "只有服务站点的工作人员可以核验" in page
        assert here.union.name not in page
    assert Client().get("/desk/verify/").status_code == 302
    assert not AuditEvent.objects.filter(event="organising.card_verified").exists()


def test_typed_numbers_cannot_be_tried_at_leisure(here: make.World) -> None:
    station = browser(make.staff("驿站", Role.STATION, here.town))

    codes = {station.post("/desk/verify/", {"number": f"1{number:06d}"}).status_code for number in range(31)}

    assert codes == {422, 429}


def test_the_desk_makes_a_code_hands_it_out_and_counts(here: make.World) -> None:
    chair = browser(here.chair)
    values = {"union": here.union.name, "title": "春季入会", "starts_on": clock.today().isoformat()}

    new = chair.get("/desk/drives/new/").content.decode()
    assert here.union.name in new
    made = chair.post("/desk/drives/new/", values)
    row = JoiningDrive.objects.get(title="春季入会")
    assert made["Location"] == f"/desk/drives/{row.pk}/"
    joined(Client(), f"/j/{row.code}/", filled(employer_name=here.covered.name))
    page = chair.get(made["Location"]).content.decode()
    assert f"/j/{row.code}/" in page
    assert progress(row, today=clock.today()).by_day[-1][1:] == (1, 0)
    png, svg, pdf = (chair.get(f"/desk/drives/{row.pk}/code.{kind}") for kind in ("png", "svg", "pdf"))
    assert png.content[:4] == b"\x89PNG"
    assert svg.content[:5] == b"<?xml"
    assert pdf.content[:5] == b"%PDF-"
    assert 10_000 < len(pdf.content) < 200_000
    assert chair.get("/desk/drives/").content.decode().count("春季入会") >= 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"union": "没有的工会"}, "没有唯一的同名工会"),
        ({"employer": "没有的公司"}, "没有唯一的同名单位"),
        ({"title": ""}, ""),
        ({"ends_on": "2020-01-01"}, "截止日期早于开始日期"),
        ({"target": "50"}, "设定目标需要同时设定截止日期"),
    ],
)
def test_a_wrong_code_form_says_where(here: make.World, changes: dict[str, str], words: str) -> None:
    values = {"union": here.union.name, "title": "春季入会", "starts_on": clock.today().isoformat()}
    before = JoiningDrive.objects.count()

    answer = browser(here.chair).post("/desk/drives/new/", values | changes)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert JoiningDrive.objects.count() == before


def test_codes_are_closed_with_a_reason_by_those_who_may(here: make.World) -> None:
    chair, other = browser(here.chair), browser(make.staff("老秦", Role.CHAIR, here.other))
    url = f"/desk/drives/{here.drive.pk}/"

    assert other.get(url).status_code == 404
    assert other.post(f"{url}close/", {"reason": "x"}).status_code == 404
    assert chair.post(f"{url}close/", {"reason": " "}).status_code == 422
    assert chair.post(f"{url}target/", {"target": "many"}).status_code == 422
    chair.post(f"{url}target/", {"target": "60"})
    chair.post(f"{url}close/", {"reason": "换新码"})
    here.drive.refresh_from_db()
    assert here.drive.closed_at is not None
    assert here.drive.targets.get().quantity == 60
    assert chair.post(f"{url}close/", {"reason": "再关"}).status_code == 409
    assert Client().get(url).status_code == 302


def test_a_number_for_a_code_without_end_runs_to_the_end_of_the_year_it_is_agreed_in(
    here: make.World,
) -> None:
    assert (here.drive.ends_on, here.drive.starts_on.year) == (None, 2026)
    chair = make.acting(here.chair)

    first = drives.set_target(actor=chair, drive_id=here.drive.pk, quantity=60, at=make.NOW)
    later = drives.set_target(
        actor=chair, drive_id=here.drive.pk, quantity=80, at=make.NOW.replace(year=2027)
    )

    assert first.pk == later.pk
    assert [(one.quantity, one.ends_on.isoformat()) for one in (first, later)] == [
        (60, "2026-12-31"),
        (80, "2027-12-31"),
    ]
    page = browser(here.chair).get(f"/desk/drives/{here.drive.pk}/").content.decode()
    assert 'name="target" inputmode="numeric" maxlength="9" value="80"' in page


def test_the_funnel_counts_each_stage(here: make.World) -> None:
    url = f"/j/{here.drive.code}/"
    joined(Client(), url, filled(3))
    Client().post(url, filled(4) | {"do": "code"}, headers=JSON)
    values = filled(5)
    for _ in range(2):
        Client().post(url, values | {"do": "code"}, headers=JSON)

    numbers = progress(here.drive, today=clock.today())

    assert [(stage.key, stage.count) for stage in numbers.stages] == [
        ("started", 3),
        ("sent", 1),
        ("joined", 1),
    ]
    own = progress(here.town_drive, today=here.town_drive.starts_on).own
    assert own is not None
    assert (own.done, own.pct, own.gap) == (0, 0, own.target.quantity)


def test_of_several_employers_of_one_name_the_one_chosen_is_meant(here: make.World) -> None:
    first, second = (
        factories.employer("力洋小吃店", uscc="", address=f"环镇路{door}号", legal_person="王芳")
        for door in (1, 9)
    )

    found = Client().get("/join/employers/", {"q": "力洋小吃店"}).json()["rows"]

    assert found == [
        {"id": first.pk, "name": f"力洋小吃店#{first.pk}", "note": "环镇路1号"},
        {"id": second.pk, "name": f"力洋小吃店#{second.pk}", "note": "环镇路9号"},
    ]
    assert employer_of(None, Workplace(employer_name="力洋小吃店")) is None
    assert employer_of(None, Workplace(employer_name=found[1]["name"])) == second
