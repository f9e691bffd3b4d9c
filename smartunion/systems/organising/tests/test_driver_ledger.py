"""The drivers' ledger of a village: who stands in it from one extract to the next, what was said, who sees and writes it."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.core import clock
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Region
from smartunion.systems.organising import driver_paper
from smartunion.systems.organising.driver_rules import Channel, DriverStep, Standing, TalkOutcome, next_step
from smartunion.systems.organising.flows import driver_ledger as flows
from smartunion.systems.organising.flows import villages
from smartunion.systems.organising.models import (
    Area,
    AreaAssignment,
    Driver,
    DriverContact,
    RegisteredDriver,
    VillageCount,
)
from smartunion.systems.organising.queries import driver_ledger as queries
from smartunion.systems.organising.tests import joining_world as make
from smartunion.systems.organising.tests import test_campaigns as campaigns
from smartunion.systems.organising.tests.test_campaigns import Campaign, client_of, county_cadre, row_of

here = campaigns.here


@pytest.mark.parametrize(
    ("standing", "step"),
    [
        (Standing(True, TalkOutcome.WILLING), DriverStep.NONE),
        (Standing(False), DriverStep.CALL),
        (Standing(False, TalkOutcome.WILLING), DriverStep.JOIN),
        (Standing(False, TalkOutcome.LATER, date(2026, 3, 9)), DriverStep.RETURN),
        (Standing(False, TalkOutcome.LATER, date(2026, 3, 2)), DriverStep.AGAIN),
        (Standing(False, TalkOutcome.MISSED), DriverStep.AGAIN),
        (Standing(False, TalkOutcome.WRONG), DriverStep.FIND),
        (Standing(False, TalkOutcome.ELSEWHERE), DriverStep.CHECK),
        (Standing(False, TalkOutcome.UNWILLING), DriverStep.NONE),
        (Standing(False, TalkOutcome.MOVED), DriverStep.NONE),
    ],
)
def test_the_next_step_follows_from_the_last_talk(standing: Standing, step: DriverStep) -> None:
    assert next_step(standing, today=make.TODAY) == step


def village(here: Campaign, name: str = "崔家村") -> Region:
    return make._region(f"33022600120{Region.objects.count()}", name, "village", here.world.town.territory)


def living_in(name: str, number: int, **values: Any) -> dict[str, Any]:
    """A row of the register: somebody of 崔家村."""
    given = make.form(number)
    return {
        "name": name,
        "id_no": given.id_number,
        "mobile": given.mobile,
        "region_name": "宁海县桃源街道崔家村",
    } | values


def talk(outcome: TalkOutcome = TalkOutcome.WILLING, **values: Any) -> flows.Contact:
    return flows.Contact(**{"client_id": uuid4(), "channel": Channel.VISIT, "outcome": outcome} | values)


@pytest.fixture
def place(here: Campaign) -> Region:
    """A village of two drivers, one of whom has joined."""
    made = village(here)
    joined = here.joins(1)
    here.register(
        row_of(joined, region_name="桃源街道崔家村"), living_in("钱多多", 8), living_in("钱多多", 8, platform="顺路出行"),
        {"name": "无名", "id_no": "", "mobile": ""},
    )  # fmt: skip
    here.check()
    return made


def organiser(here: Campaign, place: Region, name: str = "阿丽") -> Any:
    """Somebody whose area is the village."""
    user = make.staff(name, Role.ORGANISER, here.world.town)
    area = Area.objects.create(name=f"{name}的片区", union=here.world.town, path=here.world.town.path)
    area.regions.add(place)
    AreaAssignment.objects.create(area=area, user=user, valid_from=date(2026, 1, 1))
    return user


def test_a_driver_of_two_platforms_stands_once_in_her_village(here: Campaign, place: Region) -> None:
    rows = queries.of_place(make.acting(county_cadre(here.world)), place).order_by("is_member", "pk")

    assert [(row.name, row.is_member, row.is_listed, row.mobile_tail) for row in rows] == [
        ("钱多多", False, True, make.form(8).mobile[-4:]),
        (here_joined(here), True, True, make.form(1).mobile[-4:]),
    ]
    linked = RegisteredDriver.objects.order_by("number").values_list("name", "driver__name")
    assert list(linked)[1:] == [("钱多多", "钱多多"), ("钱多多", "钱多多"), ("无名", None)]


def here_joined(here: Campaign) -> str:
    return next(iter(here.states))


def test_what_was_said_outlives_the_next_extract(here: Campaign, place: Region) -> None:
    cadre = make.acting(county_cadre(here.world))
    driver = Driver.objects.get(name="钱多多")
    flows.note_contact(actor=cadre, driver_id=driver.pk, data=talk(note="周末来"), at=make.NOW)
    with_other_phone = living_in("钱多多", 8, mobile="13700007777", platform="顺路出行")
    here.register(with_other_phone, as_of=make.TODAY + timedelta(days=30))

    here.check(days=1)
    here.check(days=1)

    again = queries.seen(cadre).get(name="钱多多")
    assert (again.pk, again.is_listed, again.last_outcome, again.platform) == (
        driver.pk,
        True,
        "willing",
        "顺路出行",
    )
    assert [one.note for one in again.contacts.all()] == ["周末来"]
    assert RegisteredDriver.objects.get(name="钱多多").driver_id == driver.pk


def test_who_leaves_the_register_is_forgotten_unless_talked_with(here: Campaign, place: Region) -> None:
    cadre = make.acting(county_cadre(here.world))
    driver = Driver.objects.get(name="钱多多")
    flows.note_contact(actor=cadre, driver_id=driver.pk, data=talk(), at=make.NOW)
    RegisteredDriver.objects.all().delete()

    first = flows.forget_gone(at=make.NOW)
    kept = list(Driver.objects.values_list("name", flat=True))
    later = flows.forget_gone(at=make.NOW + timedelta(days=366))

    assert (first, kept, later) == (1, ["钱多多"], 1)
    assert (Driver.objects.count(), DriverContact.objects.count()) == (0, 0)


def test_the_same_form_twice_is_one_talk_and_an_older_one_changes_nothing(
    here: Campaign, place: Region
) -> None:
    cadre = make.acting(county_cadre(here.world))
    driver = Driver.objects.get(name="钱多多")
    said = talk(TalkOutcome.LATER, due_on=make.TODAY + timedelta(days=7))

    for _time in range(2):
        flows.note_contact(actor=cadre, driver_id=driver.pk, data=said, at=make.NOW)
    flows.note_contact(
        actor=cadre, driver_id=driver.pk, data=talk(TalkOutcome.MISSED), at=make.NOW - timedelta(hours=1)
    )

    driver.refresh_from_db()
    assert DriverContact.objects.filter(driver=driver).count() == 2
    assert (driver.last_outcome, driver.due_on) == ("later", make.TODAY + timedelta(days=7))


@pytest.mark.parametrize(
    ("outcome", "days"), [(TalkOutcome.MOVED, 3), (TalkOutcome.LATER, -1), (TalkOutcome.LATER, 400)]
)
def test_a_day_that_makes_no_sense_is_refused(
    here: Campaign, place: Region, outcome: TalkOutcome, days: int
) -> None:
    driver = Driver.objects.get(name="钱多多")

    with pytest.raises(InvalidInput) as refusal:
        flows.note_contact(
            actor=make.acting(county_cadre(here.world)), driver_id=driver.pk, at=make.NOW,
            data=talk(outcome, due_on=make.TODAY + timedelta(days=days)),
        )  # fmt: skip

    assert refusal.value.field == "due_on"
    assert DriverContact.objects.count() == 0


def test_organisers_see_and_write_the_drivers_of_their_own_villages_alone(
    here: Campaign, place: Region
) -> None:
    ali = organiser(here, place)
    xiaobo = organiser(here, village(here, "团结村"), "小团")
    driver = Driver.objects.get(name="钱多多")

    flows.note_contact(actor=make.acting(ali), driver_id=driver.pk, data=talk(), at=make.NOW)
    with pytest.raises(NotVisible):
        flows.note_contact(actor=make.acting(xiaobo), driver_id=driver.pk, data=talk(), at=make.NOW)
    inspector = make.acting(make.staff("督查", Role.INSPECTOR, here.world.county))
    with pytest.raises(NotAllowed):
        flows.note_contact(actor=inspector, driver_id=driver.pk, data=talk(), at=make.NOW)

    assert DriverContact.objects.count() == 1
    assert client_of(ali).get(f"/desk/coverage/ledgers/{place.pk}/drivers/").context["sums"] == queries.Sums(
        2, 1, 1, 0, 0
    )
    assert client_of(xiaobo).get(f"/desk/coverage/ledgers/{place.pk}/drivers/").status_code == 404
    assert client_of(xiaobo).get(f"/desk/coverage/drivers/{driver.pk}/").status_code == 404


def test_a_talk_that_comes_late_is_kept_and_what_stands_is_said(here: Campaign, place: Region) -> None:
    ali, cadre = organiser(here, place), county_cadre(here.world)
    driver = Driver.objects.get(name="钱多多")
    now = clock.now()
    monday = now - timedelta(days=5)
    late = talk(TalkOutcome.MISSED, noted_at=monday, due_on=clock.today() - timedelta(days=1))
    flows.note_contact(actor=make.acting(cadre), driver_id=driver.pk, data=talk(), at=now)
    AreaAssignment.objects.filter(user=ali).update(valid_to=clock.today() - timedelta(days=2))
    client = client_of(ali)
    sent = {
        "driver_id": driver.pk, "client_id": late.client_id, "outcome": "missed", "channel": "visit",
        "noted_at": monday.isoformat(), "sent_at": now.isoformat(), "due_on": late.due_on,
    }  # fmt: skip

    answers = [client.post("/field/talks/", sent) for _time in range(2)]
    after = client.post("/field/talks/", sent | {"client_id": uuid4(), "noted_at": now.isoformat()})

    driver.refresh_from_db()
    kept = DriverContact.objects.get(client_id=late.client_id)
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert "愿意入会" in answers[0].json()["conflict"]
    assert (kept.at, kept.outcome, driver.last_outcome) == (monday, "missed", "willing")
    assert (after.status_code, DriverContact.objects.count()) == (404, 2)


def test_the_funnel_of_a_drive_says_whom_somebody_has_talked_with(here: Campaign, place: Region) -> None:
    cadre, drive = county_cadre(here.world), here.drive
    driver = Driver.objects.get(name="钱多多")
    page = client_of(cadre).get(f"/desk/drives/{drive.pk}/progress/").context

    flows.note_contact(actor=make.acting(cadre), driver_id=driver.pk, data=talk(), at=make.NOW)

    later = client_of(cadre).get(f"/desk/drives/{drive.pk}/progress/").context
    told = [count for one in (page, later) for key, _label, count in one["stages"] if key == "contacted"]
    opened = client_of(cadre).get(f"/desk/drives/{drive.pk}/register/?talked=1").context["page"]
    assert (told, opened.count) == ([0, 2], 2)


def test_a_talk_of_long_ago_is_refused(here: Campaign, place: Region) -> None:
    driver = Driver.objects.get(name="钱多多")

    with pytest.raises(InvalidInput) as refusal:
        flows.note_contact(
            actor=make.acting(county_cadre(here.world)), driver_id=driver.pk, at=make.NOW,
            data=talk(noted_at=make.NOW - timedelta(days=61)),
        )  # fmt: skip

    assert (refusal.value.field, DriverContact.objects.count()) == ("noted_at", 0)


def test_the_phone_keeps_those_to_win_without_their_numbers(here: Campaign, place: Region) -> None:
    ali = organiser(here, place)
    driver = Driver.objects.get(name="钱多多")
    flows.note_contact(
        actor=make.acting(ali),
        driver_id=driver.pk,
        data=talk(TalkOutcome.LATER, note="下月再说"),
        at=make.NOW,
    )

    rows = client_of(ali).get("/field/day.json").json()["drivers"]

    assert [(row["driver_id"], row["step"], row["last"]) for row in rows] == [
        (driver.pk, "再次联系", "03-02 要再考虑：下月再说")
    ]
    assert str(driver.mobile) not in str(rows)
    flows.note_contact(
        actor=make.acting(ali), driver_id=driver.pk, data=talk(TalkOutcome.UNWILLING), at=make.NOW
    )
    assert client_of(ali).get("/field/day.json").json()["drivers"] == []


def test_a_number_is_shown_with_a_reason_and_the_look_is_noted(here: Campaign, place: Region) -> None:
    ali, driver = organiser(here, place), Driver.objects.get(name="钱多多")
    client, at = client_of(ali), f"/desk/coverage/drivers/{driver.pk}/"

    before = client.get(at).content.decode()
    shown = client.post(f"{at}phone/", {"reason": "商量入会"})
    refused = client.post(f"{at}phone/", {"reason": ""})

    whole = make.form(8).mobile
    assert whole not in before
    assert f'href="tel:{whole}"' in shown.content.decode()
    assert refused.status_code == 302
    looks = AuditEvent.objects.filter(event="organising.driver_phone_shown")
    assert [(look.reason, look.subject_id) for look in looks] == [("商量入会", driver.pk)]


def test_who_is_found_by_walking_is_known_when_the_register_names_her(here: Campaign, place: Region) -> None:
    ali = organiser(here, place)
    client = client_of(ali)
    given = make.form(9)

    first = client.post(
        f"/desk/coverage/ledgers/{place.pk}/drivers/new/",
        {"name": " 孙 送", "mobile": f"+86 {given.mobile}", "platform": "外卖"},
    )
    bad = client.post(f"/desk/coverage/ledgers/{place.pk}/drivers/new/", {"name": "孙送", "mobile": "12"})
    made = Driver.objects.get(by_hand=True)
    here.register(living_in(made.name, 9, region_name="桃源街道"), as_of=make.TODAY + timedelta(days=30))
    here.check(days=1)

    assert (first.url, bad.status_code) == (f"/desk/coverage/drivers/{made.pk}/", 422)
    row = queries.seen(make.acting(ali)).get(pk=made.pk)
    assert (row.region_id, row.is_listed, row.platform) == (place.pk, True, "山海货运")
    assert Driver.objects.filter(mobile_index__of=given.mobile).count() == 1


def test_villages_say_how_many_drivers_they_have_and_open_them(here: Campaign, place: Region) -> None:
    villages.count_villages(at=make.NOW)
    cadre, leader = (
        client_of(county_cadre(here.world)),
        client_of(make.staff("领导", Role.LEADER, here.world.county)),
    )
    address = f"/desk/coverage/ledgers/{place.pk}/drivers/"

    assert VillageCount.objects.get(region=place).drivers == 2
    assert f'href="{address}"' in cadre.get("/desk/coverage/ledgers/").content.decode()
    assert f'href="{address}"' not in leader.get("/desk/coverage/ledgers/").content.decode()
    assert leader.get(address).status_code in {403, 404}
    assert [line.row.name for line in cadre.get(f"{address}?new=1").context["page"].lines] == ["钱多多"]
    assert cadre.get(f"/desk/coverage/ledgers/{place.pk}/drivers.pdf").content.startswith(b"%PDF")


def test_the_paper_holds_no_whole_number(
    here: Campaign, place: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, Any] = {}
    monkeypatch.setattr("smartunion.core.pdf.papers.render", lambda **given: kept.update(given) or b"")
    cadre = make.acting(county_cadre(here.world))
    region = Region.objects.get(pk=place.pk)
    region.organiser = ""  # type: ignore[attr-defined]  # annotated by ledger.with_counts

    driver_paper.paper(region, queries.of_place(cadre, place), at=make.NOW)

    table = next(block for block in kept["blocks"] if block["kind"] == "table")
    assert [line[1:3] for line in table["rows"]] == [
        ["钱多多", make.form(8).mobile[-4:]],
        [here_joined(here), make.form(1).mobile[-4:]],
    ]
    assert make.form(8).mobile not in str(kept)


def test_the_api_tells_and_notes_the_same(here: Campaign, place: Region) -> None:
    ali, driver = organiser(here, place), Driver.objects.get(name="钱多多")
    client, base = client_of(ali), "/api/v1/organising"
    said = {"channel": "phone", "outcome": "willing", "client_id": str(uuid4())}

    noted = [
        client.post(f"{base}/drivers-of-villages/{driver.pk}/contacts", said, "application/json")
        for _time in range(2)
    ]
    (told,) = client.get(f"{base}/villages/{place.pk}/drivers?is_member=false").json()["items"]

    assert [answer.status_code for answer in noted] == [201, 201]
    assert DriverContact.objects.count() == 1
    assert (told["id"], told["last_outcome"], told["next_step"], told["phone_tail"]) == (
        driver.pk, "willing", "join", make.form(8).mobile[-4:],
    )  # fmt: skip


def test_nobody_signed_in_reads_nothing(here: Campaign, place: Region) -> None:
    assert Client().get(f"/desk/coverage/ledgers/{place.pk}/drivers/").status_code == 302
